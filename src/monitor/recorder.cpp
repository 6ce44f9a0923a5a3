#include "arcuate/monitor/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <compare>
#include <limits>
#include <numeric>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/sample_window.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "gathered_regions.hpp"
#include "observer.hpp"

namespace arcuate::monitor {
namespace {

/// One monitor's regions before there is a buffer for them.
struct Columns {
  std::vector<LocalIndex> before;      ///< as SeriesBuffer wants it
  std::vector<GlobalIndex> positions;  ///< in the series, of this rank's columns, ascending
  std::vector<GlobalIndex> mine;       ///< this rank's recorded regions, ascending
  std::vector<std::size_t> order;      ///< column of the buffer at each position; empty: the same
  GlobalIndex total = 0;               ///< on all ranks
};

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
void reorder(const std::vector<std::size_t>& order, std::span<double> rows) {
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

/// Bytes that one sample takes on the rank that takes most of them: what is reduced is gathered.
double sample_bytes(const MonitorSpec& spec, GlobalIndex total, std::size_t mine) {
  const auto width =
      reduction_of(spec) != nullptr ? static_cast<double>(total) : static_cast<double>(mine);
  return width * static_cast<double>(spec.n_variables() * sizeof(double));
}

std::int64_t filter_bytes(TimeFilter& filter) {
  std::int64_t bytes = filter.constant_bytes();
  for (const StateArray& array : filter.state())
    bytes += static_cast<std::int64_t>(array.values.size_bytes());
  return bytes;
}

/// The stretch of time whose samples of all monitors fill `buffer_bytes`, so that all buffers fill
/// up together. [steps], the same on all ranks.
Step common_horizon(const comm::Communicator& comm, const std::vector<MonitorSpec>& monitors,
                    const std::vector<Columns>& columns, std::int64_t buffer_bytes, Step steps) {
  double bytes_per_step = 0.0;
  for (std::size_t i = 0; i < monitors.size(); ++i) {
    bytes_per_step += sample_bytes(monitors[i], columns[i].total, columns[i].mine.size()) /
                      static_cast<double>(monitors[i].period);
  }
  const double longest = static_cast<double>(std::max<Step>(steps, 1));
  const double affordable = static_cast<double>(buffer_bytes) / std::max(bytes_per_step, 1e-300);
  return comm.min(static_cast<std::int64_t>(std::clamp(affordable, 0.0, longest)));
}

/// Whether some value of the rows is not finite: NaN spreads to what is left of it times zero.
bool any_not_finite(const Rows& rows, Step first, Step last, Step stride) {
  std::array<double, model::lanes> sums{};
  for (Step row = first; row <= last; row += stride) {
    const double* const values = rows.at(row);
#pragma omp simd
    for (std::size_t lane = 0; lane < sums.size(); ++lane)
      sums[lane] += 0.0 * values[lane];
  }
  return std::any_of(sums.begin(), sums.end(), [](double sum) { return sum != 0.0; });
}

/// One monitor: a time filter, a window of samples, a space reduction.
struct Series {
  MonitorSpec spec;
  std::unique_ptr<TimeFilter> filter;
  SampleWindow window;
  std::unique_ptr<SpaceReduction> reduction;  ///< nullptr: none
  std::vector<GlobalIndex> positions;         ///< in the series, of this rank's columns, ascending
  std::vector<std::size_t> order;       ///< column of the window at each position; empty: the same
  GlobalIndex n_columns = 0;            ///< regions recorded on all ranks
  std::vector<std::vector<Step>> lags;  ///< (n_models, n_variables) steps after which each is known
  Step lag = 0;                         ///< the largest
  Places places;                        ///< of the variables
  Attention due;                        ///< the steps that its samples depend on
};

/// A value of an expression that is not finite, ordered by what is reported first.
struct NotFinite {
  Step step = std::numeric_limits<Step>::max();
  GlobalIndex region = 0;
  std::int64_t variable = 0;  ///< of all monitors, one after another
  auto operator<=>(const NotFinite&) const = default;
};

/// What a thread has to itself, on cache lines of its own.
struct alignas(apart) Worker {
  AlignedVector<double> derived;  ///< (n_derived, Observer::most_steps, lanes)
  AlignedVector<Rows> rows;       ///< (variables of a monitor)
  Step reached = 0;
  NotFinite worst;
};

}  // namespace

struct Recorder::Impl {
  Impl(const comm::Communicator& c, RecordedModels models, GlobalIndex regions, double dt)
      : comm(c), observer(std::move(models)), n_regions(regions), dt_ms(dt) {}

