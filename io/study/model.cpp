#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/table_file.hpp"
#include "arcuate/model/plugin.hpp"
#include "parts.hpp"

namespace arcuate::io {

std::vector<std::string> source_names(const model::Entry& model) {
  std::vector<std::string> names = state_names(model.info);
  for (const auto& observable : model.info.observables) {
    names.emplace_back(observable.uses_input ? "" : observable.name);
  }
  return names;
}

namespace {

/// A variable that the study computes; what regions broadcast cannot depend on what they receive.
int read_computed_source(const Reading& reading, Section& section, std::string_view schema,
                         const yaml::Node& item, const std::string& path, engine::Population& own,
                         yaml::Node& normal) {
  model::ComputedVariable computed =
      read_computed(reading, item, path, {std::string(schema) + ".source[]", {own.model}}, normal);
  const auto fail = [&](const std::string& what) {
    throw ConfigError(yaml::place(reading.document, item, path + ".expression") + what);
  };
  const std::vector<std::string> allowed = source_names(*own.model);
  for (const std::string& name : computed.program.names) {
    const model::NamedQuantity quantity = model::named_quantity(*own.model, name);
    if (quantity.kind == model::NamedQuantity::Kind::parameter) continue;
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      fail(fmt::format("'{}' depends on what a region receives and cannot be sent in the same step",
                       name) +
           hint("", allowed));
  }
  for (std::size_t k = 0; k < own.computed.size(); ++k) {
    if (own.computed[k].name != computed.name) continue;
    if (own.computed[k].program.text != computed.program.text)
      section.fail("source", fmt::format("'{}' twice, with different expressions", computed.name));
    return own.model->n_observables() + static_cast<int>(k);
  }
  own.computed.push_back(std::move(computed));
  return own.model->n_observables() + static_cast<int>(own.computed.size()) - 1;
}

}  // namespace

std::vector<int> read_sources(const Reading& reading, Section& section, std::string_view schema,
                              engine::Population& own) {
  const yaml::Node* node = section.find("source");
  if (node == nullptr) return {};
  const std::vector<yaml::Node> written = node->is_list() ? node->items : std::vector{*node};
  const std::vector<std::string> allowed = source_names(*own.model);
  if (written.empty()) section.fail("source", "the list is empty" + hint("", allowed));
  std::vector<int> sources;
  std::vector<yaml::Node> noted(written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    const yaml::Node& item = written[i];
    const std::string path =
        section.path("source") + (node->is_list() && item.is_map() ? fmt::format(".{}", i) : "");
    if (item.is_map()) {
      sources.push_back(read_computed_source(reading, section, schema, item, path, own, noted[i]));
    } else {
      sources.push_back(to_choice(item, allowed, yaml::place(reading.document, item, path)));
      noted[i] = yaml::scalar(item.text);
    }
  }
  section.normal().set("source", yaml::list(std::move(noted)));
  return sources;
}

namespace {

const model::Entry& catalogue_model(Section& section) {
  std::vector<std::string> names;
  for (const model::Entry* entry : model::catalogue())
    names.emplace_back(entry->info.name);
  const int chosen = section.choice_among("name", names);
  return *model::catalogue()[static_cast<std::size_t>(chosen)];
}

/// The model in the shared library that the study names.
const model::Entry& plugin_model(const Reading& reading, Section& section) {
  section.text("name");
  const std::string given = section.text("plugin");
  model::Plugin plugin;
  try {
    plugin = model::load_plugin(input_path(reading.study.path, given));
  } catch (const DataError& error) {
    section.fail("plugin", given + ": " + error.what());
  }
  section.choice_among("name", {std::string(plugin.entry->info.name)});
  reading.study.models.back().plugin = plugin.path;
  reading.study.models.back().plugin_sha256 = plugin.sha256;
  return *plugin.entry;
}

/// The preset that the study names, or nullptr.
const model::PresetInfo* read_preset(const Reading& reading, Section& section,
                                     const model::Entry& model) {
  if (!section.has("preset")) return nullptr;
  std::vector<std::string> names;
  for (const auto& preset : model.info.presets)
    names.emplace_back(preset.name);
  if (names.empty()) section.fail("preset", fmt::format("model {} has none", model.info.name));
  const int chosen = section.choice_among("preset", names);
  reading.study.models.back().preset = names[static_cast<std::size_t>(chosen)];
  return &model.info.presets[static_cast<std::size_t>(chosen)];
}

/// The table that a model looks up, from the file that the study names.
void read_model_table(const PopulationReading& reading, Section& section,
                      const model::ModelInfo& info) {
  if (info.table.columns.empty()) {
    if (section.has("table")) section.fail("table", fmt::format("model {} has none", info.name));
    return;
  }
  if (!section.has("table")) {
    section.fail("table", fmt::format("missing, but required for {}: a file written by `arcuate "
                                      "models {} --make-table FILE`{}{}",
                                      info.name, info.name,
                                      info.table.others.empty() ? "" : ", or ", info.table.others));
  }
  const std::string file = section.text("table");
  try {
    reading.own.population.table = read_table(input_path(reading.study.path, file), info);
  } catch (const DataError& error) {
    throw DataError(section.place("table") + error.what());
  }
}

/// `values`: (n_parameters) those of parameters that the study does not give.
void read_parameters(const PopulationReading& reading, Section& section,
                     const model::ModelInfo& info, const std::vector<double>& values) {
  reading.own.usual = values;
  yaml::Node& normal = section.normal().set("parameters", yaml::map());
  const Section parameters(reading.document, section.map_of("parameters"),
                           section.path("parameters"), "model.parameters", normal,
                           parameter_names(info));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const model::ParameterInfo& parameter = info.parameters[i];
    const std::string name(parameter.name);
    yaml::Node& noted = normal.set(name, yaml::number(values[i]));
    const yaml::Node* node = parameters.find(name);
    reading.own.parameters.push_back(node == nullptr
                                         ? fixed_region_form(values[i])
                                         : read_region_form(reading, *node, parameters.path(name),
                                                            {.unit = parameter.unit}, noted));
  }
}

void read_initial(const PopulationReading& reading, Section& section,
                  const model::ModelInfo& info) {
  yaml::Node normal;
  const Section initial(reading.document, section.map_of("initial"), section.path("initial"),
                        "model.initial", normal, state_names(info));
  if (!reading.parts.history.empty() && section.has("initial")) {
    section.fail("initial", "not with a history file, which ends with the state at t = 0");
  }
  for (std::size_t k = 0; k < info.states.size(); ++k) {
    const model::StateInfo& state = info.states[k];
    const std::string name(state.name);
    const yaml::Node* node = initial.find(name);
    const auto [low, high] = bounds_of(reading.own.population, k);
    const Quantity quantity{state.unit, low, high, true};
    if (node == nullptr && reading.parts.history.empty())
      check_initial_default(section, reading.own.population, k);
    yaml::Node& noted = normal.set(name, yaml::number(state.initial));
    reading.own.initial.push_back(
        node == nullptr ? fixed_region_form(state.initial)
                        : read_region_form(reading, *node, initial.path(name), quantity, noted));
  }
  if (reading.parts.history.empty()) section.normal().set("initial", std::move(normal));
}

void read_history(const Reading& reading, Section& section) {
  const yaml::Node* node = section.find("history");
  yaml::Node normal = yaml::scalar("constant");
  if (node != nullptr && !(node->is_scalar() && node->text == "constant")) {
    const yaml::Node* file =
        node->is_map() && node->items.size() == 1 ? node->find("file") : nullptr;
    if (file == nullptr || !file->is_scalar() || file->text.empty()) {
      section.fail("history",
                   fmt::format("expected `constant` or {{file: ...}}, not {}", describe(*node)));
    }
    reading.parts.history = input_path(reading.study.path, file->text);
    reading.parts.history_place = section.place("history");
    normal = yaml::map();
    normal.set("file", yaml::scalar(file->text, true));
  }
  section.normal().set("history", std::move(normal));
}

/// `source` and `target` of the coupling or of an entry of `models`.
void read_links(const PopulationReading& reading, Section& section, std::string_view schema) {
  const model::Entry& model = *reading.own.population.model;
  const std::vector<std::string> inputs = input_names(model.info);
  std::vector<int> sources = read_sources(reading, section, schema, reading.own.population);
  std::vector<int> targets = section.names("target", inputs);
  if (inputs.empty()) section.fail("", fmt::format("model {} has no inputs", model.info.name));
  reading.own.usual_sources = sources.empty();
  if (sources.empty() && targets.empty()) {
    reading.own.default_links = true;
    for (const auto& input : model.info.inputs) {
      if (!input.source.empty()) return;
    }
    section.fail("source", fmt::format("missing: model {} has no usual coupling", model.info.name) +
                               hint("", source_names(model)));
  }
  if (targets.empty()) {
    if (inputs.size() != 1)
      section.fail("target", "missing: give one for each source" + hint("", inputs));
    targets.assign(sources.size(), 0);
  }
  if (sources.empty()) {
    for (const int target : targets) {
      const auto& input = model.info.inputs[static_cast<std::size_t>(target)];
      if (input.source.empty()) {
        section.fail("source", fmt::format("missing: input '{}' has no usual source", input.name) +
                                   hint("", source_names(model)));
      }
      sources.push_back(model.observable(input.source));
    }
  }
  if (sources.size() != targets.size()) {
    section.fail("target", fmt::format("{} targets for {} sources; give as many", targets.size(),
                                       sources.size()));
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto& input = model.info.inputs[static_cast<std::size_t>(targets[i])];
    for (std::size_t k = 0; k < i; ++k) {
      if (sources[k] == sources[i] && targets[k] == targets[i])
        section.fail("target", fmt::format("'{}' has the same source twice", input.name));
    }
    reading.own.population.links.push_back({sources[i], targets[i], input.squared_weights});
  }
}

/// Name, preset and what a region starts from.
void read_model_section(const PopulationReading& reading, Section& section) {
  reading.study.models.emplace_back();
  const model::Entry& model =
      section.has("plugin") ? plugin_model(reading, section) : catalogue_model(section);
  reading.own.population.model = &model;
  const model::PresetInfo* preset = read_preset(reading, section, model);
  read_model_table(reading, section, model.info);
  read_parameters(reading, section, model.info, model.parameter_values(preset));
}

EntryRegions read_entry_regions(const Reading& reading, Section& section) {
  EntryRegions regions;
  const yaml::Node* node = section.find("regions");
  if (node == nullptr) section.fail("regions", "missing, but required");
  regions.place = section.place("regions");
  yaml::Node& normal = section.normal().set("regions", yaml::scalar("rest"));
  if (node->is_scalar() && node->text == "rest") {
    regions.rest = true;
  } else if (node->is_map()) {
    const yaml::Node* file = node->items.size() == 1 ? node->find("file") : nullptr;
    if (file == nullptr || !file->is_scalar() || file->text.empty())
      section.fail("regions", "a map must be {file: ...}, a text file of labels or indices");
    regions.file = input_path(reading.study.path, file->text);
    normal = yaml::map();
    normal.set("file", yaml::scalar(file->text, true));
  } else if (node->is_list()) {
    regions.names = read_region_names(reading, *node, section.path("regions"), normal);
  } else {
    section.fail("regions", fmt::format("expected a list of labels, indices or ranges, {{file: "
                                        "...}} or `rest`, not {}",
                                        describe(*node)));
  }
  return regions;
}

/// An entry of `models`.
void read_entry(const PopulationReading& reading, const yaml::Node& node, std::size_t number,
                yaml::Node& normal) {
  Section section(reading.document, &node, fmt::format("models.{}", number), "models[]", normal,
                  {"history"});
  if (section.has("history")) {
    section.fail("history", "a history file is for studies with one model only (`model`)");
  }
  read_model_section(reading, section);
  reading.own.regions = read_entry_regions(reading, section);
  read_bounds(reading, section, reading.own.population.model->info);
  read_initial(reading, section, reading.own.population.model->info);
  read_noise(reading, section, section.normal().set("noise", {}));
  for (engine::NoiseTerm& term : reading.own.population.noise)
    term.shared_by = static_cast<std::uint8_t>(number);
  read_stimuli(reading, section, section.normal().set("stimuli", {}));
}

/// A factor would multiply the sums with squared weights by itself and not by its square.
void check_squared_weights(const PopulationReading& reading, Section& section) {
  const std::vector<network::Link>& links = reading.own.population.links;
  const model::ModelInfo& info = reading.own.population.model->info;
  const network::Coupling& coupling = reading.parts.simulation.coupling;
  const bool by_default =
      reading.own.default_links &&
      std::any_of(info.inputs.begin(), info.inputs.end(), [](const model::InputInfo& input) {
        return input.squared_weights && !input.source.empty();
      });
  const bool given = std::any_of(links.begin(), links.end(),
                                 [](const network::Link& link) { return link.squared_weights; });
  if (!by_default && !given) return;
  const network::CouplingForm form = coupling.form;
  const bool plain =
      form == network::CouplingForm::linear || form == network::CouplingForm::scaling;
  if (!plain) {
    section.fail("name", fmt::format("model {} sums with squared weights too, and so plainly "
                                     "(allowed: linear, scaling)",
                                     info.name));
  }
  const auto refuse = [&](std::string_view key, double value, double only) {
    if (value == only) return;
    section.fail(key, fmt::format("must be {} for {}, which sums with squared weights too: scale "
                                  "with a parameter of the model",
                                  only, info.name));
  };
  refuse("gain", coupling.gain, 1.0);
  refuse("a", coupling.parameters[0], 1.0);
  if (form == network::CouplingForm::linear) refuse("b", coupling.parameters[1], 0.0);
}

/// Which observables the regions of each entry broadcast, and where the sums enter.
void read_entry_links(const Reading& reading, const Section& top, Section& coupling) {
  const yaml::Node& list = *top.list_of("models");
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    yaml::Node& normal = top.normal().find("models")->items[i];
    Section section(reading.document, &list.items[i], fmt::format("models.{}", i), "models[]",
                    normal);
    const PopulationReading entry{reading, reading.parts.populations[i]};
    read_links(entry, section, "models[]");
    check_squared_weights(entry, coupling);
  }
}

