#include "arcuate/tuning/inhibition.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/reference.hpp"
#include "support/networks.hpp"

namespace arcuate::tuning {
namespace {

using namespace engine;

// The equilibrium of an uncoupled region as cuBNM and Demirtas et al. 2019
// (doi:10.1016/j.neuron.2019.01.017) print it.
constexpr double I_e = 0.3773805650, I_i = 0.2528951325, r_e = 3.0773270642, r_i = 3.9218448633,
                 S_e = 0.1647572075, S_i = 0.0392184486;

double observed(const SimulationSpec& spec, const BalancedRegion& region, const char* name,
                double input) {
  const auto kernel = spec.populations[0].model->make_kernel(spec.method);
  std::vector<double> parameter;
  for (const RegionValues& values : spec.populations[0].parameters)
    parameter.push_back(values(0));
  const int states = static_cast<int>(region.state.size());
  return kernel->observe_one(spec.populations[0].model->observable(name) - states,
                             region.state.data(), parameter.data(), &input);
}

void set(SimulationSpec& spec, const char* parameter, RegionValues value) {
  spec.populations[0]
      .parameters[static_cast<std::size_t>(spec.populations[0].model->parameter(parameter))] =
      std::move(value);
}

SimulationSpec dynamic_mean_field(const char* model = "ReducedWongWangExcInh", double gain = 0.1) {
  SimulationSpec spec = test::default_spec(model, network::CouplingForm::linear, gain);
  spec.coupling.parameters = {1.0, 0.0};
  return spec;
}

InhibitionOptions at(const SimulationSpec& spec, double rate) {
  InhibitionOptions options;
  options.parameter = spec.populations[0].model->parameter("J_i");
  options.target_rate = rate;
  return options;
}

std::vector<double> strengths(const network::Connectome& connectome) {
  std::vector<double> sums;
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    sums.push_back(0.0);
    for (auto e = connectome.row[i]; e < connectome.row[i + 1]; ++e)
      sums.back() += connectome.weight[static_cast<std::size_t>(e)];
  }
  return sums;
}

TEST(InhibitionControl, AnUncoupledRegionRestsAtThePublishedConstants) {
  for (const char* model : {"ReducedWongWangExcInh", "DecoBalancedExcInh"}) {
    const SimulationSpec spec = dynamic_mean_field(model);
    const BalancedRegion rest = resting_region(*spec.populations[0].model);
    EXPECT_NEAR(rest.rate, r_e, 1e-10);
    EXPECT_NEAR(rest.state[0], S_e, 1e-10);
    EXPECT_NEAR(rest.state[1], S_i, 1e-10);
    EXPECT_EQ(rest.weight, 1.0);
    // The last printed digit of this one is too large by one.
    EXPECT_NEAR(observed(spec, rest, "H_i", 0.0), r_i, 2e-10);
    EXPECT_NEAR(0.382 + 1.4 * 0.15 * rest.state[0] - rest.state[1], I_e, 1e-10);
    EXPECT_NEAR(0.7 * 0.382 + 0.15 * rest.state[0] - rest.state[1], I_i, 1e-10);
  }
}

TEST(InhibitionControl, AnUncoupledRegionRestsWhereFortyDigitsSayIt) {
  const SimulationSpec spec = dynamic_mean_field();
  const BalancedRegion rest = resting_region(*spec.populations[0].model);
  EXPECT_NEAR(rest.state[0], 0.16475720754605503, 1e-14);
  EXPECT_NEAR(rest.state[1], 0.03921844863176281, 1e-14);
  EXPECT_NEAR(rest.rate, 3.0773270641185425, 1e-12);
  EXPECT_NEAR(observed(spec, rest, "H_i", 0.0), 3.9218448631762807, 1e-12);
}

TEST(InhibitionControl, WeightsAreThoseOfThePublishedFormula) {
  SimulationSpec spec = dynamic_mean_field();
  const network::Connectome connectome = test::random_network({});
  const auto strength = strengths(connectome);
  const auto regions =
      balanced_regions(spec, connectome, at(spec, resting_region(*spec.populations[0].model).rate));
  ASSERT_EQ(regions.size(), strength.size());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    // G J_N c with G = 2, J_N = 0.15 and a gain of 0.1
    const double excitation = (1.4 * 0.15 + 2.0 * 0.15 * 0.1 * strength[i]) * S_e;
    const double weight = -(I_e - 0.382 - excitation) / S_i;
    EXPECT_NEAR(regions[i].weight, weight, 1e-7);
    EXPECT_NEAR(regions[i].state[0], S_e, 1e-10);
    EXPECT_NEAR(regions[i].state[1], S_i, 1e-10);
  }
}

