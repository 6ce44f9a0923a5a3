#include "stepwise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/monitor/spec.hpp"

namespace arcuate::python {
namespace {

using Names = std::vector<std::string>;

void add_name(Names& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

std::string joined(const Names& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Values of inputs, by region, in the steps for which they are given.
class Inputs final : public engine::Feed {
 public:
  Inputs(const engine::SimulationSpec& spec, std::size_t regions) : regions_(regions) {
    for (const engine::Population& population : spec.populations) {
      for (const auto& input : population.model->info.inputs)
        add_name(names_, input.name);
    }
    for (const engine::Population& population : spec.populations) {
      std::vector<std::size_t> of;
      for (const auto& input : population.model->info.inputs)
        of.push_back(place(std::string(input.name)));
      of_population_.push_back(std::move(of));
    }
    series_.resize(names_.size());
  }

  [[nodiscard]] const Names& names() const { return names_; }
  void own(const std::vector<GlobalIndex>& owned) { owned_ = &owned; }

  void set(const std::string& name, Step now, std::vector<double> values) {
    Series& series = series_[place(name)];
    if (values.empty() || values.size() % regions_ != 0)
      throw ConfigError(fmt::format("{}: {} values are no whole number of rows of {} regions", name,
                                    values.size(), regions_));
    series.rows = static_cast<Step>(values.size() / regions_);
    series.first = now;
    series.values = std::move(values);
  }
  void clear(const std::string& name) { series_[place(name)] = {}; }

  /// Every series reaches up to step `end`. Throws ConfigError.
  void require(Step end) const {
    for (std::size_t k = 0; k < series_.size(); ++k) {
      if (series_[k].rows > 1 && series_[k].first + series_[k].rows < end)
        throw ConfigError(
            fmt::format("{}: there are values for {} steps, up to step {}; step {} is asked for",
                        names_[k], series_[k].rows, series_[k].first + series_[k].rows, end));
    }
  }

  void add(const engine::TileInput& to) const override {
    const std::vector<std::size_t>& of = of_population_[z(to.population)];
    for (std::size_t input = 0; input < of.size(); ++input) {
      const Series& series = series_[of[input]];
      if (series.rows == 0) continue;
      for (int s = 0; s < to.steps; ++s) {
        // The last row stays for the step after the study, which monitors of inputs want.
        const Step row = std::min(series.rows - 1, to.first + s - series.first);
        const double* values = series.values.data() + z(row) * regions_;
        double* lane = to.input + (z(s) * z(to.n_inputs) + input) * model::lanes;
        for (int k = 0; k < to.regions; ++k)
          lane[k] += values[z((*owned_)[z(to.first_region + k)])];
      }
    }
  }

 private:
  struct Series {
    Step first = 0;
    Step rows = 0;
    std::vector<double> values;  ///< (rows, regions)
  };
  [[nodiscard]] std::size_t place(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end())
      throw ConfigError(
          fmt::format("{}: no input of this name (allowed: {})", name, joined(names_)));
    return static_cast<std::size_t>(found - names_.begin());
  }

  std::size_t regions_;
  const std::vector<GlobalIndex>* owned_ = nullptr;
  Names names_;
  std::vector<std::vector<std::size_t>> of_population_;  ///< place in names_ of each input
  std::vector<Series> series_;                           ///< by place in names_
};

/// Samples of this rank.
class Kept final : public monitor::SampleSink {
 public:
  struct Part {
    Step first = 0, samples = 0;
    std::vector<GlobalIndex> owned;
    std::vector<double> data;  ///< (samples, variables, owned)
  };
  explicit Kept(const std::vector<monitor::SeriesInfo>& series)
      : series_(series), parts_(series.size()) {}

  void append(int series, Step first_sample, Step n_samples, std::vector<double>& data,
              const std::vector<GlobalIndex>& owned) override {
    Part& part = parts_[z(series)];
    if (part.samples == 0) part.first = first_sample;
    part.samples += n_samples;
    part.owned = owned;
    const std::size_t count = z(n_samples) * series_[z(series)].variables.size() * owned.size();
    part.data.insert(part.data.end(), data.begin(),
                     data.begin() + static_cast<std::ptrdiff_t>(count));
  }

  Part take(std::size_t series) { return std::exchange(parts_[series], {}); }

 private:
  const std::vector<monitor::SeriesInfo>& series_;
  std::vector<Part> parts_;
};

/// Of all ranks, on rank 0. Collective.
Samples gathered(const comm::Communicator& comm, const monitor::SeriesInfo& info,
                 const Kept::Part& part) {
  const std::vector<double> columns(part.owned.begin(), part.owned.end());
  const std::vector<double> all_columns = comm.gather(columns);
  const std::vector<std::int64_t> counts =
      comm.all_gather(static_cast<std::int64_t>(part.owned.size()));
  const std::vector<double> values = comm.gather(part.data);
  const Step n_samples = comm.max(part.samples);
  Samples samples{info.variables, info.column_labels, {}, {}};
  if (!comm.is_root()) return samples;
  for (Step k = 0; k < n_samples; ++k)
    samples.time.push_back(info.first_time + static_cast<double>(part.first + k) * info.period);
  const std::size_t rows = z(n_samples) * info.variables.size();
  const std::size_t width = info.column_labels.size();
  samples.data.resize(rows * width);
  std::size_t at = 0;
  std::size_t first = 0;
  for (const std::int64_t count : counts) {
    for (std::size_t row = 0; count > 0 && row < rows; ++row) {
      for (std::size_t k = 0; k < z(count); ++k)
        samples.data[row * width + static_cast<std::size_t>(all_columns[first + k])] = values[at++];
    }
    first += z(count);
  }
  return samples;
}

}  // namespace

struct Stepwise::Impl {
  Impl(comm::Communicator own, const std::string& study, const Names& overrides, int threads)
      : comm(std::move(own)),
        prepared(run::prepare(comm, {.study = [&] { return io::read_study(study, overrides); }},
                              threads)),
        inputs(prepared.simulation, prepared.header.owner.size()),
        running(comm, prepared, options_of(threads)),
        kept(running.series()) {
    labels = prepared.connectome.labels;
    share_labels();
    for (const engine::Population& population : prepared.simulation.populations) {
      for (const auto& state : population.model->info.states)
        add_name(names, state.name);
    }
    running.start();
    running.set_feed(inputs);
    inputs.own(running.simulation().owned());
    states.resize(names.size());
    look();
  }

