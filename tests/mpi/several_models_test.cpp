#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <tuple>

#include "arcuate/engine/reference.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/monitor/sensors.hpp"
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
  if (on_parameter) stimulus.on = engine::StimulusOn::parameter;
  stimulus.weight.values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    stimulus.weight.values.push_back(i % 3 == 0 ? 0.1 : 0.02);
  stimulus.function.form = model::TemporalForm::pulse_train;
  stimulus.function.parameter = {0.7, 0.5, 1.3, 0.4};
  return stimulus;
}

/// Adds the population of `other` for the regions that `has` accepts; its number is the next.
template <class Has>
void add_model(SimulationSpec& spec, const SimulationSpec& other, GlobalIndex regions,
               const Has& has) {
  spec.population_of.resize(static_cast<std::size_t>(regions), 0);
  spec.populations.push_back(other.populations[0]);
  const auto number = static_cast<std::uint8_t>(spec.populations.size() - 1);
  for (auto& noise : spec.populations.back().noise)
    noise.shared_by = number;
  for (GlobalIndex i = 0; i < regions; ++i) {
    if (has(i)) spec.population_of[static_cast<std::size_t>(i)] = number;
  }
}

SimulationSpec mean_field(CouplingForm form, Method method, Stages stages) {
  SimulationSpec spec = test::default_spec("ReducedWongWangExcInh", form, 0.05);
  spec.populations[0].links = {{spec.populations[0].model->observable("S_e"), 0}};
  spec.method = method;
  spec.stages = stages;
  spec.populations[0].noise = {test::white_noise(0, 0.02)};
  return spec;
}

SimulationSpec oscillator(CouplingForm form, GlobalIndex regions) {
  SimulationSpec spec = test::default_spec("Generic2dOscillator", form, 0.05);
  spec.populations[0].links = {{1, 0}};
  spec.populations[0].parameters[0].values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    spec.populations[0].parameters[0].values.push_back(1.0 + 0.01 * static_cast<double>(i));
  engine::NoiseTerm input = test::white_noise(0, 0.3);
  input.kind = engine::NoiseTerm::Kind::ornstein_uhlenbeck;
  input.on_input = true;
  input.shared = true;
  input.tau = 5.0;
  spec.populations[0].noise = {test::white_noise(1, 0.05), input};
  spec.populations[0].stimuli = {pulses(0, false, regions), pulses(1, true, regions)};
  return spec;
}

