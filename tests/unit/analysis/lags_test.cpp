#include "arcuate/analysis/lags.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/analysis/moments.hpp"
#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/core/error.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

/// A wave of 0.03 per sample that reaches regions 0, 1.3, -2.2, 3.4 and 0.5 samples late.
Matrix travelling_wave() {
  const std::vector<double> late = {0.0, 1.3, -2.2, 3.4, 0.5};
  Matrix x(400, 5);
  for (Index i = 0; i < 5; ++i) {
    for (Index n = 0; n < 400; ++n) {
      const auto t = static_cast<double>(n);
      const double s = late[static_cast<std::size_t>(i)];
      x(n, i) = std::sin(2.0 * std::numbers::pi * 0.03 * (t - s)) +
                0.3 * std::sin(2.0 * std::numbers::pi * 0.011 * t + s);
    }
  }
  return x;
}

// The formula in NumPy 2.4.6.
TEST(Lags, DelaysAndThreadsAreThoseOfTheFormula) {
  const LagThreads is = lag_threads(travelling_wave(), 2.0, 12, 2);
  expect_values(lower_triangle(is.delay),
                {0.5854900692208543, -1.1034386334631923, -1.8510992133112905, 1.7236807564968364,
                 0.9771914107680795, 2.841809285355249, 0.24146958272679747, -0.35613997035912803,
                 1.3941421955230375, -1.4298129892946596},
                1e-10);
  EXPECT_EQ(is.delay, -is.delay.transpose());
  expect_values(is.projection,
                {-0.28944035499625914, 0.36310756842463865, -1.4380978655305539, 1.394498888382965,
                 -0.030068236280790517},
                1e-10);
  expect_values(is.thread.col(0),
                {0.28971235202215523, -0.36347426388778165, 1.4380983084230394, -1.3944581696461011,
                 0.030121773088688342},
                1e-9);
  expect_values(is.share, {0.9986062487315532, 0.0007337081823320435}, 1e-10);
}

TEST(Lags, ALagThatIsLongerThanLookedForHasNoValue) {
  EXPECT_TRUE(std::isnan(lag_threads(travelling_wave(), 2.0, 3, 1).delay(3, 2)));
  EXPECT_THROW(lag_threads(travelling_wave(), 2.0, 0, 1), ConfigError);
  EXPECT_THROW(lag_threads(travelling_wave(), 2.0, 200, 1), ConfigError);
  EXPECT_THROW(lag_threads(travelling_wave(), 2.0, 3, 6), ConfigError);
}

// numpy.correlate and interp.
TEST(Lags, AutocorrelationTimesAreThoseOfTheFormula) {
  Matrix x = example_series(600, 5);
  x.col(4).setConstant(2.0);
  const AutocorrelationTime is = autocorrelation_time(x, 50.0);
  EXPECT_NEAR(is.decay[0], 1.6849175682416884, 1e-11);
  EXPECT_NEAR(is.integral[0], 1.699317014413828, 1e-11);
  EXPECT_NEAR(is.decay[2], 1.6578781515669192, 1e-11);
  EXPECT_NEAR(is.integral[2], 1.7227826054889714, 1e-11);
  EXPECT_TRUE(std::isnan(is.decay[4]) && std::isnan(is.integral[4]));
}

// scipy.stats.skew, kurtosis and entropy of SciPy 1.17.1.
TEST(Moments, AreThoseOfSciPy) {
  const Matrix x = example_series(600, 5);
  const Moments is = moments(x);
  EXPECT_NEAR(is.mean[1], 3.003602505529174, 1e-12);
  EXPECT_NEAR(is.variance[1], 3.5692390536344676, 1e-12);
  EXPECT_NEAR(is.skewness[1], 0.025925583487752864, 1e-12);
  EXPECT_NEAR(is.kurtosis[1], -0.870818122938283, 1e-12);
  const Matrix among_samples = fc(x.topRows(40).transpose());
  EXPECT_NEAR(entropy(lower_triangle(among_samples), 20, -1.0, 1.0), 2.6766985954601346, 1e-12);
}

