#include "arcuate/monitor/recorder.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <numeric>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::monitor {
namespace {

/// What regions have whose model lacks a variable.
constexpr std::array<double, model::lanes> missing = [] {
  std::array<double, model::lanes> lanes{};
  lanes.fill(std::numeric_limits<double>::quiet_NaN());
  return lanes;
}();

/// One monitor's regions before there is a buffer for them.
struct Columns {
  std::vector<LocalIndex> before;      ///< as SeriesBuffer wants it
  std::vector<GlobalIndex> positions;  ///< in the series, of this rank's columns, ascending
  std::vector<GlobalIndex> mine;       ///< this rank's recorded regions, ascending
  std::vector<std::size_t> order;      ///< column of the buffer at each position; empty: the same
  GlobalIndex total = 0;               ///< on all ranks
};

bool averages_regions(Kind kind) {
  return kind == Kind::global_average || kind == Kind::spatial_average;
}

/// The regions a monitor reads, ascending.
std::vector<GlobalIndex> regions_of(const MonitorSpec& spec, GlobalIndex n_regions) {
  std::vector<GlobalIndex> regions = spec.regions;
  if (regions.empty()) {
    regions.resize(static_cast<std::size_t>(n_regions));
    std::iota(regions.begin(), regions.end(), GlobalIndex{0});
  }
  assert(std::is_sorted(regions.begin(), regions.end()));
  if (spec.kind == Kind::spatial_average) {
    assert(spec.region_group.size() == static_cast<std::size_t>(n_regions));
    std::erase_if(
        regions, [&](GlobalIndex r) { return spec.region_group[static_cast<std::size_t>(r)] < 0; });
  }
  return regions;
}

/// Regions lie by model; recordings have them in ascending order.
void sort_columns(Columns& columns) {
  if (std::is_sorted(columns.mine.begin(), columns.mine.end())) return;
  columns.order.resize(columns.mine.size());
  std::iota(columns.order.begin(), columns.order.end(), std::size_t{0});
  std::sort(columns.order.begin(), columns.order.end(),
            [&](std::size_t a, std::size_t b) { return columns.mine[a] < columns.mine[b]; });
  std::sort(columns.mine.begin(), columns.mine.end());
  std::sort(columns.positions.begin(), columns.positions.end());
}

/// Puts the columns of every row into another order.
void reorder(const std::vector<std::size_t>& order, std::vector<double>& rows) {
  std::vector<double> row(order.size());
  for (std::size_t begin = 0; begin < rows.size(); begin += order.size()) {
    for (std::size_t column = 0; column < order.size(); ++column)
      row[column] = rows[begin + order[column]];
    std::copy(row.begin(), row.end(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
  }
}

Columns columns_of(const std::vector<GlobalIndex>& regions, const std::vector<GlobalIndex>& owned) {
  Columns columns;
  columns.total = static_cast<GlobalIndex>(regions.size());
  columns.before.reserve(owned.size() + 1);
  columns.before.push_back(0);
  for (const GlobalIndex region : owned) {
    const auto found = std::lower_bound(regions.begin(), regions.end(), region);
    if (found != regions.end() && *found == region) {
      columns.positions.push_back(found - regions.begin());
      columns.mine.push_back(region);
    }
    columns.before.push_back(static_cast<LocalIndex>(columns.mine.size()));
  }
  sort_columns(columns);
  return columns;
}

void check_groups(const MonitorSpec& spec, const std::vector<GlobalIndex>& regions) {
  std::vector<bool> found(spec.group_names.size(), false);
  for (const GlobalIndex region : regions) {
    found[static_cast<std::size_t>(spec.region_group[static_cast<std::size_t>(region)])] = true;
  }
  for (std::size_t group = 0; group < found.size(); ++group) {
    if (found[group]) continue;
    throw ConfigError("monitor '" + spec.name + "': group '" + spec.group_names[group] +
                      "' has no region to average; every group needs at least one");
  }
}

/// Bytes that one sample takes on the rank that takes most of them: averages are gathered.
double sample_bytes(const MonitorSpec& spec, const Columns& columns) {
  const auto width = averages_regions(spec.kind) ? static_cast<double>(columns.total)
                                                 : static_cast<double>(columns.mine.size());
  return width * static_cast<double>(spec.variables.size() * sizeof(double));
}

/// The stretch of time whose samples of all monitors fill `buffer_bytes`, so that all buffers fill
/// up together. [steps], the same on all ranks.
Step common_horizon(const comm::Communicator& comm, const std::vector<MonitorSpec>& monitors,
                    const std::vector<Columns>& columns, std::int64_t buffer_bytes, Step steps) {
  double bytes_per_step = 0.0;
  for (std::size_t i = 0; i < monitors.size(); ++i) {
    bytes_per_step +=
        sample_bytes(monitors[i], columns[i]) / static_cast<double>(monitors[i].period);
  }
  const double longest = static_cast<double>(std::max<Step>(steps, 1));
  const double affordable = static_cast<double>(buffer_bytes) / std::max(bytes_per_step, 1e-300);
  return comm.min(static_cast<std::int64_t>(std::clamp(affordable, 0.0, longest)));
}

RegionAverage make_average(const comm::Communicator& comm, const MonitorSpec& spec,
                           const std::vector<GlobalIndex>& mine, GlobalIndex n_regions,
                           Presence presence) {
  if (spec.kind == Kind::spatial_average) {
    return {comm, mine, spec.region_group, static_cast<int>(spec.group_names.size()),
            std::move(presence)};
  }
  return {comm, mine, std::vector<int>(static_cast<std::size_t>(n_regions), 0), 1,
          std::move(presence)};
}

std::string kind_name(Kind kind) {
  switch (kind) {
    case Kind::raw:
      return "raw";
    case Kind::temporal_average:
      return "temporal_average";
    case Kind::global_average:
      return "global_average";
    case Kind::spatial_average:
      return "spatial_average";
    case Kind::afferent_coupling:
      return "afferent_coupling";
  }
  return {};
}

}  // namespace

RecordedModels recorded_models(const engine::SimulationSpec& spec) {
  RecordedModels models;
  for (const engine::Population& population : spec.populations)
    models.entries.push_back(population.model);
  models.model_of = spec.population_of;
  return models;
}

Recorder::Recorder(const comm::Communicator& comm, RecordedModels models,
                   const std::vector<MonitorSpec>& monitors, const std::vector<GlobalIndex>& owned,
                   GlobalIndex n_regions, double dt_ms, Step transient, Step steps, int threads,
                   std::int64_t buffer_bytes)
    : comm_(comm),
      models_(std::move(models)),
      n_regions_(n_regions),
      dt_ms_(dt_ms),
      steps_(steps),
      derived_(models_.entries.size()) {
  std::vector<Columns> columns;
  for (const MonitorSpec& spec : monitors) {
    const auto regions = regions_of(spec, n_regions);
    if (spec.kind == Kind::spatial_average) check_groups(spec, regions);
    columns.push_back(columns_of(regions, owned));
  }
  const Step horizon = common_horizon(comm, monitors, columns, buffer_bytes, steps);
  for (std::size_t i = 0; i < monitors.size(); ++i) {
    const MonitorSpec& spec = monitors[i];
    const Schedule when = schedule(spec.kind, spec.period, transient, steps);
    const Step lag = lag_of(spec);
    // What is known later keeps a sample waiting while the next one comes.
    const Step capacity =
        lag + std::clamp<Step>(horizon / spec.period, 1, std::max<Step>(when.samples, 1));
    std::optional<RegionAverage> average;
    if (averages_regions(spec.kind))
      average = make_average(comm, spec, columns[i].mine, n_regions, presence_of(spec));
    SeriesBuffer buffer(when, spec.kind == Kind::temporal_average,
                        static_cast<int>(spec.variables.size()), std::move(columns[i].before),
                        capacity);
    series_.push_back({spec, std::move(buffer), std::move(columns[i].positions),
                       std::move(columns[i].order), columns[i].total, std::move(average), lag});
    for (std::size_t model = 0; model < derived_.size(); ++model)
      add_derived(spec, when, static_cast<int>(model));
  }
  std::size_t most = 0;
  for (const auto& derived : derived_)
    most = std::max(most, derived.size());
  workers_.resize(static_cast<std::size_t>(std::max(threads, 1)));
  for (Worker& worker : workers_) {
    worker.derived.resize(most * steps_at_once * model::lanes);
  }
}

/// Empty when every model has all variables.
Presence Recorder::presence_of(const MonitorSpec& spec) const {
  Presence presence;
  bool everywhere = true;
  for (std::size_t model = 0; model < models_.entries.size(); ++model) {
    presence.has.emplace_back();
    for (const int variable : spec.variables_of(static_cast<int>(model))) {
      presence.has.back().push_back(variable >= 0 ? 1 : 0);
      everywhere = everywhere && variable >= 0;
    }
  }
  if (everywhere) return {};
  presence.model_of = models_.model_of;
  return presence;
}

Step Recorder::lag_of(const MonitorSpec& spec, int variable, int model) const {
  if (variable < 0) return 0;
  if (spec.kind == Kind::afferent_coupling) return 1;
  const auto states = info(model).states.size();
  const auto index = static_cast<std::size_t>(variable);
  return index >= states && info(model).observables[index - states].uses_input ? 1 : 0;
}

Step Recorder::lag_of(const MonitorSpec& spec) const {
  Step lag = 0;
  for (int model = 0; model < static_cast<int>(models_.entries.size()); ++model) {
    for (const int variable : spec.variables_of(model))
      lag = std::max(lag, lag_of(spec, variable, model));
  }
  return lag;
}

void Recorder::add_derived(const MonitorSpec& spec, const Schedule& when, int model) {
  if (spec.kind == Kind::afferent_coupling || when.samples == 0) return;
  const bool every_step = spec.kind == Kind::temporal_average;
  auto& all = derived_[static_cast<std::size_t>(model)];
  for (const int variable : spec.variables_of(model)) {
    const int index = variable - static_cast<int>(info(model).states.size());
    if (index < 0) continue;
    const int row = derived_row(variable, model);
    if (row < 0) all.push_back({index, 0, when.first, when.first});
    Derived& derived = row < 0 ? all.back() : all[static_cast<std::size_t>(row)];
    derived.stride = std::gcd(derived.stride, every_step ? Step{1} : when.period);
    derived.begin = std::min(derived.begin, every_step ? when.first - when.period + 1 : when.first);
    derived.end = std::max(derived.end, when.step_of(when.samples - 1));
  }
}

int Recorder::derived_row(int observable, int model) const {
  const auto& all = derived_[static_cast<std::size_t>(model)];
  const int index = observable - static_cast<int>(info(model).states.size());
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Derived& d) { return d.index == index; });
  return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

bool Recorder::wants_input() const {
  const auto coupling = [](const Series& s) { return s.spec.kind == Kind::afferent_coupling; };
  if (std::any_of(series_.begin(), series_.end(), coupling)) return true;
  for (std::size_t model = 0; model < derived_.size(); ++model) {
    const auto& observables = info(static_cast<int>(model)).observables;
    for (const Derived& derived : derived_[model]) {
      if (observables[static_cast<std::size_t>(derived.index)].uses_input) return true;
    }
  }
  return false;
}

void Recorder::record(const engine::TileSample& sample) {
  assert(static_cast<std::size_t>(sample.thread) < workers_.size());
  Worker& worker = workers_[static_cast<std::size_t>(sample.thread)];
  const model::ModelInfo& own = info(sample.population);
  const auto states = static_cast<std::ptrdiff_t>(own.states.size()) * model::lanes;
  const auto inputs = static_cast<std::ptrdiff_t>(own.inputs.size()) * model::lanes;
  engine::TileSample part = sample;
  for (int done = 0; done < sample.steps; done += steps_at_once) {
    part.first = sample.first + done;
    part.steps = std::min(sample.steps - done, steps_at_once);
    part.trace = sample.trace + done * states;
    part.parameter = sample.parameter + std::ptrdiff_t{done} * sample.parameter_stride;
    part.parameter_before =
        sample.parameter_before + std::ptrdiff_t{done} * sample.parameter_stride;
    part.input = sample.input == nullptr ? nullptr : sample.input + done * inputs;
    record_run(part, worker);
  }
  worker.reached = std::max(worker.reached, sample.first + sample.steps - 1);
}

void Recorder::record_run(const engine::TileSample& sample, Worker& worker) {
  observe(sample, worker);
  for (Series& series : series_) {
    if (series.buffer.schedule().samples == 0) continue;
    const std::vector<int>& variables = series.spec.variables_of(sample.population);
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const Step first = sample.first - lag_of(series.spec, variables[i], sample.population);
      const TileRun run{sample.first_region, sample.regions, first, sample.steps};
      series.buffer.record(run, static_cast<int>(i),
                           rows_of(sample, worker, series.spec, variables[i]));
    }
  }
}

