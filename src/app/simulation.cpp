#include "simulation.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/comm/watchdog.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/memory.hpp"
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
#include "simulation_loop.hpp"

namespace arcuate::app {
namespace {

/// What rank 0 has found out about the output before the study is resolved.
struct Start {
  io::Output output;
  std::string checkpoint;  ///< to go on with, or ""
  bool keeps_end = true;   ///< the final state is kept in the recording
  double every = 0.0;      ///< [s] between checkpoints, 0: none
  int keep = 2;
};

/// The name of the recording in progress, if it can be one.
std::string partial_of(const io::Checkpoint& checkpoint, const std::string& output) {
  const std::string& partial = checkpoint.header().partial;
  const std::string begin = std::filesystem::path(output).filename().string() + ".partial-";
  if (partial.starts_with(begin) && partial.find('/') == std::string::npos) return partial;
  throw DataError(fmt::format("{}: goes on with '{}', which is not a recording in progress of {}",
                              checkpoint.path(), partial, output));
}

/// A checkpoint goes on with a recording that is there. A run that is killed when its recording has
/// its name may leave one that does not.
bool is_unfinished(const std::string& output) {
  const std::filesystem::path folder = std::filesystem::path(output).parent_path();
  const std::vector<std::string> files = run::checkpoint_files(output);
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    try {
      return std::filesystem::exists(folder / partial_of(io::Checkpoint(file), output));
    } catch (const DataError&) {
      return true;  // a damaged one may have gone on with anything
    }
  });
}

/// An unfinished run to the same output is gone on with, or given up by word.
std::optional<io::Checkpoint> earlier_run(const std::string& output, bool resume, bool overwrite) {
  if (resume) {
    run::Found found = run::find_checkpoints(output);
    run::warn_of(found.warnings);
    return std::move(found.newest);
  }
  if (overwrite || !is_unfinished(output)) return std::nullopt;
  throw ConfigError(fmt::format(
      "{}: there is a checkpoint of an unfinished run to it ({}); --resume goes on with that run, "
      "--overwrite gives it up and begins anew",
      output, run::checkpoint_files(output).front()));
}

