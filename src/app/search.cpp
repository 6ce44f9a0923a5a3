#include "search.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/one_line.hpp"
#include "arcuate/io/candidate.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/search/job.hpp"
#include "arcuate/search/results.hpp"
#include "needs.hpp"
#include "simulation.hpp"

namespace arcuate::app {
namespace {

namespace fs = std::filesystem;

using Job = void (*)(const comm::Communicator&, const search::JobOptions&);

struct Layout {
  int ranks = 0;    ///< of each simulation; 0: not given
  int threads = 0;  ///< of each rank; 0: not given
};

void add_common(CLI::App& verb, search::JobOptions& options, Layout& layout) {
  verb.add_option("FILE", options.study, "Study file")->required();
  verb.add_option("--set", options.overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  verb.add_option("--ranks", layout.ranks,
                  "Ranks of each simulation (default: one, or what ends a sweep or a fit soonest)")
      ->check(CLI::Range(1, 1 << 20));
  verb.add_option("--threads", layout.threads,
                  "Threads of each rank (default: OMP_NUM_THREADS, else 1)")
      ->check(CLI::Range(1, 1024));
}

/// What a user did not ask for is what ends the job soonest. A study that cannot be read is the
/// job's to refuse. Collective.
int planned_ranks(const comm::Communicator& world, const std::string& verb,
                  const search::JobOptions& options) {
  const int workers = world.size() - 1;
  if (workers < 2) return 1;
  const std::vector<std::int64_t> machines = world.machines();
  std::vector<std::int64_t> ranks{1};
  if (world.is_root()) {
    const auto here = std::count(machines.begin() + 1, machines.end(), machines.front());
    try {
      if (!io::is_spiking_study(options.study, options.overrides))
        ranks.front() = ranks_of_each(verb, options.study, options.overrides, workers,
                                      std::max(1, static_cast<int>(here)), options.threads);
    } catch (const std::exception&) {
      ranks.front() = 1;
    }
    if (ranks.front() > 1)
      std::cerr << fmt::format("arcuate: note: each simulation has {} ranks (--ranks)\n",
                               ranks.front());
  }
  world.broadcast(ranks);
  return static_cast<int>(ranks.front());
}

void add_job_options(CLI::App& verb, search::JobOptions& options) {
  verb.add_option("-o,--output", options.folder,
                  "Folder of the job (default: the study's name and that of the verb)");
  verb.add_flag("--resume", options.resume, "Go on with the job that is in the folder");
  verb.add_flag("--overwrite", options.overwrite, "Begin anew in a folder that has a job");
  verb.add_flag("--quiet", options.quiet, "No progress");
  options.watchdog = 10.0;
  verb.add_option("--watchdog", options.watchdog,
                  "Minutes that rank 0 may stand still before all are ended, 0: for ever")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
}

CLI::App* add_job(CLI::App& program, const char* name, const char* what,
                  const comm::Communicator& world, std::function<void()>& run,
                  const std::shared_ptr<search::JobOptions>& options, Job job) {
  CLI::App* verb = program.add_subcommand(name, what);
  const auto layout = std::make_shared<Layout>();
  add_common(*verb, *options, *layout);
  verb->callback([options, layout, job, name, &world, &run] {
    run = [options, layout, job, name, &world] {
      options->threads = run::threads_of(world, layout->threads);
      options->ranks = layout->ranks > 0 ? layout->ranks : planned_ranks(world, name, *options);
      if (options->resume && options->overwrite)
        throw ConfigError("--resume and --overwrite exclude each other");
      job(world, *options);
    };
  });
  return verb;
}

/// Candidates of a fit of a mean field alone are not simulated.
bool simulates(const search::JobOptions& options) {
  if (!io::is_spiking_study(options.study, options.overrides)) return true;
  return io::fit_of(
             io::parse_subject(io::study_text(options.study), options.study, options.overrides))
      .each.simulate;
}

/// Writes the study of the best candidate of a fit into its folder. Returns its name; "" where
/// there is none, or its recording is there already. On rank 0.
std::string write_best(const search::JobOptions& options, const std::string& folder) {
  try {
    if (!simulates(options)) return "";
    if (search::is_best_recorded(folder)) return "";
    const std::string study = search::best_study_file(folder);
    io::write_output(study, search::recorded_best(folder),
                     {io::OutputKind::study, true, {}, "--overwrite"});
    return study;
  } catch (const std::exception& error) {
    std::cerr << "arcuate: warning: the best candidate is not simulated once more: "
              << core::one_line(error.what()) << '\n';
    return "";
  }
}

/// A fit, and the recording of its best candidate beside its results, for reports and for those who
/// want to look at it. Collective.
void fit_and_keep_best(const comm::Communicator& world, const search::JobOptions& options) {
  search::fit(world, options);
  const std::string folder =
      options.folder.empty() ? fs::path(options.study).stem().string() + ".fit" : options.folder;
  std::string study;
  if (world.is_root()) study = write_best(options, folder);
  world.broadcast(study);
  if (study.empty()) return;
  SimulateArguments arguments;
  arguments.file = study;
  arguments.overrides = {
      io::override_of_text("output", fs::absolute(search::best_recording(folder)))};
  arguments.threads = options.threads;
  arguments.quiet = true;
  arguments.overwrite = true;
  simulate_one(world, arguments);
}

}  // namespace

std::string job_folder(const std::string& given) {
  std::error_code none;
  if (fs::is_directory(given, none)) return given;
  std::vector<std::string> found;
  for (const char* kind : {".fit", ".sweep"}) {
    const std::string folder = fs::path(given).stem().string() + kind;
    if (fs::is_directory(folder, none)) found.push_back(folder);
  }
  if (found.empty())
    throw ConfigError(fmt::format("{}: there is no folder of a fit or a sweep of it here", given));
  if (found.size() > 1)
    throw ConfigError(fmt::format("{}: there are {} and {}: name one", given, found[0], found[1]));
  return found.front();
}

std::string folder_of_job(const std::string& given) {
  std::error_code none;
  const std::string ending = fs::path(given).extension().string();
  const bool study = (ending == ".yml" || ending == ".yaml") && fs::is_regular_file(given, none);
  return fs::is_directory(given, none) || study ? job_folder(given) : "";
}

namespace {

void add_best(CLI::App& program, std::function<void()>& run) {
  struct Arguments {
    std::string job, output, condition;
    bool overwrite = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* verb =
      program.add_subcommand("best", "Write the study of the best candidate of a fit or a sweep");
  verb->add_option("JOB", arguments->job, "Folder of the job, or the study file")->required();
  verb->add_option("-o,--output", arguments->output, "Study file to write (default: print it)");
  verb->add_option("--condition", arguments->condition,
                   "Condition of a fit whose study is written (default: the first)");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing study file");
  verb->callback([arguments, &run] {
    run = [arguments] {
      const std::string study =
          search::best_study(job_folder(arguments->job), arguments->condition);
      if (arguments->output.empty()) {
        std::cout << study;
        return;
      }
      io::write_output(arguments->output, study,
                       {io::OutputKind::study, arguments->overwrite, {}, "--overwrite"});
      std::cout << "study: " << arguments->output << '\n';
    };
  });
}

}  // namespace

void add_search(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto sweep = std::make_shared<search::JobOptions>();
  CLI::App* verb = add_job(program, "sweep", "Run a study with all values of its section `sweep`",
                           world, run, sweep, search::sweep);
  add_job_options(*verb, *sweep);
  verb->add_option_function<std::string>(
          "--retry", [sweep](const std::string&) { sweep->resume = sweep->retry = true; },
          "Resume, and run again what has no result")
      ->check(CLI::IsMember({"failed"}))
      ->type_name("failed");
  const auto fit = std::make_shared<search::JobOptions>();
  verb = add_job(program, "fit", "Search parameters that fit recordings (section `fit`)", world,
                 run, fit, fit_and_keep_best);
  add_job_options(*verb, *fit);
  const auto lines = std::make_shared<search::JobOptions>();
  verb = add_job(program, "evaluate", "Evaluate candidates of another program", world, run, lines,
                 search::evaluate_lines);
  verb->add_flag_callback(
          "--stdin", [] {}, "Read a JSON object from each line of standard input")
      ->required();
  add_best(program, run);
}

}  // namespace arcuate::app
