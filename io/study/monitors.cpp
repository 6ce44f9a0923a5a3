#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/monitor/kind.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

using MonitorKind = monitor::Kind;
using monitor::Regions;

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const MonitorKind* kind : monitor::kinds())
    names.emplace_back(kind->name);
  return names;
}

/// "a, b" of the kinds that take a key.
template <class Takes>
std::string takers(const Takes& takes) {
  std::string names;
  for (const MonitorKind* kind : monitor::kinds()) {
    if (takes(*kind)) names.append(names.empty() ? "" : ", ").append(kind->name);
  }
  return names;
}

void read_groups(const Reading& reading, Section& section, MonitorForm& form) {
  const yaml::Node* node = section.find("groups");
  const std::string allowed =
      "(allowed: regions, hemispheres, cortical, {name: [labels or indices]})";
  const auto grouped = [](const MonitorKind& kind) {
    return kind.regions == Regions::grouped || kind.regions == Regions::chosen;
  };
  if (!grouped(*form.spec.kind)) {
    if (node != nullptr) section.fail("groups", "is for " + takers(grouped) + " only");
    return;
  }
  if (node == nullptr && form.spec.kind->regions == Regions::chosen) return;
  if (node == nullptr) {
    section.fail("groups",
                 fmt::format("missing, but required for {} {}", form.spec.kind->name, allowed));
  }
  form.groups_place = section.place("groups");
  yaml::Node& normal = section.normal().set("groups", yaml::scalar(node->text));
  if (section.has("regions"))
    section.fail("regions", "not with `groups`, which name their regions");
  if (node->is_scalar() && node->text == "regions") {
    form.groups = MonitorForm::Groups::regions;
  } else if (node->is_scalar() && node->text == "hemispheres") {
    form.groups = MonitorForm::Groups::hemispheres;
  } else if (node->is_scalar() && node->text == "cortical") {
    form.groups = MonitorForm::Groups::cortical;
  } else if (node->is_map() && !node->items.empty()) {
    form.groups = MonitorForm::Groups::named;
    for (std::size_t i = 0; i < node->keys.size(); ++i) {
      const std::string& name = node->keys[i];
      form.named.push_back(
          {name, read_region_names(reading, node->items[i], section.path("groups") + "." + name,
                                   normal.set(name, {}))});
    }
  } else {
    section.fail("groups", "unknown value " + describe(*node) + " " + allowed);
  }
}

