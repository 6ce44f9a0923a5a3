#include <gtest/gtest.h>

#include "arcuate/engine/partition_graph.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/forecast/plan.hpp"
#include "support/networks.hpp"

/// A plan counts what the engine then sends.
namespace arcuate {
namespace {

using engine::Stages;
using network::CouplingForm;

class PlannedExchange : public testing::Test {
 protected:
  void expect_engine_counts(const network::Connectome& connectome,
                            const engine::SimulationSpec& spec) {
    const engine::Delays delays(connectome, spec);
    const auto graph = engine::partition_graph(connectome, delays, spec);
    const forecast::Plan plan =
        forecast::make_plan(connectome, delays, graph, spec, {}, {.ranks = comm.size()});
    network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
    engine::Simulation simulation(
        comm, spec, engine::distribute(comm, std::move(mine), plan.partition.owner, spec), {});
    while (simulation.now() < spec.steps)
      ASSERT_EQ(simulation.run(std::min(spec.steps, simulation.now() + 37)).kind,
                engine::Outcome::Kind::done);
    const engine::ExchangeCounts counts = simulation.counts();
    EXPECT_EQ(plan.period, simulation.period());
    EXPECT_EQ(plan.messages, comm.sum(counts.messages));
    EXPECT_EQ(plan.message_bytes, comm.sum(counts.bytes));
    const forecast::RankMemory& mine_planned = plan.memory[static_cast<std::size_t>(comm.rank())];
    EXPECT_EQ(mine_planned.edges + mine_planned.history + mine_planned.regions,
              simulation.array_bytes());
    if (comm.size() > 1 && connectome.n_edges() > 0) {
      EXPECT_GT(plan.messages, 0);
    }
  }

  comm::Communicator comm{MPI_COMM_WORLD};
};

engine::SimulationSpec study(model::Method method, Stages stages) {
  engine::SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.01);
  spec.method = method;
  spec.stages = stages;
  spec.dt = 0.02;
  spec.steps = 301;  // no multiple of a period
  return spec;
}

TEST_F(PlannedExchange, EqualsTheEnginesForDelayedNetworks) {
  for (double shortest : {0.2, 4.0, 20.0}) {
    for (double density : {0.05, 0.4}) {
      SCOPED_TRACE(testing::Message() << shortest << " mm, density " << density);
      expect_engine_counts(test::random_network({.density = density, .shortest = shortest}),
                           study(model::Method::heun, Stages::held));
    }
  }
}

TEST_F(PlannedExchange, EqualsTheEnginesForUndelayedEdgesAtEveryStage) {
  const auto between = test::random_network({.undelayed_self = true, .undelayed_between = true});
  const auto self = test::random_network({.undelayed_self = true});
  for (auto method : {model::Method::euler, model::Method::heun, model::Method::rk4}) {
    for (auto stages : {Stages::held, Stages::staged}) {
      SCOPED_TRACE(testing::Message() << "method " << static_cast<int>(method) << " stages "
                                      << static_cast<int>(stages));
      expect_engine_counts(between, study(method, stages));
      expect_engine_counts(self, study(method, stages));
    }
  }
}

TEST_F(PlannedExchange, CountsEveryChannelOfACoupling) {
  auto spec = test::default_spec("Kuramoto", CouplingForm::kuramoto, 0.01);
  expect_engine_counts(test::random_network({.regions = 31}), spec);
}

TEST_F(PlannedExchange, HasHalfTheBytesInSinglePrecision) {
  const auto connectome = test::random_network({.undelayed_self = true, .undelayed_between = true});
  for (const Stages stages : {Stages::held, Stages::staged}) {
    engine::SimulationSpec spec = study(model::Method::heun, stages);
    const engine::Delays delays(connectome, spec);
    const auto graph = engine::partition_graph(connectome, delays, spec);
    const auto bytes = [&] {
      return forecast::make_plan(connectome, delays, graph, spec, {}, {.ranks = comm.size()})
          .message_bytes;
    };
    const std::int64_t in_double = bytes();
    for (const auto precision : {engine::Precision::mixed, engine::Precision::in_single}) {
      spec.precision = precision;
      EXPECT_EQ(2 * bytes(), in_double);
      expect_engine_counts(connectome, spec);
    }
  }
}

TEST_F(PlannedExchange, IsNothingWithoutLinks) {
  auto spec = study(model::Method::heun, Stages::held);
  spec.populations[0].links.clear();
  const auto connectome = test::random_network({});
  const engine::Delays delays(connectome, spec);
  const auto graph = engine::partition_graph(connectome, delays, spec);
  const auto plan =
      forecast::make_plan(connectome, delays, graph, spec, {}, {.ranks = comm.size()});
  EXPECT_EQ(plan.messages, 0);
  EXPECT_EQ(plan.period, 0);
}

}  // namespace
}  // namespace arcuate
