#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <sstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/plugin/build_facts.hpp"
#include "arcuate/plugin/library.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {
namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw ConfigError(path + ": no such file");
  if (!fs::is_regular_file(path, ignored)) throw ConfigError(path + ": not a file");
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw ConfigError(path + ": cannot be read");
  return text;
}

/// my_model and MyModel are the same name.
std::string plain(const std::string& name) {
  std::string letters;
  for (const char c : name) {
    if (c != '_' && c != '-')
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return letters;
}

std::string_view word_of(const PluginBuild& build) {
  return core::word_of(build.form->kind);
}

/// "model": the folder of its headers, and their namespace.
std::string_view home_of(const PluginBuild& build) {
  return plugin::modules_of(build.form->kind).back();
}

/// The struct in a header that is the plug-in: the one that is named like the file, else the only
/// one.
std::string structure_in(const PluginBuild& build, const std::string& text) {
  const std::string& header = build.header;
  static const std::regex definition(R"(\bstruct\s+([A-Za-z_]\w*)\s*(?:final\s*)?(?::[^;{]*)?\{)");
  std::vector<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), definition), end; it != end; ++it)
    names.push_back((*it)[1]);
  const std::string stem = plain(fs::path(header).stem().string());
  const auto same = std::find_if(names.begin(), names.end(),
                                 [&](const std::string& name) { return plain(name) == stem; });
  if (same != names.end()) return *same;
  if (names.size() == 1) return names.front();
  if (names.empty()) {
    throw ConfigError(fmt::format("{}: no struct in it; `arcuate {} new NAME` writes an example",
                                  header, word_of(build)));
  }
  throw ConfigError(
      fmt::format("{}: which struct is the {}? Give --struct", header, word_of(build)) +
      hint("", names));
}

/// The headers of the installation that this program belongs to, or those it was built from.
fs::path include_folder() {
  const plugin::BuildFacts& facts = plugin::build_facts();
  std::error_code failed;
  const fs::path self = fs::read_symlink("/proc/self/exe", failed);
  const fs::path installed = (self.parent_path() / facts.install_include).lexically_normal();
  const fs::path built(facts.build_include);
  const fs::path folder =
      !failed && self != fs::weakly_canonical(facts.build_program) ? installed : built;
  if (fs::exists(folder / "arcuate/plugin/stamp.hpp", failed)) return folder;
  throw EnvironmentError(fmt::format(
      "{}: the headers of Arcuate are not there; `cmake --install` puts them beside the program",
      folder.string()));
}

/// Of one module, as cmake/HeadersHash.cmake.
std::string headers_sha256(const fs::path& include, std::string_view module) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(include / "arcuate" / module, failed)) {
    if (file.path().extension() == ".hpp")
      names.push_back(fmt::format("arcuate/{}/{}", module, file.path().filename().string()));
  }
  std::sort(names.begin(), names.end());
  std::string lines;
  for (const std::string& name : names)
    lines += fmt::format("{} {}\n", name, sha256(read_file(include / name)));
  return sha256(lines);
}

void require_own_headers(plugin::Kind kind, const fs::path& include) {
  const std::string there = plugin::headers_sha256(
      kind, [&](std::string_view module) { return headers_sha256(include, module); });
  if (there == plugin::headers_sha256(kind)) return;
  throw EnvironmentError(
      fmt::format("{}: these headers are not those that this program was built from; build and "
                  "install it again",
                  include.string()));
}

std::string compiler_of(const PluginBuild& build) {
  const std::string compiler =
      build.compiler.empty() ? std::string(plugin::build_facts().compiler) : build.compiler;
  if (compiler.find('/') != std::string::npos && ::access(compiler.c_str(), X_OK) != 0) {
    throw EnvironmentError(
        fmt::format("no compiler: {} is not there. Arcuate was built with it; install it, load its "
                    "module, or name the same one with --compiler",
                    compiler));
  }
  return compiler;
}

