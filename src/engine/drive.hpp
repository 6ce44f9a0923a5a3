#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/parameters.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/engine/tile_sizes.hpp"
#include "arcuate/model/kernel.hpp"

/// What changes with absolute time from outside: stimuli on inputs, and parameters that change. A
/// pure function of (region, time), so that a run in pieces sees what a run in one piece sees.
namespace arcuate::engine {

/// Buffers of one thread, and the time courses of its last run of steps.
struct DriveScratch {
  Step first = -1;
  int steps = 0;
  std::vector<double> whole;  ///< at the begins of the steps and the end of the last
  std::vector<double> half;   ///< in their middles
  std::array<AlignedVector<double>, 2> parameter;  ///< as whole and half

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    const std::int64_t times = n.scratch_steps() + 1;
    const std::int64_t changing = n.changing_parameters ? times : 0;
    visit("stimuli", Role::scratch, self.whole, {n.stimuli, times});
    visit("stimuli_in_middle", Role::scratch, self.half, {n.middles ? n.stimuli : 0, times});
    visit("parameters", Role::scratch, self.parameter[0], {changing, n.parameters, lanes});
    visit("parameters_in_middle", Role::scratch, self.parameter[1],
          {n.middles ? changing : 0, n.parameters, lanes});
  }
};

/// Weights of the stimuli.
struct DriveWeights {
  std::vector<double> weight;

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    visit("stimulus_weight", Role::parameter, self.weight, {n.stimuli, n.tiles, lanes});
  }
};

class Drive {
 public:
  /// lane_region: (n_tiles x lanes) global region of each lane.
  Drive(const SimulationSpec& spec, const Population& population, const model::Kernel& kernel,
        const std::vector<std::uint32_t>& lane_region);

  [[nodiscard]] const DriveWeights& weights() const { return weights_; }
  [[nodiscard]] bool acts() const { return !terms_.empty(); }
  [[nodiscard]] bool on_inputs() const { return on_inputs_; }
  [[nodiscard]] bool on_parameters() const { return on_parameters_; }
  [[nodiscard]] bool on_states() const { return on_states_; }
  /// The time courses of steps first .. first + steps - 1, unless they are there already.
  void prepare(Step first, int steps, DriveScratch& scratch) const;

  /// Adds the stimuli at `when` of each step. inputs: (steps, n_inputs, lanes).
  void add_to_inputs(LocalIndex tile, Series when, const DriveScratch& scratch,
                     double* inputs) const;
  /// Adds what the stimuli on states do in each step to the increments of the noise: (steps,
  /// n_states, lanes).
  void add_to_increments(LocalIndex tile, const DriveScratch& scratch, double* increments) const;
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
    StimulusOn on;
    int target;
    model::TemporalFunction function;
  };
  [[nodiscard]] const double* weight_of(std::size_t term, LocalIndex tile) const {
    return weights_.weight.data() + term * n_lanes_ + static_cast<std::size_t>(tile * lanes);
  }
  void change_parameters(LocalIndex tile, const double* constant, const std::vector<double>& course,
                         int rows, double* out) const;

  const model::Kernel& kernel_;
  int n_states_, n_inputs_, parameter_rows_;
  double dt_;        ///< [ms]
  double model_dt_;  ///< [model time unit]
  bool middles_;     ///< middles of steps are read
  bool on_inputs_ = false, on_parameters_ = false, on_states_ = false;
  std::size_t n_lanes_;  ///< of all tiles
  std::vector<Term> terms_;
  DriveWeights weights_;
};

}  // namespace arcuate::engine
