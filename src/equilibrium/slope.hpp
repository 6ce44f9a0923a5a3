#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace arcuate::equilibrium {

inline constexpr std::size_t slope_levels = 12;

/// Central differences of steps that halve: the extrapolation that changed least (Ridders 1982,
/// doi:10.1016/S0141-1195(82)80057-0).
inline double extrapolated(const std::array<double, slope_levels>& differences) {
  std::array<double, slope_levels> row{};
  double best = differences.back(), error = std::numeric_limits<double>::infinity();
  for (std::size_t level = 0; level < slope_levels; ++level) {
    double before = row[0], factor = 4.0;
    row[0] = differences[level];
    for (std::size_t order = 1; order <= level; ++order, factor *= 4.0) {
      const double next = (factor * row[order - 1] - before) / (factor - 1.0);
      const double change = std::max(std::abs(next - row[order - 1]), std::abs(next - before));
      before = row[order];
      row[order] = next;
      if (change < error) {
        error = change;
        best = next;
      }
    }
  }
  return best;
}

/// d f / d x of a function that gives several numbers; `step` is the longest. x is as it was in the
/// end.
template <class Function>
std::vector<double> slope_of(double& x, double step, const Function& f) {
  const double at = x;
  std::vector<std::array<double, slope_levels>> differences;
  for (std::size_t level = 0; level < slope_levels; ++level, step *= 0.5) {
    x = at + step;
    const double above = x;
    const std::vector<double> high = f();
    x = at - step;
    const double width = above - x;
    const std::vector<double> low = f();
    differences.resize(high.size());
    for (std::size_t i = 0; i < high.size(); ++i)
      differences[i][level] = (high[i] - low[i]) / width;
  }
  x = at;
  std::vector<double> slopes;
  for (const auto& one : differences)
    slopes.push_back(extrapolated(one));
  return slopes;
}

}  // namespace arcuate::equilibrium
