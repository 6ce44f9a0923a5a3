#pragma once

#include <array>
#include <cmath>

#include "arcuate/analysis/series.hpp"

/// Sums in an order that is part of their definition. Eigen's begin where memory is aligned, so
/// that the same numbers elsewhere may have another sum.
namespace arcuate::analysis {

using Signal = Eigen::Ref<const Vector>;

/// Of term(0), ... term(n - 1): eight sums side by side, then these by pairs.
template <class Term>
double sum_of(Index n, Term term) {
  std::array<double, 8> lane{};
  Index k = 0;
  for (; k + 8 <= n; k += 8) {
    for (Index l = 0; l < 8; ++l)
      lane[static_cast<std::size_t>(l)] += term(k + l);
  }
  for (; k < n; ++k)
    lane[static_cast<std::size_t>(k % 8)] += term(k);
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

inline double mean_of(Signal x) {
  return sum_of(x.size(), [&](Index k) { return x.data()[k]; }) / static_cast<double>(x.size());
}

inline double dot_of(Signal x, Signal y) {
  return sum_of(x.size(), [&](Index k) { return x.data()[k] * y.data()[k]; });
}

/// Sum of the squares of the deviations from `mean`.
inline double squares_of(Signal x, double mean) {
  return sum_of(x.size(), [&](Index k) {
    const double d = x.data()[k] - mean;
    return d * d;
  });
}

/// Standard deviation, divided by the number of values less `lost`.
inline double deviation_of(Signal x, double lost = 0.0) {
  return std::sqrt(squares_of(x, mean_of(x)) / (static_cast<double>(x.size()) - lost));
}

}  // namespace arcuate::analysis
