#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/names.hpp"
#include "arcuate/engine/reference.hpp"
#include "arcuate/engine/simulation.hpp"
#include "support/delayed_model.hpp"
#include "support/deriving_model.hpp"
#include "support/networks.hpp"
#include "support/snapshots.hpp"

/// The fast engine on this many ranks equals the reference loop bit for bit.
namespace arcuate {
namespace {

using engine::DelayMode;
using engine::Precision;
using engine::SimulationSpec;
using engine::Stages;
using model::Method;
using network::CouplingForm;

std::vector<std::int32_t> owners(GlobalIndex regions, int ranks, const std::string& how) {
  std::vector<std::int32_t> owner;
  for (GlobalIndex i = 0; i < regions; ++i) {
    const auto block = static_cast<std::int32_t>(i * ranks / regions);
    const auto scattered = static_cast<std::int32_t>(i * 7 % regions % ranks);
    owner.push_back(how == "block" ? block : scattered);
  }
  return owner;
}

struct Layout {
  int threads = 1;
  std::string partition = "block";
  Step sub_block = 0;
  Step chunk = 1000000;
  LocalIndex source_tile = 0;
  Step period = 0;
  Step history_slack = 1;  // histories are moved back often
};

/// True on all ranks when the final states everywhere have the bits of `expected`.
bool same_bits(const comm::Communicator& comm, const engine::Simulation& simulation,
               const SimulationSpec& spec, const engine::ReferenceRun& expected,
               GlobalIndex regions) {
  const std::size_t states = spec.populations[0].model->info.states.size();
  const double* last =
      expected.states.data() + expected.states.size() - states * static_cast<std::size_t>(regions);
  std::int64_t different = 0;
  for (std::size_t i = 0; i < simulation.owned().size(); ++i) {
    for (std::size_t k = 0; k < states; ++k) {
      const double got = simulation.state(static_cast<LocalIndex>(i), static_cast<int>(k));
      const double want = last[k * static_cast<std::size_t>(regions) +
                               static_cast<std::size_t>(simulation.owned()[i])];
      different += std::memcmp(&got, &want, sizeof got) == 0 ? 0 : 1;
    }
  }
  return comm.sum(different) == 0;
}

class Engine : public testing::Test {
 protected:
  /// On a state with white noise, on one with noise that remembers, and on one without.
  void expect_stimuli_on_states(const network::Connectome& connectome, Method method,
                                Stages stages);

  /// Runs `spec` on the world's ranks in a layout and compares with the reference: in double
  /// precision, and in one of the others, in turn.
  void expect_reference(SimulationSpec spec, const network::Connectome& connectome,
                        const Layout& layout) {
    EXPECT_TRUE(equals_reference(spec, connectome, layout));
    spec.precision = ++runs_ % 2 == 0 ? Precision::in_single : Precision::mixed;
    EXPECT_TRUE(equals_reference(spec, connectome, layout)) << core::word_of(spec.precision);
  }

  bool equals_reference(const SimulationSpec& spec, const network::Connectome& connectome,
                        const Layout& layout) {
    const auto expected = engine::run_reference(spec, connectome);
    const auto simulation = simulation_of(spec, connectome, layout);
    while (simulation->now() < spec.steps)
      static_cast<void>(simulation->run(std::min(spec.steps, simulation->now() + layout.chunk)));
    // More ranks than cores spend their time waiting, and show nothing new here.
    constexpr int most_ranks = 4;
    return same_bits(comm, *simulation, spec, expected, connectome.n_regions()) &&
           (comm.size() > most_ranks || in_two_parts(spec, connectome, layout, expected));
  }

  /// Another simulation, shared out otherwise, goes on from a step inside of a block.
  bool in_two_parts(const SimulationSpec& spec, const network::Connectome& connectome,
                    Layout layout, const engine::ReferenceRun& expected) {
    const auto first = simulation_of(spec, connectome, layout);
    static_cast<void>(first->run(spec.steps / 3 + runs_ % 5));
    layout.partition = layout.partition == "block" ? "scattered" : "block";
    layout.threads = 3 - std::min(layout.threads, 2);
    const auto second = simulation_of(spec, connectome, layout);
    test::Snapshots(comm, *first).resume(*second);
    while (second->now() < spec.steps)
      static_cast<void>(second->run(std::min(spec.steps, second->now() + layout.chunk)));
    return same_bits(comm, *second, spec, expected, connectome.n_regions());
  }

  std::unique_ptr<engine::Simulation> simulation_of(const SimulationSpec& spec,
                                                    const network::Connectome& connectome,
                                                    const Layout& layout) {
    network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
    auto local = engine::distribute(
        comm, std::move(mine), owners(connectome.n_regions(), comm.size(), layout.partition), spec);
    engine::SimulationOptions options;
    options.threads = layout.threads;
    options.sub_block = layout.sub_block;
    options.source_tile = layout.source_tile;
    options.history_slack = layout.history_slack;
    options.period = layout.period;
    return std::make_unique<engine::Simulation>(comm, spec, std::move(local), options);
  }

