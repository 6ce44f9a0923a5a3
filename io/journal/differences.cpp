#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/io/journal.hpp"

namespace arcuate::io {
namespace {

using nlohmann::json;

constexpr int deepest = 100;
constexpr std::size_t longest = 80;

json parsed(const std::string& text) {
  const auto limit_depth = [](int depth, json::parse_event_t /*event*/, json& /*value*/) {
    if (depth > deepest) throw DataError(fmt::format("JSON of more than {} levels", deepest));
    return true;
  };
  try {
    return json::parse(text, limit_depth);
  } catch (const json::exception& error) {
    throw DataError(fmt::format("not JSON: {}", error.what()));
  }
}

std::string text_of(const json* value) {
  return value == nullptr ? "(none)" : value->dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The next place at or before `at` where a character begins.
std::size_t character_at(const std::string& text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U)
    --at;
  return std::min(at, text.size());
}

/// A part that holds byte `middle`, when the whole is long.
std::string part_of(const std::string& text, std::size_t middle) {
  if (text.size() <= longest) return text;
  constexpr std::size_t before = 20;
  const std::size_t begin = character_at(text, middle > 2 * before ? middle - before : 0);
  const std::size_t end = character_at(text, begin + longest - 6);
  return fmt::format("{}{}{}", begin > 0 ? "..." : "", text.substr(begin, end - begin),
                     end < text.size() ? "..." : "");
}

std::string change(const json* before, const json* after) {
  const std::string old_text = text_of(before);
  const std::string new_text = text_of(after);
  const auto differ =
      std::mismatch(old_text.begin(), old_text.end(), new_text.begin(), new_text.end());
  const auto first = static_cast<std::size_t>(differ.first - old_text.begin());
  return fmt::format("{} -> {}", part_of(old_text, first), part_of(new_text, first));
}

class Differences {
 public:
  std::vector<std::string> lines;

  /// nullptr: not there.
  void compare(const std::string& path, const json* before, const json* after) {
    const bool both = before != nullptr && after != nullptr;
    if (both && *before == *after) return;
    if (both && before->is_object() && after->is_object()) return objects(path, *before, *after);
    if (both && before->is_array() && after->is_array() && before->size() == after->size()) {
      for (std::size_t i = 0; i < before->size(); ++i)
        compare(fmt::format("{}[{}]", path, i), &(*before)[i], &(*after)[i]);
      return;
    }
    lines.push_back(fmt::format("{}: {}", path.empty() ? "(all)" : path, change(before, after)));
  }

 private:
  void objects(const std::string& path, const json& before, const json& after) {
    std::set<std::string> keys;
    for (const json* side : {&before, &after}) {
      for (const auto& member : side->items())
        keys.insert(member.key());
    }
    const auto in = [](const json& side, const std::string& key) {
      const auto found = side.find(key);
      return found == side.end() ? nullptr : &*found;
    };
    for (const std::string& key : keys)
      compare(path.empty() ? key : path + "." + key, in(before, key), in(after, key));
  }
};

}  // namespace

std::vector<std::string> differences(const std::string& before, const std::string& after) {
  const json old_value = parsed(before);
  const json new_value = parsed(after);
  Differences differences;
  differences.compare("", &old_value, &new_value);
  return differences.lines;
}

}  // namespace arcuate::io
