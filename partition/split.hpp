#pragma once

#include <vector>

#include "clusters.hpp"

/// Partitions of clusters by recursive halving, and by Scotch. All give the part of each cluster.
namespace arcuate::partition {

/// Halves the parts and the cost recursively, across the longest axis of the centroids. Every part
/// gets a cluster when there are enough. Needs centroids.
std::vector<std::int32_t> bisect_geometry(const Clusters& clusters, int parts);

/// The same along a given order: every part is a run of it.
std::vector<std::int32_t> bisect_order(const Clusters& clusters, std::vector<LocalIndex> order,
                                       int parts);

/// Scotch k-way on the symmetrised graph with delay-aware weights, one thread, deterministic.
/// Parts may be empty. Throws EnvironmentError naming the call that failed.
std::vector<std::int32_t> scotch(const Graph& graph, const Clusters& clusters, int parts,
                                 double delay_weight, const Options& options);

}  // namespace arcuate::partition
