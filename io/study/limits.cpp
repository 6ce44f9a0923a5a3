#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/names.hpp"
#include "arcuate/model/limits.hpp"
#include "sense.hpp"

namespace arcuate::io {
namespace {

std::string with_unit(double value, std::string_view unit) {
  return unit == "1" ? fmt::format("{:.6g}", value) : fmt::format("{:.6g} {}", value, unit);
}

std::string interval(const model::Range& range, std::string_view unit) {
  return fmt::format("{:.6g} to {}", range.low, with_unit(range.high, unit));
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

/// The regions whose values are looked at: one when all are the same.
std::vector<GlobalIndex> regions_of(const Sensed& sensed, const RegionValues& values) {
  if (values.uniform()) return {sensed.regions.front()};
  return sensed.regions;
}

/// A number that the equations cannot take ends the study, a default never does.
void require_allowed(const Sensed& sensed, std::size_t p) {
  const model::ParameterInfo& info = sensed.own.model->info.parameters[p];
  const model::Takes takes = model::takes_of(info);
  const RegionValues& values = sensed.own.parameters[p];
  for (const GlobalIndex region : regions_of(sensed, values)) {
    if (model::can_take(takes, values(region))) continue;
    const std::string_view allowed = model::allowed_text(takes);
    throw ConfigError(sensed.form.parameters[p].place +
                      fmt::format("{}{} is out of range: {} (allowed: {})",
                                  with_unit(values(region), info.unit),
                                  sensed.in_region(values, region), info.meaning,
                                  allowed.empty() ? "finite numbers" : allowed));
  }
}

/// Values that the user gave and that are neither usual nor the preset's.
void warn_of_unusual(const Sensed& sensed, std::size_t p) {
  const model::ParameterInfo& info = sensed.own.model->info.parameters[p];
  const RegionForm& form = sensed.form.parameters[p];
  if (form.place.empty()) return;
  const RegionValues& values = sensed.own.parameters[p];
  const auto [low, high] = info.range;
  const double rounding = 1e-9 * (high - low);
  for (const GlobalIndex region : regions_of(sensed, values)) {
    const double value = values(region);
    const bool usual = value >= low - rounding && value <= high + rounding;
    if (usual || value == info.value || value == sensed.form.usual[p]) continue;
    sensed.warnings.push_back(
        form.place + fmt::format("{}{} is outside of the usual range of {}, {}",
                                 with_unit(value, info.unit), sensed.in_region(values, region),
                                 sensed.own.model->info.name, interval(info.range, info.unit)));
    return;
  }
}

/// The parameter that the user gave and without which the equations give numbers.
std::size_t culprit(const Sensed& sensed, const Trial& trial, const std::vector<double>& state,
                    std::vector<double> parameters, const std::vector<double>& inputs) {
  const std::vector<double> defaults = trial.defaults();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (sensed.form.parameters[p].place.empty()) continue;
    const double given = std::exchange(parameters[p], defaults[p]);
    if (all_finite(trial.rates(state, parameters, inputs))) return p;
    parameters[p] = given;
  }
  return parameters.size();
}

/// Tries the equations: divisions by zero and roots of negative numbers need no table.
void require_finite_rates(const Sensed& sensed, const Trial& trial) {
  const model::ModelInfo& info = sensed.own.model->info;
  const std::vector<double> inputs(info.inputs.size(), 0.0);
  for (const std::vector<double>& state : trial.states()) {
    if (!all_finite(trial.rates(state, trial.defaults(), inputs))) continue;
    for (const GlobalIndex region : sensed.different_regions()) {
      const std::vector<double> parameters = trial.parameters(region);
      if (all_finite(trial.rates(state, parameters, inputs))) continue;
      const std::size_t p = culprit(sensed, trial, state, parameters, inputs);
      if (p == parameters.size()) return;
      throw ConfigError(sensed.form.parameters[p].place +
                        fmt::format("with {}{} the equations of {} give no finite numbers "
                                    "(usual: {})",
                                    with_unit(parameters[p], info.parameters[p].unit),
                                    sensed.in_region(sensed.own.parameters[p], region), info.name,
                                    interval(info.parameters[p].range, info.parameters[p].unit)));
    }
  }
}

void require_plausible(const Sensed& sensed, std::size_t k, double value) {
  const model::StateInfo& state = sensed.own.model->info.states[k];
  const model::Range range = model::plausible_range(state);
  if (value >= range.low && value <= range.high) return;
  throw ConfigError(sensed.form.initial[k].place +
                    fmt::format("{} is far outside of what the equations of {} mean: {} "
                                "(allowed: {}, usual: {})",
                                with_unit(value, state.unit), sensed.own.model->info.name,
                                state.meaning, interval(range, state.unit),
                                interval(state.range, state.unit)));
}

void check_initial(const Sensed& sensed) {
  if (!sensed.parts.history.empty()) return;
  for (std::size_t k = 0; k < sensed.own.initial.size(); ++k) {
    const engine::InitialValue& initial = sensed.own.initial[k];
    if (initial.uniform) {
      require_plausible(sensed, k, initial.uniform->low);
      require_plausible(sensed, k, initial.uniform->high);
      continue;
    }
    for (const GlobalIndex region : regions_of(sensed, initial.value))
      require_plausible(sensed, k, initial.value(region));
  }
}

/// The longest stable step times the rate of decay, of equations that decay by themselves.
double stability_limit(model::Method method) {
  switch (method) {
    case model::Method::euler:
    case model::Method::heun:
    case model::Method::symplectic_euler:
      return 2.0;
    case model::Method::rk4:
      return 2.785;
    case model::Method::exponential_euler:
      break;
  }
  return model::unbounded;
}

/// Where a state falls back faster than the method can follow, it overshoots more at every step.
void check_step(const Sensed& sensed, const Trial& trial) {
  const model::ModelInfo& info = sensed.own.model->info;
  const double dt = sensed.whole.dt / info.time_unit;
  const double limit = stability_limit(sensed.whole.method);
  const std::size_t n = info.states.size();
  for (const GlobalIndex region : sensed.different_regions()) {
    const std::vector<double> derivatives =
        trial.jacobian(trial.states().front(), trial.parameters(region));
    for (std::size_t k = 0; k < n; ++k) {
      const double decay = -derivatives[k * n + k];
      if (info.states[k].assigned || !(decay * dt > limit * (1.0 + 1e-9))) continue;
      sensed.warnings.push_back(
          sensed.parts.step_place +
          fmt::format("{} ms is too long a step for {}: its state {} decays within {:.3g} ms, and "
                      "this method needs steps below {:.3g} ms",
                      sensed.whole.dt, info.name, info.states[k].name, info.time_unit / decay,
                      limit * info.time_unit / decay));
      return;
    }
  }
}

/// Standard deviation of what noise adds to a state in one step, or in all when it is bounded.
double spread(const engine::NoiseTerm& term, double sigma, double dt) {
  return term.kind == engine::NoiseTerm::Kind::white ||
                 term.kind == engine::NoiseTerm::Kind::brownian
             ? sigma * std::sqrt(dt)
             : sigma;
}

void check_noise_term(const Sensed& sensed, const Trial& trial, std::size_t i) {
  const model::ModelInfo& info = sensed.own.model->info;
  const engine::NoiseTerm& term = sensed.own.noise[i];
  const std::string& place = sensed.form.sigma[i].place;
  const double dt = sensed.whole.dt / info.time_unit;
  const auto warn = [&](const std::string& what) { sensed.warnings.push_back(place + what); };
  if (term.kind == engine::NoiseTerm::Kind::ornstein_uhlenbeck && term.tau < dt)
    warn(
        fmt::format("tau, {} ms, is shorter than a step of dt = {} ms: the noise is as good as "
                    "independent from step to step",
                    term.tau * info.time_unit, sensed.whole.dt));
  if (term.on_input) {
    const std::vector<GlobalIndex> regions = sensed.different_regions();
    if (sensed.own.stimuli.empty() &&
        std::none_of(regions.begin(), regions.end(), [&](GlobalIndex region) {
          return trial.acts(term.target, trial.parameters(region));
        }))
      warn(
          fmt::format("the noise changes nothing: with these parameters the equations of {} do "
                      "not depend on the input {}",
                      info.name, info.inputs[z(term.target)].name));
    return;
  }
  constexpr double far = 10.0;
  const model::StateInfo& state = info.states[z(term.target)];
  const double width = state.range.high - state.range.low;
  for (const GlobalIndex region : regions_of(sensed, term.sigma)) {
    const double added = spread(term, term.sigma(region), dt);
    if (term.multiplicative || state.unit == "rad" || !(added > far * width)) continue;
    warn(fmt::format("in one step noise moves {} by {}{}, and its usual range is {}", state.name,
                     with_unit(added, state.unit), sensed.in_region(term.sigma, region),
                     interval(state.range, state.unit)));
    return;
  }
}

/// What single precision makes of a weight is the weight, but for rounding.
bool survives(double weight) {
  return weight == 0.0 || std::isnormal(static_cast<float>(weight));
}

}  // namespace

void check_precision(const Study::Unresolved& parts, const engine::SimulationSpec& simulation,
                     const network::Connectome& connectome) {
  if (simulation.stored() == Stored::in_double || simulation.n_links() == 0) return;
  const bool squared = engine::sums_squared_weights(simulation);
  for (GlobalIndex target = 0; target < connectome.n_regions(); ++target) {
    for (GlobalIndex e = connectome.row[z(target)]; e < connectome.row[z(target) + 1]; ++e) {
      const double weight = connectome.weight[z(e)];
      if (survives(weight) && (!squared || survives(weight * weight))) continue;
      throw ConfigError(
          parts.precision_place +
          fmt::format(
              "{}: the weight {:.6g} from region {} to region {}{} is outside of what "
              "single precision holds (1.2e-38 to 3.4e+38): scale the weights or use double",
              core::word_of(simulation.precision), weight,
              region_name(connectome, connectome.source[z(e)]), region_name(connectome, target),
              survives(weight) ? ", squared," : ""));
    }
  }
}

void check_numbers(const Sensed& sensed) {
  for (std::size_t p = 0; p < sensed.own.parameters.size(); ++p)
    require_allowed(sensed, p);
  const Trial trial(sensed.own, sensed.whole.method);
  require_finite_rates(sensed, trial);
  check_initial(sensed);
  for (std::size_t p = 0; p < sensed.own.parameters.size(); ++p)
    warn_of_unusual(sensed, p);
  check_step(sensed, trial);
  for (std::size_t i = 0; i < sensed.own.noise.size(); ++i)
    check_noise_term(sensed, trial, i);
}

}  // namespace arcuate::io
