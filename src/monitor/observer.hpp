#pragma once

#include <vector>

#include "arcuate/core/expression.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/monitor/space_reduction.hpp"
#include "arcuate/monitor/time_filter.hpp"

/// From what a tile did to the values of variables.
namespace arcuate::monitor {

/// Where the values of a variable are in what a tile did.
struct Place {
  enum class In { nowhere, state, input, derived };
  In in = In::nowhere;
  int row = 0;
};
/// (n_models, n_variables)
using Places = std::vector<std::vector<Place>>;

/// States and inputs lie in the trace of a tile; derived observables are computed, once for all
/// monitors, at the steps that some monitor looks at; expressions after them, for each monitor.
class Observer {
 public:
  /// Longest run that is observed at once.
  static constexpr int most_steps = 32;

  explicit Observer(RecordedModels models);

  /// Makes the variables of a monitor known. Returns where they will be.
  Places need(const MonitorSpec& spec, const Attention& attention);

  [[nodiscard]] bool wants_input() const;
  /// Values that a thread needs for itself: what is derived, then what expressions need.
  [[nodiscard]] std::size_t scratch_size() const;
  /// The steps `done` .. of a run, at most `most_steps`.
  [[nodiscard]] engine::TileSample part_of(const engine::TileSample& sample, int done) const;
  /// Computes what is derived into `scratch`. At most `most_steps` steps.
  void observe(const engine::TileSample& sample, double* scratch) const;
  /// A variable after observe(); row 0 is of step sample.first minus its lag.
  [[nodiscard]] Rows rows_of(const engine::TileSample& sample, const double* scratch,
                             const Place& place) const;

  /// (n_models, n_variables) 1 for what is known when the step that starts from the sample is done,
  /// else 0.
  [[nodiscard]] std::vector<std::vector<Step>> lags_of(const MonitorSpec& spec) const;
  [[nodiscard]] Presence presence_of(const MonitorSpec& spec) const;
  /// Names, units and which models lack a variable. A unit that differs between models names them.
  void name_variables(const MonitorSpec& spec, SeriesInfo& series) const;

 private:
  /// A derived observable that some monitor needs, or an expression of a monitor.
  struct Derived {
    int index = 0;        ///< among model::ModelInfo::observables; -1: an expression
    bool before = false;  ///< row 0 is of the state from which the first step starts
    Attention at;
    expression::Program program;
    std::vector<NamedQuantity> operands;
    std::vector<int> operand_rows;  ///< of operands that are derived, else -1
  };

  [[nodiscard]] int n_models() const { return static_cast<int>(models_.entries.size()); }
  [[nodiscard]] const model::ModelInfo& info(int model) const {
    return models_.entries[static_cast<std::size_t>(model)]->info;
  }
  [[nodiscard]] Step lag_of(const MonitorSpec& spec, std::size_t variable, int model) const;
  [[nodiscard]] bool of_input(const NamedQuantity& quantity, int model) const;
  [[nodiscard]] int need_observable(int model, int index, bool before, const Attention& attention);
  [[nodiscard]] int need_expression(int model, const expression::Program& program, bool before,
                                    const Attention& attention);
  [[nodiscard]] std::size_t derived_size() const;
  void compute(const engine::TileSample& sample, const Derived& derived, Step row, int rows,
               double* scratch, double* out) const;
  [[nodiscard]] expression::Operand operand(const engine::TileSample& sample,
                                            const Derived& derived, std::size_t i, Step row,
                                            const double* scratch) const;

  RecordedModels models_;
  std::vector<std::vector<Derived>> derived_;  ///< by model
};

}  // namespace arcuate::monitor
