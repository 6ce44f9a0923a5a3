#pragma once

#include <vector>

#include "support/region.hpp"

/// Times at which a state of a region passes a level.
namespace arcuate::test {

/// Times [model time since the call] at which state `index` rises through `level`,
/// interpolated linearly within a step. The region moves on by `duration`.
inline std::vector<double> rises(Region& region, std::size_t index, double level, double duration,
                                 double dt) {
  std::vector<double> times;
  double before = region.state()[index];
  double time = 0.0;
  region.run(duration, dt, [&] {
    const double after = region.state()[index];
    if (before < level && after >= level) {
      times.push_back(time + dt * (level - before) / (after - before));
    }
    before = after;
    time += dt;
  });
  return times;
}

/// The mean distance of those times; NaN when there are fewer than two.
inline double period(Region& region, std::size_t index, double level, double duration, double dt) {
  const auto times = rises(region, index, level, duration, dt);
  if (times.size() < 2) return std::nan("");
  return (times.back() - times.front()) / static_cast<double>(times.size() - 1);
}

}  // namespace arcuate::test
