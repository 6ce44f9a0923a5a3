#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "arcuate/core/types.hpp"

/// What a simulation needs to go on, by region, so that any ranks and threads can go on with it.
namespace arcuate::engine {

/// Of one region, as Simulation::save writes it: the history of every channel, (channels, 1 +
/// longest_lag), the oldest value first, then what its tile remembers (TileState, of roles state
/// and history).
struct RegionSnapshot {
  std::int32_t longest_lag = 0;    ///< [steps]
  std::span<const double> values;  ///< until the next region is asked for
};

/// The snapshot of a region of the network.
using SnapshotOf = std::function<RegionSnapshot(GlobalIndex region)>;

}  // namespace arcuate::engine
