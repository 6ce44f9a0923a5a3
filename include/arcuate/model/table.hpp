#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

/// Functions of two variables on a grid, which a model looks up (descriptor.hpp, TableInfo).
namespace arcuate::model {

/// Evenly spaced points.
struct TableAxis {
  double first = 0.0;
  double step = 1.0;  ///< > 0
  int points = 0;     ///< at least 2
  [[nodiscard]] double at(int i) const { return first + step * i; }
};

struct LookupTable {
  TableAxis x, y;
  int columns = 0;
  std::vector<double> values;  ///< (x.points, y.points, columns)
  std::string file;            ///< that it was read from
  std::string sha256;          ///< of the file
};

inline TableAxis axis_of(const TableAxisInfo& info) {
  return {info.low, (info.high - info.low) / (info.points - 1), info.points};
}

namespace detail {

[[gnu::always_inline]] inline double value_of(double x) {
  return x;
}
[[gnu::always_inline]] inline double value_of(const Dual& x) {
  return x.value;
}

/// A place on an axis: the point below and how far it is to the next one, 0 to 1. Beyond the ends,
/// and for NaN, an end.
template <class X>
struct Place {
  int point;
  X part;
  [[gnu::always_inline]] Place(const TableAxis& axis, const X& at) {
    const X zero(0.0), last(static_cast<double>(axis.points - 1));
    X steps = (at - axis.first) / axis.step;
    steps = math::select(steps > 0.0, steps, zero);
    steps = math::select(steps < last, steps, last);
    const int below = static_cast<int>(value_of(steps));
    point = below < axis.points - 2 ? below : axis.points - 2;
    part = steps - static_cast<double>(point);
  }
};

}  // namespace detail

/// All columns at (x, y), bilinear between the points, constant beyond the edges of the grid. The
/// table has `columns` columns.
template <std::size_t columns, class X>
[[gnu::always_inline]] inline Vec<X, columns> look_up(const LookupTable& table, const X& x,
                                                      const X& y) {
  const detail::Place<X> across(table.x, x);
  const detail::Place<X> along(table.y, y);
  constexpr int width = static_cast<int>(columns);
  const int next = table.y.points * width;
  const double* corner = table.values.data() + across.point * next + along.point * width;
  Vec<X, columns> result;
  for (int c = 0; c < width; ++c) {
    const X low = corner[c] + along.part * (corner[width + c] - corner[c]);
    const X high = corner[next + c] + along.part * (corner[next + width + c] - corner[next + c]);
    result[static_cast<std::size_t>(c)] = low + across.part * (high - low);
  }
  return result;
}

}  // namespace arcuate::model