  comm::Communicator comm{MPI_COMM_WORLD};

 private:
  int runs_ = 0;
};

TEST_F(Engine, EqualsTheReferenceForEveryMethodStageAndDelayMode) {
  const auto connectome = test::random_network({.undelayed_self = true});
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                        Method::symplectic_euler}) {
    for (Stages stages : {Stages::held, Stages::staged}) {
      for (DelayMode delay : {DelayMode::nearest, DelayMode::linear, DelayMode::cubic}) {
        SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.05);
        spec.method = method;
        spec.stages = stages;
        spec.delay = delay;
        spec.dt = 0.02;
        spec.populations[0].noise = {test::white_noise(0, 0.02), test::white_noise(1, 0.1)};
        SCOPED_TRACE(testing::Message()
                     << "method " << static_cast<int>(method) << " stages "
                     << static_cast<int>(stages) << " delay " << static_cast<int>(delay));
        expect_reference(spec, connectome, {.threads = 1 + comm.size() % 2});
      }
    }
  }
}

/// A region hears itself after fewer steps than any other.
TEST_F(Engine, EqualsTheReferenceWithShortDelaysToItself) {
  for (int lag = 1; lag <= 11; ++lag) {
    for (const DelayMode delay : {DelayMode::nearest, DelayMode::linear, DelayMode::cubic}) {
      SimulationSpec spec = test::default_spec("MontbrioPazoRoxin", CouplingForm::linear, 0.05);
      const double part = delay == DelayMode::nearest ? 0.0 : 0.3;
      const auto connectome = test::random_network(
          {.regions = 11, .shortest = 60.0, .delayed_self = (lag + part) * spec.dt * spec.speed});
      spec.delay = delay;
      spec.method = lag % 2 == 0 ? Method::euler : Method::heun;
      spec.stages = lag % 3 == 0 ? Stages::staged : Stages::held;
      spec.populations[0].noise = {test::white_noise(0, 0.02)};
      SCOPED_TRACE(testing::Message() << "lag " << lag << " delay " << static_cast<int>(delay));
      expect_reference(spec, connectome, {.threads = 1 + lag % 2});
    }
  }
}

TEST_F(Engine, EqualsTheReferenceForEveryCoupling) {
  const auto connectome = test::random_network({.undelayed_self = true});
  for (const auto& coupling : network::couplings()) {
    SimulationSpec spec = test::default_spec("Kuramoto", coupling.form, 0.01);
    spec.populations[0].noise = {test::white_noise(0, 0.01)};
    SCOPED_TRACE(std::string(coupling.name));
    expect_reference(spec, connectome, {.partition = "scattered"});
    spec.stages = Stages::staged;
    expect_reference(spec, connectome, {.threads = 2});
  }
}

TEST_F(Engine, EqualsTheReferenceForEveryModel) {
  const auto connectome = test::random_network({.regions = 17});
  for (const model::Entry* entry : model::catalogue()) {
    SimulationSpec spec =
        test::default_spec(std::string(entry->info.name), CouplingForm::linear, 0.001);
    spec.dt = 0.01;
    spec.populations[0].noise = {test::white_noise(0, 0.001)};
    SCOPED_TRACE(std::string(entry->info.name));
    expect_reference(spec, connectome, {.threads = 2});
  }
}

/// Ten regions: a whole tile and a part of one. Stages of their own, so that a method's stages
/// differ.
TEST_F(Engine, EqualsTheReferenceForEveryModelAndMethod) {
  const auto connectome = test::random_network({.regions = 10, .undelayed_self = true});
  for (const model::Entry* entry : model::catalogue()) {
    for (Method method :
         {Method::euler, Method::rk4, Method::exponential_euler, Method::symplectic_euler}) {
      SimulationSpec spec =
          test::default_spec(std::string(entry->info.name), CouplingForm::linear, 0.001);
      spec.method = method;
      spec.stages = Stages::staged;
      spec.dt = 0.01;
      spec.steps = 40;
      spec.populations[0].noise = {test::white_noise(0, 0.001)};
      SCOPED_TRACE(testing::Message()
                   << entry->info.name << " method " << static_cast<int>(method));
      expect_reference(spec, connectome, {.partition = "scattered"});
    }
  }
}

