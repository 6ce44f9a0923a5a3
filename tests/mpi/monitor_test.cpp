#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "support/networks.hpp"

/// The recorder fed with made-up states, against sums written out here.
namespace arcuate::monitor {
namespace {

constexpr std::array<model::StateInfo, 2> states{
    {{"x", "mV", 0.0, {}, 0.0, 0.0, ""}, {"y", "Hz", 0.0, {}, 0.0, 0.0, ""}}};
constexpr std::array<model::InputInfo, 2> inputs{{{"c", "mV", "", "", ""}, {"d", "1", "", "", ""}}};
constexpr std::array<model::ObservableInfo, 2> observables{
    {{"product", "mV Hz", false, ""}, {"driven", "mV", true, ""}}};
/// lfp and difference are expressions of a study.
enum Variable { x = 0, y = 1, product = 2, driven = 3, lfp = 4, difference = 5 };
constexpr const char* text_of_lfp = "(product - x) * driven + d / 2";
constexpr const char* text_of_difference = "x > 0.5 ? x - y : product * 3";

model::Entry two_state_model() {
  model::Entry entry;
  entry.info.states = states;
  entry.info.inputs = inputs;
  entry.info.observables = observables;
  return entry;
}

/// A made-up state or input; its sums have other bits in another order.
double value(bool input, int k, GlobalIndex region, Step step) {
  const auto phase = 1.7 * static_cast<double>(region) + 0.31 * static_cast<double>(step);
  return (input ? 3.0 : 1.0) * std::sin(phase + k) + k;
}

double observable(int variable, GlobalIndex region, Step step) {
  const double x_value = value(false, x, region, step);
  if (variable == product) return x_value * value(false, y, region, step);
  if (variable == driven) return x_value + value(true, 0, region, step);
  if (variable == lfp) {
    const double first = observable(product, region, step) - x_value;
    return first * observable(driven, region, step) + value(true, 1, region, step) / 2.0;
  }
  if (variable == difference) {
    return x_value > 0.5 ? x_value - value(false, y, region, step)
                         : observable(product, region, step) * 3.0;
  }
  return value(false, variable, region, step);
}

class FakeKernel final : public model::Kernel {
 public:
  int stages() const override { return 1; }
  model::Method integration_method() const override { return model::Method::euler; }
  std::span<const model::StateInfo> states() const override { return {}; }
  model::Phase phase(int) const override { return model::Phase::begin; }
  int scratch_rows() const override { return 0; }
  model::KernelRows rows() const override { return {2, 2, 0, 0}; }
  bool derives() const override { return false; }
  void derive_of_one(double*) const override {}
  bool advance_at_once(std::span<const model::TileRun>, double, int) const override { return true; }
  model::StageFunction stage_function(int) const override { return nullptr; }
  const double* stage_state(const model::Tile&, int) const override { return nullptr; }
  void observe(int index, int steps, const double* trace, const double*, int, const double* input,
               double* out) const override {
    for (int step = 0; step < steps; ++step, trace += 2 * model::lanes, out += model::lanes) {
      for (int lane = 0; lane < model::lanes; ++lane) {
        const double other = index == 0 ? trace[model::lanes + lane] : input[lane];
        out[lane] = index == 0 ? trace[lane] * other : trace[lane] + other;
      }
      if (input != nullptr) input += 2 * model::lanes;
    }
  }
  void rhs_of_one(const double*, const double*, const double*, double*) const override {}
  void jacobian_of_one(const double*, const double*, const double*, double*) const override {}
  double observe_one(int, const double*, const double*, const double*) const override { return 0; }
};

/// Keeps what this rank appends, and checks that samples come once and in order.
class Collector final : public SampleSink {
 public:
  explicit Collector(std::vector<int> n_variables) : n_variables_(std::move(n_variables)) {}

  void append(int series, Step first, Step samples, std::vector<double>& data,
              const std::vector<GlobalIndex>& owned) override {
    const int variables = n_variables_[static_cast<std::size_t>(series)];
    EXPECT_EQ(first, next_[series]);
    EXPECT_GE(samples, 1);
    next_[series] = first + samples;
    longest = std::max(longest, samples);
    ASSERT_GE(data.size(), static_cast<std::size_t>(samples * variables) * owned.size());
    auto at = data.begin();
    for (Step sample = first; sample < first + samples; ++sample) {
      for (int variable = 0; variable < variables; ++variable) {
        for (const GlobalIndex column : owned) {
          kept[{series, sample, variable, column}] = *at++;
        }
      }
    }
  }

  std::map<std::tuple<int, Step, int, GlobalIndex>, double> kept;
  Step longest = 0;

