#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "arcuate/analysis/series.hpp"

/// Signals of formulas, so that NumPy can make the same.
namespace arcuate::analysis {

/// sin(0.7 t + 0.3 i + 0.01 t i) + cos(0.11 t (1 + 0.1 i)) / 2 + sin(0.0019 t^2 + i) / 4 + 0.01 t.
inline Matrix example_series(Index samples, Index regions) {
  Matrix x(samples, regions);
  for (Index i = 0; i < regions; ++i) {
    for (Index n = 0; n < samples; ++n) {
      const auto t = static_cast<double>(n);
      const auto r = static_cast<double>(i);
      x(n, i) = std::sin(0.7 * t + 0.3 * r + 0.01 * t * r) +
                0.5 * std::cos(0.11 * t * (1.0 + 0.1 * r)) +
                0.25 * std::sin(1.9 * t * t * 0.001 + r) + 0.01 * t;
    }
  }
  return x;
}

/// sin(2 pi (base + 0.01 i) t + phase i) + sin(2 pi 0.013 t) / 2.
inline Matrix sine_bank(Index samples, Index regions, double base = 0.02, double phase = 0.5) {
  Matrix x(samples, regions);
  for (Index i = 0; i < regions; ++i) {
    for (Index n = 0; n < samples; ++n) {
      const auto t = static_cast<double>(n);
      const auto r = static_cast<double>(i);
      x(n, i) = std::sin(2.0 * std::numbers::pi * (base + 0.01 * r) * t + phase * r) +
                0.5 * std::sin(2.0 * std::numbers::pi * 0.013 * t);
    }
  }
  return x;
}

inline void expect_values(const Vector& is, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(is.size(), static_cast<Index>(expected.size()));
  for (Index k = 0; k < is.size(); ++k)
    EXPECT_NEAR(is[k], expected[static_cast<std::size_t>(k)], tolerance) << k;
}

}  // namespace arcuate::analysis
