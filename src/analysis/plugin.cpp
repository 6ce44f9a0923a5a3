#include "arcuate/analysis/plugin.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "arcuate/analysis/plugin_stamp.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/plugin/library.hpp"

namespace arcuate::analysis {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Something of a feature, for messages: "feature X: option 'low'".
struct Place {
  std::string_view feature;
  const char* kind;
  std::string name;

  [[noreturn]] void fail(const std::string& what) const {
    throw DataError("feature " + std::string(feature) + ": " + kind + " '" + name + "': " + what);
  }
};

void check_name(const Place& place, Names& taken) {
  plugin::require_name("feature " + std::string(place.feature) + ": " + place.kind, place.name);
  if (!taken.insert(place.name).second) place.fail("this name is taken already");
}

bool is_number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// "> 0", ">= 2", "0 to 1" or "": what a reader of options understands.
bool are_bounds(std::string_view text) {
  if (text.empty()) return true;
  if (text.starts_with(">= ")) return is_number(text.substr(3));
  if (text.starts_with("> ")) return is_number(text.substr(2));
  const std::size_t to = text.find(" to ");
  return to != std::string_view::npos && is_number(text.substr(0, to)) &&
         is_number(text.substr(to + 4));
}

void check_option(const Place& place, const OptionInfo& option) {
  const bool number = option.type == OptionType::number || option.type == OptionType::whole;
  const std::string allowed(option.allowed);
  if (number && !are_bounds(option.allowed))
    place.fail("allows '" + allowed + "' (expected: \"> 0\", \">= 0\", \"0 to 1\" or \"\")");
  if (option.type == OptionType::word && option.allowed.empty())
    place.fail("is a word, and allows none (expected: \"one, other\")");
}

/// How many stand along every axis.
std::map<std::string, std::size_t> extents_of(const Feature& feature, const Result& result,
                                              Names& names) {
  std::map<std::string, std::size_t> extents;
  for (const Axis& axis : result.axes) {
    const Place place{feature.name, "axis", axis.name};
    check_name(place, names);
    if (!axis.values.empty() && !axis.texts.empty()) place.fail("has numbers and texts");
    extents[axis.name] = std::max(axis.values.size(), axis.texts.size());
  }
  return extents;
}

}  // namespace

void require_sound(const Feature& feature) {
  plugin::require_name("the feature", std::string(feature.name));
  if (feature.compute == nullptr) throw DataError("has no function `compute`");
  if (feature.returns.empty())
    throw DataError("feature " + std::string(feature.name) + ": `returns` is empty");
  Names names{"kind", "plugin", "name", "monitor", "variable", "from", "until", "pairs"};
  for (const OptionInfo& option : preparation_options())
    names.emplace(option.name);
  for (const OptionInfo& option : feature.options) {
    const Place place{feature.name, "option", std::string(option.name)};
    check_name(place, names);
    check_option(place, option);
  }
  Names arrays;
  for (const ReturnInfo& array : feature.returns)
    check_name({feature.name, "return", std::string(array.name)}, arrays);
}

void require_sound(const Feature& feature, const Result& result) {
  Names names;
  const auto extents = extents_of(feature, result, names);
  for (const Array& array : result.arrays) {
    const Place place{feature.name, "result", array.name};
    check_name(place, names);
    const bool said = std::any_of(feature.returns.begin(), feature.returns.end(),
                                  [&](const ReturnInfo& one) { return one.name == array.name; });
    if (!said) place.fail("is not in its table `returns`");
    std::size_t values = 1;
    for (const std::string& axis : array.axes) {
      if (!extents.contains(axis)) place.fail("lies along '" + axis + "', which is no axis of it");
      values *= extents.at(axis);
    }
    if (values != array.values.size())
      place.fail("has " + std::to_string(array.values.size()) + " values, and its axes " +
                 std::to_string(values));
  }
}

Plugin load_plugin(const std::string& path) {
  constexpr plugin::Kind kind = plugin::Kind::feature;
  plugin::Library library = plugin::load(kind, path, plugin_stamp(plugin::program_stamp(kind)));
  const Feature& feature = *static_cast<const Feature*>(library.entry);
  require_sound(feature);
  if (find_feature(feature.name) != nullptr)
    throw DataError("its feature is called '" + std::string(feature.name) +
                    "' like one of Arcuate: rename it");
  return {&feature, std::move(library.path), std::move(library.sha256)};
}

}  // namespace arcuate::analysis
