#include <algorithm>
#include <cmath>

#include "arcuate/engine/reference.hpp"
#include "resting.hpp"

/// Networks rest where the search says: the reference simulation of the engine, with its delays,
/// stays there.
namespace arcuate::steady {
namespace {

using network::CouplingForm;
using test::study_of;

constexpr std::size_t z(auto x) {
  return static_cast<std::size_t>(x);
}

network::Connectome small_network() {
  test::NetworkOptions options;
  options.regions = 9;
  options.undelayed_self = true;
  return test::random_network(options);
}

/// The study from the point on: largest change of any state in two tens of ms.
double drift_from(engine::SimulationSpec spec, const network::Connectome& connectome,
                  const equilibrium::RestingNetwork& network, const std::vector<double>& own) {
  const std::vector<double> all = network.everywhere(own);
  const auto n = z(connectome.n_regions());
  for (std::size_t p = 0; p < spec.populations.size(); ++p) {
    for (std::size_t k = 0; k < spec.populations[p].initial.size(); ++k) {
      std::vector<double> values(n);
      for (std::size_t i = 0; i < n; ++i) {
        if (spec.number_at(static_cast<GlobalIndex>(i)) == static_cast<int>(p))
          values[i] = all[z(network.layout().first[i]) + k];
      }
      spec.populations[p].initial[k] = {RegionValues(values), std::nullopt};
    }
  }
  spec.steps = 200;
  const engine::ReferenceRun run = run_reference(spec, connectome);
  const std::size_t states = run.states.size() / z(spec.steps) / n;
  double most = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (int k = 0; k < network.layout().states[i]; ++k) {
      const double start = all[z(network.layout().first[i] + k)];
      const double end = run.states[(z(spec.steps - 1) * states + z(k)) * n + i];
      most = std::max(most, std::abs(end - start) / std::max(1.0, std::abs(start)));
    }
  }
  return most;
}

void expect_rest(const engine::SimulationSpec& spec, const network::Connectome& connectome) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const auto network = test::at_rest(world, spec, connectome);
  const FixedPoints found = find_fixed_points(*network, {2, 1});
  ASSERT_FALSE(found.points.empty());
  for (const FixedPoint& point : found.points)
    EXPECT_LT(drift_from(spec, connectome, *network, point.state), 1e-10);
  // It is the network that rests, and not regions by themselves.
  engine::SimulationSpec other = spec;
  other.coupling.gain *= 0.5;
  EXPECT_GT(drift_from(other, connectome, *network, found.points[0].state), 1e-8);
}

TEST(RestingNetwork, HoldsItsFixedPointsWithEveryCoupling) {
  for (const CouplingForm form :
       {CouplingForm::linear, CouplingForm::scaling, CouplingForm::hyperbolic_tangent,
        CouplingForm::sigmoidal, CouplingForm::pre_sigmoidal, CouplingForm::rectified_linear,
        CouplingForm::difference, CouplingForm::kuramoto}) {
    SCOPED_TRACE(static_cast<int>(form));
    engine::SimulationSpec spec = study_of("Generic2dOscillator", {}, form, 0.03);
    std::vector<double> drive;
    for (int i = 0; i < 9; ++i)
      drive.push_back(0.2 * i);
    const int parameter = spec.populations[0].model->parameter("I");
    spec.populations[0].parameters[z(parameter)] = RegionValues(drive);
    if (form == CouplingForm::pre_sigmoidal) spec.coupling.parameters = {0.5, 1.0, 2.0, 1.0, 0.0};
    if (form == CouplingForm::rectified_linear) spec.coupling.parameters = {-2.0};
    expect_rest(spec, small_network());
  }
  expect_rest(study_of("JansenRit", {{"mu", 0.1}}, CouplingForm::sigmoidal_jansen_rit, 0.05),
              small_network());
}

TEST(RestingNetwork, HoldsItsFixedPointsWithDelaysInsideOfRegions) {
  engine::SimulationSpec spec =
      study_of("BrainmassWilsonCowanDelayed", {}, CouplingForm::linear, 0.1);
  spec.coupling.parameters = {1.0, 10.0};  // so that there is some activity
  expect_rest(spec, small_network());
}

TEST(RestingNetwork, HoldsItsFixedPointsWithAssignedStates) {
  expect_rest(study_of("ALN", {}, CouplingForm::linear, 0.3), small_network());
}

engine::SimulationSpec two_models() {
  engine::SimulationSpec spec = study_of("Generic2dOscillator", {}, CouplingForm::linear, 0.02);
  const engine::SimulationSpec other = study_of("BrainmassWilsonCowanAdaptive", {{"I_E", 1.0}});
  spec.populations.push_back(other.populations.front());
  spec.population_of = {0, 1, 0, 0, 1, 1, 0, 1, 0};
  return spec;
}

TEST(RestingNetwork, HoldsItsFixedPointsWithSeveralModels) {
  expect_rest(two_models(), small_network());
}

/// d rates / d states by differences of the rates of the whole network.
std::vector<double> differences(const equilibrium::RestingNetwork& network,
                                const std::vector<double>& own, GlobalIndex unknown) {
  const equilibrium::Layout& layout = network.layout();
  std::vector<double> slopes(own.size());
  const double step = 1e-5;
  for (const double sign : {1.0, -1.0}) {
    std::vector<double> moved = own, rate(own.size());
    if (unknown >= layout.begin && unknown < layout.end)
      moved[z(unknown - layout.begin)] += sign * step;
    network.rates(moved, rate);
    for (std::size_t i = 0; i < own.size(); ++i)
      slopes[i] += sign * rate[i] / (2.0 * step);
  }
  return slopes;
}

