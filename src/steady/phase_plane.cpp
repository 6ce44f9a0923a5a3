#include "arcuate/steady/phase_plane.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"

namespace arcuate::steady {
namespace {

constexpr int steps = 80;

/// The usual range where it is finite, and what contains the points with a margin.
std::pair<double, double> extent_of(const model::StateInfo& state, model::Range bounds,
                                    const std::vector<double>& points) {
  double low = state.range.low, high = state.range.high;
  if (!std::isfinite(low) || !std::isfinite(high)) low = high = 0.0;
  const auto [least, most] = std::minmax_element(points.begin(), points.end());
  if (low == high) {
    low = *least;
    high = *most;
  }
  const double margin = 0.1 * std::max({*most - *least, 0.1 * (high - low), 1e-6});
  low = std::min(low, *least - margin);
  high = std::max(high, *most + margin);
  return {std::max(low, bounds.low), std::min(high, bounds.high)};
}

}  // namespace

std::optional<PhasePlane> phase_plane(const equilibrium::RestingNetwork& network,
                                      std::span<const std::vector<double>> points) {
  const auto& states = network.spec().at(0).model->info.states;
  if (network.n_regions() != 1 || states.size() != 2 || points.empty()) return std::nullopt;
  if (states[0].assigned || states[1].assigned) return std::nullopt;
  PhasePlane plane;
  const bool mine = network.layout().own() > 0;
  for (std::size_t k = 0; mine && k < 2; ++k) {
    std::vector<double> values;
    for (const std::vector<double>& point : points)
      values.push_back(point[k]);
    const auto [low, high] = extent_of(states[k], network.bounds()[k], values);
    for (int i = 0; i <= steps; ++i)
      plane.along[k].push_back(low + (high - low) * i / steps);
  }
  std::vector<double> state(network.layout().own()), rate(state.size());
  for (int i = 0; i <= steps; ++i) {
    for (int j = 0; j <= steps; ++j) {
      if (mine) state = {plane.along[0][z(i)], plane.along[1][z(j)]};
      network.rates(state, rate);
      for (std::size_t k = 0; mine && k < 2; ++k)
        plane.rate[k].push_back(rate[k]);
    }
  }
  for (auto* numbers : {&plane.along, &plane.rate}) {
    for (std::vector<double>& values : *numbers)
      values = network.everywhere(values);
  }
  return plane;
}

}  // namespace arcuate::steady
