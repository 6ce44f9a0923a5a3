#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/features.hpp"
#include "context.hpp"
#include "study/parts.hpp"

namespace arcuate::io {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t dot = text.find('.');
    parts.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

std::optional<std::size_t> index_of(const std::string& text) {
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// One spelling of a path: "monitors.00.period" is "monitors.0.period".
std::vector<std::string> canonical(std::string_view path) {
  std::vector<std::string> parts = split(path);
  for (std::string& part : parts) {
    if (const auto index = index_of(part)) part = fmt::format("{}", *index);
  }
  return parts;
}

/// Whether a row of the schema is about a path: `monitors[].period`, `noise.<target>.sigma`.
bool matches(std::string_view schema, const std::vector<std::string>& path) {
  std::size_t k = 0;
  for (std::string& part : split(schema)) {
    if (k >= path.size()) return false;
    const bool list = part.ends_with("[]");
    if (list) part.resize(part.size() - 2);
    if (!part.starts_with('<') && part != path[k]) return false;
    ++k;
    if (list && (k >= path.size() || !index_of(path[k++]))) return false;
  }
  return k == path.size();
}

/// The population that a path is in, and the rest of the path behind `model` or `models.K`.
const PopulationForm* population_of(const Study& study, const std::vector<std::string>& path,
                                    std::vector<std::string>& rest) {
  const auto& all = study.unresolved->populations;
  if (path.size() > 1 && path[0] == "model") {
    rest.assign(path.begin() + 1, path.end());
    return &all.front();
  }
  if (path.size() < 3 || path[0] != "models") return nullptr;
  const auto number = index_of(path[1]);
  if (!number || *number >= all.size()) return nullptr;
  rest.assign(path.begin() + 2, path.end());
  return &all[*number];
}

/// Of a parameter or a state of a model.
std::optional<PathInfo> model_info(const Study& study, const std::vector<std::string>& path) {
  std::vector<std::string> rest;
  const PopulationForm* form = population_of(study, path, rest);
  if (form == nullptr || rest.size() != 2) return std::nullopt;
  const model::ModelInfo& info = form->population.model->info;
  for (const auto& parameter : info.parameters) {
    if (rest[0] == "parameters" && parameter.name == rest[1])
      return PathInfo{true, KeyType::values, std::string(parameter.unit), parameter.range};
  }
  for (const auto& state : info.states) {
    if ((rest[0] == "initial" || rest[0] == "bounds") && state.name == rest[1])
      return PathInfo{true, KeyType::values, std::string(state.unit)};
  }
  return std::nullopt;
}

std::optional<PathInfo> feature_info(const Study& study, const std::vector<std::string>& path) {
  if (path.size() != 3 || path[0] != "features") return std::nullopt;
  const auto number = index_of(path[1]);
  if (!number || *number >= study.features->size()) return std::nullopt;
  for (const auto& option : (*study.features)[*number].feature->options) {
    if (option.name != path[2]) continue;
    using analysis::OptionType;
    const KeyType type = option.type == OptionType::number  ? KeyType::number
                         : option.type == OptionType::whole ? KeyType::integer
                         : option.type == OptionType::flag  ? KeyType::flag
                         : option.type == OptionType::word  ? KeyType::choice
                                                            : KeyType::values;
    return PathInfo{true, type, option.unit == "unit" ? "" : std::string(option.unit)};
  }
  return std::nullopt;
}

/// Names of what is looked up by its name, and what is written.
bool is_fixed(const std::vector<std::string>& path) {
  constexpr std::array whole{"title", "output", "overwrite", "storage", "sweep", "fit"};
  if (std::find(whole.begin(), whole.end(), path.front()) != whole.end()) return true;
  if (path.front() != "monitors" && path.front() != "features") return false;
  constexpr std::array names{"name", "kind", "record", "plugin"};
  return path.size() < 3 ||
         (path.size() == 3 && std::find(names.begin(), names.end(), path[2]) != names.end());
}

void check_path(const PathEntry& entry, const std::vector<std::string>& reserved) {
  const std::vector<std::string> path = canonical(entry.path);
  if (std::any_of(path.begin(), path.end(), [](const auto& part) { return part.empty(); }))
    entry.fail(fmt::format("'{}' has an empty key", entry.path));
  if (entry.path.find('=') != std::string::npos)
    entry.fail(fmt::format("'{}' is no path: a path has no '='", entry.path));
  std::vector<std::string> tops(reserved);
  for (const KeyInfo& key : study_keys())
    tops.push_back(std::string(key.path.substr(0, key.path.find_first_of(".["))));
  tops.erase(std::unique(tops.begin(), tops.end()), tops.end());
  if (std::find(tops.begin(), tops.end(), path.front()) == tops.end())
    entry.fail(fmt::format("'{}' is neither a key of this section nor a path of the study{}",
                           entry.path, hint(path.front(), tops)));
  if (is_fixed(path))
    entry.fail(
        fmt::format("`{}` cannot be varied (allowed: what is simulated, and how)", entry.path));
}

class Entries {
 public:
  Entries(const Context& context, std::string section, const std::vector<std::string>& reserved,
          const std::vector<std::string>& forms)
      : context_(context), section_(std::move(section)), reserved_(reserved), forms_(forms) {}

  void read(const yaml::Node& map, const std::string& above) {
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      if (above.empty() &&
          std::find(reserved_.begin(), reserved_.end(), map.keys[i]) != reserved_.end())
        continue;
      add(map.items[i], map.key_lines[i], above.empty() ? map.keys[i] : above + "." + map.keys[i]);
    }
  }

  std::vector<PathEntry> entries;

 private:
  void add(const yaml::Node& node, int line, const std::string& path) {
    PathEntry entry{path, &node, section_ + "." + path, ""};
    entry.place =
        yaml::place(context_.document, line > 0 ? line : node.line, node.override_, entry.key);
    if (path.starts_with('$')) {  // helpers of expressions are no paths
      entry.info = {true, KeyType::number, "", std::nullopt};
      entries.push_back(std::move(entry));
      return;
    }
    check_path(entry, reserved_);
    entry.info = path_info(context_.study, path);
    if (goes_on(node, entry.info)) return read(node, path);
    entries.push_back(std::move(entry));
  }

  /// A map that is a part of the study, rather than what is said of a value.
  [[nodiscard]] bool goes_on(const yaml::Node& node, const PathInfo& info) const {
    if (!node.is_map() || node.keys.empty()) return false;
    if (info.known && info.type != KeyType::section) return false;
    return std::none_of(node.keys.begin(), node.keys.end(), [this](const std::string& key) {
      return std::find(forms_.begin(), forms_.end(), key) != forms_.end();
    });
  }

  const Context& context_;
  std::string section_;
  const std::vector<std::string>& reserved_;
  const std::vector<std::string>& forms_;
};

}  // namespace

