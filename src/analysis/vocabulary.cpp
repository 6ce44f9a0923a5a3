#include "arcuate/analysis/vocabulary.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/core/random.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::uint32_t states_stream = 0x63617001U;  // "cap": draws of states, of subspaces
constexpr std::uint32_t subspace_stream = 0x63617002U;

void require_sets(int n_clusters, int size) {
  if (size < 1 || size > n_clusters)
    throw ConfigError("capacity: states of " + std::to_string(size) + " of " +
                      std::to_string(n_clusters) + " clusters (allowed: 1 to that number)");
}

/// n over k, or a large number.
double sets_of(int n, int k) {
  double count = 1.0;
  for (int i = 1; i <= k; ++i)
    count *= static_cast<double>(n - k + i) / i;
  return std::round(count);
}

}  // namespace

Vocabulary all_states(int n_clusters, int size) {
  require_sets(n_clusters, size);
  if (sets_of(n_clusters, size) > most_states_of_vocabulary)
    throw ConfigError("capacity: there are " +
                      std::to_string(std::llround(sets_of(n_clusters, size))) +
                      " such states (allowed: up to " + std::to_string(most_states_of_vocabulary) +
                      "; draw some of them)");
  std::vector<int> chosen(static_cast<std::size_t>(n_clusters), 0);
  std::fill_n(chosen.begin(), size, 1);
  Vocabulary all;
  do {
    std::vector<int>& state = all.emplace_back();
    for (int c = 0; c < n_clusters; ++c) {
      if (chosen[static_cast<std::size_t>(c)] != 0) state.push_back(c);
    }
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  return all;
}

Vocabulary shifted_partitions(int n_clusters, int size) {
  require_sets(n_clusters, size);
  if (n_clusters % size != 0)
    throw ConfigError("capacity: " + std::to_string(n_clusters) +
                      " clusters do not divide into sets of " + std::to_string(size));
  std::set<std::vector<int>> all;
  for (int shift : {0, 1}) {
    for (int first = 0; first < n_clusters; first += size) {
      std::vector<int> state;
      for (int k = 0; k < size; ++k)
        state.push_back((first + shift + k) % n_clusters);
      std::sort(state.begin(), state.end());
      all.insert(std::move(state));
    }
  }
  return {all.begin(), all.end()};
}

Vocabulary drawn_states(int n_clusters, int size, int count, std::uint64_t seed) {
  require_sets(n_clusters, size);
  if (count > sets_of(n_clusters, size))
    throw ConfigError("capacity: " + std::to_string(count) + " states, but there are " +
                      std::to_string(std::llround(sets_of(n_clusters, size))));
  Vocabulary states;
  std::set<std::vector<int>> known;
  const random::Stream stream{seed, states_stream};
  for (std::int64_t draw = 0; std::ssize(states) < count; ++draw) {
    // The clusters with the smallest of as many numbers.
    std::vector<int> order(static_cast<std::size_t>(n_clusters));
    std::iota(order.begin(), order.end(), 0);
    const auto number = [&](int c) {
      return random::uniform01(stream, static_cast<std::uint32_t>(c), draw);
    };
    std::sort(order.begin(), order.end(), [&](int a, int b) { return number(a) < number(b); });
    std::vector<int> state(order.begin(), order.begin() + size);
    std::sort(state.begin(), state.end());
    if (known.insert(state).second) states.push_back(std::move(state));
  }
  return states;
}

std::vector<int> one_swap_neighbours(const Vocabulary& states) {
  std::vector<int> counts;
  for (const std::vector<int>& one : states) {
    counts.push_back(static_cast<int>(
        std::count_if(states.begin(), states.end(), [&](const std::vector<int>& other) {
          std::vector<int> apart;
          std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(),
                                        std::back_inserter(apart));
          return one.size() == other.size() && apart.size() == 2;
        })));
  }
  return counts;
}

Difficulty difficulty_of(int neighbours) {
  constexpr int easy = 2, medium = 5;
  return neighbours <= easy     ? Difficulty::easy
         : neighbours <= medium ? Difficulty::medium
                                : Difficulty::hard;
}

double gamma_of(const Vocabulary& states, const Eigen::MatrixXd& Pi) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < states.size(); ++a) {
    for (std::size_t b = a + 1; b < states.size(); ++b) {
      Eigen::VectorXd d = Eigen::VectorXd::Zero(Pi.rows());
      for (const int cluster : states[a])
        d[cluster] += 1.0;
      for (const int cluster : states[b])
        d[cluster] -= 1.0;
      least = std::min(least, d.dot(Pi * d) / static_cast<double>(states[a].size()));
    }
  }
  return least;
}

Eigen::MatrixXd random_projection(int n_clusters, int dimensions, std::uint64_t seed) {
  if (dimensions >= n_clusters) return Eigen::MatrixXd::Identity(n_clusters, n_clusters);
  Eigen::MatrixXd numbers(n_clusters, dimensions);
  for (Eigen::Index column = 0; column < dimensions; ++column) {
    for (Eigen::Index row = 0; row < n_clusters; ++row)
      numbers(row, column) = static_cast<double>(
          random::normal({seed, subspace_stream}, static_cast<std::uint32_t>(row), column));
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(numbers);
  const Eigen::MatrixXd basis =
      qr.householderQ() * Eigen::MatrixXd::Identity(n_clusters, dimensions);
  return basis * basis.transpose();
}

}  // namespace arcuate::analysis
