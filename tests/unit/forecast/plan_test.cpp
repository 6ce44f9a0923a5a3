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

}  // namespace
}  // namespace arcuate::forecast
