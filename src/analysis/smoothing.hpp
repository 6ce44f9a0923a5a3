#pragma once

#include <span>
#include <vector>

#include "arcuate/analysis/spike_trains.hpp"

namespace arcuate::analysis {

/// A signal of `steps` steps, of which the values from number `first` on are known.
struct PartOfSignal {
  std::span<const double> values;
  Step first = 0;
  Step steps = 0;
};

/// [steps] To how far a smoothed value depends on the signal, before and after.
Step reach_of(const Smoothing& smoothing, double dt);

/// The smoothed steps begin .. end - 1, of which the part must have all that they depend on.
std::vector<double> smooth_part(const PartOfSignal& signal, Step begin, Step end,
                                const Smoothing& smoothing, double dt);

}  // namespace arcuate::analysis
