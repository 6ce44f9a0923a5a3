#include "simulate.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/signals.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/run.hpp"
#include "progress.hpp"

namespace arcuate::app {
namespace {

constexpr Step most_steps = Step{1} << 53;  // of any study

using Clock = std::chrono::steady_clock;

struct SimulateArguments {
  std::string file;
  std::vector<std::string> overrides;
  int threads = 0;
  Step chunk = 0;
  Step block = 0;
  bool quiet = false;
  bool overwrite = false;
  bool resume = false;
  double checkpoint_every = -1.0;  ///< [min]; below 0: as the study says
  double most_hours = 0.0;         ///< 0: no limit
  std::string on_usr1 = "stop";
};

/// What rank 0 has found out about the output before the study is resolved.
struct Start {
  io::Output output;
  std::string checkpoint;  ///< to go on with, or ""
  double every = 0.0;      ///< [s] between checkpoints, 0: none
  int keep = 2;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// An unfinished run to the same output is gone on with, or given up by word.
std::optional<io::Checkpoint> earlier_run(const std::string& output, bool resume, bool overwrite) {
  if (resume) {
    run::Found found = run::find_checkpoints(output);
    run::warn_of(found.warnings);
    return std::move(found.newest);
  }
  const std::vector<std::string> files = run::checkpoint_files(output);
  if (files.empty() || overwrite) return std::nullopt;
  throw ConfigError(fmt::format(
      "{}: there is a checkpoint of an unfinished run to it ({}); --resume goes on with that run, "
      "--overwrite gives it up and begins anew",
      output, files.front()));
}

/// The name of the recording in progress, if it can be one.
std::string partial_of(const io::Checkpoint& checkpoint, const std::string& output) {
  const std::string& partial = checkpoint.header().partial;
  const std::string begin = std::filesystem::path(output).filename().string() + ".partial-";
  if (partial.starts_with(begin) && partial.find('/') == std::string::npos) return partial;
  throw DataError(fmt::format("{}: goes on with '{}', which is not a recording in progress of {}",
                              checkpoint.path(), partial, output));
}

/// The study, and its recording claimed.
io::Study read(const SimulateArguments& arguments, Start& start) {
  io::Study study = io::read_study(arguments.file, arguments.overrides);
  start.every = arguments.checkpoint_every < 0.0 ? study.checkpoint_every
                                                 : 60.0 * arguments.checkpoint_every;
  start.keep = study.checkpoints;
  const bool overwrite = study.overwrite || arguments.overwrite;
  const auto earlier = earlier_run(study.output, arguments.resume, overwrite);
  io::OutputOptions options{io::OutputKind::recording, overwrite, study.inputs,
                            "--overwrite (or overwrite: true)"};
  if (earlier) {
    start.checkpoint = earlier->path();
    options.partial = partial_of(*earlier, study.output);
    // The run that is gone on with was allowed to.
    options.overwrite = options.overwrite || earlier->header().overwrites;
  }
  start.output = io::Output(study.output, options);
  if (!earlier) run::discard_checkpoints(study.output);
  return study;
}

/// With --resume: the recording is there and whole, so there is nothing left to do. On one rank.
bool is_done_already(const SimulateArguments& arguments) {
  if (!arguments.resume) return false;
  const io::Study study = io::read_study(arguments.file, arguments.overrides);
  std::error_code none;
  if (!std::filesystem::is_regular_file(study.output, none) ||
      !run::checkpoint_files(study.output).empty())
    return false;
  const std::vector<std::string> differences =
      io::study_differences(io::study_of_recording(study.output), study.normalised);
  if (!differences.empty())
    throw ConfigError(fmt::format(
        "{}: is there already, whole, and of another study: --resume has nothing to go on with, "
        "--overwrite replaces it. {}",
        study.output, fmt::join(differences, "; ")));
  std::cout << "recording: " << study.output << " is whole already\n";
  return true;
}

io::RunFigures figures_of(const comm::Communicator& world, const engine::Simulation& simulation,
                          Step steps, double setup, double wall, std::int64_t idle_bytes) {
  io::RunFigures figures;
  const engine::ExchangeCounts counts = simulation.counts();
  figures.wall_seconds = world.max(wall);
  figures.setup_seconds = world.max(setup);
  figures.steps = std::min(simulation.now(), steps);
  figures.messages = world.sum(counts.messages);
  figures.message_bytes = world.sum(counts.bytes);
  figures.peak_memory_bytes = world.sum(core::peak_resident_bytes() - idle_bytes);
  return figures;
}

void print_summary(const run::Prepared& prepared, const std::string& path,
                   const io::RunFigures& figures, GlobalIndex regions) {
  const double simulated = static_cast<double>(figures.steps) * prepared.simulation.dt / 1000.0;
  std::cout << fmt::format(
      "{}, {:.6g} s simulated in {:.3g} s ({:.3g} x real time, {:.4g} steps/s), set-up "
      "{:.3g} s\n",
      counted(regions, "region"), simulated, figures.wall_seconds, simulated / figures.wall_seconds,
      static_cast<double>(figures.steps) / figures.wall_seconds, figures.setup_seconds);
  if (figures.messages > 0) {
    std::cout << fmt::format("{}, {:.4g} MB exchanged between {} ranks ({})\n",
                             counted(figures.messages, "message"),
                             static_cast<double>(figures.message_bytes) * 1e-6,
                             prepared.header.ranks, prepared.header.partition_method);
  }
  std::cout << fmt::format("peak memory {:.1f} MB, all ranks together\n",
                           static_cast<double>(figures.peak_memory_bytes) * 1e-6);
  std::cout << "recording: " << path << '\n';
}

/// What is to be done after some steps, the same on all ranks: the largest of all wishes.
enum class Wish : std::int64_t { go_on, checkpoint, stop };

/// The time loop, and its checkpoints.
class Loop {
 public:
  Loop(const comm::Communicator& world, const SimulateArguments& arguments, const Start& start,
       run::Run& run, run::Checkpoints& checkpoints, io::FeatureSink& features,
       io::RecordingWriter& recording, const run::Prepared& prepared, Clock::time_point began)
      : world_(world),
        arguments_(arguments),
        start_(start),
        run_(run),
        checkpoints_(checkpoints),
        features_(features),
        recording_(recording),
        sinks_({&features, &recording}),
        prepared_(prepared),
        began_(began),
        first_(run.now()) {}

