#include "arcuate/io/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/delays.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/model/limits.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "features/read.hpp"
#include "searches.hpp"
#include "sense.hpp"

namespace arcuate::io {
namespace {

void read_integrator(const Reading& reading, const Section& top, yaml::Node& normal) {
  Section section(reading.document, top.map_of("integrator"), "integrator", "integrator", normal);
  reading.parts.simulation.method = section.choice_as<model::Method>("method");
  for (const model::Entry* entry : models_of(reading.parts)) {
    const model::ModelInfo& info = entry->info;
    if (section.has("dt") || info.time_unit_name == "ms") continue;
    section.fail("dt", fmt::format("missing, but required for {}, whose time unit is {}", info.name,
                                   info.time_unit_name));
  }
  reading.parts.simulation.dt = section.number("dt");
  reading.parts.step_place = section.place("dt");
  reading.parts.simulation.precision = section.choice_as<engine::Precision>("precision");
  reading.parts.precision_place = section.place("precision");
}

void read_times(const Reading& reading, Section& top) {
  Study& study = reading.study;
  engine::SimulationSpec& simulation = reading.parts.simulation;
  study.duration = top.number("duration");
  study.transient = top.number("transient");
  simulation.steps = whole_steps(study.duration, simulation.dt, top.place("duration"));
  if (study.transient > 0.0) {
    reading.parts.transient = whole_steps(study.transient, simulation.dt, top.place("transient"));
  }
  if (reading.parts.transient >= simulation.steps) {
    top.fail("transient", fmt::format("{} ms must be shorter than the duration, {} ms",
                                      study.transient, study.duration));
  }
}

void read_partition(const Reading& reading, const Section& top, yaml::Node& normal) {
  Section section(reading.document, top.map_of("partition"), "partition", "partition", normal);
  partition::Options& options = reading.study.partition;
  options.method = section.choice_as<partition::Method>("method");
  options.imbalance = section.number("imbalance");
  options.seed = section.seed("seed");
  options.dt = reading.parts.simulation.dt;
}

void read_checkpoint(const Reading& reading, const Section& top, yaml::Node& normal) {
  Section section(reading.document, top.map_of("checkpoint"), "checkpoint", "checkpoint", normal);
  reading.study.checkpoint_every = section.number("every");
  reading.study.checkpoint_before_end = section.number("before_end");
  reading.study.checkpoints = static_cast<int>(section.integer("keep"));
  reading.study.final_state = section.flag("final");
}

void read_output(const Reading& reading, Section& top) {
  Study& study = reading.study;
  const std::string stem = std::filesystem::path(study.path).stem().string();
  study.output = top.has("output") ? top.text("output") : (stem.empty() ? "study" : stem) + ".h5";
  top.normal().set("output", yaml::scalar(study.output, true));
  study.storage = top.choice_as<Storage>("storage");
  study.overwrite = top.flag("overwrite");
  top.normal().set("overwrite", yaml::scalar("false"));  // whoever runs it again says so again
}

/// Inputs by their absolute paths, so that the study of a recording can be run from anywhere.
void make_inputs_absolute(yaml::Node& node, std::string_view section, Study& study) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    yaml::Node& value = node.items[i];
    const std::string key = node.is_map() ? node.keys[i] : "";
    if (value.is_scalar() && names_a_file(section, key) && !plain_number(value.text)) {
      const std::filesystem::path path(input_path(study.path, value.text));
      value.text = std::filesystem::absolute(path).lexically_normal().string();
      study.inputs.push_back(value.text);
    }
    make_inputs_absolute(value, key, study);
  }
}

/// `features`, as `arcuate analyze` reads them.
void read_wanted_features(const Reading& reading, Section& top) {
  const yaml::Node* const list = top.list_of("features");
  auto requests = std::make_shared<std::vector<FeatureRequest>>();
  if (list != nullptr) {
    *requests = read_feature_list(reading.document, *list, "features");
    yaml::Node& normal = top.normal().set("features", yaml::list({}));
    for (FeatureRequest& request : *requests) {
      if (!request.plugin.empty()) reading.study.inputs.push_back(request.plugin);
      if (const std::string file = pairs_file_of(request); !file.empty()) {
        request.options.set("pairs", std::filesystem::absolute(file).lexically_normal().string());
        reading.study.inputs.push_back(pairs_file_of(request));
      }
      normal.items.push_back(node_of(request));
    }
  }
  reading.study.features = std::move(requests);
}

