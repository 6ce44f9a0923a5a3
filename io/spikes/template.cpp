#include "arcuate/io/study_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "study/schema.hpp"

namespace arcuate::io {
namespace {

constexpr std::array sections_of_simulation{"title",    "spiking",   "seed",
                                            "duration", "transient", "storage",
                                            "output",   "overwrite", "checkpoint"};
constexpr std::array keys_of_mean_field{"title", "spiking", "seed", "duration", "steady"};

bool belongs(std::string_view path, SpikingTemplate kind) {
  const std::string_view top = path.substr(0, path.find_first_of(".["));
  const auto among = [top](const auto& names) {
    return std::find(names.begin(), names.end(), top) != names.end();
  };
  if (kind == SpikingTemplate::simulation) return among(sections_of_simulation);
  const bool of_the_run = path.starts_with("spiking.monitors") ||
                          path.starts_with("spiking.analysis") ||
                          path.starts_with("spiking.stimuli");
  const bool of_regions = path.starts_with("steady.roots") || path.starts_with("steady.continue") ||
                          path.starts_with("steady.linear_noise");
  return among(keys_of_mean_field) && !of_the_run && !of_regions;
}

/// Whether the default of the table can be written as a value.
bool is_value(const KeyInfo& key) {
  if (key.fallback.empty()) return key.type == KeyType::section && key.allowed != "a list";
  switch (key.type) {
    case KeyType::number:
    case KeyType::integer:
    case KeyType::values:
      return key.fallback.find_first_of("-0123456789[") == 0;
    case KeyType::flag:
    case KeyType::choice:
      return key.fallback != "required" && key.fallback != "drawn";
    default:
      return false;
  }
}

/// Lines of a YAML file, some of which are comments because they or a section above them are not
/// there unless they are asked for.
class Template {
 public:
  void add(const KeyInfo& key) {
    const std::vector<std::string_view> parts = parts_of(key.path);
    const std::size_t depth = parts.size() - 1;
    if (!inside(key.path, commented_)) commented_ = {};
    // What makes it such a study, and a duration, which has no default.
    const bool required = key.path == "duration" || key.path == "spiking";
    const bool live = commented_.empty() && (required || is_value(key));
    if (!live && key.type == KeyType::section && commented_.empty()) commented_ = key.path;
    std::string line = (live ? "" : "# ") + std::string(2 * depth, ' ');
    if (depth > 0 && parts[depth - 1].ends_with("[]") && list_ != parts[depth - 1]) {
      line.replace(line.size() - 2, 2, "- ");
      list_ = parts[depth - 1];
    }
    line += fmt::format("{}:", parts.back());
    const std::string_view value = required ? "1 s" : key.fallback;
    if (key.type != KeyType::section && (live || is_value(key))) line += fmt::format(" {}", value);
    constexpr std::size_t column = 46;
    if (line.size() < column) line.resize(column, ' ');
    text_ += line + "  # " + note_of(key) + "\n";
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      parts.push_back(path.substr(begin, end - begin));
      begin = end + 1;
    }
    return parts;
  }
  static bool inside(std::string_view path, std::string_view section) {
    return !section.empty() && path.starts_with(section) && path.size() > section.size() &&
           (path[section.size()] == '.' || path[section.size()] == '[');
  }
  /// "[Hz] 0 to 1; default ...; what it means".
  static std::string note_of(const KeyInfo& key) {
    std::string note;
    const auto say = [&](std::string_view words) {
      if (words.empty()) return;
      note += (note.empty() ? "" : "; ") + std::string(words);
    };
    say(key.allowed);
    if (!is_value(key) && !key.fallback.empty())
      say(key.fallback == "required" ? "required" : fmt::format("default: {}", key.fallback));
    say(key.meaning);
    if (!key.unit.empty() && key.unit != "1") note = fmt::format("[{}] ", key.unit) + note;
    return note;
  }

  std::string text_;
  std::string_view commented_;  ///< section that is a comment
  std::string_view list_;       ///< of which an entry has begun
};

}  // namespace

std::string spiking_template(SpikingTemplate kind) {
  Template study;
  for (const KeyInfo& key : study_keys()) {
    if (belongs(key.path, kind)) study.add(key);
  }
  return study.text();
}

}  // namespace arcuate::io