void Recorder::observe(const engine::TileSample& sample, Worker& worker) const {
  const model::ModelInfo& own = info(sample.population);
  const auto states = static_cast<Step>(own.states.size()) * model::lanes;
  const auto inputs = static_cast<Step>(own.inputs.size()) * model::lanes;
  const auto& all = derived_[static_cast<std::size_t>(sample.population)];
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Derived& derived = all[i];
    // With the input of a step goes the state from which it starts.
    const bool before = own.observables[static_cast<std::size_t>(derived.index)].uses_input;
    const Step first = sample.first - (before ? 1 : 0);
    const double* const trace = sample.trace - (before ? states : 0);
    const double* const parameter = before ? sample.parameter_before : sample.parameter;
    const Step begin = std::max(first, derived.begin);
    const Step end = std::min(first + sample.steps - 1, derived.end);
    double* const out = worker.derived.data() + i * steps_at_once * model::lanes;
    // All rows in one call, or one call for every row that a monitor can sample.
    const bool dense = derived.stride == 1;
    const Step first_due = (begin + derived.stride - 1) / derived.stride * derived.stride;
    for (Step step = first_due; step <= end; step += derived.stride) {
      const Step row = step - first;
      const int rows = dense ? static_cast<int>(end - step + 1) : 1;
      const double* const input = sample.input == nullptr ? nullptr : sample.input + row * inputs;
      sample.kernel->observe(derived.index, rows, trace + row * states,
                             parameter + row * sample.parameter_stride, sample.parameter_stride,
                             input, out + row * model::lanes);
      if (dense) break;
    }
  }
}

