#include "arcuate/network/connectome.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/network/prepare.hpp"

namespace arcuate::network {
namespace {

/// W = [[1 2 0] [0 0 0] [3 0 4]] with lengths 10 times the weight.
Connectome example() {
  Connectome c;
  c.row = {0, 2, 2, 4};
  c.source = {0, 1, 0, 2};
  c.weight = {1, 2, 3, 4};
  c.length = {10, 20, 30, 40};
  return c;
}

using Weights = std::vector<double>;

TEST(Connectome, RemovingSelfLoopsKeepsTheOtherEdgesInOrder) {
  Connectome c = example();
  remove_self_loops(c);
  EXPECT_EQ(c.row, (std::vector<GlobalIndex>{0, 1, 1, 2}));
  EXPECT_EQ(c.source, (std::vector<LocalIndex>{1, 0}));
  EXPECT_EQ(c.weight, (Weights{2, 3}));
  EXPECT_EQ(c.length, (std::vector<double>{20, 30}));
  EXPECT_TRUE(c.delay.empty());
}

TEST(Connectome, NormalisesByTheLargestRowSumEachRowSumOrTheLargestWeight) {
  Connectome c = example();
  normalise(c, Normalisation::none);
  EXPECT_EQ(c.weight, (Weights{1, 2, 3, 4}));
  normalise(c, Normalisation::region_sum);
  EXPECT_EQ(c.weight, (Weights{1.0 / 7, 2.0 / 7, 3.0 / 7, 4.0 / 7}));
  c = example();
  normalise(c, Normalisation::row_sum);
  EXPECT_EQ(c.weight, (Weights{1.0 / 3, 2.0 / 3, 3.0 / 7, 4.0 / 7}));
  c = example();
  normalise(c, Normalisation::max);
  EXPECT_EQ(c.weight, (Weights{0.25, 0.5, 0.75, 1.0}));
  c = example();
  normalise(c, Normalisation::mean);
  const double divisor = 1000.0 / 9.0;  // weights that sum to 10, 9 pairs
  EXPECT_EQ(c.weight, (Weights{1 / divisor, 2 / divisor, 3 / divisor, 4 / divisor}));
}

TEST(Connectome, NormalisesByAbsoluteValues) {
  const auto normalised = [](Normalisation how) {
    Connectome c = example();
    c.weight = {1, -2, -3, 1};
    normalise(c, how);
    return c.weight;
  };
  EXPECT_EQ(normalised(Normalisation::max), (Weights{1.0 / 3, -2.0 / 3, -1, 1.0 / 3}));
  EXPECT_EQ(normalised(Normalisation::row_sum), (Weights{1.0 / 3, -2.0 / 3, -0.75, 0.25}));
  EXPECT_EQ(normalised(Normalisation::region_sum), (Weights{0.5, -1, -1.5, 0.5}));
}

/// W = [[0.5 2 0 0.25] [0.3 0 1.7 0] [0 0 0 0] [1.1 0 0.4 3]]; the self-connections are delayed.
Connectome directed() {
  Connectome c;
  c.row = {0, 3, 5, 5, 8};
  c.source = {0, 1, 3, 0, 2, 0, 2, 3};
  c.weight = {0.5, 2, 0.25, 0.3, 1.7, 1.1, 0.4, 3};
  c.length = {10, 20, 30, 40, 50, 60, 70, 80};
  return c;
}

TEST(Connectome, TheMeanIsOverAllPairsAndOfAbsoluteWeights) {
  Connectome c = directed();  // 16 pairs of regions, absolute weights that sum to 9.25
  c.weight.front() = -0.5;
  normalise(c, Normalisation::mean);
  EXPECT_NEAR(c.weight.front(), -0.5 / (100.0 * 9.25 / 16), 1e-18);
  EXPECT_NEAR(c.weight.back(), 3.0 / (100.0 * 9.25 / 16), 1e-17);
  EXPECT_TRUE(not_normalisable(c, Normalisation::mean).empty());
  c.weight.assign(8, 0.0);
  EXPECT_EQ(not_normalisable(c, Normalisation::mean).size(), 4U);
}

/// Rows, sources, lengths and weights; the weights were computed with NumPy.
void expect_laplacian(Laplacian which, const Weights& wanted) {
  Connectome c = directed();
  apply_laplacian(c, which);
  EXPECT_EQ(c.row, (std::vector<GlobalIndex>{0, 3, 6, 7, 10}));
  EXPECT_EQ(c.source, (std::vector<LocalIndex>{0, 1, 3, 0, 1, 2, 2, 0, 2, 3}));
  EXPECT_EQ(c.length, (std::vector<double>{0, 20, 30, 40, 0, 50, 0, 60, 70, 0}));
  EXPECT_TRUE(c.delay.empty());
  ASSERT_EQ(c.weight.size(), wanted.size());
  for (std::size_t e = 0; e < wanted.size(); ++e)
    EXPECT_NEAR(c.weight[e], wanted[e], 1e-15 * (1.0 + std::abs(wanted[e]))) << e;
}

TEST(Laplacian, HasItsDiagonalAsUndelayedSelfConnections) {
  expect_laplacian(Laplacian::plain, {-2.25, 2.0, 0.25, 0.3, -2.0, 1.7, 0.0, 1.1, 0.4, -1.5});
  expect_laplacian(Laplacian::random_walk,
                   {-0.8181818181818181, 0.7272727272727273, 0.09090909090909091, 0.15, -1.0, 0.85,
                    -1.0, 0.24444444444444446, 0.08888888888888889, -0.33333333333333337});
  expect_laplacian(
      Laplacian::symmetric,
      {-0.8181818181818181, 0.8528028654224417, 0.07106690545187015, 0.12792042981336624, -1.0,
       1202081.5280171307, -1.0, 0.3126943839882287, 188561.8083164127, -0.33333333333333326});
}

TEST(Laplacian, OfNoneIsTheConnectomeAsItWas) {
  Connectome c = directed();
  apply_laplacian(c, Laplacian::none);
  EXPECT_EQ(c.row, directed().row);
  EXPECT_EQ(c.weight, directed().weight);
  EXPECT_EQ(c.length, directed().length);
}

TEST(Laplacian, KeepsDelaysWhereDelaysAreGiven) {
  Connectome c = directed();
  c.delay.swap(c.length);
  apply_laplacian(c, Laplacian::plain);
  EXPECT_EQ(c.delay, (std::vector<double>{0, 20, 30, 40, 0, 50, 0, 60, 70, 0}));
  EXPECT_TRUE(c.length.empty());
  Connectome unconnected;
  unconnected.row = {0, 0, 0};
  apply_laplacian(unconnected, Laplacian::random_walk);
  EXPECT_EQ(unconnected.source, (std::vector<LocalIndex>{0, 1}));
  EXPECT_EQ(unconnected.weight, (Weights{-1.0, -1.0}));
  EXPECT_EQ(unconnected.length, (std::vector<double>{0, 0}));
}

TEST(Laplacian, RefusesARowThatSumsToLessThanNothingWhereItDivides) {
  Connectome c = directed();
  c.weight[0] = -3.0;
  c.labels = {"left", "b", "c", "d"};
  try {
    apply_laplacian(c, Laplacian::random_walk);
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "the weights into region left sum to -0.75 (allowed: >= 0 for a random_walk or "
                 "symmetric Laplacian)");
  }
  EXPECT_NO_THROW(apply_laplacian(c, Laplacian::plain));
}

TEST(Connectome, DelaysAreLengthOverSpeedOrTheDelaysGiven) {
  Connectome c = example();
  EXPECT_EQ(delays_ms(c, 4.0), (std::vector<double>{2.5F, 5.0F, 7.5F, 10.0F}));
  EXPECT_EQ(delays_ms(c, std::numeric_limits<double>::infinity()), std::vector<double>(4, 0.0F));
  c.delay = {1, 2, 3, 4};
  c.length.clear();
  EXPECT_EQ(delays_ms(c, 4.0), c.delay);
  EXPECT_THROW(delays_ms(c, 0.0), ConfigError);
}

}  // namespace
}  // namespace arcuate::network
