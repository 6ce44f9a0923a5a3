#include <gtest/gtest.h>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/plan.hpp"
#include "support/networks.hpp"

namespace arcuate::engine {
namespace {

using network::CouplingForm;

/// Rows of one rank, as `distribute` hands them out.
LocalNetwork rows_of(const network::Connectome& c, const SimulationSpec& spec,
                     const std::vector<std::int32_t>& owner, int rank) {
  LocalNetwork local;
  local.n_regions = c.n_regions();
  local.owner = owner;
  local.owned = regions_of(owner, rank);
  local.speed = spec.speed;
  local.dt = spec.dt;
  local.block = choose_block(c, spec);
  local.row.push_back(0);
  for (GlobalIndex target : local.owned) {
    const auto t = static_cast<std::size_t>(target);
    for (auto e = static_cast<std::size_t>(c.row[t]); e < static_cast<std::size_t>(c.row[t + 1]);
         ++e) {
      local.source.push_back(c.source[e]);
      local.weight.push_back(c.weight[e]);
      local.delay.push_back(c.length[e]);
    }
    local.row.push_back(static_cast<GlobalIndex>(local.source.size()));
  }
  return local;
}

void expect_same(const RankCounts& counted, const EdgePlan& built) {
  EXPECT_EQ(counted.far_shares, built.far_shares);
  EXPECT_EQ(counted.near_shares, built.near_shares);
  std::int64_t stage_edges = std::ssize(built.stage.weight);
  for (const engine::Panels& panels : built.stage.panels)
    stage_edges += panels.edges;
  EXPECT_EQ(counted.stage_edges, stage_edges);
  EXPECT_EQ(counted.slots, built.slots.size());
  EXPECT_EQ(static_cast<std::uint64_t>(counted.arena_values), built.arena_size);
  EXPECT_EQ(counted.smallest_near_lag, built.smallest_near_lag);
  std::int64_t segments = 0;
  for (const SeriesEdges& series : built.series) {
    for (const FarEdges& far : series.far)
      segments += std::ssize(far.segments);
  }
  EXPECT_EQ(counted.segments, segments);
}

TEST(Plan, CountsWhatTheEngineBuildsForEveryRank) {
  const auto c = test::random_network(
      {.regions = 61, .shortest = 1.0, .undelayed_self = true, .undelayed_between = true});
  for (auto method : {model::Method::euler, model::Method::heun, model::Method::rk4}) {
    for (auto stages : {Stages::held, Stages::staged}) {
      SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
      spec.method = method;
      spec.stages = stages;
      std::vector<std::int32_t> owner;
      for (GlobalIndex i = 0; i < c.n_regions(); ++i)
        owner.push_back(static_cast<std::int32_t>(i * 7 % 3));
      const auto counts = count_ranks(c, spec, owner, 3, 1, choose_block(c, spec));
      for (int rank = 0; rank < 3; ++rank) {
        SCOPED_TRACE(testing::Message()
                     << "method " << static_cast<int>(method) << " rank " << rank);
        const LocalNetwork local = rows_of(c, spec, owner, rank);
        expect_same(counts[static_cast<std::size_t>(rank)],
                    plan_edges(local, spec, {.threads = 1, .period = 1}));
      }
    }
  }
}

TEST(Plan, GivesThePartitionerTheLagsThatTheEngineReads) {
  network::Connectome c;
  c.row = {0, 2, 3};
  c.source = {0, 1, 0};
  c.weight = {1.0, 1.0, 1.0};
  c.length = {0.0F, 9.0F, 3.0F};  // 0, 3 and 1 ms at 3 mm/ms
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
  EXPECT_EQ(partition_graph(c, spec).lag, (std::vector<std::int32_t>{0, 30, 10}));
  spec.stages = Stages::staged;
  EXPECT_EQ(partition_graph(c, spec).lag, (std::vector<std::int32_t>{-1, 29, 9}));
  spec.populations[0].links.clear();
  EXPECT_EQ(partition_graph(c, spec).n_edges(), 0);
  EXPECT_EQ(partition_graph(c, spec).n_regions(), 2);
}

TEST(Plan, MoreOfAnythingNeedsMoreMemory) {
  SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.1);
  const auto total = [&](const network::Connectome& c, int ranks, int threads) {
    const auto graph = partition_graph(c, spec);
    return make_plan(c, graph, spec, {}, {.ranks = ranks, .threads = threads}).total_memory();
  };
  const auto small = test::random_network({.regions = 100});
  EXPECT_LT(total(small, 1, 1), total(test::random_network({.regions = 200}), 1, 1));
  EXPECT_LT(total(small, 1, 1),
            total(test::random_network({.regions = 100, .longest = 600.0}), 1, 1));
  EXPECT_LT(total(small, 1, 1), total(small, 2, 1));
  EXPECT_LT(total(small, 1, 1), total(small, 1, 4));
}

/// A weight of 8 bytes and an offset of 4, and histories of doubles.
TEST(Plan, SinglePrecisionHalvesWeightsAndHistories) {
  const auto c = test::random_network({.regions = 61});
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
  const auto memory_of = [&](Precision precision) {
    spec.precision = precision;
    const std::vector<std::int32_t> owner(61, 0);
    const BlockChoice block = choose_block(c, spec);
    return plan_memory(c, spec, count_ranks(c, spec, owner, 1, 0, block), 1, 0, {})[0];
  };
  const RankMemory in_double = memory_of(Precision::in_double);
  const RankMemory mixed = memory_of(Precision::mixed);
  const RankMemory single = memory_of(Precision::in_single);
  EXPECT_EQ(2 * mixed.history, in_double.history);
  EXPECT_EQ(in_double.edges - mixed.edges, 4 * c.n_edges());
  EXPECT_LT(mixed.regions, in_double.regions) << "delayed sums";
  EXPECT_EQ(single.history, mixed.history);
  EXPECT_EQ(single.edges, mixed.edges);
  // 8 tiles of a state; less the doubles of the two tiles that are stepped
  EXPECT_EQ(mixed.regions - single.regions, 4 * (8 * 8) - 8 * (2 * 8));
}

TEST(Plan, NoiseThatRemembersNeedsItsStates) {
  const auto network = test::random_network({.regions = 80});
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.1);
  const auto regions = [&](NoiseTerm::Kind kind) {
    spec.populations[0].noise = {test::white_noise(0, 0.1)};
    spec.populations[0].noise[0].kind = kind;
    spec.populations[0].noise[0].tau_max = 100.0;  // two decades: five parts
    const auto counts = count_ranks(network, spec, std::vector<std::int32_t>(80, 0), 1, 32,
                                    choose_block(network, spec));
    return plan_memory(network, spec, counts, 1, 32, {})[0].regions;
  };
  const auto white = regions(NoiseTerm::Kind::white);
  EXPECT_EQ(regions(NoiseTerm::Kind::brownian) - white, 80 * 8);
  EXPECT_EQ(regions(NoiseTerm::Kind::coloured) - white, 80 * 8 * 9);
}

