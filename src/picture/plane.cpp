#include "plane.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace arcuate::picture {
namespace {

constexpr int cells = 60;  // of the grid, each way

double place(const Axis& axis, double part) {
  return axis.low + (axis.high - axis.low) * part / cells;
}

/// Newton's method from a point; nothing when it leaves or does not converge.
bool converge(const Region& region, std::vector<double>& state, const Axis& x, const Axis& y) {
  for (int k = 0; k < 30; ++k) {
    const auto f = region.rate(state);
    const auto j = region.jacobian(state);
    const double determinant = j[0] * j[3] - j[1] * j[2];
    const double dx = (f[0] * j[3] - f[1] * j[1]) / determinant;
    const double dy = (f[1] * j[0] - f[0] * j[2]) / determinant;
    state[0] -= dx;
    state[1] -= dy;
    if (!std::isfinite(state[0]) || !std::isfinite(state[1])) return false;
    if (std::abs(dx) < 1e-10 * (x.high - x.low) && std::abs(dy) < 1e-10 * (y.high - y.low)) {
      return state[0] >= x.low && state[0] <= x.high && state[1] >= y.low && state[1] <= y.high;
    }
  }
  return false;
}

bool known(const std::vector<FixedPoint>& points, const std::vector<double>& state, const Axis& x,
           const Axis& y) {
  return std::any_of(points.begin(), points.end(), [&](const FixedPoint& p) {
    return std::abs(p.state[0] - state[0]) < 1e-6 * (x.high - x.low) &&
           std::abs(p.state[1] - state[1]) < 1e-6 * (y.high - y.low);
  });
}

}  // namespace

std::vector<svg::Point> nullcline(const Region& region, std::size_t which, const Axis& x,
                                  const Axis& y) {
  std::vector<double> value((cells + 1) * (cells + 1));
  for (int i = 0; i <= cells; ++i) {
    for (int j = 0; j <= cells; ++j)
      value[static_cast<std::size_t>(i * (cells + 1) + j)] =
          region.rate({place(x, i), place(y, j)})[which];
  }
  std::vector<svg::Point> ends;
  constexpr std::array<std::array<int, 2>, 5> corners{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}};
  for (int i = 0; i < cells; ++i) {
    for (int j = 0; j < cells; ++j) {
      std::vector<svg::Point> crossings;
      for (std::size_t k = 0; k < 4; ++k) {
        const auto [ai, aj] = corners[k];
        const auto [bi, bj] = corners[k + 1];
        const double a = value[static_cast<std::size_t>((i + ai) * (cells + 1) + j + aj)];
        const double b = value[static_cast<std::size_t>((i + bi) * (cells + 1) + j + bj)];
        if (!((a < 0.0) != (b < 0.0)) || !std::isfinite(a - b)) continue;
        const double s = a / (a - b);
        crossings.push_back({place(x, i + ai + s * (bi - ai)), place(y, j + aj + s * (bj - aj))});
      }
      if (crossings.size() % 2 == 0) ends.insert(ends.end(), crossings.begin(), crossings.end());
    }
  }
  return ends;
}

std::vector<FixedPoint> fixed_points(const Region& region, const Axis& x, const Axis& y) {
  std::vector<FixedPoint> points;
  for (int i = 0; i <= cells; i += 4) {
    for (int j = 0; j <= cells; j += 4) {
      std::vector<double> state{place(x, i), place(y, j)};
      if (!converge(region, state, x, y) || known(points, state, x, y)) continue;
      const auto jacobian = region.jacobian(state);
      const double trace = jacobian[0] + jacobian[3];
      const double determinant = jacobian[0] * jacobian[3] - jacobian[1] * jacobian[2];
      points.push_back({state, trace < 0.0 && determinant > 0.0});
    }
  }
  return points;
}

}  // namespace arcuate::picture
