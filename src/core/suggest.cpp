#include "arcuate/core/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace arcuate {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The only candidate of which `word` is a part, or "": jansen is JansenRit.
std::string containing(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t least = 4;
  std::string found;
  for (const std::string& candidate : candidates) {
    const auto at = std::search(candidate.begin(), candidate.end(), word.begin(), word.end(),
                                [](char a, char b) { return lower(a) == lower(b); });
    if (word.size() < least || at == candidate.end()) continue;
    if (!found.empty()) return "";
    found = candidate;
  }
  return found;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool equal = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (equal ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  // A third of the letters may be wrong; more is a guess that misleads.
  std::size_t best = (word.size() + 2) / 3 + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if (std::max(word.size(), candidate.size()) - shorter >= best) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best && distance < std::max(word.size(), candidate.size())) {
      best = distance;
      found = candidate;
    }
  }
  return found.empty() ? containing(word, candidates) : found;
}

std::string hint(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t shown = 24;
  const std::string near = nearest(word, candidates);
  std::string allowed;
  for (std::size_t i = 0; i < std::min(shown, candidates.size()); ++i) {
    if (candidates[i].empty()) continue;
    allowed.append(allowed.empty() ? "" : ", ").append(candidates[i]);
  }
  if (candidates.size() > shown) allowed += fmt::format(", ...: {} in all", candidates.size());
  const std::string question = near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
  return fmt::format("{} (allowed: {})", question, allowed.empty() ? "none" : allowed);
}

}  // namespace arcuate
