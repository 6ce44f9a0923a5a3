#include <algorithm>
#include <cmath>

#include "charts.hpp"
#include "columns.hpp"
#include "grid.hpp"
#include "math.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_charts = 8;
constexpr std::size_t most_lanes = 64;
constexpr std::size_t most_points = 1000;
/// Numbers of all charts together: whole recordings, and the windows on which the page opens.
constexpr std::size_t overview_budget = 240'000;
constexpr std::size_t window_budget = 400'000;

/// Samples [from, from + count) of some columns, thinned to `points` each.
Grid thinned(const io::RecordedRun& run, const io::RecordedSeries& series, std::size_t variable,
             const std::vector<std::size_t>& columns, std::size_t from, std::size_t count,
             std::size_t points) {
  // Long recordings in parts that start where the last one ended, so that memory stays bounded.
  constexpr std::size_t values_at_once = std::size_t{1} << 23;
  const std::size_t parts = std::min(count, 1 + columns.size() * count / values_at_once);
  const bool phase = is_phase(series, variable);
  std::vector<std::vector<double>> signals(columns.size());
  for (std::size_t p = 0; p < parts; ++p) {
    const std::size_t begin = p * count / parts;
    const std::size_t size = (p + 1) * count / parts - begin;
    std::vector<double> values = run.read(series, variable, columns, from + begin, size);
    if (phase) std::transform(values.begin(), values.end(), values.begin(), wrapped);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto signal = std::span<const double>(values).subspan(c * size, size);
      const std::size_t most = std::max<std::size_t>(2, points / parts);
      const auto kept = phase ? keep_some(signal, most) : keep_extremes(signal, most);
      signals[c].insert(signals[c].end(), kept.begin(), kept.end());
    }
  }
  Grid grid{columns.size(), signals.empty() ? 0 : signals.front().size(), {}};
  for (const std::vector<double>& signal : signals)
    grid.values.insert(grid.values.end(), signal.begin(), signal.end());
  return grid;
}

Json grid_between(const Grid& grid, const io::RecordedSeries& series, std::size_t from,
                  std::size_t count) {
  Json json = to_json(grid, limits_of(grid.values, 0.0));
  json["start"] = series.first_time + static_cast<double>(from) * series.period;
  json["end"] = series.first_time + static_cast<double>(from + count - 1) * series.period;
  json["samples"] = count;
  return json;
}

/// Names of the columns, and the models where there are several.
void add_columns(const io::RecordedRun& run, const io::RecordedSeries& series,
                 const Columns& columns, Json& json) {
  json["labels"] = Json::array();
  json["models"] = Json::array();
  json["stimulated"] = Json::array();
  for (const std::size_t c : columns.chosen) {
    json["labels"].push_back(series.labels[c]);
    const bool regions = !series.columns.empty();
    if (regions && !run.models.empty())
      json["models"].push_back(run.models[model_of_column(run, series, c)]);
    json["stimulated"].push_back(is_stimulated(run, series, c));
  }
  json["present"] = columns.present;
  json["columns"] = series.labels.size();
  json["noun"] = noun_of(run, series);
}

Json chart_of(const io::RecordedRun& run, const io::RecordedSeries& series, std::size_t variable,
              std::size_t charts) {
  // One sample is drawn for many regions at once, with nothing to choose.
  const Columns columns =
      columns_of(run, series, variable, series.samples > 1 ? most_lanes : most_points, true);
  Json json{{"monitor", series.name},
            {"kind", series.kind},
            {"variable", series.variables[variable]},
            {"unit", series.units[variable]}};
  json["phase"] = is_phase(series, variable);
  add_columns(run, series, columns, json);
  if (columns.chosen.empty()) return json;
  const auto points = [&](std::size_t budget) {
    return std::min<std::size_t>(budget / charts / columns.chosen.size(), 20'000);
  };
  json["whole"] = grid_between(
      thinned(run, series, variable, columns.chosen, 0, series.samples, points(overview_budget)),
      series, 0, series.samples);
  const Window window = opening_window(run, series);
  json["window"] = {window.start, window.end};
  if (series.samples <= points(overview_budget)) return json;
  const auto sample = [&](double time) {
    const double place = std::max(0.0, (time - series.first_time) / series.period);
    return std::min(series.samples - 1, static_cast<std::size_t>(std::lround(place)));
  };
  const std::size_t from = sample(window.start);
  const std::size_t count = sample(window.end) - from + 1;
  json["opening"] = grid_between(
      thinned(run, series, variable, columns.chosen, from, count, points(window_budget)), series,
      from, count);
  return json;
}

/// The course of a stimulus in at most `most` points: the extremes of its pieces, at their times.
void add_course(const io::RecordedStimulus& stimulus, std::size_t most, Json& json) {
  const std::size_t size = stimulus.value.size();
  const std::size_t pieces = size <= most ? size : most / 2;
  json["time"] = Json::array();
  json["value"] = Json::array();
  const auto keep = [&](std::ptrdiff_t at) {
    json["time"].push_back(stimulus.time[static_cast<std::size_t>(at)]);
    json["value"].push_back(rounded(stimulus.value[static_cast<std::size_t>(at)]));
  };
  for (std::size_t p = 0; p < pieces; ++p) {
    const auto begin = stimulus.value.begin();
    const auto [low, high] =
        std::minmax_element(begin + static_cast<std::ptrdiff_t>(p * size / pieces),
                            begin + static_cast<std::ptrdiff_t>((p + 1) * size / pieces));
    keep(std::min(low, high) - begin);
    if (low != high) keep(std::max(low, high) - begin);
  }
}

}  // namespace

nlohmann::ordered_json trace_charts(const io::RecordedRun& run) {
  std::vector<Shown> all;
  for (const io::RecordedSeries& series : run.series) {
    if (series.samples == 0 || series.labels.empty()) continue;
    for (std::size_t v = 0; v < series.variables.size(); ++v)
      all.push_back({&series, v});
  }
  const std::vector<Shown> chosen = of_every_kind(all, most_charts);
  Json charts = Json::array();
  for (const Shown& one : chosen)
    charts.push_back(chart_of(run, *one.series, one.variable, chosen.size()));
  return Json{{"total", all.size()}, {"charts", std::move(charts)}};
}

nlohmann::ordered_json stimulus_charts(const io::RecordedRun& run) {
  constexpr std::size_t most_stimuli = 8;
  constexpr std::size_t most_names = 12;
  constexpr std::size_t most_course_points = 16'000;
  const std::vector<std::size_t> order = display_order(run.connectome);
  Json all = Json::array();
  for (const io::RecordedStimulus& stimulus : run.stimuli) {
    if (all.size() == most_stimuli) break;
    Json one{{"target", stimulus.target},
             {"unit", stimulus.unit},
             {"model", run.models.empty() ? std::string() : stimulus.model},
             {"kind", stimulus.kind},
             {"equation", stimulus.equation},
             {"names", Json::array()}};
    std::size_t regions = 0;
    for (const std::size_t region : order) {
      if (stimulus.weight[region] == 0.0) continue;
      if (++regions <= most_names) one["names"].push_back(run.connectome.labels[region]);
    }
    one["regions"] = regions;
    add_course(stimulus, most_course_points / std::min(run.stimuli.size(), most_stimuli), one);
    all.push_back(std::move(one));
  }
  return Json{{"total", run.stimuli.size()}, {"stimuli", std::move(all)}};
}

}  // namespace arcuate::report
