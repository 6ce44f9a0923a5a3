#pragma once

#include <vector>

#include "arcuate/spiking/config.hpp"

/// What of a configuration never acts in a run.
namespace arcuate::spiking {

/// Stimuli and windows of time after the end of a run of `steps` or between two steps, stimuli
/// without an amplitude or without neurons.
std::vector<Doubt> idle_in(const Config& config, Step steps);

}  // namespace arcuate::spiking
