#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "parts.hpp"

namespace arcuate::io {
namespace {

/// A time in steps. A default is rounded up to a whole number of them: who does not tune need not
/// care.
Step read_steps(Section& section, std::string_view key, double dt) {
  const double time = section.number(key);
  if (time == 0.0) return 0;
  if (section.has(key)) return whole_steps(time, dt, section.place(key));
  const double steps = std::ceil(time / dt * (1.0 - 1e-12));
  section.normal().set(key, yaml::number(steps * dt));
  return static_cast<Step>(steps);
}

constexpr const char* one_model_only = "is for studies with one model only (`model`)";

std::string reason(std::string_view model) {
  std::string others;
  for (const model::Entry* entry : model::catalogue()) {
    if (entry->info.fic.parameter.empty()) continue;
    others += fmt::format("{}{}", others.empty() ? "" : ", ", entry->info.name);
  }
  return fmt::format("model {} has no inhibitory weight to tune (models that have one: {})", model,
                     others);
}

}  // namespace

void read_inhibition(const Reading& reading, Section& top) {
  const double dt = reading.parts.simulation.dt;
  const model::Entry& model = *reading.parts.populations.front().population.model;
  const model::ModelInfo& info = model.info;
  const yaml::Node* node = top.map_of("tune_inhibition");
  if (reading.parts.populations.size() > 1) {
    if (node != nullptr) top.fail("tune_inhibition", one_model_only);
    return;
  }
  if (info.fic.parameter.empty()) {
    if (node != nullptr) top.fail("tune_inhibition", reason(info.name));
    return;
  }
  yaml::Node normal;
  Section section(reading.document, node, "tune_inhibition", "tune_inhibition", normal);
  tuning::InhibitionOptions options;
  const std::vector<std::string> weights{std::string(info.fic.parameter)};
  if (section.has("parameter")) section.choice_among("parameter", weights);
  normal.set("parameter", yaml::scalar(weights.front()));
  options.parameter = model.parameter(info.fic.parameter);
  options.method = section.choice_as<tuning::InhibitionMethod>("method");
  if (section.has("target_rate")) {
    options.target_rate = section.number("target_rate");
  } else {
    options.target_rate = tuning::resting_region(model).rate;
    normal.set("target_rate", yaml::number(options.target_rate));
  }
  options.tolerance = section.number("tolerance");
  options.transient = read_steps(section, "transient", dt);
  options.window = read_steps(section, "window", dt);
  options.iterations = static_cast<int>(section.integer("iterations"));
  options.step = section.number("step");
  reading.study.inhibition = options;
  if (node != nullptr) top.normal().set("tune_inhibition", std::move(normal));
}

std::vector<std::string> what_analytic_leaves_out(const Study& study,
                                                  const engine::SimulationSpec& simulation) {
  if (study.inhibition->method != tuning::InhibitionMethod::analytic) return {};
  const engine::Population& own = simulation.populations.front();
  const bool noise = std::any_of(own.noise.begin(), own.noise.end(),
                                 [](const auto& term) { return !term.sigma.is(0.0); });
  if (!noise && own.stimuli.empty()) return {};
  return {study.path +
          fmt::format(": tune_inhibition.method: the analytic solution leaves out {}, which may "
                      "shift the rates; `numeric` tunes with {}",
                      !noise                ? "stimuli"
                      : own.stimuli.empty() ? "noise"
                                            : "noise and stimuli",
                      own.stimuli.empty() ? "it" : "them")};
}

std::string no_inhibitory_weight(const Study& study) {
  if (study.unresolved->populations.size() > 1)
    return study.path + ": models: tuning inhibition " + one_model_only;
  return study.path + ": model.name: " +
         reason(study.unresolved->populations.front().population.model->info.name);
}

}  // namespace arcuate::io
