#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/analysis/phase.hpp"
#include "charts.hpp"
#include "columns.hpp"
#include "dynamics.hpp"
#include "grid.hpp"
#include "math.hpp"
#include "places.hpp"
#include "signals.hpp"
#include "spectrum.hpp"
#include "surface.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

/// Variables of regions before sensors and averages, states before inputs, monitors with many
/// columns first.
std::vector<Shown> shown_variables(const io::RecordedRun& run) {
  std::vector<const io::RecordedSeries*> all;
  for (const io::RecordedSeries& series : run.series) {
    if (series.samples > 0 && !series.labels.empty()) all.push_back(&series);
  }
  const auto rank = [](const io::RecordedSeries* s) {
    return std::tuple(s->columns.empty(), !s->of_sensors, s->kind.starts_with("afferent_coupling"),
                      -static_cast<std::ptrdiff_t>(s->columns.size()));
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  // Averages only where nothing else was recorded: of regions they say less than the regions. On a
  // surface they are the regions.
  const auto average = [&](const io::RecordedSeries* s) {
    return s->columns.empty() && !s->of_sensors && !is_of_parcels(run, *s);
  };
  const bool averages = !all.empty() && average(all.front());
  std::vector<Shown> shown;
  for (const io::RecordedSeries* series : all) {
    for (std::size_t v = 0; v < series->variables.size(); ++v) {
      if (averages || !average(series)) shown.push_back({series, v});
    }
  }
  return shown;
}

/// What a page of less than 5 MB can hold of each of so many variables.
struct Sizes {
  std::size_t columns, carpet_rows, carpet_columns;
};

Sizes sizes_for(std::size_t variables) {
  if (variables <= 1) return {400, 256, 1000};
  if (variables == 2) return {320, 200, 800};
  return {200, 120, 800};
}

/// Columns and samples so that one variable takes at most 128 MB: fewer columns first, then the
/// last samples.
Signals choose(const io::RecordedRun& run, const Shown& shown, std::size_t most_columns,
               std::size_t& present) {
  constexpr std::size_t most_values = std::size_t{1} << 24;
  constexpr std::size_t fewest_columns = 16;
  const io::RecordedSeries& series = *shown.series;
  Signals signals;
  const std::size_t most = std::clamp(most_values / series.samples, fewest_columns, most_columns);
  const Columns columns = columns_of(run, series, shown.variable, most, false);
  present = columns.present;
  signals.columns = columns.chosen;
  if (signals.columns.empty()) return signals;
  signals.samples = std::min(series.samples, most_values / signals.columns.size());
  signals.period = series.period;
  const std::size_t from = series.samples - signals.samples;
  signals.start = series.first_time + static_cast<double>(from) * series.period;
  signals.values = run.read(series, shown.variable, signals.columns, from, signals.samples);
  return signals;
}

/// The mean direction in each of at most `most` equal pieces along the columns.
Grid average_angles(const Grid& grid, std::size_t most) {
  Grid small{grid.rows, std::min(most, grid.columns), {}};
  for (std::size_t r = 0; r < grid.rows; ++r) {
    const std::span<const double> row =
        std::span(grid.values).subspan(r * grid.columns, grid.columns);
    for (std::size_t c = 0; c < small.columns; ++c) {
      const std::size_t from = c * grid.columns / small.columns;
      const std::size_t to = (c + 1) * grid.columns / small.columns;
      small.values.push_back(circular_mean(row.subspan(from, to - from)));
    }
  }
  return small;
}

bool of_blood(const io::RecordedSeries& series) {
  return series.kind == "bold" || series.kind == "hrf_bold";
}

/// Each row less its mean, in standard deviations; NaN where it is constant.
void standardise(Grid& grid) {
  for (std::size_t r = 0; r < grid.rows; ++r) {
    const auto row = std::span(grid.values).subspan(r * grid.columns, grid.columns);
    Eigen::Map<Eigen::ArrayXd> values(row.data(), static_cast<Eigen::Index>(row.size()));
    const double scale = values.abs().maxCoeff();
    values -= values.mean();
    const double deviation = std::sqrt(values.square().mean());
    // Rounding in the mean leaves a constant signal a deviation of a few units in the last place.
    values /= deviation > 1e-13 * scale ? deviation : std::nan("");
  }
}

/// All regions over time; in standard deviations where blood is looked at; phases over the opening
/// window, since they turn too fast for more.
Json carpet_of(const io::RecordedRun& run, const Shown& shown, const Signals& signals,
               const Sizes& sizes) {
  const std::vector<std::size_t> rows = io::spread(signals.columns.size(), sizes.carpet_rows);
  const bool phase = is_phase(*shown.series, shown.variable);
  std::size_t from = 0, count = signals.samples;
  if (phase) {
    const Window window = opening_window(run, *shown.series);
    const double before = std::max(0.0, window.start - signals.start);
    from = std::min(signals.samples - 1,
                    static_cast<std::size_t>(std::lround(before / signals.period)));
    const double length = (window.end - window.start) / signals.period;
    count = std::min(signals.samples - from, static_cast<std::size_t>(std::lround(length) + 1));
  }
  Grid grid{rows.size(), count, {}};
  for (const std::size_t row : rows) {
    const auto values = signals.row(row).subspan(from, count);
    grid.values.insert(grid.values.end(), values.begin(), values.end());
  }
  const bool standard = of_blood(*shown.series) && count > 1;
  if (standard) standardise(grid);
  const Grid small = phase ? average_angles(grid, sizes.carpet_columns)
                           : average_columns(grid, sizes.carpet_columns);
  const Limits turn{-std::numbers::pi, std::numbers::pi};
  Limits limits = phase ? turn : limits_of(small.values, 0.01);
  if (standard) {
    limits.high = std::max(std::abs(limits.low), std::abs(limits.high));
    limits.low = -limits.high;
  }
  Json json = to_json(small, limits);
  json["standardised"] = standard;
  json["start"] = signals.start + static_cast<double>(from) * signals.period;
  json["end"] = json["start"].get<double>() + static_cast<double>(count - 1) * signals.period;
  json["samples"] = count;
  json["places"] = rows;
  return json;
}

/// Kuramoto's order parameter over time, and the mean frequency; null with fewer than two signals.
Json order_of(const Signals& signals) {
  if (signals.columns.size() < 2) return nullptr;
  const analysis::Vector order = analysis::order_parameter(signals.view());
  const std::vector<double> kept = keep_extremes(span_of(order), 4000);
  Json json = to_json(Grid{1, kept.size(), kept}, {0.0, 1.0});
  json["start"] = signals.start;
  json["end"] = signals.start + static_cast<double>(signals.samples - 1) * signals.period;
  json["mean"] = order.mean();
  double frequency = 0.0;
  for (std::size_t c = 0; c < signals.columns.size(); ++c)
    frequency += mean_frequency(signals.row(c), 1.0 / signals.period);
  if (std::isfinite(frequency))
    json["frequency"] = frequency / static_cast<double>(signals.columns.size());
  return json;
}

double weight_between(const network::Connectome& c, GlobalIndex target, GlobalIndex source) {
  const auto from = c.source.begin() + c.row[static_cast<std::size_t>(target)];
  const auto to = c.source.begin() + c.row[static_cast<std::size_t>(target) + 1];
  const auto at = std::lower_bound(from, to, static_cast<LocalIndex>(source));
  if (at == to || *at != source) return 0.0;
  return c.weight[static_cast<std::size_t>(at - c.source.begin())];
}

/// NaN when undefined.
double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  analysis::Matrix both(static_cast<Eigen::Index>(x.size()), 2);
  std::copy(x.begin(), x.end(), both.col(0).begin());
  std::copy(y.begin(), y.end(), both.col(1).begin());
  return analysis::fc(both)(0, 1);
}

