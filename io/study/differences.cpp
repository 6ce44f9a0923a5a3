#include <fmt/format.h>

#include <algorithm>

#include "arcuate/io/study.hpp"
#include "file/yaml.hpp"

namespace arcuate::io {
namespace {

/// A value on one line, as far as one reads.
std::string shown(const yaml::Node* node) {
  constexpr std::size_t longest = 100;
  if (node == nullptr) return "not there";
  std::string text = yaml::emit_line(*node);
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;
  return text.substr(0, end) + "...";
}

/// Members of maps by their keys, those of lists by their numbers; nullptr: not there.
// NOLINTNEXTLINE(misc-no-recursion)
void add_differences(const std::string& path, const yaml::Node* was, const yaml::Node* is,
                     std::vector<std::string>& words) {
  const bool both = was != nullptr && is != nullptr;
  if (both && yaml::emit_line(*was) == yaml::emit_line(*is)) return;
  const auto inside = [&path](const std::string& key) {
    return path.empty() ? key : path + "." + key;
  };
  if (both && was->is_map() && is->is_map()) {
    for (const std::string& key : was->keys)
      add_differences(inside(key), was->find(key), is->find(key), words);
    for (const std::string& key : is->keys) {
      if (was->find(key) == nullptr) add_differences(inside(key), nullptr, is->find(key), words);
    }
    return;
  }
  const bool maps = both && was->is_list() && is->is_list() && !was->items.empty() &&
                    !is->items.empty() && was->items[0].is_map() && is->items[0].is_map();
  if (maps) {
    for (std::size_t k = 0; k < std::max(was->items.size(), is->items.size()); ++k)
      add_differences(inside(fmt::format("{}", k)),
                      k < was->items.size() ? &was->items[k] : nullptr,
                      k < is->items.size() ? &is->items[k] : nullptr, words);
    return;
  }
  words.push_back(fmt::format("`{}` was {}, is {}", path, shown(was), shown(is)));
}

yaml::Node without(const std::string& study, std::span<const std::string_view> ignored) {
  yaml::Document document = yaml::parse(study, "");
  for (const std::string_view section : ignored)
    document.root.erase(section);
  return document.root;
}

}  // namespace

std::vector<std::string> study_differences(const std::string& was, const std::string& is,
                                           std::span<const std::string_view> ignored) {
  const yaml::Node before = without(was, ignored), after = without(is, ignored);
  std::vector<std::string> words;
  add_differences("", &before, &after, words);
  return words;
}

std::string study_section(const std::string& normalised, const std::string& key) {
  const yaml::Document document = yaml::parse(normalised, "study");
  const yaml::Node* const section = document.root.find(key);
  return section == nullptr ? "" : yaml::emit(*section);
}

}  // namespace arcuate::io
