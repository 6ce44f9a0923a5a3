#include "arcuate/engine/arrays.hpp"

#include <gtest/gtest.h>

#include "engine/tile_plan.hpp"
#include "engine/tile_state.hpp"
#include "support/networks.hpp"

namespace arcuate::engine {
namespace {

using network::CouplingForm;

/// Sizes of the arrays as they were made, in the order of their declaration.
template <class Owner>
std::vector<std::int64_t> made(const Owner& owner, const TileSizes& sizes) {
  std::vector<std::int64_t> values;
  Owner::arrays(
      owner, sizes,
      [&](std::string_view, Role, const auto& array, std::initializer_list<std::int64_t>) {
        values.push_back(static_cast<std::int64_t>(array.size()));
      });
  return values;
}

template <class Owner>
std::vector<std::int64_t> declared(const TileSizes& sizes) {
  std::vector<std::int64_t> values;
  for (const ArrayInfo& array : describe<Owner>(sizes))
    values.push_back(array.values());
  return values;
}

TEST(Arrays, AreAllocatedAsDeclared) {
  TileSizes sizes;
  sizes.tiles = 3;
  sizes.states = 2;
  sizes.channels = 1;
  sizes.block = 16;
  sizes.series = {true, false, false};
  TileState state;
  allocate(state, sizes);
  EXPECT_EQ(made(state, sizes), declared<TileState>(sizes));
  EXPECT_EQ(state.state.size(), 3U * 2U * 8U);
  EXPECT_EQ(state.sums[0].size(), 3U * 8U * 16U);
  EXPECT_TRUE(state.sums[2].empty());
  EXPECT_TRUE(state.carry.empty()) << "held coupling carries nothing";
  EXPECT_EQ(bytes_of<TileState>(sizes), 8 * (3 * 2 * 8 + 3 * 8 * 16));
}

TEST(Arrays, OfHistoriesAndStatesAreStoredInTheirPrecision) {
  TileSizes sizes;
  sizes.tiles = 3;
  sizes.states = 2;
  sizes.channels = 1;
  sizes.block = 16;
  sizes.series = {true, false, false};
  sizes.past_stored = Stored::in_single;
  TileState state;
  allocate(state, sizes);
  EXPECT_EQ(state.state.stored(), Stored::in_double);
  EXPECT_EQ(state.sums[0].stored(), Stored::in_single);
  EXPECT_EQ(made(state, sizes), declared<TileState>(sizes));
  EXPECT_EQ(bytes_of<TileState>(sizes), 8 * (3 * 2 * 8) + 4 * (3 * 8 * 16));
  sizes.states_stored = Stored::in_single;
  EXPECT_EQ(bytes_of<TileState>(sizes), 4 * (3 * 2 * 8 + 3 * 8 * 16));
  EXPECT_EQ(bytes_of<TileScratch>(sizes), [&] {
    TileSizes in_double = sizes;
    in_double.states_stored = Stored::in_double;
    return bytes_of<TileScratch>(in_double) + 8 * (2 * 8);
  }()) << "doubles while a tile is stepped";
}

TEST(Arrays, HaveNamesAndRoles) {
  TileSizes sizes;
  sizes.tiles = 1;
  sizes.states = 4;
  const std::vector<ArrayInfo> arrays = describe<TileState>(sizes);
  EXPECT_EQ(arrays.front().name, "state");
  EXPECT_EQ(arrays.front().role, Role::state);
  EXPECT_EQ(arrays.front().shape, (std::vector<std::int64_t>{1, 4, 8}));
  for (const ArrayInfo& array : describe<TileScratch>(sizes))
    EXPECT_EQ(array.role, Role::scratch) << array.name;
}

/// What is filled region by region has the declared sizes, whatever the study.
TEST(Arrays, OfAPlanHaveTheDeclaredSizes) {
  const auto connectome = test::random_network({.regions = 21, .undelayed_self = true});
  for (const char* model : {"ReducedWongWangExcInh", "BrainmassWilsonCowanDelayed", "ALN"}) {
    for (const Stages stages : {Stages::held, Stages::staged}) {
      SimulationSpec spec = test::default_spec(model, CouplingForm::linear, 1.0);
      spec.stages = stages;
      NoiseTerm coloured = test::white_noise(0, 0.1);
      coloured.kind = NoiseTerm::Kind::coloured;
      coloured.tau_max = 100.0;
      coloured.on_input = true;
      spec.populations[0].noise = {test::white_noise(0, 0.1), coloured};
      Stimulus stimulus;
      stimulus.weight = RegionValues(1.0);
      stimulus.on = engine::StimulusOn::parameter;
      spec.populations[0].stimuli = {stimulus};
      LocalNetwork network;
      network.n_regions = 21;
      network.owner.assign(21, 0);
      for (GlobalIndex i = 0; i < 21; ++i)
        network.owned.push_back(i);
      network.row = connectome.row;
      network.source = connectome.source;
      network.weight = connectome.weight;
      network.delay = Delays(connectome, spec).steps();
      network.block = Delays(connectome, spec).block();
      const EdgePlan edges = plan_edges(network, spec, {});
      const TilePlan plan(spec, network, edges, 2);
      EXPECT_EQ(made(plan.of_lanes, plan.sizes), declared<TileParameters>(plan.sizes)) << model;
      EXPECT_EQ(made(plan.noise.factors(), plan.sizes), declared<NoiseFactors>(plan.sizes));
      EXPECT_EQ(made(plan.drive.weights(), plan.sizes), declared<DriveWeights>(plan.sizes));
      EXPECT_EQ(made(plan.delays.own(), plan.sizes), declared<OwnDelays>(plan.sizes));
      EXPECT_EQ(static_cast<std::int64_t>(plan.noise.start().size()),
                plan.sizes.noise_memory * plan.sizes.tiles * lanes);
    }
  }
}

}  // namespace
}  // namespace arcuate::engine