/// A folder that is removed at the end.
class Workshop {
 public:
  Workshop() {
    std::string name = (fs::temp_directory_path() / "arcuate_plugin_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw EnvironmentError(fmt::format("{}: no folder can be made there", name));
    }
    folder_ = core::Leftover(name);
    source_ = core::Leftover(name + "/plugin.cpp");
    library_ = core::Leftover(name + "/plugin.so");
  }
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(folder_.path(), ignored);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  [[nodiscard]] fs::path source() const { return source_.path(); }
  [[nodiscard]] fs::path library() const { return library_.path(); }

 private:
  core::Leftover folder_, source_, library_;
};

/// The user's header comes from the command line (-include): its path may hold any character.
std::string source_of(const PluginBuild& build, const std::string& structure) {
  return fmt::format(R"text(#include "arcuate/{0}/plugin_entry.hpp"

using namespace arcuate::{0};

extern "C" [[gnu::visibility("default")]] const char* arcuate_plugin_stamp() {{
  static const std::string stamp = plugin_stamp(R"stamp({1})stamp");
  return stamp.c_str();
}}
extern "C" [[gnu::visibility("default")]] const void* arcuate_plugin_entry() {{
  return plugin_entry<{2}>();
}}
)text",
                     home_of(build), plugin::program_stamp(build.form->kind), structure);
}

std::vector<std::string> compile_command(const PluginBuild& build, const fs::path& include,
                                         const fs::path& source, const fs::path& library) {
  std::vector<std::string> words{compiler_of(build)};
  std::istringstream flags{std::string(plugin::build_facts().flags)};
  for (std::string flag; flags >> flag;)
    words.push_back(flag);
  // Hidden symbols: two plug-ins in one program share nothing. The last four misfire in g++ 12
  // (cmake/ArcuateFlags.cmake).
  for (const char* flag :
       {"-shared", "-fvisibility=hidden", "-Wall", "-Wextra", "-fmax-errors=10", "-Wno-restrict",
        "-Wno-stringop-overflow", "-Wno-uninitialized", "-Wno-maybe-uninitialized"})
    words.emplace_back(flag);
  std::istringstream folders{std::string(plugin::build_facts().library_includes)};
  for (std::string folder; std::getline(folders, folder, ';');) {
    words.emplace_back("-isystem");
    words.push_back(folder);
  }
  for (const std::string& word :
       {std::string("-isystem"), include.string(), std::string("-include"),
        fs::absolute(build.header).string(), source.string(), std::string("-o"), library.string()})
    words.push_back(word);
  return words;
}

/// Loads the new library from where it was made; says what it holds.
std::string try_library(const PluginBuild& build, const fs::path& library,
                        const std::string& output) {
  try {
    return build.form->tell(library, fs::path(output).filename().string());
  } catch (const DataError& error) {
    throw DataError(build.header + ": " + error.what());
  }
}

}  // namespace

void build_plugin(const PluginBuild& build) {
  const std::string text = read_file(build.header);
  const std::string structure =
      build.structure.empty() ? structure_in(build, text) : build.structure;
  const fs::path include = include_folder();
  require_own_headers(build.form->kind, include);
  const std::string output = build.output.empty()
                                 ? fs::path(build.header).replace_extension(".so").string()
                                 : build.output;
  // A simulation that runs keeps the file it has loaded: the new one takes its name only.
  io::Output file(output, {io::OutputKind::plugin, true, {build.header}});
  const Workshop workshop;
  const fs::path source = workshop.source();
  const fs::path library = workshop.library();
  std::ofstream(source) << source_of(build, structure);
  const auto command = compile_command(build, include, source, library);
  if (run_program(command) != 0) {
    throw ConfigError(
        fmt::format("{}: struct {} does not compile as a {}; the compiler's messages are above",
                    build.header, structure, word_of(build)));
  }
  const std::string told = try_library(build, library, output);
  file.write(read_file(library));
  file.publish();
  std::cout << output << ": " << told;
}

}  // namespace arcuate::app
