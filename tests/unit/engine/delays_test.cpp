#include "arcuate/engine/delays.hpp"

#include <gtest/gtest.h>

#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/footprint.hpp"
#include "support/delayed_model.hpp"
#include "support/networks.hpp"

namespace arcuate::engine {
namespace {

SimulationSpec delayed_spec() {
  SimulationSpec spec = test::default_spec("Linear", network::CouplingForm::linear, 0.1);
  spec.populations[0].model = &test::delayed_entry();
  spec.populations[0].parameters.clear();
  for (const auto& p : spec.populations[0].model->info.parameters)
    spec.populations[0].parameters.emplace_back(p.value);
  return spec;
}

std::string complaint(const SimulationSpec& spec) {
  try {
    check_delays(spec.populations[0], spec.dt);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(LocalDelays, AreRoundedToStepsByRegion) {
  SimulationSpec spec = delayed_spec();
  spec.populations[0].parameters[3].values = {0.1, 0.25, 0.27, 1.96};
  spec.dt = 0.1;
  EXPECT_EQ(complaint(spec), "");
  const std::vector<Step> wanted{1, 2, 3, 20};
  for (std::size_t region = 0; region < 4; ++region)
    EXPECT_EQ(local_delay(spec.populations[0], 1, static_cast<GlobalIndex>(region), spec.dt),
              wanted[region]);
  EXPECT_EQ(shortest_delay(spec.populations[0], spec.dt), 1);
  const auto kept = kept_past(spec.populations[0], spec.dt);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].observable, 1);
  EXPECT_EQ(kept[0].length, 21);
  EXPECT_EQ(kept[1].observable, 0);
  EXPECT_EQ(kept[1].length, 21);
}

TEST(LocalDelays, OfOneSourceShareItsPast) {
  const SimulationSpec spec =
      test::default_spec("BrainmassWilsonCowanDelayed", network::CouplingForm::linear, 0.1);
  const auto kept = kept_past(spec.populations[0], spec.dt);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].length, 21);
  EXPECT_EQ(kept[1].length, 16);
  EXPECT_EQ(shortest_delay(spec.populations[0], spec.dt), 15);
}

TEST(LocalDelays, AbsentInAModelWithoutThem) {
  const SimulationSpec spec = test::default_spec("SupHopf", network::CouplingForm::linear, 0.1);
  EXPECT_EQ(complaint(spec), "");
  EXPECT_EQ(shortest_delay(spec.populations[0], spec.dt), 0);
  EXPECT_TRUE(kept_past(spec.populations[0], spec.dt).empty());
}

TEST(LocalDelays, ShorterThanAStepAreRefusedWithTheirRegionAndParameter) {
  SimulationSpec spec = delayed_spec();
  spec.populations[0].parameters[3].values = {0.3, 0.04, 2.0};
  EXPECT_EQ(complaint(spec),
            "model.parameters.tau: 0.04 ms in region 1 is not a delay of 1 to 1073741824 steps of "
            "dt = 0.1 ms: x_then of Delayed cannot be read");
  for (const double bad : {0.0, -1.0, 1e12, std::nan("")}) {
    spec.populations[0].parameters[3] = RegionValues(bad);
    EXPECT_NE(complaint(spec).find("model.parameters.tau: "), std::string::npos) << bad;
    EXPECT_EQ(complaint(spec).find("region"), std::string::npos) << bad;
  }
}

TEST(LocalDelays, ThatChangeWithTimeAreRefused) {
  SimulationSpec spec = delayed_spec();
  Stimulus stimulus;
  stimulus.on = engine::StimulusOn::parameter;
  stimulus.target = 2;
  stimulus.weight = RegionValues(1.0);
  spec.populations[0].stimuli = {stimulus};
  EXPECT_EQ(complaint(spec), "");
  spec.populations[0].stimuli[0].target = 3;
  EXPECT_EQ(complaint(spec), "stimuli: parameter tau of Delayed is a delay and cannot change");
}

TEST(LocalDelays, NeedMemoryByTheirLength) {
  SimulationSpec spec = delayed_spec();
  const auto network = test::random_network({.regions = 80});
  const auto regions = [&] {
    const auto counts = count_ranks(network, Delays(network, spec), spec,
                                    std::vector<std::int32_t>(80, 0), 1, 1, 1);
    return arrays_of(spec, counts[0], 1, Delays(network, spec).block()).regions;
  };
  const auto before = regions();
  spec.populations[0].parameters[3] = RegionValues(11.0);  // 110 steps in place of 10
  EXPECT_EQ(regions() - before, 80 * 8 * 100);
}

}  // namespace
}  // namespace arcuate::engine