  /// To the end of the study. Throws StoppedError when a signal or the time ends it before, its
  /// checkpoint written.
  void go() {
    loop_began_ = last_ = Clock::now();
    const Step steps = prepared_.simulation.steps;
    const int block = run_.simulation().block();
    Progress progress(Progress::form_here(arguments_.quiet || !world_.is_root()), steps,
                      prepared_.simulation.dt, stderr, loop_began_, first_);
    while (!run_.done()) {
      // The slowest rank decides how far all of them run before the next look at the clock.
      const Step chunk = arguments_.chunk > 0
                             ? arguments_.chunk
                             : world_.min(progress.chunk(run_.now(), block, Clock::now()));
      run_.advance(chunk, sinks_);
      progress.show(run_.now(), Clock::now());
      const auto wish = static_cast<Wish>(world_.max(static_cast<std::int64_t>(own_wish())));
      if (wish == Wish::go_on) continue;
      // Blocks of steps then begin where they would have begun without the checkpoint.
      while (run_.now() < steps && (run_.now() - first_) % block != 0)
        run_.advance(block, sinks_);
      if (run_.now() >= steps) continue;
      if (wish == Wish::stop) progress.finish();
      checkpoint(wish);
    }
    progress.finish();
  }

  /// [s]
  [[nodiscard]] double wall() const { return seconds_since(loop_began_); }

 private:
  [[nodiscard]] Wish own_wish() {
    if (const int signal = signals_.caught(); signal != 0) {
      if (signal != SIGUSR1 || arguments_.on_usr1 == "stop") return Wish::stop;
      signals_.forget();
      return Wish::checkpoint;
    }
    if (!world_.is_root()) return Wish::go_on;
    constexpr double share_of_time = 0.99;  // as GROMACS has it for its -maxh
    if (arguments_.most_hours > 0.0 &&
        seconds_since(began_) > share_of_time * 3600.0 * arguments_.most_hours)
      return Wish::stop;
    return start_.every > 0.0 && seconds_since(last_) >= start_.every ? Wish::checkpoint
                                                                     : Wish::go_on;
  }

  void checkpoint(Wish wish) {
    try {
      checkpoints_.write(run_, features_, recording_, wall());
      failures_ = 0;
    } catch (const EnvironmentError& error) {
      constexpr int most_failures = 3;
      if (wish == Wish::stop || ++failures_ == most_failures) throw;
      if (world_.is_root())
        run::warn_of({fmt::format("no checkpoint could be written ({}); the one before stays, and "
                                  "the run goes on",
                                  error.what())});
    }
    last_ = Clock::now();
    if (wish == Wish::stop) stop();
  }

  [[noreturn]] void stop() const {
    const auto signal = static_cast<int>(world_.max(std::int64_t{signals_.caught()}));
    const double dt = prepared_.simulation.dt / 1000.0;
    throw StoppedError(fmt::format(
        "stopped by {} at {:.6g} s of {:.6g} s; nothing is lost: --resume goes on",
        signal != 0 ? core::name_of_signal(signal) : "--maxh", static_cast<double>(run_.now()) * dt,
        static_cast<double>(prepared_.simulation.steps) * dt));
  }

