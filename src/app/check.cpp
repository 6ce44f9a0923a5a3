#include "check.hpp"
#include "arcuate/core/counted.hpp"
#include "lines.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/engine/names.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/study_template.hpp"
#include "arcuate/io/sweep.hpp"
#include "arcuate/model/names.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/search/job.hpp"
#include "spiking.hpp"

namespace arcuate::app {
namespace {

std::string span_of(const std::vector<double>& values, std::string_view unit) {
  if (values.empty()) return "";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fmt::format("{:.4g} to {:.4g} {}", *low, *high, unit);
}

void print_connectome(const network::Connectome& connectome, double speed) {
  line("connectome",
       fmt::format("{}: {}, {}", connectome.origin, counted(connectome.n_regions(), "region"),
                   counted(connectome.n_edges(), "edge")));
  if (connectome.n_edges() == 0) return;
  if (!connectome.delay.empty()) {
    line("delays", span_of(connectome.delay, "ms"));
  } else if (std::isinf(speed)) {
    line("delays", "none (speed: inf)");
  } else {
    line("delays",
         fmt::format("lengths {}, speed {} mm/ms", span_of(connectome.length, "mm"), speed));
  }
}

/// Of which model a line speaks, when there are several.
std::string whose(const engine::SimulationSpec& simulation, int number) {
  return simulation.n_populations() == 1
             ? ""
             : fmt::format("{}: ", simulation.population(number).model->info.name);
}

/// The number of regions that have a model.
std::string share_of(const engine::SimulationSpec& simulation, int number) {
  if (simulation.n_populations() == 1) return "";
  const auto& all = simulation.population_of;
  return fmt::format(" in {},", counted(std::count(all.begin(), all.end(), number), "region"));
}

void print_models(const io::Study& study, const engine::SimulationSpec& simulation) {
  for (int number = 0; number < simulation.n_populations(); ++number) {
    const model::ModelInfo& info = simulation.population(number).model->info;
    const io::ModelSource& source = study.models[static_cast<std::size_t>(number)];
    line("model",
         fmt::format("{}:{} {} states, {} parameters{}", info.name, share_of(simulation, number),
                     info.states.size(), info.parameters.size(),
                     source.preset.empty() ? "" : ", preset " + source.preset));
    if (!source.plugin.empty())
      line("plug-in", fmt::format("{}, SHA-256 {}", source.plugin, source.plugin_sha256));
    const model::LookupTable& table = simulation.population(number).table;
    const model::Bounds& bounds = simulation.population(number).bounds;
    for (std::size_t k = 0; k < bounds.size(); ++k) {
      if (bounds[k].low == -model::unbounded && bounds[k].high == model::unbounded) continue;
      line("bounds", fmt::format("{} within {} to {} {}", info.states[k].name, bounds[k].low,
                                 bounds[k].high, info.states[k].unit));
    }
    if (!table.file.empty()) line("table", fmt::format("{}, SHA-256 {}", table.file, table.sha256));
  }
}

/// Features of plug-ins.
void print_own_features(const io::Study& study) {
  for (const io::FeatureRequest& request : *study.features) {
    if (request.plugin.empty()) continue;
    line("feature", fmt::format("{} of the plug-in {}, SHA-256 {}", request.name, request.plugin,
                                request.plugin_sha256));
  }
}

/// "V -> c_0", of all models.
std::string links_of(const engine::SimulationSpec& simulation,
                     std::vector<network::Link> engine::Population::*kind) {
  std::string links;
  for (int number = 0; number < simulation.n_populations(); ++number) {
    const engine::Population& own = simulation.population(number);
    for (const network::Link& link : own.*kind) {
      links += fmt::format("{}{}{} -> {}{}", links.empty() ? "" : ", ", whose(simulation, number),
                           own.source_name(link.source),
                           own.model->info.inputs[static_cast<std::size_t>(link.target)].name,
                           link.squared_weights ? " (squared weights)" : "");
    }
  }
  return links;
}

/// The nodes of a network on a surface.
void print_surface(const network::Connectome& network, const engine::SimulationSpec& simulation) {
  const network::Surface& surface = network.mapped->surface;
  const GlobalIndex single = network.n_regions() - surface.n_vertices();
  line("surface",
       fmt::format(
           "{}: {} vertices, {}{}", surface.origin, surface.n_vertices(),
           counted(surface.triangles.size(), "triangle"),
           single == 0 ? "" : fmt::format(", and {} without vertices", counted(single, "region"))));
  line("local", network.n_edges() == 0
                    ? "no local edges"
                    : fmt::format("{}: {}", counted(network.n_edges(), "undelayed edge"),
                                  links_of(simulation, &engine::Population::links)));
}

/// mapped: the coupling of the study goes along tracts; the other one is local.
void print_coupling(const engine::SimulationSpec& simulation, bool mapped) {
  const auto& tracts = simulation.tracts;
  if (mapped && !tracts) return line("coupling", "none");
  const network::Coupling& coupling = tracts ? tracts->coupling : simulation.coupling;
  const std::string links =
      links_of(simulation, tracts ? &engine::Population::tracts : &engine::Population::links);
  if (links.empty()) return line("coupling", "none");
  const auto& info = network::couplings()[static_cast<std::size_t>(coupling.form)];
  line("coupling", fmt::format("{}, gain {}: {}", info.name, coupling.gain, links));
}

void print_stimuli(const engine::Population& population, const std::string& model) {
  const model::ModelInfo& info = population.model->info;
  for (const engine::Stimulus& stimulus : population.stimuli) {
    const auto& form = model::temporal_forms()[static_cast<std::size_t>(stimulus.function.form)];
    line("stimulus", fmt::format("{}{} on {} {}", model, form.name, core::word_of(stimulus.on),
                                 engine::target_name(stimulus, info)));
  }
}

void print_noise(const engine::Population& population, const std::string& model) {
  const model::ModelInfo& info = population.model->info;
  for (const engine::NoiseTerm& term : population.noise) {
    const auto target = static_cast<std::size_t>(term.target);
    const std::string_view name =
        term.on_input ? info.inputs[target].name : info.states[target].name;
    line("noise", fmt::format("{}{} on {}{}{}", model, core::word_of(term.kind), name,
                              term.multiplicative ? ", multiplicative" : "",
                              term.shared ? ", shared by all regions" : ""));
  }
}

/// Prints the monitors. Returns the size of the recorded data.
double print_monitors(const io::ResolvedStudy& resolved, GlobalIndex regions, io::Storage storage) {
  const engine::SimulationSpec& simulation = resolved.simulation;
  double total = 0.0;
  for (const monitor::MonitorSpec& spec : resolved.monitors) {
    const monitor::Extent extent =
        monitor::extent_of(spec, resolved.transient, simulation.steps, regions);
    const double size = static_cast<double>(io::bytes_of(storage)) * extent.values();
    if (spec.recorded) total += size;
    line("monitor",
         fmt::format("{}: {} every {:.12g} ms x {} x {}, {}", spec.name,
                     counted(extent.schedule.samples, "sample"),
                     static_cast<double>(spec.period) * simulation.dt,
                     counted(extent.variables, "variable"), counted(extent.columns, "column"),
                     spec.recorded ? bytes(size) : "not recorded"));
    const std::string settings = monitor::settings_of(spec, simulation.dt);
    if (!settings.empty()) line("", settings);
    for (const monitor::ComputedVariable& one : spec.computed) {
      if (!one.name.empty())
        line("", fmt::format("{} = {} [{}]", one.name, one.program.text, one.unit));
    }
  }
  if (resolved.monitors.empty()) line("monitors", "none: nothing is recorded");
  return total;
}

/// Prints the features and what they take while the study runs.
void print_features(const std::vector<io::FeatureMemory>& features) {
  for (const io::FeatureMemory& one : features) {
    const std::string how =
        one.streamed ? "computed while samples come, " + bytes(one.bytes)
                     : fmt::format("keeps {} x {} of them, {}, and takes {} at the end",
                                   counted(static_cast<std::int64_t>(one.samples), "sample"),
                                   counted(static_cast<std::int64_t>(one.columns), "column"),
                                   bytes(8.0 * static_cast<double>(one.samples * one.columns)),
                                   bytes(one.bytes));
    line("feature", fmt::format("{} of {}: {}", one.name, one.monitor, how));
  }
  if (features.size() > 1)
    line("", fmt::format("{} on rank 0 for all of them", bytes(io::total_bytes(features))));
}

/// The lines of a table, the first with what they are of.
void print_table(std::string_view what, const std::string& table) {
  for (std::size_t at = 0; at < table.size();) {
    const std::size_t end = std::min(table.find('\n', at), table.size());
    line(at == 0 ? what : "", table.substr(at, end - at));
    at = end + 1;
  }
}

/// What `sweep` and `fit` of the study would do. connectome: of regions, else nullptr.
void print_searches(const io::Subject& study, const std::vector<std::string>& overrides,
                    const network::Connectome* connectome) {
  if (io::has_sweep(study)) print_table("sweep", io::sweep_of(study).table());
  if (!io::has_fit(study)) return;
  const io::Fit fit = io::fit_of(study, connectome);
  print_table("fit", fit.table());
  run::warn_of(fit.warnings);
  search::JobOptions job;
  job.study = study.path;
  job.overrides = overrides;
  search::try_targets(job);
}

void check_one(const std::string& file, const std::vector<std::string>& overrides) {
  const io::Study study = io::read_study(file, overrides);
  const network::Connectome connectome = run::connectome_of(study);
  const io::ResolvedStudy resolved = run::resolve_study(study, connectome);

  const engine::SimulationSpec& simulation = resolved.simulation;
  line("study", study.title.empty() ? study.path : study.title + " (" + study.path + ")");
  print_connectome(connectome.mapped ? connectome.mapped->regions : connectome, simulation.speed);
  if (connectome.mapped) print_surface(connectome, simulation);
  if (const auto& own = study.connectome.own)
    line("plug-in", fmt::format("{}, SHA-256 {}", own->plugin, own->plugin_sha256));
  print_models(study, simulation);
  print_coupling(simulation, connectome.mapped != nullptr);
  line("integrator",
       fmt::format("{}, dt {} ms, {} ({} ms, of which {} ms transient)",
                   core::word_of(simulation.method), simulation.dt,
                   counted(simulation.steps, "step"), study.duration, study.transient));
  line("precision", fmt::format("{}: {}", core::word_of(simulation.precision),
                                core::meaning_of(simulation.precision)));
  for (int number = 0; number < simulation.n_populations(); ++number) {
    print_noise(simulation.population(number), whose(simulation, number));
    print_stimuli(simulation.population(number), whose(simulation, number));
  }
  line("seed", std::to_string(simulation.seed));
  const double size = print_monitors(resolved, connectome.n_regions(), study.storage);
  print_own_features(study);
  print_features(*resolved.features);
  print_searches(study, overrides, &connectome);
  const std::string doubt =
      io::doubt_of_output(study.output, {io::OutputKind::recording, study.overwrite, study.inputs,
                                         "--overwrite (or overwrite: true)"});
  if (!doubt.empty()) run::warn_of({study.path + ": output: " + doubt});
  line("output", fmt::format("{}, about {} in {} precision", study.output, bytes(size),
                             core::word_of(study.storage)));
}

void check(const std::string& file, const std::vector<std::string>& overrides) {
  if (io::is_spiking_study(file, overrides)) {
    check_spiking(file, overrides);
    return print_searches(io::Subject(io::read_spiking_study(file, overrides)), overrides, nullptr);
  }
  const std::vector<std::string> phases = io::phase_names(file, overrides);
  if (phases.empty()) return check_one(file, overrides);
  for (const std::string& phase : phases) {
    std::vector<std::string> of_phase = overrides;
    of_phase.push_back("phase=" + phase);
    std::cout << fmt::format("\nphase {}\n", phase);
    check_one(file, of_phase);
  }
}

}  // namespace

void add_check(CLI::App& program, std::function<void()>& run) {
  struct Arguments {
    std::string file;
    std::vector<std::string> overrides;
    bool reference = false, schema = false;
    std::string study_template;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = program.add_subcommand("check", "Read a study and say what it would simulate");
  auto* file = verb->add_option("FILE", arguments->file, "Study file");
  auto* reference = verb->add_flag("--reference", arguments->reference,
                                   "Print all keys of study files (Markdown)");
  auto* made = verb->add_option("--template", arguments->study_template,
                                "Print a study of spiking neurons, or of their mean field, with "
                                "all keys, their defaults and what they mean")
                   ->check(CLI::IsMember({"spiking", "mean_field"}));
  auto* schema =
      verb->add_flag("--schema", arguments->schema,
                     "Print all keys of study files (JSON schema, for editors and forms)");
  file->excludes(reference)->excludes(made)->excludes(schema);
  reference->excludes(made)->excludes(schema);
  made->excludes(schema);
  verb->add_option("--set", arguments->overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  verb->callback([arguments, &run, file] {
    const bool prints =
        arguments->reference || arguments->schema || !arguments->study_template.empty();
    if (!prints && file->empty()) throw CLI::RequiredError("FILE");
    run = [arguments] {
      if (arguments->reference) {
        std::cout << io::study_reference();
      } else if (arguments->schema) {
        std::cout << io::study_schema();
      } else if (!arguments->study_template.empty()) {
        std::cout << io::spiking_template(arguments->study_template == "spiking"
                                              ? io::SpikingTemplate::simulation
                                              : io::SpikingTemplate::mean_field);
      } else {
        check(arguments->file, arguments->overrides);
      }
    };
  });
}

}  // namespace arcuate::app
