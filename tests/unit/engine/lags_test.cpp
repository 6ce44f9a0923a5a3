#include "arcuate/engine/lags.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "arcuate/core/error.hpp"

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
    return Delays(test::random_network({.shortest = shortest, .longest = longest}), spec)
        .block()
        .block;
  };
  EXPECT_EQ(block_of(10.0, 60.0), 32);  // 33 steps and more at 3 mm/ms and 0.1 ms
  EXPECT_EQ(block_of(5.0, 40.0), 16);
  EXPECT_EQ(block_of(2.5, 20.0), 8);
  EXPECT_EQ(block_of(0.4, 1.0), 8);
}

TEST(Lags, UndelayedEdgesAreCountedApart) {
  engine::SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 1.0);
  const BlockChoice choice =
      Delays(test::random_network({.regions = 10, .undelayed_self = true}), spec).block();
  EXPECT_EQ(choice.undelayed, 10);
  EXPECT_FALSE(choice.undelayed_between_regions);
  EXPECT_TRUE(Delays(test::random_network({.regions = 40, .undelayed_between = true}), spec)
                  .block()
                  .undelayed_between_regions);
}

network::Connectome two_edges() {
  network::Connectome c;
  c.row = {0, 1, 2};
  c.source = {1, 0};
  c.weight = {1.0, 1.0};
  return c;
}

/// The one place where lengths become steps: length / speed / dt in double, in this order.
TEST(Lags, DelaysAreComputedOnceInDouble) {
  engine::SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 1.0);
  spec.speed = 4.0;
  spec.dt = 0.1;
  network::Connectome c = two_edges();
  c.length = {0.6, 8.0};
  const Delays of_lengths(c, spec);
  EXPECT_EQ(of_lengths.steps(), (std::vector<double>{0.6 / 4.0 / 0.1, 8.0 / 4.0 / 0.1}));
  EXPECT_EQ(of_lengths[1], 20.0);
  EXPECT_EQ(of_lengths.samples_read(), 21);
  EXPECT_EQ(of_lengths.block().largest_lag, 20);
  spec.stages = Stages::staged;  // reads one step less, and carries the sum of the step before
  EXPECT_EQ(Delays(c, spec).block().largest_lag, 19);
  EXPECT_EQ(Delays(c, spec).samples_read(), 21);
  c.delay = {0.05, 2.0};
  c.length.clear();
  EXPECT_EQ(Delays(c, spec).steps(), (std::vector<double>{0.05 / 0.1, 2.0 / 0.1}));
  spec.speed = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Delays(c, spec)[1], 20.0) << "delays know no speed";
}

TEST(Lags, ADelayOfMoreStepsThanALagHoldsIsRefused) {
  engine::SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 1.0);
  spec.dt = 1e-6;
  network::Connectome c = two_edges();
  c.delay = {1.0, 3000.0};
  try {
    const Delays delays(c, spec);
    FAIL() << "not refused";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("from region 0 to 1 is 3e+09 steps"),
              std::string::npos)
        << error.what();
  }
  spec.populations[0].links.clear();
  EXPECT_EQ(Delays(c, spec)[1], 3000.0 / 1e-6) << "nobody reads it";
}

TEST(Lags, TheSmallestLagOfAnEdgeIsThatOfItsEarliestRead) {
  engine::SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 1.0);
  EXPECT_EQ(DelayReading(spec).smallest_lag(0.4), 0) << "undelayed and held";
  EXPECT_EQ(DelayReading(spec).smallest_lag(2.6), 3);
  spec.delay = DelayMode::cubic;
  EXPECT_EQ(DelayReading(spec).smallest_lag(5.5), 4);
  spec.delay = DelayMode::nearest;
  spec.stages = Stages::staged;
  spec.method = model::Method::rk4;
  EXPECT_EQ(DelayReading(spec).smallest_lag(0.4), -1) << "undelayed, at every stage";
  EXPECT_EQ(DelayReading(spec).smallest_lag(3.0), 2);
}

}  // namespace
}  // namespace arcuate::engine
