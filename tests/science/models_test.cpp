#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/region.hpp"

/// Single regions against fixed points, limit cycles and thresholds that were computed elsewhere.
namespace {

using arcuate::test::expect_state;
using arcuate::test::Region;
using arcuate::test::State;

TEST(LinearModel, DecaysAsTheExponentialAndSettlesAtMinusInputOverGamma) {
  Region region("Linear", {{"gamma", -0.5}});
  region.state() = {0.8};
  region.run(4.0, 0.01);
  EXPECT_NEAR(region.state()[0], 0.8 * std::exp(-2.0), 1e-10);
  region.input() = {2.0};
  region.run(80.0, 0.01);
  EXPECT_NEAR(region.state()[0], 4.0, 1e-12);
}

TEST(KuramotoModel, TurnsAtItsOwnFrequency) {
  Region region("Kuramoto", {{"omega", 0.06}});
  region.run(1000.0, 0.5);
  EXPECT_NEAR(region.state()[0], 60.0, 1e-9);
}

TEST(SupHopfModel, HasALimitCycleOfRadiusRootAAndAngularFrequencyOmega) {
  Region region("SupHopf", {{"a", 0.25}, {"omega", 0.2}});
  region.run(400.0, 0.05);
  const State start = region.state();
  EXPECT_NEAR(std::hypot(start[0], start[1]), 0.5, 1e-9);
  region.run(25.0, 0.05);
  const double turned = std::remainder(
      std::atan2(region.state()[1], region.state()[0]) - std::atan2(start[1], start[0]) - 5.0,
      2.0 * std::numbers::pi);
  EXPECT_NEAR(turned, 0.0, 1e-9);
}

TEST(Generic2dOscillatorModel, SettlesAtItsExcitableFixedPoints) {
  for (const auto& [I, V, W] : {std::array{0.0, -0.188651752977, -0.113482470229},
                                std::array{3.0, 0.103078001154, -3.03078001154}}) {
    Region region("Generic2dOscillator", {{"I", I}});
    region.run(20000.0, 0.5);
    expect_state(region, {V, W}, 1e-10);
  }
}

TEST(Generic2dOscillatorModel, BistableRegimeRestsAtTheGoldenRatio) {
  Region region("Generic2dOscillator", {{"a", 1.0}, {"b", 0.0}, {"c", -5.0}, {"d", 1.0}});
  region.state() = {-2.0, -4.0};
  region.run(2000.0, 0.02);
  expect_state(region, {-(1.0 + std::sqrt(5.0)) / 2.0, -12.0901699437}, 1e-9);
}

TEST(WilsonCowanModel, SettlesAtTheFixedPointsOfTheClassicalForm) {
  // brainmass' WilsonCowanStep: time constants 1 ms, weights named by other letters.
  for (const auto& [P, Q, E, I] : {std::array{1.0, 0.5, 0.4832600511, 0.2841691747},
                                   std::array{2.0, 1.0, 0.48880506047, 0.313881840381}}) {
    Region region("WilsonCowan", {{"P", P}, {"Q", Q}, {"tau_e", 1.0}, {"tau_i", 1.0}});
    region.state() = {0.0, 0.0};
    region.run(400.0, 0.02);
    expect_state(region, {E, I}, 1e-9);
  }
}

TEST(JansenRitModel, RestsAtTheLowFixedPointWithoutInput) {
  Region region("JansenRit", {{"mu", 0.0}, {"v0", 6.0}});
  region.run(5000.0, 0.1);
  expect_state(region, {0.00192064, 0.677650688, 2.581452222}, 1e-8);
}

TEST(MontbrioPazoRoxinModel, HasTwoStableStates) {
  Region low("MontbrioPazoRoxin");
  low.run(100.0, 0.005);
  expect_state(low, {0.0811344419501, -1.96161998858}, 1e-10);
  Region high("MontbrioPazoRoxin");
  high.state() = {1.0, 0.0};
  high.run(100.0, 0.005);
  expect_state(high, {1.03059679884, -0.154429883026}, 1e-10);
}

TEST(ReducedWongWangExcInhModel, RestsAtThreeSpikesPerSecond) {
  Region region("ReducedWongWangExcInh");
  region.run(8000.0, 0.2);
  expect_state(region, {0.164757207546, 0.0392184486318}, 1e-11);
  EXPECT_NEAR(region.observe("H_e"), 3.07732706, 1e-8);
  EXPECT_NEAR(region.observe("H_i"), 3.92184486, 1e-8);
}

TEST(ReducedWongWangExcInhModel, RatesFollowInhibitionAndStimulation) {
  for (const auto& [name, value, rate] : {std::tuple{"J_i", 0.5, 17.81015880},
                                          {"J_i", 1.5, 1.27574747},
                                          {"I_ext", 0.1, 42.33709864}}) {
    Region region("ReducedWongWangExcInh", {{name, value}});
    region.run(8000.0, 0.2);
    EXPECT_NEAR(region.observe("H_e"), rate, 1e-7) << name << " = " << value;
  }
}

TEST(EpileptorModel, RestsAtItsFixedPointWhenHealthy) {
  Region region("Epileptor", {{"x0", -2.4}});
  region.state() = {-1.62, -12.17, 3.107, -0.8436, 0.0, -0.162};
  region.run(30000.0, 0.1);
  expect_state(region,
               {-1.62319712481, -12.17384453, 3.10721150076, -0.843640251914, 0.0, -0.162319712481},
               1e-7);
  EXPECT_NEAR(region.observe("lfp"), -0.843640251914 + 1.62319712481, 1e-7);
}

TEST(EpileptorModel, SeizuresStartBetweenExcitabilities2_1And2_05) {
  const auto peak = [](double x0) {
    Region region("Epileptor", {{"x0", x0}});
    double highest = -10.0;
    region.run(3000.0, 0.05, [&] { highest = std::max(highest, region.state()[0]); });
    return highest;
  };
  EXPECT_LT(peak(-2.1), 0.0);
  EXPECT_GT(peak(-2.05), 0.5);
}

struct Activity {
  const char* name;
  double A, B, G;
  State fixed_point;
  double lfp;
};

TEST(WendlingModel, RestsAtTheFixedPointsOfFiveActivityTypes) {
  const std::vector<Activity> types{
      {"standard",
       3.25,
       22,
       10,
       {.008721017, 4.029466931, 2.921573002, .232501963, .086565126},
       0.875391966},
      {"background",
       5,
       50,
       15,
       {.006132576, 5.912989368, 6.334821128, .154971499, .187698404},
       -0.576803259},
      {"sporadic spikes",
       5,
       40,
       15,
       {.013352694, 6.849625083, 5.777116093, .206174544, .171173810},
       0.866334446},
      {"alpha-like",
       5,
       10,
       15,
       {.211033479, 31.499908420, 22.010288486, .472987861, .652156696},
       9.016632073},
      {"low-voltage fast activity",
       5,
       5,
       25,
       {.234650658, 31.499984640, 12.580770741, 8.049526024, .372763578},
       10.869687875}};
  for (const auto& type : types) {
    SCOPED_TRACE(type.name);
    Region region("Wendling", {{"A", type.A}, {"B", type.B}, {"G", type.G}});
    region.run(10.0, 2e-4);
    expect_state(region, type.fixed_point, 2e-9);
    EXPECT_NEAR(region.observe("lfp"), type.lfp, 2e-9);
    EXPECT_NEAR(region.observe("rate"), 5.0 / (1.0 + std::exp(0.56 * (6.0 - type.lfp))), 1e-8);
  }
}

TEST(WendlingModel, FirstSamplesEqualAnIndependentEulerRun) {
  const auto lfp = [](Region& region, int steps, double dt) {
    for (int n = 0; n < steps; ++n)
      region.euler_step(dt);
    return region.observe("lfp");
  };
  Region standard("Wendling");
  EXPECT_NEAR(lfp(standard, 2, 1e-4), -.000617, 5e-7);
  EXPECT_NEAR(lfp(standard, 98, 1e-4), .361082499, 5e-10);
  EXPECT_NEAR(lfp(standard, 900, 1e-4), 1.103739504, 5e-10);
  Region type5("Wendling", {{"A", 5}, {"B", 5}, {"G", 25}});
  EXPECT_NEAR(lfp(type5, 100, 1e-4), .498150, 5e-7);
}

TEST(WendlingModel, SustainedDischargesAndQuasiSinusoidalActivityAreLimitCycles) {
  // Extremes and deviation after 2 s with Runge-Kutta.
  for (const auto& [B, G, low, high, deviation] :
       {std::array{25.0, 15.0, -5.4258, 13.3618, 5.3987},
        std::array{15.0, 0.0, 3.0709, 13.3442, 3.5813}}) {
    Region region("Wendling", {{"A", 5}, {"B", B}, {"G", G}});
    region.run(2.0, 1e-4);
    double lowest = 1e9, highest = -1e9, sum = 0.0, squares = 0.0;
    constexpr double duration = 28.0;
    region.run(duration, 1e-4, [&] {
      const double v = region.observe("lfp");
      lowest = std::min(lowest, v);
      highest = std::max(highest, v);
      sum += v;
      squares += v * v;
    });
    const double n = duration * 1e4;
    EXPECT_NEAR(lowest, low, 2e-3);
    EXPECT_NEAR(highest, high, 2e-3);
    EXPECT_NEAR(std::sqrt(squares / n - sum * sum / (n * n)), deviation,
                3e-2);  // depends on the window's last period
  }
}

TEST(WendlingModel, InputByThePyramidalPathIsFarStrongerThanBesideTheMeanRate) {
  const auto rest = [](std::size_t input) {
    Region region("Wendling");
    region.input()[input] = 0.05;
    region.run(10.0, 2e-4);
    return region.observe("lfp");
  };
  EXPECT_GT(std::abs(rest(1) - 0.875391966), 20.0 * std::abs(rest(0) - 0.875391966));
}

}  // namespace
