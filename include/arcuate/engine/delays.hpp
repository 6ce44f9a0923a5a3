#pragma once

#include <vector>

#include "arcuate/engine/spec.hpp"

/// Delays inside a region (model::DelayedInfo), in steps. They are rounded half to even, as nearest
/// delays between regions are, whatever the delays between regions do. dt: [ms]
namespace arcuate::engine {

/// [steps] of a model's delayed value in a region. Not checked.
Step local_delay(const Population& population, std::size_t entry, GlobalIndex region, double dt);

/// Throws ConfigError when a delay inside a region is shorter than a step, too long to count, or
/// changes with time.
void check_delays(const Population& population, double dt);

/// [steps] the shortest delay inside any region; 0: the model has none.
Step shortest_delay(const Population& population, double dt);

/// A source of delayed values and the steps of its past that are kept.
struct KeptPast {
  int observable = 0;
  Step length = 0;  ///< [steps] the longest delay of any region, and the present
};
/// Distinct sources in the order in which the model first names them.
std::vector<KeptPast> kept_past(const Population& population, double dt);

}  // namespace arcuate::engine
