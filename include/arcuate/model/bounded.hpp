#pragma once

#include <memory>
#include <vector>

#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/kernel.hpp"

/// States that a study keeps within bounds, beyond those of the model.
namespace arcuate::model {

/// (n_states) lower and upper bounds; empty: none.
using Bounds = std::vector<Range>;

/// rows: (n_states, stride). What is not a number stays so, as with the model's own bounds.
void clamp(const Bounds& bounds, double* rows, int stride);

/// A kernel whose stages, and so its steps, end within bounds; it steps stage by stage. The states
/// that `stage` computes by itself are for the caller to clamp (clamp_stage). The table must be
/// given to both kernels.
std::unique_ptr<Kernel> bounded(std::unique_ptr<Kernel> kernel, Bounds bounds);

/// The state after Kernel::stage(stage, ...) of a tile.
void clamp_stage(const Kernel& kernel, const Bounds& bounds, const Tile& tile, int stage);

}  // namespace arcuate::model