TEST(Moments, AConstantHasNoShape) {
  const Moments is = moments(Matrix::Constant(9, 1, 0.1));
  EXPECT_EQ(is.variance[0], 0.0);
  EXPECT_TRUE(std::isnan(is.skewness[0]) && std::isnan(is.kurtosis[0]));
}

// scipy.signal.coherence of SciPy 1.17.1.
TEST(Coherence, IsThatOfSciPyAveragedOverABand) {
  const Matrix x = example_series(600, 5);
  EXPECT_NEAR(coherence(x, 50.0, {.segment = 128}, 1.0, 10.0)(3, 1), 0.7238412251783286, 1e-12);
  const PsdOptions options{
      .segment = 100, .overlap = 25, .window = {"hamming", 0.0, false}, .detrend = Detrend::linear};
  EXPECT_NEAR(coherence(x, 50.0, options, 2.0, 2.0)(3, 1), 0.8769301044086949, 1e-12);
  // 117 segments: more than are kept as they are.
  EXPECT_NEAR(coherence(x, 50.0, {.segment = 20, .overlap = 15}, 2.0, 20.0)(3, 1),
              0.5550197962167502, 1e-12);
  EXPECT_THROW(coherence(x, 50.0, {.segment = 500}, 1.0, 10.0), ConfigError);
  EXPECT_THROW(coherence(x, 50.0, {.segment = 100}, 1.1, 1.2), ConfigError);
}

// numpy.linalg.inv of numpy.corrcoef.
TEST(Connectivity, PartialCorrelationIsThatOfTheInverse) {
  const Matrix x = example_series(600, 5);
  expect_values(lower_triangle(partial_fc(x)),
                {0.27544695400762986, 0.23571020029355885, 0.2537757119880429, 0.1942950918288172,
                 0.23436374780610011, 0.2530530526792127, 0.21319054267043855, 0.1901588754823819,
                 0.22925511211344465, 0.2839758663297847},
                1e-11);
  expect_values(lower_triangle(partial_fc(x, 0.1)),
                {0.25526702745048674, 0.22942627766586401, 0.24162674595920736, 0.2022409573758889,
                 0.22841155511303732, 0.24118531215137948, 0.2131552229924631, 0.1993379917322553,
                 0.22523688444582393, 0.2608964620262171},
                1e-11);
  Matrix dependent = x;
  dependent.col(4) = x.col(0) + x.col(1);
  EXPECT_THROW(partial_fc(dependent), DataError);
  EXPECT_NO_THROW(partial_fc(dependent, 0.01));
}

TEST(Episodes, AreBridgedThenSorted) {
  Matrix x = Matrix::Zero(20, 2);
  x.block(2, 1, 3, 1).setOnes();   // 2 to 4
  x.block(6, 1, 4, 1).setOnes();   // 6 to 9, after a gap of one
  x.block(15, 1, 2, 1).setOnes();  // too short
  const std::vector<Episode> found = episodes(x, 0.5, 3, 1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].region, 1);
  EXPECT_EQ(found[0].first, 2);
  EXPECT_EQ(found[0].length, 8);
  EXPECT_EQ(episodes(x, 0.5, 3, 0).size(), 2U);
  EXPECT_EQ(episodes(x, 0.5, 1, 4).size(), 2U);  // the gap after 9 is 5 long
  EXPECT_EQ(episodes(x, 0.5, 1, 5).size(), 1U);
  EXPECT_TRUE(episodes(x, 1.0, 1, 0).empty());
}

TEST(Episodes, TheMovingDeviationLooksBack) {
  Matrix x(4, 1);
  x << 1.0, 3.0, 3.0, 7.0;
  const Matrix d = moving_deviation(x, 2);
  EXPECT_TRUE(std::isnan(d(0, 0)));  // there is no whole window yet
  EXPECT_EQ(Vector(d.col(0).tail(3)), Vector(Eigen::Vector3d(1.0, 0.0, 2.0)));
}

}  // namespace
}  // namespace arcuate::analysis
