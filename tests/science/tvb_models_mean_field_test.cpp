#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include "science/crossings.hpp"

/// Mean-field models of The Virtual Brain: fixed points and periods computed with SciPy from the
/// papers' equations, and published values.
namespace arcuate::test {
namespace {

TEST(ReducedWongWangModel, RestsAtItsFixedPoint) {
  for (const auto& [w, I_o, S, rate] :
       {std::array{0.6, 0.33, 0.09801845315682742, 1.6953218616941297},
        std::array{0.9, 0.3, 0.03435505688100491, 0.5550283565153616}}) {
    Region region("ReducedWongWang", {{"w", w}, {"I_o", I_o}});
    region.run(8000.0, 0.5);
    expect_state(region, {S}, 1e-12);
    EXPECT_NEAR(region.observe("rate"), rate, 1e-11);
  }
}

TEST(ReducedWongWangModel, IsContinuousThroughTheRemovableSingularity) {
  const auto rate = [](double I_o) {
    Region region("ReducedWongWang", {{"w", 0.0}, {"I_o", I_o}});
    return region.observe("rate");
  };
  EXPECT_NEAR(rate(0.4), 1000.0 / 154.0, 1e-12);  // a I_o = b
  EXPECT_NEAR(rate(0.4 + 1e-9), 1000.0 / 154.0 + 1000.0 * 0.27e-9 / 2.0, 1e-11);
}

TEST(ReducedWongWangModel, StaysInTheUnitIntervalUnderStrongInput) {
  Region region("ReducedWongWang");
  region.input() = {1e4};
  region.advance(200, 20.0);
  EXPECT_EQ(region.state()[0], 1.0);
}

TEST(DecoBalancedExcInhModel, KeepsThreeSpikesPerSecondUnderInhibitionControl) {
  // The analytic feedback inhibition control of Demirtas et al. (2019),
  // doi:10.1016/j.neuron.2019.01.017.
  constexpr double S_e = 0.1647572075, S_i = 0.0392184486, I_e = 0.3773805650;
  for (double strength : {0.0, 0.5, 1.3}) {
    const double J_i = (0.382 + 1.4 * 0.15 * S_e + 2.0 * 0.15 * strength * S_e - I_e) / S_i;
    Region region("DecoBalancedExcInh", {{"J_i", J_i}});
    region.state() = {0.16, 0.04};
    region.input() = {strength * S_e};
    region.run(10000.0, 0.5);
    expect_state(region, {S_e, S_i}, 2e-9);
    EXPECT_NEAR(region.observe("H_e"), 3.0773270642, 1e-6);
    EXPECT_NEAR(region.observe("H_i"), 3.9218448633, 1e-6);
  }
}

TEST(DecoBalancedExcInhModel, RegionalGainLowersTheRatesBelowThreshold) {
  Region region("DecoBalancedExcInh", {{"M_i", 2.0}});
  region.run(20000.0, 0.2);
  expect_state(region, {0.1263334543845, 0.0232532388085}, 1e-11);
  EXPECT_NEAR(region.observe("H_e"), 2.2558729454826563, 1e-9);
  EXPECT_NEAR(region.observe("H_i"), 2.325323880845664, 1e-9);
}

TEST(CoombesByrneModel, OscillatesWithThePeriodOfAnIndependentIntegration) {
  Region region("CoombesByrne");
  region.run(150.0, 0.001);
  EXPECT_NEAR(period(region, 1, 0.0, 60.0, 0.001), 2.0829423920642, 1e-6);
}

TEST(CoombesByrneModel, HasTheFixedPointOfSciPy) {
  Region region("CoombesByrne");
  region.state() = {0.5279044667828, 0.6784882146853, 1.658460794642, 0.0};
  for (double f : region.rate())
    EXPECT_NEAR(f, 0.0, 2e-11);
}

TEST(CoombesByrne2DModel, RestsAtItsFixedPoint) {
  Region region("CoombesByrne2D");
  region.run(60.0, 0.005);
  expect_state(region, {0.1847255440266, -0.5714089698992}, 1e-11);
}

TEST(GastSchmidtKnoscheModel, DepressedNetworkRestsAtItsFixedPoint) {
  Region region("GastSchmidtKnosche_SD");
  region.run(1500.0, 0.01);
  expect_state(region, {0.19663537097, -1.61878244287, 0.098317685488, 0.0}, 1e-10);
}

TEST(GastSchmidtKnoscheModel, AdaptingNetworkBursts) {
  Region region("GastSchmidtKnosche_SF");
  region.run(500.0, 0.001);
  EXPECT_NEAR(period(region, 0, 0.5, 200.0, 0.001), 46.1214877928533, 1e-5);
}

TEST(GastSchmidtKnoscheModel, WithoutAdaptationItIsMontbrioPazoRoxin) {
  Region plain("MontbrioPazoRoxin", {{"J", 15.0}, {"eta", -5.0}, {"Delta", 1.0}});
  plain.state() = {1.0, 0.0};
  plain.run(5.0, 0.005);
  for (const char* model : {"GastSchmidtKnosche_SD", "GastSchmidtKnosche_SF"}) {
    Region region(model, {{"alpha", 0.0}, {"J", 15.0}, {"eta", -5.0}, {"Delta", 1.0}});
    region.state() = {1.0, 0.0, 0.0, 0.0};
    region.run(5.0, 0.005);
    expect_state(region, {plain.state()[0], plain.state()[1], 0.0, 0.0}, 1e-13);
  }
}

TEST(DumontGutkinModel, RestsAtItsFixedPoint) {
  Region region("DumontGutkin");
  region.run(1500.0, 0.02);
  expect_state(region,
               {0.0066704502211, -2.3859700292609, 0.0, 0.0648938268373, 0.0064893826837,
                -2.4525436524325, 0.0, 0.097340740256},
               1e-11);
}

TEST(DumontGutkinModel, ExcitationAndInhibitionTogetherMakeAGammaRhythm) {
  Region region("DumontGutkin", {{"J_ei", 15.0}, {"J_ie", 15.0}, {"J_ii", 0.0}, {"eta_e", 10.0}});
  region.run(500.0, 0.002);
  EXPECT_NEAR(period(region, 0, 0.05, 150.0, 0.002), 14.1643156319598, 2e-5);  // 71 Hz
}

TEST(KIonExModel, FollowsAnIndependentIntegration) {
  Region region("KIonEx");
  region.run(5.0, 0.001);
  expect_state(region,
               {0.022168733308738996, -85.08627593972103, 0.044602213768348595, -2.0067872967846685,
                -9.976616135274368},
               1e-9);
}

TEST(KIonExModel, PotassiumOfTheBathSelectsRestBurstsOrDepolarisationBlock) {
  for (const auto& [bath, low, high] :
       {std::array{5.5, -80.0, -70.0}, std::array{12.0, -80.0, 40.0}, std::array{15.5, -82.0, 40.0},
        std::array{40.0, -20.0, -18.0}}) {
    Region region("KIonEx", {{"K_bath", bath}});
    region.run(4000.0, 0.02);
    double lowest = 100.0, highest = -100.0;
    region.run(2000.0, 0.02, [&] {
      lowest = std::min(lowest, region.state()[1]);
      highest = std::max(highest, region.state()[1]);
    });
    SCOPED_TRACE(bath);
    EXPECT_GT(lowest, low);
    EXPECT_LT(highest, high);
    const bool fires = bath > 10.0 && bath < 20.0;
    EXPECT_EQ(fires, highest > 20.0 && lowest < -60.0) << lowest << " .. " << highest;
  }
}

TEST(DopaModel, FollowsAnIndependentIntegration) {
  Region region("Dopa");
  region.run(300.0, 0.005);
  expect_state(region,
               {0.03194147395196697, -67.48270503770243, 2.4913554678566685, 0.0, 0.0,
                0.0027674407665973532},
               1e-9);
}

TEST(LileySteynRossModel, HasThreeStatesOfWhichTheOuterTwoAreStable) {
  for (const auto& [lambda, low_e, low_i, high_e, high_i] :
       {std::array{1.0, -85.6083096, -85.623292, -50.3649809, -58.9652945},
        std::array{1.2, -86.1142591, -86.0988166, -52.9470137, -61.1472633}}) {
    Region low("LileySteynRoss", {{"lambda", lambda}}),
        high("LileySteynRoss", {{"lambda", lambda}});
    low.state() = {-80.0, -80.0};
    low.run(4000.0, 0.5);
    expect_state(low, {low_e, low_i}, 1e-7);
    high.run(4000.0, 0.5);
    expect_state(high, {high_e, high_i}, 1e-7);
  }
  Region saddle("LileySteynRoss");
  saddle.state() = {-66.4265901, -71.9741712};
  for (double f : saddle.rate())
    EXPECT_NEAR(f, 0.0, 1e-6);
  const auto j = saddle.jacobian();
  EXPECT_LT(j[0] * j[3] - j[1] * j[2], 0.0);
}

}  // namespace
}  // namespace arcuate::test
