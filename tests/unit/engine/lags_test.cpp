#include "arcuate/engine/lags.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/networks.hpp"

namespace arcuate::engine {
namespace {

double sum_of(const Stencil& s, double (*f)(double)) {
  double sum = 0.0;
  for (int p = 0; p < s.size; ++p) {
    const Piece& piece = s.pieces[static_cast<std::size_t>(p)];
    sum += piece.weight * f(-piece.lag);
  }
  return sum;
}

TEST(Lags, NearestRoundsHalfToEvenAsTheVirtualBrainDoes) {
  EXPECT_EQ(stencil(2.5, Series::begin, DelayMode::nearest).pieces[0].lag, 2);
  EXPECT_EQ(stencil(3.5, Series::begin, DelayMode::nearest).pieces[0].lag, 4);
  EXPECT_EQ(stencil(84.33, Series::begin, DelayMode::nearest).pieces[0].lag, 84);
  EXPECT_TRUE(undelayed(0.5, DelayMode::nearest));
  EXPECT_FALSE(undelayed(0.5, DelayMode::linear));
}

TEST(Lags, TheEndOfAStepReadsOneStepLess) {
  EXPECT_EQ(stencil(7.0, Series::begin, DelayMode::nearest).pieces[0].lag, 7);
  EXPECT_EQ(stencil(7.0, Series::end, DelayMode::nearest).pieces[0].lag, 6);
}

TEST(Lags, LinearIsExactForLinesAndCubicForCubics) {
  const auto line = [](double t) { return 3.0 - 2.0 * t; };
  const auto cubic = [](double t) { return 1.0 + t * (2.0 + t * (-0.5 + 0.25 * t)); };
  for (const double delay : {0.3, 1.0, 1.7, 2.2, 9.25}) {
    for (const auto& [series, offset] :
         {std::pair{Series::begin, 0.0}, {Series::middle, 0.5}, {Series::end, 1.0}}) {
      const double at = offset - delay;
      EXPECT_NEAR(sum_of(stencil(delay, series, DelayMode::linear), line), line(at), 1e-13);
      EXPECT_NEAR(sum_of(stencil(delay, series, DelayMode::cubic), cubic), cubic(at), 1e-11);
    }
  }
}

TEST(Lags, NothingAfterTheBeginOfAStepIsRead) {
  for (double delay = 0.05; delay < 6.0; delay += 0.05) {
    for (const Series series : {Series::begin, Series::middle, Series::end}) {
      for (const DelayMode mode : {DelayMode::nearest, DelayMode::linear, DelayMode::cubic}) {
        const Stencil s = stencil(delay, series, mode);
        for (int p = 0; p < s.size; ++p)
          EXPECT_GE(s.pieces[static_cast<std::size_t>(p)].lag, 0) << delay;
      }
    }
  }
}

TEST(Lags, TheBlockIsTheLongestWithFewShorterDelays) {
  engine::SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 1.0);
  const auto block_of = [&](double shortest, double longest) {
    return choose_block(test::random_network({.shortest = shortest, .longest = longest}), spec)
        .block;
  };
  EXPECT_EQ(block_of(10.0, 60.0), 32);  // 33 steps and more at 3 mm/ms and 0.1 ms
  EXPECT_EQ(block_of(5.0, 40.0), 16);
  EXPECT_EQ(block_of(2.5, 20.0), 8);
  EXPECT_EQ(block_of(0.4, 1.0), 8);
}

TEST(Lags, UndelayedEdgesAreCountedApart) {
  engine::SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 1.0);
  const auto choice =
      choose_block(test::random_network({.regions = 10, .undelayed_self = true}), spec);
  EXPECT_EQ(choice.undelayed, 10);
  EXPECT_FALSE(choice.undelayed_between_regions);
  EXPECT_TRUE(choose_block(test::random_network({.regions = 40, .undelayed_between = true}), spec)
                  .undelayed_between_regions);
}

}  // namespace
}  // namespace arcuate::engine