void add_new(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

/// What monitors can record of some model: inputs, or states and observables.
std::vector<std::string> recordable(const std::vector<const model::Entry*>& models, bool inputs) {
  std::vector<std::string> names;
  for (const model::Entry* model : models) {
    for (const auto& input : model->info.inputs) {
      if (inputs) add_new(names, input.name);
    }
    for (int i = 0; !inputs && i < model->n_observables(); ++i)
      add_new(names, model->observable_name(i));
  }
  return names;
}

/// The variables that a study names: names and expressions.
void read_given_variables(const Reading& reading, const std::vector<std::string>& allowed,
                          Section& section, MonitorForm& form) {
  const yaml::Node* node = section.find("variables");
  if (node == nullptr) return;
  const std::vector<yaml::Node> written = node->is_list() ? node->items : std::vector{*node};
  if (written.empty()) section.fail("variables", "the list is empty" + hint("", allowed));
  std::vector<monitor::ComputedVariable> computed;
  std::vector<yaml::Node> noted(written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    const yaml::Node& item = written[i];
    const bool one_of_several = node->is_list() && item.is_map();
    const std::string path =
        section.path("variables") + (one_of_several ? fmt::format(".{}", i) : "");
    const std::string place = yaml::place(reading.document, item, path);
    monitor::ComputedVariable& own = computed.emplace_back();
    if (item.is_map()) {
      own = read_computed(reading, item, path, {"monitors[].variables[]", models_of(reading.parts)},
                          noted[i]);
    } else {
      to_choice(item, allowed, place);
      noted[i] = yaml::scalar(item.text);
    }
    const std::string& name = item.is_map() ? own.name : item.text;
    if (std::find(form.variables.begin(), form.variables.end(), name) != form.variables.end())
      section.fail("variables", fmt::format("'{}' twice", name));
    form.variables.push_back(name);
    form.variable_places.push_back(place);
  }
  section.normal().set("variables", yaml::list(std::move(noted)));
  if (std::any_of(computed.begin(), computed.end(), [](const auto& c) { return !c.name.empty(); }))
    form.spec.computed = std::move(computed);
}

void read_variables(const Reading& reading, Section& section, MonitorForm& form) {
  const std::vector<const model::Entry*> models = models_of(reading.parts);
  const bool inputs = form.spec.kind->of_inputs;
  const std::vector<std::string> allowed = recordable(models, inputs);
  read_given_variables(reading, allowed, section, form);
  if (!form.variables.empty()) return;
  if (form.spec.kind->names_variables) {
    section.fail("variables", fmt::format("missing, but required for {}: what drives the signal",
                                          form.spec.kind->name) +
                                  hint("", allowed));
  }
  form.all_linked_inputs = inputs;
  if (inputs) return;
  for (const model::Entry* model : models) {
    for (const auto& state : model->info.states)
      add_new(form.variables, state.name);
  }
  std::vector<yaml::Node> noted;
  for (const std::string& name : form.variables)
    noted.push_back(yaml::scalar(name));
  section.normal().set("variables", yaml::list(std::move(noted)));
}

void read_period(const Study::Unresolved& parts, Section& section, MonitorForm& form) {
  const engine::SimulationSpec& simulation = parts.simulation;
  if (section.has("period")) {
    form.spec.period =
        whole_steps(section.number("period"), simulation.dt, section.place("period"));
  } else if (form.spec.kind->every_step) {
    form.spec.period = 1;
    section.normal().set("period", yaml::number(simulation.dt));
  } else {
    section.fail("period", "missing, but required for this kind");
  }
  const monitor::Looks looks = form.spec.kind->looks;
  const Step samples =
      monitor::schedule(looks, form.spec.period, parts.transient, simulation.steps).samples;
  if (samples > 0) return;
  const bool whole = looks == monitor::Looks::in_periods;
  section.fail("period", fmt::format("no {} lies between transient and duration",
                                     whole ? "whole period" : "sample"));
}

/// The numbers of the kind; those of other kinds are errors.
void read_numbers(Section& section, MonitorForm& form) {
  for (const MonitorKind* kind : monitor::kinds()) {
    for (const monitor::KindNumber& number : kind->numbers) {
      const auto takes = [&](const MonitorKind& other) {
        return std::any_of(other.numbers.begin(), other.numbers.end(),
                           [&](const auto& one) { return one.name == number.name; });
      };
      if (section.has(number.name) && !takes(*form.spec.kind))
        section.fail(number.name, "is for " + takers(takes) + " only");
    }
  }
  for (const monitor::KindNumber& number : form.spec.kind->numbers)
    form.spec.numbers.push_back(section.number(number.name));
}

/// The words of the kind; those of other kinds are errors.
void read_choices(Section& section, MonitorForm& form) {
  const MonitorKind& own = *form.spec.kind;
  for (const MonitorKind* kind : monitor::kinds()) {
    for (const monitor::KindChoice& choice : kind->choices) {
      const auto takes = [&](const MonitorKind& other) {
        return std::any_of(other.choices.begin(), other.choices.end(),
                           [&](const auto& one) { return one.name == choice.name; });
      };
      if (section.has(choice.name) && !takes(own))
        section.fail(choice.name, "is for " + takers(takes) + " only");
    }
  }
  for (const monitor::KindChoice& choice : own.choices) {
    std::vector<std::string> names;
    for (const monitor::KindOption& option : choice.options)
      names.emplace_back(option.name);
    form.spec.choices.push_back(section.choice_among(choice.name, names));
  }
}

/// The parameters of what was chosen: its own values, and those of the study.
void read_parameters(const Reading& reading, Section& section, MonitorForm& form) {
  const MonitorKind& own = *form.spec.kind;
  if (!monitor::has_parameters(own)) {
    if (section.has("parameters"))
      section.fail("parameters", "is for " + takers(monitor::has_parameters) + " only");
    return;
  }
  const auto& option =
      own.choices.front().options[static_cast<std::size_t>(form.spec.choices.front())];
  form.parameters_place = section.place("parameters");
  std::vector<std::string> names;
  for (const auto& parameter : option.parameters)
    names.emplace_back(parameter.name);
  yaml::Node& normal = section.normal().set("parameters", yaml::map());
  const Section given(reading.document, section.map_of("parameters"), section.path("parameters"),
                      "monitors[].parameters", normal, names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& parameter = option.parameters[i];
    const double none = std::numeric_limits<double>::max();
    const Quantity quantity{parameter.unit,
                            parameter.lower == -none ? -model::unbounded : parameter.lower,
                            parameter.upper == none ? model::unbounded : parameter.upper};
    yaml::Node& noted = normal.set(names[i], yaml::number(option.values[i]));
    const yaml::Node* node = given.find(names[i]);
    form.parameters.push_back(
        node == nullptr ? fixed_region_form(option.values[i])
                        : read_region_form(reading, *node, given.path(names[i]), quantity, noted));
    const RegionForm& read = form.parameters.back();
    if (!own.by_region && read.kind != RegionForm::Kind::number)
      throw ConfigError(read.place + "expected a number, the same for all regions");
  }
}

/// The step of a filter's own.
void read_step(const engine::SimulationSpec& simulation, Section& section, MonitorForm& form) {
  const auto steps = [](const MonitorKind& kind) { return kind.step > 0.0; };
  monitor::MonitorSpec& spec = form.spec;
  if (!steps(*spec.kind)) {
    if (section.has("step")) section.fail("step", "is for " + takers(steps) + " only");
    return;
  }
  spec.step = monitor::usual_step(*spec.kind, spec.period, simulation.dt);
  if (section.has("step"))
    spec.step = whole_steps(section.number("step"), simulation.dt, section.place("step"));
  const double step = static_cast<double>(spec.step) * simulation.dt;
  const double period = static_cast<double>(spec.period) * simulation.dt;
  section.normal().set("step", yaml::number(step));
  if (spec.step > spec.period) {
    section.fail("period", fmt::format("{:.12g} ms is shorter than a step of {:.12g} ms (`step`)",
                                       period, step));
  }
  if (spec.period % spec.step != 0) {
    section.fail("period",
                 fmt::format("{:.12g} ms is not a whole number of steps of {:.12g} ms (`step`)",
                             period, step));
  }
}

MonitorForm read_monitor(const Reading& reading, const yaml::Node& node, std::size_t index,
                         yaml::Node& normal) {
  Section section(reading.document, &node, fmt::format("monitors.{}", index), "monitors[]", normal);
  MonitorForm form;
  const int kind = section.choice_among("kind", kind_names());
  form.spec.kind = monitor::kinds()[static_cast<std::size_t>(kind)];
  form.spec.name = normal.find("kind")->text;
  if (section.has("name")) form.spec.name = section.text("name");
  const std::string& name = form.spec.name;
  if (name.find_first_not_of(name_characters) != std::string::npos || name == "." || name == "..") {
    section.fail("name", fmt::format("'{}' (allowed: letters, digits, _ - and .)", name));
  }
  normal.set("name", yaml::scalar(name, true));
  form.place = section.place("name");
  form.spec.recorded = section.flag("record");
  form.record_place = section.place("record");
  read_variables(reading, section, form);
  read_period(reading.parts, section, form);
  if (section.has("regions")) {
    if (form.spec.kind->regions == Regions::all || form.spec.kind->regions == Regions::grouped) {
      section.fail("regions", "not for averages over regions; use spatial_average with groups");
    }
    yaml::Node& noted = section.normal().set("regions", {});
    form.regions =
        read_region_names(reading, *section.find("regions"), section.path("regions"), noted);
  }
  read_groups(reading, section, form);
  read_sensor_keys(reading, section, form);
  read_numbers(section, form);
  read_choices(section, form);
  check_sensor_keys(section, form);
  read_step(reading.parts.simulation, section, form);
  read_parameters(reading, section, form);
  return form;
}

/// Groups from a flag of every region; a group without regions is left out.
void group_by_flag(const std::vector<std::uint8_t>& flags, const char* zero, const char* one,
                   monitor::MonitorSpec& spec) {
  const bool any_zero = std::find(flags.begin(), flags.end(), 0) != flags.end();
  const bool any_one = std::any_of(flags.begin(), flags.end(), [](auto flag) { return flag != 0; });
  if (any_zero) spec.group_names.emplace_back(zero);
  if (any_one) spec.group_names.emplace_back(one);
  for (const std::uint8_t flag : flags)
    spec.region_group.push_back(flag != 0 && any_zero ? 1 : 0);
}

void resolve_groups(const MonitorForm& form, const network::Connectome& connectome,
                    const RegionIndex& regions, monitor::MonitorSpec& spec) {
  if (form.groups == MonitorForm::Groups::none) return;
  if (form.groups == MonitorForm::Groups::regions) {
    if (!connectome.mapped)
      throw ConfigError(form.groups_place +
                        "regions: the study has no `surface`, so every region is a column already");
    spec.group_names = connectome.mapped->regions.labels;
    spec.region_group.assign(connectome.mapped->region_of.begin(),
                             connectome.mapped->region_of.end());
    return;
  }
  if (form.groups != MonitorForm::Groups::named) {
    const bool hemispheres = form.groups == MonitorForm::Groups::hemispheres;
    const auto& flags = hemispheres ? connectome.hemisphere : connectome.cortical;
    if (flags.empty()) {
      throw ConfigError(form.groups_place +
                        fmt::format("{} does not say which regions are {}", connectome.origin,
                                    hemispheres ? "right or left" : "cortical"));
    }
    if (hemispheres) {
      group_by_flag(flags, "left", "right", spec);
    } else {
      group_by_flag(flags, "subcortical", "cortical", spec);
    }
    return;
  }
  spec.region_group.assign(static_cast<std::size_t>(regions.size()), -1);
  for (const GroupForm& group : form.named) {
    const int number = static_cast<int>(spec.group_names.size());
    spec.group_names.push_back(group.name);
    for (const RegionName& name : group.regions) {
      for (const GlobalIndex region : regions.find(name)) {
        int& member = spec.region_group[static_cast<std::size_t>(region)];
        if (member >= 0) {
          throw ConfigError(name.place +
                            fmt::format("region '{}' is already in group '{}'", name.label,
                                        spec.group_names[static_cast<std::size_t>(member)]));
        }
        member = number;
      }
    }
  }
}

/// The inputs that the network enters, in the order of the models and of their inputs.
std::vector<std::string> linked_inputs(const engine::SimulationSpec& simulation) {
  std::vector<std::string> linked;
  for (const engine::Population& own : simulation.populations) {
    std::set<int> targets;
    for (const auto& link : own.links)
      targets.insert(link.target);
    for (const int target : targets)
      add_new(linked, own.model->info.inputs[static_cast<std::size_t>(target)].name);
  }
  return linked;
}

void resolve_inputs(const MonitorForm& form, const engine::SimulationSpec& simulation,
                    std::vector<std::string>& names) {
  const std::vector<std::string> linked = linked_inputs(simulation);
  if (form.all_linked_inputs) names = linked;
  if (linked.empty())
    throw ConfigError(form.place + "no input of the model is coupled to the network");
  for (std::size_t v = 0; v < names.size(); ++v) {
    if (form.spec.computed_at(v) != nullptr) continue;
    if (std::find(linked.begin(), linked.end(), names[v]) != linked.end()) continue;
    throw ConfigError(form.place +
                      fmt::format("input '{}' is not coupled to the network", names[v]));
  }
}

/// An input that nothing enters would be zero for ever.
void check_inputs_of_expressions(const MonitorForm& form,
                                 const engine::SimulationSpec& simulation) {
  const std::vector<std::string> linked = linked_inputs(simulation);
  for (std::size_t v = 0; v < form.spec.computed.size(); ++v) {
    for (const std::string& name : form.spec.computed[v].program.names) {
      const auto is_input = [&](const engine::Population& own) {
        return monitor::named_quantity(*own.model, name).kind ==
               monitor::NamedQuantity::Kind::input;
      };
      const auto& all = simulation.populations;
      if (std::none_of(all.begin(), all.end(), is_input) ||
          std::find(linked.begin(), linked.end(), name) != linked.end())
        continue;
      throw ConfigError(form.variable_places[v] +
                        fmt::format("input '{}' is not coupled to the network", name));
    }
  }
}

/// -1 where the model has no variable of that name.
std::vector<int> indices_of(const std::vector<std::string>& names, const monitor::MonitorSpec& spec,
                            const model::Entry& model) {
  std::vector<int> indices;
  for (std::size_t v = 0; v < names.size(); ++v) {
    if (const monitor::ComputedVariable* computed = spec.computed_at(v)) {
      indices.push_back(has_names(model, computed->program) ? 0 : -1);
    } else {
      indices.push_back(spec.kind->of_inputs ? model.input(names[v]) : model.observable(names[v]));
    }
  }
  return indices;
}

}  // namespace

