#pragma once

#include <optional>

namespace arcuate::app {

/// How long a run may take.
struct WallTime {
  double most_hours = 0.0;  ///< --maxh, 0: not given
  double before_end = 0.0;  ///< [s] checkpoint.before_end, 0: not given
};

/// [s] from now on after which it stops in order, or none: `before_end` before --maxh, or before
/// the end of the SLURM job that it runs in; without `before_end` after 0.99 times --maxh, as with
/// GROMACS. Warns when before_end has no end to be before. Throws ConfigError: it is longer
/// than --maxh.
std::optional<double> stops_after(const WallTime& wall_time);

}  // namespace arcuate::app
