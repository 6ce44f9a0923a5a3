#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/core/index.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/model/limits.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

constexpr std::string_view of_models = "model.parameters.";

/// What is followed is a number of a model, or else of the coupling, whose names the solver knows.
void require_path(const Reading& reading, const Section& section, const std::string& path) {
  std::vector<std::string> paths{"coupling.gain"};
  for (const model::Entry* model : models_of(reading.parts)) {
    for (const model::ParameterInfo& parameter : model->info.parameters)
      paths.push_back(std::string(of_models).append(parameter.name));
  }
  const bool there = std::find(paths.begin(), paths.end(), path) != paths.end();
  if (!there && !path.starts_with("coupling."))
    section.fail("path",
                 fmt::format("there is no number '{}' in the study{}", path, hint(path, paths)));
}

/// Both ends of what is followed are numbers that the equations can take.
void require_takeable(const Reading& reading, const Section& section,
                      const equilibrium::ContinueOptions& options) {
  if (!options.path.starts_with(of_models)) return;
  for (const model::Entry* model : models_of(reading.parts)) {
    const int index = model->parameter(options.path.substr(of_models.size()));
    if (index < 0) continue;
    const model::ParameterInfo& info = model->info.parameters[z(index)];
    const model::Takes takes = model::takes_of(info);
    for (const auto& [key, value] : {std::pair{"from", options.from}, {"to", options.to}}) {
      if (!model::can_take(takes, value))
        section.fail(key, fmt::format("{} is out of range: {} (allowed: {})", value, info.meaning,
                                      model::allowed_text(takes)));
    }
  }
}

void read_continue(const Reading& reading, const yaml::Node* node, yaml::Node& normal,
                   equilibrium::ContinueOptions& options) {
  Section section(reading.document, node, "steady.continue", "steady.continue",
                  normal.set("continue", {}));
  options.path = section.text("path");
  require_path(reading, section, options.path);
  options.from = section.number("from");
  options.to = section.number("to");
  options.points = static_cast<int>(section.integer("points"));
  if (options.from == options.to)
    section.fail("to", fmt::format("{} is where it begins: nothing is followed", options.to));
  require_takeable(reading, section, options);
}

void read_noise(const Reading& reading, const yaml::Node* node, yaml::Node& normal,
                equilibrium::LinearNoiseOptions& options) {
  constexpr double most = 1e5;
  Section section(reading.document, node, "steady.linear_noise", "steady.linear_noise",
                  normal.set("linear_noise", {}));
  options.wanted = true;
  if (section.has("variables")) {
    std::vector<std::string> known;
    for (const model::Entry* model : models_of(reading.parts)) {
      for (int k = 0; k < model->n_observables(); ++k)
        known.emplace_back(model->observable_name(k));
    }
    for (const MonitorForm& form : reading.parts.monitors) {
      for (const model::ComputedVariable& computed : form.spec.computed) {
        if (!computed.name.empty()) known.push_back(computed.name);
      }
    }
    for (const int index : section.names("variables", known))
      options.variables.push_back(known[z(index)]);
  }
  options.from = section.number("from");
  options.to = section.number("to");
  options.step = section.number("step");
  if (options.to < options.from)
    section.fail("to", fmt::format("{} Hz is below `from` ({} Hz)", options.to, options.from));
  if ((options.to - options.from) / options.step > most)
    section.fail("step", fmt::format("{} Hz makes more than {} frequencies", options.step, most));
}

}  // namespace

void read_steady(const Reading& reading, Section& top) {
  const yaml::Node* node = top.map_of("steady");
  yaml::Node normal;
  Section section(reading.document, node, "steady", "steady", normal);
  equilibrium::SteadyOptions& options = reading.study.steady;
  options.starts = static_cast<int>(section.integer("starts"));
  options.roots = static_cast<int>(section.integer("roots"));
  for (const char* key : {"landscape", "contrast"}) {
    if (section.has(key)) section.fail(key, "is of networks of spiking neurons (`spiking`)");
  }
  if (const yaml::Node* follow = section.map_of("continue"))
    read_continue(reading, follow, normal, options.follow);
  if (const yaml::Node* noise = section.map_of("linear_noise"))
    read_noise(reading, noise, normal, options.noise);
  if (node != nullptr) top.normal().set("steady", std::move(normal));
}

}  // namespace arcuate::io