void read_monitors(const Reading& reading, const Section& top, yaml::Node& normal) {
  normal = yaml::list({});
  const yaml::Node* list = top.list_of("monitors");
  if (list == nullptr) return;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    MonitorForm form = read_monitor(reading, list->items[i], i, normal.items.emplace_back());
    if (std::find(names.begin(), names.end(), form.spec.name) != names.end()) {
      throw ConfigError(
          form.place +
          fmt::format("a monitor is already called '{}'; give it a `name`", form.spec.name));
    }
    names.push_back(form.spec.name);
    reading.parts.monitors.push_back(std::move(form));
  }
}

monitor::MonitorSpec resolve_monitor(const MonitorForm& form, int number,
                                     const engine::SimulationSpec& simulation,
                                     const network::Connectome& connectome,
                                     const RegionIndex& regions) {
  monitor::MonitorSpec spec = form.spec;
  std::vector<std::string> names = form.variables;
  if (spec.kind->of_inputs) resolve_inputs(form, simulation, names);
  check_inputs_of_expressions(form, simulation);
  for (const engine::Population& population : simulation.populations)
    spec.variables_by_model.push_back(indices_of(names, spec, *population.model));
  for (const RegionName& name : form.regions) {
    for (const GlobalIndex region : regions.find(name)) {
      if (std::find(spec.regions.begin(), spec.regions.end(), region) != spec.regions.end())
        throw ConfigError(name.place + fmt::format("region '{}' twice", name.label));
      spec.regions.push_back(region);
    }
  }
  if (spec.kind->regions == Regions::seen)
    resolve_sensors(form, number, std::exchange(spec.regions, {}), simulation, connectome, regions,
                    spec);
  std::sort(spec.regions.begin(), spec.regions.end());
  resolve_groups(form, connectome, regions, spec);
  for (const RegionForm& parameter : form.parameters)
    spec.parameters.push_back(resolve_region_form(parameter, regions));
  if (spec.kind->seconds != nullptr) spec.seconds = spec.kind->seconds(spec, simulation.dt);
  const std::string doubt =
      spec.kind->doubt == nullptr ? "" : spec.kind->doubt(spec, simulation.dt);
  if (!doubt.empty()) throw ConfigError(form.parameters_place + doubt);
  return spec;
}

}  // namespace arcuate::io
