#include "connectome_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

namespace arcuate::app {
namespace {

using FigureJson = nlohmann::ordered_json;

struct Blocks {
  std::size_t count = 0, regions = 0;
  [[nodiscard]] std::size_t of(std::size_t region) const { return region * count / regions; }
};

FigureJson matrix_json(const network::Connectome& connectome, const Blocks& blocks) {
  std::vector<double> sum(blocks.count * blocks.count, 0.0);
  std::vector<bool> there(sum.size(), false);
  std::vector<double> size(blocks.count, 0.0);
  for (std::size_t region = 0; region < blocks.regions; ++region) {
    size[blocks.of(region)] += 1.0;
    const auto begin = static_cast<std::size_t>(connectome.row[region]);
    const auto end = static_cast<std::size_t>(connectome.row[region + 1]);
    for (std::size_t edge = begin; edge < end; ++edge) {
      const std::size_t cell = blocks.of(region) * blocks.count +
                               blocks.of(static_cast<std::size_t>(connectome.source[edge]));
      sum[cell] += connectome.weight[edge];
      there[cell] = true;
    }
  }
  FigureJson rows = FigureJson::array();
  for (std::size_t target = 0; target < blocks.count; ++target) {
    FigureJson row = FigureJson::array();
    for (std::size_t source = 0; source < blocks.count; ++source) {
      const std::size_t cell = target * blocks.count + source;
      row.push_back(there[cell] ? FigureJson(sum[cell] / (size[target] * size[source]))
                                : FigureJson());
    }
    rows.push_back(row);
  }
  return rows;
}

FigureJson span_json(const std::vector<double>& values, const char* unit) {
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return {{"low", *low},
          {"high", *high},
          {"mean", sum / static_cast<double>(values.size())},
          {"unit", unit}};
}

}  // namespace

std::string connectome_json(const network::Connectome& connectome) {
  constexpr std::size_t most = 200;
  const auto regions = static_cast<std::size_t>(connectome.n_regions());
  const Blocks blocks{std::min(regions, most), regions};
  FigureJson json{{"origin", connectome.origin},
                  {"regions", regions},
                  {"edges", connectome.n_edges()},
                  {"labels", connectome.labels},
                  {"lengths", span_json(connectome.length, "mm")},
                  {"delays", span_json(connectome.delay, "ms")},
                  {"blocks", blocks.count},
                  {"weights", matrix_json(connectome, blocks)},
                  {"warnings", connectome.warnings}};
  if (!connectome.centres.empty()) json["centres"] = connectome.centres;
  return json.dump(-1, ' ', false, FigureJson::error_handler_t::replace) + "\n";
}

}  // namespace arcuate::app