TEST_F(Engine, EqualsTheReferenceForAModelThatDerivesConstants) {
  const auto connectome = test::random_network({.regions = 13, .undelayed_self = true});
  static const model::Entry entry = model::compile<test::DerivingModel>();
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.05);
  spec.populations[0].model = &entry;
  spec.populations[0].links = {{entry.observable("energy"), 0}};
  spec.populations[0].parameters = {RegionValues(0.3), RegionValues(2.0)};
  spec.populations[0].parameters[0].values.clear();
  for (int i = 0; i < 13; ++i)
    spec.populations[0].parameters[0].values.push_back(0.1 + 0.02 * i);
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler}) {
    spec.method = method;
    expect_reference(spec, connectome, {.threads = 2, .partition = "scattered"});
  }
}

TEST_F(Engine, DoesNotDependOnLayout) {
  const auto connectome = test::random_network({.regions = 41, .shortest = 1.0});
  SimulationSpec spec = test::default_spec("Generic2dOscillator", CouplingForm::difference, 0.02);
  spec.populations[0].noise = {test::white_noise(1, 0.05)};
  for (const Layout& layout :
       {Layout{.threads = 2, .partition = "scattered"}, Layout{.sub_block = 1, .chunk = 7},
        Layout{.chunk = 33, .source_tile = 1}, Layout{.partition = "scattered", .source_tile = 5},
        Layout{.threads = 3, .sub_block = 4, .chunk = 50},
        Layout{.threads = 2, .history_slack = 0}}) {
    expect_reference(spec, connectome, layout);
  }
}

/// Stage by stage with the network too, where stages of all tiles wait for messages.
TEST_F(Engine, EqualsTheReferenceWithinBounds) {
  for (const bool undelayed : {false, true}) {
    const auto connectome =
        test::random_network({.undelayed_self = true, .undelayed_between = undelayed});
    for (Method method : {Method::euler, Method::heun, Method::rk4, Method::symplectic_euler}) {
      for (Stages stages : {Stages::held, Stages::staged}) {
        SimulationSpec spec = test::default_spec("Generic2dOscillator", CouplingForm::linear, 0.02);
        spec.method = method;
        spec.stages = stages;
        spec.populations[0].noise = {test::white_noise(0, 0.3)};
        const auto free = engine::run_reference(spec, connectome);
        spec.populations[0].bounds = {{-0.5, 0.7}, {-6.0, 1.0}};
        expect_reference(spec, connectome, {.threads = 2, .partition = "scattered"});
        EXPECT_NE(engine::run_reference(spec, connectome).states, free.states);
      }
    }
  }
}

TEST_F(Engine, TakesUndelayedEdgesBetweenRegions) {
  const auto connectome = test::random_network({.undelayed_self = true, .undelayed_between = true});
  for (Stages stages : {Stages::held, Stages::staged}) {
    for (Method method : {Method::euler, Method::heun, Method::rk4}) {
      SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.1);
      spec.stages = stages;
      spec.method = method;
      spec.populations[0].noise = {test::white_noise(0, 0.1)};
      SCOPED_TRACE(testing::Message() << "stages " << static_cast<int>(stages) << " method "
                                      << static_cast<int>(method));
      expect_reference(spec, connectome, {.threads = 2, .partition = "scattered"});
    }
  }
}

/// Steps between two looks at other regions, with nothing but sums and noise and with more.
TEST_F(Engine, TakesNetworksWithoutDelays) {
  const auto connectome = test::random_network({.regions = 41});
  engine::NoiseTerm slow = test::white_noise(0, 0.2);
  slow.kind = engine::NoiseTerm::Kind::ornstein_uhlenbeck;
  slow.tau = 3.0;
  const std::vector<std::vector<engine::NoiseTerm>> noises{
      {},
      {test::white_noise(1, 0.1)},
      {test::white_noise(0, 0.1), test::white_noise(1, 0.2)},
      {slow}};
  for (CouplingForm form : {CouplingForm::linear, CouplingForm::sigmoidal, CouplingForm::difference,
                            CouplingForm::hyperbolic_tangent}) {
    for (Method method : {Method::euler, Method::heun}) {
      for (const auto& noise : noises) {
        SimulationSpec spec = test::default_spec("Generic2dOscillator", form, 0.02);
        spec.speed = std::numeric_limits<double>::infinity();
        spec.method = method;
        spec.populations[0].noise = noise;
        expect_reference(
            spec, connectome,
            {.threads = method == Method::heun ? 2 : 1, .partition = "scattered", .chunk = 37});
      }
    }
  }
}

