#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "arcuate/analysis/capacity.hpp"

/// Sets of states of one size for `capacity_of`, and subspaces to compare it with.
namespace arcuate::analysis {

/// Most states of a set: what capacity_of() does in seconds.
inline constexpr int most_states_of_vocabulary = 200;

/// All sets of `size` of the clusters. Throws ConfigError: more than most_states_of_vocabulary.
Vocabulary all_states(int n_clusters, int size);

/// Two partitions of the clusters into sets of neighbours, the second moved on by one cluster.
/// Throws ConfigError: n_clusters is no multiple of size.
Vocabulary shifted_partitions(int n_clusters, int size);

/// Different states drawn by the seed; fewer of them are the first of more. Throws ConfigError:
/// there are not as many.
Vocabulary drawn_states(int n_clusters, int size, int count, std::uint64_t seed);

/// How many states of the vocabulary differ from each by one cluster for another.
std::vector<int> one_swap_neighbours(const Vocabulary& states);

/// How hard it is to reach one state and none of its neighbours: easy with up to two of them,
/// medium with up to five, else hard.
enum class Difficulty { easy, medium, hard };
Difficulty difficulty_of(int neighbours);

/// The smallest d' Pi d of all pairs, as Capacity::gamma.
double gamma_of(const Vocabulary& states, const Eigen::MatrixXd& Pi);

/// The projection on a subspace that is drawn with equal probability from all of that dimension.
Eigen::MatrixXd random_projection(int n_clusters, int dimensions, std::uint64_t seed);

}  // namespace arcuate::analysis
