#pragma once

#include "arcuate/engine/edges.hpp"

/// Sums of shares whose sources are not known for a whole block.
namespace arcuate::engine {

/// Near shares at m steps from `now` on. sums: (targets, block), from the first of the steps on.
void sum_near(const NearEdges& near, bool squared, const double* now, int m, int block,
              double* sums);

}  // namespace arcuate::engine
