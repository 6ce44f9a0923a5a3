#pragma once

#include <cstddef>

/// Between rows in time, as histories and sums are kept, and tiles of regions side by side, as
/// models are stepped.
namespace arcuate::engine {

/// to (m, lanes) = transpose of the rows of eight targets, `stride` values apart, columns [0, m).
/// width: as in sum_far.
void columns_to_lanes(const double* rows, std::size_t stride, int m, double* to, int width = 0);

/// Rows of up to eight sources, each at its own place, from values (m, lanes) that lie `stride`
/// apart.
void lanes_to_rows(const double* values, int stride, int m, int regions, double* const* rows,
                   int width = 0);

}  // namespace arcuate::engine