TEST_F(Engine, EqualsTheReferenceForEveryNoise) {
  const auto connectome = test::random_network({.regions = 12});
  std::vector<engine::NoiseTerm> kinds(10, test::white_noise(0, 0.3));
  kinds[1].kind = engine::NoiseTerm::Kind::ornstein_uhlenbeck;
  kinds[2].kind = engine::NoiseTerm::Kind::ornstein_uhlenbeck;
  kinds[2].on_input = true;
  kinds[3].kind = engine::NoiseTerm::Kind::per_step;
  kinds[3].on_input = true;
  kinds[3].distribution = engine::Distribution::uniform;
  kinds[4].multiplicative = true;
  kinds[4].calculus = engine::Calculus::stratonovich;
  kinds[5].on_input = true;
  kinds[5].shared = true;
  for (const std::size_t k : {6, 7})
    kinds[k].kind = engine::NoiseTerm::Kind::brownian;
  for (const std::size_t k : {8, 9}) {
    kinds[k].kind = engine::NoiseTerm::Kind::coloured;
    kinds[k].beta = 0.7;
    kinds[k].tau_min = 0.3;
    kinds[k].tau_max = 70.0;
  }
  kinds[7].on_input = kinds[9].on_input = true;
  kinds[7].sigma.values = {0.3, 0.0, 0.1, 0.2, 0.3, 0.4, 0.3, 0.2, 0.1, 0.5, 0.6, 0.7};
  kinds[9].distribution = engine::Distribution::uniform;
  for (const auto& noise : kinds) {
    for (Method method : {Method::euler, Method::heun, Method::exponential_euler}) {
      SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.02);
      spec.method = method;
      spec.populations[0].noise = {noise};
      expect_reference(spec, connectome, {.sub_block = 2});
      spec.populations[0].noise.push_back(test::white_noise(1, 0.1));
      expect_reference(spec, connectome, {.threads = 2, .partition = "scattered", .chunk = 37});
    }
  }
}

/// An input driven in some regions and a parameter that changes in all, by forms with edges inside
/// the run.
std::vector<engine::Stimulus> two_stimuli(int parameter, GlobalIndex regions) {
  engine::Stimulus on_input;
  on_input.weight.values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    on_input.weight.values.push_back(i % 3 == 0 ? 0.1 * static_cast<double>(i) : 0.0);
  on_input.function.form = model::TemporalForm::pulse_train;
  on_input.function.parameter = {0.7, 0.5, 1.3, 0.4};
  engine::Stimulus on_parameter;
  on_parameter.on = engine::StimulusOn::parameter;
  on_parameter.target = parameter;
  on_parameter.weight = RegionValues(1.0);
  on_parameter.function.form = model::TemporalForm::sinusoid;
  on_parameter.function.parameter = {0.05, 140.0, 0.3, 0.2, 4.0};
  return {on_input, on_parameter};
}

void Engine::expect_stimuli_on_states(const network::Connectome& connectome, Method method,
                                      Stages stages) {
  SimulationSpec spec = test::default_spec("Generic2dOscillator", CouplingForm::linear, 0.05);
  spec.method = method;
  spec.stages = stages;
  auto& own = spec.populations[0];
  engine::Stimulus on_state = two_stimuli(0, 19)[0];
  on_state.on = engine::StimulusOn::state;
  for (const int target : {0, 1, 0}) {
    on_state.target = target;
    own.stimuli.push_back(on_state);
  }
  expect_reference(spec, connectome, {.threads = 2, .partition = "scattered", .chunk = 13});
  own.noise = {test::white_noise(0, 0.1)};
  expect_reference(spec, connectome, {.sub_block = 2});
  engine::NoiseTerm slow = test::white_noise(1, 0.2);
  slow.kind = engine::NoiseTerm::Kind::ornstein_uhlenbeck;
  slow.tau = 3.0;
  own.noise.push_back(slow);
  expect_reference(spec, connectome, {.threads = 2, .chunk = 37});
}

TEST_F(Engine, EqualsTheReferenceWithStimuliOnStates) {
  // Staged edges without delay between regions take the stages one by one through all regions.
  for (const bool between : {false, true}) {
    const auto connectome =
        test::random_network({.regions = 19, .undelayed_self = true, .undelayed_between = between});
    for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                          Method::symplectic_euler}) {
      for (Stages stages : {Stages::held, Stages::staged}) {
        SCOPED_TRACE(testing::Message() << "method " << static_cast<int>(method) << " stages "
                                        << static_cast<int>(stages) << " between " << between);
        expect_stimuli_on_states(connectome, method, stages);
      }
    }
  }
}

/// What a stimulus adds to an input, from another simulation.
class StimulusAsFeed final : public engine::Feed {
 public:
  StimulusAsFeed(const engine::Stimulus& stimulus, double dt, const std::vector<GlobalIndex>& owned)
      : stimulus_(stimulus), dt_(dt), owned_(owned) {}
  void add(const engine::TileInput& to) const override {
    for (int s = 0; s < to.steps; ++s) {
      const double value = stimulus_.function.at(static_cast<double>(to.first + s) * dt_, dt_);
      double* row = to.input + (s * to.n_inputs + stimulus_.target) * model::lanes;
      for (int k = 0; k < to.regions; ++k)
        row[k] += stimulus_.weight(owned_[static_cast<std::size_t>(to.first_region + k)]) * value;
    }
  }

