#pragma once

#include <string>
#include <string_view>

#include "arcuate/model/descriptor.hpp"

/// What a model's numbers may be: what its descriptor says, or else what follows from it.
namespace arcuate::model {

/// What the descriptor says; where it leaves that open: time constants (a unit of time, or a name
/// that begins with tau) and capacitances with usual values above 0 are positive, all others any.
Takes takes_of(const ParameterInfo& parameter);
/// Whether the equations can take `value`. Not a number and infinity are never taken.
bool can_take(Takes takes, double value);
/// "> 0", "0 or 1", ...; "" where all numbers are taken.
std::string_view allowed_text(Takes takes);

/// [unit of the state] Beyond it a simulation has diverged: what the descriptor says, or else
/// ten thousand times its usual range to either side, and anything for angles, which run on.
Range plausible_range(const StateInfo& state);

}  // namespace arcuate::model