/// Entries of a study without coupling.
void check_no_links(const Reading& reading, const Section& top) {
  const yaml::Node* list = top.list_of("models");
  for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
    for (const std::string_view key : {"source", "target"}) {
      const yaml::Node* node = list->items[i].find(key);
      if (node == nullptr) continue;
      throw ConfigError(yaml::place(reading.document, *node, fmt::format("models.{}.{}", i, key)) +
                        "the study has no coupling; add `coupling: {name: linear, ...}`");
    }
  }
}

/// With several models the links are in the entries.
void read_all_links(const Reading& reading, const Section& top, Section& section) {
  if (!top.has("models")) {
    const PopulationReading only{reading, reading.parts.populations.front()};
    read_links(only, section, "coupling");
    check_squared_weights(only, section);
    return;
  }
  for (const std::string_view key : {"source", "target"}) {
    if (section.has(key))
      section.fail(key, "with `models` this is a key of every entry of the list");
  }
  read_entry_links(reading, top, section);
}

}  // namespace

std::vector<const model::Entry*> models_of(const Study::Unresolved& parts) {
  std::vector<const model::Entry*> models;
  for (const PopulationForm& form : parts.populations)
    models.push_back(form.population.model);
  return models;
}

std::vector<std::string> state_names(const model::ModelInfo& info) {
  std::vector<std::string> names;
  for (const auto& state : info.states)
    names.emplace_back(state.name);
  return names;
}

