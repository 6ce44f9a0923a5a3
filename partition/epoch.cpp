#include <algorithm>
#include <bit>

#include "arcuate/partition/partition.hpp"

namespace arcuate::partition {

Step message_period(std::int64_t smallest_cut_lag, Step block) {
  if (smallest_cut_lag <= 0) return 1;
  const Step half = (smallest_cut_lag + 1) / 2;
  if (half >= block) return half / block * block;
  if (smallest_cut_lag >= block - 1 && 2 * (smallest_cut_lag + 1) < 3 * block) return block;
  return static_cast<Step>(std::bit_floor(static_cast<std::uint64_t>(half)));
}

Step newest_needed(Step begin, Step period, std::int64_t smallest_cut_lag, Step block) {
  const Step visit = std::min(period, block);
  Step newest = begin + visit - 1 - smallest_cut_lag;
  // A far edge as short as the cut allows, or as its class allows when the shortest one is near.
  if (begin % block == 0) {
    newest = std::max(newest, begin + block - 1 - std::max(smallest_cut_lag, block - 1));
  }
  return newest;
}

}  // namespace arcuate::partition
