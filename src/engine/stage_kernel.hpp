#pragma once

#include "arcuate/engine/edges.hpp"

/// Sums over edges without delay, between regions that are stepped stage by stage.
namespace arcuate::engine {

/// sums[i] += undelayed edges of target `first` + i, i < count. values: (n_slots) of this stage.
/// Real: as in sum_far.
template <class Real>
void add_undelayed(const StageEdges& edges, bool squared, const Real* values, LocalIndex first,
                   int count, Real* sums);

}  // namespace arcuate::engine
