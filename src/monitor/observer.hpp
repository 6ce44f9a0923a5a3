#pragma once

#include <vector>

#include "arcuate/engine/simulation.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/monitor/space_reduction.hpp"
#include "arcuate/monitor/time_filter.hpp"

/// From what a tile did to the values of variables.
namespace arcuate::monitor {

/// States and inputs lie in the trace of a tile; derived observables are computed, once for all
/// monitors, at the steps that some monitor looks at.
class Observer {
 public:
  /// Longest run that is observed at once.
  static constexpr int most_steps = 32;

  explicit Observer(RecordedModels models);

  /// Makes the variables of a monitor known.
  void need(const MonitorSpec& spec, const Attention& attention);

  [[nodiscard]] bool wants_input() const;
  /// Values that a thread needs for itself.
  [[nodiscard]] std::size_t scratch_size() const;
  /// The steps `done` .. of a run, at most `most_steps`.
  [[nodiscard]] engine::TileSample part_of(const engine::TileSample& sample, int done) const;
  /// Computes what is derived into `scratch`. At most `most_steps` steps.
  void observe(const engine::TileSample& sample, double* scratch) const;
  /// A variable of a monitor after observe(); row 0 is of step sample.first minus its lag.
  [[nodiscard]] Rows rows_of(const engine::TileSample& sample, const double* scratch,
                             const MonitorSpec& spec, int variable) const;

  /// (n_models, n_variables) 1 for what is known when the step that starts from the sample is done,
  /// else 0.
  [[nodiscard]] std::vector<std::vector<Step>> lags_of(const MonitorSpec& spec) const;
  [[nodiscard]] Presence presence_of(const MonitorSpec& spec) const;
  /// Names, units and which models lack a variable. A unit that differs between models names them.
  void name_variables(const MonitorSpec& spec, SeriesInfo& series) const;

 private:
  /// A derived observable that some monitor needs.
  struct Derived {
    int index = 0;  ///< among model::ModelInfo::observables
    Attention at;
  };

  [[nodiscard]] int n_models() const { return static_cast<int>(models_.entries.size()); }
  [[nodiscard]] const model::ModelInfo& info(int model) const {
    return models_.entries[static_cast<std::size_t>(model)]->info;
  }
  [[nodiscard]] Step lag_of(const MonitorSpec& spec, int variable, int model) const;
  [[nodiscard]] int derived_row(int observable, int model) const;

  RecordedModels models_;
  std::vector<std::vector<Derived>> derived_;  ///< by model
};

}  // namespace arcuate::monitor
