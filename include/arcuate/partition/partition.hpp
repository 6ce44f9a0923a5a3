#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"

/// Which rank owns which region. A pure function of (graph, number of parts, options): the same on
/// one rank as on 64, and on every repetition.
namespace arcuate::partition {

/// What the partitioner sees: targets in rows, edges with the lag that the engine will read them
/// at. The step n -> n+1 reads its source at time n - lag.
struct Graph {
  std::vector<GlobalIndex> row;    ///< (n_regions + 1)
  std::vector<LocalIndex> source;  ///< (n_edges)
  std::vector<std::int32_t> lag;   ///< (n_edges) [steps] smallest lag the edge reads at; -1 for
                                   ///< undelayed edges that must be re-evaluated every stage
  std::vector<std::array<double, 3>> centres;  ///< (n_regions) [mm], or empty
  double region_cost = 1.0;          ///< cost of a region's update, in units of one edge-step
  std::vector<double> region_costs;  ///< (n_regions) where it differs between regions, or empty
  double values_per_source = 1.0;    ///< channels a source broadcasts

  [[nodiscard]] GlobalIndex n_regions() const {
    return row.empty() ? 0 : static_cast<GlobalIndex>(row.size()) - 1;
  }
  [[nodiscard]] GlobalIndex n_edges() const { return static_cast<GlobalIndex>(source.size()); }
};

enum class Method { automatic, scotch, bisection, block };

struct Options {
  Method method = Method::automatic;
  double imbalance = 0.03;  ///< allowed (largest part cost) / (mean part cost) - 1
  std::uint64_t seed = 1;
  double dt = 0.1;  ///< [ms] for figures per simulated second
};

/// What a step costs, in edge-steps: the time that one far edge needs for one step, about 0.1 ns.
/// The numbers only rank candidates; docs/decisions/partition.md says where they come from.
struct CostModel {
  double far_edge = 1.0;
  double near_edge = 8.0;    ///< a gather per step in place of a contiguous run (lag < block - 1)
  double halo_value = 10.0;  ///< one value packed, moved and unpacked, counted at both ends
  double message = 5000.0;   ///< processor time of one message at one end, 0.5 us
  double latency = 20000.0;  ///< 2 us for each exchange that nothing hides
  double stages = 2.0;       ///< exchanges per step when a cut edge has lag -1
};

/// What a partition costs, counted, not estimated (except predicted_cost).
struct Quality {
  double imbalance = 0.0;             ///< largest part cost / mean part cost - 1
  std::int64_t cut_edges = 0;         ///< edges whose ends have different owners
  std::int64_t smallest_cut_lag = 0;  ///< [steps]; -2 when nothing is cut
  Step period = 0;                    ///< [steps] between two messages of a pair; 0: nothing is cut
  std::int64_t channels = 0;          ///< ordered pairs of parts that talk
  std::int64_t halo_values = 0;       ///< (source, receiving part) pairs x values: sent per step
  double messages_per_second = 0.0;   ///< of simulated time, all parts together
  double bytes_per_period = 0.0;      ///< all parts together
  double predicted_cost = 0.0;  ///< of a step in edge-steps: the slowest part plus its messages
};

struct Partition {
  int parts = 1;
  std::vector<std::int32_t> owner;  ///< (n_regions), numbered by the lowest region they own
  std::string method;  ///< of the candidate that won, e.g. "packed, contracted below 94 steps"
  Quality quality;
  std::string note;  ///< what was left out and why, or empty
};

/// The number of steps between two messages, given the smallest lag d of the cut edges.
///
/// Times are aligned: messages are sent at multiples of P, far edges (lag >= block - 1) are summed
/// for `block` steps at every multiple of `block` = F, near ones step by step.
///  * Without overlap the times up to kP are there during [kP, kP + P). For P >= F the block that
///    begins at kP + mF reads at most kP + mF + F - 1 - d, worst for the last one: P - 1 - d <= 0.
///    For P < F a near edge reads at most kP + P - 1 - d, the same; a far edge reads at most
///    F - 1 - d <= 0 beyond the start of its block, which is a multiple of P. So P is legal if and
///    only if P <= d + 1.
///  * With one message in flight the times up to kP - P are there: 2P - 1 <= d for P >= F and for
///    near edges, but F - 1 + P <= d for far edges when P < F.
/// Returned: the largest P that is a multiple of F, or a power of two below F, with 2P <= d + 1;
/// F itself for F - 1 <= d < 3F/2 - 1, where a smaller P would wait at every block all the same;
/// 1 for d <= 0 (and for d = -1 the engine exchanges at every stage). Always legal; whether a
/// message may still be in flight at a given step is for `newest_needed` to say.
Step message_period(std::int64_t smallest_cut_lag, Step block);

/// The newest time [steps] that is read through cut edges by the steps [begin, begin + min(period,
/// block)). `begin` is a multiple of min(period, block); smallest_cut_lag >= 0. All messages that
/// cover this time must be there at `begin`: it is at most floor(begin / period) * period for every
/// period that message_period returns.
Step newest_needed(Step begin, Step period, std::int64_t smallest_cut_lag, Step block);

/// Counts what a given owner vector costs. `block` is the engine's far block (8, 16 or 32).
/// Time O(edges + regions), memory O(regions + parts).
Quality evaluate(const Graph& graph, const std::vector<std::int32_t>& owner, int parts, Step block,
                 const Options& options, const CostModel& model = {});

/// All candidates that the method allows, best first by predicted_cost (ties: smaller cut, then the
/// order of construction). Throws ConfigError when parts < 1 or the graph is too large for Scotch,
/// EnvironmentError when Scotch fails.
std::vector<Partition> candidates(const Graph& graph, int parts, Step block,
                                  const Options& options);

/// The best candidate. More parts than regions: the parts beyond the regions own nothing.
Partition make_partition(const Graph& graph, int parts, Step block, const Options& options);

}  // namespace arcuate::partition
