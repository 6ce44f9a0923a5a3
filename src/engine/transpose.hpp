#pragma once

#include <cstddef>

/// Between rows in time, as histories and sums are kept, and tiles of regions side by side, as
/// models are stepped.
namespace arcuate::engine {

/// to (m, lanes) = transpose of the rows of eight targets, `stride` values apart, columns [0, m).
/// Rows in single precision may become doubles. width: of double vectors, as in sum_far.
template <class From, class To>
void columns_to_lanes(const From* rows, std::size_t stride, int m, To* to, int width = 0);

/// Rows of up to eight sources, each at its own place, from values (m, lanes) that lie `stride`
/// apart, rounded to what the rows hold.
template <class Real>
void lanes_to_rows(const double* values, int stride, int m, int regions, Real* const* rows,
                   int width = 0);

}  // namespace arcuate::engine