 private:
  engine::Stimulus stimulus_;
  double dt_;
  const std::vector<GlobalIndex>& owned_;
};

TEST_F(Engine, WhatAnotherSimulationSendsEntersAsAStimulusDoes) {
  engine::Stimulus stimulus = two_stimuli(0, 19)[0];
  for (const bool stagewise : {false, true}) {
    const auto connectome = test::random_network({.regions = 19, .undelayed_between = stagewise});
    if (stagewise) {  // where stimuli are read at each stage and this is held: one that stays
      stimulus.function.form = model::TemporalForm::step;
      stimulus.function.parameter = {0.7, 0.0};
    }
    for (CouplingForm form : {CouplingForm::linear, CouplingForm::difference}) {
      SimulationSpec spec = test::default_spec("Generic2dOscillator", form, 0.05);
      if (stagewise) spec.stages = Stages::staged;
      const SimulationSpec alone = spec;
      spec.populations[0].stimuli = {stimulus};
      const auto expected = engine::run_reference(spec, connectome);
      for (const int threads : {1, 2}) {
        const auto simulation =
            simulation_of(alone, connectome, {.threads = threads, .partition = "scattered"});
        const StimulusAsFeed feed(stimulus, spec.dt, simulation->owned());
        simulation->set_feed(feed);
        for (const Step until : {Step{1}, spec.steps / 3, spec.steps})
          static_cast<void>(simulation->run(until));
        EXPECT_TRUE(same_bits(comm, *simulation, spec, expected, 19)) << stagewise << threads;
      }
    }
  }
}

TEST_F(Engine, EqualsTheReferenceWithStimuliAndParametersThatChange) {
  const auto connectome = test::random_network({.regions = 19, .undelayed_self = true});
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler}) {
    for (Stages stages : {Stages::held, Stages::staged}) {
      for (CouplingForm form : {CouplingForm::linear, CouplingForm::difference}) {
        SimulationSpec spec = test::default_spec("ReducedWongWangExcInh", form, 0.05);
        spec.populations[0].links = {{spec.populations[0].model->observable("H_e"), 0}};
        spec.method = method;
        spec.stages = stages;
        spec.populations[0].stimuli = two_stimuli(spec.populations[0].model->parameter("J_i"), 19);
        SCOPED_TRACE(testing::Message() << "method " << static_cast<int>(method) << " stages "
                                        << static_cast<int>(stages));
        expect_reference(spec, connectome, {.threads = 2, .partition = "scattered", .chunk = 13});
      }
    }
  }
}

TEST_F(Engine, EqualsTheReferenceWhenDerivedConstantsFollowAParameter) {
  const auto connectome = test::random_network({.regions = 13, .undelayed_between = true});
  static const model::Entry entry = model::compile<test::DerivingModel>();
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.05);
  spec.populations[0].model = &entry;
  spec.populations[0].links = {{entry.observable("energy"), 0}};
  spec.populations[0].parameters = {RegionValues(0.3), RegionValues(2.0)};
  spec.populations[0].stimuli = two_stimuli(0, 13);
  for (Stages stages : {Stages::held, Stages::staged}) {
    spec.stages = stages;
    spec.method = Method::rk4;
    expect_reference(spec, connectome, {.threads = 2, .partition = "scattered"});
  }
}

TEST_F(Engine, EqualsTheReferenceWithSquaredWeights) {
  for (const bool between : {false, true}) {
    const auto connectome =
        test::random_network({.regions = 21, .undelayed_self = true, .undelayed_between = between});
    for (Stages stages : {Stages::held, Stages::staged}) {
      for (CouplingForm form : {CouplingForm::linear, CouplingForm::difference}) {
        SimulationSpec spec = test::default_spec("SupHopf", form, 0.05);
        spec.populations[0].links = {{0, 0, true}, {0, 1}, {1, 0}};
        spec.stages = stages;
        spec.delay = between ? engine::DelayMode::nearest : engine::DelayMode::cubic;
        SCOPED_TRACE(testing::Message()
                     << "between " << between << " stages " << static_cast<int>(stages));
        expect_reference(spec, connectome, {.threads = 2, .partition = "scattered", .chunk = 13});
      }
    }
  }
}

