#pragma once

#include "arcuate/engine/edges.hpp"

/// Sums of shares whose sources are not known for a whole block.
namespace arcuate::engine {

/// Near shares at m steps from `now` on. sums: (targets, block), from the first of the steps on.
/// width: as in sum_far.
void sum_near(const NearEdges& near, bool squared, const double* now, int m, int block,
              double* sums, int width = 0);

}  // namespace arcuate::engine
