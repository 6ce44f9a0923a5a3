#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "arcuate/io/study.hpp"
#include "file/yaml.hpp"

namespace arcuate::io {
namespace {

/// What a simulation does not depend on.
constexpr std::array ignored{"title", "output", "overwrite", "checkpoint", "partition"};

using Values = std::map<std::string, std::string>;

/// Every scalar by the path of its key.
void collect(const yaml::Node& node, const std::string& path, Values& values) {
  if (!node.is_map() && !node.is_list()) {
    values[path] = node.text;
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string key = node.is_map() ? node.keys[i] : std::to_string(i);
    collect(node.items[i], path.empty() ? key : path + "." + key, values);
  }
}

Values values_of(const std::string& study) {
  yaml::Document document = yaml::parse(study, "study");
  for (const char* key : ignored)
    document.root.erase(key);
  Values values;
  collect(document.root, "", values);
  return values;
}

std::string shown(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? "(not given)" : found->second;
}

}  // namespace

std::vector<std::string> study_differences(const std::string& before, const std::string& now) {
  const Values old = values_of(before), present = values_of(now);
  std::set<std::string> keys;
  for (const Values* values : {&old, &present}) {
    for (const auto& [key, value] : *values)
      keys.insert(key);
  }
  std::vector<std::string> differences;
  for (const std::string& key : keys) {
    if (shown(old, key) != shown(present, key))
      differences.push_back(
          fmt::format("{}: {}, now {}", key, shown(old, key), shown(present, key)));
  }
  return differences;
}

std::string study_section(const std::string& normalised, const std::string& key) {
  const yaml::Document document = yaml::parse(normalised, "study");
  const yaml::Node* const section = document.root.find(key);
  return section == nullptr ? "" : yaml::emit(*section);
}

}  // namespace arcuate::io
