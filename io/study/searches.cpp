#include "searches.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "parts.hpp"

namespace arcuate::io {
namespace {

/// Keys of `fit` whose text is the name of a file, or FILE:NAME.
constexpr std::array file_keys{"map", "groups", "target"};

class Absolute {
 public:
  explicit Absolute(const std::string& study) : study_(study) {}

  void map(yaml::Node& node, const std::string& above) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string& key = node.keys[i];
      const std::size_t dot = key.rfind('.');
      const bool path = dot != std::string::npos;
      const std::string before = path ? key.substr(0, dot) : above;
      const std::string section = before.substr(before.rfind('.') + 1);
      const bool file = names_a_file(section, path ? key.substr(dot + 1) : key) ||
                        std::find(file_keys.begin(), file_keys.end(), key) != file_keys.end() ||
                        above == "targets";
      value(node.items[i], key, file);
    }
  }

  std::vector<std::string> files;

 private:
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
};

}  // namespace

std::vector<std::string> make_search_inputs_absolute(yaml::Node& section,
                                                     const std::string& study) {
  Absolute absolute(study);
  absolute.map(section, "");
  return std::move(absolute.files);
}

}  // namespace arcuate::io