 private:
  std::vector<int> n_variables_;
  std::map<int, Step> next_;
};

/// How the same simulation is cut up.
struct Cut {
  int run = 32;       ///< [steps] a tile is recorded at once
  Step pause = 1000;  ///< [steps] between two flushes, at most
  std::int64_t buffer_bytes = 1 << 20;
  int threads = 1;
  std::string owners = "block";
};

struct Study {
  GlobalIndex regions = 19;
  Step transient = 11;
  Step steps = 173;
  std::vector<MonitorSpec> monitors;
};

MonitorSpec monitor(std::string_view kind, const std::string& name, std::vector<int> variables,
                    Step period) {
  MonitorSpec spec;
  spec.kind = &kind_called(kind);
  spec.name = name;
  spec.variables_by_model = {std::move(variables)};
  spec.period = period;
  return spec;
}

/// The variables that the study computes become so.
MonitorSpec computing(MonitorSpec spec) {
  for (int& variable : spec.variables_by_model.front()) {
    ComputedVariable& own = spec.computed.emplace_back();
    if (variable < lfp) continue;
    own.name = variable == lfp ? "lfp" : "difference";
    own.program = expression::compile(variable == lfp ? text_of_lfp : text_of_difference);
    own.unit = "mV";
    variable = 0;
  }
  return spec;
}

/// As observable() counts them.
int what_of(const MonitorSpec& spec, int variable) {
  const auto at = static_cast<std::size_t>(variable);
  const ComputedVariable* const computed = spec.computed_at(at);
  if (computed == nullptr) return spec.variables_of(0)[at];
  return computed->name == "lfp" ? lfp : difference;
}

/// With values by region where a kind takes them.
MonitorSpec haemodynamic(std::string_view kind, const std::string& name, std::vector<int> variables,
                         Step period, Step step) {
  MonitorSpec spec = monitor(kind, name, std::move(variables), period);
  spec.choices.assign(spec.kind->choices.size(), 0);
  spec.step = step;
  for (const double value : spec.kind->choices.front().options.front().values)
    spec.parameters.emplace_back(value);
  std::vector<double> decay;
  for (int region = 0; region < 19; ++region)
    decay.push_back(0.5 + 0.01 * region);
  if (spec.kind->by_region) {
    spec.parameters.front() = RegionValues(std::move(decay));
    spec.parameters[9] = RegionValues(0.01);  // the made-up source is negative too
  } else {
    spec.parameters.back() = RegionValues(0.003);  // 15 steps
  }
  return spec;
}

/// Sensors with a made-up gain of the regions that the monitor reads; noise: of each sensor, or a
/// lower factor.
MonitorSpec sensing(MonitorSpec spec, std::size_t regions, std::vector<std::string> names,
                    std::vector<double> noise, Sensors::Reference reference) {
  auto sensors = std::make_shared<Sensors>();
  for (std::size_t i = 0; i < regions * names.size(); ++i)
    sensors->gain.push_back(std::cos(0.7 * static_cast<double>(i)));
  sensors->noise = std::move(noise);
  sensors->reference = reference;
  sensors->reference_sensor = 1;
  sensors->seed = 9;
  sensors->stream = sensor_stream(3, 0);
  sensors->offset = 0.25;
  sensors->unit = "uV";
  spec.sensor_names = std::move(names);
  spec.sensors = std::move(sensors);
  return spec;
}

/// What one sensor records of the means of the regions, before its reference.
double of_sensor(const MonitorSpec& spec, int variable, Step sample, GlobalIndex column,
                 const std::vector<double>& means) {
  const Sensors& sensors = *spec.sensors;
  const auto n = spec.sensor_names.size();
  const auto s = static_cast<std::size_t>(column);
  double signal = 0.0;
  for (std::size_t r = 0; r < means.size(); ++r)
    signal += sensors.gain[r * n + s] * means[r];
  const random::Stream stream{sensors.seed, sensors.stream + static_cast<std::uint32_t>(variable)};
  const auto draw = [&](std::size_t k) {
    return static_cast<double>(random::normal(stream, static_cast<std::uint32_t>(k), sample));
  };
  if (sensors.noise.size() == n) return signal + sensors.noise[s] * draw(s);
  double noise = 0.0;
  for (std::size_t k = 0; k <= s; ++k)
    noise += sensors.noise[s * n + k] * draw(k);
  return signal + noise;
}

Study every_kind() {
  Study study;
  std::vector<std::string> shaft;  // more than are drawn together
  std::vector<double> deviations;
  for (int contact = 0; contact < 11; ++contact) {
    shaft.push_back("P" + std::to_string(contact));
    deviations.push_back(0.1 * contact);
  }
  study.monitors = {monitor("raw", "raw", {y, product}, 1),
                    monitor("raw", "some", {driven, x}, 4),
                    monitor("temporal_average", "means", {x, product}, 7),
                    monitor("global_average", "global", {x, driven}, 3),
                    monitor("spatial_average", "lobes", {y}, 5),
                    monitor("afferent_coupling", "inputs", {1, 0}, 10),
                    monitor("exponential_average", "slow", {driven, x}, 3),
                    haemodynamic("bold", "balloon", {driven, x}, 9, 3),
                    haemodynamic("hrf_bold", "response", {product, driven}, 6, 2),
                    sensing(monitor("eeg", "head", {x, driven}, 5), 19, {"A", "B", "C"},
                            {0.5, 0, 0, 0.2, 0.7, 0, -0.1, 0.3, 0.4}, Sensors::Reference::average),
                    sensing(monitor("seeg", "shaft", {product}, 2), 4, shaft, deviations,
                            Sensors::Reference::sensor)};
  study.monitors[10].regions = {2, 3, 11, 18};
  study.monitors[6].numbers = {0.5};
  study.monitors[1].regions = {1, 8, 9, 17};
  study.monitors[4].region_group = {1, 0, -1, 1, 1, 0, 2, 1, 1, 0, -1, 1, 1, 0, 2, 1, 1, 0, 0};
  study.monitors[4].group_names = {"frontal", "parietal", "occipital"};
  return study;
}

/// The same with expressions, and the inputs averaged.
Study every_kind_with_expressions() {
  Study study = every_kind();
  std::vector<MonitorSpec> more{
      computing(monitor("raw", "formula", {difference, lfp, y}, 4)),
      computing(monitor("temporal_average", "mean lfp", {lfp, difference}, 6)),
      computing(monitor("global_average", "global lfp", {difference, lfp}, 5)),
      computing(monitor("exponential_average", "slow lfp", {lfp}, 3)),
      computing(haemodynamic("bold", "of lfp", {difference}, 9, 3)),
      computing(haemodynamic("hrf_bold", "response of lfp", {lfp}, 6, 2)),
      computing(sensing(monitor("eeg", "head of lfp", {lfp, x}, 5), 19, {"A", "B", "C"},
                        {0.1, 0, 0.3}, Sensors::Reference::average)),
      computing(monitor("afferent_coupling", "inputs and lfp", {1, lfp}, 10)),
      monitor("afferent_coupling_average", "mean inputs", {1, 0}, 10)};
  more[3].numbers = {0.5};
  study.monitors.insert(study.monitors.end(), more.begin(), more.end());
  return study;
}

std::vector<GlobalIndex> owned_by(int rank, int ranks, GlobalIndex regions,
                                  const std::string& how) {
  std::vector<GlobalIndex> owned;
  for (GlobalIndex region = 0; region < regions; ++region) {
    int owner = static_cast<int>(region * ranks / regions);
    if (how == "scattered") owner = static_cast<int>(region * 7 % regions % ranks);
    if (how == "all on the last") owner = ranks - 1;
    if (owner == rank) owned.push_back(region);
  }
  return owned;
}

class Monitors : public testing::Test {
 protected:
  Monitors() : world_(MPI_COMM_WORLD), model_(two_state_model()) {}

