#include "arcuate/meanfield/landscape.hpp"

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "settle.hpp"

namespace arcuate::meanfield {
namespace {

using Index = Eigen::Index;

/// The values of a point, the last axis fastest.
std::vector<double> values_at(const std::vector<std::vector<double>>& along, std::size_t point) {
  std::vector<double> values(along.size());
  for (std::size_t axis = along.size(); axis-- > 0;) {
    values[axis] = along[axis][point % along[axis].size()];
    point /= along[axis].size();
  }
  return values;
}

}  // namespace

Effective effective_response(const Network& network, const std::vector<Index>& focus,
                             const std::vector<double>& held, const Rates& start) {
  Effective result{start, {}, 0.0};
  for (std::size_t k = 0; k < focus.size(); ++k)
    result.rates[focus[k]] = held[k];
  static_cast<void>(settle(network, focus, result.rates, result.residual));
  result.response = response(network, result.rates).rates;
  return result;
}

Landscape landscape(const Network& network, const std::vector<Index>& focus,
                    const std::vector<std::vector<double>>& along) {
  std::size_t points = 1;
  for (const std::vector<double>& axis : along)
    points *= axis.size();
  Landscape all{focus, along, Eigen::MatrixXd(static_cast<Index>(points), std::ssize(focus)), {}};
  const Rates start = Rates::Constant(network.size(), 0.5);
  for (std::size_t point = 0; point < points; ++point) {
    const std::vector<double> held = values_at(along, point);
    const Effective one = effective_response(network, focus, held, start);
    for (std::size_t k = 0; k < focus.size(); ++k)
      all.force(static_cast<Index>(point), static_cast<Index>(k)) =
          one.response[focus[k]] - held[k];
    all.residual.push_back(one.residual);
  }
  return all;
}

Path least_resistance(const Landscape& landscape) {
  if (landscape.focus.size() != 2)
    throw ConfigError("a path of least resistance is that of two populations");
  const std::vector<double>&first = landscape.along[0], &second = landscape.along[1];
  const auto columns = std::ssize(second);
  Path path;
  for (Index j = 0; j < columns; ++j) {
    Index best = 0;
    for (Index i = 1; i < std::ssize(first); ++i) {
      if (landscape.force.row(i * columns + j).norm() <
          landscape.force.row(best * columns + j).norm())
        best = i;
    }
    path.row.push_back(best);
  }
  double moved = 0.0, cost = 0.0;
  for (Index j = 1; j < columns; ++j) {
    const Index i = path.row[z(j)];
    const double by_first = first[z(i)] - first[z(path.row[z(j - 1)])];
    const double by_second = second[z(j)] - second[z(j - 1)];
    const double length = std::hypot(by_first, by_second);
    if (length == 0.0) continue;
    const auto force = landscape.force.row(i * columns + j);
    moved += length;
    cost -= force[0] * by_first + force[1] * by_second;
    path.displacement.push_back(moved);
    path.potential.push_back(cost);
  }
  return path;
}

}  // namespace arcuate::meanfield
