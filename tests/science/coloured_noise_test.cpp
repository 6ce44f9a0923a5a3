#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "arcuate/engine/coloured_noise.hpp"
#include "engine/noise.hpp"
#include "support/science.hpp"

/// Brownian and coloured noise: variances, spectra, starts.
namespace arcuate {
namespace {

using engine::NoiseTerm;
using engine::SimulationSpec;

constexpr double pi = 3.14159265358979323846;

/// An input's noise of many regions without a network: (steps, regions).
class InputNoise {
 public:
  InputNoise(const NoiseTerm& noise, double dt, GlobalIndex regions)
      : regions_(regions),
        noise_(population_with(noise), model::Method::heun, dt, lanes_of(regions), 42),
        memory_(noise_.start()) {}

  std::vector<double> draw(int steps) {
    std::vector<double> series(test::at(steps) * test::at(regions_));
    engine::NoiseScratch scratch = noise_.make_scratch(steps);
    for (LocalIndex tile = 0; tile < static_cast<LocalIndex>(regions_) / model::lanes; ++tile) {
      const double* inputs = noise_.draw(tile, now_, steps, memory_.data(), kept_, scratch).inputs;
      for (int s = 0; s < steps; ++s) {
        for (int lane = 0; lane < model::lanes; ++lane)
          series[test::at(s * regions_ + tile * model::lanes + lane)] =
              inputs[s * model::lanes + lane];
      }
    }
    now_ += steps;
    return series;
  }

 private:
  static engine::Population population_with(const NoiseTerm& noise) {
    engine::Population population = test::quiet_spec("Linear").populations[0];
    population.noise = {noise};
    return population;
  }
  static std::vector<std::uint32_t> lanes_of(GlobalIndex regions) {
    std::vector<std::uint32_t> lanes;
    for (GlobalIndex i = 0; i < regions; ++i)
      lanes.push_back(static_cast<std::uint32_t>(i));
    return lanes;
  }

