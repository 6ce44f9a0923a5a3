#include <algorithm>
#include <cmath>
#include <limits>

#include "charts.hpp"
#include "columns.hpp"
#include "grid.hpp"

namespace arcuate::report {
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
  if (values.empty()) return grid;
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

bool any_positive(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return v > 0.0; });
}

/// Why there is no matrix to show; "" where there is one.
std::string why_none(const io::RecordedRun& run) {
  if (run.connectome.n_regions() == 1) return "One region: there is nothing to connect.";
  if (run.connectome.n_edges() == 0) return "The regions have no connections.";
  if (!run.coupled) return "The study couples nothing: its connections were not used.";
  return {};
}

/// Weights on a logarithmic scale, or on one around zero when some are negative.
void add_weights(Grid grid, Json& json) {
  const bool negative =
      std::any_of(grid.values.begin(), grid.values.end(), [](double w) { return w < 0.0; });
  json["signed"] = negative;
  if (negative) {
    const Limits limits = limits_of(grid.values, 0.005);
    const double most = std::max(std::abs(limits.low), std::abs(limits.high));
    json["weights"] = to_json(grid, {-most, most});
    return;
  }
  for (double& w : grid.values)
    w = w > 0.0 ? std::log10(w) : nothing;
  json["weights"] = to_json(grid, limits_of(grid.values, 0.005));
}

}  // namespace

nlohmann::ordered_json connectome_charts(const io::RecordedRun& run) {
  const network::Connectome& c = run.connectome;
  const std::vector<std::size_t> order = display_order(c);
  const std::size_t blocks = std::min(order.size(), most_cells);
  const std::vector<std::size_t> block = block_of_regions(order, blocks);
  const std::vector<std::size_t> first = first_of_blocks(order, blocks);
  Json json;
  json["regions"] = c.n_regions();
  json["noun"] = !run.surface                                      ? "region"
                 : run.surface->mesh.n_vertices() == c.n_regions() ? "vertex"
                                                                   : "node";
  json["blocks"] = blocks;
  json["breaks"] = breaks_of(c, first);
  json["labels"] = Json::array();
  json["owner"] = Json::array();
  for (const std::size_t region : first) {
    json["labels"].push_back(c.labels[region]);
    json["owner"].push_back(run.owner[region]);
  }
  json["parts"] = run.ranks;
  json["none"] = why_none(run);
  if (!json["none"].get<std::string>().empty()) return json;
  add_weights(edge_means(c, c.weight, block, blocks), json);
  const bool delays = c.length.empty() && !c.delay.empty();
  if (run.spiking) return json;  // one delay for all
  const Grid lengths = edge_means(c, delays ? c.delay : c.length, block, blocks);
  if (!any_positive(lengths.values)) return json;
  json["lengths"] = to_json(lengths, limits_of(lengths.values, 0.0));
  json["length_name"] = delays ? "delay" : "tract length";
  json["length_unit"] = delays ? "ms" : "mm";
  return json;
}

}  // namespace arcuate::report
