#include <algorithm>

#include "arcuate/forecast/plan.hpp"

namespace arcuate::forecast {

int ranks_of_each(const std::vector<RanksCost>& costs, const Shared& shared) {
  struct Way {
    int ranks;
    double seconds;
  };
  std::vector<Way> ways;
  int most = 1;
  for (const RanksCost& cost : costs) {
    if (cost.ranks > shared.workers) continue;
    most = std::max(most, cost.ranks);
    const std::int64_t side_by_side =
        std::clamp<std::int64_t>(shared.here / cost.ranks, 1, shared.simulations);
    if (shared.available > 0 && side_by_side * cost.bytes > shared.available) continue;
    const std::int64_t at_once = shared.workers / cost.ranks;
    const std::int64_t rounds = (shared.simulations + at_once - 1) / at_once;
    ways.push_back({cost.ranks, static_cast<double>(rounds) * cost.seconds});
  }
  if (ways.empty()) return most;
  const auto sooner = [](const Way& a, const Way& b) { return a.seconds < b.seconds; };
  const double soonest = std::min_element(ways.begin(), ways.end(), sooner)->seconds;
  return std::find_if(ways.begin(), ways.end(),
                      [&](const Way& way) { return way.seconds <= 1.05 * soonest; })
      ->ranks;
}

}  // namespace arcuate::forecast