/// What a monitor will record, as its recording will say it.
RecordedSeries series_of(const MonitorForm& form, const monitor::MonitorSpec& spec,
                         const monitor::Extent& extent, const network::Connectome& connectome,
                         double dt) {
  RecordedSeries series;
  series.name = spec.name;
  series.kind = spec.kind->name;
  series.variables = form.variables;
  series.labels = monitor::column_names(spec);
  if (series.labels.empty()) {
    series.columns = monitor::regions_of(spec, connectome.n_regions());
    for (const GlobalIndex region : series.columns)
      series.labels.push_back(network::name_of(connectome, region));
  }
  series.first_time = static_cast<double>(extent.schedule.first) * dt / 1000.0;
  series.period = static_cast<double>(extent.schedule.period) * dt / 1000.0;
  series.samples = static_cast<std::size_t>(extent.schedule.samples);
  return series;
}

/// Whether a loss of the section `fit` is of a monitor.
bool is_source_of_loss(const Study& study, const std::string& monitor) {
  const yaml::Node* fit = study.searches ? study.searches->document.root.find("fit") : nullptr;
  const yaml::Node* losses = fit != nullptr ? fit->find("minimise") : nullptr;
  if (losses == nullptr) return false;
  return std::any_of(losses->items.begin(), losses->items.end(), [&](const yaml::Node& loss) {
    const yaml::Node* source = loss.find("source");
    return source != nullptr && source->text == monitor;
  });
}

/// A monitor that nobody sees anything of.
void warn_of_unused(const Study& study, ResolvedStudy& resolved) {
  for (std::size_t k = 0; k < resolved.monitors.size(); ++k) {
    const std::string& name = resolved.monitors[k].name;
    const auto& used = *resolved.features;
    if (resolved.monitors[k].recorded || is_source_of_loss(study, name) ||
        std::any_of(used.begin(), used.end(), [&](const auto& one) { return one.monitor == name; }))
      continue;
    resolved.warnings.push_back(study.unresolved->monitors[k].record_place + "'" + name +
                                "' is not recorded (`record: false`), and no feature is of it");
  }
}

void check_wanted_features(const Study& study, ResolvedStudy& resolved,
                           const network::Connectome& connectome) {
  resolved.features = std::make_shared<std::vector<FeatureMemory>>();
  resolved.series = std::make_shared<std::vector<RecordedSeries>>();
  if (study.features->empty() && !study.searches) return;
  std::vector<RecordedSeries> all;
  for (std::size_t k = 0; k < resolved.monitors.size(); ++k) {
    const monitor::MonitorSpec& spec = resolved.monitors[k];
    const monitor::Extent extent = monitor::extent_of(
        spec, resolved.transient, resolved.simulation.steps, connectome.n_regions());
    all.push_back(
        series_of(study.unresolved->monitors[k], spec, extent, connectome, resolved.simulation.dt));
  }
  check_features(*study.features, all, connectome);
  resolved.features =
      std::make_shared<std::vector<FeatureMemory>>(memory_of(*study.features, all, connectome));
  resolved.series = std::make_shared<std::vector<RecordedSeries>>(std::move(all));
}

/// Whether a stimulus may open a gate.
bool changes(const engine::Population& population, int parameter) {
  return std::any_of(population.stimuli.begin(), population.stimuli.end(),
                     [parameter](const engine::Stimulus& stimulus) {
                       return stimulus.on == engine::StimulusOn::parameter &&
                              stimulus.target == parameter;
                     });
}

}  // namespace

std::vector<network::Link> usual_links(const engine::Population& population) {
  const model::Entry& model = *population.model;
  std::vector<network::Link> links;
  for (std::size_t i = 0; i < model.info.inputs.size(); ++i) {
    const model::InputInfo& input = model.info.inputs[i];
    if (input.source.empty()) continue;
    const int gate = input.gate.empty() ? -1 : model.parameter(input.gate);
    if (gate >= 0 && population.parameters[static_cast<std::size_t>(gate)].is(0.0) &&
        !changes(population, gate))
      continue;
    links.push_back({model.observable(input.source), static_cast<int>(i), input.squared_weights});
  }
  return links;
}