/// The study, and its recording claimed.
io::Study read(const SimulateArguments& arguments, Start& start) {
  io::Study study = io::read_study(arguments.file, arguments.overrides);
  start.every =
      arguments.checkpoint_every < 0.0 ? study.checkpoint_every : 60.0 * arguments.checkpoint_every;
  start.keep = study.checkpoints;
  start.keeps_end = study.final_state;
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
  if (!std::filesystem::is_regular_file(study.output, none) || is_unfinished(study.output))
    return false;
  const std::vector<std::string> differences = io::study_differences(
      io::study_of_recording(study.output), study.normalised, io::outside_of_simulations);
  if (!differences.empty())
    throw ConfigError(fmt::format(
        "{}: is there already, whole, and of another study: --resume has nothing to go on with, "
        "--overwrite replaces it. {}",
        study.output, fmt::join(differences, "; ")));
  run::discard_checkpoints(study.output);
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

/// The end of the recording that is continued, on all ranks. Collective.
std::optional<io::Checkpoint> open_end(const comm::Communicator& world, const std::string& from) {
  std::optional<io::Checkpoint> end;
  if (from.empty()) return end;
  std::vector<std::int64_t> place;
  comm::on_root(world, [&] {
    const io::StatePlace found = io::state_of_recording(from);
    place = {found.offset, found.size};
  });
  world.broadcast(place);
  comm::all_or_none(world, [&] { end.emplace(from, place[0], place[1]); });
  return end;
}

/// What a run goes on with: its own checkpoint, else the end of another recording.
struct Past {
  std::optional<io::Checkpoint> checkpoint, end;
  [[nodiscard]] const io::Checkpoint* state() const {
    if (checkpoint) return &*checkpoint;
    return end ? &*end : nullptr;
  }
};

/// Refuses what cannot be gone on with. Collective.
Past past_of(const comm::Communicator& world, const SimulateArguments& arguments, Start& start,
             run::Checkpoints& checkpoints) {
  Past past;
  past.checkpoint = open_checkpoint(world, start);
  if (!past.checkpoint) past.end = open_end(world, arguments.from);
  if (past.checkpoint) checkpoints.continue_from(*past.checkpoint);
  if (past.end) checkpoints.begin_at(*past.end);
  return past;
}

void resume(const comm::Communicator& world, const Past& past, run::Run& running,
            io::FeatureSink& features, const run::Prepared& prepared) {
  if (past.state() == nullptr) return;
  const io::Checkpoint& state = *past.state();
  running.resume(state);
  comm::on_root(world, [&] {
    if (past.checkpoint) features.resume(state.shared("features"));
    std::cout << fmt::format(
        "going on at {:.6g} s with {}\n",
        static_cast<double>(state.header().step) * prepared.simulation.dt / 1000.0, state.path());
  });
}

/// Into the recording, which is not yet in place.
void keep_final_state(const std::string& recording, const std::string& state) {
  if (state.empty()) return;
  const core::Leftover file(state);
  io::keep_state(recording, state);
}

/// [s] of all parts of a run.
double wall_of(const std::vector<io::RunPart>& parts) {
  double seconds = 0.0;
  for (const io::RunPart& part : parts)
    seconds += part.wall_seconds;
  return seconds;
}

}  // namespace

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
  if (!arguments.from.empty())
    prepared.header.continues =
        std::filesystem::absolute(arguments.from).lexically_normal().string();
  run::warn_of(prepared.warnings);
  run::require_room(world, prepared, threads, idle_bytes);
  const auto regions = static_cast<GlobalIndex>(prepared.header.owner.size());
  if (world.is_root()) prepared.header.stimuli = io::recorded_stimuli(prepared.simulation, regions);
  const std::string path = world.is_root() ? start.output.path() : "";
  start.keeps_end = world.min(std::int64_t{start.keeps_end ? 1 : 0}) != 0;
  run::Checkpoints checkpoints(world, prepared, path, {start.keep, arguments.overwrite});
  const Past past = past_of(world, arguments, start, checkpoints);
  engine::SimulationOptions options;
  options.threads = threads;
  options.sub_block = arguments.block;
  run::Run running(world, prepared, options);
  analysis::use_threads(threads);
  io::FeatureSink features(world, *prepared.features, running.series(), prepared.connectome);
  const auto recording = writer_of(world, start, prepared, running.series(), past.checkpoint);
  if (past.checkpoint) recording->keep_partial();
  running.start();
  resume(world, past, running, features, prepared);

  comm::Watchdog watchdog(world, 60.0 * arguments.watchdog, "step");
  if (past.checkpoint) watchdog.set_resumable();
  const double setup = seconds_since(began);
  Loop loop(world, arguments, {start.every, start.keeps_end, began},
            {running, checkpoints, features, *recording, prepared, watchdog});
  loop.go();
  const std::vector<io::RunPart> parts = checkpoints.parts(running.now(), loop.wall());
  io::RunFigures figures = figures_of(world, running.simulation(), prepared.simulation.steps, setup,
                                      wall_of(parts), idle_bytes);
  if (parts.size() > 1) figures.parts = io::text_of(parts);
  recording->finish(figures, [&](const std::string& file) {
    keep_final_state(file, loop.final_state());
    if (prepared.features->empty()) return;
    const std::int64_t before = core::peak_resident_bytes();
    run::warn_of(io::write_features(file, features));
    figures.peak_memory_bytes += core::peak_resident_bytes() - before;
  });
  checkpoints.discard();
  if (!world.is_root()) return;
  print_summary(prepared, path, figures, regions);
  if (const std::string remark = watchdog.remark(); !remark.empty()) std::cout << remark << '\n';
}

}  // namespace arcuate::app
