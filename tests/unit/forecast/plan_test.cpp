#include "arcuate/forecast/plan.hpp"

#include <gtest/gtest.h>

#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/partition_graph.hpp"
#include "support/networks.hpp"

namespace arcuate::forecast {
namespace {

using network::CouplingForm;

TEST(Plan, MoreOfAnythingNeedsMoreMemory) {
  engine::SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.1);
  const auto total = [&](const network::Connectome& c, int ranks, int threads) {
    const auto graph = engine::partition_graph(c, engine::Delays(c, spec), spec);
    return make_plan(c, engine::Delays(c, spec), graph, spec, {},
                     {.ranks = ranks, .threads = threads})
        .total_memory();
  };
  const auto small = test::random_network({.regions = 100});
  EXPECT_LT(total(small, 1, 1), total(test::random_network({.regions = 200}), 1, 1));
  EXPECT_LT(total(small, 1, 1),
            total(test::random_network({.regions = 100, .longest = 600.0}), 1, 1));
  EXPECT_LT(total(small, 1, 1), total(small, 2, 1));
  EXPECT_LT(total(small, 1, 1), total(small, 1, 4));
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

/// One rank each while there is work for all; more where workers would have none, or no memory.
TEST(RanksOfEach, EndsAllSimulationsSoonest) {
  const std::vector<RanksCost> costs{{1, 100.0, 1000}, {2, 55.0, 1100}, {4, 40.0, 1300}};
  EXPECT_EQ(ranks_of_each(costs, {1000, 16, 16, 0}), 1);
  EXPECT_EQ(ranks_of_each(costs, {1, 16, 16, 0}), 4);   // 100, 55 or 40 s
  EXPECT_EQ(ranks_of_each(costs, {8, 16, 16, 0}), 2);   // 100, 55, 2 x 40 s
  EXPECT_EQ(ranks_of_each(costs, {16, 16, 16, 0}), 1);  // 100, 2 x 55, 4 x 40 s
  EXPECT_EQ(ranks_of_each(costs, {1, 3, 3, 0}), 2);     // four are not there
  // 16 side by side take 16000 bytes, 8 take 8800, 4 take 5200.
  EXPECT_EQ(ranks_of_each(costs, {1000, 16, 16, 9000}), 2);
  EXPECT_EQ(ranks_of_each(costs, {1000, 16, 16, 6000}), 4);
  EXPECT_EQ(ranks_of_each(costs, {1000, 16, 16, 100}), 4);
  EXPECT_EQ(ranks_of_each(costs, {1000, 16, 4, 6000}), 1);  // on several machines
  // Nearly as fast: the fewest.
  EXPECT_EQ(ranks_of_each({{1, 100.0, 1}, {2, 98.0, 1}}, {1, 2, 2, 0}), 1);
}

}  // namespace
}  // namespace arcuate::forecast
