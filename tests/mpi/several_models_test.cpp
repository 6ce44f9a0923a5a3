#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "arcuate/engine/reference.hpp"
#include "arcuate/engine/simulation.hpp"
#include "support/delayed_model.hpp"
#include "support/networks.hpp"

/// Several models in one network: the fast engine equals the reference loop bit for bit.
namespace arcuate {
namespace {

using engine::SimulationSpec;
using engine::Stages;
using model::Method;
using network::CouplingForm;

/// Owners and threads of a run.
struct Layout {
  int threads = 1;
  bool scattered = false;
  Step sub_block = 0;
  Step chunk = 1000000;
};

engine::Stimulus pulses(int target, bool on_parameter, GlobalIndex regions) {
  engine::Stimulus stimulus;
  stimulus.target = target;
  stimulus.on_parameter = on_parameter;
  stimulus.weight.values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    stimulus.weight.values.push_back(i % 3 == 0 ? 0.1 : 0.02);
  stimulus.function.form = model::TemporalForm::pulse_train;
  stimulus.function.parameter = {0.7, 0.5, 1.3, 0.4};
  return stimulus;
}

/// Adds a model for the regions that `has` accepts; its number is the next.
template <class Has>
void add_model(SimulationSpec& spec, SimulationSpec other, GlobalIndex regions, const Has& has) {
  other.dt = spec.dt;
  other.method = spec.method;
  other.stages = spec.stages;
  other.delay = spec.delay;
  other.steps = spec.steps;
  other.seed = spec.seed;
  spec.model_of.resize(static_cast<std::size_t>(regions), 0);
  spec.others.push_back(std::move(other));
  const auto number = static_cast<std::uint8_t>(spec.others.size());
  for (auto& noise : spec.others.back().noise)
    noise.shared_by = number;
  for (GlobalIndex i = 0; i < regions; ++i) {
    if (has(i)) spec.model_of[static_cast<std::size_t>(i)] = number;
  }
}

SimulationSpec mean_field(CouplingForm form, Method method, Stages stages) {
  SimulationSpec spec = test::default_spec("ReducedWongWangExcInh", form, 0.05);
  spec.coupling.links = {{spec.model->observable("S_e"), 0}};
  spec.method = method;
  spec.stages = stages;
  spec.noise = {test::white_noise(0, 0.02)};
  return spec;
}

SimulationSpec oscillator(CouplingForm form, GlobalIndex regions) {
  SimulationSpec spec = test::default_spec("Generic2dOscillator", form, 0.05);
  spec.coupling.links = {{1, 0}};
  spec.parameters[0].values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    spec.parameters[0].values.push_back(1.0 + 0.01 * static_cast<double>(i));
  engine::NoiseTerm input = test::white_noise(0, 0.3);
  input.kind = engine::NoiseTerm::Kind::ornstein_uhlenbeck;
  input.on_input = true;
  input.shared = true;
  input.tau = 5.0;
  spec.noise = {test::white_noise(1, 0.05), input};
  spec.stimuli = {pulses(0, false, regions), pulses(1, true, regions)};
  return spec;
}

SimulationSpec with_delays_inside(CouplingForm form, GlobalIndex regions) {
  SimulationSpec spec = test::default_spec("Linear", form, 0.05);
  spec.model = &test::delayed_entry();
  spec.parameters = {RegionValues(0.6), RegionValues(-0.2), RegionValues(1.1), RegionValues(0.4),
                     RegionValues(1.7)};
  spec.parameters[3].values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    spec.parameters[3].values.push_back(0.3 + 0.11 * static_cast<double>(i % 7));
  spec.coupling.links = {{spec.model->observable("square"), 0}};
  return spec;
}

/// Three models that are neither neighbours nor of equal size.
SimulationSpec three_models(CouplingForm form, Method method, Stages stages, GlobalIndex regions) {
  SimulationSpec spec = mean_field(form, method, stages);
  add_model(spec, oscillator(form, regions), regions, [](GlobalIndex i) { return i % 3 == 1; });
  add_model(spec, with_delays_inside(form, regions), regions,
            [](GlobalIndex i) { return i == 5 || i == 13; });
  return spec;
}

class SeveralModels : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::int32_t> owners(GlobalIndex regions, bool scattered) const {
    std::vector<std::int32_t> owner;
    for (GlobalIndex i = 0; i < regions; ++i) {
      owner.push_back(static_cast<std::int32_t>(scattered ? i * 7 % regions % comm.size()
                                                          : i * comm.size() / regions));
    }
    return owner;
  }

  /// State k of every region after the last step, 0 where a model has no such state; (n_states,
  /// n_regions).
  std::vector<double> run(const SimulationSpec& spec, const network::Connectome& connectome,
                          const Layout& layout, std::size_t states) {
    network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
    auto local = engine::distribute(comm, std::move(mine),
                                    owners(connectome.n_regions(), layout.scattered), spec);
    engine::SimulationOptions options;
    options.threads = layout.threads;
    options.sub_block = layout.sub_block;
    engine::Simulation simulation(comm, spec, std::move(local), options);
    while (simulation.now() < spec.steps)
      simulation.run(std::min(spec.steps, simulation.now() + layout.chunk));
    const auto n = static_cast<std::size_t>(connectome.n_regions());
    std::vector<double> last(states * n);
    for (std::size_t i = 0; i < simulation.owned().size(); ++i) {
      const GlobalIndex region = simulation.owned()[i];
      for (std::size_t k = 0; k < spec.at(region).model->info.states.size(); ++k) {
        last[k * n + static_cast<std::size_t>(region)] =
            simulation.state(0, static_cast<LocalIndex>(i), static_cast<int>(k));
      }
    }
    return last;
  }

