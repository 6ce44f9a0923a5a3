#pragma once

#include "arcuate/comm/communicator.hpp"
#include "steady.hpp"

namespace arcuate::app {

/// study -> network at rest -> fixed points -> stability -> results. Collective.
void solve(const comm::Communicator& world, const SteadyArguments& arguments);

}  // namespace arcuate::app
