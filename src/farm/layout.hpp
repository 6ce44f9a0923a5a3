#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace arcuate::farm {

/// Who works together: by worker its ranks, ascending; workers by their first rank. Rank 0 is in
/// none. machines: by rank. Whole workers within a machine first; what remains of the machines is
/// put together, as far as it goes.
std::vector<std::vector<int>> teams_of(std::span<const std::int64_t> machines, int ranks);

}  // namespace arcuate::farm
