#include "arcuate/network/connectome.hpp"

#include <gtest/gtest.h>

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
  EXPECT_EQ(c.length, (std::vector<float>{20, 30}));
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
}

TEST(Connectome, DelaysAreLengthOverSpeedOrTheDelaysGiven) {
  Connectome c = example();
  EXPECT_EQ(delays_ms(c, 4.0), (std::vector<float>{2.5F, 5.0F, 7.5F, 10.0F}));
  EXPECT_EQ(delays_ms(c, std::numeric_limits<double>::infinity()), std::vector<float>(4, 0.0F));
  c.delay = {1, 2, 3, 4};
  c.length.clear();
  EXPECT_EQ(delays_ms(c, 4.0), c.delay);
  EXPECT_THROW(delays_ms(c, 0.0), ConfigError);
}

}  // namespace
}  // namespace arcuate::network