Rows Recorder::rows_of(const engine::TileSample& sample, const Worker& worker,
                       const MonitorSpec& spec, int variable) const {
  if (variable < 0) return {missing.data(), 0};
  const model::ModelInfo& own = info(sample.population);
  if (spec.kind == Kind::afferent_coupling) {
    assert(sample.input != nullptr);
    const auto inputs = static_cast<std::ptrdiff_t>(own.inputs.size());
    return {sample.input + variable * model::lanes, inputs * model::lanes};
  }
  const auto states = static_cast<std::ptrdiff_t>(own.states.size());
  if (variable < states) return {sample.trace + variable * model::lanes, states * model::lanes};
  const std::ptrdiff_t row = derived_row(variable, sample.population);
  return {worker.derived.data() + row * steps_at_once * model::lanes, model::lanes};
}

Step Recorder::last_step() const {
  const auto late = [](const Series& s) { return s.lag > 0 && s.buffer.schedule().samples > 0; };
  return std::any_of(series_.begin(), series_.end(), late) ? steps_ + 1 : steps_;
}

Step Recorder::next_flush(Step now) const {
  Step until = last_step();
  for (const Series& series : series_) {
    until = std::min(until, series.buffer.limit());
  }
  return std::max(until, now);
}

void Recorder::flush(SampleSink& sink) {
  Step now = 0;
  for (const Worker& worker : workers_) {
    now = std::max(now, worker.reached);
  }
  // A rank without regions sees no tile.
  now = comm_.max(now);
  for (std::size_t i = 0; i < series_.size(); ++i) {
    Series& series = series_[i];
    const Step first = series.buffer.start();
    const Step samples = series.buffer.schedule().complete(now - series.lag) - first;
    if (samples == 0) continue;
    series.buffer.drain(samples, [&](std::vector<double>& data) {
      if (!series.order.empty()) reorder(series.order, data);
      if (!series.average) {
        sink.append(static_cast<int>(i), first, samples, data, series.positions);
        return;
      }
      const auto rows = samples * static_cast<Step>(series.spec.variables.size());
      const auto means = series.average->mean(comm_, rows, data);
      std::vector<GlobalIndex> all(means.size() / static_cast<std::size_t>(rows));
      std::iota(all.begin(), all.end(), GlobalIndex{0});
      sink.append(static_cast<int>(i), first, samples, means, all);
    });
  }
}

