#pragma once

#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/partition/partition.hpp"

namespace arcuate::engine {

/// The network as the partitioner sees it: each edge with the smallest lag it is read at, -1 for
/// undelayed edges that are evaluated at every stage. O(edges).
partition::Graph partition_graph(const network::Connectome& connectome, const Delays& delays,
                                 const SimulationSpec& spec);

}  // namespace arcuate::engine
