#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/engine/reference.hpp"
#include "arcuate/engine/simulation.hpp"
#include "support/networks.hpp"

/// Many simulations in one process: what they share, and what they leave behind.
namespace arcuate {
namespace {

using engine::Outcome;
using engine::SimulationSpec;
using network::CouplingForm;

std::vector<std::int32_t> blocks(GlobalIndex regions, int ranks) {
  std::vector<std::int32_t> owner;
  for (GlobalIndex i = 0; i < regions; ++i)
    owner.push_back(static_cast<std::int32_t>(i * ranks / regions));
  return owner;
}

std::shared_ptr<const engine::NetworkPlan> plan_of(const comm::Communicator& comm,
                                                   const network::Connectome& connectome,
                                                   const SimulationSpec& spec) {
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  return plan_network(
      comm, spec,
      distribute(comm, std::move(mine), blocks(connectome.n_regions(), comm.size()), spec), {});
}

bool ends_as_the_reference(const engine::Simulation& simulation, const SimulationSpec& spec,
                           const network::Connectome& connectome) {
  const auto expected = engine::run_reference(spec, connectome);
  const auto regions = static_cast<std::size_t>(connectome.n_regions());
  const std::size_t states = spec.populations[0].model->info.states.size();
  const double* last = expected.states.data() + expected.states.size() - states * regions;
  for (std::size_t i = 0; i < simulation.owned().size(); ++i) {
    for (std::size_t k = 0; k < states; ++k) {
      const double got = simulation.state(static_cast<LocalIndex>(i), static_cast<int>(k));
      const double want = last[k * regions + static_cast<std::size_t>(simulation.owned()[i])];
      if (std::memcmp(&got, &want, sizeof got) != 0) return false;
    }
  }
  return true;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Farm : public testing::Test {
 protected:
  comm::Communicator world{MPI_COMM_WORLD};
};

TEST_F(Farm, SimulationsThatShareAPlanHaveTheBitsOfTheirOwn) {
  const auto connectome = test::random_network({.regions = 29});
  SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.05);
  spec.populations[0].noise = {test::white_noise(0, 0.02)};
  const auto plan = plan_of(world, connectome, spec);
  for (int i = 0; i < 4; ++i) {
    SimulationSpec other = spec;
    other.seed = static_cast<std::uint64_t>(7 + i);
    other.coupling.gain = 0.02 * (1 + i);
    other.populations[0].parameters[1] = RegionValues(0.7 + 0.1 * i);
    other.steps = 100 + 37 * i;
    engine::Simulation simulation(world, other, plan);
    EXPECT_EQ(simulation.run(other.steps).kind, Outcome::Kind::done);
    EXPECT_EQ(world.sum(std::int64_t{ends_as_the_reference(simulation, other, connectome) ? 0 : 1}),
              0)
        << i;
  }
}

TEST_F(Farm, APlanIsForOneNetworkDelaysAndMethod) {
  const auto connectome = test::random_network({.regions = 16});
  const SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.05);
  const auto plan = plan_of(world, connectome, spec);
  const auto refused = [&](const auto& change) {
    SimulationSpec other = spec;
    change(other);
    EXPECT_THROW(engine::Simulation(world, other, plan), ConfigError);
  };
  refused([](SimulationSpec& s) { s.dt = 0.05; });
  refused([](SimulationSpec& s) { s.speed = 5.0; });
  refused([](SimulationSpec& s) { s.method = model::Method::euler; });
  refused([](SimulationSpec& s) { s.precision = engine::Precision::mixed; });
  refused([](SimulationSpec& s) { s.populations[0].links.clear(); });
  refused([](SimulationSpec& s) { s.delay = engine::DelayMode::cubic; });
  refused([](SimulationSpec& s) { s.coupling.form = CouplingForm::kuramoto; });
}

TEST_F(Farm, ADivergenceIsAnOutcomeThatAllRanksKnow) {
  const auto connectome = test::random_network({.regions = 13});
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.0);
  spec.method = model::Method::euler;
  std::vector<double> rates(13, -1.0);
  rates[5] = 300.0;
  spec.populations[0].parameters[0] = RegionValues(rates);
  spec.steps = 4000;
  engine::Simulation simulation(world, spec, plan_of(world, connectome, spec));
  const Outcome outcome = simulation.run(spec.steps);
  EXPECT_EQ(outcome.kind, Outcome::Kind::diverged);
  EXPECT_EQ(outcome.divergence.region, 5);
  EXPECT_EQ(outcome.divergence.state, 0);
  EXPECT_GT(outcome.divergence.step, 0);
  EXPECT_THROW(require_convergence(outcome, spec), DivergedError);
}

TEST_F(Farm, OneRankStopsAll) {
  const auto connectome = test::random_network({.regions = 16});
  const SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.05);
  engine::Simulation simulation(world, spec, plan_of(world, connectome, spec));
  EXPECT_EQ(simulation.run(10).kind, Outcome::Kind::done);
  if (world.rank() == world.size() - 1) simulation.request_stop();
  EXPECT_EQ(simulation.run(20).kind, Outcome::Kind::stopped);
  EXPECT_EQ(simulation.now(), 20);
}

/// Two communicators where there are ranks for two; every second simulation diverges.
TEST_F(Farm, ThousandsOfSimulationsLeaveNothingBehind) {
  const auto connectome = test::random_network({.regions = 9});
  SimulationSpec good = test::default_spec("Linear", CouplingForm::linear, 0.01);
  good.steps = 64;
  good.method = model::Method::euler;
  SimulationSpec bad = good;
  bad.populations[0].parameters[0] = RegionValues(std::numeric_limits<double>::max());
  const int simulations = world.size() == 1 ? 10000 : 300;
  std::int64_t settled = 0;
  std::shared_ptr<const engine::NetworkPlan> plan;
  for (int i = 0; i < simulations; ++i) {
    const comm::Communicator mine = world.split(world.rank() * 2 / (world.size() + 1));
    if (i % 10 == 0) plan = plan_of(mine, connectome, good);
    engine::Simulation simulation(mine, i % 2 == 0 ? good : bad, plan);
    ASSERT_EQ(simulation.run(good.steps).kind,
              i % 2 == 0 ? Outcome::Kind::done : Outcome::Kind::diverged)
        << i;
    if (i == simulations / 5) settled = core::resident_bytes();
  }
  EXPECT_LT(core::resident_bytes() - settled, 2'000'000);
}

TEST_F(Farm, ASecondSimulationIsSetUpInAMillisecond) {
  const auto connectome = test::random_network({.regions = 100, .density = 1.0});
  SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.01);
  spec.populations[0].noise = {test::white_noise(0, 0.02)};
  const comm::Communicator self(MPI_COMM_SELF);
  const auto plan = plan_of(self, connectome, spec);
  double fastest = 1.0;
  for (int i = 0; i < 20; ++i) {
    const double start = processor_seconds();
    const engine::Simulation simulation(self, spec, plan);
    fastest = std::min(fastest, processor_seconds() - start);
  }
  EXPECT_LT(fastest, 1e-3);
}

}  // namespace
}  // namespace arcuate
