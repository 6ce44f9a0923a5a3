#pragma once

#include "../steady.hpp"
#include "arcuate/comm/communicator.hpp"

namespace arcuate::app {

/// `steady` of a study of spiking neurons: the mean field, on rank 0. Throws ConfigError,
/// UnconvergedError, EnvironmentError. Collective.
void solve_mean_field(const comm::Communicator& world, const SteadyArguments& arguments);

}  // namespace arcuate::app
