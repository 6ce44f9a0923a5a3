#include "arcuate/analysis/capacity.hpp"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"

/// lif.md 14.
namespace arcuate::analysis {
namespace {

/// All sets of k of n clusters.
Vocabulary all_sets(int n, int k) {
  Vocabulary all;
  for (int bits = 0; bits < 1 << n; ++bits) {
    std::vector<int> state;
    for (int c = 0; c < n; ++c) {
      if ((bits >> c & 1) != 0) state.push_back(c);
    }
    if (static_cast<int>(state.size()) == k) all.push_back(state);
  }
  return all;
}

/// Two partitions of 18 clusters into threes, one of them shifted by a cluster.
Vocabulary two_partitions() {
  Vocabulary states;
  for (int shift : {0, 1}) {
    for (int first = 0; first < 18; first += 3) {
      std::vector<int> state{(first + shift) % 18, (first + shift + 1) % 18,
                             (first + shift + 2) % 18};
      std::sort(state.begin(), state.end());
      states.push_back(state);
    }
  }
  return states;
}

/// gamma = 2 M / (k (C - 1)), Pi = (M / (C - 1)) (1 - 11' / C).
TEST(Capacity, IsThatOfTheClosedFormWhereAllPairsConstrain) {
  for (const auto& [n, k] : {std::pair{5, 2}, std::pair{6, 3}, std::pair{4, 1}}) {
    for (int dimensions = 1; dimensions < n; ++dimensions) {
      const Capacity found = capacity_of(all_sets(n, k), n, dimensions);
      const double gamma = 2.0 * dimensions / (k * (n - 1.0));
      EXPECT_NEAR(found.gamma, gamma, 1e-6) << n << " " << k << " " << dimensions;
      EXPECT_LE(found.gamma, gamma + 1e-12);
      EXPECT_LE(gamma - found.gamma, found.gap + 1e-12);
      EXPECT_NEAR(found.isotropic, 2.0 * dimensions / (k * n), 1e-12);
      EXPECT_EQ(found.covered, n * (n - 1));
      const double scale = dimensions / (n - 1.0);
      const Eigen::MatrixXd Pi =
          scale * (Eigen::MatrixXd::Identity(n, n) - Eigen::MatrixXd::Constant(n, n, 1.0 / n));
      if (dimensions == n - 1) continue;  // at the bound of Pi, which is reached slowly
      EXPECT_LT((found.Pi - Pi).cwiseAbs().maxCoeff(), 1e-3);
      EXPECT_NEAR(found.margin[0], std::sqrt(gamma), 1e-6);
    }
  }
}

TEST(Capacity, OfAllDimensionsIsThatOfTheStatesThemselves) {
  const Capacity found = capacity_of(all_sets(5, 2), 5, 5.0);
  EXPECT_DOUBLE_EQ(found.gamma, 1.0);  // 2 / k
  EXPECT_TRUE(found.is_isotropic);
  EXPECT_EQ(found.gap, 0.0);
}

TEST(Capacity, OfTwoShiftedPartitionsCovers294PairsWithTwelveBottlenecks) {
  const Vocabulary states = two_partitions();
  const Capacity found = capacity_of(states, 18, 6.0);
  EXPECT_EQ(found.covered, 294);
  EXPECT_EQ(found.bottlenecks, 12);
  // Better than what treats all directions alike, and within what is possible at all.
  EXPECT_GT(found.gamma, found.isotropic * 1.01);
  EXPECT_FALSE(found.is_isotropic);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(found.Pi);
  EXPECT_NEAR(found.Pi.trace(), 6.0, 1e-9);
  EXPECT_GE(eigen.eigenvalues().minCoeff(), 0.0);
  EXPECT_LE(eigen.eigenvalues().maxCoeff(), 1.0);
  const double least = *std::min_element(found.margin.begin(), found.margin.end());
  EXPECT_NEAR(least * least, found.gamma, 1e-12);
}

/// Any mixture of pairs bounds gamma by the sum of the largest eigenvalues of its matrix.
TEST(Capacity, OfTwoStatesIsTheirWholeDifference) {
  const Capacity found = capacity_of({{0, 1}, {2, 3}}, 6, 1.0);
  EXPECT_NEAR(found.gamma, 2.0, 1e-6);  // |d|^2 = 4 / k
  const Eigen::VectorXd to = direction_to({0, 1}, found.Pi);
  EXPECT_NEAR(to.norm(), 1.0, 1e-10);
  EXPECT_NEAR(to[0], 0.5, 1e-4);
  EXPECT_NEAR(to[2], -0.5, 1e-4);
}

TEST(Capacity, RefusesWhatIsNoVocabulary) {
  EXPECT_THROW(static_cast<void>(capacity_of({{0, 1}}, 4, 1.0)), ConfigError);
  EXPECT_THROW(static_cast<void>(capacity_of({{0, 1}, {2}}, 4, 1.0)), ConfigError);
  EXPECT_THROW(static_cast<void>(capacity_of({{0, 1}, {0, 1}}, 4, 1.0)), ConfigError);
  EXPECT_THROW(static_cast<void>(capacity_of({{0, 1}, {2, 4}}, 4, 1.0)), ConfigError);
  EXPECT_THROW(static_cast<void>(capacity_of({{0}, {1}}, 40, 1.0)), ConfigError);
}

TEST(Capacity, IsOfTheStatesThatLastLongest) {
  Attractors all;
  all.states = {{0}, {1, 2}, {}, {0, 3}, {1, 3}};
  all.session_ends = {10.0};
  const double seconds[] = {1.0, 0.5, 5.0, 0.8, 0.1};
  double begin = 0.0;
  for (int s = 0; s < 5; ++s) {
    all.occurrences.push_back({s, 0, begin, begin + seconds[s], {}});
    begin += seconds[s];
  }
  EXPECT_EQ(vocabulary_of(all, 0, 10), (Vocabulary{{0, 3}, {1, 2}, {1, 3}}));
  EXPECT_EQ(vocabulary_of(all, 0, 2), (Vocabulary{{0, 3}, {1, 2}}));
  EXPECT_EQ(vocabulary_of(all, 1, 10), (Vocabulary{{0}}));
  EXPECT_TRUE(vocabulary_of({}, 0, 10).empty());
}

}  // namespace
}  // namespace arcuate::analysis
