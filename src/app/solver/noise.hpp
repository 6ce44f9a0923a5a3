#pragma once

#include "arcuate/equilibrium/options.hpp"
#include "arcuate/run/run.hpp"
#include "arcuate/steady/results.hpp"

namespace arcuate::app {

/// What linear noise is to look at where the study does not say: the variables of the first
/// monitor, or what regions send each other. What monitors compute becomes observables of the
/// models. Throws what check_linear_noise throws. On rank 0.
void complete_noise(run::Prepared& prepared, equilibrium::LinearNoiseOptions& options);

/// Throws UnconvergedError: none of the points is stable.
void refuse_unstable(const steady::Results& results);

void print_noise(const steady::Results& results);

}  // namespace arcuate::app
