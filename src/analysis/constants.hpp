#pragma once

#include <limits>

#include "arcuate/analysis/series.hpp"

namespace arcuate::analysis {

/// What a number that is not defined is.
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Rows and columns of a tile of a matrix of pairs: one thread computes it.
inline constexpr Index tile = 64;

}  // namespace arcuate::analysis
