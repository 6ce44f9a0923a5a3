#include "searches.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "parts.hpp"

namespace arcuate::io {
namespace {

/// Keys of `fit` whose text is the name of a file, or FILE:NAME.
constexpr std::array file_keys{"map", "groups"};

class Absolute {
 public:
  Absolute(const std::string& study, Targets targets) : study_(study), targets_(targets) {}

  void map(yaml::Node& node, const std::string& above) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string& key = node.keys[i];
      const std::size_t dot = key.rfind('.');
      const bool path = dot != std::string::npos;
      const std::string before = path ? key.substr(0, dot) : above;
      const std::string section = before.substr(before.rfind('.') + 1);
      const bool file =
          names_a_file(section, path ? key.substr(dot + 1) : key) || is_file_key(above, key);
      value(node.items[i], key, file);
    }
  }

  std::vector<std::string> files;

 private:
  [[nodiscard]] bool is_file_key(const std::string& above, const std::string& key) const {
    if (key == "target" || above == "targets") return targets_ == Targets::files;
    return std::find(file_keys.begin(), file_keys.end(), key) != file_keys.end();
  }

  void value(yaml::Node& node, const std::string& key, bool file) {
    if (node.is_map() && file && node.find("choices") != nullptr)
      return value(*node.find("choices"), key, true);
    if (node.is_map()) return map(node, key);
    for (yaml::Node& item : node.items)
      value(item, key, file);
    if (file && node.is_scalar() && !plain_number(node.text)) text(node.text);
  }

  void text(std::string& text) {
    const std::filesystem::path path(input_path(study_, text));
    text = std::filesystem::absolute(path).lexically_normal().string();
    std::error_code failed;
    const std::size_t colon = text.rfind(':');
    const bool whole = colon == std::string::npos || std::filesystem::exists(text, failed);
    files.push_back(whole ? text : text.substr(0, colon));
  }

  const std::string& study_;
  Targets targets_;
};

}  // namespace

std::vector<std::string> make_search_inputs_absolute(yaml::Node& section, const std::string& study,
                                                     Targets targets) {
  Absolute absolute(study, targets);
  absolute.map(section, "");
  return std::move(absolute.files);
}

std::shared_ptr<const SearchSections> keep_searches(const yaml::Document& document,
                                                    const std::string& study, Section& top,
                                                    std::vector<std::string>& inputs,
                                                    Targets targets) {
  std::shared_ptr<const SearchSections> searches;
  for (const char* key : search_sections) {
    const yaml::Node* const section = top.map_of(key);
    if (section == nullptr) continue;
    yaml::Node& kept = top.normal().set(key, *section);
    for (std::string& file : make_search_inputs_absolute(kept, study, targets))
      inputs.push_back(std::move(file));
    if (!searches) searches = std::make_shared<SearchSections>(SearchSections{document});
  }
  return searches;
}

}  // namespace arcuate::io
