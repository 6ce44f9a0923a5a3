#include "surface.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "columns.hpp"
#include "grid.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_triangles = 200'000;
constexpr std::size_t most_samples = 200;
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

bool is_drawn(const io::RecordedRun& run) {
  return run.surface && !run.surface->mesh.triangles.empty() &&
         run.surface->mesh.triangles.size() <= most_triangles;
}

/// (n_vertices) the column that says something of a vertex, or `nowhere`; empty: no column does.
std::vector<std::size_t> columns_of_vertices(const io::RecordedSurface& surface,
                                             const io::RecordedSeries& series) {
  std::vector<std::size_t> column(surface.mesh.vertices.size(), nowhere);
  bool some = false;
  std::map<std::string, std::size_t> called;
  for (std::size_t c = 0; c < series.labels.size(); ++c) {
    called[series.labels[c]] = c;
    if (series.columns.empty()) continue;
    const auto node = static_cast<std::size_t>(series.columns[c]);
    if (node >= column.size()) continue;  // a region without vertices
    column[node] = c;
    some = true;
  }
  if (!series.columns.empty()) return some ? column : std::vector<std::size_t>();
  for (std::size_t vertex = 0; vertex < column.size(); ++vertex) {
    const auto region = static_cast<std::size_t>(surface.region_of[vertex]);
    const auto found = called.find(surface.regions[region]);
    if (found == called.end()) continue;
    column[vertex] = found->second;
    some = true;
  }
  return some ? column : std::vector<std::size_t>();
}

struct Moments {
  std::vector<double> mean, variance;  ///< (n_columns)
};

Moments moments_of(const io::RecordedRun& run, const io::RecordedSeries& series,
                   std::size_t variable) {
  const std::size_t columns = series.labels.size();
  Moments moments{std::vector<double>(columns), std::vector<double>(columns)};
  std::vector<double> sample(series.variables.size() * columns);
  double count = 0.0;
  for (const std::size_t at : io::spread(series.samples, most_samples)) {
    run.read_samples(series, at, sample);
    count += 1.0;
    for (std::size_t c = 0; c < columns; ++c) {
      const double value = sample[variable * columns + c];
      const double away = value - moments.mean[c];
      moments.mean[c] += away / count;
      moments.variance[c] += away * (value - moments.mean[c]);
    }
  }
  for (double& one : moments.variance)
    one /= count;
  return moments;
}

Json on_vertices(const std::string& name, const std::string& unit,
                 const std::vector<std::size_t>& column, const std::vector<double>& of_column) {
  Grid grid{1, column.size(), {}};
  for (const std::size_t c : column)
    grid.values.push_back(c == nowhere ? std::nan("") : of_column[c]);
  // One outlier must not leave the others with one colour.
  return {{"name", name}, {"unit", unit}, {"surface", to_json(grid, limits_of(grid.values, 0.02))}};
}

}  // namespace

Json surface_chart(const io::RecordedRun& run) {
  if (!is_drawn(run)) return nullptr;
  Json json{{"vertices", Json::array()}, {"triangles", Json::array()}};
  for (const auto& vertex : run.surface->mesh.vertices) {
    for (const double x : vertex)
      json["vertices"].push_back(std::lround(10.0 * x));
  }
  for (const auto& triangle : run.surface->mesh.triangles) {
    for (const LocalIndex corner : triangle)
      json["triangles"].push_back(corner);
  }
  return json;
}

Json surface_features(const io::RecordedRun& run, const io::RecordedSeries& series,
                      std::size_t variable) {
  if (!is_drawn(run) || series.of_sensors || series.samples == 0 || is_phase(series, variable))
    return Json::array();
  const std::vector<std::size_t> column = columns_of_vertices(*run.surface, series);
  if (column.empty()) return Json::array();
  const Moments moments = moments_of(run, series, variable);
  const std::string& unit = series.units[variable];
  return {on_vertices("mean on the surface", unit, column, moments.mean),
          on_vertices("variance on the surface", squared(unit), column, moments.variance)};
}

bool is_of_parcels(const io::RecordedRun& run, const io::RecordedSeries& series) {
  return run.surface && !series.of_sensors && series.columns.empty() &&
         !columns_of_vertices(*run.surface, series).empty();
}

}  // namespace arcuate::report
