#include "report/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace arcuate::report {
namespace {

/// Reference values: scipy.signal.welch(x, 1000, "hann", nperseg=512, detrend="constant").
TEST(Welch, AgreesWithScipyOnTwoTonesWithATrend) {
  std::vector<double> x(4096);
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double t = static_cast<double>(n) / 1000.0;
    x[n] = std::sin(2 * std::numbers::pi * 10 * t) +
           0.5 * std::cos(2 * std::numbers::pi * 33.3 * t) + 0.01 * t + 2;
  }
  const Spectrum s = welch(x, 1000.0, 512);
  ASSERT_EQ(s.power.size(), 257U);
  EXPECT_DOUBLE_EQ(s.frequency[1], 1.953125);
  const std::vector<double> expected{1.1547184e-4, 4.4105886e-5, 3.2209291e-6,
                                     4.2840792e-5, .028867795,   .167516425};
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(s.power[k], expected[k], 1e-7 * expected[k]);
  }
  EXPECT_NEAR(s.power[17], .042538250, 1e-9);
  const double total = std::accumulate(s.power.begin(), s.power.end(), 0.0) * s.frequency[1];
  EXPECT_NEAR(total, .625310070, 1e-8);
  EXPECT_DOUBLE_EQ(s.frequency[peak_of(s.power, 2)], 9.765625);
}

TEST(Welch, OddSegmentsHaveNoUnpairedLastBin) {
  // Parseval: with one segment and a white impulse, the integral is the windowed energy per window
  // energy.
  std::vector<double> x(5, 0.0);
  x[2] = 1.0;
  const Spectrum s = welch(x, 5.0, 5);
  ASSERT_EQ(s.power.size(), 3U);
  double windowed = 0.0;
  double energy = 0.0;
  for (int n = 0; n < 5; ++n) {
    const double w = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / 5.0);
    windowed += w * w * std::pow(x[static_cast<std::size_t>(n)] - 0.2, 2);
    energy += w * w;
  }
  EXPECT_NEAR(s.power[0] + s.power[1] + s.power[2], windowed / energy, 1e-14);
}

TEST(Pearson, IsOneForScaledCopiesAndUndefinedForConstants) {
  const std::vector<double> signals{1, 2, 3, 5, -2, -4, -6, -10, 0.1, 0.1, 0.1, 0.1, 1, 0, 1, 0};
  const std::vector<double> r = pearson_matrix(signals, 4);
  EXPECT_DOUBLE_EQ(r[0 * 4 + 0], 1.0);
  EXPECT_NEAR(r[0 * 4 + 1], -1.0, 1e-15);
  EXPECT_TRUE(std::isnan(r[2 * 4 + 2]));
  EXPECT_TRUE(std::isnan(r[0 * 4 + 2]));
  // numpy.corrcoef([1, 2, 3, 5], [1, 0, 1, 0])
  EXPECT_NEAR(r[0 * 4 + 3], -0.50709255283711, 1e-13);
  EXPECT_EQ(r[3], r[12]);
}

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

TEST(OrderParameter, IsOneTogetherZeroSpreadAndHalfASqrtTwoAtARightAngle) {
  constexpr double pi = std::numbers::pi;
  // Two signals at three times: equal, a quarter of a turn apart, opposite.
  const std::vector<double> angles{0.4, 0.0, 0.0, 0.4 + 4 * pi, pi / 2, pi};
  const std::vector<double> order = order_parameter(angles, 2);
  EXPECT_NEAR(order[0], 1.0, 1e-15);
  EXPECT_NEAR(order[1], std::sqrt(0.5), 1e-15);
  EXPECT_NEAR(order[2], 0.0, 1e-15);
}

TEST(PhaseLocking, IsTheLengthOfTheMeanDifferenceOverTime) {
  constexpr double pi = std::numbers::pi;
  // The second leads by 1; the third differs by 0, 1/4, 1/2 and 3/4 of a turn.
  const std::vector<double> angles{0, 1, 2, 3, 1, 2, 3, 4, 0, 1 + pi / 2, 2 + pi, 3 - pi / 2};
  const std::vector<double> locking = phase_locking(angles, 3);
  EXPECT_NEAR(locking[0 * 3 + 1], 1.0, 1e-15);
  EXPECT_NEAR(locking[0 * 3 + 2], 0.0, 1e-15);
  EXPECT_EQ(locking[2 * 3 + 0], locking[0 * 3 + 2]);
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
