#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "parts.hpp"
#include "value_file.hpp"

namespace arcuate::io {
namespace {

std::vector<std::string> form_names() {
  std::vector<std::string> names;
  for (const auto& form : model::temporal_forms())
    names.emplace_back(form.name);
  return names;
}

bool is_delay(const model::ModelInfo& info, std::string_view parameter) {
  return std::any_of(info.delayed.begin(), info.delayed.end(),
                     [&](const model::DelayedInfo& d) { return d.delay == parameter; });
}

double read_course_parameter(Section& section, const model::TemporalParameterInfo& info,
                             std::string_view target_unit) {
  double value = info.value;
  if (const yaml::Node* given = section.find(info.name)) {
    value =
        to_number(*given, info.unit.empty() ? target_unit : info.unit, section.place(info.name));
    // An end may be infinite, as its default is.
    if (std::isnan(value) || (std::isinf(value) && !std::isinf(info.value)))
      section.fail(info.name, "must be finite");
  }
  if (std::isnan(value)) {
    section.fail(info.name, fmt::format("missing, but required ({})", info.meaning));
  }
  if (info.positive && !(value > 0.0)) {
    section.fail(info.name, fmt::format("{} is out of range (allowed: > 0)", value));
  }
  section.normal().set(std::string(info.name), yaml::number(value));
  return value;
}

void read_series_file(const Reading& reading, Section& section, StimulusForm& form) {
  const bool series = form.stimulus.function.form == model::TemporalForm::series;
  if (!series) {
    for (const char* key : {"file", "columns"})
      if (section.has(key)) section.fail(key, "is for the equation series only");
    return;
  }
  if (!section.has("file")) section.fail("file", "missing, but required for the equation series");
  const std::string file = section.text("file");
  form.series = input_path(reading.study.path, file);
  form.series_place = section.place("file");
  section.normal().set("file", yaml::scalar(file, true));
}

/// What the columns of a series' file are.
std::vector<std::string> read_columns(Section& section) {
  const yaml::Node* node = section.find("columns");
  if (node == nullptr) return {"value"};
  std::vector<std::string> columns;
  std::vector<yaml::Node> noted;
  for (const yaml::Node& item : node->items) {
    columns.push_back(item.text);
    noted.push_back(yaml::scalar(item.text));
  }
  using Names = std::vector<std::string>;
  const std::array allowed{Names{"value"}, Names{"time", "value"}, Names{"value", "time"}};
  if (!node->is_list() || std::find(allowed.begin(), allowed.end(), columns) == allowed.end())
    section.fail("columns", "expected [value], [time, value] or [value, time]");
  section.normal().set("columns", yaml::list(std::move(noted)));
  return columns;
}

void read_course(const Reading& reading, const Section& stimulus, std::string_view target_unit,
                 StimulusForm& form, yaml::Node& normal) {
  const yaml::Node* node = stimulus.map_of("equation");
  if (node == nullptr) stimulus.fail("equation", "missing, but required");
  const yaml::Node* name = node->find("name");
  const std::string path = stimulus.path("equation");
  if (name == nullptr) {
    throw ConfigError(yaml::place(reading.document, *node, path + ".name") +
                      "missing, but required");
  }
  // The keys depend on the form, so its name is read first.
  const std::vector<std::string> names = form_names();
  const int chosen = to_choice(*name, names, yaml::place(reading.document, *name, path + ".name"));
  const model::TemporalInfo& info = model::temporal_forms()[static_cast<std::size_t>(chosen)];
  std::vector<std::string> extra;
  for (const auto& parameter : info.parameters)
    extra.emplace_back(parameter.name);
  Section section(reading.document, node, path, "stimuli[].equation", normal, extra);
  form.place = section.place("name");
  section.choice_among("name", names);
  model::TemporalFunction& function = form.stimulus.function;
  function.form = info.form;
  form.columns = read_columns(section);
  const bool timed = form.columns.size() > 1;
  for (std::size_t p = 0; p < info.parameters.size(); ++p) {
    if (timed && info.form == model::TemporalForm::series && info.parameters[p].name == "period") {
      if (section.has("period")) section.fail("period", "not with times in the file");
      function.parameter[p] = std::numeric_limits<double>::infinity();
      continue;
    }
    function.parameter[p] = read_course_parameter(section, info.parameters[p], target_unit);
  }
  if (info.form == model::TemporalForm::difference_of_exponentials &&
      !(function.parameter[3] > function.parameter[2])) {
    section.fail("tau_decay", "must be longer than tau_rise");
  }
  read_series_file(reading, section, form);
}

/// Inputs, parameters, states.
std::vector<std::string> target_names(const model::ModelInfo& info) {
  std::vector<std::string> names = input_names(info);
  for (const auto& list : {parameter_names(info), state_names(info)})
    names.insert(names.end(), list.begin(), list.end());
  return names;
}

/// A step adds the increment of a state's noise and of its stimuli in one; noise that multiplies
/// the state would multiply the stimulus too.
void check_state(const PopulationReading& reading, const Section& section, int state) {
  const model::StateInfo& info =
      reading.own.population.model->info.states[static_cast<std::size_t>(state)];
  if (info.assigned) section.fail("target", "no stimulus on a state that is not integrated");
  for (const engine::NoiseTerm& noise : reading.own.population.noise) {
    if (noise.on_input || noise.target != state || !noise.multiplicative) continue;
    section.fail("target", fmt::format("{} has multiplicative noise, and takes no stimulus beside "
                                       "it (allowed: additive noise, or an input or parameter)",
                                       info.name));
  }
}

/// `chosen` among target_names.
void set_target(const PopulationReading& reading, const Section& section, int chosen,
                engine::Stimulus& stimulus) {
  const model::ModelInfo& info = reading.own.population.model->info;
  const int inputs = static_cast<int>(info.inputs.size());
  const int parameters = static_cast<int>(info.parameters.size());
  stimulus.target = chosen;
  if (chosen < inputs) return;
  stimulus.on = engine::StimulusOn::parameter;
  stimulus.target = chosen - inputs;
  if (stimulus.target < parameters) {
    if (is_delay(info, info.parameters[static_cast<std::size_t>(stimulus.target)].name))
      section.fail("target", "is a delay inside a region, which cannot change with time");
    return;
  }
  stimulus.on = engine::StimulusOn::state;
  stimulus.target -= parameters;
  check_state(reading, section, stimulus.target);
}

void read_pattern(const Reading& reading, Section& section, StimulusForm& form) {
  if (section.has("regions")) {
    if (section.has("weights")) section.fail("weights", "not with `regions`");
    form.regions = read_region_names(reading, *section.find("regions"), section.path("regions"),
                                     section.normal().set("regions", {}));
    return;
  }
  yaml::Node& normal = section.normal().set("weights", yaml::number(1.0));
  form.weights = fixed_region_form(1.0);
  if (const yaml::Node* weights = section.find("weights")) {
    form.weights =
        read_region_form(reading, *weights, section.path("weights"), {.unit = "1"}, normal);
  }
}

}  // namespace

void read_stimuli(const PopulationReading& reading, const Section& top, yaml::Node& normal) {
  normal = yaml::list({});
  const yaml::Node* list = top.list_of("stimuli");
  if (list == nullptr) return;
  const model::Entry& model = *reading.own.population.model;
  const std::vector<std::string> targets = target_names(model.info);
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    yaml::Node noted;
    Section section(reading.document, &list->items[i], fmt::format("{}.{}", top.path("stimuli"), i),
                    "stimuli[]", noted);
    StimulusForm form;
    const int target = section.choice_among("target", targets);
    set_target(reading, section, target, form.stimulus);
    read_pattern(reading, section, form);
    read_course(reading, section, engine::target_unit(form.stimulus, model.info), form,
                section.normal().set("equation", {}));
    reading.own.stimuli.push_back(std::move(form));
    normal.items.push_back(std::move(noted));
  }
}

engine::Stimulus resolve_stimulus(const StimulusForm& form, const RegionIndex& regions) {
  engine::Stimulus stimulus = form.stimulus;
  if (form.regions.empty()) {
    stimulus.weight = resolve_region_form(form.weights, regions);
  } else {
    std::vector<double> weight(static_cast<std::size_t>(regions.size()), 0.0);
    for (const RegionName& name : form.regions) {
      for (const GlobalIndex region : regions.find(name)) {
        double& own = weight[static_cast<std::size_t>(region)];
        if (own != 0.0)
          throw ConfigError(name.place + fmt::format("region '{}' twice", name.label));
        own = 1.0;
      }
    }
    stimulus.weight = regions.whole(RegionValues(std::move(weight)));
  }
  if (form.series.empty()) return stimulus;
  TimedValues series = read_series(form.series, form.columns, form.series_place);
  stimulus.function.samples = std::move(series.values);
  stimulus.function.times = std::move(series.times);
  return stimulus;
}

}  // namespace arcuate::io
