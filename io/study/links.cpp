#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "sense.hpp"

namespace arcuate::io {
namespace {

using network::CouplingForm;

enum class Kind { number, angle, potential, rate, current, other };

Kind kind_of(std::string_view unit) {
  const auto one_of = [&](std::initializer_list<std::string_view> units) {
    return std::find(units.begin(), units.end(), unit) != units.end();
  };
  if (unit == "1") return Kind::number;
  if (unit == "rad") return Kind::angle;
  if (one_of({"mV", "V", "uV"})) return Kind::potential;
  if (one_of({"1/ms", "1/s", "Hz", "kHz"})) return Kind::rate;
  if (unit.find('A') != std::string_view::npos) return Kind::current;
  return Kind::other;
}

/// The coupling that turns such a source into such an input, where `form` does not; "" where it
/// does. Weights may carry a unit, so numbers and rates are summed into anything; a potential is
/// not a rate, and only differences of potentials drive currents.
std::string_view fitting_coupling(CouplingForm form, Kind source, Kind input) {
  switch (form) {
    case CouplingForm::linear:
    case CouplingForm::scaling:
    case CouplingForm::rectified_linear:
    case CouplingForm::difference:
      if (source != Kind::potential) return "";
      if (input == Kind::rate) return "sigmoidal_jansen_rit";
      return input == Kind::current && form != CouplingForm::difference ? "difference" : "";
    case CouplingForm::sigmoidal_jansen_rit:
      return source == Kind::rate || input == Kind::potential ? "linear" : "";
    case CouplingForm::kuramoto:
      return source == Kind::angle ? "" : "difference";
    case CouplingForm::hyperbolic_tangent:
    case CouplingForm::sigmoidal:
    case CouplingForm::pre_sigmoidal:
      break;
  }
  return "";
}

std::string with_unit(std::string_view name, std::string_view unit) {
  return fmt::format("{} [{}]", name, unit);
}

/// Links whose source the user did not choose must make sense as they are.
void require_fitting(const Sensed& sensed) {
  const model::Entry& model = *sensed.own.model;
  for (const network::Link& link : sensed.own.links) {
    const model::InputInfo& input = model.info.inputs[z(link.target)];
    const std::string_view unit = sensed.own.source_unit(link.source);
    const CouplingForm form = sensed.whole.coupling.form;
    const std::string_view fitting = fitting_coupling(form, kind_of(unit), kind_of(input.unit));
    if (fitting.empty()) continue;
    const std::string_view source = sensed.own.source_name(link.source);
    throw ConfigError(
        sensed.parts.coupling_place +
        fmt::format("{} does not turn {} of {}, what its regions broadcast by default, into {}; "
                    "use `name: {}`, or say that you mean it with `source: {}`, `target: {}`",
                    network::couplings()[z(static_cast<int>(form))].name, with_unit(source, unit),
                    model.info.name, with_unit(input.name, input.unit), fitting, source,
                    input.name));
  }
}

/// What a region would receive from one whose observable is x, with a weight of 1.
double received(const network::Coupling& coupling, double x) {
  double sent = x;
  network::SourceFunction(coupling).apply(1, &x, &sent, 0);
  double result = 0.0;
  network::TargetFunction(coupling, 1).apply(1, &sent, nullptr, nullptr, &result);
  return result;
}

/// True when the coupling's function gives the same number for all usual values of the source.
bool constant_function(const Sensed& sensed, const Trial& trial, const network::Link& link) {
  const network::Coupling& coupling = sensed.whole.coupling;
  if (network::couplings()[z(static_cast<int>(coupling.form))].uses_target) return false;
  std::vector<double> from, to;
  const std::vector<double> parameters = trial.parameters(sensed.regions.front());
  for (const std::vector<double>& state : trial.states()) {
    from.push_back(trial.observed(link.source, state, parameters));
    to.push_back(received(coupling, from.back()));
  }
  const auto [least, most] = std::minmax_element(from.begin(), from.end());
  const auto [low, high] = std::minmax_element(to.begin(), to.end());
  constexpr double rounding = 1e-12;
  return *most > *least && *high - *low <= rounding * std::max(std::abs(*low), std::abs(*high));
}

bool acts_anywhere(const Sensed& sensed, const Trial& trial) {
  const std::vector<GlobalIndex> regions = sensed.different_regions();
  return std::any_of(regions.begin(), regions.end(), [&](GlobalIndex region) {
    const std::vector<double> parameters = trial.parameters(region);
    const auto& links = sensed.own.links;
    return std::any_of(links.begin(), links.end(), [&](const network::Link& link) {
      return trial.acts(link.target, parameters);
    });
  });
}

/// " (Kvf, Ks are 0)": the parameters that would let the input in.
std::string closed_gates(const Sensed& sensed, const Trial& trial) {
  const model::ModelInfo& info = sensed.own.model->info;
  std::string names;
  int count = 0;
  for (std::size_t p = 0; p < info.parameters.size(); ++p) {
    if (!sensed.own.parameters[p].is(0.0)) continue;
    std::vector<double> parameters = trial.parameters(sensed.regions.front());
    parameters[p] = info.parameters[p].range.high != 0.0 ? info.parameters[p].range.high : 1.0;
    const auto& links = sensed.own.links;
    if (std::none_of(links.begin(), links.end(), [&](const network::Link& link) {
          return trial.acts(link.target, parameters);
        }))
      continue;
    names.append(names.empty() ? "" : ", ").append(info.parameters[p].name);
    ++count;
  }
  if (count == 0) return "";
  return fmt::format(" ({} {} 0)", names, count == 1 ? "is" : "are");
}

/// Gates of the usual links, all of them 0.
std::string gates_of(const model::ModelInfo& info) {
  std::string names;
  for (const model::InputInfo& input : info.inputs) {
    if (input.source.empty() || input.gate.empty()) continue;
    if (names.find(input.gate) == std::string::npos)
      names.append(names.empty() ? "" : ", ").append(input.gate);
  }
  return names;
}

/// Why nothing reaches any region, whatever the model; "" when something does.
std::string nothing_sent(const Sensed& sensed) {
  const network::Connectome& connectome = sensed.connectome;
  const auto& weight = connectome.mapped ? connectome.mapped->regions.weight : connectome.weight;
  if (sensed.whole.coupling.gain == 0.0) return "its gain is 0";
  if (weight.empty()) return "the connectome has no edges";
  if (std::all_of(weight.begin(), weight.end(), [](double w) { return w == 0.0; }))
    return "all weights of the connectome are 0";
  return "";
}

/// Why the network changes nothing in the regions of this model; "" when it does.
std::string nothing_received(const Sensed& sensed, const Trial& trial) {
  const model::Entry& model = *sensed.own.model;
  const auto& links = sensed.own.links;
  if (links.empty())
    return fmt::format("{} of {} are 0 in all regions", gates_of(model.info), model.info.name);
  for (const network::Link& link : links) {
    if (constant_function(sensed, trial, link))
      return fmt::format("it gives the same number for all usual values of {}",
                         sensed.own.source_name(link.source));
  }
  const bool changing = std::any_of(sensed.own.stimuli.begin(), sensed.own.stimuli.end(),
                                    [](const engine::Stimulus& stimulus) {
                                      return stimulus.on == engine::StimulusOn::parameter;
                                    });
  if (changing || acts_anywhere(sensed, trial)) return "";
  return fmt::format("with these parameters the equations of {} do not depend on it{}",
                     model.info.name, closed_gates(sensed, trial));
}

/// Weights of both signs may add up to 0, by which nothing can be divided.
void warn_of_strengths(const Sensed& sensed) {
  const network::Coupling& coupling = sensed.whole.coupling;
  if (coupling.form != CouplingForm::kuramoto ||
      coupling.normalise != network::KuramotoNormalisation::strength)
    return;
  const network::Connectome& c =
      sensed.connectome.mapped ? sensed.connectome.mapped->regions : sensed.connectome;
  for (std::size_t region = 0; region + 1 < c.row.size(); ++region) {
    const auto begin = c.weight.begin() + c.row[region], end = c.weight.begin() + c.row[region + 1];
    if (begin == end || std::accumulate(begin, end, 0.0) != 0.0) continue;
    sensed.warnings.push_back(
        sensed.parts.coupling_place +
        fmt::format("normalize: the weights that enter {} add up to 0: the region is not coupled",
                    c.labels[region]));
  }
}

}  // namespace

void check_coupling(const Sensed& sensed) {
  if (sensed.parts.coupling_place.empty()) return;
  if (sensed.form.usual_sources) require_fitting(sensed);
  const bool first = &sensed.own == &sensed.whole.populations.front();
  if (first) warn_of_strengths(sensed);
  std::string why = nothing_sent(sensed);
  if (!why.empty() && !first) return;
  if (why.empty()) why = nothing_received(sensed, Trial(sensed.own, sensed.whole.method));
  if (why.empty()) return;
  sensed.warnings.push_back(sensed.parts.coupling_place + "the coupling changes nothing: " + why);
}

}  // namespace arcuate::io
