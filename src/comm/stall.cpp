#include "stall.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace arcuate::comm {
namespace {

using core::Doing;

bool waits(const Seen& seen) {
  return seen.doing == Doing::waiting || seen.doing == Doing::agreeing;
}

bool may_take_long(const Seen& seen) {
  return seen.doing == Doing::writing || seen.doing == Doing::deciding;
}

/// "rank 3", "ranks 0, 1 and 5"
std::string names_of(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  constexpr std::size_t most = 12;
  const std::size_t shown = ranks.size() > most ? most - 1 : ranks.size();
  for (std::size_t k = 0; k < shown; ++k) {
    if (k > 0) text += k + 1 == ranks.size() ? " and " : ", ";
    text += std::to_string(ranks[k]);
  }
  if (shown < ranks.size()) text += " and " + std::to_string(ranks.size() - shown) + " more";
  return text;
}

const char* words_of(char state) {
  switch (state) {
    case 'T':
    case 't':
      return " (its process is stopped)";
    case 'D':
      return " (its process waits for a disk)";
    case 'Z':
    case 'X':
      return " (its process has ended)";
    default:
      return "";
  }
}

std::string words_of(Doing doing) {
  switch (doing) {
    case Doing::writing:
      return "writing";
    case Doing::deciding:
      return "deciding what comes next";
    default:
      return "computing";
  }
}

/// Those that nobody keeps waiting come first: they are why.
std::string sentence(const std::vector<Seen>& still) {
  std::string culprits, waiting;
  std::map<int, std::vector<int>> of;  // by the rank that is waited for; -1: all
  for (const Seen& seen : still) {
    if (waits(seen)) {
      of[seen.doing == Doing::waiting ? seen.partner : -1].push_back(seen.rank);
      continue;
    }
    if (!culprits.empty()) culprits += "; ";
    culprits += "rank " + std::to_string(seen.rank) + " stands still at step " +
                std::to_string(seen.step) + ", " + words_of(seen.doing) + words_of(seen.state);
  }
  for (const auto& [partner, ranks] : of) {
    const std::string verb = ranks.size() == 1 ? " waits for " : " wait for ";
    waiting += "; " + names_of(ranks) + verb +
               (partner < 0 ? "all others" : "a message of rank " + std::to_string(partner));
  }
  if (!culprits.empty()) return culprits + waiting;
  const Seen& last = *std::min_element(
      still.begin(), still.end(), [](const Seen& a, const Seen& b) { return a.step < b.step; });
  std::string state;
  for (const Seen& seen : still) {
    if (*words_of(seen.state) != 0)
      state += "; rank " + std::to_string(seen.rank) + words_of(seen.state);
  }
  return waiting.substr(2) + state + "; rank " + std::to_string(last.rank) +
         " is furthest behind, at step " + std::to_string(last.step);
}

}  // namespace

std::optional<std::string> find_stall(std::span<const Seen> ranks, const Patience& patience,
                                      const std::string& what) {
  const double longest = Patience::longer * patience.seconds;
  std::vector<Seen> still;
  double time = 0.0;
  for (const Seen& seen : ranks) {
    if (!seen.is_watched) continue;
    // All may wait for what is written.
    if (may_take_long(seen) && seen.still <= longest) return std::nullopt;
    if (seen.still <= patience.seconds) continue;
    still.push_back(seen);
    time = std::max(time, seen.still);
  }
  if (still.empty()) return std::nullopt;
  if (!patience.is_whole && std::all_of(still.begin(), still.end(), waits) && time <= longest)
    return std::nullopt;
  return "no " + what + " for " + std::to_string(std::llround(time)) + " s: " + sentence(still);
}

}  // namespace arcuate::comm
