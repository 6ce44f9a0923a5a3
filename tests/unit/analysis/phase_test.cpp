#include "arcuate/analysis/phase.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/analysis/lags.hpp"
#include "arcuate/analysis/moments.hpp"
#include "arcuate/core/error.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

Vector at(const Matrix& m, Index column, const std::vector<Index>& rows) {
  Vector values(static_cast<Index>(rows.size()));
  for (Index k = 0; k < values.size(); ++k)
    values[k] = m(rows[static_cast<std::size_t>(k)], column);
  return values;
}

// scipy.signal.hilbert of SciPy 1.17.1, an even and an odd number of samples.
TEST(Phase, PhaseAndEnvelopeAreThoseOfSciPysHilbert) {
  const Matrix x = example_series(600, 5);
  expect_values(at(phases(x), 3, {0, 77, 300}),
                {1.750103095801376, -2.581439099051889, -1.5700326469425958}, 1e-12);
  expect_values(at(envelope(x), 3, {0, 77, 300}),
                {9.35475486928534, 1.6868091861416736, 2.6785086062701886}, 1e-12);
  const Matrix odd = x.topRows(301);
  expect_values(at(phases(odd), 3, {0, 77, 300}),
                {1.61417656801749, -1.5251322358087496, 1.1556121539018327}, 1e-12);
  expect_values(at(envelope(odd), 3, {0, 77, 300}),
                {3.730372065219467, 1.7000300066888325, 3.740268545590207}, 1e-12);
}

// The formulas in NumPy 2.4.6.
TEST(Phase, OrderAndLockingAreThoseOfTheirFormulas) {
  const Matrix phase = phases(example_series(600, 5));
  const Vector order = order_parameter(phase);
  expect_values(at(order, 0, {0, 10, 599}),
                {0.9993788100014455, 0.9985326797604719, 0.9997038853947624}, 1e-12);
  EXPECT_NEAR(order.mean(), 0.8707578437229772, 1e-12);
  expect_values(lower_triangle(phase_locking(phase)),
                {0.6847481737704527, 0.7540206950609936, 0.6935773615216404, 0.7429972359210049,
                 0.7527148153637144, 0.6961874776229936, 0.7292809266337354, 0.7252363185420821,
                 0.7368124945382448, 0.6748353581959624},
                1e-12);
}

TEST(Phase, LocalOrderIsThatOfItsFormula) {
  Matrix distance(9, 9);
  for (int i = 0; i < 9; ++i) {
    for (int j = 0; j < 9; ++j) {
      const double x = (7 * i) % 11 - (7 * j) % 11;
      const double y = (3 * i) % 5 - (3 * j) % 5;
      distance(i, j) = std::sqrt(x * x + y * y + (i - j) * (i - j));
    }
  }
  const Matrix local = local_order(phases(example_series(240, 9)), distance, 0.18);
  EXPECT_NEAR(local(0, 0), 0.9911604949638065, 1e-12);
  EXPECT_NEAR(local(100, 4), 0.24654332341079077, 1e-12);
  EXPECT_NEAR(local(239, 8), 0.9822594834881303, 1e-12);
  EXPECT_NEAR(local.mean(), 0.5196722275114386, 1e-12);
  EXPECT_NEAR(std::sqrt((local.array() - local.mean()).square().mean()), 0.2618890237501009, 1e-12);
}

// The published program's steps in NumPy, with components of the graph from SciPy.
TEST(Phase, IgnitionIsThatOfThePublishedProgram) {
  const Matrix x = example_series(240, 9);
  const Ignition is = ignition(x, phases(x), {});
  expect_values(at(is.integration, 0, {10, 11, 100, 229}),
                {0.7200000000000001, 0.6488888888888888, 0.26, 0.5511111111111111}, 1e-12);
  EXPECT_TRUE(std::isnan(is.integration[9]) && std::isnan(is.integration[230]));
  expect_values(is.events.cast<double>(), {11, 12, 9, 11, 11, 13, 13, 13, 11}, 0.0);
  expect_values(is.mean,
                {0.34868686868686866, 0.32296296296296295, 0.3762962962962963, 0.3405050505050506,
                 0.35878787878787877, 0.35350427350427355, 0.3449572649572649, 0.3384615384615384,
                 0.3512121212121212},
                1e-12);
  expect_values(is.variability,
                {0.10637122384133749, 0.0852383270047717, 0.14403122280009092, 0.10028533925994668,
                 0.12611700693733885, 0.12476099340906428, 0.08591720655239195, 0.13492679125986595,
                 0.10667760886636694},
                1e-12);
}

// The same numbers of the published program: whole turns are no difference of phases.
TEST(Phase, IgnitionOfPhasesThatRunOnIsThatOfTheSamePhasesWithinATurn) {
  const Matrix x = example_series(240, 9);
  Matrix phase = phases(x);
  for (Index i = 0; i < 9; ++i) {
    for (Index t = 0; t < 240; ++t)
      phase(t, i) += 2.0 * std::numbers::pi * static_cast<double>(t / 3 - 20 * i);
  }
  const Ignition is = ignition(x, phase, {});
  expect_values(at(is.integration, 0, {10, 11, 100, 229}),
                {0.7200000000000001, 0.6488888888888888, 0.26, 0.5511111111111111}, 1e-12);
  EXPECT_NEAR(wrapped(325.0), 325.0 - 104.0 * std::numbers::pi, 1e-12);
  EXPECT_EQ(wrapped(-std::numbers::pi), -std::numbers::pi);
}

// As of a recording, whose samples are aligned as C++ aligns doubles.
TEST(Phase, TheSameNumbersElsewhereHaveTheSameBits) {
  const Matrix x = example_series(301, 3);
  for (Index shift = 1; shift < 8; ++shift) {
    std::vector<double> memory(static_cast<std::size_t>(x.size() + 8));
    Eigen::Map<Matrix> moved(memory.data() + shift, x.rows(), x.cols());
    moved = x;
    EXPECT_EQ(phases(moved), phases(x)) << shift;
    EXPECT_EQ(envelope(moved), envelope(x)) << shift;
    EXPECT_EQ(fc(moved), fc(x)) << shift;
    EXPECT_EQ(moments(moved).kurtosis, moments(x).kurtosis) << shift;
    EXPECT_EQ(autocorrelation_time(moved, 1.0).decay, autocorrelation_time(x, 1.0).decay) << shift;
    EXPECT_EQ(fcd(moved, {.window = 31, .step = 3}).matrix,
              fcd(x, {.window = 31, .step = 3}).matrix);
  }
}

TEST(Phase, IgnitionWithoutRoomIsRefused) {
  const Matrix x = example_series(30, 3);
  EXPECT_THROW(ignition(x, phases(x), {.edge = 15}), ConfigError);
  EXPECT_THROW(ignition(x, phases(x), {.window = 11}), ConfigError);
}

}  // namespace
}  // namespace arcuate::analysis
