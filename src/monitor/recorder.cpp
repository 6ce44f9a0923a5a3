#include "arcuate/monitor/recorder.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::monitor {
namespace {

/// One monitor's regions before there is a buffer for them.
struct Columns {
  std::vector<LocalIndex> before;      ///< as SeriesBuffer wants it
  std::vector<GlobalIndex> positions;  ///< in the series, of this rank's columns
  std::vector<GlobalIndex> mine;       ///< this rank's recorded regions
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

Columns columns_of(const std::vector<GlobalIndex>& regions, const std::vector<GlobalIndex>& owned) {
  Columns columns;
  columns.total = static_cast<GlobalIndex>(regions.size());
  columns.before.reserve(owned.size() + 1);
  columns.before.push_back(0);
  auto next = regions.begin();
  for (const GlobalIndex region : owned) {
    next = std::lower_bound(next, regions.end(), region);
    if (next != regions.end() && *next == region) {
      columns.positions.push_back(next - regions.begin());
      columns.mine.push_back(region);
    }
    columns.before.push_back(static_cast<LocalIndex>(columns.mine.size()));
  }
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
                           const std::vector<GlobalIndex>& mine, GlobalIndex n_regions) {
  if (spec.kind == Kind::spatial_average) {
    return {comm, mine, spec.region_group, static_cast<int>(spec.group_names.size())};
  }
  return {comm, mine, std::vector<int>(static_cast<std::size_t>(n_regions), 0), 1};
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

Recorder::Recorder(const comm::Communicator& comm, const model::Entry& model,
                   const std::vector<MonitorSpec>& monitors, const std::vector<GlobalIndex>& owned,
                   GlobalIndex n_regions, double dt_ms, Step transient, Step steps, int threads,
                   std::int64_t buffer_bytes)
    : comm_(comm), model_(model), n_regions_(n_regions), dt_ms_(dt_ms), steps_(steps) {
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
    const Step capacity =
        std::clamp<Step>(horizon / spec.period, 1, std::max<Step>(when.samples, 1));
    std::optional<RegionAverage> average;
    if (averages_regions(spec.kind)) average = make_average(comm, spec, columns[i].mine, n_regions);
    SeriesBuffer buffer(when, spec.kind == Kind::temporal_average,
                        static_cast<int>(spec.variables.size()), std::move(columns[i].before),
                        capacity);
    series_.push_back({spec, std::move(buffer), std::move(columns[i].positions), columns[i].total,
                       std::move(average)});
    add_derived(spec, when);
  }
  workers_.resize(static_cast<std::size_t>(std::max(threads, 1)));
  for (Worker& worker : workers_) {
    worker.derived.resize(derived_.size() * steps_at_once * model::lanes);
  }
}

void Recorder::add_derived(const MonitorSpec& spec, const Schedule& when) {
  if (spec.kind == Kind::afferent_coupling || when.samples == 0) return;
  const bool every_step = spec.kind == Kind::temporal_average;
  for (const int variable : spec.variables) {
    const int index = variable - static_cast<int>(model_.info.states.size());
    if (index < 0) continue;
    const int row = derived_row(variable);
    if (row < 0) derived_.push_back({index, 0, when.first, when.first});
    Derived& derived = row < 0 ? derived_.back() : derived_[static_cast<std::size_t>(row)];
    derived.stride = std::gcd(derived.stride, every_step ? Step{1} : when.period);
    derived.begin = std::min(derived.begin, every_step ? when.first - when.period + 1 : when.first);
    derived.end = std::max(derived.end, when.step_of(when.samples - 1));
  }
}

int Recorder::derived_row(int observable) const {
  const int index = observable - static_cast<int>(model_.info.states.size());
  const auto found = std::find_if(derived_.begin(), derived_.end(),
                                  [&](const Derived& d) { return d.index == index; });
  return found == derived_.end() ? -1 : static_cast<int>(found - derived_.begin());
}

bool Recorder::wants_input() const {
  const auto coupling = [](const Series& s) { return s.spec.kind == Kind::afferent_coupling; };
  const auto uses_input = [&](const Derived& d) {
    return model_.info.observables[static_cast<std::size_t>(d.index)].uses_input;
  };
  return std::any_of(series_.begin(), series_.end(), coupling) ||
         std::any_of(derived_.begin(), derived_.end(), uses_input);
}

void Recorder::record(const engine::TileSample& sample) {
  if (sample.replica != 0) return;
  assert(static_cast<std::size_t>(sample.thread) < workers_.size());
  Worker& worker = workers_[static_cast<std::size_t>(sample.thread)];
  const auto states = static_cast<std::ptrdiff_t>(model_.info.states.size()) * model::lanes;
  const auto inputs = static_cast<std::ptrdiff_t>(model_.info.inputs.size()) * model::lanes;
  engine::TileSample part = sample;
  for (int done = 0; done < sample.steps; done += steps_at_once) {
    part.first = sample.first + done;
    part.steps = std::min(sample.steps - done, steps_at_once);
    part.trace = sample.trace + done * states;
    part.input = sample.input == nullptr ? nullptr : sample.input + done * inputs;
    record_run(part, worker);
  }
  worker.reached = std::max(worker.reached, sample.first + sample.steps - 1);
}

void Recorder::record_run(const engine::TileSample& sample, Worker& worker) {
  observe(sample, worker);
  const TileRun run{sample.first_region, sample.regions, sample.first, sample.steps};
  for (Series& series : series_) {
    if (series.buffer.schedule().samples == 0) continue;
    for (std::size_t i = 0; i < series.spec.variables.size(); ++i) {
      series.buffer.record(run, static_cast<int>(i),
                           rows_of(sample, worker, series.spec, series.spec.variables[i]));
    }
  }
}

void Recorder::observe(const engine::TileSample& sample, Worker& worker) const {
  const auto states = static_cast<Step>(model_.info.states.size()) * model::lanes;
  const auto inputs = static_cast<Step>(model_.info.inputs.size()) * model::lanes;
  for (std::size_t i = 0; i < derived_.size(); ++i) {
    const Derived& derived = derived_[i];
    const Step begin = std::max(sample.first, derived.begin);
    const Step end = std::min(sample.first + sample.steps - 1, derived.end);
    double* const out = worker.derived.data() + i * steps_at_once * model::lanes;
    // All rows in one call, or one call for every row that a monitor can sample.
    const bool dense = derived.stride == 1;
    const Step first_due = (begin + derived.stride - 1) / derived.stride * derived.stride;
    for (Step step = first_due; step <= end; step += derived.stride) {
      const Step row = step - sample.first;
      const int rows = dense ? static_cast<int>(end - step + 1) : 1;
      const double* const input = sample.input == nullptr ? nullptr : sample.input + row * inputs;
      sample.kernel->observe(derived.index, rows, sample.trace + row * states,
                             sample.parameter + row * sample.parameter_stride,
                             sample.parameter_stride, input, out + row * model::lanes);
      if (dense) break;
    }
  }
}

Rows Recorder::rows_of(const engine::TileSample& sample, const Worker& worker,
                       const MonitorSpec& spec, int variable) const {
  if (spec.kind == Kind::afferent_coupling) {
    assert(sample.input != nullptr);
    const auto inputs = static_cast<std::ptrdiff_t>(model_.info.inputs.size());
    return {sample.input + variable * model::lanes, inputs * model::lanes};
  }
  const auto states = static_cast<std::ptrdiff_t>(model_.info.states.size());
  if (variable < states) return {sample.trace + variable * model::lanes, states * model::lanes};
  const std::ptrdiff_t row = derived_row(variable);
  return {worker.derived.data() + row * steps_at_once * model::lanes, model::lanes};
}

Step Recorder::next_flush(Step now) const {
  Step until = steps_;
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
    const Step samples = series.buffer.schedule().complete(now) - first;
    if (samples == 0) continue;
    series.buffer.drain(samples, [&](const std::vector<double>& data) {
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

SeriesInfo Recorder::describe(const Series& series, const std::vector<std::string>& labels) const {
  const MonitorSpec& spec = series.spec;
  const Schedule& when = series.buffer.schedule();
  SeriesInfo info;
  info.name = spec.name;
  info.kind = kind_name(spec.kind);
  for (const int variable : spec.variables) {
    if (spec.kind == Kind::afferent_coupling) {
      const model::InputInfo& input = model_.info.inputs[static_cast<std::size_t>(variable)];
      info.variables.emplace_back(input.name);
      info.units.emplace_back(input.unit);
    } else {
      info.variables.emplace_back(model_.observable_name(variable));
      info.units.emplace_back(model_.observable_unit(variable));
    }
  }
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
    bytes += static_cast<std::int64_t>(series.positions.size() * sizeof(GlobalIndex));
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
