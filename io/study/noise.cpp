#include <fmt/format.h>

#include "arcuate/core/error.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

void check_combination(const engine::NoiseTerm& term, Section& section) {
  if (term.kind == engine::NoiseTerm::Kind::per_step && !term.on_input) {
    section.fail(
        "kind",
        "per_step noise is for inputs, not for states (allowed: white, ornstein_uhlenbeck, "
        "brownian, coloured)");
  }
  if (term.kind != engine::NoiseTerm::Kind::ornstein_uhlenbeck && section.has("tau")) {
    section.fail("tau", "is for ornstein_uhlenbeck noise only");
  }
  if (term.kind == engine::NoiseTerm::Kind::ornstein_uhlenbeck && !section.has("tau")) {
    section.fail("tau", "missing, but required for ornstein_uhlenbeck noise");
  }
  if (term.multiplicative && (term.kind != engine::NoiseTerm::Kind::white || term.on_input)) {
    section.fail("multiplicative", "is for white noise on a state only");
  }
  if (!term.multiplicative && section.has("calculus")) {
    section.fail("calculus", "is for multiplicative noise only");
  }
}

/// The exponent and the correlation times of coloured noise, which no other noise has.
void read_colour(const PopulationReading& reading, const model::ModelInfo& info,
                 engine::NoiseTerm& term, Section& section) {
  if (term.kind != engine::NoiseTerm::Kind::coloured) {
    for (const std::string_view key : {"beta", "tau_min", "tau_max"}) {
      if (section.has(key)) section.fail(key, "is for coloured noise only");
    }
    return;
  }
  constexpr double widest = 1e24;
  for (const std::string_view key : {"tau_min", "tau_max"}) {
    if (!section.has(key)) section.fail(key, "missing, but required for coloured noise");
  }
  term.beta = section.number("beta");
  if (!(term.beta <= 2.0))
    section.fail("beta", fmt::format("{} is out of range (allowed: above 0, up to 2)", term.beta));
  term.tau_min = section.number("tau_min") / info.time_unit;
  term.tau_max = section.number("tau_max") / info.time_unit;
  reading.own.shortest_times.push_back({section.place("tau_min"), section.number("tau_min")});
  if (!(term.tau_max > term.tau_min && term.tau_max / term.tau_min <= widest))
    section.fail("tau_max", "must be longer than tau_min (allowed: up to 1e24 times as long)");
}

/// The unit of sigma; "" when only plain numbers make sense.
std::string_view sigma_unit(const engine::NoiseTerm& term, const model::ModelInfo& info) {
  if (term.kind == engine::NoiseTerm::Kind::white || term.kind == engine::NoiseTerm::Kind::brownian)
    return "";
  const auto target = static_cast<std::size_t>(term.target);
  return term.on_input ? info.inputs[target].unit : info.states[target].unit;
}

/// `path` of the noise on the state or input `name`.
void read_noise_term(const PopulationReading& reading, const yaml::Node& node,
                     const std::string& path, const std::string& name, yaml::Node& normal) {
  const model::Entry& model = *reading.own.population.model;
  yaml::Node shorthand;
  shorthand.line = node.line;
  shorthand.override_ = node.override_;
  if (!node.is_map()) shorthand.set("sigma", node);
  Section section(reading.document, node.is_map() ? &node : &shorthand, path, "noise.<target>",
                  normal);
  engine::NoiseTerm term;
  term.on_input = model.state(name) < 0;
  term.target = term.on_input ? model.input(name) : model.state(name);
  if (!term.on_input && model.info.states[static_cast<std::size_t>(term.target)].assigned)
    section.fail("", "no noise on a state that is not integrated");
  term.kind = section.choice_as<engine::NoiseTerm::Kind>("kind");
  term.multiplicative = section.flag("multiplicative");
  check_combination(term, section);
  if (!section.has("sigma")) section.fail("sigma", "missing, but required");
  const Quantity quantity{.unit = sigma_unit(term, model.info), .lower = 0.0};
  yaml::Node& sigma = section.normal().set("sigma", {});
  reading.own.sigma.push_back(read_region_form(reading, *section.find("sigma"),
                                               node.is_map() ? section.path("sigma") : path,
                                               quantity, sigma));
  if (section.has("tau")) term.tau = section.number("tau") / model.info.time_unit;
  read_colour(reading, model.info, term, section);
  if (term.multiplicative) term.calculus = section.choice_as<engine::Calculus>("calculus");
  term.shared = section.flag("shared");
  term.distribution = section.choice_as<engine::Distribution>("distribution");
  reading.own.population.noise.push_back(std::move(term));
}

}  // namespace

void check_noise_times(const PopulationForm& form, double dt) {
  for (const auto& [place, tau_min] : form.shortest_times) {
    if (tau_min >= 2.0 * dt) continue;
    throw ConfigError(place + fmt::format("{} ms is less than two steps of dt = {} ms: noise that "
                                          "changes from step to step has no such part (allowed: at "
                                          "least {} ms)",
                                          tau_min, dt, 2.0 * dt));
  }
}

void read_noise(const PopulationReading& reading, const Section& top, yaml::Node& normal) {
  const model::ModelInfo& info = reading.own.population.model->info;
  std::vector<std::string> targets = state_names(info);
  for (std::string& input : input_names(info))
    targets.push_back(std::move(input));
  const yaml::Node* node = top.map_of("noise");
  const Section section(reading.document, node, top.path("noise"), "noise", normal, targets);
  if (node == nullptr) return;
  for (std::size_t i = 0; i < node->keys.size(); ++i) {
    read_noise_term(reading, node->items[i], section.path(node->keys[i]), node->keys[i],
                    normal.set(node->keys[i], {}));
  }
}

}  // namespace arcuate::io
