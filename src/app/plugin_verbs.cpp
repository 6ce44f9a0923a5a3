#include "plugin_verbs.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <regex>
#include <set>

#include "arcuate/core/error.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {
namespace {

std::string word_of(const PluginForm& form) {
  return std::string(core::word_of(form.kind));
}

std::string filled_in(std::string_view header, const std::string& name) {
  constexpr std::string_view placeholder = "NAME";
  std::string text(header);
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + name.size()))
    text.replace(at, placeholder.size(), name);
  return text;
}

/// A file that was not there before.
void write_new(const std::string& file, const std::string& text) {
  std::FILE* out = std::fopen(file.c_str(), "wx");
  if (out == nullptr && errno == EEXIST) {
    throw ConfigError(file + ": is there already and is not overwritten");
  }
  if (out == nullptr) throw EnvironmentError(file + ": cannot be made: " + std::strerror(errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (std::fclose(out) != 0 || !written) {
    std::remove(file.c_str());
    throw EnvironmentError(file + ": cannot be written: " + std::strerror(errno));
  }
}

/// The name becomes that of a struct.
bool is_keyword(const std::string& name) {
  static const std::set<std::string> words{"alignas",       "alignof",     "and",
                                           "and_eq",        "asm",         "auto",
                                           "bitand",        "bitor",       "bool",
                                           "break",         "case",        "catch",
                                           "char",          "char16_t",    "char32_t",
                                           "char8_t",       "class",       "co_await",
                                           "co_return",     "co_yield",    "compl",
                                           "concept",       "const",       "const_cast",
                                           "consteval",     "constexpr",   "constinit",
                                           "continue",      "decltype",    "default",
                                           "delete",        "do",          "double",
                                           "dynamic_cast",  "else",        "enum",
                                           "explicit",      "export",      "extern",
                                           "false",         "float",       "for",
                                           "friend",        "goto",        "if",
                                           "inline",        "int",         "long",
                                           "mutable",       "namespace",   "new",
                                           "noexcept",      "not",         "not_eq",
                                           "nullptr",       "operator",    "or",
                                           "or_eq",         "private",     "protected",
                                           "public",        "register",    "reinterpret_cast",
                                           "requires",      "return",      "short",
                                           "signed",        "sizeof",      "static",
                                           "static_assert", "static_cast", "struct",
                                           "switch",        "template",    "this",
                                           "thread_local",  "throw",       "true",
                                           "try",           "typedef",     "typeid",
                                           "typename",      "union",       "unsigned",
                                           "using",         "virtual",     "void",
                                           "volatile",      "wchar_t",     "while",
                                           "xor",           "xor_eq"};
  return words.contains(name);
}

void write_template(const PluginForm& form, const std::string& name) {
  const std::string word = word_of(form);
  if (!std::regex_match(name, std::regex("[A-Za-z][A-Za-z0-9_]*"))) {
    throw ConfigError(fmt::format(
        "'{}' cannot name a {} (allowed: letters, digits and _, a letter first)", name, word));
  }
  if (is_keyword(name)) {
    throw ConfigError(fmt::format("'{}' is a word of C++: take another name", name));
  }
  if (form.taken(name)) {
    throw ConfigError(fmt::format("'{}' is a {} of the catalogue: take another name", name, word));
  }
  const std::string file = name + ".hpp";
  write_new(file, filled_in(form.header, name));
  std::cout << fmt::format("{0}: write your own into it, then: arcuate {1} build {0}\n", file,
                           word);
}

void add_new(const PluginForm& form, CLI::App& verb, std::function<void()>& run) {
  auto name = std::make_shared<std::string>();
  CLI::App* sub = verb.add_subcommand(
      "new", fmt::format("Write the header of a small {} to start from", word_of(form)));
  sub->add_option("NAME", *name, fmt::format("name of the {}: NAME.hpp is written", word_of(form)))
      ->required();
  sub->callback([name, &form, &run] { run = [name, &form] { write_template(form, *name); }; });
}

void add_build(const PluginForm& form, CLI::App& verb, std::function<void()>& run) {
  const std::string word = word_of(form);
  auto build = std::make_shared<PluginBuild>();
  build->form = &form;
  CLI::App* sub =
      verb.add_subcommand("build", fmt::format("Compile the header of a {} into a plug-in", word));
  sub->add_option("HEADER", build->header, fmt::format("the header of the {}", word))->required();
  sub->add_option("-o,--output", build->output,
                  "the plug-in (default: the header's name with the ending .so)");
  sub->add_option("--struct", build->structure,
                  fmt::format("the struct that is the {} (default: named like the header, or the "
                              "only one)",
                              word));
  sub->add_option("--compiler", build->compiler,
                  "C++ compiler (default: the one that built Arcuate)");
  sub->callback([build, &run] { run = [build] { build_plugin(*build); }; });
}

std::string told_of(const PluginForm& form, const std::string& library) {
  if (library.empty()) return form.list("");
  try {
    return form.list(library);
  } catch (const DataError& error) {
    throw DataError(library + ": " + error.what());
  }
}

void add_list(const PluginForm& form, CLI::App& verb, std::function<void()>& run) {
  auto library = std::make_shared<std::string>();
  CLI::App* sub = verb.add_subcommand("list", "Tell of those that there are");
  sub->add_option("--plugin", *library, "tell of the one in this plug-in")->type_name("FILE");
  sub->callback(
      [library, &form, &run] { run = [library, &form] { std::cout << told_of(form, *library); }; });
}

}  // namespace

void add_plugin_verbs(CLI::App& program, std::function<void()>& run) {
  for (const PluginForm& form : plugin_forms()) {
    CLI::App* verb = program.add_subcommand(word_of(form), std::string(form.help));
    verb->require_subcommand(1);
    add_new(form, *verb, run);
    add_build(form, *verb, run);
    if (form.list != nullptr) add_list(form, *verb, run);
  }
}

}  // namespace arcuate::app