namespace {

/// A past that ends before the longest delay would be made up by repeating its first sample.
void check_length(const Study::Unresolved& parts, const engine::Delays& delays,
                  const engine::SimulationSpec& simulation, Step given) {
  Step needed = delays.samples_read();
  for (const engine::KeptPast& past :
       engine::kept_past(simulation.populations.front(), simulation.dt))
    needed = std::max(needed, past.length);
  if (given >= needed) return;
  throw DataError(parts.history_place + parts.history +
                  fmt::format(": {} samples: the longest delay reaches back {} steps of dt = {} "
                              "ms: expected at least {} samples, the last at t = 0",
                              given, needed - 1, simulation.dt, needed));
}

engine::InitialHistory load_history(const Study::Unresolved& parts,
                                    const network::Connectome& connectome,
                                    const engine::Delays& delays,
                                    const engine::SimulationSpec& simulation) {
  const auto& states = simulation.populations.front().model->info.states;
  const auto n = static_cast<std::size_t>(connectome.n_regions());
  std::size_t samples = 0;
  engine::InitialHistory history;
  try {
    history.values = read_history(parts.history, states.size(), n, samples);
  } catch (const DataError& error) {
    throw DataError(parts.history_place + error.what());
  }
  history.samples = static_cast<Step>(samples);
  check_length(parts, delays, simulation, history.samples);
  for (std::size_t i = 0; i < history.values.size(); ++i) {
    const model::StateInfo& state = states[(i / n) % states.size()];
    const double value = history.values[i];
    const auto [least, most] = model::plausible_range(state);
    const auto [lower, upper] = bounds_of(simulation.populations.front(), (i / n) % states.size());
    const double low = std::max(lower, least);
    const double high = std::min(upper, most);
    if (std::isfinite(value) && value >= low && value <= high) continue;
    throw DataError(
        parts.history_place + parts.history +
        fmt::format(": sample {}, region {}: {} = {} is out of range (allowed: {} to {})",
                    i / (n * states.size()) + 1,
                    network::name_of(connectome, static_cast<GlobalIndex>(i % n)), state.name,
                    value, low, high));
  }
  return history;
}

/// What the coupling of a study goes along.
const network::Connectome& tracts_of(const network::Connectome& connectome) {
  return connectome.mapped ? connectome.mapped->regions : connectome;
}

engine::Delays delays_of(const Study::Unresolved& parts, const network::Connectome& connectome,
                         const engine::SimulationSpec& simulation) {
  try {
    return {connectome, simulation};
  } catch (const ConfigError& error) {
    throw ConfigError(parts.connectome_place + error.what());
  }
}

/// regions: those of the population. `history`: the initial values are the end of a given past.
engine::Population resolve_population(const PopulationForm& form, const RegionIndex& regions,
                                      bool history) {
  engine::Population population = form.population;
  for (const RegionForm& parameter : form.parameters)
    population.parameters.push_back(resolve_region_form(parameter, regions));
  for (std::size_t i = 0; i < form.sigma.size(); ++i)
    population.noise[i].sigma = resolve_region_form(form.sigma[i], regions);
  for (const StimulusForm& stimulus : form.stimuli)
    population.stimuli.push_back(resolve_stimulus(stimulus, regions));
  if (form.default_links) population.links = usual_links(population);
  if (history) {
    for (const auto& state : population.model->info.states)
      population.initial.push_back({RegionValues(state.initial), std::nullopt});
    return population;
  }
  for (const RegionForm& initial : form.initial)
    population.initial.push_back(resolve_initial(initial, regions));
  return population;
}

void check_links(const Study& study, const engine::SimulationSpec& simulation) {
  const auto count = [&](int number) { return simulation.population(number).links.size(); };
  for (int number = 1; number < simulation.n_populations(); ++number) {
    if (count(number) == count(0)) continue;
    throw ConfigError(study.path +
                      fmt::format(": models.{}: its regions broadcast {} observables, those of "
                                  "models.0 {}; give every entry as many in `source` and `target`",
                                  number, count(number), count(0)));
  }
}

void resolve_populations(const Study& study, const network::Connectome& connectome,
                         const RegionIndex& regions, engine::SimulationSpec& simulation) {
  const Study::Unresolved& parts = *study.unresolved;
  if (!parts.listed) {
    simulation.populations = {
        resolve_population(parts.populations.front(), regions, !parts.history.empty())};
    return;
  }
  const std::vector<std::uint8_t> owner = populations_of_regions(parts, connectome, regions);
  for (std::size_t number = 0; number < parts.populations.size(); ++number) {
    std::vector<GlobalIndex> members;
    for (std::size_t region = 0; region < owner.size(); ++region) {
      if (owner[region] == number) members.push_back(static_cast<GlobalIndex>(region));
    }
    const RegionIndex own(connectome, std::move(members));
    simulation.populations.push_back(resolve_population(parts.populations[number], own, false));
  }
  if (parts.populations.size() > 1) simulation.population_of = owner;
  check_links(study, simulation);
}

void check_local_delays(const engine::SimulationSpec& simulation, const std::string& file) {
  try {
    for (const engine::Population& population : simulation.populations)
      engine::check_delays(population, simulation.dt);
  } catch (const ConfigError& error) {
    throw ConfigError(file + ": " + error.what());
  }
}

}  // namespace

