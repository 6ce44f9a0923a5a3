#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/footprint.hpp"
#include "arcuate/engine/partition_graph.hpp"
#include "arcuate/engine/tile_sizes.hpp"
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
  const Delays delays(c, spec);
  local.block = delays.block();
  for (const GlobalIndex region : local.owned)
    local.longest_lag.push_back(delays.longest_lag()[z(region)]);
  local.row.push_back(0);
  for (GlobalIndex target : local.owned) {
    const auto t = static_cast<std::size_t>(target);
    for (auto e = static_cast<std::size_t>(c.row[t]); e < static_cast<std::size_t>(c.row[t + 1]);
         ++e) {
      local.source.push_back(c.source[e]);
      local.weight.push_back(c.weight[e]);
      local.delay.push_back(delays.steps()[e]);
    }
    local.row.push_back(static_cast<GlobalIndex>(local.source.size()));
  }
  return local;
}

/// Every array by its name, with the bytes that it was declared with or takes up.
using Bytes = std::vector<std::pair<std::string, std::int64_t>>;

Bytes declared(const EdgeSizes& sizes) {
  Bytes bytes;
  for (const ArrayInfo& array : describe<EdgePlan>(sizes))
    bytes.emplace_back(array.name, array.bytes());
  return bytes;
}

Bytes made(const EdgePlan& plan, const EdgeSizes& sizes) {
  Bytes bytes;
  EdgePlan::arrays(plan, sizes,
                   [&](std::string_view name, Role role, const auto& array,
                       std::initializer_list<std::int64_t>) {
                     bytes.emplace_back(name, static_cast<std::int64_t>(array.capacity()) *
                                                  value_bytes(array, role, sizes));
                   });
  return bytes;
}

/// Within bounds.
double checked(const Reals& values, std::size_t place) {
  EXPECT_LT(place, values.size());
  return place < values.size() ? values[place] : 0.0;
}

/// Adds the weights of the segments to those of their targets. No share is left.
template <class Edges>
void add_segments(const Edges& edges, LocalIndex first, std::vector<double>& sums) {
  std::size_t share = 0;
  for (const Segment& segment : edges.segments) {
    ASSERT_GT(segment.edges, 0);
    for (std::int32_t i = 0; i < segment.edges; ++i)
      sums[z(first + segment.target)] += checked(edges.weight, share++);
  }
  EXPECT_EQ(share, edges.weight.size());
}

void add_panels(const Panels& panels, LocalIndex first, std::vector<double>& sums) {
  std::size_t place = 0;
  std::size_t run = 0;
  for (const Panels::Panel& panel : panels.panels) {
    std::int32_t columns = 0;
    for (std::int32_t i = 0; i < panel.runs; ++i, ++run)
      columns += panels.runs.at(run).full + panels.runs.at(run).partial;
    const int wide = panel.tiles * lanes;
    for (int at = 0; at < columns * wide; ++at, ++place) {
      const LocalIndex target = first + panel.tile * lanes + at % wide;
      const double weight = checked(panels.weight, place);
      if (!std::isnan(weight) && z(target) < sums.size()) sums[z(target)] += weight;
    }
  }
  EXPECT_EQ(place, panels.weight.size());
}

/// Every edge is in the plan, once in each series: what interpolates a delay adds up to 1.
void expect_all_edges(const EdgePlan& plan, const LocalNetwork& network) {
  std::vector<double> given(network.owned.size(), 0.0);
  for (std::size_t target = 0; target < given.size(); ++target) {
    for (GlobalIndex e = network.row[target]; e < network.row[target + 1]; ++e)
      given[target] += network.weight[z(e)];
  }
  std::vector<double> undelayed(given.size(), 0.0);
  for (std::size_t target = 0; target < plan.self_weight.size(); ++target)
    undelayed[target] += plan.self_weight[target];
  for (std::size_t target = 0; target + 1 < plan.stage.row.size(); ++target) {
    for (std::int64_t e = plan.stage.row[target]; e < plan.stage.row[target + 1]; ++e)
      undelayed[target] += plan.stage.weight[z(e)];
  }
  for (std::size_t thread = 0; thread < plan.stage.panels.size(); ++thread)
    add_panels(plan.stage.panels[thread], plan.thread_begin[thread] * lanes, undelayed);
  const double rounding = plan.stored == Stored::in_double ? 1e-12 : 1e-5;
  for (const SeriesEdges& series : plan.series) {
    std::vector<double> sums = undelayed;
    for (std::size_t thread = 0; thread < series.far.size(); ++thread) {
      const LocalIndex first = plan.thread_begin[thread] * lanes;
      add_segments(series.far[thread], first, sums);
      add_segments(series.near[thread], first, sums);
      if (!series.panels.empty()) add_panels(series.panels[thread], first, sums);
    }
    for (std::size_t target = 0; target < sums.size(); ++target)
      EXPECT_NEAR(sums[target], given[target], rounding * (1.0 + std::abs(given[target])));
  }
}

