#include "values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io {
namespace {

std::optional<GlobalIndex> whole(std::string_view text) {
  GlobalIndex value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

struct Run {
  GlobalIndex first = 0, last = 0;
};

std::optional<Run> run_of(const std::string& text, const std::vector<std::string>& names) {
  if (const auto one = whole(text)) return Run{*one, *one};
  const std::size_t dash = text.find('-');
  if (dash != std::string::npos) {
    const auto first = whole(std::string_view(text).substr(0, dash));
    const auto last = whole(std::string_view(text).substr(dash + 1));
    if (first && last && *first <= *last) return Run{*first, *last};
  }
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return Run{found - names.begin(), found - names.begin()};
}

}  // namespace

std::vector<double> Lists::numbers(std::string_view key) const {
  const KeyInfo& info = study_key(schema + "." + std::string(key));
  const yaml::Node* node = section.find(key);
  yaml::Document fallback;
  if (node == nullptr) {
    if (info.fallback == "required") section.fail(key, "missing, but required");
    fallback = yaml::parse(info.fallback, document.path);
    node = &fallback.root;
  }
  const std::string begin = section.place(key);
  const std::vector<yaml::Node> items = node->is_list() ? node->items : std::vector{*node};
  if (items.empty()) section.fail(key, "the list is empty");
  std::vector<double> values;
  std::vector<yaml::Node> noted;
  for (const yaml::Node& item : items) {
    values.push_back(to_number(item, info.unit, begin));
    if (!std::isfinite(values.back())) section.fail(key, "expected finite numbers");
    noted.push_back(yaml::number(values.back()));
  }
  section.normal().set(key, noted.size() == 1 && !node->is_list() ? noted[0] : yaml::list(noted));
  return values;
}

void Lists::fail_size(std::string_view key, std::size_t found, std::size_t wanted) const {
  const KeyInfo& info = study_key(schema + "." + std::string(key));
  section.fail(key,
               fmt::format("{} numbers: expected {} (allowed: {})", found, wanted, info.allowed));
}

std::vector<GlobalIndex> indices_in(const yaml::Node& node, const std::vector<std::string>& names,
                                    GlobalIndex count, const std::string& begin) {
  const std::vector<yaml::Node> items = node.is_list() ? node.items : std::vector{node};
  std::vector<GlobalIndex> all;
  for (const yaml::Node& item : items) {
    const auto run = item.is_scalar() ? run_of(item.text, names) : std::nullopt;
    if (!run)
      throw ConfigError(
          begin + fmt::format("expected an index, a range or a name, not {}", describe(item)) +
          (item.is_scalar() && !names.empty() ? hint(item.text, names) : ""));
    if (run->last >= count || run->first < 0)
      throw ConfigError(
          begin + fmt::format("there is no number {} (allowed: 0 to {})", run->last, count - 1));
    for (GlobalIndex k = run->first; k <= run->last; ++k)
      all.push_back(k);
  }
  if (all.empty()) throw ConfigError(begin + "the list is empty");
  std::vector<GlobalIndex> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    throw ConfigError(begin + fmt::format("names {} twice",
                                          names.empty() ? fmt::format("number {}", *twice)
                                                        : names[static_cast<std::size_t>(*twice)]));
  return all;
}

}  // namespace arcuate::io