  /// True on all ranks when every region of this rank has the bits of `expected` in all states.
  bool same_bits(const std::vector<double>& got, const double* expected, GlobalIndex regions,
                 bool scattered) const {
    const auto owner = owners(regions, scattered);
    std::int64_t different = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (owner[i % static_cast<std::size_t>(regions)] != comm.rank()) continue;
      different += std::memcmp(&got[i], &expected[i], sizeof(double)) == 0 ? 0 : 1;
    }
    return comm.sum(different) == 0;
  }

  bool equals_reference(const SimulationSpec& spec, const network::Connectome& connectome,
                        const Layout& layout) {
    const auto expected = engine::run_reference(spec, connectome).states;
    const std::size_t whole = expected.size() / static_cast<std::size_t>(spec.steps);
    const auto got =
        run(spec, connectome, layout, whole / static_cast<std::size_t>(connectome.n_regions()));
    return same_bits(got, expected.data() + expected.size() - whole, connectome.n_regions(),
                     layout.scattered);
  }

  comm::Communicator comm{MPI_COMM_WORLD};
};

TEST_F(SeveralModels, EqualTheReferenceForEveryMethodAndStage) {
  constexpr GlobalIndex regions = 29;
  const auto connectome = test::random_network({.regions = regions, .undelayed_self = true});
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler}) {
    for (Stages stages : {Stages::held, Stages::staged}) {
      for (CouplingForm form : {CouplingForm::linear, CouplingForm::difference}) {
        const SimulationSpec spec = three_models(form, method, stages, regions);
        SCOPED_TRACE(testing::Message()
                     << "method " << static_cast<int>(method) << " stages "
                     << static_cast<int>(stages) << " form " << static_cast<int>(form));
        EXPECT_TRUE(equals_reference(spec, connectome, {.threads = 2, .scattered = true}));
        EXPECT_TRUE(equals_reference(spec, connectome, {.sub_block = 1, .chunk = 13}));
      }
    }
  }
}

TEST_F(SeveralModels, EqualTheReferenceWithUndelayedEdgesBetweenThem) {
  constexpr GlobalIndex regions = 29;
  const auto connectome =
      test::random_network({.regions = regions, .undelayed_self = true, .undelayed_between = true});
  for (Stages stages : {Stages::held, Stages::staged}) {
    const SimulationSpec spec = three_models(CouplingForm::linear, Method::heun, stages, regions);
    EXPECT_TRUE(equals_reference(spec, connectome, {.threads = 3, .scattered = true, .chunk = 50}));
    EXPECT_TRUE(equals_reference(spec, connectome, {}));
  }
}

TEST_F(SeveralModels, EqualTheReferenceWithChannelsThatAreFunctionsOfTheSource) {
  constexpr GlobalIndex regions = 21;
  const auto connectome = test::random_network({.regions = regions, .shortest = 1.0});
  for (CouplingForm form : {CouplingForm::kuramoto, CouplingForm::hyperbolic_tangent}) {
    const SimulationSpec spec = three_models(form, Method::heun, Stages::held, regions);
    EXPECT_TRUE(equals_reference(spec, connectome, {.threads = 2, .scattered = true}));
  }
}

/// Without edges between them two halves are what they are in networks of one model.
TEST_F(SeveralModels, WithoutCouplingHaveTheBitsOfSeparateNetworks) {
  constexpr GlobalIndex regions = 24;
  network::Connectome connectome = test::random_network({.regions = regions});
  std::fill(connectome.weight.begin(), connectome.weight.end(), 0.0);
  const SimulationSpec first = mean_field(CouplingForm::linear, Method::heun, Stages::held);
  SimulationSpec second = oscillator(CouplingForm::linear, regions);
  second.noise[1].shared_by = 1;
  SimulationSpec both = first;
  add_model(both, second, regions, [](GlobalIndex i) { return i % 2 == 1; });
  const auto together = run(both, connectome, {.threads = 2}, 2);
  auto expected = run(first, connectome, {.threads = 2}, 2);
  const auto of_second = run(second, connectome, {.threads = 2}, 2);
  for (std::size_t i = 1; i < expected.size(); i += 2)
    expected[i] = of_second[i];
  EXPECT_TRUE(same_bits(together, expected.data(), regions, false));
  EXPECT_NE(together, run(first, connectome, {.threads = 2}, 2));
}

TEST_F(SeveralModels, DrawSharedNoiseEachForItself) {
  constexpr GlobalIndex regions = 16;
  network::Connectome connectome = test::random_network({.regions = regions});
  std::fill(connectome.weight.begin(), connectome.weight.end(), 0.0);
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.0);
  for (auto& initial : spec.initial)
    initial = {RegionValues(0.1), std::nullopt};
  spec.noise = {test::white_noise(0, 0.1)};
  spec.noise.front().shared = true;
  const SimulationSpec alike = spec;
  add_model(spec, alike, regions, [](GlobalIndex i) { return i >= 8; });
  const auto states = engine::run_reference(spec, connectome).states;
  EXPECT_EQ(states[0], states[7]);
  EXPECT_EQ(states[8], states[15]);
  EXPECT_NE(states[7], states[8]);
  EXPECT_TRUE(equals_reference(spec, connectome, {.scattered = true}));
}

}  // namespace
}  // namespace arcuate