/// What was counted is what the plan holds, and all of it is declared.
void expect_same(const RankCounts& counted, const std::vector<EdgePlan>& built) {
  ASSERT_EQ(counted.parts.size(), built.size());
  std::int64_t far = 0, near = 0, stage = 0;
  for (std::size_t p = 0; p < built.size(); ++p) {
    EXPECT_EQ(declared(counted.parts[p]), made(built[p], counted.parts[p]));
    EXPECT_EQ(held_bytes(built[p], built[p].sizes), bytes_of<EdgePlan>(counted.parts[p]));
    stage += std::ssize(built[p].stage.weight);
    for (const Panels& panels : built[p].stage.panels)
      stage += panels.edges;
    for (const SeriesEdges& series : built[p].series) {
      for (const FarEdges& own : series.far)
        far += std::ssize(own.weight);
      for (const NearEdges& own : series.near)
        near += std::ssize(own.weight);
      for (const Panels& panels : series.panels)
        near += panels.edges;
    }
    EXPECT_EQ(static_cast<std::uint64_t>(counted.arena_values), built[p].arena_size);
  }
  EXPECT_EQ(counted.far_shares, far);
  EXPECT_EQ(counted.near_shares, near);
  EXPECT_EQ(counted.stage_edges, stage);
  EXPECT_EQ(counted.slots, built.front().slots.size());
  EXPECT_EQ(counted.smallest_near_lag, built.front().smallest_near_lag);
}

/// Two populations, and links that sum with squared weights.
SimulationSpec two_populations(GlobalIndex regions) {
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
  spec.populations[0].links[0].squared_weights = true;
  spec.populations.push_back(spec.populations[0]);
  for (GlobalIndex i = 0; i < regions; ++i)
    spec.population_of.push_back(static_cast<std::uint8_t>(i % 5 == 1 ? 1 : 0));
  return spec;
}

void expect_counted(const network::Connectome& c, const SimulationSpec& spec, int threads,
                    Step period) {
  constexpr int ranks = 3;
  std::vector<std::int32_t> owner;
  for (GlobalIndex i = 0; i < c.n_regions(); ++i)
    owner.push_back(static_cast<std::int32_t>(i * 7 % ranks));
  const auto counts = count_ranks(c, Delays(c, spec), spec, owner, ranks, threads, period);
  for (int rank = 0; rank < ranks; ++rank) {
    SCOPED_TRACE(testing::Message() << "rank " << rank << " period " << period);
    const auto parts = split_by_population(rows_of(c, spec, owner, rank), spec);
    const auto plans = plan_edges(parts, spec, {.threads = threads, .period = period});
    expect_same(counts[static_cast<std::size_t>(rank)], plans);
    for (std::size_t p = 0; p < parts.size() && spec.n_links() > 0; ++p)
      expect_all_edges(plans[p], parts[p]);
  }
}

TEST(Footprint, CountsWhatTheEngineBuildsForEveryRank) {
  for (const bool between : {false, true}) {
    const auto c = test::random_network({.regions = 61,
                                         .density = 0.6,
                                         .shortest = 1.0,
                                         .undelayed_self = true,
                                         .undelayed_between = between});
    for (auto method : {model::Method::euler, model::Method::heun, model::Method::rk4}) {
      for (auto stages : {Stages::held, Stages::staged}) {
        SCOPED_TRACE(testing::Message() << "method " << static_cast<int>(method) << " stages "
                                        << static_cast<int>(stages) << " between " << between);
        SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
        spec.method = method;
        spec.stages = stages;
        expect_counted(c, spec, 1, 1);
        spec = two_populations(c.n_regions());
        spec.method = method;
        spec.stages = stages;
        for (const Step period : {0, 1, 8})
          expect_counted(c, spec, 2, period);
        spec.delay = DelayMode::cubic;
        expect_counted(c, spec, 3, 1);
        spec.precision = Precision::mixed;
        expect_counted(c, spec, 2, 1);
      }
    }
  }
}

