#include "arcuate/analysis/sensitivity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcuate/analysis/vocabulary.hpp"
#include "arcuate/core/error.hpp"

/// Networks whose probabilities follow a formula.
namespace arcuate::analysis {
namespace {

const Vocabulary three_states{{0, 1}, {1, 2}, {3}};

/// 100 s in which state s has the time 10 (s + 1) exp(slope of s and c times strength of c).
Perturbed trial(const std::vector<double>& strength, double bend = 0.0) {
  const double slopes[3][4] = {{2.0, 0.0, -1.0, 0.0}, {0.0, 3.0, 0.5, 0.0}, {-4.0, 0.0, 0.0, 1.0}};
  Perturbed one{strength, {}, {}, 100.0};
  for (std::size_t s = 0; s < 3; ++s) {
    double exponent = 0.0, size = 0.0;
    for (std::size_t c = 0; c < 4; ++c) {
      exponent += slopes[s][c] * strength[c];
      size += std::abs(strength[c]);
    }
    one.seconds[three_states[s]] =
        10.0 * static_cast<double>(s + 1) * std::exp(exponent + bend * size);
    one.occurrences[three_states[s]] = s == 2 ? 4 : 50;
  }
  return one;
}

std::vector<Perturbed> basis() {
  std::vector<Perturbed> all{trial({0, 0, 0, 0})};
  for (std::size_t c = 0; c < 3; ++c) {
    for (const double strength : {0.02, 0.04, 0.2}) {
      std::vector<double> vector(4, 0.0);
      vector[c] = strength;
      all.push_back(trial(vector, strength > 0.1 ? 0.5 : 0.0));
    }
  }
  return all;
}

TEST(Sensitivity, IsTheSlopeOfTheLogarithm) {
  const Sensitivity found = sensitivity_of(basis(), 4, {});
  ASSERT_EQ(found.states, (std::vector<std::vector<int>>{{0, 1}, {1, 2}, {3}}));
  EXPECT_NEAR(found.probability[1], 0.2, 1e-12);
  const SensitivitySlope& slope = found.slopes[0];
  EXPECT_NEAR(slope.value, 2.0, 1e-9);
  EXPECT_NEAR(slope.R2, 1.0, 1e-9);
  EXPECT_EQ(slope.points, 3);  // 0.2 is not weak
  EXPECT_TRUE(slope.linear);
  EXPECT_NEAR(slope.breaks, 0.2, 1e-12);
  EXPECT_NEAR(found.slopes[4 + 1].value, 3.0, 1e-9);
  EXPECT_NEAR(found.slopes[2].value, -1.0, 1e-9);
  EXPECT_TRUE(std::isnan(found.slopes[3].value));  // nothing perturbs cluster 3
  EXPECT_TRUE(std::isnan(found.slopes[8].value));  // four occurrences are too few
  SensitivityOptions options;
  options.occurrences = 4;
  EXPECT_NEAR(sensitivity_of(basis(), 4, options).slopes[8].value, -4.0, 1e-9);
  EXPECT_THROW(sensitivity_of({trial({0.1, 0, 0, 0})}, 4, {}), ConfigError);
  EXPECT_THROW(sensitivity_of(basis(), 5, {}), ConfigError);
}

TEST(Sensitivity, PredictsWhatSeveralClustersDoTogether) {
  SensitivityOptions options;
  options.occurrences = 4;
  const Sensitivity found = sensitivity_of(basis(), 4, options);
  const std::vector<double> strength{0.1, -0.2, 0.3, 0.0};
  const Perturbed seen = trial(strength);
  double sum = 0.0;
  std::vector<double> p;
  for (const auto& state : found.states) {
    p.push_back(seen.probability(state));
    sum += p.back();
  }
  const std::vector<double> expected = predicted(found, strength);
  for (std::size_t s = 0; s < 3; ++s)
    EXPECT_NEAR(expected[s], 0.6 * p[s] / sum, 1e-9);  // 0.6 of the time in states, as without
  EXPECT_NEAR(explained({1, 2, 3}, {1, 2, 3}), 1.0, 1e-12);
  EXPECT_NEAR(explained({1, 2, 3}, {2, 2, 2}), 0.0, 1e-12);
  EXPECT_NEAR(explained({1, 2, 3}, {1, 2, 4}), 0.5, 1e-12);
}

TEST(Leakage, GoesToStatesByWhatTheyShareWithTheTarget) {
  const std::vector<int> target{0, 1, 2};
  EXPECT_EQ(role_of({0, 1, 2}, target), Role::target);
  EXPECT_EQ(role_of({0, 1, 5}, target), Role::bottleneck);
  EXPECT_EQ(role_of({0, 4, 5}, target), Role::partial);
  EXPECT_EQ(role_of({3, 4, 5}, target), Role::orthogonal);
  EXPECT_EQ(role_of({0, 1}, target), Role::other);
  Perturbed one{{}, {}, {}, 10.0}, before{{}, {}, {}, 10.0};
  one.seconds = {{{0, 1, 2}, 4.0}, {{0, 1, 5}, 1.0}, {{3, 4, 5}, 2.0}, {{0, 1}, 1.0}, {{}, 0.05}};
  before.seconds = {{{0, 1, 2}, 1.0}, {{0, 4, 5}, 2.0}};
  const Leakage leakage = leakage_of(one, before, target);
  EXPECT_DOUBLE_EQ(leakage.probability.at(Role::target), 0.4);
  EXPECT_DOUBLE_EQ(leakage.baseline.at(Role::target), 0.1);
  EXPECT_DOUBLE_EQ(leakage.probability.at(Role::bottleneck), 0.1);
  EXPECT_DOUBLE_EQ(leakage.baseline.at(Role::partial), 0.2);
  EXPECT_NEAR(leakage.of_size, 7.0 / 8.05, 1e-12);
  EXPECT_TRUE(leakage.dominates);
  EXPECT_EQ(leakage.visited, 4);
  EXPECT_FALSE(leakage_of(one, before, {0, 1, 5}).dominates);
}

TEST(Leakage, IsFromTheStateThatAPerturbationPointsTo) {
  const Vocabulary states = shifted_partitions(6, 3);
  EXPECT_EQ(target_of({0.5, 0.5, 0.4, -0.1, -0.1, 0.0}, states), (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(target_of({0, 0, 0, 0, 0, 0}, states).empty());
  EXPECT_TRUE(target_of({0.0, 1.0, 0.0, 0.0, 0.0, 0.0}, states).empty());  // two hold cluster 1
}

/// lif.md 14: all pairs of clusters constrain, so that gamma = 2 M / (k (C - 1)).
TEST(Vocabulary, HasTheSizesAndNeighboursOfItsSets) {
  EXPECT_EQ(all_states(6, 3).size(), 20U);
  EXPECT_EQ(all_states(6, 3).front(), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(one_swap_neighbours(all_states(6, 3)), std::vector<int>(20, 9));  // k (C - k)
  const Vocabulary partitions = shifted_partitions(18, 3);
  EXPECT_EQ(partitions.size(), 12U);
  EXPECT_EQ(one_swap_neighbours(partitions), std::vector<int>(12, 1));
  EXPECT_EQ(difficulty_of(2), Difficulty::easy);
  EXPECT_EQ(difficulty_of(3), Difficulty::medium);
  EXPECT_EQ(difficulty_of(5), Difficulty::medium);
  EXPECT_EQ(difficulty_of(6), Difficulty::hard);
  const Vocabulary few = drawn_states(18, 3, 5, 7), more = drawn_states(18, 3, 12, 7);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), more.begin()));
  EXPECT_NE(few, drawn_states(18, 3, 5, 8));
  EXPECT_EQ(drawn_states(6, 3, 20, 1).size(), 20U);
  EXPECT_THROW(all_states(18, 3), ConfigError);
  EXPECT_THROW(shifted_partitions(18, 4), ConfigError);
  EXPECT_THROW(drawn_states(6, 3, 21, 1), ConfigError);
}

TEST(Vocabulary, IsToldApartLessByARandomSubspace) {
  const Vocabulary states = all_states(6, 2);
  for (const int dimensions : {1, 3, 5}) {
    const Eigen::MatrixXd Pi = random_projection(6, dimensions, 11);
    EXPECT_NEAR(Pi.trace(), dimensions, 1e-9);
    EXPECT_LT((Pi * Pi - Pi).cwiseAbs().maxCoeff(), 1e-9);
    EXPECT_LT(gamma_of(states, Pi), 2.0 * dimensions / (2.0 * 5.0) + 1e-9);
    EXPECT_GE(gamma_of(states, Pi), -1e-12);
  }
  EXPECT_NEAR(gamma_of(states, Eigen::MatrixXd::Identity(6, 6)), 1.0, 1e-12);  // 2 / k
}

}  // namespace
}  // namespace arcuate::analysis