  /// States `first` .. `last` of one tile; unused lanes are not numbers.
  void give_tile(Recorder& recorder, const std::vector<GlobalIndex>& owned, LocalIndex tile,
                 Step first, Step last, int threads) {
    engine::TileSample sample;
    sample.first_region = tile * model::lanes;
    sample.regions = std::min(static_cast<int>(owned.size()) - sample.first_region, model::lanes);
    sample.thread = static_cast<int>(tile) % threads;
    sample.first = first;
    sample.steps = static_cast<int>(last - first + 1);
    const std::size_t size = static_cast<std::size_t>(sample.steps) * 2 * model::lanes;
    constexpr std::size_t row = 2 * model::lanes;
    std::vector<double> trace(row + size, std::numeric_limits<double>::quiet_NaN());
    std::vector<double> input(size, std::numeric_limits<double>::quiet_NaN());
    sample.kernel = &kernel_;
    sample.trace = trace.data() + row;  // behind the state before
    sample.input = recorder.wants_input() ? input.data() : nullptr;
    for (std::size_t i = 0; i < row + size; ++i) {
      const auto lane = static_cast<int>(i % model::lanes);
      if (lane >= sample.regions) continue;
      const GlobalIndex region = owned[static_cast<std::size_t>(sample.first_region + lane)];
      const auto k = static_cast<int>(i / model::lanes % 2);
      const Step step = first - 1 + static_cast<Step>(i / row);
      trace[i] = value(false, k, region, step);
      // The step that ends at a sample begins with what the state before it causes.
      if (i < size) input[i] = value(true, k, region, step);
    }
    recorder.record(sample);
  }

