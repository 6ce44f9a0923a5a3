#include "analyze.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/run/launch.hpp"

namespace arcuate::app {
namespace {

struct AnalyzeArguments {
  std::string recording;
  std::string file;
  std::string feature;
  std::string monitor;
  std::string variable;
  std::string plugin;
  std::vector<std::string> settings;
  io::FeatureOutput output;
  int threads = 0;
  bool quiet = false;
  bool reference = false;
  bool spikes = false;
  bool running = false;
  std::vector<std::string> sessions, aligned;
};

std::vector<io::FeatureRequest> requests_of(const AnalyzeArguments& arguments) {
  if (arguments.file.empty() == arguments.feature.empty()) {
    throw ConfigError(
        "analyze: which features? (allowed: a file with a list `features`, or --feature NAME)");
  }
  if (arguments.feature.empty()) {
    if (arguments.settings.empty() && arguments.monitor.empty() && arguments.variable.empty() &&
        arguments.plugin.empty())
      return io::read_features(arguments.file);
    throw ConfigError("analyze: --set, --plugin, --monitor and --variable are of --feature; " +
                      arguments.file + " says them itself");
  }
  std::vector<std::string> settings;
  if (!arguments.monitor.empty()) settings.push_back("monitor=" + arguments.monitor);
  if (!arguments.variable.empty()) settings.push_back("variable=" + arguments.variable);
  if (!arguments.plugin.empty()) settings.push_back("plugin=" + arguments.plugin);
  settings.insert(settings.end(), arguments.settings.begin(), arguments.settings.end());
  return {io::feature_of(arguments.feature, settings)};
}

/// Transition matrices beside each other.
void align(const AnalyzeArguments& arguments) {
  if (!arguments.sessions.empty() || !arguments.settings.empty())
    throw ConfigError(
        "analyze: --align takes what recordings hold (allowed with it: -o, --overwrite, --quiet)");
  if (arguments.output.file.empty())
    throw ConfigError("analyze: --align needs a file of its own: -o FILE");
  std::vector<std::string> recordings{arguments.recording};
  recordings.insert(recordings.end(), arguments.aligned.begin(), arguments.aligned.end());
  const std::string text =
      io::align_recordings(recordings, arguments.output.file, arguments.output.overwrite);
  if (!arguments.quiet) std::cout << text << fmt::format("{}: /aligned\n", arguments.output.file);
}

/// What a run that is not whole has done so far.
void analyze_running(const AnalyzeArguments& arguments) {
  if (!arguments.sessions.empty() || !arguments.aligned.empty() || !arguments.output.file.empty())
    throw ConfigError("analyze: --running takes the study alone, and --set");
  const io::SpikingStudy study = io::read_spiking_study(arguments.recording, {});
  const io::RunningSpikes found = io::analyse_running(study, arguments.settings);
  std::cout << fmt::format(
                   "so far {:.12g} s of {:.12g} s; thresholds depend on all spikes, so this "
                   "is provisional\n",
                   found.until, study.seconds())
            << io::describe(found.results, spiking::populations_of(study.config));
}

/// Spike trains and attractors of recordings of spiking networks.
void analyze_spikes(const AnalyzeArguments& arguments) {
  if (!arguments.file.empty() || !arguments.feature.empty())
    throw ConfigError(
        "analyze: --spikes stands alone (allowed with it: --session, --align, --set, -o)");
  if (arguments.running) return analyze_running(arguments);
  std::vector<std::string> recordings{arguments.recording};
  recordings.insert(recordings.end(), arguments.sessions.begin(), arguments.sessions.end());
  recordings.insert(recordings.end(), arguments.aligned.begin(), arguments.aligned.end());
  for (const std::string& one : recordings) {
    if (!io::has_spikes(one))
      throw ConfigError(one + ": has no spikes; --spikes is of recordings of spiking networks");
  }
  if (!arguments.aligned.empty()) return align(arguments);
  const io::SpikeResults results = io::analyse_recordings(
      recordings, arguments.settings, arguments.output.file, arguments.output.overwrite);
  if (arguments.quiet) return;
  const std::string& where =
      arguments.output.file.empty() ? arguments.recording : arguments.output.file;
  std::cout << io::describe(results, io::populations_in(arguments.recording))
            << fmt::format("{}: /spike_trains\n", where);
}

void analyze(const AnalyzeArguments& arguments) {
  if (arguments.reference) {
    std::cout << io::feature_reference();
    return;
  }
  if (arguments.recording.empty()) throw ConfigError("analyze: which recording? (REC.h5)");
  if (arguments.spikes) return analyze_spikes(arguments);
  if (!arguments.sessions.empty() || !arguments.aligned.empty() || arguments.running)
    throw ConfigError("analyze: --session, --align and --running are of --spikes");
  const std::vector<io::FeatureRequest> requests = requests_of(arguments);
  io::FeatureOutput output = arguments.output;
  if (!arguments.file.empty()) output.inputs.push_back(arguments.file);
  run::warn_of(io::analyse(arguments.recording, requests, output));
  if (arguments.quiet) return;
  const std::string& where = output.file.empty() ? arguments.recording : output.file;
  for (const io::FeatureRequest& request : requests)
    std::cout << fmt::format("{}: /features/{}\n", where, request.name);
}

}  // namespace

void add_analyze(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<AnalyzeArguments>();
  CLI::App* verb =
      program.add_subcommand("analyze", "Compute features of a recording: FC, FCD, spectra, ...");
  verb->add_option("RECORDING", arguments->recording, "The recording (HDF5) of a finished run");
  verb->add_option("FILE", arguments->file, "YAML with a list `features` (docs/features.md)");
  verb->add_option("--feature", arguments->feature, "One feature by name, in place of FILE");
  verb->add_option("--plugin", arguments->plugin,
                   "Of --feature: the plug-in with a feature of your own");
  verb->add_option("--monitor", arguments->monitor, "Of --feature: whose samples");
  verb->add_option("--variable", arguments->variable, "Of --feature: which variable");
  verb->add_option("--set", arguments->settings, "Of --feature or --spikes: an option=value")
      ->allow_extra_args(false);
  verb->add_flag("--spikes", arguments->spikes,
                 "Rates, intervals and attractors of a recording of spiking neurons (--set: keys "
                 "of spiking.analysis)");
  verb->add_option("--session", arguments->sessions,
                   "Of --spikes: another recording, which is one more session")
      ->allow_extra_args(false);
  verb->add_flag("--running", arguments->running,
                 "Of --spikes: RECORDING is a study whose run goes on or was interrupted; say what "
                 "is found so far");
  verb->add_option("--align", arguments->aligned,
                   "Of --spikes: another recording, whose transition matrix is put beside this "
                   "one's, over the states of both (needs -o)")
      ->allow_extra_args(false);
  verb->add_option("-o,--output", arguments->output.file,
                   "A file of its own (default: into the recording)");
  verb->add_option("--threads", arguments->threads, "Threads (default: OMP_NUM_THREADS, else 1)")
      ->check(CLI::Range(1, 1024));
  verb->add_flag("--overwrite", arguments->output.overwrite,
                 "Replace features of the same names, or the file");
  verb->add_flag("--quiet", arguments->quiet, "Print nothing but warnings");
  verb->add_flag("--reference", arguments->reference,
                 "Print all features and their options, as docs/features.md has them");
  verb->callback([&world, &run, arguments] {
    run = [&world, arguments] {
      analysis::use_threads(run::threads_of(world, arguments->threads));
      comm::on_root(world, [&] { analyze(*arguments); });
    };
  });
}

}  // namespace arcuate::app
