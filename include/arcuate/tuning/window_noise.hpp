#pragma once

#include <cstddef>
#include <vector>

/// How well the mean over a window is known that is one stretch of a correlated signal.
namespace arcuate::tuning {

constexpr std::size_t window_blocks =
    32;  ///< of a window, whose means show its noise and its drift

/// Standard errors of the means over a window, of several signals that are like each other.
/// blocks: (n, window_blocks) means of successive blocks. A straight line is taken out of every
/// row; what is left has the variance c0 of a block and the correlation r of neighbours, corrected
/// for the line and the shortness of the row (Marriott and Pope 1954, doi:10.2307/2332719); the
/// variance of the mean is c0 / window_blocks (1 + r) / (1 - r), as of a process that forgets
/// exponentially. r is that of the row or of all rows together, whichever is larger: one row alone
/// often shows too little of a slow process. At most 0.9: slower processes look like a drift.
std::vector<double> standard_errors(const std::vector<double>& blocks);

/// Means of the second half of the blocks less those of the first. (n)
std::vector<double> drifts(const std::vector<double>& blocks);

/// The upper one of an even number. Not of none.
double median_of(std::vector<double> values);

}  // namespace arcuate::tuning
