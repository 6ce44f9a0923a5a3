#pragma once

#include <vector>

#include "run.hpp"
#include "svg.hpp"

/// The plane of a model with two states.
namespace arcuate::picture {

struct Axis {
  double low = 0.0, high = 1.0;
};

struct FixedPoint {
  std::vector<double> state;
  bool stable = false;
};

/// Ends of short pieces, in state coordinates, of the curve where the rate of state `which` is 0.
std::vector<svg::Point> nullcline(const Region& region, std::size_t which, const Axis& x,
                                  const Axis& y);

/// Those inside the axes.
std::vector<FixedPoint> fixed_points(const Region& region, const Axis& x, const Axis& y);

}  // namespace arcuate::picture