  const comm::Communicator& world_;
  const SimulateArguments& arguments_;
  const Start& start_;
  run::Run& run_;
  run::Checkpoints& checkpoints_;
  io::FeatureSink& features_;
  io::RecordingWriter& recording_;
  monitor::SinkList sinks_;
  const run::Prepared& prepared_;
  core::Signals signals_;
  Clock::time_point began_, loop_began_{}, last_{};
  Step first_;
  int failures_ = 0;
};

/// A new recording, or the one that a checkpoint goes on with.
std::unique_ptr<io::RecordingWriter> writer_of(const comm::Communicator& world, Start& start,
                                               const run::Prepared& prepared,
                                               const std::vector<monitor::SeriesInfo>& series,
                                               const std::optional<io::Checkpoint>& checkpoint) {
  if (!checkpoint)
    return std::make_unique<io::RecordingWriter>(world, std::move(start.output), prepared.header,
                                                 prepared.connectome, series);
  const io::CheckpointHeader& saved = checkpoint->header();
  return std::make_unique<io::RecordingWriter>(
      world, std::move(start.output), prepared.header, series,
      io::RecordingPosition{saved.partial, saved.recording, saved.samples, saved.sums});
}

/// The checkpoint to go on with, on all ranks. Collective.
std::optional<io::Checkpoint> open_checkpoint(const comm::Communicator& world, Start& start) {
  world.broadcast(start.checkpoint);
  std::optional<io::Checkpoint> checkpoint;
  if (start.checkpoint.empty()) return checkpoint;
  comm::all_or_none(world, [&] { checkpoint.emplace(start.checkpoint); });
  return checkpoint;
}

void resume(const comm::Communicator& world, const io::Checkpoint& checkpoint, run::Run& running,
            io::FeatureSink& features, const run::Prepared& prepared) {
  running.resume(checkpoint);
  comm::on_root(world, [&] {
    features.resume(checkpoint.shared("features"));
    std::cout << fmt::format("going on at {:.6g} s with {}\n",
                             static_cast<double>(checkpoint.header().step) *
                                 prepared.simulation.dt / 1000.0,
                             checkpoint.path());
  });
}

/// [s] of all parts of a run.
double wall_of(const std::vector<io::RunPart>& parts) {
  double seconds = 0.0;
  for (const io::RunPart& part : parts)
    seconds += part.wall_seconds;
  return seconds;
}

/// study file -> connectome -> partition -> engine -> monitors -> recording
void simulate(const comm::Communicator& world, const SimulateArguments& arguments) {
  const auto began = Clock::now();
  bool done = false;
  comm::on_root(world, [&] { done = is_done_already(arguments); });
  if (world.max(std::int64_t{done ? 1 : 0}) != 0) return;
  const std::int64_t idle_bytes = core::peak_resident_bytes();
  const int threads = run::threads_of(world, arguments.threads);
  core::return_large_blocks();
  Start start;
  run::Prepared prepared =
      run::prepare(world, {.study = [&] { return read(arguments, start); }}, threads);
  run::warn_of(prepared.warnings);
  run::require_room(world, prepared, threads, idle_bytes);
  const auto regions = static_cast<GlobalIndex>(prepared.header.owner.size());
  if (world.is_root()) prepared.header.stimuli = io::recorded_stimuli(prepared.simulation, regions);
  const std::string path = world.is_root() ? start.output.path() : "";
  run::Checkpoints checkpoints(world, prepared, path,
                               {start.keep, arguments.overwrite});
  const std::optional<io::Checkpoint> checkpoint = open_checkpoint(world, start);
  if (checkpoint) checkpoints.continue_from(*checkpoint);
  engine::SimulationOptions options;
  options.threads = threads;
  options.sub_block = arguments.block;
  run::Run running(world, prepared, options);
  analysis::use_threads(threads);
  io::FeatureSink features(world, *prepared.features, running.series(), prepared.connectome);
  const auto recording = writer_of(world, start, prepared, running.series(), checkpoint);
  if (checkpoint) recording->keep_partial();
  running.start();
  if (checkpoint) resume(world, *checkpoint, running, features, prepared);

  const double setup = seconds_since(began);
  Loop loop(world, arguments, start, running, checkpoints, features, *recording, prepared, began);
  loop.go();
  const std::vector<io::RunPart> parts = checkpoints.parts(running.now(), loop.wall());
  io::RunFigures figures = figures_of(world, running.simulation(), prepared.simulation.steps, setup,
                                      wall_of(parts), idle_bytes);
  if (parts.size() > 1) figures.parts = io::text_of(parts);
  recording->finish(figures, [&](const std::string& file) {
    if (prepared.features->empty()) return;
    const std::int64_t before = core::peak_resident_bytes();
    run::warn_of(io::write_features(file, features));
    figures.peak_memory_bytes += core::peak_resident_bytes() - before;
  });
  checkpoints.discard();
  if (world.is_root()) print_summary(prepared, path, figures, regions);
}

}  // namespace

void add_simulate(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<SimulateArguments>();
  CLI::App* verb = program.add_subcommand("simulate", "Run a study and write its recording");
  verb->add_option("FILE", arguments->file, "Study file")->required();
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
  verb->add_option("--on-usr1", arguments->on_usr1,
                   "What SIGUSR1 does: 'stop' with a checkpoint (default), or 'checkpoint' and go on")
      ->check(CLI::IsMember({"stop", "checkpoint"}));
  verb->add_flag("--quiet", arguments->quiet,
                 "No progress: neither on a terminal nor, every minute, in a log");
  verb->callback(
      [arguments, &world, &run] { run = [arguments, &world] { simulate(world, *arguments); }; });
}

}  // namespace arcuate::app
