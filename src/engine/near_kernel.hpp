#pragma once

#include "arcuate/engine/edges.hpp"

/// Sums of shares whose sources are not known for a whole block.
namespace arcuate::engine {

/// Near shares at m steps from `now` on. sums: (targets, block), from the first of the steps on.
/// Real, width: as in sum_far.
template <class Real>
void sum_near(const NearEdges& near, bool squared, const Real* now, int m, int block, Real* sums,
              int width = 0);

}  // namespace arcuate::engine
