#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/model/computed.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/monitor/schedule.hpp"

/// What to record.
namespace arcuate::monitor {

struct Kind;
struct Sensors;

using model::ComputedVariable;
using model::named_quantity;
using model::NamedQuantity;

struct MonitorSpec {
  const Kind* kind = nullptr;
  std::string name;  ///< group in the recording
  /// (n_models, n_variables) observable indices, input indices where the kind records inputs; -1:
  /// the model has none.
  std::vector<std::vector<int>> variables_by_model;
  /// (n_variables) or empty: none is computed. `variables_by_model` has 0 for what is.
  std::vector<ComputedVariable> computed;
  Step period = 1;                   ///< [steps]
  std::vector<GlobalIndex> regions;  ///< ascending; empty: all
  std::vector<int> region_group;     ///< with groups: (n_regions) group of each region, -1: none
  std::vector<std::string> group_names;
  std::vector<double> numbers;           ///< (Kind::numbers) in their units
  std::vector<int> choices;              ///< (Kind::choices) options
  std::vector<RegionValues> parameters;  ///< (KindOption::parameters) of the first choice
  Step step = 1;         ///< [steps] of kinds with steps of their own; `period` is a multiple
  double seconds = 0.0;  ///< [s] of a value in such a step (Kind::seconds), for predictions
  std::vector<std::string> sensor_names;   ///< (n_sensors) of kinds that have sensors
  std::shared_ptr<const Sensors> sensors;  ///< what they see; on rank 0
  bool recorded = true;                    ///< else features alone are made of its samples
  bool goes_on = false;                    ///< another run has seen what was before the transient

  [[nodiscard]] std::size_t n_variables() const {
    return variables_by_model.empty() ? 0 : variables_by_model.front().size();
  }
  [[nodiscard]] const std::vector<int>& variables_of(int model) const {
    return variables_by_model[static_cast<std::size_t>(model)];
  }
  /// nullptr for variables of the model.
  [[nodiscard]] const ComputedVariable* computed_at(std::size_t variable) const {
    const bool none = computed.empty() || computed[variable].name.empty();
    return none ? nullptr : &computed[variable];
  }
};

/// The regions that a monitor reads, ascending.
std::vector<GlobalIndex> regions_of(const MonitorSpec& spec, GlobalIndex n_regions);
/// Names of the columns; empty: they are the regions.
std::vector<std::string> column_names(const MonitorSpec& spec);

/// How much a monitor looks at and records: for `check`, `plan` and the recorder alike.
struct Extent {
  Schedule schedule;
  GlobalIndex variables = 0;
  GlobalIndex regions = 0;  ///< that it reads
  GlobalIndex columns = 0;  ///< that it records

  [[nodiscard]] double values() const;  ///< recorded in all
  /// Looked at in a step, of all regions.
  [[nodiscard]] double values_per_step() const;
  /// [s] of processor time in a step, of all regions (docs/decisions/recordings.md).
  [[nodiscard]] double seconds_per_step() const;
  Step looked_at = 0;    ///< [steps] in the whole simulation
  double seconds = 0.0;  ///< [s] of the kind's own work on a value that it looks at
  Step steps = 0;        ///< of the simulation
};
/// transient, steps: [steps].
Extent extent_of(const MonitorSpec& spec, Step transient, Step steps, GlobalIndex n_regions);

/// A stream of samples as the recording keeps it.
struct SeriesInfo {
  std::string name;
  std::string kind;
  std::vector<std::string> variables;
  std::vector<std::string> units;        ///< one per variable
  std::vector<std::string> expressions;  ///< one per variable, "" for those of the model; or empty
  std::string missing;                   ///< which models lack which variables; "" when none does
  std::vector<std::string> column_labels;  ///< (n_columns) region labels, or names of averages
  std::vector<GlobalIndex>
      columns;              ///< (n_columns) region index of each column; empty for averages
  double first_time = 0.0;  ///< [s] of sample 0
  double period = 0.0;      ///< [s]
  Step samples = 0;
  std::shared_ptr<const Sensors> sensors;  ///< of the columns, which have none otherwise; on rank 0
  bool recorded = true;                    ///< a recording keeps it
};

/// Receives samples while a simulation runs. Collective.
class SampleSink {
 public:
  virtual ~SampleSink() = default;
  /// data: begins with (n_samples, n_variables, owned columns of this rank, ascending); a sink may
  /// keep it and give another vector of the same size for it. `owned`: this rank's positions in
  /// SeriesInfo::column_labels.
  virtual void append(int series, Step first_sample, Step n_samples, std::vector<double>& data,
                      const std::vector<GlobalIndex>& owned) = 0;
};

/// Hands samples to several sinks, one after another. Those before the last have to leave them as
/// they are.
class SinkList final : public SampleSink {
 public:
  explicit SinkList(std::vector<SampleSink*> sinks) : sinks_(std::move(sinks)) {}
  void append(int series, Step first_sample, Step n_samples, std::vector<double>& data,
              const std::vector<GlobalIndex>& owned) override {
    for (SampleSink* const sink : sinks_)
      sink->append(series, first_sample, n_samples, data, owned);
  }

 private:
  std::vector<SampleSink*> sinks_;
};

}  // namespace arcuate::monitor