TEST(InhibitionControl, TooLittleExcitationGivesANegativeWeight) {
  SimulationSpec spec = dynamic_mean_field();
  set(spec, "I_o", RegionValues(0.3));
  spec.populations[0].links.clear();
  const auto regions = balanced_regions(spec, test::random_network({}), at(spec, r_e));
  // x_i changes with I_o, and with it S_i; the sign does not.
  for (const BalancedRegion& region : regions) {
    EXPECT_LT(region.weight, 0.0);
    EXPECT_NEAR(0.3 + 1.4 * 0.15 * region.state[0] - region.weight * region.state[1], I_e, 1e-9);
  }
}

/// The last states of a long simulation without noise that starts somewhere else.
void expect_simulation_stays(SimulationSpec spec, const network::Connectome& connectome,
                             double rate) {
  const InhibitionOptions options = at(spec, rate);
  const auto regions = balanced_regions(spec, connectome, options);
  std::vector<double> weight;
  for (const BalancedRegion& region : regions)
    weight.push_back(region.weight);
  set(spec, "J_i", RegionValues(weight));
  for (std::size_t k = 0; k < 2; ++k)
    spec.populations[0].initial[k] = {RegionValues(0.9 * regions[0].state[k]), std::nullopt};
  spec.dt = 1.0;
  spec.steps = 6000;
  const ReferenceRun run = run_reference(spec, connectome);
  const std::size_t n = regions.size();
  const double* last = run.states.data() + run.states.size() - 2 * n;
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(last[i], regions[i].state[0], 1e-9);
    EXPECT_NEAR(last[n + i], regions[i].state[1], 1e-9);
    EXPECT_NEAR(regions[i].rate, rate, 1e-11);
  }
}

TEST(InhibitionControl, ALongSimulationArrivesAtTheAnalyticState) {
  expect_simulation_stays(dynamic_mean_field(), test::random_network({.regions = 9}), 3.0);
}

TEST(InhibitionControl, FeedForwardInhibitionAndRegionsThatDifferAreBalancedToo) {
  const network::Connectome connectome = test::random_network({.regions = 9});
  SimulationSpec spec = dynamic_mean_field("DecoBalancedExcInh");
  set(spec, "lamda", RegionValues(1.0));
  std::vector<double> gain, recurrent;
  for (int i = 0; i < 9; ++i) {
    gain.push_back(1.0 + 0.05 * i);
    recurrent.push_back(1.2 + 0.03 * i);
  }
  set(spec, "M_i", RegionValues(gain));
  set(spec, "w_p", RegionValues(recurrent));
  expect_simulation_stays(spec, connectome, 4.0);
}

TEST(InhibitionControl, ACouplingThatIsNotLinearIsBalancedToo) {
  SimulationSpec spec = dynamic_mean_field();
  spec.coupling.form = network::CouplingForm::hyperbolic_tangent;
  spec.coupling.parameters.clear();
  spec.coupling.gain = 0.01;
  expect_simulation_stays(spec, test::random_network({.regions = 9}), 3.0);
}

TEST(InhibitionControl, TheHeuristicIsALineInTheStrength) {
  SimulationSpec spec = dynamic_mean_field();
  const network::Connectome connectome = test::random_network({});
  const auto strength = strengths(connectome);
  const auto weight = heuristic_weights(spec, connectome);
  for (std::size_t i = 0; i < weight.size(); ++i)
    EXPECT_NEAR(weight[i], 0.75 * 2.0 * 0.1 * strength[i] + 1.0, 1e-12);
  spec.coupling.form = network::CouplingForm::hyperbolic_tangent;
  EXPECT_THROW(heuristic_weights(spec, connectome), ConfigError);
}