TEST(RestingNetwork, HasTheDerivativesOfItsRates) {
  const comm::Communicator world(MPI_COMM_WORLD);
  std::vector<engine::SimulationSpec> studies{two_models()};
  for (const CouplingForm form : {CouplingForm::hyperbolic_tangent, CouplingForm::sigmoidal,
                                  CouplingForm::difference, CouplingForm::kuramoto})
    studies.push_back(study_of("Generic2dOscillator", {}, form, 0.3));
  studies.push_back(study_of("BrainmassWilsonCowanDelayed", {}, CouplingForm::linear, 0.3));
  studies.push_back(study_of("ALN", {}, CouplingForm::linear, 0.3));
  for (const engine::SimulationSpec& spec : studies) {
    const auto network = test::at_rest(world, spec, small_network());
    std::vector<double> own;
    for (GlobalIndex k = network->layout().begin; k < network->layout().end; ++k)
      own.push_back(0.1 + 0.01 * static_cast<double>(k % 7));
    const std::vector<double> whole =
        equilibrium::whole_jacobian(*network, network->linearise(own));
    const auto n = z(network->layout().unknowns);
    for (std::size_t column = 0; column < n; ++column) {
      const std::vector<double> expected =
          differences(*network, own, static_cast<GlobalIndex>(column));
      for (std::size_t i = 0; i < own.size(); ++i) {
        const double found = whole[(z(network->layout().begin) + i) * n + column];
        EXPECT_NEAR(found, expected[i], 1e-6 * std::max(1.0, std::abs(expected[i])))
            << i << " " << column;
      }
    }
  }
}

TEST(RestingNetwork, IsTheSameOnEveryNumberOfRanks) {
  const comm::Communicator world(MPI_COMM_WORLD), alone(MPI_COMM_SELF);
  for (const engine::SimulationSpec& spec :
       {study_of("MontbrioPazoRoxin", {}, CouplingForm::linear, 0.1), two_models()}) {
    const auto here = test::at_rest(world, spec, small_network());
    const auto there = test::at_rest(alone, spec, small_network());
    const FixedPoints found = find_fixed_points(*here, {1, 1});
    const FixedPoints expected = find_fixed_points(*there, {1, 1});
    ASSERT_EQ(found.points.size(), 1U);
    ASSERT_EQ(expected.points.size(), 1U);
    const auto states = test::by_region(*here, found.points[0].state);
    const auto others = test::by_region(*there, expected.points[0].state);
    for (std::size_t i = 0; i < states.size(); ++i)
      EXPECT_NEAR(states[i], others[i], 1e-10 * std::max(1.0, std::abs(others[i])));
    for (const Delays delays : {Delays::none, Delays::all}) {
      const Spectrum roots = rightmost(*here, here->linearise(found.points[0].state), 8, delays);
      const Spectrum those =
          rightmost(*there, there->linearise(expected.points[0].state), 8, delays);
      ASSERT_EQ(roots.roots.size(), those.roots.size());
      for (std::size_t r = 0; r < roots.roots.size(); ++r)
        EXPECT_LT(std::abs(roots.roots[r] - those.roots[r]), 1e-10) << roots.roots[r];
    }
  }
}

TEST(RestingNetwork, SaysThatAPhaseThatTurnsHasNoFixedPoint) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const auto network = test::at_rest(world, study_of("Kuramoto"), test::one_region());
  const FixedPoints found = find_fixed_points(*network, {3, 1});
  EXPECT_TRUE(found.points.empty());
  EXPECT_EQ(found.unconverged, 3);
  EXPECT_EQ(found.singular, 3);
  EXPECT_GT(found.best_residual, 1e-3);
}

TEST(RestingNetwork, FindsStablePointsAndTheSaddleBetweenThem) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const auto network = test::at_rest(world, study_of("MontbrioPazoRoxin"), test::one_region());
  const FixedPoints found = find_fixed_points(*network, {20, 1});
  ASSERT_EQ(found.points.size(), 3U);
  std::vector<double> rates;
  for (const FixedPoint& point : found.points) {
    const double r = test::by_region(*network, point.state)[0];
    rates.push_back(r);
    // Montbrio, Pazo, Roxin 2015 (doi:10.1103/PhysRevX.5.021028), eq. 12 at rest:
    // V = -Delta/(2 pi r), and V^2 + eta + J r = (pi r)^2.
    const double pi = std::acos(-1.0), V = -1.0 / (2.0 * pi * r);
    EXPECT_NEAR(V * V - 5.0 + 15.0 * r, pi * pi * r * r, 1e-12);
  }
  std::sort(rates.begin(), rates.end());
  EXPECT_LT(rates[0], rates[1] - 0.1);
  EXPECT_LT(rates[1], rates[2] - 0.1);
}

TEST(RestingNetwork, FindsAllThreeFromThreeStartsSinceKnownPointsRepel) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const auto network =
      test::at_rest(world, test::study_of("MontbrioPazoRoxin"), test::one_region());
  EXPECT_EQ(find_fixed_points(*network, {3, 1}).points.size(), 3U);  // two without repulsion
}

}  // namespace
}  // namespace arcuate::steady