  Collector simulate(const Study& study, const Cut& cut) {
    const auto owned = owned_by(world_.rank(), world_.size(), study.regions, cut.owners);
    Recorder recorder(world_, {{&model_}, {}}, study.monitors, owned, study.regions, 0.1,
                      study.transient, study.steps, cut.threads, cut.buffer_bytes);
    std::vector<int> n_variables;
    for (const MonitorSpec& spec : study.monitors) {
      n_variables.push_back(static_cast<int>(spec.n_variables()));
    }
    Collector collector(n_variables);
    const auto tiles = (static_cast<LocalIndex>(owned.size()) + model::lanes - 1) / model::lanes;
    for (Step now = 0; now < recorder.last_step();) {
      const Step limit = recorder.next_flush(now);
      EXPECT_EQ(limit, world_.max(limit));
      EXPECT_EQ(limit, world_.min(limit));
      if (limit <= now) throw std::runtime_error("the recorder is full after a flush");
      const Step until = std::min(limit, now + cut.pause);
      for (LocalIndex tile = tiles - 1; tile >= 0; --tile) {
        for (Step first = now + 1; first <= until; first += cut.run) {
          const Step last = std::min(first + cut.run - 1, until);
          give_tile(recorder, owned, tile, first, last, cut.threads);
        }
      }
      now = until;
      recorder.flush(collector);
    }
    return collector;
  }

  /// A sample of a filter that has one region and one variable, and all steps in one run: its
  /// numbers are for the tests of its kind.
  static double alone(const Study& study, int series, int variable, GlobalIndex region,
                      Step sample) {
    using Key = std::tuple<std::string, Step, Step, int, GlobalIndex>;
    static std::map<Key, std::vector<double>> known;
    MonitorSpec spec = study.monitors[static_cast<std::size_t>(series)];
    const int what = what_of(spec, variable);
    std::vector<double>& all = known[{spec.name, study.transient, study.steps, what, region}];
    if (!all.empty()) return all[static_cast<std::size_t>(sample)];
    spec.variables_by_model = {{what}};
    const Schedule when = schedule(spec.kind->looks, spec.period, study.transient, study.steps);
    const std::vector<GlobalIndex> mine{region};
    const auto filter = spec.kind->make_filter(setting_of(spec, when, mine, 0.1));
    SampleWindow window(when, 1, {0, 1}, when.samples);
    std::vector<double> rows(static_cast<std::size_t>(study.steps * model::lanes));
    for (Step step = 1; step <= study.steps; ++step)
      rows[static_cast<std::size_t>((step - 1) * model::lanes)] = observable(what, region, step);
    const Rows own{rows.data(), model::lanes};
    filter->take({0, 1, 1, static_cast<int>(study.steps)}, 0, {&own, 1}, window);
    window.drain(when.samples, [&](const std::vector<double>& data) { all = data; });
    return all[static_cast<std::size_t>(sample)];
  }

  /// The same of a sensor.
  static double sensed(const Study& study, const MonitorSpec& spec, Step sample, int variable,
                       GlobalIndex column) {
    const Step step =
        schedule(spec.kind->looks, spec.period, study.transient, study.steps).step_of(sample);
    std::vector<double> means;
    for (const GlobalIndex region : regions_of(spec, study.regions)) {
      double sum = 0.0;
      for (Step t = step - spec.period + 1; t <= step; ++t)
        sum += observable(what_of(spec, variable), region, t);
      means.push_back(sum / static_cast<double>(spec.period));
    }
    const auto n = static_cast<GlobalIndex>(spec.sensor_names.size());
    const auto signal = [&](GlobalIndex s) { return of_sensor(spec, variable, sample, s, means); };
    double reference = 0.0;
    if (spec.sensors->reference == Sensors::Reference::average) {
      for (GlobalIndex s = 0; s < n; ++s)
        reference += signal(s);
      reference /= static_cast<double>(n);
    } else {
      reference = signal(spec.sensors->reference_sensor);
    }
    return signal(column) - reference + spec.sensors->offset;
  }

