#pragma once

#include <vector>

#include "clusters.hpp"

namespace arcuate::partition {

/// The undirected graph between clusters: i -> j and j -> i are one edge, with the sum of their
/// weights, stored at both ends. 32-bit because Scotch's default build is; all sums stay below
/// 2^31.
struct Adjacency {
  std::vector<int> first;      ///< (n_clusters + 1)
  std::vector<int> neighbour;  ///< (n_arcs) ascending inside a cluster
  std::vector<int> weight;     ///< (n_arcs) >= 1
};

/// An edge of lag d weighs A (1 + delay_weight / (1 + d)), at least 1; A is chosen so that the sum
/// fits. Throws ConfigError when there are more than 2^29 edges.
Adjacency symmetrise(const Graph& graph, const Clusters& clusters, double delay_weight);

/// Breadth-first order, neighbours by ascending degree, components from their cluster of lowest
/// degree (Cuthill and McKee, 1969).
std::vector<LocalIndex> breadth_first_order(const Adjacency& adjacency);

}  // namespace arcuate::partition
