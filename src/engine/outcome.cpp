#include <fmt/format.h>

#include <cmath>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/model/limits.hpp"

namespace arcuate::engine {
namespace {

std::string what_is_wrong(const model::StateInfo& state, double value) {
  if (!std::isfinite(value)) return "is not finite";
  const auto [low, high] = model::plausible_range(state);
  return fmt::format("is {:.3g} {}, far outside of what its equations mean ({:.3g} to {:.3g})",
                     value, state.unit, low, high);
}

}  // namespace

std::string explain(const Divergence& divergence, const SimulationSpec& spec) {
  const Population& own = spec.at(divergence.region);
  const model::ModelInfo& info = own.model->info;
  const model::StateInfo& state = info.states[static_cast<std::size_t>(divergence.state)];
  std::string text = fmt::format(
      "the simulation diverged: {} variable '{}' of region {} {} at t = {} ms; parameters:",
      info.name, state.name, divergence.region, what_is_wrong(state, divergence.value),
      std::to_string(static_cast<double>(divergence.step) * spec.dt));
  for (std::size_t p = 0; p < info.parameters.size(); ++p) {
    text += fmt::format(" {}={}", info.parameters[p].name,
                        std::to_string(own.parameters[p](divergence.region)));
  }
  return text + ". Try a smaller dt or weaker coupling";
}

void require_convergence(const Outcome& outcome, const SimulationSpec& spec) {
  if (outcome.kind == Outcome::Kind::diverged)
    throw DivergedError(explain(outcome.divergence, spec));
}

}  // namespace arcuate::engine