TEST_F(Engine, SquaredWeightsAreThoseOfAConnectomeOfSquares) {
  const auto connectome =
      test::random_network({.regions = 13, .undelayed_self = true, .undelayed_between = true});
  auto squares = connectome;
  for (double& weight : squares.weight)
    weight *= weight;
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::difference, 0.05);
  spec.populations[0].links = {{0, 0}};
  const auto expected = engine::run_reference(spec, squares).states;
  EXPECT_NE(engine::run_reference(spec, connectome).states, expected);
  spec.populations[0].links = {{0, 0, true}};
  EXPECT_EQ(engine::run_reference(spec, connectome).states, expected);
}

TEST_F(Engine, AStimulusChangesTheRun) {
  const auto connectome = test::random_network({.regions = 9});
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.02);
  const auto quiet = engine::run_reference(spec, connectome).states;
  for (const engine::Stimulus& stimulus : two_stimuli(0, 9)) {
    spec.populations[0].stimuli = {stimulus};
    EXPECT_NE(engine::run_reference(spec, connectome).states, quiet);
  }
}

/// A model with delays of its own that differ by region, one of an observable whose parameter
/// changes.
SimulationSpec delaying_spec(GlobalIndex regions) {
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 0.05);
  spec.populations[0].model = &test::delayed_entry();
  spec.populations[0].parameters = {RegionValues(0.6), RegionValues(-0.2), RegionValues(1.1),
                                    RegionValues(0.4), RegionValues(1.7)};
  spec.populations[0].parameters[3].values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    spec.populations[0].parameters[3].values.push_back(0.3 + 0.11 * static_cast<double>(i % 7));
  spec.populations[0].noise = {test::white_noise(0, 0.05)};
  spec.populations[0].stimuli = two_stimuli(spec.populations[0].model->parameter("s"), regions);
  return spec;
}

TEST_F(Engine, EqualsTheReferenceWithDelaysInsideRegions) {
  const auto connectome = test::random_network({.regions = 21, .undelayed_self = true});
  const std::vector<Layout> layouts{{.threads = 2, .partition = "scattered"},
                                    {.sub_block = 1, .chunk = 7},
                                    {.threads = 2, .sub_block = 3, .chunk = 33}};
  for (Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                        Method::symplectic_euler}) {
    for (Stages stages : {Stages::held, Stages::staged}) {
      SimulationSpec spec = delaying_spec(21);
      spec.method = method;
      spec.stages = stages;
      spec.populations[0].links = {{spec.populations[0].model->observable("square"), 0}};
      SCOPED_TRACE(testing::Message() << "method " << static_cast<int>(method) << " stages "
                                      << static_cast<int>(stages));
      for (const Layout& layout : layouts)
        expect_reference(spec, connectome, layout);
    }
  }
}

TEST_F(Engine, EqualsTheReferenceWithDelaysInsideRegionsStageByStageAndFromAGivenPast) {
  const auto connectome = test::random_network({.regions = 19, .undelayed_between = true});
  SimulationSpec spec = delaying_spec(19);
  engine::InitialHistory history;
  history.samples = 9;
  for (int i = 0; i < 9 * 19; ++i)
    history.values.push_back(0.01 * static_cast<double>(i % 31) - 0.1);
  for (Stages stages : {Stages::held, Stages::staged}) {
    spec.stages = stages;
    spec.history.reset();
    expect_reference(spec, connectome, {.threads = 2, .partition = "scattered"});
    spec.history = history;
    expect_reference(spec, connectome, {.threads = 2, .chunk = 11});
  }
}

TEST_F(Engine, EqualsTheReferenceFromAGivenPastThatIsReadFurtherBackByOtherRanks) {
  SimulationSpec spec = test::default_spec("ReducedWongWangExcInh", CouplingForm::linear, 0.05);
  spec.populations[0].links = {{spec.populations[0].model->observable("H_e"), 0}};
  engine::InitialHistory history;
  history.samples = 150;
  for (int i = 0; i < 150 * 2 * 19; ++i)
    history.values.push_back(0.01 * static_cast<double>(i % 31));
  spec.history = history;
  spec.populations[0].parameters[0].values.assign(19, spec.populations[0].parameters[0](0));
  spec.populations[0].parameters[0].values[7] *= 1.2;
  for (const bool undelayed : {false, true}) {
    const auto connectome = test::random_network({.regions = 19, .undelayed_between = undelayed});
    for (Stages stages : {Stages::held, Stages::staged}) {
      spec.stages = stages;
      expect_reference(spec, connectome, {.threads = 2});
      expect_reference(spec, connectome, {.partition = "scattered"});
    }
  }
}

