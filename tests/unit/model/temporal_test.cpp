#include "arcuate/model/temporal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

namespace {

using arcuate::model::TemporalForm;
using arcuate::model::TemporalFunction;

constexpr double dt = 0.1;

double at(TemporalForm form, std::array<double, 6> parameter, double t) {
  return TemporalFunction{form, parameter, {}}.at(t, dt);
}

/// Steps n at which f(n dt) is not zero.
std::set<int> active_steps(TemporalForm form, std::array<double, 6> parameter, int steps) {
  std::set<int> active;
  for (int n = 0; n < steps; ++n) {
    if (at(form, parameter, n * dt) != 0.0) active.insert(n);
  }
  return active;
}

std::set<int> range(int first, int end) {
  std::set<int> steps;
  for (int n = first; n < end; ++n)
    steps.insert(n);
  return steps;
}

TEST(Temporal, FormsStandInTheOrderOfTheirEnumeration) {
  const auto forms = arcuate::model::temporal_forms();
  ASSERT_EQ(forms.size(), 14U);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(forms[i].form), i);
    EXPECT_LE(forms[i].parameters.size(), arcuate::model::most_temporal_parameters);
    for (const auto& parameter : forms[i].parameters) {
      EXPECT_NE(forms[i].equation.find(parameter.name), std::string_view::npos)
          << forms[i].name << " " << parameter.name;
    }
  }
}

TEST(Temporal, WindowsHoldTheirOnsetAndNotTheirEndForEveryOnset) {
  for (int onset = 0; onset < 300; ++onset) {
    // As a study file gives it: a decimal number.
    const double start = std::stod(std::to_string(onset / 10) + "." + std::to_string(onset % 10));
    EXPECT_EQ(active_steps(TemporalForm::pulse, {1.0, start, 0.7}, 320), range(onset, onset + 7));
    EXPECT_EQ(active_steps(TemporalForm::step, {1.0, start}, 320), range(onset, 320));
    EXPECT_EQ(active_steps(TemporalForm::box, {1.0, start, start + 0.3}, 320),
              range(onset, onset + 3));
  }
}

TEST(Temporal, PulsesOfATrainRepeatExactly) {
  const auto active = active_steps(TemporalForm::pulse_train, {2.0, 3.0, 4.2, 1.3}, 1000);
  std::set<int> expected;
  for (int first = 30; first < 1000; first += 42) {
    for (int n = first; n < std::min(1000, first + 13); ++n)
      expected.insert(n);
  }
  EXPECT_EQ(active, expected);
}

TEST(Temporal, SmoothFormsHaveTheirTextbookValues) {
  EXPECT_DOUBLE_EQ(at(TemporalForm::ramp, {3.0, 10.0, 4.0}, 9.0), 0.0);
  EXPECT_DOUBLE_EQ(at(TemporalForm::ramp, {3.0, 10.0, 4.0}, 11.0), 0.75);
  EXPECT_DOUBLE_EQ(at(TemporalForm::ramp, {3.0, 10.0, 4.0}, 40.0), 3.0);
  EXPECT_NEAR(at(TemporalForm::gaussian, {2.0, 5.0, 1.5}, 6.5), 2.0 * std::exp(-0.5), 1e-15);
  EXPECT_NEAR(at(TemporalForm::double_gaussian, {2.0, 5.0, 1.5, -1.0, 9.0, 2.0}, 6.5),
              2.0 * std::exp(-0.5) - std::exp(-0.5 * 1.25 * 1.25), 1e-15);
  const double pi = std::acos(-1.0);
  EXPECT_NEAR(at(TemporalForm::sigmoid, {-1.0, 3.0, 20.0, 4.0}, 26.0),
              -1.0 + 4.0 / (1.0 + std::exp(-pi / std::sqrt(3.0) * 1.5)), 1e-14);
  EXPECT_NEAR(at(TemporalForm::alpha, {2.0, 1.0, 5.0}, 6.0), 2.0, 1e-15);
  EXPECT_NEAR(at(TemporalForm::alpha, {2.0, 1.0, 5.0}, 11.0), 2.0 * 2.0 * std::exp(-1.0), 1e-15);
  EXPECT_EQ(at(TemporalForm::alpha, {2.0, 1.0, 5.0}, 0.5), 0.0);
}

TEST(Temporal, SinusoidsRunWithAbsoluteTimeAndStayExactForHours) {
  const double hour = 3.6e6;
  const double inf = INFINITY;
  EXPECT_NEAR(at(TemporalForm::sinusoid, {2.0, 40.0, 0.4, 0.0, inf}, 6.25), 2.0 * std::cos(0.4),
              1e-14);
  EXPECT_NEAR(at(TemporalForm::sinusoid, {2.0, 40.0, 0.4, 0.0, inf}, hour + 6.25),
              2.0 * std::cos(0.4), 1e-9);
  EXPECT_NEAR(at(TemporalForm::cosine, {2.0, 40.0, 0.4, 0.0, inf}, 25.0), 2.0 * std::cos(0.4),
              1e-14);
  EXPECT_EQ(at(TemporalForm::sinusoid, {2.0, 40.0, 0.4, 7.0, 9.0}, 6.9), 0.0);
  EXPECT_NE(at(TemporalForm::sinusoid, {2.0, 40.0, 0.4, 7.0, 9.0}, 7.0), 0.0);
  EXPECT_EQ(at(TemporalForm::sinusoid, {2.0, 40.0, 0.4, 7.0, 9.0}, 9.0), 0.0);
}

TEST(Temporal, TheDifferenceOfExponentialsPeaksAtItsAmplitude) {
  const std::array<double, 6> parameter{3.0, 2.0, 1.0, 6.0};
  double largest = 0.0;
  for (int i = 0; i < 20000; ++i)
    largest = std::max(largest, at(TemporalForm::difference_of_exponentials, parameter, 1e-3 * i));
  EXPECT_NEAR(largest, 3.0, 1e-7);
  EXPECT_EQ(at(TemporalForm::difference_of_exponentials, parameter, 2.0), 0.0);
}

TEST(Temporal, AChirpSweepsItsFrequency) {
  // Phase 2 pi (f0 s + (f1 - f0) s^2/(2 T)) with f in kHz: s = 50 ms, f0 = 10 Hz, f1 = 50 Hz, T =
  // 100 ms.
  const double cycles = 0.01 * 50.0 + 0.04 * 50.0 * 50.0 / 200.0;
  EXPECT_NEAR(at(TemporalForm::chirp, {2.0, 5.0, 100.0, 10.0, 50.0}, 55.0),
              2.0 * std::sin(2.0 * std::acos(-1.0) * cycles), 1e-13);
  EXPECT_EQ(at(TemporalForm::chirp, {2.0, 5.0, 100.0, 10.0, 50.0}, 105.0), 0.0);
}

TEST(Temporal, ASeriesIsLinearBetweenItsSamplesAndZeroOutside) {
  const TemporalFunction series{TemporalForm::series, {2.0, 10.0, 4.0}, {1.0, 3.0, -1.0}};
  EXPECT_EQ(series.at(9.9, dt), 0.0);
  EXPECT_EQ(series.at(10.0, dt), 2.0);
  EXPECT_DOUBLE_EQ(series.at(11.0, dt), 3.0);
  EXPECT_DOUBLE_EQ(series.at(16.0, dt), 2.0);
  EXPECT_EQ(series.at(18.0, dt), -2.0);
  EXPECT_EQ(series.at(18.1, dt), 0.0);
}

}  // namespace