  /// The sample as its definition says, in the order of sums that is promised.
  static double expected(const Study& study, int series, Step sample, int variable,
                         GlobalIndex column) {
    const MonitorSpec& spec = study.monitors[static_cast<std::size_t>(series)];
    const Step step =
        schedule(spec.kind->looks, spec.period, study.transient, study.steps).step_of(sample);
    const int what = what_of(spec, variable);
    const auto at = static_cast<std::size_t>(column);
    const GlobalIndex region = spec.regions.empty() ? column : spec.regions[at];
    double sum = 0.0;
    double count = 0.0;
    const std::string_view kind = spec.kind->name;
    if (spec.kind->regions == Regions::seen) return sensed(study, spec, sample, variable, column);
    if (!spec.kind->choices.empty()) return alone(study, series, variable, region, sample);
    if (kind == "raw") return observable(what, region, step);
    if (kind == "afferent_coupling")
      return what == lfp ? observable(lfp, region, step) : value(true, what, region, step);
    if (kind == "afferent_coupling_average") {
      for (Step t = step - spec.period + 1; t <= step; ++t)
        sum += value(true, what, region, t);
      return sum / static_cast<double>(spec.period);
    }
    if (kind == "exponential_average") {
      double y = observable(what, region, 1);
      for (Step t = 1; t <= step; ++t)
        y += -std::expm1(-0.1 / 0.5) * (observable(what, region, t) - y);
      return y;
    }
    if (kind == "temporal_average") {
      for (Step t = step - spec.period + 1; t <= step; ++t)
        sum += observable(what, region, t);
      return sum / static_cast<double>(spec.period);
    }
    for (GlobalIndex r = 0; r < study.regions; ++r) {
      const bool global = spec.kind->name == "global_average";
      if (!global && spec.region_group[static_cast<std::size_t>(r)] != column) continue;
      const bool chosen =
          spec.regions.empty() || std::count(spec.regions.begin(), spec.regions.end(), r) > 0;
      if (!chosen) continue;
      sum += observable(what, r, step);
      count += 1.0;
    }
    return sum / count;
  }

  /// Every sample is there once on some rank, with the expected bits.
  void expect_all_samples(const Study& study, const Collector& collector) {
    std::int64_t different = 0;
    for (const auto& [key, got] : collector.kept) {
      const auto [series, sample, variable, column] = key;
      const double want = expected(study, series, sample, variable, column);
      different += std::memcmp(&got, &want, sizeof got) == 0 ? 0 : 1;
    }
    EXPECT_EQ(world_.sum(different), 0);
    std::int64_t total = 0;
    for (const MonitorSpec& spec : study.monitors) {
      const Schedule when = schedule(spec.kind->looks, spec.period, study.transient, study.steps);
      auto columns = static_cast<std::int64_t>(spec.regions.size());
      if (spec.regions.empty()) columns = study.regions;
      if (spec.kind->name == "global_average") columns = 1;
      if (!spec.sensor_names.empty()) columns = static_cast<std::int64_t>(spec.sensor_names.size());
      if (spec.kind->name == "spatial_average") {
        columns = static_cast<std::int64_t>(spec.group_names.size());
      }
      total += when.samples * columns * static_cast<std::int64_t>(spec.n_variables());
    }
    EXPECT_EQ(world_.sum(static_cast<std::int64_t>(collector.kept.size())), total);
  }

  void expect_study(const Study& study, const Cut& cut) {
    expect_all_samples(study, simulate(study, cut));
  }