TEST_F(Engine, RunsAreNoLongerThanTheShortestDelayInsideARegionAllows) {
  const auto connectome = test::random_network({.shortest = 30.0});
  for (const auto& [delay, longest] :
       {std::pair{0.1, 2}, std::pair{0.3, 4}, std::pair{1.5, 16}, std::pair{50.0, 32}}) {
    SimulationSpec spec = delaying_spec(23);
    spec.populations[0].parameters[3] = RegionValues(delay);
    spec.populations[0].parameters[4] = RegionValues(60.0);
    network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
    auto local = engine::distribute(comm, std::move(mine), owners(23, comm.size(), "block"), spec);
    EXPECT_LE(engine::Simulation(comm, spec, std::move(local), {}).sub_block(), longest);
    expect_reference(spec, connectome, {});
  }
}

TEST_F(Engine, ADelayInsideARegionShorterThanAStepIsRefusedOnAllRanks) {
  const auto connectome = test::random_network({.regions = 9});
  SimulationSpec spec = delaying_spec(9);
  spec.populations[0].parameters[3].values[8] = 0.01;
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  auto local = engine::distribute(comm, std::move(mine), owners(9, comm.size(), "block"), spec);
  EXPECT_THROW(engine::Simulation(comm, spec, std::move(local), {}), ConfigError);
}

TEST_F(Engine, RunsWithoutCouplingAndWithRegionsOfTheirOwn) {
  const auto connectome = test::random_network({.regions = 9});
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 1.0);
  spec.populations[0].links.clear();
  for (std::size_t i = 0; i < 9; ++i) {
    if (i == 0) spec.populations[0].parameters[0].values.clear();
    spec.populations[0].parameters[0].values.push_back(-0.1 * static_cast<double>(i));
  }
  expect_reference(spec, connectome, {});
}

TEST_F(Engine, WrongSeedAndUnsortedRowAreNoticed) {
  const auto connectome = test::random_network({});
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.02);
  spec.populations[0].noise = {test::white_noise(0, 0.1)};
  const auto expected = engine::run_reference(spec, connectome);
  spec.seed += 1;
  EXPECT_NE(engine::run_reference(spec, connectome).states, expected.states);
  spec.seed -= 1;
  auto unsorted = connectome;
  for (std::size_t i = 0; i + 1 < unsorted.row.size(); ++i) {
    const auto first = static_cast<std::ptrdiff_t>(unsorted.row[i]);
    const auto last = static_cast<std::ptrdiff_t>(unsorted.row[i + 1]);
    std::reverse(unsorted.source.begin() + first, unsorted.source.begin() + last);
    std::reverse(unsorted.weight.begin() + first, unsorted.weight.begin() + last);
    std::reverse(unsorted.length.begin() + first, unsorted.length.begin() + last);
  }
  EXPECT_NE(engine::run_reference(spec, unsorted).states, expected.states);
}

TEST_F(Engine, ALongerPeriodThanTheLookaheadIsNoticed) {
  if (comm.size() == 1) GTEST_SKIP() << "needs messages";
  const auto connectome = test::random_network({.shortest = 10.0, .longest = 40.0});
  SimulationSpec spec = test::default_spec("SupHopf", CouplingForm::linear, 0.5);
  spec.populations[0].noise = {test::white_noise(0, 0.5)};
  EXPECT_TRUE(equals_reference(spec, connectome, {.period = 32}));
  EXPECT_FALSE(equals_reference(spec, connectome, {.period = 64}));
}

/// Compares the states that it hears of with those of the reference.
class Listener final : public engine::Probe {
 public:
  Listener(const engine::ReferenceRun& expected, const engine::Simulation& simulation,
           std::size_t states, std::size_t regions, bool inputs)
      : expected_(expected),
        owned_(simulation.owned()),
        states_(states),
        regions_(regions),
        inputs_(inputs),
        next_(owned_.size(), 1) {}

  [[nodiscard]] bool wants_input() const override { return inputs_; }
  void record(const engine::TileSample& sample) override {
    for (int lane = 0; lane < sample.regions; ++lane) {
      const auto own = static_cast<std::size_t>(sample.first_region + lane);
      right_ = right_ && next_[own] == sample.first;
      next_[own] = sample.first + sample.steps;
      for (int s = 0; s < sample.steps; ++s) {
        for (std::size_t k = 0; k < states_; ++k) {
          const std::size_t row = static_cast<std::size_t>(sample.first - 1 + s) * states_ + k;
          const double want =
              expected_.states[row * regions_ + static_cast<std::size_t>(owned_[own])];
          const double got =
              sample.trace[(static_cast<std::size_t>(s) * states_ + k) * model::lanes +
                           static_cast<std::size_t>(lane)];
          right_ = right_ && std::memcmp(&got, &want, sizeof got) == 0;
        }
      }
    }
  }
  /// Of all regions, up to a step.
  [[nodiscard]] bool heard(Step now) const {
    return right_ &&
           std::all_of(next_.begin(), next_.end(), [now](Step n) { return n == now + 1; });
  }