SimulationSpec with_delays_inside(CouplingForm form, GlobalIndex regions) {
  SimulationSpec spec = test::default_spec("Linear", form, 0.05);
  spec.populations[0].model = &test::delayed_entry();
  spec.populations[0].parameters = {RegionValues(0.6), RegionValues(-0.2), RegionValues(1.1),
                                    RegionValues(0.4), RegionValues(1.7)};
  spec.populations[0].parameters[3].values.clear();
  for (GlobalIndex i = 0; i < regions; ++i)
    spec.populations[0].parameters[3].values.push_back(0.3 + 0.11 * static_cast<double>(i % 7));
  spec.populations[0].links = {{spec.populations[0].model->observable("square"), 0}};
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
      static_cast<void>(simulation.run(std::min(spec.steps, simulation.now() + layout.chunk)));
    const auto n = static_cast<std::size_t>(connectome.n_regions());
    std::vector<double> last(states * n);
    for (std::size_t i = 0; i < simulation.owned().size(); ++i) {
      const GlobalIndex region = simulation.owned()[i];
      for (std::size_t k = 0; k < spec.at(region).model->info.states.size(); ++k) {
        last[k * n + static_cast<std::size_t>(region)] =
            simulation.state(static_cast<LocalIndex>(i), static_cast<int>(k));
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

/// One model has a table, assigned states and a link with squared weights, the other none of these.
TEST_F(SeveralModels, EqualTheReferenceWhenOneLooksUpATable) {
  constexpr GlobalIndex regions = 21;
  const auto connectome = test::random_network({.regions = regions, .undelayed_self = true});
  for (Method method : {Method::euler, Method::heun}) {
    SimulationSpec spec = test::default_spec("ALN", CouplingForm::linear, 1.0);
    ASSERT_EQ(spec.populations[0].links.size(), 2U);
    spec.method = method;
    spec.populations[0].noise = {
        test::white_noise(spec.populations[0].model->observable("mue_ou"), 0.1)};
    SimulationSpec other = mean_field(CouplingForm::linear, method, Stages::held);
    other.populations[0].links = {{other.populations[0].model->observable("S_e"), 0}, {1, 0}};
    add_model(spec, other, regions, [](GlobalIndex i) { return i % 4 == 1; });
    EXPECT_TRUE(equals_reference(spec, connectome, {.threads = 2, .scattered = true}));
    EXPECT_TRUE(equals_reference(spec, connectome, {.sub_block = 1, .chunk = 13}));
  }
}

/// Without edges between them two halves are what they are in networks of one model.
TEST_F(SeveralModels, WithoutCouplingHaveTheBitsOfSeparateNetworks) {
  constexpr GlobalIndex regions = 24;
  network::Connectome connectome = test::random_network({.regions = regions});
  std::fill(connectome.weight.begin(), connectome.weight.end(), 0.0);
  const SimulationSpec first = mean_field(CouplingForm::linear, Method::heun, Stages::held);
  SimulationSpec second = oscillator(CouplingForm::linear, regions);
  second.populations[0].noise[1].shared_by = 1;
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
  for (auto& initial : spec.populations[0].initial)
    initial = {RegionValues(0.1), std::nullopt};
  spec.populations[0].noise = {test::white_noise(0, 0.1)};
  spec.populations[0].noise.front().shared = true;
  const SimulationSpec alike = spec;
  add_model(spec, alike, regions, [](GlobalIndex i) { return i >= 8; });
  const auto states = engine::run_reference(spec, connectome).states;
  EXPECT_EQ(states[0], states[7]);
  EXPECT_EQ(states[8], states[15]);
  EXPECT_NE(states[7], states[8]);
  EXPECT_TRUE(equals_reference(spec, connectome, {.scattered = true}));
}

/// Keeps what this rank appends, by (series, sample, variable, column).
class Kept final : public monitor::SampleSink {
 public:
  explicit Kept(std::vector<int> n_variables) : n_variables_(std::move(n_variables)) {}

  void append(int series, Step first, Step samples, std::vector<double>& data,
              const std::vector<GlobalIndex>& owned) override {
    EXPECT_TRUE(std::is_sorted(owned.begin(), owned.end()));
    auto at = data.begin();
    for (Step sample = first; sample < first + samples; ++sample) {
      for (int variable = 0; variable < n_variables_[static_cast<std::size_t>(series)];
           ++variable) {
        for (const GlobalIndex column : owned)
          values[{series, sample, variable, column}] = *at++;
      }
    }
  }

  std::map<std::tuple<int, Step, int, GlobalIndex>, double> values;

 private:
  std::vector<int> n_variables_;
};

monitor::MonitorSpec monitor_of(std::string_view kind, const SimulationSpec& spec,
                                const std::vector<std::string>& names, Step period) {
  monitor::MonitorSpec monitor;
  monitor.kind = &monitor::kind_called(kind);
  monitor.period = period;
  for (int number = 0; number < spec.n_populations(); ++number) {
    std::vector<int> indices;
    for (const std::string& name : names)
      indices.push_back(spec.population(number).model->observable(name));
    monitor.variables_by_model.push_back(std::move(indices));
  }
  return monitor;
}

/// A state of the reference run, not a number where the model of the region has none of that name.
double state_of(const SimulationSpec& spec, const engine::ReferenceRun& run, Step step,
                const std::string& name, GlobalIndex region) {
  const auto n = static_cast<Step>(spec.population_of.size());
  const int k = spec.at(region).model->state(name);
  const auto n_states = static_cast<Step>(run.states.size()) / (n * spec.steps);
  if (k < 0) return std::numeric_limits<double>::quiet_NaN();
  return run.states[static_cast<std::size_t>(((step - 1) * n_states + k) * n + region)];
}

TEST_F(SeveralModels, AreRecordedWhereTheyHaveTheVariable) {
  constexpr GlobalIndex regions = 29;
  const auto connectome = test::random_network({.regions = regions});
  const SimulationSpec spec =
      three_models(CouplingForm::linear, Method::heun, Stages::held, regions);
  const std::vector<std::string> names{"W", "S_e", "V"};
  std::vector<monitor::MonitorSpec> monitors{
      monitor_of("raw", spec, names, 10), monitor_of("global_average", spec, names, 20),
      monitor_of("spatial_average", spec, names, 50), monitor_of("eeg", spec, names, 1)};
  monitors[2].group_names = {"no oscillators", "all"};
  for (GlobalIndex i = 0; i < regions; ++i)
    monitors[2].region_group.push_back(i == 0 || i == 5 ? 0 : 1);
  const auto sensors = std::make_shared<monitor::Sensors>();
  for (GlobalIndex i = 0; i < regions; ++i)
    sensors->gain.push_back(0.1 * static_cast<double>(i) - 0.7);
  monitors[3].sensor_names = {"A"};
  monitors[3].sensors = sensors;
  const auto expected = engine::run_reference(spec, connectome);
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  const auto owner = owners(regions, true);
  engine::Simulation simulation(comm, spec, engine::distribute(comm, std::move(mine), owner, spec),
                                {});
  EXPECT_EQ(simulation.owned(),
            engine::by_population(engine::regions_of(owner, comm.rank()), spec));
  monitor::Recorder recorder(comm, monitor::recorded_models(spec), monitors, simulation.owned(),
                             regions, spec.dt, 0, spec.steps, 1, 5000);
  simulation.add_probe(recorder);
  Kept kept({3, 3, 3, 3});
  while (simulation.now() < spec.steps) {
    static_cast<void>(simulation.run(recorder.next_flush(simulation.now())));
    recorder.flush(kept);
  }
  std::int64_t different = 0;
  for (const auto& [key, got] : kept.values) {
    const auto& [series, sample, variable, column] = key;
    const Step step = (sample + 1) * monitors[static_cast<std::size_t>(series)].period;
    const std::string& name = names[static_cast<std::size_t>(variable)];
    double sum = 0.0;
    double count = 0.0;
    for (GlobalIndex i = 0; i < regions; ++i) {
      const double value = state_of(spec, expected, step, name, i);
      const bool inside =
          series == 0
              ? i == column
              : series != 2 || monitors[2].region_group[static_cast<std::size_t>(i)] == column;
      if (!inside || std::isnan(value)) continue;
      sum += series == 3 ? sensors->gain[static_cast<std::size_t>(i)] * value : value;
      count += 1.0;
    }
    const double want = series == 3 ? sum : sum / count;
    different += std::isnan(want) ? !std::isnan(got) : std::memcmp(&got, &want, sizeof got) != 0;
  }
  EXPECT_EQ(comm.sum(different), 0);
  const std::int64_t rows =
      3 * (spec.steps / 10 * regions + spec.steps / 20 + spec.steps / 50 * 2 + spec.steps);
  EXPECT_EQ(comm.sum(static_cast<std::int64_t>(kept.values.size())), rows);
}

TEST_F(SeveralModels, AreNamedWhereAVariableIsMissingOrHasAnotherUnit) {
  constexpr GlobalIndex regions = 12;
  SimulationSpec spec = test::default_spec("JansenRit", CouplingForm::linear, 0.0);
  add_model(spec, test::default_spec("Thalamus", CouplingForm::linear, 0.0), regions,
            [](GlobalIndex i) { return i > 5; });
  const std::vector<monitor::MonitorSpec> monitors{monitor_of("raw", spec, {"y0", "V_t"}, 1)};
  const monitor::Recorder recorder(comm, monitor::recorded_models(spec), monitors, {}, regions,
                                   spec.dt, 0, spec.steps, 1, 5000);
  const monitor::SeriesInfo series = recorder.series({}).front();
  EXPECT_EQ(series.variables, (std::vector<std::string>{"y0", "V_t"}));
  EXPECT_EQ(series.units, (std::vector<std::string>{"mV", "mV"}));
  EXPECT_EQ(series.missing, "y0: Thalamus; V_t: JansenRit");
}

}  // namespace
}  // namespace arcuate