  GlobalIndex regions_;
  engine::Noise noise_;
  AlignedVector<double> memory_;
  engine::KeptDraws kept_;  // none
  Step now_ = 0;
};

NoiseTerm on_input(NoiseTerm::Kind kind, double sigma) {
  NoiseTerm noise;
  noise.kind = kind;
  noise.on_input = true;
  noise.sigma = RegionValues(sigma);
  return noise;
}

NoiseTerm coloured(double beta, double sigma) {
  NoiseTerm noise = on_input(NoiseTerm::Kind::coloured, sigma);
  noise.beta = beta;
  noise.tau_min = 0.4;
  noise.tau_max = 40.0;
  return noise;
}

double variance_of(const std::vector<double>& series, std::size_t step, std::size_t regions) {
  double sum = 0.0;
  for (std::size_t i = 0; i < regions; ++i)
    sum += series[step * regions + i] * series[step * regions + i];
  return sum / static_cast<double>(regions);
}

/// Mean over the regions of the power at a frequency [1/ms], under a Hann window.
double power(const std::vector<double>& series, std::size_t regions, double dt, double frequency) {
  const std::size_t steps = series.size() / regions;
  std::vector<double> cosine(regions, 0.0), sine(regions, 0.0);
  for (std::size_t s = 0; s < steps; ++s) {
    const double place = static_cast<double>(s) / static_cast<double>(steps);
    const double window = 0.5 - 0.5 * std::cos(2.0 * pi * place);
    const double turn = 2.0 * pi * frequency * dt * static_cast<double>(s);
    const double c = window * std::cos(turn), d = window * std::sin(turn);
    for (std::size_t i = 0; i < regions; ++i) {
      cosine[i] += c * series[s * regions + i];
      sine[i] += d * series[s * regions + i];
    }
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < regions; ++i)
    sum += cosine[i] * cosine[i] + sine[i] * sine[i];
  return sum;
}

class ColouredNoise : public testing::TestWithParam<double> {};

/// Slope over the band of two decades, less a third of a decade at its ends.
TEST_P(ColouredNoise, HasASpectrumThatFallsWithItsExponent) {
  constexpr double dt = 0.1;
  constexpr std::size_t regions = 256;
  const auto series = InputNoise(coloured(GetParam(), 1.0), dt, regions).draw(8192);
  std::vector<double> frequencies, powers;
  for (double f = 0.009; f < 0.19; f *= 1.3) {
    frequencies.push_back(f);
    powers.push_back(power(series, regions, dt, f));
  }
  EXPECT_NEAR(test::order(frequencies, powers), -GetParam(), 0.1);
}

TEST_P(ColouredNoise, IsStationaryFromTheFirstStepWithItsStandardDeviation) {
  constexpr std::size_t regions = 20000;
  InputNoise noise(coloured(GetParam(), 1.5), 0.1, regions);
  for (int part = 0; part < 3; ++part) {
    const auto series = noise.draw(40);
    EXPECT_NEAR(variance_of(series, 0, regions) / 2.25, 1.0, 0.05);
    EXPECT_NEAR(variance_of(series, 39, regions) / 2.25, 1.0, 0.05);
  }
}

/// The sum of Lorentzians against 1/f^beta, up to a factor.
double largest_error_in_decibels(double beta, double tau_min, double tau_max) {
  const auto parts = engine::coloured_parts(beta, tau_min, tau_max);
  double total = 0.0, mean = 0.0;
  for (const auto& part : parts)
    total += part.sigma * part.sigma;
  EXPECT_NEAR(total, 1.0, 1e-12);
  std::vector<double> errors;
  constexpr int points = 400;
  for (int j = 0; j <= points; ++j) {
    const double omega = std::pow(tau_max / tau_min, static_cast<double>(j) / points) / tau_max;
    double sum = 0.0;
    for (const auto& part : parts)
      sum += part.sigma * part.sigma * part.tau / (1.0 + omega * omega * part.tau * part.tau);
    errors.push_back(10.0 * std::log10(sum * std::pow(omega, beta)));
    mean += errors.back() / (points + 1);
  }
  const auto [low, high] = std::minmax_element(errors.begin(), errors.end());
  return std::max(*high - mean, mean - *low);
}

INSTANTIATE_TEST_SUITE_P(Exponents, ColouredNoise, testing::Values(0.5, 1.0, 1.5, 2.0),
                         [](const auto& test) {
                           return "Beta" + std::to_string(std::lround(10.0 * test.param));
                         });

TEST(ColouredNoiseParts, AddUpToThePowerLawWithinTheStatedError) {
  struct Bound {
    double beta, decibels;
  };
  for (const auto& [beta, decibels] : {Bound{0.1, 1.85}, Bound{0.5, 0.7}, Bound{1.0, 0.25},
                                       Bound{1.5, 0.7}, Bound{1.9, 1.85}, Bound{2.0, 2.85}}) {
    for (const double width : {10.0, 100.0, 1e3, 1e4}) {
      EXPECT_LT(largest_error_in_decibels(beta, 0.3, 0.3 * width), decibels)
          << "beta " << beta << " width " << width;
    }
  }
}

TEST(ColouredNoiseParts, AreTwoADecadeBetweenTheTwoTimes) {
  const auto parts = engine::coloured_parts(1.0, 2.0, 2000.0);
  ASSERT_EQ(parts.size(), 7U);
  EXPECT_DOUBLE_EQ(parts.front().tau, 2.0);
  EXPECT_NEAR(parts.back().tau, 2000.0, 1e-9);
  EXPECT_EQ(engine::coloured_parts(1.0, 1.0, 1.1).size(), 2U);
  EXPECT_EQ(engine::coloured_parts(1.0, 1e-12, 1e30).size(), 64U);
  // Exactly 1/f^2 is one process.
  const auto brown = engine::coloured_parts(2.0, 2.0, 2000.0);
  EXPECT_GT(brown.back().sigma, 0.98);
}

TEST(BrownianNoise, IsAWienerProcessThatStartsAtNought) {
  constexpr double sigma = 0.7, dt = 0.25;
  constexpr std::size_t regions = 20000;
  const auto series = InputNoise(on_input(NoiseTerm::Kind::brownian, sigma), dt, regions).draw(65);
  EXPECT_EQ(variance_of(series, 0, regions), 0.0);
  for (const std::size_t step : {1U, 4U, 64U}) {
    const double t = dt * static_cast<double>(step);
    EXPECT_NEAR(variance_of(series, step, regions) / (sigma * sigma * t), 1.0, 0.04) << step;
  }
  double covariance = 0.0;  // of x(16) and x(64): sigma^2 times the earlier time
  for (std::size_t i = 0; i < regions; ++i)
    covariance += series[16 * regions + i] * series[64 * regions + i];
  EXPECT_NEAR(covariance / static_cast<double>(regions) / (sigma * sigma * 4.0), 1.0, 0.08);
}

/// x' = eta: var x = sigma^2 t^3/3.
TEST(BrownianNoise, OnAStateIsAddedToItsRate) {
  constexpr double sigma = 0.7, dt = 0.05;
  NoiseTerm noise = on_input(NoiseTerm::Kind::brownian, sigma);
  noise.on_input = false;
  SimulationSpec spec = test::quiet_spec("Linear", {{"gamma", 0.0}});
  spec.populations[0].initial[0].value = RegionValues(0.0);
  spec.method = model::Method::euler;
  spec.dt = dt;
  spec.steps = 100;
  spec.populations[0].noise = {noise};
  constexpr std::size_t regions = 8000;
  const auto run = engine::run_reference(spec, test::unconnected(regions));
  EXPECT_NEAR(variance_of(run.states, 99, regions) / (sigma * sigma * 125.0 / 3.0), 1.0, 0.07);
}

}  // namespace
}  // namespace arcuate
