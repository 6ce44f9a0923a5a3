#pragma once

#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"

namespace arcuate::engine {

/// The parameters and derived constants of a region at time t [ms].
std::vector<double> parameters_at(const SimulationSpec& spec, const model::Kernel& kernel,
                                  GlobalIndex region, double t);

}  // namespace arcuate::engine
