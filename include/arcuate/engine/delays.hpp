#pragma once

#include <vector>

#include "arcuate/engine/spec.hpp"

/// Delays inside a region (model::DelayedInfo), in steps. They are rounded half to even, as nearest
/// delays between regions are, whatever the delays between regions do.
namespace arcuate::engine {

/// [steps] of a model's delayed value in a region. Not checked.
Step local_delay(const SimulationSpec& spec, std::size_t entry, GlobalIndex region);

/// Throws ConfigError when a delay inside a region is shorter than a step, too long to count, or
/// changes with time.
void check_delays(const SimulationSpec& spec);

/// [steps] the shortest delay inside any region; 0: the model has none.
Step shortest_delay(const SimulationSpec& spec);

/// A source of delayed values and the steps of its past that are kept.
struct KeptPast {
  int observable = 0;
  Step length = 0;  ///< [steps] the longest delay of any region, and the present
};
/// Distinct sources in the order in which the model first names them.
std::vector<KeptPast> kept_past(const SimulationSpec& spec);

}  // namespace arcuate::engine