  static engine::SimulationOptions options_of(int threads) {
    engine::SimulationOptions options;
    options.threads = threads;
    return options;
  }

  void share_labels() {
    std::string text = joined_lines(labels);
    comm.broadcast(text);
    if (comm.is_root()) return;
    labels.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      labels.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  static std::string joined_lines(const Names& lines) {
    std::string text;
    for (const std::string& line : lines)
      text += line + "\n";
    return text;
  }

  /// The states of all ranks at now(). Collective.
  void look() {
    const std::vector<GlobalIndex>& owned = running.simulation().owned();
    const std::vector<double> places(owned.begin(), owned.end());
    std::vector<double> where = comm.gather(places);
    comm.broadcast(where);
    for (std::size_t k = 0; k < names.size(); ++k) {
      std::vector<double> mine;
      for (std::size_t region = 0; region < owned.size(); ++region)
        mine.push_back(value(k, static_cast<LocalIndex>(region), owned[region]));
      std::vector<double> all = comm.gather(mine);
      comm.broadcast(all);
      states[k].resize(all.size());  // once: others look at this memory
      for (std::size_t i = 0; i < all.size(); ++i)
        states[k][static_cast<std::size_t>(where[i])] = all[i];
    }
  }
  [[nodiscard]] double value(std::size_t name, LocalIndex region, GlobalIndex global) const {
    const auto& of_model = prepared.simulation.at(global).model->info.states;
    for (std::size_t k = 0; k < of_model.size(); ++k) {
      if (of_model[k].name == names[name])
        return running.simulation().state(region, static_cast<int>(k));
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  comm::Communicator comm;
  run::Prepared prepared;
  Inputs inputs;
  run::Run running;
  Kept kept;
  Names labels, names;
  std::vector<std::vector<double>> states;  ///< by name: (regions)
};

Stepwise::Stepwise(comm::Communicator comm, const std::string& study,
                   const std::vector<std::string>& overrides, int threads)
    : impl_(std::make_unique<Impl>(std::move(comm), study, overrides, threads)) {}
Stepwise::~Stepwise() = default;

Step Stepwise::now() const {
  return impl_->running.now();
}
Step Stepwise::steps() const {
  return impl_->prepared.simulation.steps;
}
double Stepwise::dt() const {
  return impl_->prepared.simulation.dt;
}
const std::vector<std::string>& Stepwise::labels() const {
  return impl_->labels;
}
std::vector<std::string> Stepwise::state_names() const {
  return impl_->names;
}
std::vector<std::string> Stepwise::input_names() const {
  return impl_->inputs.names();
}

const std::vector<double>& Stepwise::state(const std::string& name) const {
  const Names& names = impl_->names;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw ConfigError(fmt::format("{}: no state of this name (allowed: {})", name, joined(names)));
  return impl_->states[static_cast<std::size_t>(found - names.begin())];
}

void Stepwise::set_input(const std::string& name, std::vector<double> values) {
  impl_->inputs.set(name, now(), std::move(values));
}
void Stepwise::clear_input(const std::string& name) {
  impl_->inputs.clear(name);
}

void Stepwise::run(Step steps, const std::function<void()>& between) {
  Impl& own = *impl_;
  if (steps < 1) throw ConfigError(fmt::format("{} steps: expected one or more", steps));
  const Step until = now() + steps;
  if (until > this->steps())
    throw ConfigError(
        fmt::format("duration: the study ends after {} steps of {} ms; step {} is asked for",
                    this->steps(), dt(), until));
  own.inputs.require(until);
  const Step stretch = Step{10} * own.running.simulation().block();
  while (now() < until) {
    own.running.advance(std::min(until, now() + stretch), own.kept);
    if (now() == until) break;
    try {
      between();
    } catch (...) {
      own.look();
      throw;
    }
  }
  own.look();
  // Monitors of inputs know their last sample a step later; the states that are seen stay.
  while (until == this->steps() && !own.running.done())
    own.running.advance(until + 1, own.kept);
}

std::map<std::string, Samples> Stepwise::take_samples() {
  std::map<std::string, Samples> all;
  const std::vector<monitor::SeriesInfo>& series = impl_->running.series();
  for (std::size_t k = 0; k < series.size(); ++k)
    all.emplace(series[k].name, gathered(impl_->comm, series[k], impl_->kept.take(k)));
  return all;
}

}  // namespace arcuate::python
