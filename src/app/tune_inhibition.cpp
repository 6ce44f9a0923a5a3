#include "tune_inhibition.hpp"
#include "arcuate/core/counted.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/tuned_weights.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/share.hpp"
#include "arcuate/tuning/inhibition.hpp"
#include "arcuate/tuning/window_noise.hpp"

namespace arcuate::app {
namespace {

using tuning::InhibitionMethod;

struct TuneInhibitionArguments {
  std::string file;
  std::vector<std::string> overrides;
  std::string output;
  bool overwrite = false;
  int threads = 0;
  bool quiet = false;
};

/// What every rank knows; the connectome stays on rank 0.
struct PreparedTuning {
  engine::SimulationSpec simulation;
  tuning::InhibitionOptions options;
  std::vector<std::int32_t> owner;
  std::vector<double> start;       ///< (n_regions) first weights, or the result
  engine::Delays delays;           ///< on rank 0
  network::Connectome connectome;  ///< on rank 0
  std::vector<std::string> labels;
  std::vector<std::vector<double>>
      rest;                             ///< (n_regions, n_states) of the analytic solution; rank 0
  std::vector<GlobalIndex> infeasible;  ///< regions without an analytic weight; on rank 0
  Step period = 0;                      ///< [steps] between messages; on rank 0
  std::string output;
  io::WeightsFile file;  ///< that output, claimed; on rank 0
  io::Settings record;   ///< what is tuned; on rank 0
  std::vector<io::ModelSource> models;
};

std::string name_of(const PreparedTuning& prepared, GlobalIndex region) {
  const auto r = static_cast<std::size_t>(region);
  return r < prepared.labels.size() ? prepared.labels[r] : fmt::format("{}", region);
}

/// The names of some regions, not more than a line holds.
std::string names_of(const PreparedTuning& prepared, const std::vector<GlobalIndex>& regions) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, regions.size()); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", name_of(prepared, regions[i]));
  return regions.size() > most ? text + fmt::format(" and {} more", regions.size() - most) : text;
}

/// The first weights. Where there is no analytic one, a numeric tuning starts from the study's.
void set_start(PreparedTuning& prepared) {
  const auto& [simulation, options] = std::tie(prepared.simulation, prepared.options);
  if (options.method == InhibitionMethod::heuristic) {
    prepared.options.iterations = 1;  // to see what rates they give
    prepared.start = tuning::heuristic_weights(simulation, prepared.connectome);
    return;
  }
  const RegionValues& own =
      simulation.populations.front().parameters[static_cast<std::size_t>(options.parameter)];
  for (const auto& region : tuning::balanced_regions(simulation, prepared.connectome, options)) {
    const auto i = static_cast<GlobalIndex>(prepared.start.size());
    const bool feasible = region.weight >= 0.0;
    if (!feasible) prepared.infeasible.push_back(i);
    prepared.rest.push_back(region.state);
    prepared.start.push_back(feasible ? region.weight : std::max(0.0, own(i)));
  }
}

/// study file -> connectome -> first weights -> partition, on rank 0.
PreparedTuning read(const TuneInhibitionArguments& arguments, int ranks) {
  const io::Study study = io::read_study(arguments.file, arguments.overrides);
  if (!study.inhibition) throw ConfigError(io::no_inhibitory_weight(study));
  PreparedTuning prepared;
  const std::string stem = std::filesystem::path(study.path).stem().string();
  prepared.output = arguments.output.empty() ? stem + ".inhibition.csv" : arguments.output;
  prepared.file = io::claim_weights(prepared.output, arguments.overwrite, study.inputs);
  prepared.options = *study.inhibition;
  prepared.models = study.models;
  if (study.surface)
    throw ConfigError(study.path +
                      ": surface: tune-inhibition is for networks of regions: tune "
                      "the study without its surface");
  prepared.connectome = run::connectome_of(study);
  prepared.labels = prepared.connectome.labels;
  io::ResolvedStudy resolved = io::resolve(study, prepared.connectome);
  run::warn_of(resolved.warnings);  // not of the weights that are tuned anew
  prepared.simulation = std::move(resolved.simulation);
  prepared.delays = std::move(resolved.delays);
  run::warn_of(io::what_analytic_leaves_out(study, prepared.simulation));
  prepared.record = io::tuning_record(study, prepared.simulation, prepared.connectome);
  set_start(prepared);
  partition::Partition partition =
      run::choose_owners(study, prepared.connectome, prepared.delays, prepared.simulation, ranks);
  prepared.period = partition.quality.period;
  prepared.owner = std::move(partition.owner);
  return prepared;
}

