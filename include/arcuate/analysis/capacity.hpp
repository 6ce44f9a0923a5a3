#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "arcuate/analysis/attractors.hpp"

/// How many directions it takes to steer a clustered network between its states.
namespace arcuate::analysis {

/// States of one size: sets of clusters, ascending.
using Vocabulary = std::vector<std::vector<int>>;

/// A perturbation reaches a subspace of cluster space, of so many dimensions at most: the symmetric
/// matrix Pi with 0 <= Pi <= 1 and trace `dimensions` is a projection on it, or a mixture of such.
/// Two states with the vectors x, x' (1 in their clusters, else 0) of k clusters are told apart by
/// the margin (d' Pi d)^(1/2), d = (x - x') / sqrt(k). The capacity gamma is the largest that the
/// smallest d' Pi d of all pairs can be.
struct Capacity {
  double gamma = 0.0;  ///< within `gap` below the largest
  double gap = 0.0;
  Eigen::MatrixXd Pi;            ///< (n_clusters, n_clusters)
  std::vector<double> margin;    ///< (n_states) the smallest of its pairs
  double isotropic = 0.0;        ///< smallest d' Pi d with Pi = dimensions / n_clusters everywhere
  bool is_isotropic = false;     ///< Pi differs from that by less than 0.01 everywhere
  std::int64_t covered = 0;      ///< ordered pairs (a, b) of clusters that tell two states apart
  std::int64_t bottlenecks = 0;  ///< ordered pairs of states that differ by one cluster of each
};

/// Largest number of clusters that capacity_of() takes.
inline constexpr int most_clusters_of_capacity = 32;

/// By an interior-point method. dimensions: above 0; n_clusters and more make Pi the unit matrix.
/// Throws ConfigError: fewer than two states, states of different sizes or twice, clusters that are
/// not below n_clusters, n_clusters above most_clusters_of_capacity.
Capacity capacity_of(const Vocabulary& states, int n_clusters, double dimensions);

/// Where a perturbation has to point to favour a state: Pi x / |Pi x|.
Eigen::VectorXd direction_to(const std::vector<int>& state, const Eigen::MatrixXd& Pi);

/// Up to `most` states of `size` clusters, those with the most time first; size 0: the size whose
/// states have the most time together, of one cluster or more. Empty where there are none.
Vocabulary vocabulary_of(const Attractors& all, int size, int most);

}  // namespace arcuate::analysis
