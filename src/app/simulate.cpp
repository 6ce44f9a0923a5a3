#include "simulate.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/io/candidate.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/spikes.hpp"
#include "simulation.hpp"

namespace arcuate::app {
namespace {

constexpr Step most_steps = Step{1} << 53;  // of any study

void add_options(CLI::App* verb, const std::shared_ptr<SimulateArguments>& arguments) {
  verb->add_option("--set", arguments->overrides, "Override or add a value: path=value")
      ->allow_extra_args(false);
  verb->add_option("--threads", arguments->threads,
                   "Threads of each rank (default: OMP_NUM_THREADS, else 1)")
      ->check(CLI::Range(1, 1024));
  verb->add_option("--chunk", arguments->chunk,
                   "Steps between two looks at the clock; never changes results")
      ->check(CLI::Range(Step{1}, most_steps));
  verb->add_option("--block", arguments->block,
                   "Longest run of steps between two barriers; never changes results")
      ->check(CLI::Range(Step{1}, most_steps));
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing recording");
  verb->add_flag("--resume", arguments->resume,
                 "Go on with an unfinished run of the same study; without one, begin");
  verb->add_option("--checkpoint-every", arguments->checkpoint_every,
                   "Minutes between two checkpoints, 0: only when the run is stopped (default: "
                   "checkpoint.every of the study)")
      ->check(CLI::Range(0.0, 1e6));
  verb->add_option("--maxh", arguments->most_hours,
                   "Stop in order, with a checkpoint, after 0.99 times so many hours")
      ->check(CLI::Range(1e-6, 1e6));
  verb->add_option("--watchdog", arguments->watchdog,
                   "Minutes that a rank may stand still before all are ended, 0: for ever")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  verb->add_option(
          "--on-usr1", arguments->on_usr1,
          "What SIGUSR1 does: 'stop' with a checkpoint (default), or 'checkpoint' and go on")
      ->check(CLI::IsMember({"stop", "checkpoint"}));
  verb->add_flag("--quiet", arguments->quiet,
                 "No progress: neither on a terminal nor, every minute, in a log");
  verb->add_option("--status", arguments->status,
                   "Write how far the run is into this file (JSON), about every second");
}

/// "+60 s" beyond a time [ms], or a time. Throws ConfigError.
std::string until(const std::string& duration, double end) {
  if (!duration.starts_with("+")) return duration;
  const double more = units::parse(duration.substr(1), "ms");
  return fmt::format("{:.17g} ms", end + more);
}

/// Of "key.part=value".
std::string key_of(const std::string& override) {
  return override.substr(0, override.find('='));
}

/// What a continuation takes from the recording and its own options would go otherwise, or not act.
void refuse_taken(const std::vector<std::string>& overrides) {
  for (const std::string& override : overrides) {
    const std::string key = key_of(override);
    const auto fail = [&key](const char* why) {
      throw ConfigError(fmt::format("--set {}: {}", key, why));
    };
    if (key == "transient") fail("`continue` records from the end of the recording on");
    if (key == "duration") fail("`continue` has --duration");
    if (key == "output") fail("`continue` has --output");
    if (key == "history" || key.starts_with("history.")) fail("`continue` begins with the past");
    if (key.starts_with("model") && key.find(".initial") != std::string::npos)
      fail("`continue` begins with the states at the end of the recording");
  }
}

/// The study of a recording, from its end on; what the user sets comes last.
void begin_at_end(SimulateArguments& arguments, const std::string& duration,
                  const std::string& output) {
  refuse_taken(arguments.overrides);
  const io::RecordedRun recording(arguments.file);
  const double end = recording.duration * 1000.0;
  std::vector<std::string> overrides{"duration=" + until(duration, end),
                                     fmt::format("transient={:.17g} ms", end),
                                     io::override_of_text("output", output)};
  overrides.insert(overrides.end(), arguments.overrides.begin(), arguments.overrides.end());
  arguments.overrides = std::move(overrides);
  arguments.from = arguments.file;
}

void set_output(SimulateArguments& arguments, const std::string& output) {
  for (const std::string& override : arguments.overrides) {
    if (key_of(override) == "output")
      throw ConfigError("--output and --set output: give one of them");
  }
  arguments.overrides.push_back(io::override_of_text("output", output));
}

/// Where a recording is simulated again.
std::string replayed(const std::string& recording) {
  return recording + ".replayed";
}

/// The same study, its recording beside the other; of one that goes on from another, that one too.
void prepare_replay(SimulateArguments& arguments) {
  const io::RecordedRun recording(arguments.file);
  arguments.from = recording.continues;
  arguments.overwrite = true;
  arguments.overrides = {io::override_of_text("output", replayed(arguments.file)),
                         "checkpoint.final=false"};
  if (!io::has_spikes(arguments.file)) arguments.overrides.emplace_back("features=[]");
}

void compare_replay(const SimulateArguments& arguments) {
  const core::Leftover again(replayed(arguments.file));
  const std::size_t samples = io::require_same_samples(arguments.file, again.path());
  if (io::has_spikes(arguments.file)) io::require_same_spikes(arguments.file, again.path());
  std::cout << fmt::format("{}: the same bits in all {} samples\n", arguments.file, samples);
}

}  // namespace

void add_simulate(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<SimulateArguments>();
  CLI::App* verb = program.add_subcommand("simulate", "Run a study and write its recording");
  const auto output = std::make_shared<std::string>();
  verb->add_option("FILE", arguments->file, "Study file")->required();
  verb->add_option("-o,--output", *output, "The recording (default: output of the study)");
  add_options(verb, arguments);
  verb->callback([arguments, output, &world, &run] {
    run = [arguments, output, &world] {
      comm::all_or_none(world, [&] {
        if (!output->empty()) set_output(*arguments, *output);
      });
      simulate(world, *arguments);
    };
  });
}

void add_continue(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<SimulateArguments>();
  const auto words = std::make_shared<std::pair<std::string, std::string>>();
  CLI::App* verb = program.add_subcommand(
      "continue", "Simulate on from the end of a recording, with other numbers if asked for");
  verb->add_option("RECORDING", arguments->file, "A whole recording")->required();
  verb->add_option("--duration", words->first, "'+60 s' more, or up to a time of the study")
      ->required();
  verb->add_option("-o,--output", words->second, "The new recording")->required();
  add_options(verb, arguments);
  verb->callback([arguments, words, &world, &run] {
    run = [arguments, words, &world] {
      comm::all_or_none(world, [&] { begin_at_end(*arguments, words->first, words->second); });
      simulate(world, *arguments);
    };
  });
}

void add_replay(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<SimulateArguments>();
  CLI::App* verb = program.add_subcommand(
      "replay", "Run the study of a recording again, and compare all samples bit for bit");
  verb->add_option("RECORDING", arguments->file, "A whole recording")->required();
  verb->add_option("--threads", arguments->threads,
                   "Threads of each rank (default: OMP_NUM_THREADS, else 1)")
      ->check(CLI::Range(1, 1024));
  verb->add_flag("--quiet", arguments->quiet,
                 "No progress: neither on a terminal nor, every minute, in a log");
  verb->callback([arguments, &world, &run] {
    run = [arguments, &world] {
      comm::all_or_none(world, [&] { prepare_replay(*arguments); });
      simulate(world, *arguments);
      comm::on_root(world, [&] { compare_replay(*arguments); });
    };
  });
}

}  // namespace arcuate::app