PreparedTuning prepare(const comm::Communicator& world, const TuneInhibitionArguments& arguments) {
  PreparedTuning prepared;
  comm::on_root(world, [&] { prepared = read(arguments, world.size()); });
  run::share(world, prepared.simulation);
  run::share(world, prepared.options);
  run::share(world, prepared.owner);
  run::share(world, prepared.start);
  run::share(world, prepared.labels);
  run::share(world, prepared.infeasible);
  run::share(world, prepared.output);
  run::share(world, prepared.models);
  run::load_plugins_everywhere(world, prepared.models, prepared.simulation);
  return prepared;
}

void print_header(const PreparedTuning& prepared, int ranks) {
  const auto& [simulation, options] = std::tie(prepared.simulation, prepared.options);
  const model::FicInfo& fic = simulation.populations.front().model->info.fic;
  std::cout << fmt::format("{} of {}: {} on {}, target {} = {:.6g} Hz\n", fic.parameter,
                           simulation.populations.front().model->info.name,
                           counted(prepared.start.size(), "region"), counted(ranks, "rank"),
                           fic.rate, options.target_rate);
  if (!prepared.infeasible.empty()) {
    std::cout << fmt::format("no analytic weight >= 0 in {} region{}: {}\n",
                             prepared.infeasible.size(), prepared.infeasible.size() > 1 ? "s" : "",
                             names_of(prepared, prepared.infeasible));
  }
  if (options.method != InhibitionMethod::analytic) {
    std::cout << fmt::format("{:>9}{:>24}{:>22}{:>10}  {}\n", "iteration", "largest deviation [Hz]",
                             "mean deviation [Hz]", "within", "worst region");
  }
}

void print_round(const PreparedTuning& prepared, const tuning::InhibitionRound& round) {
  std::cout << fmt::format(
                   "{:>9}{:>24.4g}{:>22.4g}{:>10}  {}{}\n", round.iteration, round.largest,
                   round.mean, fmt::format("{}/{}", round.within, prepared.start.size()),
                   name_of(prepared, round.worst),
                   round.windows == 1 ? "" : fmt::format(" (mean over {} windows)", round.windows))
            << std::flush;
}

/// How well the rates are known.
void print_noise(const PreparedTuning& prepared, const tuning::TunedInhibition& tuned) {
  const double usual = tuning::median_of(tuned.noise), tolerance = prepared.options.tolerance;
  const auto largest = std::max_element(tuned.noise.begin(), tuned.noise.end());
  std::cout << fmt::format(
      "standard error of a rate in one window: {:.2g} Hz, at most {:.2g} Hz ({})\n", usual,
      *largest, name_of(prepared, largest - tuned.noise.begin()));
  if (usual <= tolerance) return;
  const double ratio = usual / tolerance;
  const double window = static_cast<double>(prepared.options.window) * prepared.simulation.dt;
  std::cout << fmt::format(
      "  more than the tolerance: it takes a window of {:.2g} s to know it so well\n",
      window * ratio * ratio / 1e3);
}

void print_weights(const PreparedTuning& prepared, const std::vector<double>& weight) {
  const auto [low, high] = std::minmax_element(weight.begin(), weight.end());
  const double mean =
      std::accumulate(weight.begin(), weight.end(), 0.0) / static_cast<double>(weight.size());
  const std::string_view name = prepared.simulation.populations.front().model->info.fic.parameter;
  std::cout << fmt::format("{}: {:.6g} to {:.6g}, mean {:.6g}\n", name, *low, *high, mean);
  std::cout << fmt::format("weights: {} (in a study: parameters: {{ {}: {{ file: {} }} }})\n",
                           prepared.output, name, prepared.output);
}

/// The message of a tuning that left regions outside the tolerance.
std::string shortfall(const PreparedTuning& prepared, const tuning::TunedInhibition& tuned) {
  const tuning::InhibitionOptions& options = prepared.options;
  std::vector<GlobalIndex> outside, uninhibited;
  for (std::size_t i = 0; i < tuned.rate.size(); ++i) {
    if (std::abs(tuned.rate[i] - options.target_rate) <= options.tolerance) continue;
    const bool silent = tuned.weight[i] == 0.0;
    (silent ? uninhibited : outside).push_back(static_cast<GlobalIndex>(i));
  }
  std::string text =
      fmt::format("after {} {} of {} regions are not within {} Hz of the target {:.6g} Hz",
                  counted(options.iterations, "simulation"), outside.size() + uninhibited.size(),
                  tuned.rate.size(), options.tolerance, options.target_rate);
  if (!outside.empty()) text += ": " + names_of(prepared, outside);
  if (!uninhibited.empty()) {
    text += fmt::format("{}infeasible, below the target with a weight of 0: {}",
                        outside.empty() ? ": " : "; ", names_of(prepared, uninhibited));
  }
  if (options.method == InhibitionMethod::heuristic) {
    return text +
           fmt::format("; {} holds the weights. `--method numeric` tunes them", prepared.output);
  }
  return text + fmt::format(
                    "; {} holds the weights of iteration {}, the closest. More iterations, a "
                    "longer window, a smaller coupling gain or another target rate may help",
                    prepared.output, tuned.round.iteration);
}

