#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/optimise/method.hpp"
#include "automatic.hpp"
#include "nevergrad.hpp"

namespace arcuate::optimise {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t k = text.find(at); k != std::string::npos; k = text.find(at, from)) {
    parts.push_back(text.substr(from, k - from));
    from = k + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::vector<std::string> names_of(std::span<const MethodOption> options) {
  std::vector<std::string> names;
  for (const MethodOption& option : options)
    names.emplace_back(option.name);
  return names;
}

std::string allowed(const MethodOption& option) {
  if (!option.words.empty()) return fmt::format("{}", fmt::join(option.words, ", "));
  const std::string kind = option.whole ? "whole numbers " : "";
  if (std::isinf(option.most)) return fmt::format("{}from {}", kind, option.least);
  return fmt::format("{}{} to {}", kind, option.least, option.most);
}

double value_of(const MethodInfo& info, const MethodOption& option, const std::string& text) {
  const auto refuse = [&]() -> double {
    throw ConfigError(fmt::format("method {}: {} is '{}' (allowed: {})", info.name, option.name,
                                  text, allowed(option)));
  };
  if (!option.words.empty()) {
    const auto found = std::find(option.words.begin(), option.words.end(), text);
    return found == option.words.end() ? refuse()
                                       : static_cast<double>(found - option.words.begin());
  }
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc() && end == text.data() + text.size();
  if (!number || !(value >= option.least && value <= option.most)) return refuse();
  if (option.whole && value != std::floor(value)) return refuse();
  return value;
}

void set(MethodChoice& choice, const std::string& part) {
  const MethodInfo& info = choice.kind->info;
  const std::size_t is = part.find('=');
  const std::string key = part.substr(0, is);
  const auto option = std::find_if(info.options.begin(), info.options.end(),
                                   [&](const MethodOption& o) { return o.name == key; });
  if (option == info.options.end())
    throw ConfigError(fmt::format("method {}: there is no option '{}'{}", info.name, key,
                                  hint(key, names_of(info.options))));
  if (is == std::string::npos)
    throw ConfigError(fmt::format("method {}: '{}': expected {}=VALUE", info.name, part, key));
  choice.numbers[static_cast<std::size_t>(option - info.options.begin())] =
      value_of(info, *option, part.substr(is + 1));
}

/// text: as the user has it, so that options of a name of nevergrad's can be changed.
void refuse_twice(const std::string& text) {
  std::set<std::string> given;
  for (const std::string& part : split(text, ',')) {
    const std::string key = part.substr(0, part.find('='));
    if (!given.insert(key).second)
      throw ConfigError(fmt::format("method {}: '{}' is given twice", text, key));
  }
}

const MethodKind* kind_called(std::string_view name) {
  for (const MethodKind* kind : methods())
    if (kind->info.name == name) return kind;
  return nullptr;
}

[[noreturn]] void no_such(const std::string& name) {
  std::vector<std::string> names{"auto"};
  for (const MethodKind* kind : methods())
    names.emplace_back(kind->info.name);
  std::vector<std::string> all = names;
  for (const Alias& alias : nevergrad_names())
    all.emplace_back(alias.name);
  const std::string near = nearest(name, all);
  throw ConfigError(fmt::format("there is no method '{}'{} (allowed: {}, and names of nevergrad)",
                                name, near.empty() ? "" : fmt::format("; did you mean '{}'?", near),
                                fmt::join(names, ", ")));
}

/// `text` with a name of this program in front.
std::string own_text(const std::string& text, const Task& task, std::string& why) {
  const std::string name = text.substr(0, text.find(','));
  const std::string rest = text.substr(name.size());
  if (kind_called(name) != nullptr) return text;
  std::string meant = name;
  for (const Alias& alias : nevergrad_names())
    if (alias.name == name) meant = alias.text;
  if (meant != "auto") {
    if (meant == name) no_such(name);
    return meant + rest;
  }
  if (!rest.empty())
    throw ConfigError(fmt::format("method {} takes no options: '{}'", name, rest.substr(1)));
  const Automatic chosen = choose_automatically(task);
  why = chosen.why;
  return chosen.text;
}

}  // namespace

double Settings::operator[](std::string_view name) const {
  const auto& options = info_->options;
  const auto found = std::find_if(options.begin(), options.end(),
                                  [name](const MethodOption& o) { return o.name == name; });
  return numbers_.at(static_cast<std::size_t>(found - options.begin()));
}

double Settings::number(std::string_view name, double rule) const {
  const double given = (*this)[name];
  return std::isnan(given) ? rule : given;
}

Index Settings::count(std::string_view name, Index rule) const {
  return static_cast<Index>(number(name, static_cast<double>(rule)));
}

bool Settings::is(std::string_view name, std::string_view word) const {
  const auto& options = info_->options;
  const auto found = std::find_if(options.begin(), options.end(),
                                  [name](const MethodOption& o) { return o.name == name; });
  return found->words[static_cast<std::size_t>((*this)[name])] == word;
}

MethodChoice choose_method(const std::string& text, const Task& task) {
  MethodChoice choice;
  const std::vector<std::string> parts = split(own_text(text, task, choice.why), ',');
  choice.kind = kind_called(parts.front());
  if (choice.kind == nullptr) no_such(parts.front());
  for (const MethodOption& option : choice.kind->info.options)
    choice.numbers.push_back(option.usual);
  for (std::size_t k = 1; k < parts.size(); ++k)
    set(choice, parts[k]);
  refuse_twice(text);
  return choice;
}

std::string method_reference() {
  std::string text;
  for (const MethodKind* kind : methods()) {
    const MethodInfo& info = kind->info;
    text += fmt::format("### `{}`\n\n{}. Source: {}.\n\n", info.name, info.meaning, info.source);
    if (info.options.empty()) continue;
    text +=
        "| option | usual | allowed | meaning | source of the usual value "
        "|\n|---|---|---|---|---|\n";
    for (const MethodOption& o : info.options) {
      const std::string usual = std::isnan(o.usual) ? "by rule"
                                : o.words.empty()
                                    ? fmt::format("{}", o.usual)
                                    : std::string(o.words[static_cast<std::size_t>(o.usual)]);
      text += fmt::format("| `{}` | {} | {} | {} | {} |\n", o.name, usual, allowed(o), o.meaning,
                          o.source);
    }
    text += "\n";
  }
  return text;
}

std::string nevergrad_reference() {
  std::string text = "| nevergrad's name | is here |\n|---|---|\n";
  for (const Alias& alias : nevergrad_names())
    text += fmt::format("| `{}` | `{}` |\n", alias.name, alias.text);
  return text;
}

}  // namespace arcuate::optimise
