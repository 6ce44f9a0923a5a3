#pragma once

#include "arcuate/core/types.hpp"

/// When a monitor samples: a pure function of its kind, its period, the transient and the duration.
namespace arcuate::monitor {

/// Which steps the samples of a time filter depend on.
enum class Looks {
  at_samples,  ///< the step of each sample
  in_periods,  ///< all steps of the period that ends at a sample
  always,      ///< all steps from the first one on, the transient included: a filter that remembers
};

/// Samples at steps first, first + period, ...
struct Schedule {
  Step first = 0;    ///< step of sample 0
  Step period = 1;   ///< [steps]
  Step samples = 0;  ///< in the whole simulation

  [[nodiscard]] Step step_of(Step sample) const { return first + sample * period; }
  /// Of the last sample; before the first step when there is none.
  [[nodiscard]] Step last() const { return samples == 0 ? 0 : step_of(samples - 1); }
  /// The first sample at or after `step`; may be one that the simulation does not reach.
  [[nodiscard]] Step at_or_after(Step step) const {
    return step <= first ? 0 : (step - first + period - 1) / period;
  }
  /// Number of samples at steps up to and including `now`.
  [[nodiscard]] Step complete(Step now) const;
};

/// Samples are at the multiples of `period` [steps], counted from step 0, with transient < t <=
/// steps. What is about a period is kept only when all of it lies after the transient: a period
/// that straddles its end is dropped whole, unless another run saw its beginning (`goes_on`).
Schedule schedule(Looks looks, Step period, Step transient, Step steps, bool goes_on = false);

/// The steps that the samples of a schedule depend on: the multiples of `stride` in [begin, end].
struct Attention {
  Step begin = 0;
  Step stride = 1;
  Step end = -1;
};
Attention attention(Looks looks, const Schedule& schedule);

}  // namespace arcuate::monitor
