#include "arcuate/plugin/library.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "arcuate/core/sha256.hpp"
#include "arcuate/plugin/build_facts.hpp"
#include "arcuate/plugin/stamp.hpp"

namespace arcuate::plugin {
namespace {

namespace fs = std::filesystem;

std::string read_bytes(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw DataError("no such file");
  if (!fs::is_regular_file(path, ignored)) throw DataError("not a file");
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw DataError("cannot be read");
  return bytes;
}

/// The dynamic loader maps what the headers promise: a file that is cut short would end the program
/// with a bus error.
void require_whole(const std::string& bytes, Kind kind) {
  Elf64_Ehdr header{};
  if (bytes.size() < sizeof header || !bytes.starts_with(ELFMAG)) {
    throw DataError(fmt::format("not a shared library; `arcuate {} build` makes plug-ins",
                                core::word_of(kind)));
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::uint64_t table = std::uint64_t{header.e_phentsize} * header.e_phnum;
  bool whole = header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_phentsize == sizeof(Elf64_Phdr) &&
               header.e_phoff <= bytes.size() && table <= bytes.size() - header.e_phoff;
  for (std::size_t k = 0; whole && k < header.e_phnum; ++k) {
    Elf64_Phdr part{};
    std::memcpy(&part, bytes.data() + header.e_phoff + k * sizeof part, sizeof part);
    whole = part.p_type != PT_LOAD ||
            (part.p_filesz <= bytes.size() && part.p_offset <= bytes.size() - part.p_filesz);
  }
  if (!whole) throw DataError("damaged, or not a shared library of this kind of processor");
}

/// What the plug-in's static objects throw cannot pass the dynamic loader: the runtime calls the
/// terminate handler. While this object lives, that is an error message and an end with exit code
/// 2, which ends all ranks.
class ThrowingInitialisers {
 public:
  explicit ThrowingInitialisers(const std::string& path) : before_(std::set_terminate(&report)) {
    loading = path.c_str();
  }
  ~ThrowingInitialisers() { std::set_terminate(before_); }
  ThrowingInitialisers(const ThrowingInitialisers&) = delete;
  ThrowingInitialisers& operator=(const ThrowingInitialisers&) = delete;

 private:
  [[noreturn]] static void report() {
    try {
      if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      say(error.what());
    } catch (...) {
      say("an unknown exception");
    }
    ::_exit(static_cast<int>(ExitCode::user));
  }
  static void say(const char* what) {
    std::fprintf(stderr, "arcuate: error: %s: loading it throws: %s\n", loading, what);
    std::fflush(stderr);
  }

  static inline const char* loading = "";
  std::terminate_handler before_;
};

/// "undefined symbol: _ZN..." as a C++ programmer wrote it.
std::string readable(const std::string& message) {
  const std::string before = "undefined symbol: ";  // a path may have _Z in it
  const std::size_t found = message.find(before + "_Z");
  if (found == std::string::npos) return message;
  const std::size_t at = found + before.size();
  const std::size_t end = std::min(message.find_first_of(" \t(", at), message.size());
  int failed = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(message.substr(at, end - at).c_str(), nullptr, nullptr, &failed),
      &std::free);
  return failed != 0 ? message : message.substr(0, at) + name.get() + message.substr(end);
}

void* open_library(const std::string& path) {
  const ThrowingInitialisers guard(path);
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    throw DataError(fmt::format("cannot be loaded: {}", readable(::dlerror())));
  return library;
}

/// `arcuate model build`
std::string verb_of(Kind kind) {
  return fmt::format("`arcuate {} build`", core::word_of(kind));
}

template <class Function>
Function* symbol(void* library, const char* name, Kind kind) {
  void* address = ::dlsym(library, name);
  if (address == nullptr) {
    throw DataError(
        fmt::format("not a plug-in of Arcuate (no symbol {}); {} makes them", name, verb_of(kind)));
  }
  return reinterpret_cast<Function*>(address);
}

/// "arcuate 0.1.0; model; ...": "model", or "" of what is no stamp of this form.
std::string kind_in(const std::string& stamp) {
  const std::size_t begin = stamp.find("; ");
  if (begin == std::string::npos) return "";
  return stamp.substr(begin + 2, stamp.find("; ", begin + 2) - begin - 2);
}

void require_stamp(Kind kind, const char* stamp, const std::string& required) {
  if (stamp != nullptr && stamp == required) return;
  const std::string its = stamp == nullptr ? "" : kind_in(stamp);
  for (const std::string& word : core::words_of<Kind>()) {
    if (its == word && its != core::word_of(kind))
      throw DataError(fmt::format("a plug-in of the kind {}, not {}", word, core::word_of(kind)));
  }
  throw DataError(
      fmt::format("built for another program; build it again with {}. It is for: {}. "
                  "This program: {}",
                  verb_of(kind), stamp == nullptr ? "nothing" : stamp, required));
}

}  // namespace

std::string program_stamp(Kind kind) {
  const BuildFacts& facts = build_facts();
  return fmt::format("arcuate {}; {}; headers {}; flags {}", facts.version, core::word_of(kind),
                     headers_sha256(kind).substr(0, 16), facts.flags);
}

Library load(Kind kind, const std::string& path, const std::string& required_stamp) {
  if (path.empty()) throw DataError("no file is given");
  const std::string absolute = fs::absolute(path).lexically_normal().string();
  const std::string bytes = read_bytes(absolute);
  require_whole(bytes, kind);
  void* library = open_library(absolute);
  auto* stamp = symbol<StampFunction>(library, stamp_symbol, kind);
  guarded("its stamp", [&] { require_stamp(kind, stamp(), required_stamp); });
  auto* hook = symbol<EntryFunction>(library, entry_symbol, kind);
  const void* entry = guarded("its entry", [&] { return hook(); });
  if (entry == nullptr) throw DataError(fmt::format("holds no {}", core::word_of(kind)));
  return {entry, absolute, sha256(bytes)};
}

void require_name(const std::string& what, const std::string& name) {
  const auto letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  const bool good = !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
                    std::all_of(name.begin(), name.end(), letter);
  if (good) return;
  throw DataError(fmt::format("{} '{}' is no name (allowed: letters, digits and _, a letter first)",
                              what, name));
}

}  // namespace arcuate::plugin