 private:
  const engine::ReferenceRun& expected_;
  const std::vector<GlobalIndex>& owned_;
  std::size_t states_, regions_;
  bool inputs_;
  bool right_ = true;
  std::vector<Step> next_;  // (regions) the first step that has not been heard of
};

TEST_F(Engine, ProbesHearOfEveryStepOnceAndBeforeACallEnds) {
  for (const std::string undelayed : {"no", "some", "all"}) {
    const auto connectome = test::random_network({.undelayed_between = undelayed == "some"});
    SimulationSpec spec = test::default_spec("Generic2dOscillator", CouplingForm::linear, 0.02);
    if (undelayed == "all") spec.speed = std::numeric_limits<double>::infinity();
    spec.populations[0].noise = {test::white_noise(1, 0.05)};
    const auto expected = engine::run_reference(spec, connectome);
    for (const Step chunk : {Step{1}, Step{7}, Step{16}, Step{100}, spec.steps}) {
      const bool inputs = chunk == 7;
      SCOPED_TRACE(testing::Message() << "undelayed " << undelayed << " chunk " << chunk);
      const auto simulation = simulation_of(spec, connectome, {.partition = "scattered"});
      Listener listener(expected, *simulation, 2, 23, inputs);
      simulation->add_probe(listener);
      while (simulation->now() < spec.steps) {
        static_cast<void>(simulation->run(std::min(spec.steps, simulation->now() + chunk)));
        EXPECT_TRUE(comm.min(std::int64_t{listener.heard(simulation->now())}) == 1);
      }
    }
  }
}

/// Runs to the end and tells what diverged; "" when nothing did.
std::string divergence_of(const comm::Communicator& comm, const network::Connectome& connectome,
                          const SimulationSpec& spec, engine::SimulationOptions options,
                          Step stop = 0) {
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  const auto regions = connectome.n_regions();
  engine::Simulation simulation(
      comm, spec,
      engine::distribute(comm, std::move(mine), owners(regions, comm.size(), "scattered"), spec),
      options);
  for (Step n = 0; n < spec.steps; n = simulation.now()) {
    const engine::Outcome outcome =
        simulation.run(stop == 0 ? spec.steps : std::min(n + stop, spec.steps));
    if (outcome.kind == engine::Outcome::Kind::diverged)
      return engine::explain(outcome.divergence, spec);
  }
  return "";
}

TEST_F(Engine, DivergenceIsReportedAtTheSamePlaceOnAllRanks) {
  const auto connectome = test::random_network({.regions = 13});
  SimulationSpec spec = test::default_spec("Linear", CouplingForm::linear, 1.0);
  spec.populations[0].parameters[0] = RegionValues(300.0);
  spec.method = Method::euler;
  spec.steps = 4000;
  const std::string message = divergence_of(comm, connectome, spec, {});
  EXPECT_NE(message.find("variable 'x' of region"), std::string::npos) << message;
  EXPECT_NE(message.find("is not finite at t = "), std::string::npos) << message;
}

/// dx/dt = a x: 1 becomes exp(0.2 t), far beyond 2 within 53 ms, and finite for 3 s.
class FarOutside : public Engine, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(WithUndelayedEdgesOrNot, FarOutside, testing::Bool());

TEST_P(FarOutside, AStateHasDiverged) {
  const auto connectome = test::random_network({.regions = 13, .undelayed_between = GetParam()});
  SimulationSpec spec = test::default_spec("Hopf", CouplingForm::linear, 0.0);
  spec.populations[0]
      .parameters[static_cast<std::size_t>(spec.populations[0].model->parameter("a"))] =
      RegionValues(0.2);
  spec.populations[0]
      .parameters[static_cast<std::size_t>(spec.populations[0].model->parameter("beta"))] =
      RegionValues(0.0);
  for (engine::InitialValue& initial : spec.populations[0].initial)
    initial = {RegionValues(1.0), std::nullopt};
  spec.steps = 4000;
  const std::string message = divergence_of(comm, connectome, spec, {});
  EXPECT_NE(message.find("Hopf variable '"), std::string::npos) << message;
  EXPECT_NE(message.find("far outside of what its equations mean (-4e+04 to 4e+04)"),
            std::string::npos)
      << message;
  engine::SimulationOptions options;
  for (const Step sub_block : {Step{1}, Step{4}}) {
    options.sub_block = sub_block;
    EXPECT_EQ(divergence_of(comm, connectome, spec, options), message);
  }
  for (const Step stop : {Step{1}, Step{7}, Step{100}})
    EXPECT_EQ(divergence_of(comm, connectome, spec, {}, stop), message);
  const comm::Communicator self(MPI_COMM_SELF);
  options.threads = 3;
  EXPECT_EQ(divergence_of(self, connectome, spec, options), message);
}

}  // namespace
}  // namespace arcuate
