#include <algorithm>
#include <cmath>

#include "report_charts.hpp"
#include "report_grid.hpp"
#include "report_math.hpp"

namespace arcuate::io {
namespace {

using Json = nlohmann::ordered_json;

/// The signals that carpet, spectrum and functional connectivity are computed from.
struct Signals {
  std::vector<std::size_t> columns;  ///< of the series, in display order
  std::size_t samples = 0;
  double start = 0.0;          ///< [s]
  double period = 0.0;         ///< [s]
  std::vector<double> values;  ///< (n_columns, samples)

  [[nodiscard]] std::span<const double> row(std::size_t c) const {
    return std::span(values).subspan(c * samples, samples);
  }
};

/// The regional monitor with the most columns; states before inputs; nullptr when nothing was
/// sampled.
const RecordedSeries* main_series(const RecordedRun& run) {
  const auto rank = [](const RecordedSeries& s) {
    return std::pair(s.kind == "afferent_coupling" ? 0 : 1, s.columns.size());
  };
  const RecordedSeries* best = nullptr;
  for (const RecordedSeries& series : run.series) {
    if (series.samples == 0 || series.labels.empty()) continue;
    if (best == nullptr || rank(series) > rank(*best)) best = &series;
  }
  return best;
}

/// Columns and samples so that one variable takes at most 128 MB: fewer columns first, then the
/// last samples.
Signals choose(const RecordedRun& run, const RecordedSeries& series) {
  constexpr std::size_t most_values = std::size_t{1} << 24;
  constexpr std::size_t most_columns = 400;
  constexpr std::size_t fewest_columns = 16;
  Signals signals;
  const std::size_t columns =
      std::clamp(most_values / series.samples, fewest_columns, most_columns);
  signals.columns = spread(series.labels.size(), columns);
  signals.samples = std::min(series.samples, most_values / signals.columns.size());
  signals.period = series.period;
  signals.start =
      series.first_time + static_cast<double>(series.samples - signals.samples) * series.period;
  const std::vector<std::uint8_t>& hemisphere = run.connectome.hemisphere;
  if (!series.columns.empty() && !hemisphere.empty()) {
    std::stable_sort(signals.columns.begin(), signals.columns.end(),
                     [&](std::size_t a, std::size_t b) {
                       return hemisphere[static_cast<std::size_t>(series.columns[a])] <
                              hemisphere[static_cast<std::size_t>(series.columns[b])];
                     });
  }
  return signals;
}

Json carpet_of(const Signals& signals) {
  constexpr std::size_t most_rows = 256;
  const std::vector<std::size_t> rows = spread(signals.columns.size(), most_rows);
  Grid grid{rows.size(), signals.samples, {}};
  for (const std::size_t row : rows) {
    const auto values = signals.row(row);
    grid.values.insert(grid.values.end(), values.begin(), values.end());
  }
  const Grid small = average_columns(grid, 1000);
  Json json = to_json(small, limits_of(small.values, 0.01));
  json["start"] = signals.start;
  json["end"] = signals.start + static_cast<double>(signals.samples - 1) * signals.period;
  return json;
}

/// Three segments at least, four seconds at most.
std::size_t segment_of(const Signals& signals) {
  const auto four_seconds = static_cast<std::size_t>(std::min(4.0 / signals.period, 8192.0));
  const std::size_t wanted =
      std::clamp<std::size_t>(signals.samples / 3, 32, std::max<std::size_t>(32, four_seconds));
  return std::min(wanted, signals.samples);
}

double rounded(double value) {
  if (!std::isfinite(value) || value == 0.0) return value;
  const double scale = std::pow(10.0, 4.0 - std::floor(std::log10(std::abs(value))));
  const double result = std::round(value * scale) / scale;
  return std::isfinite(result) ? result : value;
}

/// Mean and percentiles over regions; null when there are fewer than 32 samples.
Json spectrum_of(const Signals& signals) {
  if (signals.samples < 32) return nullptr;
  std::vector<Spectrum> spectra;
  for (std::size_t c = 0; c < signals.columns.size(); ++c) {
    spectra.push_back(welch(signals.row(c), 1.0 / signals.period, segment_of(signals)));
  }
  const std::size_t bins = spectra.front().power.size();
  std::vector<double> mean(bins, 0.0);
  Json json{{"frequency", Json::array()}, {"mean", Json::array()}, {"p5", Json::array()},
            {"p25", Json::array()},       {"p75", Json::array()},  {"p95", Json::array()}};
  for (std::size_t k = 0; k < bins; ++k) {
    std::vector<double> over_regions;
    for (const Spectrum& s : spectra) {
      over_regions.push_back(s.power[k]);
      mean[k] += s.power[k] / static_cast<double>(spectra.size());
    }
    json["frequency"].push_back(rounded(spectra.front().frequency[k]));
    json["mean"].push_back(rounded(mean[k]));
    json["p5"].push_back(rounded(quantile(over_regions, 0.05)));
    json["p25"].push_back(rounded(quantile(over_regions, 0.25)));
    json["p75"].push_back(rounded(quantile(over_regions, 0.75)));
    json["p95"].push_back(rounded(quantile(over_regions, 0.95)));
  }
  const std::size_t peak = peak_of(mean, 2);
  if (peak > 0) json["peak"] = rounded(spectra.front().frequency[peak]);
  json["regions"] = spectra.size();
  return json;
}

double weight_between(const network::Connectome& c, GlobalIndex target, GlobalIndex source) {
  const auto from = c.source.begin() + c.row[static_cast<std::size_t>(target)];
  const auto to = c.source.begin() + c.row[static_cast<std::size_t>(target) + 1];
  const auto at = std::lower_bound(from, to, static_cast<LocalIndex>(source));
  if (at == to || *at != source) return 0.0;
  return c.weight[static_cast<std::size_t>(at - c.source.begin())];
}

/// Log of the mean weight of both directions against correlation, for connected pairs.
Json structure_function(const RecordedRun& run, const RecordedSeries& series,
                        const Signals& signals, const std::vector<double>& fc) {
  constexpr std::size_t most_points = 4000;
  std::vector<double> structure;
  std::vector<double> function;
  const std::size_t n = signals.columns.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const GlobalIndex a = series.columns[signals.columns[i]];
      const GlobalIndex b = series.columns[signals.columns[j]];
      const double w =
          0.5 * (weight_between(run.connectome, a, b) + weight_between(run.connectome, b, a));
      if (!(w > 0.0) || !std::isfinite(fc[i * n + j])) continue;
      structure.push_back(std::log10(w));
      function.push_back(fc[i * n + j]);
    }
  }
  if (structure.size() < 3) return nullptr;
  Json json{{"x", Json::array()}, {"y", Json::array()}, {"pairs", structure.size()}};
  json["r"] = pearson(structure, function);
  for (const std::size_t k : spread(structure.size(), most_points)) {
    json["x"].push_back(rounded(structure[k]));
    json["y"].push_back(rounded(function[k]));
  }
  return json;
}

