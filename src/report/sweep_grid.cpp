#include <algorithm>

#include "grid.hpp"
#include "math.hpp"
#include "studied.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_quantities = 40;
constexpr std::size_t most_grid_values = 600000;

Json axis_json(const analysis::Axis& axis) {
  Json json{{"name", axis.name}, {"unit", axis.unit}};
  if (axis.texts.empty()) {
    json["values"] = Json::array();
    for (const double value : axis.values)
      json["values"].push_back(number_json(value));
  } else {
    json["texts"] = axis.texts;
  }
  return json;
}

char ending_of(const Studied& studied, std::size_t candidate) {
  if (studied.done(candidate)) return '0';
  return studied.failed(candidate) ? '1' : '2';
}

}  // namespace

nlohmann::ordered_json grid_chart(const Studied& studied) {
  const auto& grid = studied.table().grid;
  if (grid.empty() || studied.size() == 0 || studied.size() > most_grid_cells) return nullptr;
  Json json{{"axes", Json::array()}, {"quantities", Json::array()}};
  for (const analysis::Axis& axis : grid)
    json["axes"].push_back(axis_json(axis));
  const std::size_t most =
      std::clamp<std::size_t>(most_grid_values / studied.size(), 1, most_quantities);
  for (const io::ResultColumn* one : studied.quantities()) {
    if (json["quantities"].size() == most) break;
    const Limits limits = limits_of(one->numbers, 0.0);
    json["quantities"].push_back({{"name", one->name},
                                  {"unit", one->unit},
                                  {"low", limits.low},
                                  {"high", limits.high},
                                  {"data", pack(one->numbers, limits)}});
  }
  json["total"] = studied.quantities().size();
  std::string endings(studied.size(), '0');
  for (std::size_t k = 0; k < endings.size(); ++k)
    endings[k] = ending_of(studied, k);
  json["endings"] = endings;
  const std::size_t best = studied.best();
  if (best < studied.size()) json["best"] = best;
  return json;
}

}  // namespace arcuate::report
