#include "array_figure.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "arcuate/io/recorded_run.hpp"
#include "grid.hpp"
#include "math.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_blocks = 150;
constexpr std::size_t most_line_points = 2000;

/// The first place of each block along an axis.
std::vector<std::size_t> block_places(std::size_t extent) {
  const std::size_t cells = std::min(extent, most_blocks);
  std::vector<std::size_t> first;
  for (std::size_t c = 0; c < cells; ++c)
    first.push_back((c * extent + cells - 1) / cells);
  return first;
}

void add_matrix(const std::vector<double>& values, const std::vector<std::size_t>& shape,
                const Along& along, Colours colours, Json& json) {
  const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
      matrix(values.data(), static_cast<Eigen::Index>(shape[0]),
             static_cast<Eigen::Index>(shape[1]));
  Grid grid = grid_of(matrix, most_blocks);
  const bool log = colours == Colours::logarithm &&
                   std::all_of(grid.values.begin(), grid.values.end(),
                               [](double x) { return x > 0.0 && std::isfinite(x); });
  if (log) {
    std::transform(grid.values.begin(), grid.values.end(), grid.values.begin(),
                   [](double x) { return std::log10(x); });
  }
  Limits limits = limits_of(grid.values, 0.0);
  const double most = std::max(std::abs(limits.low), std::abs(limits.high));
  if (limits.low < 0.0 && !log) limits = {-most, most};
  if (colours == Colours::correlation) limits = {-1.0, 1.0};
  json["log"] = log;
  json["matrix"] = to_json(grid, limits);
  json["rows"] = along(0, block_places(shape[0]));
  json["columns"] = along(1, block_places(shape[1]));
}

}  // namespace

void add_array_figure(const std::vector<double>& values, const std::vector<std::size_t>& shape,
                      const Along& along, Colours colours, nlohmann::ordered_json& json) {
  if (shape.size() == 2) add_matrix(values, shape, along, colours, json);
  if (shape.size() != 1) return;
  const std::vector<std::size_t> places = io::spread(shape[0], most_line_points);
  json["line"] = Json::array();
  for (const std::size_t k : places)
    json["line"].push_back(std::isfinite(values[k]) ? Json(rounded(values[k])) : Json());
  json["along"] = along(0, places);
}

}  // namespace arcuate::report
