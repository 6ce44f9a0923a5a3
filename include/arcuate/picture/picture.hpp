#pragma once

#include <string>

#include "arcuate/model/entry.hpp"

/// What a model does, as a picture for its page.
namespace arcuate::picture {

/// An SVG of less than 30 kB: all states over time from the initial state of the descriptor (from
/// elsewhere in the usual ranges when that is a fixed point), without input and noise; one trace
/// for each preset; nullclines and fixed points of models with two states. What is shown for how
/// long follows from the model alone. Integrated with rk4 of a step far below the fastest time
/// scale.
std::string of_model(const model::Entry& entry);

}  // namespace arcuate::picture