/// Writes the weights: those that do not reach the goal under another name, so that no study takes
/// them for tuned ones. Collective.
void finish(const comm::Communicator& world, PreparedTuning& prepared,
            const std::vector<double>& weight, bool reached) {
  if (!reached) {
    std::filesystem::path name(prepared.output);
    name.replace_extension(".unconverged" + name.extension().string());
    prepared.output = name.string();
  }
  comm::on_root(world, [&] {
    if (!reached) prepared.file = io::claim_weights(prepared.output, true, {});
    io::write_weights(weight, reached, std::move(prepared.record), std::move(prepared.file));
    print_weights(prepared, weight);
  });
}

/// Why the equilibrium with these weights does not last, or "". On rank 0.
std::string instability(const PreparedTuning& prepared, const network::Connectome& connectome,
                        const std::vector<double>& weight,
                        const std::vector<std::vector<double>>& states) {
  engine::SimulationSpec spec = prepared.simulation;
  spec.populations.front().parameters[static_cast<std::size_t>(prepared.options.parameter)] =
      RegionValues(weight);
  const tuning::Stability found = tuning::stability_at(spec, connectome, states);
  const bool whole = !std::isnan(found.network);
  std::cout << fmt::format(
                   "largest real part of the eigenvalues: {:.4g} /ms in a region alone ({}), ",
                   found.region, name_of(prepared, found.worst))
            << (whole ? fmt::format("{:.4g} /ms in the network\n", found.network)
                      : fmt::format("the network has more than {} states and was not looked at\n",
                                    tuning::most_linearised));
  if (found.stable()) return "";
  const bool alone = found.region >= 0.0;
  return fmt::format(
      "the state with these weights is not stable: a small departure grows by {:.4g} /ms {}; a "
      "simulation leaves it for another state. A smaller coupling gain or another target rate may "
      "have a stable one",
      alone ? found.region : found.network,
      alone ? "in region " + name_of(prepared, found.worst) : "in the network");
}

/// Why rates within the tolerance do not count.
std::string unsteadiness(const PreparedTuning& prepared, const tuning::TunedInhibition& tuned) {
  const std::string region = name_of(prepared, tuned.unsteady_region);
  const std::string what =
      tuned.unsteady == tuning::TunedInhibition::Unsteady::drifts
          ? fmt::format(
                "the rate of {} changes by {:.4g} Hz from the first to the second half of "
                "the window",
                region, tuned.unsteady_by)
          : fmt::format(
                "in a later window with noise of its own the rate of {} is {:.4g} Hz from the "
                "target, and the standard error is {:.2g} Hz",
                region, tuned.unsteady_by,
                tuned.noise[static_cast<std::size_t>(tuned.unsteady_region)]);
  return fmt::format(
      "all regions are within {} Hz of the target {:.6g} Hz, but the state is not stationary: {}; "
      "{} holds the weights. A longer transient and window, or a smaller coupling gain, may help",
      prepared.options.tolerance, prepared.options.target_rate, what, prepared.output);
}

/// The same on all ranks.
std::string instability_on_root(const comm::Communicator& world, const PreparedTuning& prepared,
                                const network::Connectome& connectome,
                                const std::vector<double>& weight,
                                const std::vector<std::vector<double>>& states) {
  std::string why;
  comm::on_root(world, [&] { why = instability(prepared, connectome, weight, states); });
  run::share(world, why);
  return why;
}