TEST(Plan, SeveralModelsNeedWhatTheirRegionsNeed) {
  const auto network = test::random_network({.regions = 48});
  SimulationSpec first = test::default_spec("SupHopf", CouplingForm::linear, 0.1);
  first.populations[0].links.resize(1);
  SimulationSpec second = test::default_spec("ReducedWongWangExcInh", CouplingForm::linear, 0.1);
  second.populations[0].noise = {test::white_noise(0, 0.1)};
  const auto regions = [&](const SimulationSpec& spec, LocalIndex of_first, LocalIndex of_second) {
    RankCounts counts;
    counts.regions = of_first + of_second;
    counts.of_population = {of_first};
    if (spec.n_populations() > 1) counts.of_population.push_back(of_second);
    return plan_memory(network, spec, {counts}, 2, 1, {})[0].regions;
  };
  SimulationSpec both = first;
  both.populations.push_back(second.populations[0]);
  both.population_of.assign(48, 0);
  std::fill(both.population_of.begin(), both.population_of.begin() + 16, std::uint8_t{1});
  EXPECT_EQ(regions(both, 32, 16), regions(first, 32, 0) + regions(second, 16, 0));
  EXPECT_EQ(regions(both, 32, 0), regions(first, 32, 0));
  const auto counts = count_ranks(network, both, std::vector<std::int32_t>(48, 0), 1, 1,
                                  choose_block(network, both));
  EXPECT_EQ(counts[0].of_population, (std::vector<LocalIndex>{32, 16}));
}

TEST(Plan, ACostOfARegionIsThatOfItsModel) {
  const auto network = test::random_network({.regions = 4});
  SimulationSpec spec = test::default_spec("Kuramoto", CouplingForm::linear, 0.1);
  const double cheap = partition_graph(network, spec).region_cost;
  SimulationSpec other = test::default_spec("Thalamus", CouplingForm::linear, 0.1);
  const double dear = partition_graph(network, other).region_cost;
  EXPECT_LT(5.0 * cheap, dear);
  spec.populations.push_back(other.populations[0]);
  spec.population_of = {0, 1, 1, 0};
  EXPECT_EQ(partition_graph(network, spec).region_costs,
            (std::vector<double>{cheap, dear, dear, cheap}));
}

TEST(Plan, RefusesWhatDoesNotFit) {
  EXPECT_NO_THROW(require_memory(5, 5));
  EXPECT_NO_THROW(require_memory(5, 0)) << "unknown";
  try {
    require_memory(40'000'000'000, 24'000'000'000);
    FAIL() << "not refused";
  } catch (const ConfigError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("40.00 GB"), std::string::npos) << text;
    EXPECT_NE(text.find("24.00 GB"), std::string::npos) << text;
    EXPECT_NE(text.find("arcuate plan"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace arcuate::engine