TEST(Footprint, CountsPanelsOfUndelayedNetworks) {
  const auto c = test::random_network({.regions = 90, .density = 0.9});
  for (auto stages : {Stages::held, Stages::staged}) {
    for (const int threads : {1, 3}) {
      SimulationSpec spec = two_populations(c.n_regions());
      spec.speed = std::numeric_limits<double>::infinity();
      spec.method = model::Method::heun;
      spec.stages = stages;
      expect_counted(c, spec, threads, 1);
      spec.precision = Precision::mixed;
      expect_counted(c, spec, threads, 1);
      const auto counts =
          count_ranks(c, Delays(c, spec), spec, std::vector<std::int32_t>(90, 0), 1, threads, 0);
      const EdgeSizes& sizes = counts[0].parts[0];
      const auto& panels = stages == Stages::held ? sizes.series[0].panels : sizes.stage.panels;
      EXPECT_EQ(std::ssize(panels), threads) << "the test must have panels";
    }
  }
}

/// So that what one rank has saved can be shared out anew.
TEST(Footprint, HistoriesOfOwnersReachAsFarBackHoweverTheNetworkIsShared) {
  const auto c = test::random_network({.regions = 40, .density = 0.2, .shortest = 1.0});
  for (const Stages stages : {Stages::held, Stages::staged}) {
    SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
    spec.method = model::Method::heun;
    spec.stages = stages;
    const auto lags_of = [&](int ranks) {
      std::vector<std::int32_t> owner, lags(40, -1);
      for (GlobalIndex i = 0; i < 40; ++i)
        owner.push_back(static_cast<std::int32_t>(i * 7 % ranks));
      for (int rank = 0; rank < ranks; ++rank) {
        const EdgePlan plan = plan_edges(rows_of(c, spec, owner, rank), spec, {.period = 1});
        for (const LocalIndex slot : plan.slots.of_owned)
          lags[z(plan.slots.global[z(slot)])] = plan.slots.longest_lag[z(slot)];
      }
      return lags;
    };
    EXPECT_EQ(lags_of(1), Delays(c, spec).longest_lag());
    EXPECT_EQ(lags_of(3), lags_of(1));
    EXPECT_EQ(lags_of(7), lags_of(1));
  }
}

TEST(Footprint, RegionsThatDoNotTalkHoldNoEdges) {
  const auto c = test::random_network({.regions = 40, .undelayed_self = true});
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
  spec.populations[0].links.clear();
  expect_counted(c, spec, 2, 0);
  const auto counts =
      count_ranks(c, Delays(c, spec), spec, std::vector<std::int32_t>(40, 0), 1, 1, 0);
  EXPECT_EQ(counts[0].far_shares + counts[0].near_shares, 0);
  EXPECT_EQ(counts[0].edges, c.n_edges()) << "read all the same";
}

TEST(Footprint, GivesThePartitionerTheLagsThatTheEngineReads) {
  network::Connectome c;
  c.row = {0, 2, 3};
  c.source = {0, 1, 0};
  c.weight = {1.0, 1.0, 1.0};
  c.length = {0.0F, 9.0F, 3.0F};  // 0, 3 and 1 ms at 3 mm/ms
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
  EXPECT_EQ(partition_graph(c, Delays(c, spec), spec).lag, (std::vector<std::int32_t>{0, 30, 10}));
  spec.stages = Stages::staged;
  EXPECT_EQ(partition_graph(c, Delays(c, spec), spec).lag, (std::vector<std::int32_t>{-1, 29, 9}));
  spec.populations[0].links.clear();
  EXPECT_EQ(partition_graph(c, Delays(c, spec), spec).n_edges(), 0);
  EXPECT_EQ(partition_graph(c, Delays(c, spec), spec).n_regions(), 2);
}

