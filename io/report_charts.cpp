#include "report_charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "report_grid.hpp"

namespace arcuate::io {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t most_cells = 400;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Block of the charts that each region falls into.
std::vector<std::size_t> block_of_regions(const std::vector<std::size_t>& order,
                                          std::size_t blocks) {
  std::vector<std::size_t> block(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    block[order[place]] = place * blocks / order.size();
  }
  return block;
}

/// First region of each block.
std::vector<std::size_t> first_of_blocks(const std::vector<std::size_t>& order,
                                         std::size_t blocks) {
  std::vector<std::size_t> first(blocks);
  for (std::size_t place = order.size(); place-- > 0;) {
    first[place * blocks / order.size()] = order[place];
  }
  return first;
}

/// Mean over the edges of each pair of blocks; NaN where there is none.
template <class Value>
Grid edge_means(const network::Connectome& c, const std::vector<Value>& values,
                const std::vector<std::size_t>& block, std::size_t blocks) {
  Grid grid{blocks, blocks, std::vector<double>(blocks * blocks, 0.0)};
  std::vector<double> count(blocks * blocks, 0.0);
  for (std::size_t i = 0; i + 1 < c.row.size(); ++i) {
    for (GlobalIndex e = c.row[i]; e < c.row[i + 1]; ++e) {
      const auto edge = static_cast<std::size_t>(e);
      const std::size_t cell = block[i] * blocks + block[static_cast<std::size_t>(c.source[edge])];
      grid.values[cell] += static_cast<double>(values[edge]);
      count[cell] += 1.0;
    }
  }
  for (std::size_t k = 0; k < count.size(); ++k) {
    grid.values[k] = count[k] > 0.0 ? grid.values[k] / count[k] : nothing;
  }
  return grid;
}

/// Positions where the hemisphere changes along the blocks.
std::vector<std::size_t> breaks_of(const network::Connectome& c,
                                   const std::vector<std::size_t>& first) {
  std::vector<std::size_t> breaks;
  for (std::size_t b = 1; b < first.size() && !c.hemisphere.empty(); ++b) {
    if (c.hemisphere[first[b]] != c.hemisphere[first[b - 1]]) breaks.push_back(b);
  }
  return breaks;
}

/// Signals of at most 64 columns of one variable, decimated to `points` each.
Json traces_of(const RecordedRun& run, const RecordedSeries& series, std::size_t variable,
               std::size_t points) {
  const std::vector<std::size_t> columns = spread(series.labels.size(), 64);
  // Long recordings in parts that start where the last one ended, so that memory stays bounded.
  constexpr std::size_t values_at_once = std::size_t{1} << 23;
  const std::size_t parts = 1 + columns.size() * series.samples / values_at_once;
  std::vector<std::vector<double>> signals(columns.size());
  for (std::size_t p = 0; p < parts; ++p) {
    const std::size_t from = p * series.samples / parts;
    const std::size_t count = (p + 1) * series.samples / parts - from;
    const std::vector<double> values = run.read(series, variable, columns, from, count);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto kept = keep_extremes(std::span(values).subspan(c * count, count),
                                      std::max<std::size_t>(2, points / parts));
      signals[c].insert(signals[c].end(), kept.begin(), kept.end());
    }
  }
  Grid grid{columns.size(), signals.empty() ? 0 : signals.front().size(), {}};
  Json labels = Json::array();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    grid.values.insert(grid.values.end(), signals[c].begin(), signals[c].end());
    labels.push_back(series.labels[columns[c]]);
  }
  Json json = to_json(grid, limits_of(grid.values, 0.0));
  json["monitor"] = series.name;
  json["variable"] = series.variables[variable];
  json["unit"] = series.units[variable];
  json["labels"] = std::move(labels);
  json["start"] = series.first_time;
  json["end"] = series.first_time + static_cast<double>(series.samples - 1) * series.period;
  json["thinned"] = grid.columns < series.samples;
  return json;
}

}  // namespace

std::vector<std::size_t> display_order(const network::Connectome& connectome) {
  std::vector<std::size_t> order(static_cast<std::size_t>(connectome.n_regions()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!connectome.hemisphere.empty()) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return connectome.hemisphere[a] < connectome.hemisphere[b];
    });
  }
  return order;
}

nlohmann::ordered_json connectome_charts(const RecordedRun& run) {
  const network::Connectome& c = run.connectome;
  const std::vector<std::size_t> order = display_order(c);
  const std::size_t blocks = std::min(order.size(), most_cells);
  const std::vector<std::size_t> block = block_of_regions(order, blocks);
  const std::vector<std::size_t> first = first_of_blocks(order, blocks);
  Grid weights = edge_means(c, c.weight, block, blocks);
  for (double& w : weights.values) {
    w = w > 0.0 ? std::log10(w) : nothing;
  }
  const bool delays = c.length.empty() && !c.delay.empty();
  const Grid lengths = edge_means(c, delays ? c.delay : c.length, block, blocks);
  Json json;
  json["regions"] = c.n_regions();
  json["blocks"] = blocks;
  json["breaks"] = breaks_of(c, first);
  json["labels"] = Json::array();
  json["owner"] = Json::array();
  for (const std::size_t region : first) {
    json["labels"].push_back(c.labels[region]);
    json["owner"].push_back(run.owner[region]);
  }
  json["parts"] = run.ranks;
  json["weights"] = to_json(weights, limits_of(weights.values, 0.005));
  json["lengths"] = to_json(lengths, limits_of(lengths.values, 0.0));
  json["length_name"] = delays ? "delay" : "tract length";
  json["length_unit"] = delays ? "ms" : "mm";
  return json;
}

nlohmann::ordered_json trace_charts(const RecordedRun& run) {
  constexpr std::size_t most_charts = 8;
  constexpr std::size_t budget = 480'000;
  std::size_t charts = 0;
  for (const RecordedSeries& series : run.series) {
    charts += series.variables.size();
  }
  Json all = Json::array();
  for (const RecordedSeries& series : run.series) {
    for (std::size_t v = 0; v < series.variables.size() && all.size() < most_charts; ++v) {
      if (series.samples == 0 || series.labels.empty()) continue;
      const std::size_t share = budget / std::clamp<std::size_t>(charts, 1, most_charts);
      const std::size_t points = share / std::min<std::size_t>(64, series.labels.size());
      all.push_back(traces_of(run, series, v, std::min<std::size_t>(points, 20'000)));
    }
  }
  return all;
}

}  // namespace arcuate::io
