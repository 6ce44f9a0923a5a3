#pragma once

#include "arcuate/core/types.hpp"
#include "arcuate/monitor/spec.hpp"

/// When a monitor samples: a pure function of its period, the transient and the duration.
namespace arcuate::monitor {

/// Samples at steps first, first + period, ...
struct Schedule {
  Step first = 0;    ///< step of sample 0
  Step period = 1;   ///< [steps]
  Step samples = 0;  ///< in the whole simulation

  [[nodiscard]] Step step_of(Step sample) const { return first + sample * period; }
  /// The first sample at or after `step`; may be one that the simulation does not reach.
  [[nodiscard]] Step at_or_after(Step step) const {
    return step <= first ? 0 : (step - first + period - 1) / period;
  }
  /// Number of samples at steps up to and including `now`.
  [[nodiscard]] Step complete(Step now) const;
};

/// Samples are at the multiples of `period` [steps], counted from step 0, with transient < t <=
/// steps. A temporal average stamped t is over the steps t - period + 1 .. t, and is kept only when
/// all of them lie after the transient: a period that straddles its end is dropped whole.
Schedule schedule(Kind kind, Step period, Step transient, Step steps);

}  // namespace arcuate::monitor
