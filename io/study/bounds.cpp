#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

/// [low, high] with the unit of the state.
model::Range read_range(const Reading& reading, const yaml::Node& node, const std::string& path,
                        const model::StateInfo& state, yaml::Node& normal) {
  const std::string place = yaml::place(reading.document, node, path);
  if (!node.is_list() || node.items.size() != 2)
    throw ConfigError(place + "expected [low, high], not " + describe(node));
  const model::Range range{to_number(node.items[0], state.unit, place),
                           to_number(node.items[1], state.unit, place)};
  if (!(range.low < range.high) || range.low == model::unbounded ||
      range.high == -model::unbounded) {
    throw ConfigError(
        place + fmt::format("[{}, {}]: the first must be below the second", range.low, range.high));
  }
  if (range.low < state.lower || range.high > state.upper) {
    throw ConfigError(place + fmt::format("[{}, {}] is wider than the model itself lets it be "
                                          "(allowed: within {} to {})",
                                          range.low, range.high, state.lower, state.upper));
  }
  normal = yaml::list({yaml::number(range.low), yaml::number(range.high)});
  return range;
}

}  // namespace

void read_bounds(const PopulationReading& reading, Section& section, const model::ModelInfo& info) {
  if (!section.has("bounds")) return;
  yaml::Node normal;
  const Section given(reading.document, section.map_of("bounds"), section.path("bounds"),
                      "model.bounds", normal, state_names(info));
  model::Bounds& bounds = reading.own.population.bounds;
  for (const model::StateInfo& state : info.states) {
    const std::string name(state.name);
    const yaml::Node* node = given.find(name);
    bounds.push_back(node == nullptr ? model::any_value
                                     : read_range(reading, *node, given.path(name), state,
                                                  normal.set(name, {})));
  }
  section.normal().set("bounds", std::move(normal));
}

model::Range bounds_of(const engine::Population& population, std::size_t state) {
  const model::StateInfo& info = population.model->info.states[state];
  model::Range range{info.lower, info.upper};
  if (population.bounds.empty()) return range;
  range.low = std::max(range.low, population.bounds[state].low);
  range.high = std::min(range.high, population.bounds[state].high);
  return range;
}

void check_initial_default(const Section& section, const engine::Population& population,
                           std::size_t state) {
  const model::StateInfo& info = population.model->info.states[state];
  const auto [low, high] = bounds_of(population, state);
  if (info.initial >= low && info.initial <= high) return;
  section.fail("bounds", fmt::format("{} is {} at t = 0, outside of [{}, {}]: give `initial`",
                                     info.name, info.initial, low, high));
}

}  // namespace arcuate::io