/// Null when there are fewer than two signals or ten samples.
Json connectivity_of(const RecordedRun& run, const RecordedSeries& series, const Signals& signals) {
  const std::size_t n = signals.columns.size();
  if (n < 2 || signals.samples < 10) return nullptr;
  const std::vector<double> fc = pearson_matrix(signals.values, n);
  Json json = to_json(Grid{n, n, fc}, Limits{-1.0, 1.0});
  double sum = 0.0;
  std::size_t pairs = 0;
  std::vector<int> histogram(40, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double r = fc[i * n + j];
      if (!std::isfinite(r)) continue;
      sum += r;
      ++pairs;
      ++histogram[std::min<std::size_t>(39, static_cast<std::size_t>((r + 1.0) * 20.0))];
    }
  }
  if (pairs > 0) json["mean"] = sum / static_cast<double>(pairs);
  json["histogram"] = histogram;
  if (!series.columns.empty()) json["structure"] = structure_function(run, series, signals, fc);
  return json;
}

std::vector<std::size_t> breaks_of(const RecordedRun& run, const RecordedSeries& series,
                                   const Signals& signals) {
  std::vector<std::size_t> breaks;
  const std::vector<std::uint8_t>& hemisphere = run.connectome.hemisphere;
  if (series.columns.empty() || hemisphere.empty()) return breaks;
  const auto side = [&](std::size_t c) {
    return hemisphere[static_cast<std::size_t>(series.columns[signals.columns[c]])];
  };
  for (std::size_t c = 1; c < signals.columns.size(); ++c) {
    if (side(c) != side(c - 1)) breaks.push_back(c);
  }
  return breaks;
}

}  // namespace

nlohmann::ordered_json activity_charts(const RecordedRun& run) {
  Json json{{"variables", Json::array()}};
  const RecordedSeries* series = main_series(run);
  if (series == nullptr) return json;
  Signals signals = choose(run, *series);
  json["monitor"] = series->name;
  json["columns"] = series->labels.size();
  json["shown"] = signals.columns.size();
  json["breaks"] = breaks_of(run, *series, signals);
  json["labels"] = Json::array();
  for (const std::size_t c : signals.columns) {
    json["labels"].push_back(series->labels[c]);
  }
  const std::size_t most_variables = signals.columns.size() > 200 ? 2 : 3;
  for (std::size_t v = 0; v < std::min(series->variables.size(), most_variables); ++v) {
    signals.values =
        run.read(*series, v, signals.columns, series->samples - signals.samples, signals.samples);
    Json one{{"name", series->variables[v]}, {"unit", series->units[v]}};
    one["carpet"] = carpet_of(signals);
    one["spectrum"] = spectrum_of(signals);
    one["connectivity"] = connectivity_of(run, *series, signals);
    json["variables"].push_back(std::move(one));
  }
  return json;
}

}  // namespace arcuate::io
