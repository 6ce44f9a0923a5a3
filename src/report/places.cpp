#include "places.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "columns.hpp"
#include "math.hpp"
#include "spectrum.hpp"
#include "surface.hpp"
#include "topography.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;
using analysis::Index;
using analysis::Vector;

constexpr std::size_t map_cells = 80;

Json numbers(const Vector& values) {
  Json json = Json::array();
  for (const double value : values)
    json.push_back(std::isfinite(value) ? Json(rounded(value)) : Json());
  return json;
}

/// Over samples, with their number as the divisor.
Vector variance_of(const Signals& signals) {
  const auto mean = signals.view().colwise().mean();
  return (signals.view().rowwise() - mean).colwise().squaredNorm().transpose() /
         static_cast<double>(signals.samples);
}

Json named(const std::string& name, const std::string& unit, const Vector& values) {
  return {{"name", name}, {"unit", unit}, {"values", numbers(values)}};
}

Json quantity(const Scalp& scalp, const std::string& name, const std::string& unit,
              const Vector& values) {
  Json json = named(name, unit, values);
  Grid map = spline_map(scalp, values, map_cells);
  // Splines swing below the least sensor, and no power is negative.
  for (double& cell : map.values)
    cell = cell < 0.0 ? 0.0 : cell;
  json["map"] = to_json(map, limits_of(map.values, 0.0));
  return json;
}

/// Mean of each row without its diagonal and without what is undefined.
Vector strength_of(const analysis::Matrix& pairs) {
  Vector strength(pairs.rows());
  for (Index i = 0; i < pairs.rows(); ++i) {
    double sum = 0.0, count = 0.0;
    for (Index j = 0; j < pairs.cols(); ++j) {
      if (i == j || !std::isfinite(pairs(i, j))) continue;
      sum += pairs(i, j);
      count += 1.0;
    }
    strength[i] = count > 0.0 ? sum / count : std::nan("");
  }
  return strength;
}

/// (n_columns) places [mm] of chosen columns; empty when they are not known.
std::vector<std::array<double, 3>> places_of(const io::RecordedRun& run,
                                             const io::RecordedSeries& series,
                                             const Signals& signals) {
  std::vector<std::array<double, 3>> places;
  for (const std::size_t c : signals.columns) {
    if (series.kind == "seeg" && !series.positions.empty())
      places.push_back(
          {series.positions[3 * c], series.positions[3 * c + 1], series.positions[3 * c + 2]});
    if (!series.columns.empty() && !run.connectome.centres.empty())
      places.push_back(run.connectome.centres[static_cast<std::size_t>(series.columns[c])]);
  }
  return places;
}

}  // namespace

Json scalp_chart(const io::RecordedSeries& series, std::size_t variable, const Signals& signals,
                 const std::optional<analysis::Psd>& psd) {
  if (!series.of_sensors || series.kind == "seeg" || series.positions.empty()) return nullptr;
  std::vector<double> positions;
  std::vector<std::string> labels;
  for (const std::size_t c : signals.columns) {
    for (std::size_t d = 0; d < 3; ++d)
      positions.push_back(series.positions[3 * c + d]);
    labels.push_back(series.labels[c]);
  }
  const std::optional<Scalp> scalp = scalp_of(positions, labels);
  if (!scalp) return nullptr;
  Json json{{"places", Json::array()},
            {"reach", scalp->reach},
            {"by_names", scalp->front_by_names},
            {"quantities", Json::array()}};
  for (const auto& place : scalp->places)
    json["places"].push_back({rounded(place[0]), rounded(place[1])});
  const std::string unit = squared(series.units[variable]);
  json["quantities"].push_back(quantity(*scalp, "variance", unit, variance_of(signals)));
  if (!psd) return json;
  for (const ClassicalBand& band : bands_of(*psd)) {
    json["quantities"].push_back(quantity(*scalp, std::string(band.name) + " power", unit,
                                          analysis::band_power(*psd, band.low, band.high)));
    json["quantities"].back()["band"] = {band.low, band.high};
  }
  return json;
}

Json brain_chart(const io::RecordedRun& run, const io::RecordedSeries& series, std::size_t variable,
                 const Signals& signals, const analysis::Matrix& pairs) {
  const auto places = places_of(run, series, signals);
  Json json{{"places", Json::array()},
            {"sides", Json::array()},
            {"features", surface_features(run, series, variable)}};
  if (places.empty()) return json["features"].empty() ? Json() : json;
  for (const auto& place : places)
    json["places"].push_back({rounded(place[0]), rounded(place[1]), rounded(place[2])});
  if (!series.columns.empty() && !run.connectome.hemisphere.empty()) {
    for (const std::size_t c : signals.columns)
      json["sides"].push_back(
          run.connectome.hemisphere[static_cast<std::size_t>(series.columns[c])] != 0 ? 1 : 0);
  }
  const bool phase = is_phase(series, variable);
  const std::string& unit = series.units[variable];
  Json& features = json["features"];
  if (!phase) {
    features.push_back(named("mean", unit, signals.view().colwise().mean()));
    features.push_back(named("variance", squared(unit), variance_of(signals)));
  }
  if (pairs.size() > 0)
    features.push_back(
        named(phase ? "mean phase locking" : "FC strength", "1", strength_of(pairs)));
  return features.empty() ? Json() : json;
}

Json axes_chart(const network::Connectome& connectome) {
  std::array<double, 2> sum[2] = {{0.0, 0.0}, {0.0, 0.0}};
  std::array<double, 2> count{0.0, 0.0};
  if (!connectome.centres.empty()) {
    for (std::size_t region = 0; region < connectome.hemisphere.size(); ++region) {
      const std::size_t side = connectome.hemisphere[region] != 0 ? 1 : 0;
      count[side] += 1.0;
      for (std::size_t d = 0; d < 2; ++d)
        sum[side][d] += connectome.centres[region][d];
    }
  }
  std::array<double, 2> to_right{1.0, 0.0};
  if (count[0] > 0.0 && count[1] > 0.0) {
    for (std::size_t d = 0; d < 2; ++d)
      to_right[d] = sum[1][d] / count[1] - sum[0][d] / count[0];
  }
  const std::size_t axis = std::abs(to_right[1]) > std::abs(to_right[0]) ? 1 : 0;
  const int sign = to_right[axis] < 0.0 ? -1 : 1;
  // In coordinates that are right-handed the front is the vertical times the right.
  return axis == 0 ? Json{{"right", {sign, 0, 0}}, {"front", {0, sign, 0}}}
                   : Json{{"right", {0, sign, 0}}, {"front", {-sign, 0, 0}}};
}

}  // namespace arcuate::report
