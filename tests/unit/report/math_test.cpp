#include "report/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace arcuate::report {
namespace {

TEST(Wrapped, LiesAbovePiOnceAroundTheCircle) {
  constexpr double pi = std::numbers::pi;
  EXPECT_DOUBLE_EQ(wrapped(0.5), 0.5);
  EXPECT_DOUBLE_EQ(wrapped(pi), pi);
  EXPECT_DOUBLE_EQ(wrapped(-pi), pi);
  EXPECT_NEAR(wrapped(7.0), 7.0 - 2 * pi, 1e-15);
  EXPECT_NEAR(wrapped(-100.0), -100.0 + 32 * pi, 1e-13);
  EXPECT_TRUE(std::isnan(wrapped(std::numeric_limits<double>::quiet_NaN())));
}

TEST(CircularMean, CrossesPiAndIsUndefinedForOppositeAngles) {
  const std::vector<double> around_pi{3.0, -3.0};
  EXPECT_NEAR(std::abs(circular_mean(around_pi)), std::numbers::pi, 1e-15);
  const std::vector<double> turns{0.1, 0.3 + 2 * std::numbers::pi};
  EXPECT_NEAR(circular_mean(turns), 0.2, 1e-14);
  const std::vector<double> opposite{0.0, std::numbers::pi};
  EXPECT_TRUE(std::isnan(circular_mean(opposite)));
}

TEST(MeanFrequency, CountsTurnsWhetherAnglesAreWrappedOrNot) {
  std::vector<double> angles, folded;
  for (int n = 0; n <= 1000; ++n) {
    angles.push_back(-2 * std::numbers::pi * 8.0 * 0.001 * n);
    folded.push_back(wrapped(angles.back()));
  }
  EXPECT_NEAR(mean_frequency(angles, 1000.0), -8.0, 1e-10);
  EXPECT_NEAR(mean_frequency(folded, 1000.0), -8.0, 1e-10);
  EXPECT_TRUE(std::isnan(mean_frequency(std::span(angles).first(1), 1000.0)));
}

TEST(Quantile, InterpolatesLikeNumpyAndIgnoresWhatIsNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(quantile({4, 1, nan, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, 0.05), 1.15);
  EXPECT_DOUBLE_EQ(quantile({7}, 0.95), 7.0);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3}, 1.0), 3.0);
  EXPECT_TRUE(std::isnan(quantile({nan}, 0.5)));
}

TEST(Peak, IsTheHighestOneThatStandsOutOfBothOctavesAroundIt) {
  const std::vector<double> two{9, 1, 3, 1, 8, 8, 2, 9};
  EXPECT_EQ(peak_of(two, 1), 4U);
  EXPECT_EQ(peak_of(two, 5), 0U) << "edges are no peaks";
  const std::vector<double> ripple_on_a_slope{99, 50, 25, 12, 13, 7, 4, 2, 1};
  EXPECT_EQ(peak_of(ripple_on_a_slope, 1), 0U);
  EXPECT_EQ(peak_of({}, 1), 0U);
}

}  // namespace
}  // namespace arcuate::report
