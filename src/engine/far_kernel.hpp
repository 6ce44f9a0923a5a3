#pragma once

#include "arcuate/engine/edges.hpp"

/// The hot loop: delayed sums of a whole block at once.
///
/// All inputs of a far share are known when a block of `block` steps starts and lie side by side in
/// its source's history, so an edge adds w * history[.. + block) to `block` accumulators: one index
/// and one weight read per block, not per step.
namespace arcuate::engine {

/// sums: (n_targets of the thread, block), overwritten; rows of padding may keep their zeros.
/// Real: double or float, as the weights are stored. history: x[n] of slot s is
/// history[row_start[s]]; `squared`: with squared weights. Every sum has the bits of a scalar loop
/// of fma over the shares of the target in their order.
template <class Real>
void sum_far(const FarEdges& edges, const Real* history, int block, LocalIndex n_targets,
             Real* sums, bool squared = false, int width = 0);

/// The same sums step by step with one scalar gather per share: the reference the kernel is
/// measured against.
template <class Real>
void sum_far_scalar(const FarEdges& edges, const Real* history, int block, LocalIndex n_targets,
                    Real* sums, bool squared = false);

}  // namespace arcuate::engine