/// A weight of 8 bytes and an offset of 4, and histories of doubles.
TEST(Footprint, SinglePrecisionHalvesWeightsAndHistories) {
  const auto c = test::random_network({.regions = 61});
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
  const auto memory_of = [&](Precision precision) {
    spec.precision = precision;
    const std::vector<std::int32_t> owner(61, 0);
    const Delays delays(c, spec);
    return arrays_of(spec, count_ranks(c, delays, spec, owner, 1, 1, 0)[0], 0, delays.block());
  };
  const RankArrays in_double = memory_of(Precision::in_double);
  const RankArrays mixed = memory_of(Precision::mixed);
  const RankArrays single = memory_of(Precision::in_single);
  EXPECT_EQ(2 * mixed.history, in_double.history);
  EXPECT_EQ(in_double.edges - mixed.edges, 4 * c.n_edges());
  EXPECT_LT(mixed.regions, in_double.regions) << "delayed sums";
  EXPECT_EQ(single.history, mixed.history);
  EXPECT_EQ(single.edges, mixed.edges);
  // 8 tiles of a state; less the doubles of the two tiles that are stepped
  EXPECT_EQ(mixed.regions - single.regions, 4 * (8 * 8) - 8 * (2 * 8));
}

TEST(Footprint, NoiseThatRemembersNeedsItsStates) {
  const auto network = test::random_network({.regions = 80});
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.1);
  const auto regions = [&](NoiseTerm::Kind kind) {
    spec.populations[0].noise = {test::white_noise(0, 0.1)};
    spec.populations[0].noise[0].kind = kind;
    spec.populations[0].noise[0].tau_max = 100.0;  // two decades: five parts
    const auto counts = count_ranks(network, Delays(network, spec), spec,
                                    std::vector<std::int32_t>(80, 0), 1, 1, 32);
    return arrays_of(spec, counts[0], 32, Delays(network, spec).block()).regions;
  };
  const auto white = regions(NoiseTerm::Kind::white);
  EXPECT_EQ(regions(NoiseTerm::Kind::brownian) - white, 80 * 8);
  EXPECT_EQ(regions(NoiseTerm::Kind::coloured) - white, 80 * 8 * 9);
}

TEST(Footprint, SeveralModelsNeedWhatTheirRegionsNeed) {
  const auto network = test::random_network({.regions = 48});
  SimulationSpec first = test::default_spec("SupHopf", CouplingForm::linear, 0.1);
  first.populations[0].links.resize(1);
  SimulationSpec second = test::default_spec("ReducedWongWangExcInh", CouplingForm::linear, 0.1);
  second.populations[0].noise = {test::white_noise(0, 0.1)};
  const auto regions = [&](const SimulationSpec& spec, LocalIndex of_first, LocalIndex of_second) {
    RankCounts counts;
    counts.regions = of_first + of_second;
    for (const LocalIndex owned : {of_first, of_second}) {
      EdgeSizes sizes;
      sizes.population = static_cast<int>(counts.parts.size());
      sizes.owned = owned;
      sizes.threads = 2;
      if (owned > 0) counts.parts.push_back(sizes);
    }
    return arrays_of(spec, counts, 1, Delays(network, spec).block()).regions;
  };
  SimulationSpec both = first;
  both.populations.push_back(second.populations[0]);
  both.population_of.assign(48, 0);
  std::fill(both.population_of.begin(), both.population_of.begin() + 16, std::uint8_t{1});
  EXPECT_EQ(regions(both, 32, 16), regions(first, 32, 0) + regions(second, 16, 0));
  EXPECT_EQ(regions(both, 32, 0), regions(first, 32, 0));
  const auto counts =
      count_ranks(network, Delays(network, both), both, std::vector<std::int32_t>(48, 0), 1, 1, 1);
  ASSERT_EQ(counts[0].parts.size(), 2U);
  EXPECT_EQ(counts[0].parts[0].owned, 32);
  EXPECT_EQ(counts[0].parts[1].owned, 16);
}

TEST(Footprint, ACostOfARegionIsThatOfItsModel) {
  const auto network = test::random_network({.regions = 4});
  SimulationSpec spec = test::default_spec("Kuramoto", CouplingForm::linear, 0.1);
  const double cheap = partition_graph(network, Delays(network, spec), spec).region_cost;
  SimulationSpec other = test::default_spec("Thalamus", CouplingForm::linear, 0.1);
  const double dear = partition_graph(network, Delays(network, other), other).region_cost;
  EXPECT_LT(5.0 * cheap, dear);
  spec.populations.push_back(other.populations[0]);
  spec.population_of = {0, 1, 1, 0};
  EXPECT_EQ(partition_graph(network, Delays(network, spec), spec).region_costs,
            (std::vector<double>{cheap, dear, dear, cheap}));
}

}  // namespace
}  // namespace arcuate::engine