TEST(InhibitionControl, WeightsMoveAgainstTheDeviationAndTurnWithHalfTheStep) {
  InhibitionOptions options;
  options.target_rate = 3.0;
  options.tolerance = 0.1;
  WeightSteps steps(3, 0.02);
  std::vector<double> weight{1.0, 1.0, 0.01};
  steps.apply({5.0, 3.05, 1.0}, options, weight);
  EXPECT_EQ(weight, (std::vector<double>{1.02, 1.0, 0.0}));
  steps.apply({4.0, 3.0, 1.0}, options, weight);
  EXPECT_DOUBLE_EQ(weight[0], 1.044);
  EXPECT_EQ(weight[2], 0.0);
  steps.apply({2.0, 2.95, 3.0}, options, weight);
  EXPECT_DOUBLE_EQ(weight[0], 1.032);
  EXPECT_EQ(weight[1], 1.0);
}

/// Three regions, each fed by the two others with weight 1/2. Not two: their eigenvalues would not
/// tell excitation from inhibition.
network::Connectome three_regions() {
  network::Connectome three;
  three.row = {0, 2, 4, 6};
  three.source = {1, 2, 0, 2, 0, 1};
  three.weight.assign(6, 0.5);
  three.length.assign(6, 0.0);
  three.labels = {"a", "b", "c"};
  return three;
}

/// The larger eigenvalue of the equations of Deco et al. 2014, differentiated by hand, where all
/// regions move together; `gain` 0: one region alone.
double largest_rate_of_growth(double gain, double weight) {
  const auto slope = [](double u, double d) {
    const double e = std::exp(-d * u);
    return 1.0 / (1.0 - e) - u * d * e / std::pow(1.0 - e, 2);
  };
  const double by_e = 310.0 * slope(310.0 * I_e - 125.0, 0.16) * (1.0 - S_e) * 0.641e-3;
  const double by_i = 615.0 * slope(615.0 * I_i - 177.0, 0.087) * 1e-3;
  const double a = -0.01 - 0.641e-3 * r_e + by_e * (1.4 * 0.15 + 2.0 * 0.15 * gain);
  const double d = -0.1 - by_i, bc = -by_e * weight * by_i * 0.15;
  return 0.5 * (a + d) + std::sqrt(0.25 * std::pow(a - d, 2) + bc);
}

TEST(InhibitionControl, TheEigenvaluesAreThoseOfTheEquationsDifferentiatedByHand) {
  // With gain 3 every region alone is stable and the three together are not.
  for (const double gain : {0.05, 3.0}) {
    const SimulationSpec given = dynamic_mean_field("ReducedWongWangExcInh", gain);
    const network::Connectome three = three_regions();
    const auto solution = balanced_regions(given, three, at(given, r_e));
    SimulationSpec spec = given;
    set(spec, "J_i", RegionValues(solution[0].weight));
    const Stability found = stability_at(spec, three, std::vector(3, solution[0].state));
    EXPECT_NEAR(found.region, largest_rate_of_growth(0.0, solution[0].weight), 1e-9);
    EXPECT_NEAR(found.network, largest_rate_of_growth(gain, solution[0].weight), 1e-9);
    EXPECT_LT(found.region, 0.0);
    EXPECT_EQ(found.stable(), gain < 1.0) << found.network;
  }
}

// S_e is 0.1648 at the resting rate (Demirtas et al. 2019).
TEST(BalancedRegions, AnEquilibriumBeyondTheBoundsOfAStudyIsAnError) {
  SimulationSpec spec = dynamic_mean_field();
  auto& bounds = spec.populations[0].bounds;
  bounds.assign(2, {0.0, 1.0});
  const auto connectome = test::random_network({});
  EXPECT_EQ(balanced_regions(spec, connectome, at(spec, r_e)).size(), 23U);
  bounds[0].high = 0.16;
  try {
    balanced_regions(spec, connectome, at(spec, r_e));
    ADD_FAILURE() << "bounds are not looked at";
  } catch (const ConfigError& error) {
    EXPECT_NE(
        std::string(error.what()).find("= 0.164757, which model.bounds keeps within 0 to 0.16"),
        std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace arcuate::tuning