std::vector<SeriesInfo> Recorder::series(const std::vector<std::string>& labels) const {
  std::vector<SeriesInfo> result;
  for (const Series& series : series_) {
    result.push_back(describe(series, labels));
  }
  return result;
}

/// Names, units and which models lack a variable. A unit that differs between models names them.
void Recorder::name_variables(const MonitorSpec& spec, SeriesInfo& series) const {
  for (std::size_t v = 0; v < spec.variables.size(); ++v) {
    std::string name, units, without;
    bool alike = true;
    std::string_view first_unit;
    for (std::size_t m = 0; m < models_.entries.size(); ++m) {
      const model::Entry& entry = *models_.entries[m];
      const int index = spec.variables_of(static_cast<int>(m))[v];
      if (index < 0) {
        without.append(without.empty() ? "" : ", ").append(entry.info.name);
        continue;
      }
      const bool input = spec.kind == Kind::afferent_coupling;
      const auto i = static_cast<std::size_t>(index);
      const std::string_view unit =
          input ? entry.info.inputs[i].unit : entry.observable_unit(index);
      alike = alike && (name.empty() || unit == first_unit);
      if (name.empty()) first_unit = unit;
      name = input ? entry.info.inputs[i].name : entry.observable_name(index);
      units.append(units.empty() ? "" : "; ").append(unit).append(" in ").append(entry.info.name);
    }
    series.variables.push_back(name);
    series.units.push_back(alike ? std::string(first_unit) : units);
    if (!without.empty())
      series.missing.append(series.missing.empty() ? "" : "; ") += name + ": " + without;
  }
}