void PathEntry::fail(const std::string& message) const {
  throw ConfigError(place + message);
}

PathInfo path_info(const Subject& study, const std::string& path) {
  const std::vector<std::string> parts = canonical(path);
  if (const Study* regions = study.regions()) {
    if (const auto info = model_info(*regions, parts)) return *info;
    if (const auto info = feature_info(*regions, parts)) return *info;
  }
  for (const KeyInfo& key : study_keys()) {
    if (!matches(key.path, parts)) continue;
    const bool own =
        key.type == KeyType::values && key.unit != "1" && !key.path.starts_with("spiking.");
    return {true, key.type, own ? "" : std::string(key.unit)};
  }
  return {};
}

std::vector<PathEntry> path_entries(const Context& context, const yaml::Node& map,
                                    const std::string& section,
                                    const std::vector<std::string>& reserved,
                                    const std::vector<std::string>& forms) {
  Entries entries(context, section, reserved, forms);
  entries.read(map, "");
  return std::move(entries.entries);
}

void check_distinct(const std::vector<PathEntry>& entries) {
  for (std::size_t b = 1; b < entries.size(); ++b) {
    const std::vector<std::string> second = canonical(entries[b].path);
    for (std::size_t a = 0; a < b; ++a) {
      const std::vector<std::string> first = canonical(entries[a].path);
      const std::size_t common = std::min(first.size(), second.size());
      if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(common),
                      second.begin()))
        continue;
      if (first.size() == second.size())
        entries[b].fail(fmt::format("`{}` is varied already", entries[a].path));
      entries[b].fail(
          fmt::format("`{}` is varied already, and one of the two is a part of the "
                      "other",
                      entries[a].path));
    }
  }
}

bool can_change(const std::string& path) {
  const std::vector<std::string> parts = canonical(path);
  return !is_fixed(parts);
}

}  // namespace arcuate::io