std::vector<std::string> parameter_names(const model::ModelInfo& info) {
  std::vector<std::string> names;
  for (const auto& parameter : info.parameters)
    names.emplace_back(parameter.name);
  return names;
}

std::vector<std::string> input_names(const model::ModelInfo& info) {
  std::vector<std::string> names;
  for (const auto& input : info.inputs)
    names.emplace_back(input.name);
  return names;
}

void read_model(const Reading& reading, const Section& top, yaml::Node& normal) {
  if (!top.has("model")) top.fail("model", "missing, but required");
  Section section(reading.document, top.find("model"), "model", "model", normal);
  const PopulationReading only{reading, reading.parts.populations.emplace_back()};
  read_model_section(only, section);
  read_history(reading, section);
  read_bounds(only, section, only.own.population.model->info);
  read_initial(only, section, only.own.population.model->info);
}

void read_models(const Reading& reading, const Section& top, yaml::Node& normal) {
  constexpr std::size_t most = 255;
  for (const std::string_view key : {"model", "noise", "stimuli"}) {
    if (!top.has(key)) continue;
    top.fail(key, key == "model" ? "give either `model` or `models`"
                                 : "with `models` this is a key of the entries of the list");
  }
  const yaml::Node* list = top.list_of("models");
  if (list->items.empty() || list->items.size() > most)
    top.fail("models", fmt::format("{} entries (allowed: 1 to {})", list->items.size(), most));
  normal = yaml::list(std::vector<yaml::Node>(list->items.size()));
  reading.parts.listed = true;
  reading.parts.populations.resize(list->items.size());
  for (std::size_t i = 0; i < list->items.size(); ++i)
    read_entry({reading, reading.parts.populations[i]}, list->items[i], i, normal.items[i]);
}

