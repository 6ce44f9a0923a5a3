#pragma once

#include <string>
#include <vector>

#include "arcuate/io/sweep.hpp"

namespace arcuate::io {

/// Points (size, dimension) of the unit cube that a design of optimisers draws.
optimise::Matrix drawn_points(const std::string& method, const optimise::Space& space,
                              std::int64_t size, std::uint64_t seed);

/// Trajectories of Morris 1991 (doi:10.1080/00401706.1991.10484804) on a grid of `levels`, an even
/// number: each has a point more than there are dimensions, and from one to the next one coordinate
/// changes by levels / (2 (levels - 1)), up or down. steps: (trajectories (dimension + 1)).
optimise::Matrix morris_points(optimise::Index dimension, std::int64_t trajectories, int levels,
                               std::uint64_t seed, std::vector<MorrisStep>& steps);

}  // namespace arcuate::io
