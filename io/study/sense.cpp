#include "sense.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/monitor/kind.hpp"

namespace arcuate::io {
namespace {

/// `part` of the way through the usual range of every state, within its bounds.
std::vector<double> state_at(const model::ModelInfo& info, double part) {
  std::vector<double> state;
  for (const model::StateInfo& row : info.states) {
    const double value = row.range.low + part * (row.range.high - row.range.low);
    state.push_back(std::clamp(value, row.lower, row.upper));
  }
  return state;
}

std::vector<GlobalIndex> regions_with(const engine::SimulationSpec& simulation, int number,
                                      GlobalIndex n_regions) {
  std::vector<GlobalIndex> regions;
  for (GlobalIndex region = 0; region < n_regions; ++region) {
    if (simulation.number_at(region) == number) regions.push_back(region);
  }
  return regions;
}

}  // namespace

std::vector<GlobalIndex> Sensed::different_regions() const {
  const bool same = std::all_of(own.parameters.begin(), own.parameters.end(),
                                [](const RegionValues& values) { return values.uniform(); });
  return same ? std::vector<GlobalIndex>{regions.front()} : regions;
}

std::string Sensed::in_region(const RegionValues& values, GlobalIndex region) const {
  if (values.uniform()) return "";
  const bool named = z(region) < connectome.labels.size();
  return fmt::format(" in region {}",
                     named ? connectome.labels[z(region)] : fmt::format("{}", region));
}

Trial::Trial(const engine::Population& population, model::Method method)
    : own_(population), kernel_(kernel_of(population, method)) {
  const model::ModelInfo& info = population.model->info;
  states_.emplace_back();
  for (const model::StateInfo& state : info.states)
    states_.front().push_back(state.initial);
  for (const double part : {0.0, 0.3, 0.5, 0.8, 1.0})
    states_.push_back(state_at(info, part));
}

std::vector<double> Trial::parameters(GlobalIndex region) const {
  std::vector<double> values;
  for (const RegionValues& row : own_.parameters)
    values.push_back(row(region));
  return values;
}

std::vector<double> Trial::defaults() const {
  return own_.model->parameter_values(nullptr);
}

std::vector<double> Trial::rows(const std::vector<double>& parameters) const {
  std::vector<double> rows = parameters;
  rows.resize(z(kernel_->parameter_rows()));
  kernel_->derive_of_one(rows.data());
  return rows;
}

/// The inputs, then what delays inside a region give: the past is as the present.
std::vector<double> Trial::given(const std::vector<double>& state, const std::vector<double>& rows,
                                 const std::vector<double>& inputs) const {
  std::vector<double> given = inputs;
  for (const model::DelayedInfo& delayed : own_.model->info.delayed) {
    const int source = own_.model->observable(delayed.source);
    const int derived = source - static_cast<int>(state.size());
    given.push_back(derived < 0
                        ? state[z(source)]
                        : kernel_->observe_one(derived, state.data(), rows.data(), inputs.data()));
  }
  return given;
}

std::vector<double> Trial::rates(const std::vector<double>& state,
                                 const std::vector<double>& parameters,
                                 const std::vector<double>& inputs) const {
  const std::vector<double> all = rows(parameters);
  std::vector<double> rate(state.size());
  kernel_->rhs_of_one(state.data(), all.data(), given(state, all, inputs).data(), rate.data());
  return rate;
}

std::vector<double> Trial::jacobian(const std::vector<double>& state,
                                    const std::vector<double>& parameters) const {
  const std::vector<double> all = rows(parameters);
  const std::vector<double> silence(own_.model->info.inputs.size(), 0.0);
  std::vector<double> derivatives(state.size() * state.size());
  kernel_->jacobian_of_one(state.data(), all.data(), given(state, all, silence).data(),
                           derivatives.data());
  return derivatives;
}

double Trial::observed(int observable, const std::vector<double>& state,
                       const std::vector<double>& parameters) const {
  const int derived = observable - static_cast<int>(state.size());
  if (derived < 0) return state[z(observable)];
  const std::vector<double> all = rows(parameters);
  const std::vector<double> silence(own_.model->info.inputs.size(), 0.0);
  return kernel_->observe_one(derived, state.data(), all.data(), silence.data());
}

bool Trial::acts(int input, const std::vector<double>& parameters) const {
  std::vector<double> inputs(own_.model->info.inputs.size(), 0.0);
  for (const std::vector<double>& state : states_) {
    inputs[z(input)] = 0.0;
    const std::vector<double> without = rates(state, parameters, inputs);
    for (const double value : {1e-3, 0.1, 1.0, -1.0, 100.0}) {
      inputs[z(input)] = value;
      const std::vector<double> with = rates(state, parameters, inputs);
      for (std::size_t k = 0; k < with.size(); ++k) {
        if (with[k] != without[k] && !(std::isnan(with[k]) && std::isnan(without[k]))) return true;
      }
    }
  }
  return false;
}

void check_sources(const Sensed& sensed, int population,
                   const std::vector<monitor::MonitorSpec>& monitors) {
  const Trial trial(sensed.own, sensed.whole.method);
  const std::vector<double> parameters = trial.parameters(sensed.regions.front());
  for (std::size_t i = 0; i < monitors.size(); ++i) {
    const monitor::MonitorSpec& spec = monitors[i];
    if (spec.kind->unlikely == nullptr) continue;
    const std::vector<int>& variables = spec.variables_of(population);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const int variable = variables[v];
      if (variable < 0 || spec.computed_at(v) != nullptr) continue;
      double sum = 0.0;
      for (const std::vector<double>& state : trial.states())
        sum += trial.observed(variable, state, parameters);
      const double usual = sum / static_cast<double>(trial.states().size());
      const std::string why = spec.kind->unlikely(spec, usual, sensed.regions.front());
      if (why.empty()) continue;
      sensed.warnings.push_back(sensed.parts.monitors[i].parameters_place +
                                fmt::format("'{}' of {} is about {:.3g}: {}",
                                            sensed.own.model->observable_name(variable),
                                            sensed.own.model->info.name, usual, why));
    }
  }
}

std::vector<std::string> check_sense(const Study& study, const engine::SimulationSpec& simulation,
                                     const network::Connectome& connectome,
                                     const std::vector<monitor::MonitorSpec>& monitors) {
  std::vector<std::string> warnings;
  check_precision(*study.unresolved, simulation, connectome);
  for (int number = 0; number < simulation.n_populations(); ++number) {
    const Sensed sensed{*study.unresolved,
                        study.unresolved->populations[z(number)],
                        simulation.population(number),
                        simulation,
                        connectome,
                        regions_with(simulation, number, connectome.n_regions()),
                        warnings};
    if (sensed.regions.empty()) continue;
    check_numbers(sensed);
    check_coupling(sensed);
    check_stimuli(sensed);
    check_sources(sensed, number, monitors);
  }
  return warnings;
}

}  // namespace arcuate::io
