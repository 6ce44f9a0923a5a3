#pragma once

#include "arcuate/engine/edges.hpp"

/// Sums over edges whose sources are known for a few steps only: vectors of targets in place of
/// vectors of steps.
namespace arcuate::engine {

/// Adds the edges to the sums of all targets: the tile after one lies `stride` values on. values:
/// what the sources sent, from where offsets count. Every sum has the bits of a scalar loop of fma
/// over the edges of the target in their order. Real, width: as in sum_far.
template <class Real>
void multiply(const Panels& panels, bool squared, const Real* values, Real* sums,
              std::ptrdiff_t stride, int width = 0);

}  // namespace arcuate::engine
