#include "noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/model/computed.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/steady/linear_noise.hpp"

namespace arcuate::app {
namespace {

/// What regions tell each other first; the first state where the study computes that.
std::string sent(const engine::SimulationSpec& spec) {
  const engine::Population& first = spec.populations.front();
  const int source = first.links.empty() ? 0 : first.links.front().source;
  return std::string(
      first.model->observable_name(source < first.model->n_observables() ? source : 0));
}

/// By the first monitor.
std::vector<std::string> recorded(const run::Prepared& prepared) {
  std::vector<std::string> names;
  if (prepared.monitors.empty()) return {sent(prepared.simulation)};
  const monitor::MonitorSpec& first = prepared.monitors.front();
  if (first.kind->of_inputs) return {sent(prepared.simulation)};
  for (std::size_t v = 0; v < first.n_variables(); ++v) {
    if (const model::ComputedVariable* own = first.computed_at(v)) {
      names.push_back(own->name);
      continue;
    }
    for (int p = 0; p < prepared.simulation.n_populations(); ++p) {
      const int index = first.variables_of(p)[v];
      if (index < 0) continue;
      names.emplace_back(prepared.simulation.population(p).model->observable_name(index));
      break;
    }
  }
  return names;
}

bool uses_inputs(const model::Entry& model, const model::ComputedVariable& variable) {
  const auto states = static_cast<int>(model.info.states.size());
  return std::any_of(variable.program.names.begin(), variable.program.names.end(),
                     [&](const std::string& name) {
                       const model::NamedQuantity known = model::named_quantity(model, name);
                       const bool observable = known.kind == model::NamedQuantity::Kind::observable;
                       return known.kind == model::NamedQuantity::Kind::input ||
                              (observable && known.index >= states &&
                               model.info.observables[z(known.index - states)].uses_input);
                     });
}

bool has_all_names(const model::Entry& model, const model::ComputedVariable& variable) {
  return std::all_of(
      variable.program.names.begin(), variable.program.names.end(), [&](const std::string& name) {
        return model::named_quantity(model, name).kind != model::NamedQuantity::Kind::none;
      });
}

/// An expression of a monitor, of models that have its names.
void add_computed(const model::ComputedVariable& variable, engine::SimulationSpec& spec) {
  for (engine::Population& population : spec.populations) {
    const bool there = std::any_of(population.computed.begin(), population.computed.end(),
                                   [&](const auto& own) { return own.name == variable.name; });
    if (there || !has_all_names(*population.model, variable)) continue;
    if (uses_inputs(*population.model, variable))
      throw ConfigError("steady.linear_noise.variables: " + variable.name +
                        " depends on the input; allowed: states, observables and expressions that "
                        "do not");
    population.computed.push_back(variable);
  }
}

/// Those that monitors compute and linear noise is to look at.
void add_computed(const std::vector<std::string>& wanted, run::Prepared& prepared) {
  for (const monitor::MonitorSpec& monitor : prepared.monitors) {
    for (const model::ComputedVariable& variable : monitor.computed) {
      const bool is_wanted = std::find(wanted.begin(), wanted.end(), variable.name) != wanted.end();
      if (is_wanted && !variable.name.empty()) add_computed(variable, prepared.simulation);
    }
  }
}

/// Least and largest of what is a number.
struct Extent {
  double least = 1e300, most = -1e300, sum = 0.0;
  int count = 0;
  void add(double value) {
    if (std::isnan(value)) return;
    least = std::min(least, value);
    most = std::max(most, value);
    sum += value;
    ++count;
  }
};

std::string words_of(const Extent& extent) {
  if (extent.count == 0) return "none";
  if (extent.most - extent.least <= 1e-9 * std::abs(extent.most))
    return fmt::format("{:.4g}", extent.most);
  return fmt::format("{:.4g} to {:.4g}", extent.least, extent.most);
}

/// The frequency at which the regions' mean power is largest.
double peak_of(const steady::Results& results, const steady::Fluctuations& one, std::size_t v) {
  const std::vector<double> frequencies = steady::frequencies_of(results.noise);
  const std::size_t n = results.labels.size();
  double most = -1.0, at = frequencies.front();
  for (std::size_t f = 0; f < frequencies.size(); ++f) {
    Extent power;
    for (std::size_t i = 0; i < n; ++i)
      power.add(one.power[(v * frequencies.size() + f) * n + i]);
    if (power.sum <= most) continue;
    most = power.sum;
    at = frequencies[f];
  }
  return at;
}

void print_variable(const steady::Results& results, const steady::Fluctuations& one,
                    std::size_t v) {
  const std::size_t n = results.labels.size();
  const auto covariance = [&](std::size_t i, std::size_t j) {
    return one.covariance[(v * n + i) * n + j];
  };
  Extent deviation, fc;
  for (std::size_t i = 0; i < n; ++i) {
    deviation.add(std::sqrt(covariance(i, i)));
    for (std::size_t j = 0; j < i; ++j) {
      const double product = covariance(i, i) * covariance(j, j);
      if (product > 0.0) fc.add(covariance(i, j) / std::sqrt(product));
    }
  }
  std::cout << fmt::format("  {}: standard deviation {}", results.noise.variables[v],
                           words_of(deviation));
  if (fc.count > 0)
    std::cout << fmt::format(", FC {} (mean {:.4g})", words_of(fc), fc.sum / fc.count);
  std::cout << fmt::format(", most power at {:.4g} Hz\n", peak_of(results, one, v));
}

/// Noise of sigma 0 is none, and has no functional connectivity.
void refuse_silence(const engine::SimulationSpec& spec) {
  bool any = false, loud = false;
  for (const engine::Population& population : spec.populations) {
    for (const engine::NoiseTerm& term : population.noise) {
      any = true;
      const std::vector<double>& sigma = term.sigma.values;
      loud = loud || std::any_of(sigma.begin(), sigma.end(), [](double one) { return one != 0.0; });
    }
  }
  if (any && !loud)
    throw ConfigError("steady.linear_noise: sigma is 0 in all noise of the study (allowed: > 0)");
}

}  // namespace

void complete_noise(run::Prepared& prepared, equilibrium::LinearNoiseOptions& options) {
  if (!options.wanted) return;
  if (options.variables.empty()) options.variables = recorded(prepared);
  if (options.variables.empty()) options.variables = {sent(prepared.simulation)};
  add_computed(options.variables, prepared);
  steady::check_linear_noise(prepared.simulation, options);
  refuse_silence(prepared.simulation);
}

void refuse_unstable(const steady::Results& results) {
  if (!results.noise.wanted) return;
  const bool any = std::any_of(results.rests.begin(), results.rests.end(),
                               [](const steady::Rest& rest) { return rest.fluctuations; });
  if (any) return;
  double most = 1e300;
  for (const steady::Rest& rest : results.rests)
    most = std::min(most, -rest.stability().damping);
  throw UnconvergedError(fmt::format(
      "steady.linear_noise: no stable fixed point to fluctuate around: departures grow with "
      "{:.4g}/s or more at all {} that were found",
      most, results.rests.size()));
}

void print_noise(const steady::Results& results) {
  if (!results.noise.wanted) return;
  std::cout << "linear noise\n";
  for (std::size_t p = 0; p < results.rests.size(); ++p) {
    const steady::Rest& rest = results.rests[p];
    std::cout << fmt::format("  point {}{}: {}\n", p, rest.start == 0 ? "*" : "",
                             std::string(core::word_of(rest.stability().kind)) +
                                 (rest.fluctuations ? "" : ", no stationary fluctuations"));
    for (std::size_t v = 0; rest.fluctuations && v < results.noise.variables.size(); ++v)
      print_variable(results, *rest.fluctuations, v);
  }
}

}  // namespace arcuate::app
