#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arcuate/partition/partition.hpp"

/// Groups of regions that stay together, and the costs that a partition balances.
namespace arcuate::partition {

/// Regions merged into clusters, numbered by their lowest region. Without contraction every region
/// is a cluster of its own.
struct Clusters {
  std::vector<LocalIndex> of;                   ///< (n_regions) cluster of each region
  std::vector<double> cost;                     ///< (n_clusters) [edge-steps]
  std::vector<std::array<double, 3>> centroid;  ///< (n_clusters) [mm] weighted by cost, or empty

  [[nodiscard]] LocalIndex size() const { return static_cast<LocalIndex>(cost.size()); }
};

/// (n_regions) [edge-steps] update plus in-edges, near ones at their own price.
std::vector<double> region_costs(const Graph& graph, Step block, const CostModel& model);

/// One cluster per region.
Clusters separate(const Graph& graph, const std::vector<double>& costs);

/// Merges the ends of every edge with lag < threshold.
Clusters contract(const Graph& graph, std::int64_t threshold, const std::vector<double>& costs);

/// (n_clusters) part of each cluster: the heaviest first, each to the lightest part so far.
std::vector<std::int32_t> pack(const Clusters& clusters, int parts);

/// True when every part gets a cluster and no part exceeds (1 + imbalance) of the mean, or the
/// heaviest region when that alone is more.
bool packable(const Clusters& clusters, int parts, double imbalance, double heaviest_region);

/// Thresholds worth contracting at, largest first: the largest one that can be packed (found by
/// bisection over the lags that occur), the smallest that keeps its message period, one of about
/// half that period, and 1 when there are undelayed edges. Empty when none can be packed.
std::vector<std::int64_t> contraction_thresholds(const Graph& graph, int parts, Step block,
                                                 const Options& options,
                                                 const std::vector<double>& costs);

}  // namespace arcuate::partition