  comm::Communicator world_;
  model::Entry model_;
  FakeKernel kernel_;
};

TEST_F(Monitors, RecordTheDefinedSamplesOnAnyNumberOfRanks) {
  expect_study(every_kind_with_expressions(), {});
}

TEST_F(Monitors, DoNotDependOnWhoOwnsARegion) {
  expect_study(every_kind_with_expressions(), {.owners = "scattered"});
  expect_study(every_kind_with_expressions(), {.owners = "all on the last"});
}

TEST_F(Monitors, DoNotDependOnTheLengthOfRuns) {
  for (const int run : {1, 3, 7, 32, 100}) {
    expect_study(every_kind_with_expressions(), {.run = run});
  }
}

TEST_F(Monitors, DoNotDependOnWhenBuffersAreFlushed) {
  for (const Step pause : {1, 2, 5, 64}) {
    expect_study(every_kind_with_expressions(), {.run = 8, .pause = pause, .owners = "scattered"});
  }
}

TEST_F(Monitors, DoNotDependOnTheSizeOfBuffers) {
  for (const std::int64_t bytes : {0, 500, 2000, 9999}) {
    expect_study(every_kind_with_expressions(), {.buffer_bytes = bytes, .threads = 3});
  }
}

TEST_F(Monitors, ServeMoreRanksThanRegions) {
  Study study = every_kind_with_expressions();
  study.regions = 3;
  study.monitors[1].regions = {1};
  study.monitors[4].region_group = {1, 0, 2};
  study.monitors[10].regions = {0, 2};
  expect_study(study, {});
  expect_study(study, {.run = 5, .buffer_bytes = 100, .owners = "scattered"});
}

/// The first in time of the recorded regions, whoever sees it and whenever buffers are flushed.
TEST_F(Monitors, AValueThatIsNotFiniteIsAnErrorThatNamesIt) {
  Study study;
  study.monitors = {monitor("raw", "fine", {x}, 1), monitor("raw", "broken", {y, lfp}, 2)};
  study.monitors[1].regions = {2, 9, 17};
  study.monitors[1] = computing(study.monitors[1]);
  study.monitors[1].computed[1].program = expression::compile("log(x + 0.9)");
  Step when = 0;
  GlobalIndex where = -1;
  for (Step step = study.transient + 1; step <= study.steps && where < 0; ++step) {
    for (const GlobalIndex region : {2, 9, 17}) {
      if (step % 2 != 0 || where >= 0 || value(false, x, region, step) > -0.9) continue;
      when = step;
      where = region;
    }
  }
  ASSERT_GE(where, 0);
  const std::string expected =
      "monitor 'broken': lfp = log(x + 0.9) is not a finite number in region " +
      std::to_string(where) + " at t = " + std::to_string(when / 10) + "." +
      std::to_string(when % 10) + " ms";
  for (const Cut& cut : {Cut{}, Cut{.run = 3, .pause = 5, .owners = "scattered"},
                         Cut{.buffer_bytes = 0, .threads = 3, .owners = "all on the last"}}) {
    try {
      simulate(study, cut);
      ADD_FAILURE() << "nothing was noticed";
    } catch (const DivergedError& error) {
      EXPECT_EQ(std::string(error.what()).substr(0, expected.size()), expected);
    }
  }
}

/// Regions that are not recorded, and steps that no sample depends on, do not matter.
TEST_F(Monitors, WhatIsNotRecordedMayBeAnything) {
  Study study;
  study.monitors = {monitor("raw", "some", {lfp}, 40), monitor("temporal_average", "all", {x}, 3)};
  study.monitors[0].regions = {4};
  study.monitors[0] = computing(study.monitors[0]);
  const double low = std::min({value(false, x, 4, 40), value(false, x, 4, 80),
                               value(false, x, 4, 120), value(false, x, 4, 160)});
  study.monitors[0].computed[0].program =
      expression::compile("sqrt(x + " + std::to_string(0.001 - low) + ")");
  EXPECT_NO_THROW(simulate(study, {}));
}

TEST_F(Monitors, ServeARankThatOwnsNoneOfTheRecordedRegions) {
  Study study;
  study.monitors = {monitor("temporal_average", "one", {y, driven}, 3),
                    monitor("global_average", "two", {x}, 2)};
  study.monitors[0].regions = {18};
  study.monitors[1].regions = {4, 5};
  expect_study(study, {.buffer_bytes = 64});
}

TEST_F(Monitors, WithoutATransientStartAtTheFirstPeriod) {
  Study study = every_kind();
  study.transient = 0;
  study.steps = 40;
  expect_study(study, {.run = 9});
}

TEST_F(Monitors, ThatNeverSampleWriteNothing) {
  Study study;
  study.monitors = {monitor("raw", "late", {product}, 1000),
                    monitor("temporal_average", "long", {x}, 170)};
  const Collector collector = simulate(study, {});
  EXPECT_TRUE(collector.kept.empty());
}

TEST_F(Monitors, AverageASineToItsClosedForm) {
  // x = sin(1.7 r + 0.31 t); its mean over t = 1..10 is
  // sin(1.7 r + 0.31 * 5.5) * sin(0.31 * 5) / (10 sin(0.31 / 2)). Arguments of up to 35 are
  // rounded to 7e-15.
  Study study;
  study.transient = 0;
  study.steps = 10;
  study.monitors = {monitor("temporal_average", "mean", {x}, 10)};
  const Collector collector = simulate(study, {});
  for (const auto& [key, got] : collector.kept) {
    const auto region = static_cast<double>(std::get<3>(key));
    const double mean =
        std::sin(1.7 * region + 0.31 * 5.5) * std::sin(0.31 * 5) / (10 * std::sin(0.31 / 2));
    EXPECT_NEAR(got, mean, 1e-14);
  }
}

TEST_F(Monitors, BuffersKeepToTheirBudgetWhateverTheDuration) {
  Study study = every_kind();
  study.steps = 1000000;
  const auto owned = owned_by(world_.rank(), world_.size(), study.regions, "block");
  const auto bytes = [&](std::int64_t budget) {
    return Recorder(world_, {{&model_}, {}}, study.monitors, owned, study.regions, 0.1,
                    study.transient, study.steps, 1, budget)
        .buffer_bytes();
  };
  // What does not depend on the budget: one sample of each, scratch of derived observables,
  // indices, what filters keep.
  const std::int64_t fixed = bytes(0);
  EXPECT_LT(fixed, 32000);
  EXPECT_LE(bytes(1 << 20), fixed + 2 * (1 << 20));
  EXPECT_GT(world_.sum(bytes(1 << 20)), (1 << 20) / 2);
}

TEST_F(Monitors, FillTheirBuffersTogether) {
  Study study = every_kind();
  study.steps = 10000;
  const auto owned = owned_by(world_.rank(), world_.size(), study.regions, "block");
  const Recorder recorder(world_, {{&model_}, {}}, study.monitors, owned, study.regions, 0.1, 0,
                          study.steps, 1, 100000);
  // A raw sample of every step takes at most 19 x 2 x 8 bytes, all others together about 450 a
  // step.
  EXPECT_GT(recorder.next_flush(0), 120);
  EXPECT_LT(recorder.next_flush(0), 2500);
}

TEST_F(Monitors, HaveNoiseOfTheCovarianceThatWasGiven) {
  // The factor of {{4, 2, -1}, {2, 10, 0.5}, {-1, 0.5, 1}}; its transpose would make other numbers.
  const double covariance[3][3]{{4, 2, -1}, {2, 10, 0.5}, {-1, 0.5, 1}};
  const double l22 = std::sqrt(0.75 - 1.0 / 9.0);
  MonitorSpec spec = sensing(monitor("eeg", "noise", {x, y}, 1), 0, {"A", "B", "C"},
                             {2, 0, 0, 1, 3, 0, -0.5, 1.0 / 3.0, l22}, Sensors::Reference::none);
  const auto projection = make_projection(world_, spec, {}, {});
  constexpr Step samples = 40000;
  std::vector<double> signal;
  projection->reduce(world_, 0, 2 * samples, {}, signal);
  if (!world_.is_root()) return;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0.0, of_variables = 0.0, next = 0.0;
      for (std::size_t row = 0; row + 2 < 2 * samples; row += 2) {
        const auto at = [&](std::size_t k, std::size_t s) { return signal[3 * k + s] - 0.25; };
        sum += at(row, i) * at(row, j);
        of_variables += at(row, i) * at(row + 1, j);
        next += at(row, i) * at(row + 2, j);
      }
      const double error = 4.0 * std::sqrt(2.0 * covariance[i][i] * covariance[j][j] / samples);
      EXPECT_NEAR(sum / samples, covariance[i][j], error) << i << ' ' << j;
      EXPECT_NEAR(of_variables / samples, 0.0, error) << i << ' ' << j;
      EXPECT_NEAR(next / samples, 0.0, error) << i << ' ' << j;
    }
  }
}

