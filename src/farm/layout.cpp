#include "layout.hpp"

#include <algorithm>
#include <map>

namespace arcuate::farm {
namespace {

/// Whole teams from the begin of `ranks`, as many as there are; returns what remains.
std::vector<int> cut(const std::vector<int>& ranks, std::size_t size,
                     std::vector<std::vector<int>>& teams) {
  auto at = ranks.begin();
  for (; static_cast<std::size_t>(ranks.end() - at) >= size;
       at += static_cast<std::ptrdiff_t>(size))
    teams.emplace_back(at, at + static_cast<std::ptrdiff_t>(size));
  return {at, ranks.end()};
}

}  // namespace

std::vector<std::vector<int>> teams_of(std::span<const std::int64_t> machines, int ranks) {
  std::map<std::int64_t, std::vector<int>> by_machine;
  for (std::size_t rank = 1; rank < machines.size(); ++rank)
    by_machine[machines[rank]].push_back(static_cast<int>(rank));
  std::vector<std::vector<int>> teams;
  std::vector<int> remaining;
  const auto size = static_cast<std::size_t>(ranks);
  for (const auto& [machine, there] : by_machine) {
    const std::vector<int> rest = cut(there, size, teams);
    remaining.insert(remaining.end(), rest.begin(), rest.end());
  }
  std::sort(remaining.begin(), remaining.end());
  cut(remaining, size, teams);
  std::sort(teams.begin(), teams.end());
  return teams;
}

}  // namespace arcuate::farm