void read_coupling(const Reading& reading, const Section& top, yaml::Node& normal) {
  const yaml::Node* node = top.find("coupling");
  if (node == nullptr || (node->is_scalar() && node->text == "none")) {
    normal = yaml::scalar("none");
    check_no_links(reading, top);
    return;
  }
  std::vector<std::string> names;
  for (const auto& coupling : network::couplings())
    names.emplace_back(coupling.name);
  const yaml::Node* name = node->find("name");
  // The keys depend on the function, so its name is read first.
  const std::string fallback(study_key("coupling.name").fallback);
  const int chosen =
      to_choice(name == nullptr ? yaml::scalar(fallback) : *name, names,
                yaml::place(reading.document, name == nullptr ? *node : *name, "coupling.name"));
  const network::CouplingInfo& info = network::couplings()[static_cast<std::size_t>(chosen)];
  std::vector<std::string> parameters;
  for (const auto& parameter : info.parameters)
    parameters.emplace_back(parameter.name);
  Section section(reading.document, node, "coupling", "coupling", normal, parameters);

  engine::SimulationSpec& simulation = reading.parts.simulation;
  network::Coupling& coupling = simulation.coupling;
  coupling.form = info.form;
  reading.parts.coupling_place =
      yaml::place(reading.document, name == nullptr ? *node : *name, "coupling.name");
  section.choice_among("name", names);
  coupling.gain = section.number("gain");
  for (const auto& parameter : info.parameters) {
    double value = parameter.value;
    if (const yaml::Node* given = section.find(parameter.name)) {
      value = to_number(*given, "1", section.place(parameter.name));
      if (!std::isfinite(value)) section.fail(parameter.name, "must be finite");
      if (parameter.positive && !(value > 0.0))
        section.fail(parameter.name, fmt::format("{} is out of range (allowed: > 0)", value));
    }
    coupling.parameters.push_back(value);
    section.normal().set(parameter.name, yaml::number(value));
  }
  if (info.form == network::CouplingForm::kuramoto) {
    coupling.normalise = section.choice_as<network::KuramotoNormalisation>("normalize");
  } else if (section.has("normalize")) {
    section.fail("normalize", fmt::format("is for kuramoto, not for {}", info.name));
  }
  read_all_links(reading, top, section);
  simulation.stages = section.choice_as<engine::Stages>("stages");
  simulation.delay = section.choice_as<engine::DelayMode>("delay");
}

}  // namespace arcuate::io