void tune_by_simulation(const comm::Communicator& world, const TuneInhibitionArguments& arguments,
                        PreparedTuning& prepared, const run::Needs& needs) {
  run::refuse_what_cannot_fit(
      world,
      {prepared.connectome, prepared.delays, prepared.simulation, prepared.owner, prepared.period},
      needs);
  const network::Connectome connectome = prepared.connectome;  // distributing takes it
  const engine::LocalNetwork network = engine::distribute(
      world, std::move(prepared.connectome), std::move(prepared.delays), prepared.owner);
  engine::SimulationOptions how;
  how.threads = needs.threads;
  const tuning::TunedInhibition tuned =
      tuning::tune_inhibition(world, prepared.simulation, network, prepared.options, prepared.start,
                              how, [&](const tuning::InhibitionRound& round) {
                                if (world.is_root() && !arguments.quiet)
                                  print_round(prepared, round);
                              });
  std::string why;
  if (world.is_root() && !arguments.quiet && !tuned.noise.empty()) print_noise(prepared, tuned);
  if (tuned.converged)
    why = instability_on_root(world, prepared, connectome, tuned.weight, tuned.rest);
  finish(world, prepared, tuned.weight, tuned.converged && why.empty());
  if (tuned.unsteady != tuning::TunedInhibition::Unsteady::no)
    throw UnconvergedError(unsteadiness(prepared, tuned));
  if (!tuned.converged) throw UnconvergedError(shortfall(prepared, tuned));
  if (!why.empty()) throw UnconvergedError(why + "; " + prepared.output + " holds the weights");
}

/// study file -> connectome -> first weights -> partition -> simulations -> weights
void tune(const comm::Communicator& world, const TuneInhibitionArguments& arguments) {
  run::Needs needs{run::threads_of(world, arguments.threads), core::peak_resident_bytes(), 0};
  core::return_large_blocks();
  PreparedTuning prepared = prepare(world, arguments);
  if (world.is_root() && !arguments.quiet) print_header(prepared, world.size());
  if (prepared.options.method != InhibitionMethod::analytic)
    return tune_by_simulation(world, arguments, prepared, needs);
  std::string why;
  if (prepared.infeasible.empty())
    why = instability_on_root(world, prepared, prepared.connectome, prepared.start, prepared.rest);
  finish(world, prepared, prepared.start, prepared.infeasible.empty() && why.empty());
  if (!why.empty()) throw UnconvergedError(why + "; " + prepared.output + " holds the weights");
  if (prepared.infeasible.empty()) return;
  throw UnconvergedError(fmt::format(
      "no analytic weight >= 0 for {} of {} regions: {}; {} holds the study's value there. Their "
      "network input or external current is too small for the target {:.6g} Hz",
      prepared.infeasible.size(), prepared.start.size(), names_of(prepared, prepared.infeasible),
      prepared.output, prepared.options.target_rate));
}

/// The options of the command line are those of the study's section.
void add_section_options(CLI::App& verb, TuneInhibitionArguments& arguments) {
  const auto add = [&](const std::string& option, const std::string& key, const char* help) {
    return verb.add_option_function<std::string>(
        option,
        [&arguments, key](const std::string& value) {
          arguments.overrides.push_back("tune_inhibition." + key + "=" + value);
        },
        help);
  };
  add("--parameter", "parameter", "The inhibitory weight (default: the model's)");
  add("--method", "method", "How weights are found (default: numeric)")
      ->type_name("numeric|analytic|heuristic");
  add("--target-rate", "target_rate",
      "Mean rate of every region [Hz] (default: that of an uncoupled region)");
  add("--tolerance", "tolerance", "Allowed deviation of the mean rate [Hz] (default: 0.1)");
  add("--transient", "transient", "Time before the window (default: 1 s)");
  add("--window", "window", "Time over which the rate is averaged (default: 9 s)");
  add("--iterations", "iterations", "Most simulations (default: 50)");
  add("--step", "step", "First change of a weight (default: 0.02)");
}

}  // namespace

void add_tune_inhibition(CLI::App& program, const comm::Communicator& world,
                         std::function<void()>& run) {
  const auto arguments = std::make_shared<TuneInhibitionArguments>();
  CLI::App* verb = program.add_subcommand(
      "tune-inhibition", "Find inhibitory weights that hold the rate of every region");
  verb->add_option("FILE", arguments->file, "Study file")->required();
  verb->add_option("--set", arguments->overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  add_section_options(*verb, *arguments);
  verb->add_option("-o,--output", arguments->output,
                   "Weights by region: .csv, .txt, .npy (default: the study's name with "
                   ".inhibition.csv)");
  verb->add_option("--threads", arguments->threads,
                   "Threads of each rank (default: OMP_NUM_THREADS, else 1)")
      ->check(CLI::Range(1, 1024));
  verb->add_flag("--overwrite", arguments->overwrite, "Replace existing weights");
  verb->add_flag("--quiet", arguments->quiet, "No table");
  verb->callback(
      [arguments, &world, &run] { run = [arguments, &world] { tune(world, *arguments); }; });
}

}  // namespace arcuate::app