SeriesInfo Recorder::describe(const Series& series, const std::vector<std::string>& labels) const {
  const MonitorSpec& spec = series.spec;
  const Schedule& when = series.buffer.schedule();
  SeriesInfo info;
  info.name = spec.name;
  info.kind = kind_name(spec.kind);
  name_variables(spec, info);
  if (spec.kind == Kind::global_average) {
    info.column_labels = {"mean"};
  } else if (spec.kind == Kind::spatial_average) {
    info.column_labels = spec.group_names;
  } else {
    info.columns = regions_of(spec, n_regions_);
    for (std::size_t i = 0; i < info.columns.size() && !labels.empty(); ++i) {
      info.column_labels.push_back(labels[static_cast<std::size_t>(info.columns[i])]);
    }
  }
  info.first_time = static_cast<double>(when.first) * dt_ms_ / 1000.0;
  info.period = static_cast<double>(when.period) * dt_ms_ / 1000.0;
  info.samples = when.samples;
  return info;
}

std::int64_t Recorder::buffer_bytes() const {
  std::int64_t bytes = 0;
  for (const Series& series : series_) {
    bytes += series.buffer.bytes();
    bytes += static_cast<std::int64_t>(series.positions.size() * sizeof(GlobalIndex) +
                                       series.order.size() * sizeof(std::size_t));
    if (!series.average) continue;
    bytes += series.average->bytes();
    if (comm_.is_root()) bytes += series.buffer.window_bytes(series.n_columns);
  }
  for (const Worker& worker : workers_) {
    bytes += static_cast<std::int64_t>(worker.derived.size() * sizeof(double));
  }
  return bytes;
}

}  // namespace arcuate::monitor