std::string region_name(const network::Connectome& connectome, GlobalIndex region) {
  const auto r = static_cast<std::size_t>(region);
  return r < connectome.labels.size() ? connectome.labels[r] : fmt::format("{}", region);
}

Step whole_steps(double time, double dt, const std::string& begin) {
  constexpr double most = 9007199254740992.0;  // 2^53: t = n dt stays exact in n
  const double steps = std::round(time / dt);
  if (steps > most)
    throw ConfigError(begin + fmt::format("more than 2^53 steps of dt = {} ms", dt));
  if (steps >= 1.0 && std::abs(steps * dt - time) <= 1e-9 * time) return static_cast<Step>(steps);
  const double below = std::floor(time / dt);
  const std::string lower = below >= 1.0 ? fmt::format("{:.12g} ms or ", below * dt) : "";
  throw ConfigError(
      begin +
      fmt::format("{} ms is not a whole number of steps of dt = {} ms (nearest: {}{:.12g} ms)",
                  time, dt, lower, (below + 1.0) * dt));
}

std::string study_text(const std::string& path) {
  return hdf5::is_hdf5(path) ? study_of_recording(path) : yaml::read_text(path);
}

bool names_a_file(std::string_view section, std::string_view key) {
  if (key == "file" || key == "plugin" || key == "table") return true;
  if (key.empty()) return section == "file" || section == "mapping";  // of a list
  if (section == "surface" && key == "mapping") return true;
  constexpr std::array parts{"weights", "lengths", "delays", "labels", "centres", "hemispheres"};
  return section == "connectome" && std::find(parts.begin(), parts.end(), key) != parts.end();
}

/// `noise: {V: 0.05}` is short for `{V: {sigma: 0.05}}`: a change of a part of it finds the whole.
void write_out_noise(yaml::Document& document, const std::string& change) {
  yaml::Node* node = &document.root;
  for (std::size_t at = 0; node != nullptr;) {
    const std::size_t dot = change.find_first_of(".=", at);
    if (dot == std::string::npos || change[dot] == '=') return;
    const std::string part = change.substr(at, dot - at);
    const bool noise = at > 0 && std::string_view(change).substr(0, at).ends_with("noise.");
    at = dot + 1;
    if (node->is_list()) {
      const auto number = plain_number(part);
      const auto size = static_cast<double>(node->items.size());
      node = number && *number >= 0.0 && *number < size
                 ? &node->items[static_cast<std::size_t>(*number)]
                 : nullptr;
      continue;
    }
    node = node->find(part);
    if (!noise || node == nullptr || !node->is_scalar()) continue;
    yaml::Node whole;
    whole.line = node->line;
    whole.override_ = node->override_;
    whole.set("sigma", *node);
    *node = std::move(whole);
    return;
  }
}

