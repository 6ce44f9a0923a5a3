#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "science/crossings.hpp"

/// Epilepsy models of The Virtual Brain and its relatives: thresholds in closed form, seizures
/// timed with SciPy.
namespace arcuate::test {
namespace {

/// The x1 nullcline of the reduced Epileptor, z = 4.1 - x^3 - 2 x^2, turns at x = -4/3: the fixed
/// point loses its stability there.
constexpr double threshold = -4.0 / 3.0 - (4.1 + 64.0 / 27.0 - 32.0 / 9.0) / 4.0;

TEST(Epileptor2DModel, RestsAtTheFixedPointOfTheWholeEpileptor) {
  Region region("Epileptor2D", {{"x0", -2.4}});
  region.run(40000.0, 0.5);
  expect_state(region, {-1.6231971248098, 3.1072115007609}, 1e-8);
}

TEST(Epileptor2DModel, SeizuresStartAtTheTurnOfTheNullcline) {
  EXPECT_NEAR(threshold, -2.062, 1e-3);
  for (const char* model : {"Epileptor2D", "BVEP"}) {
    const char* speed = model[0] == 'B' ? "tau0" : "r";
    for (const double distance : {-0.01, 0.01}) {
      Region region(model,
                    {{"x0", threshold + distance}, {speed, model[0] == 'B' ? 2857.0 : 0.00035}});
      region.state() = {-1.4, 3.0};
      double highest = -10.0;
      region.run(40000.0, 0.2, [&] { highest = std::max(highest, region.state()[0]); });
      EXPECT_EQ(highest > 0.0, distance > 0.0) << model << " " << distance;
    }
  }
}

TEST(Epileptor2DModel, SeizuresComeWhenAnIndependentIntegrationHasThem) {
  Region region("Epileptor2D");
  const auto onsets = rises(region, 0, 0.0, 6000.0, 0.01);
  const std::vector<double> wanted{520.9443200562888, 2242.6035964067432, 3964.2628728006252,
                                   5685.922149243875};
  ASSERT_EQ(onsets.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(onsets[i], wanted[i], 0.05);
}

TEST(BvepModel, SeizuresComeWhenAnIndependentIntegrationHasThem) {
  Region region("BVEP", {{"x0", -1.6}, {"tau0", 2857.0}});
  const auto onsets = rises(region, 0, 0.0, 6000.0, 0.01);
  const std::vector<double> wanted{520.9189640040601, 2165.247468431268, 3809.575972947005,
                                   5453.904477484103};
  ASSERT_EQ(onsets.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(onsets[i], wanted[i], 0.05);
}

TEST(BvepModel, RestsAtItsDefaults) {
  Region region("BVEP");
  region.run(1000.0, 0.02);
  expect_state(region, {-2.2134938230456, 5.1460247078177}, 1e-11);
}

TEST(EpileptorRestingStateModel, IsAnEpileptorBesideAnOscillator) {
  Region whole("EpileptorRestingState", {{"p", 0.3}}), seizures("Epileptor");
  Region rest("Generic2dOscillator");
  seizures.state().assign(whole.state().begin(), whole.state().begin() + 6);
  rest.state().assign(whole.state().begin() + 6, whole.state().end());
  whole.run(800.0, 0.05);
  seizures.run(800.0, 0.05);
  rest.run(800.0, 0.05);
  State joined = seizures.state();
  joined.insert(joined.end(), rest.state().begin(), rest.state().end());
  expect_state(whole, joined, 1e-9);
  EXPECT_NEAR(whole.observe("lfp"), 0.3 * (joined[3] - joined[0]) + 0.7 * joined[6], 1e-9);
}

TEST(EpileptorCodim3Model, FollowsAnIndependentIntegrationToRest) {
  Region region("EpileptorCodim3");
  region.run(200.0, 0.01);
  expect_state(region, {0.4300628641336899, 0.0005741640337597916, 0.10979129732092612}, 1e-9);
}

TEST(EpileptorCodim3Model, LeavesRestWhereThePathReachesTheSaddleNode) {
  // The angle between offset and onset points: acos(A B/(|A| |B|)).
  constexpr double onset = 0.13221076431747592;
  Region region("EpileptorCodim3");
  double left = 0.0;
  region.run(500.0, 0.02, [&] {
    if (left == 0.0 && region.state()[0] < 0.0) left = region.state()[2];
  });
  EXPECT_GT(left, onset);
  EXPECT_LT(left, 0.145);
}

TEST(EpileptorCodim3Model, SeizuresRecurAsInAnIndependentIntegration) {
  // Deep swings of x come in groups of three and one, 687 apart.
  Region region("EpileptorCodim3");
  std::vector<double> falls;
  double before = region.state()[0], time = 0.0;
  region.run(2500.0, 0.01, [&] {
    if (before >= 0.0 && region.state()[0] < 0.0) falls.push_back(time);
    before = region.state()[0];
    time += 0.01;
  });
  ASSERT_GE(falls.size(), 6U);
  EXPECT_NEAR(falls[0], 313.53, 0.1);
  EXPECT_NEAR(falls[1], 501.25, 0.2);
  EXPECT_NEAR(falls[2], 514.74, 0.2);
  EXPECT_NEAR(falls[3], 529.64, 0.2);
  EXPECT_NEAR(falls[4], 1007.30, 0.3);
}

TEST(EpileptorCodim3SlowModModel, FollowsAnIndependentIntegration) {
  Region region("EpileptorCodim3SlowMod");
  region.run(300.0, 0.01);
  expect_state(
      region, {0.44753830282111295, 0.0006725905184909589, 0.22910373745617157, 0.03, 0.036}, 1e-9);
}

}  // namespace
}  // namespace arcuate::test
