#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"

/// Which rank owns which region. A pure function of (graph, number of parts, options): the same on one rank as on 64.
namespace arcuate::partition {

/// What the partitioner sees: targets in rows, edges with the lag that the engine will read them at.
struct Graph {
  std::vector<GlobalIndex> row;      ///< (n_regions + 1)
  std::vector<LocalIndex> source;    ///< (n_edges)
  std::vector<std::int32_t> lag;     ///< (n_edges) [steps] smallest lag the edge reads at; -1 for undelayed edges that must be re-evaluated every stage
  std::vector<std::array<float, 3>> centres;  ///< (n_regions) [mm], or empty
  double region_cost = 1.0;          ///< cost of a region's update, in units of one edge-step
  double values_per_source = 1.0;    ///< channels a source broadcasts

  [[nodiscard]] GlobalIndex n_regions() const { return row.empty() ? 0 : static_cast<GlobalIndex>(row.size()) - 1; }
};

enum class Method { automatic, scotch, bisection, block };

struct Options {
  Method method = Method::automatic;
  double imbalance = 0.03;     ///< allowed (largest part cost) / (mean part cost) - 1
  std::uint64_t seed = 1;
  double dt = 0.1;             ///< [ms] for figures per simulated second
};

/// What a partition costs, counted, not estimated (except predicted_cost).
struct Quality {
  double imbalance = 0.0;             ///< largest part cost / mean part cost - 1
  std::int64_t cut_edges = 0;
  std::int64_t smallest_cut_lag = 0;  ///< [steps]; -2 when nothing is cut
  Step period = 0;                    ///< [steps] between two messages of a rank pair; 0 when nothing is cut
  std::int64_t channels = 0;          ///< ordered pairs of parts that talk
  std::int64_t halo_values = 0;       ///< (source, receiving part) pairs x channels: values sent per step
  double messages_per_second = 0.0;   ///< of simulated time, all parts together
  double bytes_per_period = 0.0;      ///< all parts together
  double predicted_cost = 0.0;        ///< of a step in edge-steps: the slowest part plus its messages
};

struct Partition {
  int parts = 1;
  std::vector<std::int32_t> owner;  ///< (n_regions)
  std::string method;               ///< of the candidate that won, e.g. "scotch, contracted below 94 steps"
  Quality quality;
};

/// The largest legal number of steps between two messages, given the smallest lag of the cut edges: see
/// docs/architecture.md, "Epochs". Overlap: half of the lookahead, so that one message is in flight.
/// A multiple of `block`, or a power of two below it. Never below 1.
Step message_period(std::int64_t smallest_cut_lag, Step block);

/// Counts what a given owner vector costs. `block` is the engine's far block (8, 16 or 32).
Quality evaluate(const Graph& graph, const std::vector<std::int32_t>& owner, int parts, Step block,
                 const Options& options);

/// All candidates that the method allows, best first by predicted_cost (ties: smaller cut, then the order of construction).
std::vector<Partition> candidates(const Graph& graph, int parts, Step block, const Options& options);

/// The best candidate. More parts than regions: the parts beyond the regions own nothing.
Partition make_partition(const Graph& graph, int parts, Step block, const Options& options);

}  // namespace arcuate::partition
