#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"

/// What changes with absolute time from outside: stimuli on inputs, and parameters that change. A
/// pure function of (region, time), so that a run in pieces sees what a run in one piece sees.
namespace arcuate::engine {

/// Buffers of one thread, and the time courses of its last run of steps.
struct DriveScratch {
  Step first = -1;
  int steps = 0;
  /// (stimuli, steps + 1): at the begins of the steps and the end of the last, and in their middles
  std::vector<double> whole, half;
  AlignedVector<double> parameter[2];  ///< (steps + 1, parameter_rows, lanes) as whole and half
};

class Drive {
 public:
  /// lane_region: (n_tiles x lanes) global region of each lane.
  Drive(const SimulationSpec& spec, const Population& population, const model::Kernel& kernel,
        const std::vector<std::uint32_t>& lane_region);

  [[nodiscard]] bool on_inputs() const { return on_inputs_; }
  [[nodiscard]] bool on_parameters() const { return on_parameters_; }
  [[nodiscard]] DriveScratch make_scratch(int steps) const;
  /// The time courses of steps first .. first + steps - 1, unless they are there already.
  void prepare(Step first, int steps, DriveScratch& scratch) const;

  /// Adds the stimuli at `when` of each step. inputs: (steps, n_inputs, lanes).
  void add_to_inputs(LocalIndex tile, Series when, const DriveScratch& scratch,
                     double* inputs) const;
  /// Parameters of the tile at the begins, ends and middles of the steps, in the scratch. constant:
  /// (parameter_rows, lanes), the values that the study gives.
  void set_parameters(LocalIndex tile, const double* constant, DriveScratch& scratch) const;
  /// (steps, parameter_rows, lanes) at `when` of each step, after set_parameters; nullptr when no
  /// parameter changes.
  [[nodiscard]] const double* parameters(Series when, const DriveScratch& scratch) const;
  /// Values between two steps in such an array.
  [[nodiscard]] int parameter_stride() const { return parameter_rows_ * model::lanes; }

 private:
  struct Term {
    bool on_parameter;
    int target;
    model::TemporalFunction function;
    std::vector<double> weight;  ///< (n_tiles x lanes)
  };
  void change_parameters(LocalIndex tile, const double* constant, const std::vector<double>& course,
                         int rows, double* out) const;

  const model::Kernel& kernel_;
  int n_inputs_, parameter_rows_;
  double dt_;     ///< [ms]
  bool middles_;  ///< middles of steps are read
  bool on_inputs_ = false, on_parameters_ = false;
  std::vector<Term> terms_;
};

/// The parameters and derived constants of a region at time t [ms].
std::vector<double> parameters_at(const SimulationSpec& spec, const model::Kernel& kernel,
                                  GlobalIndex region, double t);

}  // namespace arcuate::engine
