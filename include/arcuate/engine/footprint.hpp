#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/engine/edge_sizes.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"

/// What the engine of every rank will hold: counted by the walk with which the engine lays its
/// edges out, and summed over the declarations by which it allocates its arrays.
namespace arcuate::engine {

struct RankCounts {
  GlobalIndex network = 0;  ///< regions of the whole of it
  LocalIndex regions = 0;
  GlobalIndex edges = 0;                ///< rows of the network, summed or not
  std::vector<EdgeSizes> parts;         ///< by population; at least one
  std::int64_t far_shares = 0;          ///< in all series
  std::int64_t near_shares = 0;         ///< with undelayed edges of held coupling
  std::int64_t stage_edges = 0;         ///< undelayed, evaluated at every stage
  LocalIndex source_tile = 0;           ///< sources in a tile of the first part
  LocalIndex slots = 0;                 ///< sources read or owned
  std::int64_t arena_values = 0;        ///< [values] histories of one channel
  LocalIndex ghosts = 0;                ///< sources received
  std::int64_t sent = 0;                ///< (source, receiver) pairs
  int peers = 0;                        ///< ranks that send or receive here
  int messages = 0;                     ///< sent at each exchange
  std::int32_t smallest_near_lag = -1;  ///< between owned regions; -1: none
};

/// (ranks) counts. `period`: [steps] between messages; 0: none. O(edges + ranks x regions).
std::vector<RankCounts> count_ranks(const network::Connectome& connectome, const Delays& delays,
                                    const SimulationSpec& spec,
                                    const std::vector<std::int32_t>& owner, int ranks, int threads,
                                    Step period);

/// [bytes] of the arrays of one rank.
struct RankArrays {
  std::int64_t rows = 0;     ///< before and while the edges are laid out
  std::int64_t owners = 0;   ///< what stays of the rows
  std::int64_t slots = 0;    ///< of all regions, while the edges are laid out
  std::int64_t edges = 0;    ///< shares in the form they are summed in
  std::int64_t history = 0;  ///< and message buffers
  std::int64_t regions = 0;  ///< states, parameters, sums, noise
};

/// [steps] between two times at which ranks tell each other of parcels; 0: there are no tracts.
Step tract_period(const SimulationSpec& spec);

RankArrays arrays_of(const SimulationSpec& spec, const RankCounts& counts, Step period,
                     const BlockChoice& block);

/// Numbers that Simulation::save and save_shared give of all regions together.
std::int64_t saved_values(const SimulationSpec& spec, const Delays& delays);

}  // namespace arcuate::engine