/// The mean weight of both directions against what the signals have in common, for connected pairs;
/// on a logarithmic scale unless some weight is negative.
Json structure_function(const io::RecordedRun& run, const io::RecordedSeries& series,
                        const Signals& signals, const analysis::Matrix& fc) {
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
      const double r = fc(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      if (w == 0.0 || !std::isfinite(r)) continue;
      structure.push_back(w);
      function.push_back(r);
    }
  }
  if (structure.size() < 3) return nullptr;
  const bool log = *std::min_element(structure.begin(), structure.end()) > 0.0;
  if (log) {
    std::transform(structure.begin(), structure.end(), structure.begin(),
                   [](double w) { return std::log10(w); });
  }
  Json json{{"x", Json::array()}, {"y", Json::array()}, {"pairs", structure.size()}, {"log", log}};
  json["r"] = correlation(structure, function);
  for (const std::size_t k : io::spread(structure.size(), most_points)) {
    json["x"].push_back(rounded(structure[k]));
    json["y"].push_back(rounded(function[k]));
  }
  return json;
}

/// Pearson's correlation, or the locking of phases; nothing when there are fewer than two signals
/// or ten samples.
analysis::Matrix pairs_of(const Signals& signals, bool phase) {
  if (signals.columns.size() < 2 || signals.samples < 10) return {};
  return phase ? analysis::phase_locking(signals.view()) : analysis::fc(signals.view());
}