TEST_F(Monitors, AskForInputsOnlyWhenAVariableNeedsThem) {
  const auto wants = [&](const MonitorSpec& spec) {
    return Recorder(world_, {{&model_}, {}}, {spec}, {}, 0, 0.1, 0, 100, 1, 1000).wants_input();
  };
  EXPECT_FALSE(wants(monitor("raw", "m", {x, y, product}, 1)));
  EXPECT_TRUE(wants(monitor("raw", "m", {driven}, 1)));
  EXPECT_TRUE(wants(monitor("global_average", "m", {driven}, 1)));
  EXPECT_TRUE(wants(monitor("afferent_coupling", "m", {0}, 1)));
}

TEST_F(Monitors, DescribeTheirSeries) {
  const Study study = every_kind();
  std::vector<std::string> labels;
  for (GlobalIndex region = 0; region < study.regions; ++region) {
    labels.emplace_back("r").append(std::to_string(region));
  }
  const Recorder recorder(world_, {{&model_}, {}}, study.monitors, {}, study.regions, 0.1,
                          study.transient, study.steps, 1, 1000);
  const auto series = recorder.series(labels);
  ASSERT_EQ(series.size(), 11U);
  EXPECT_EQ(series[0].kind, "raw");
  EXPECT_EQ(series[0].variables, (std::vector<std::string>{"y", "product"}));
  EXPECT_EQ(series[0].units, (std::vector<std::string>{"Hz", "mV Hz"}));
  EXPECT_EQ(series[0].column_labels, labels);
  EXPECT_EQ(series[0].samples, 162);
  EXPECT_DOUBLE_EQ(series[0].first_time, 0.0012);
  EXPECT_DOUBLE_EQ(series[0].period, 0.0001);
  EXPECT_EQ(series[1].columns, (std::vector<GlobalIndex>{1, 8, 9, 17}));
  EXPECT_EQ(series[1].column_labels, (std::vector<std::string>{"r1", "r8", "r9", "r17"}));
  EXPECT_DOUBLE_EQ(series[2].first_time, 0.0021);
  EXPECT_EQ(series[3].column_labels, (std::vector<std::string>{"mean"}));
  EXPECT_TRUE(series[3].columns.empty());
  EXPECT_EQ(series[4].column_labels, study.monitors[4].group_names);
  EXPECT_EQ(series[5].variables, (std::vector<std::string>{"d", "c"}));
  EXPECT_EQ(series[5].units, (std::vector<std::string>{"1", "mV"}));
  EXPECT_EQ(series[7].variables, (std::vector<std::string>{"driven", "x"}));
  EXPECT_EQ(series[7].units, (std::vector<std::string>{"1", "1"}));
  EXPECT_EQ(series[7].column_labels, labels);
  EXPECT_EQ(series[9].column_labels, (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_TRUE(series[9].columns.empty());
  EXPECT_EQ(series[9].units, (std::vector<std::string>{"uV", "uV"}));
  EXPECT_EQ(series[9].sensors, study.monitors[9].sensors);
  EXPECT_TRUE(recorder.series({})[0].column_labels.empty());
  EXPECT_EQ(recorder.series({})[0].columns.size(), 19U);
}

/// 29 regions; raw and averaged samples of r through every probe of `budgets`.
std::vector<Collector> record_together(const comm::Communicator& comm,
                                       const std::vector<std::int64_t>& budgets) {
  const auto connectome = test::random_network({.regions = 29});
  engine::SimulationSpec spec =
      test::default_spec("MontbrioPazoRoxin", network::CouplingForm::linear, 0.05);
  std::vector<std::int32_t> owner;
  for (int region = 0; region < 29; ++region)
    owner.push_back(region % comm.size());
  const std::vector<MonitorSpec> monitors{monitor("raw", "raw", {0}, 3),
                                          monitor("temporal_average", "mean", {0, 1}, 7)};
  network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
  engine::Simulation simulation(comm, spec, engine::distribute(comm, std::move(mine), owner, spec),
                                {});
  std::vector<std::unique_ptr<Recorder>> recorders;
  std::vector<Collector> collectors;
  for (const std::int64_t budget : budgets) {
    recorders.push_back(std::make_unique<Recorder>(comm, recorded_models(spec), monitors,
                                                   simulation.owned(), 29, spec.dt, 10, spec.steps,
                                                   1, budget));
    collectors.emplace_back(std::vector<int>{1, 2});
    simulation.add_probe(*recorders.back());
  }
  while (simulation.now() < spec.steps) {
    Step until = spec.steps;
    for (const auto& recorder : recorders)
      until = std::min(until, recorder->next_flush(simulation.now()));
    static_cast<void>(simulation.run(until));
    for (std::size_t i = 0; i < recorders.size(); ++i)
      recorders[i]->flush(collectors[i]);
  }
  return collectors;
}

TEST_F(Monitors, SeveralListenToOneSimulationAndHearTheSame) {
  const Collector alone = record_together(world_, {1 << 20}).front();
  EXPECT_GT(world_.sum(static_cast<std::int64_t>(alone.kept.size())), 29 * 10);
  for (const Collector& one : record_together(world_, {1 << 20, 500, 3000}))
    EXPECT_EQ(one.kept, alone.kept);
}

TEST_F(Monitors, SayOnAllRanksThatBloodWouldFlowBackwards) {
  Study study;
  study.steps = 4000;
  study.monitors = {haemodynamic("bold", "balloon", {x}, 10, 10)};
  study.monitors[0].parameters[10] = RegionValues([] {
    std::vector<double> baseline(19, 0.0);
    baseline[11] = 1e6;
    return baseline;
  }());
  try {
    simulate(study, {.pause = 500});
    FAIL() << "accepted";
  } catch (const DivergedError& error) {
    EXPECT_EQ(std::string(error.what()).find("monitor 'balloon': region 11, before t = "), 0U)
        << error.what();
  }
}

TEST_F(Monitors, AreExpectedToKeepWhatTheirFiltersKeep) {
  const auto expected = [&](const MonitorSpec& spec) {
    return expected_bytes({spec}, 0.1, 0, 100000, 19, world_.size());
  };
  const std::int64_t mine = (19 + world_.size() - 1) / world_.size();
  const std::int64_t samples = expected(monitor("raw", "raw", {x}, 10));
  // A sum, seven states and thirteen constants by region; sixteen steps that wait, and how many do.
  EXPECT_EQ(expected(haemodynamic("bold", "balloon", {x}, 10, 10)) - samples, mine * (37 * 8 + 1));
  // A sum, three open samples, and weights of 3 ms in steps of 0.5 ms.
  EXPECT_EQ(expected(haemodynamic("hrf_bold", "response", {x}, 10, 5)) - samples,
            mine * 4 * 8 + 6 * 8);
}

TEST_F(Monitors, KnowWhatTheirSensorsTake) {
  // 19 x 3 gains and 3 x 3 of noise, 4 x 11 gains and 11 deviations.
  EXPECT_EQ(sensor_bytes(every_kind().monitors), (57 + 9 + 44 + 11) * 8);
}

TEST_F(Monitors, RefuseAGroupWithoutRegions) {
  Study study = every_kind();
  study.monitors[4].group_names.push_back("insula");
  try {
    simulate(study, {});
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "monitor 'lobes': group 'insula' has no region to average; every group needs at "
                 "least one");
  }
}

}  // namespace
}  // namespace arcuate::monitor
