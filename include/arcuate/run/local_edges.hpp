#pragma once

#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/network/surface.hpp"

/// Local edges of a surface, computed by all ranks.
namespace arcuate::run {

/// surface, kernel: of rank 0; there, all rows of the vertices. The same as network::local_rows on
/// one rank. Collective.
network::LocalRows local_rows(const comm::Communicator& world, const network::Surface* surface,
                              const network::LocalKernel* kernel);

}  // namespace arcuate::run