  void add(const MonitorSpec& spec, Columns columns, Step horizon, Step transient);
  void record_run(const engine::TileSample& sample, Worker& worker);
  void look_at_expressions(const Series& one, std::int64_t variables_before, const TileRun& run,
                           const engine::TileSample& sample, Worker& worker) const;
  void look_at_row(const Series& one, std::int64_t number, const TileRun& run, Step step,
                   const double* row, Worker& worker) const;
  void refuse_not_finite() const;
  void refuse_lost(const Series& one, Step now) const;
  void hand_on(Series& series, int number, Step samples, SampleSink& sink);
  template <class Visit>
  void each_saved(LocalIndex region, const Visit& visit);
  [[nodiscard]] SeriesInfo describe(const Series& series,
                                    const std::vector<std::string>& labels) const;

  const comm::Communicator& comm;
  Observer observer;
  GlobalIndex n_regions;
  double dt_ms;
  Step steps = 0;
  std::vector<GlobalIndex> owned;
  bool wants_input = false;
  std::vector<Series> series;
  std::vector<Worker> workers;
  std::vector<double> reduced;  ///< kept, as new memory costs page faults
};

RecordedModels recorded_models(const engine::SimulationSpec& spec) {
  RecordedModels models;
  for (const engine::Population& population : spec.populations)
    models.entries.push_back(population.model);
  models.model_of = spec.population_of;
  return models;
}

std::int64_t sensor_bytes(const std::vector<MonitorSpec>& monitors) {
  std::int64_t bytes = 0;
  for (const MonitorSpec& spec : monitors)
    bytes += spec.sensors ? spec.sensors->bytes() : 0;
  return bytes;
}

std::int64_t root_bytes(const std::vector<MonitorSpec>& monitors, GlobalIndex n_regions) {
  // Where regions are, by number and, of means, by group; with names of columns.
  constexpr double of_a_member = sizeof(GatheredRegions::Member) + sizeof(int);
  constexpr double of_a_group = sizeof(int);
  double bytes = static_cast<double>(sensor_bytes(monitors));
  for (const MonitorSpec& spec : monitors) {
    const auto regions = static_cast<double>(std::ssize(regions_of(spec, n_regions)));
    bytes += of_a_group * static_cast<double>(spec.region_group.size());
    bytes += reduction_of(spec) != nullptr ? of_a_member * regions
                                           : static_cast<double>(sizeof(std::string)) * regions;
  }
  return static_cast<std::int64_t>(bytes);
}

std::int64_t saved_values(const std::vector<MonitorSpec>& monitors, double dt, Step transient,
                          Step steps, GlobalIndex n_regions) {
  const std::vector<GlobalIndex> one{0};
  std::size_t values = 0;
  for (const MonitorSpec& spec : monitors) {
    const Extent extent = extent_of(spec, transient, steps, n_regions);
    const auto filter = spec.kind->make_filter(setting_of(spec, extent.schedule, one, dt));
    for (const StateArray& array : filter->state())
      values += array.values.size();
  }
  return static_cast<std::int64_t>(values) * n_regions;
}

std::int64_t expected_bytes(const std::vector<MonitorSpec>& monitors, double dt, Step transient,
                            Step steps, GlobalIndex n_regions, int ranks) {
  const auto own = static_cast<LocalIndex>((n_regions + ranks - 1) / ranks);
  std::vector<GlobalIndex> some(static_cast<std::size_t>(own));
  std::iota(some.begin(), some.end(), GlobalIndex{0});
  double one_of_each = 0.0, all = 0.0, kept = 0.0;
  for (const MonitorSpec& spec : monitors) {
    const Extent extent = extent_of(spec, transient, steps, n_regions);
    const GlobalIndex mine = std::min<GlobalIndex>(own, extent.regions);
    const double sample = sample_bytes(spec, extent.regions, static_cast<std::size_t>(mine));
    one_of_each += sample;
    all += sample * static_cast<double>(extent.schedule.samples);
    const auto filter = spec.kind->make_filter(setting_of(spec, extent.schedule, some, dt));
    kept += static_cast<double>(filter_bytes(*filter));
    // Series::positions, the regions themselves, and SampleWindow's columns.
    kept += static_cast<double>(2 * sizeof(GlobalIndex) + sizeof(LocalIndex)) *
            static_cast<double>(mine);
  }
  const double window = std::max(one_of_each, std::min(all, double{default_buffer_bytes}));
  return static_cast<std::int64_t>(3.0 * window + kept);
}

Recorder::Recorder(const comm::Communicator& comm, RecordedModels models,
                   const std::vector<MonitorSpec>& monitors, const std::vector<GlobalIndex>& owned,
                   GlobalIndex n_regions, double dt_ms, Step transient, Step steps, int threads,
                   std::int64_t buffer_bytes)
    : impl_(std::make_unique<Impl>(comm, std::move(models), n_regions, dt_ms)) {
  impl_->steps = steps;
  impl_->owned = owned;
  std::vector<Columns> columns;
  for (const MonitorSpec& spec : monitors)
    columns.push_back(columns_of(regions_of(spec, n_regions), owned));
  const Step horizon = common_horizon(comm, monitors, columns, buffer_bytes, steps);
  for (std::size_t i = 0; i < monitors.size(); ++i)
    impl_->add(monitors[i], std::move(columns[i]), horizon, transient);
  impl_->wants_input = impl_->observer.wants_input() ||
                       std::any_of(monitors.begin(), monitors.end(),
                                   [](const MonitorSpec& spec) { return spec.kind->of_inputs; });
  impl_->workers.resize(static_cast<std::size_t>(std::max(threads, 1)));
  std::size_t most = 0;
  for (const MonitorSpec& spec : monitors)
    most = std::max(most, spec.n_variables());
  for (Worker& worker : impl_->workers) {
    worker.derived.resize(impl_->observer.scratch_size());
    worker.rows.resize(most);
  }
}

Recorder::~Recorder() = default;

void Recorder::Impl::add(const MonitorSpec& spec, Columns columns, Step horizon, Step transient) {
  const Kind& kind = *spec.kind;
  const Schedule when = extent_of(spec, transient, steps, n_regions).schedule;
  const auto lags = observer.lags_of(spec);
  Step lag = 0;
  for (const std::vector<Step>& own : lags)
    lag = std::max(lag, own.empty() ? Step{0} : *std::max_element(own.begin(), own.end()));
  const auto n_variables = static_cast<int>(spec.n_variables());
  // What is known later keeps a sample waiting while the next one comes.
  const Step capacity =
      lag + std::clamp<Step>(horizon / spec.period, 1, std::max<Step>(when.samples, 1));
  std::unique_ptr<SpaceReduction> reduction;
  if (const MakeReduction make = reduction_of(spec))
    reduction = make(comm, spec, columns.mine, observer.presence_of(spec));
  series.push_back({spec, kind.make_filter(setting_of(spec, when, owned, dt_ms)),
                    SampleWindow(when, n_variables, std::move(columns.before), capacity),
                    std::move(reduction), std::move(columns.positions), std::move(columns.order),
                    columns.total, lags, lag, observer.need(spec, attention(kind.looks, when)),
                    attention(kind.looks, when)});
}

bool Recorder::wants_input() const {
  return impl_->wants_input;
}

void Recorder::record(const engine::TileSample& sample) {
  assert(static_cast<std::size_t>(sample.thread) < impl_->workers.size());
  Worker& worker = impl_->workers[static_cast<std::size_t>(sample.thread)];
  if (sample.steps <= Observer::most_steps) {
    impl_->record_run(sample, worker);
  } else {
    for (int done = 0; done < sample.steps; done += Observer::most_steps)
      impl_->record_run(impl_->observer.part_of(sample, done), worker);
  }
  worker.reached = std::max(worker.reached, sample.first + sample.steps - 1);
}

void Recorder::Impl::record_run(const engine::TileSample& sample, Worker& worker) {
  observer.observe(sample, worker.derived.data());
  std::int64_t variables_before = 0;
  for (Series& one : series) {
    TileRun run{sample.first_region, sample.regions, sample.first, sample.steps};
    const std::int64_t before = variables_before;
    variables_before += static_cast<Step>(one.spec.n_variables());
    if (one.window.schedule().samples == 0 || !one.window.takes(run)) continue;
    const std::vector<int>& variables = one.spec.variables_of(sample.population);
    const std::vector<Place>& places = one.places[static_cast<std::size_t>(sample.population)];
    const std::vector<Step>& lags = one.lags[static_cast<std::size_t>(sample.population)];
    for (std::size_t i = 0; i < variables.size(); ++i)
      worker.rows[i] = observer.rows_of(sample, worker.derived.data(), places[i]);
    if (!one.spec.computed.empty()) look_at_expressions(one, before, run, sample, worker);
    // Neighbours that are known at the same time go together.
    for (std::size_t from = 0, to = 0; from < variables.size(); from = to) {
      while (to < variables.size() && lags[to] == lags[from])
        ++to;
      run.first = sample.first - lags[from];
      one.filter->take(run, static_cast<int>(from), std::span(worker.rows).subspan(from, to - from),
                       one.window);
    }
  }
}

/// Notes the first value that is not finite among those that samples depend on.
void Recorder::Impl::look_at_expressions(const Series& one, std::int64_t variables_before,
                                         const TileRun& run, const engine::TileSample& sample,
                                         Worker& worker) const {
  const auto model = static_cast<std::size_t>(sample.population);
  for (std::size_t v = 0; v < one.spec.computed.size(); ++v) {
    if (one.spec.computed_at(v) == nullptr) continue;
    if (one.spec.variables_of(sample.population)[v] < 0) continue;
    const Step first = run.first - one.lags[model][v];
    const Step stride = one.due.stride;
    const Step last = std::min(first + run.steps - 1, one.due.end);
    const Step begin = (std::max(first, one.due.begin) + stride - 1) / stride * stride;
    if (!any_not_finite(worker.rows[v], begin - first, last - first, stride)) continue;
    for (Step step = begin; step <= last; step += stride) {
      look_at_row(one, variables_before + static_cast<std::int64_t>(v), run, step,
                  worker.rows[v].at(step - first), worker);
    }
  }
}

void Recorder::Impl::look_at_row(const Series& one, std::int64_t number, const TileRun& run,
                                 Step step, const double* row, Worker& worker) const {
  for (int lane = 0; lane < run.regions; ++lane) {
    const LocalIndex region = run.first_region + lane;
    if (std::isfinite(row[lane]) || !one.window.records(region)) continue;
    worker.worst =
        std::min(worker.worst, NotFinite{step, owned[static_cast<std::size_t>(region)], number});
  }
}

Step Recorder::last_step() const {
  const auto late = [](const Series& s) { return s.lag > 0 && s.window.schedule().samples > 0; };
  const auto& series = impl_->series;
  return std::any_of(series.begin(), series.end(), late) ? impl_->steps + 1 : impl_->steps;
}

Step Recorder::next_flush(Step now) const {
  Step until = last_step();
  for (const Series& series : impl_->series)
    until = std::min(until, series.window.limit());
  return std::max(until, now);
}

void Recorder::flush(SampleSink& sink) {
  Step now = 0;
  for (const Worker& worker : impl_->workers)
    now = std::max(now, worker.reached);
  // A rank without regions sees no tile.
  now = impl_->comm.max(now);
  impl_->refuse_not_finite();
  for (const Series& series : impl_->series)
    impl_->refuse_lost(series, now);
  for (std::size_t i = 0; i < impl_->series.size(); ++i) {
    Series& series = impl_->series[i];
    const Step samples =
        series.window.schedule().complete(now - series.lag) - series.window.start();
    if (samples > 0) impl_->hand_on(series, static_cast<int>(i), samples, sink);
  }
}

/// The same on all ranks: the first in time, then in the order of regions and of the study.
void Recorder::Impl::refuse_not_finite() const {
  NotFinite worst;
  for (const Worker& worker : workers)
    worst = std::min(worst, worker.worst);
  if (std::all_of(series.begin(), series.end(),
                  [](const Series& one) { return one.spec.computed.empty(); }))
    return;
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  const Step step = comm.min(worst.step);
  if (step == none) return;
  const bool now = worst.step == step;
  const GlobalIndex region = comm.min(now ? worst.region : none);
  std::int64_t number = comm.min(now && worst.region == region ? worst.variable : none);
  for (const Series& one : series) {
    if (number >= std::ssize(one.spec.computed) || one.spec.computed.empty()) {
      number -= static_cast<Step>(one.spec.n_variables());
      continue;
    }
    const ComputedVariable& variable = one.spec.computed[static_cast<std::size_t>(number)];
    throw DivergedError(fmt::format(
        "monitor '{}': {} = {} is not a finite number in region {} at t = {:.12g} ms: a division "
        "by zero, or a function outside of where it is defined",
        one.spec.name, variable.name, variable.program.text, region,
        static_cast<double>(step) * dt_ms));
  }
}

/// The same on all ranks.
void Recorder::Impl::refuse_lost(const Series& one, Step now) const {
  if (one.spec.kind->lost.empty()) return;
  const LocalIndex lost = one.filter->lost(one.window);
  constexpr GlobalIndex none = std::numeric_limits<GlobalIndex>::max();
  const GlobalIndex region = comm.min(lost < 0 ? none : owned[static_cast<std::size_t>(lost)]);
  if (region == none) return;
  throw DivergedError(fmt::format("monitor '{}': region {}, before t = {:.12g} ms: {}",
                                  one.spec.name, region, static_cast<double>(now) * dt_ms,
                                  one.spec.kind->lost));
}

void Recorder::Impl::hand_on(Series& one, int number, Step samples, SampleSink& sink) {
  const Step first = one.window.start();
  const auto rows = samples * static_cast<Step>(one.spec.n_variables());
  const auto size = static_cast<std::size_t>(rows) * one.positions.size();
  one.window.drain(samples, [&](std::vector<double>& data) {
    const std::span<double> whole = std::span(data).first(size);
    if (!one.order.empty()) reorder(one.order, whole);
    if (!one.reduction) {
      sink.append(number, first, samples, data, one.positions);
      return;
    }
    one.reduction->reduce(comm, first, rows, whole, reduced);
    std::vector<GlobalIndex> all(reduced.size() / static_cast<std::size_t>(rows));
    std::iota(all.begin(), all.end(), GlobalIndex{0});
    sink.append(number, first, samples, reduced, all);
  });
}

std::vector<SeriesInfo> Recorder::series(const std::vector<std::string>& labels) const {
  std::vector<SeriesInfo> result;
  for (const Series& series : impl_->series)
    result.push_back(impl_->describe(series, labels));
  return result;
}

SeriesInfo Recorder::Impl::describe(const Series& one,
                                    const std::vector<std::string>& labels) const {
  const Schedule& when = one.window.schedule();
  SeriesInfo info;
  info.name = one.spec.name;
  info.kind = one.spec.kind->name;
  observer.name_variables(one.spec, info);
  if (!one.spec.kind->unit.empty())
    info.units.assign(info.units.size(), std::string(one.spec.kind->unit));
  info.sensors = one.spec.sensors;
  info.recorded = one.spec.recorded;
  if (info.sensors) info.units.assign(info.units.size(), info.sensors->unit);
  info.column_labels = column_names(one.spec);
  if (info.column_labels.empty()) {
    info.columns = regions_of(one.spec, n_regions);
    for (std::size_t i = 0; i < info.columns.size() && !labels.empty(); ++i)
      info.column_labels.push_back(labels[static_cast<std::size_t>(info.columns[i])]);
  }
  info.first_time = static_cast<double>(when.first) * dt_ms / 1000.0;
  info.period = static_cast<double>(when.period) * dt_ms / 1000.0;
  info.samples = when.samples;
  return info;
}

std::vector<NamedState> Recorder::state() {
  std::vector<NamedState> all;
  for (Series& series : impl_->series) {
    for (const StateArray& array : series.filter->state())
      all.push_back({series.spec.name + "/" + std::string(array.name), array.values});
    all.push_back({series.spec.name + "/begun", series.window.begun()});
  }
  return all;
}

/// Calls visit(value) for everything that goes on for a region.
template <class Visit>
void Recorder::Impl::each_saved(LocalIndex region, const Visit& visit) {
  const std::size_t n_owned = owned.size();
  for (Series& one : series) {
    for (const StateArray& array : one.filter->state()) {
      for (auto at = static_cast<std::size_t>(region); at < array.values.size(); at += n_owned)
        visit(array.values[at]);
    }
    // What some variables know later makes samples that are there in part.
    if (one.lag == 0 || !one.window.records(region)) continue;
    const auto columns = static_cast<std::size_t>(one.window.columns());
    const std::span<double> begun = one.window.begun();
    for (auto at = static_cast<std::size_t>(one.window.column(region)); at < begun.size();
         at += columns)
      visit(begun[at]);
  }
}

void Recorder::save(LocalIndex region, std::vector<double>& values) const {
  impl_->each_saved(region, [&](double value) { values.push_back(value); });
}

std::size_t Recorder::saved_values(LocalIndex region) const {
  std::size_t count = 0;
  impl_->each_saved(region, [&](double) { ++count; });
  return count;
}

void Recorder::load(LocalIndex region, std::span<const double> values) {
  auto next = values.begin();
  impl_->each_saved(region, [&](double& value) { value = *next++; });
}

void Recorder::resume(Step now) {
  for (Series& one : impl_->series)
    one.window.start_at(one.window.schedule().complete(now - one.lag));
}

std::int64_t Recorder::buffer_bytes() const {
  std::int64_t bytes = 0;
  for (Series& series : impl_->series) {
    bytes += series.window.bytes() + filter_bytes(*series.filter);
    bytes += static_cast<std::int64_t>(series.positions.size() * sizeof(GlobalIndex) +
                                       series.order.size() * sizeof(std::size_t));
    if (!series.reduction) continue;
    bytes += series.reduction->bytes();
    if (impl_->comm.is_root()) bytes += series.window.window_bytes(series.n_columns);
  }
  for (const Worker& worker : impl_->workers)
    bytes += static_cast<std::int64_t>(worker.derived.size() * sizeof(double));
  return bytes;
}

}  // namespace arcuate::monitor