Json connectivity_of(const io::RecordedRun& run, const io::RecordedSeries& series,
                     const Signals& signals, const analysis::Matrix& fc, bool phase) {
  if (fc.size() == 0) return nullptr;
  const double lowest = phase ? 0.0 : -1.0;
  Json json = to_json(grid_of(fc), Limits{lowest, 1.0});
  json["measure"] = phase ? "phase locking" : "correlation";
  const Bars bars = bars_of(span_of(analysis::lower_triangle(fc)), {lowest, 1.0}, 40);
  if (bars.values > 0) json["mean"] = bars.mean;
  json["histogram"] = bars.counts;
  if (!series.columns.empty() && run.coupled)
    json["structure"] = structure_function(run, series, signals, fc);
  return json;
}

Json variable_of(const io::RecordedRun& run, const Shown& shown, const Sizes& sizes) {
  const io::RecordedSeries& series = *shown.series;
  const bool phase = is_phase(series, shown.variable);
  std::size_t present = 0;
  const Signals signals = choose(run, shown, sizes.columns, present);
  Json json{{"monitor", series.name},
            {"name", series.variables[shown.variable]},
            {"unit", series.units[shown.variable]},
            {"phase", phase},
            {"columns", series.labels.size()},
            {"noun", noun_of(run, series)},
            {"present", present},
            {"shown", signals.columns.size()},
            {"samples", signals.samples},
            {"recorded", series.samples},
            {"breaks", breaks_of(run, series, signals.columns)},
            {"labels", Json::array()}};
  if (signals.columns.empty()) return json;
  for (const std::size_t c : signals.columns)
    json["labels"].push_back(series.labels[c]);
  json["carpet"] = carpet_of(run, shown, signals, sizes);
  const std::optional<analysis::Psd> psd = psd_of(signals, phase);
  json["spectrum"] = psd ? spectrum_chart(*psd) : Json();
  json["order"] = phase ? order_of(signals) : Json();
  const analysis::Matrix fc = pairs_of(signals, phase);
  json["connectivity"] = connectivity_of(run, series, signals, fc, phase);
  json["dynamics"] = of_blood(series)
                         ? dynamics_chart(signals, std::min<std::size_t>(300, sizes.columns))
                         : Json();
  json["scalp"] = scalp_chart(series, shown.variable, signals, psd);
  json["brain"] = brain_chart(run, series, shown.variable, signals, fc);
  return json;
}

}  // namespace

nlohmann::ordered_json activity_charts(const io::RecordedRun& run) {
  constexpr std::size_t most_variables = 4;
  const std::vector<Shown> all = shown_variables(run);
  Json json{{"total", all.size()}, {"variables", Json::array()}};
  const std::vector<Shown> chosen = of_every_kind(all, most_variables);
  const Sizes sizes = sizes_for(chosen.size());
  for (const Shown& one : chosen)
    json["variables"].push_back(variable_of(run, one, sizes));
  return json;
}

}  // namespace arcuate::report