Study study_of(yaml::Document document, const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    write_out_noise(document, text);
    yaml::apply_override(document, text);
  }
  Study study;
  study.goes_on = choose_phase(document);
  study.path = document.path;
  auto parts = std::make_shared<Study::Unresolved>();
  const Reading reading{document, study, *parts};
  yaml::Node normal;
  Section top(document, &document.root, "", "", normal);
  if (top.has("spiking"))
    top.fail("spiking",
             "a network of spiking neurons, which this verb does not take (allowed: simulate, "
             "replay, check, plan, analyze, steady, sweep, fit, best, evaluate)");
  if (top.has("title")) study.title = top.text("title");
  read_connectome_source(reading, top, normal.set("connectome", {}));
  const bool several = top.has("models");
  if (several) {
    read_models(reading, top, normal.set("models", {}));
  } else {
    read_model(reading, top, normal.set("model", {}));
  }
  read_coupling(reading, top, normal.set("coupling", {}));
  read_integrator(reading, top, normal.set("integrator", {}));
  read_surface_source(reading, top, normal);
  if (!several) {
    const PopulationReading only{reading, parts->populations.front()};
    read_noise(only, top, normal.set("noise", {}));
    read_stimuli(only, top, normal.set("stimuli", {}));
  }
  for (const PopulationForm& form : parts->populations)
    check_noise_times(form, parts->simulation.dt);
  parts->simulation.seed = top.seed("seed");
  read_times(reading, top);
  read_monitors(reading, top, normal.set("monitors", {}));
  read_wanted_features(reading, top);
  read_output(reading, top);
  read_checkpoint(reading, top, normal.set("checkpoint", {}));
  read_partition(reading, top, normal.set("partition", {}));
  read_inhibition(reading, top);
  read_steady(reading, top);
  study.inputs.push_back(study.path);
  make_inputs_absolute(normal, "", study);
  study.searches = keep_searches(reading.document, study.path, top, study.inputs);
  study.normalised = yaml::emit(normal);
  for (const char* key : {"connectome", "surface"}) {
    if (const yaml::Node* part = normal.find(key)) study.network += yaml::emit(*part);
  }
  study.unresolved = std::move(parts);
  return study;
}

Study read_study(const std::string& path, const std::vector<std::string>& overrides) {
  return parse_study(study_text(path), path, overrides);
}

Study parse_study(const std::string& text, const std::string& path,
                  const std::vector<std::string>& overrides) {
  return study_of(yaml::parse(text, path), overrides);
}

ResolvedStudy resolve(const Study& study, const network::Connectome& connectome) {
  const Study::Unresolved& parts = *study.unresolved;
  const RegionIndex regions(connectome);
  ResolvedStudy resolved;
  engine::SimulationSpec& simulation = resolved.simulation;
  simulation = parts.simulation;
  resolve_populations(study, connectome, regions, simulation);
  resolved.delays = delays_of(parts, tracts_of(connectome), simulation);
  check_local_delays(simulation, study.path);
  if (!parts.history.empty())
    simulation.history = load_history(parts, connectome, resolved.delays, simulation);
  for (const MonitorForm& form : parts.monitors) {
    const auto number = static_cast<int>(resolved.monitors.size());
    resolved.monitors.push_back(resolve_monitor(form, number, simulation, connectome, regions));
    resolved.monitors.back().goes_on = study.goes_on;
  }
  resolved.transient = parts.transient;
  check_wanted_features(study, resolved, connectome);
  resolved.warnings = check_sense(study, simulation, connectome, resolved.monitors);
  warn_of_unused(study, resolved);
  for (std::size_t i = 0; i < resolved.monitors.size(); ++i) {
    const auto& sensors = resolved.monitors[i].sensors;
    if (sensors && !sensors->note.empty())
      resolved.warnings.push_back(place_of_gain(parts.monitors[i].sensors) + sensors->note);
    const monitor::MonitorSpec& spec = resolved.monitors[i];
    const std::string remark =
        spec.kind->remark == nullptr ? "" : spec.kind->remark(spec, simulation.dt);
    if (!remark.empty()) resolved.warnings.push_back(parts.monitors[i].parameters_place + remark);
  }
  resolved.weight_warnings = tuned_elsewhere(study, simulation, connectome);
  if (connectome.mapped) stand_on_vertices(study, connectome, std::move(resolved.delays), resolved);
  return resolved;
}

}  // namespace arcuate::io
