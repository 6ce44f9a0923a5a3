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
#include "earlier.hpp"
#include "simulation_loop.hpp"
#include "spiking.hpp"
#include "wall_time.hpp"

namespace arcuate::app {
namespace {

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
      prepared.simulation.tracts ? counted(regions, "node") + " of a surface"
                                 : counted(regions, "region"),
      simulated, figures.wall_seconds, simulated / figures.wall_seconds,
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

void print_checkpoints(const run::Checkpoints::Cost& cost) {
  if (cost.number == 0) return;
  std::cout << fmt::format("{} of {:.4g} MB each, the simulation waited {:.2g} s for them\n",
                           counted(cost.number, "checkpoint"),
                           static_cast<double>(cost.bytes) * 1e-6, cost.waited);
}

io::RecordingPosition position_of(const io::CheckpointHeader& saved) {
  return {saved.partial, saved.recording, saved.samples, saved.sums};
}

/// A new recording, or the one that a checkpoint goes on with.
std::unique_ptr<io::RecordingWriter> writer_of(const comm::Communicator& world, Start& start,
                                               const run::Prepared& prepared,
                                               const std::vector<monitor::SeriesInfo>& series,
                                               const Past& past) {
  if (!past.checkpoint)
    return std::make_unique<io::RecordingWriter>(world, std::move(start.output), prepared.header,
                                                 prepared.connectome, series);
  const io::RecordingPosition position = position_of(past.checkpoint->header());
  world.broadcast(start.longer_than);
  if (!start.longer_than.empty())
    return std::make_unique<io::RecordingWriter>(world, std::move(start.output), prepared.header,
                                                 prepared.connectome, series, start.longer_than,
                                                 position);
  auto recording = std::make_unique<io::RecordingWriter>(world, std::move(start.output),
                                                         prepared.header, series, position);
  recording->keep_partial();
  return recording;
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

/// What is said of features before one that fails comes before what is said of that one.
void write_features(const std::string& file, io::FeatureSink& features) {
  std::vector<std::string> notes;
  try {
    io::write_features(file, features, notes);
  } catch (...) {
    run::warn_of(notes);
    throw;
  }
  run::warn_of(notes);
}

}  // namespace

void simulate_one(const comm::Communicator& world, const SimulateArguments& arguments) {
  if (is_spiking(world, arguments.file, arguments.overrides))
    return simulate_spiking(world, arguments);
  const auto began = Clock::now();
  bool done = false;
  comm::on_root(world, [&] { done = is_done_already(arguments); });
  if (world.max(std::int64_t{done ? 1 : 0}) != 0) return;
  const int threads = run::threads_of(world, arguments.threads);
  core::return_large_blocks();
  Start start;
  run::Prepared prepared =
      run::prepare(world, {.study = [&] { return read(arguments, start); }}, threads);
  if (!arguments.from.empty())
    prepared.header.continues =
        std::filesystem::absolute(arguments.from).lexically_normal().string();
  run::warn_of(prepared.warnings);
  run::require_room(world, prepared, threads, arguments.idle_bytes);
  const auto regions = static_cast<GlobalIndex>(prepared.header.owner.size());
  if (world.is_root()) prepared.header.stimuli = io::recorded_stimuli(prepared.simulation, regions);
  const std::string path = world.is_root() ? start.output.path() : "";
  start.keeps_end = world.min(std::int64_t{start.keeps_end ? 1 : 0}) != 0;
  std::optional<double> stops;
  comm::on_root(world, [&] { stops = stops_after({arguments.most_hours, start.before_end}); });
  run::Checkpoints checkpoints(world, prepared, path, {start.keep, start.overwrites});
  const Past past = past_of(world, arguments, start, checkpoints);
  engine::SimulationOptions options;
  options.threads = threads;
  options.sub_block = arguments.block;
  run::Run running(world, prepared, options);
  analysis::use_threads(threads);
  io::FeatureSink features(world, *prepared.features, running.series(), prepared.connectome);
  const auto recording = writer_of(world, start, prepared, running.series(), past);
  running.start();
  resume(world, past, running, features, prepared);
  if (!start.longer_than.empty())
    checkpoints.leave(start.longer_than, running, features, *recording);

  comm::Watchdog watchdog(world, 60.0 * arguments.watchdog, "step");
  if (past.checkpoint) watchdog.set_resumable();
  const double setup = seconds_since(began);
  Loop loop(world, arguments, {start.every, start.keeps_end, stops, arguments.began},
            {running, checkpoints, features, *recording, prepared, watchdog});
  loop.go();
  const std::vector<io::RunPart> parts = checkpoints.parts(running.now(), loop.wall());
  io::RunFigures figures = figures_of(world, running.simulation(), prepared.simulation.steps, setup,
                                      wall_of(parts), arguments.idle_bytes);
  figures.steps -= parts.front().from;
  if (parts.size() > 1) figures.parts = io::text_of(parts);
  recording->finish(figures, [&](const std::string& file) {
    keep_final_state(file, loop.final_state());
    if (prepared.features->empty()) return;
    const std::int64_t before = core::peak_resident_bytes();
    write_features(file, features);
    figures.peak_memory_bytes += core::peak_resident_bytes() - before;
  });
  checkpoints.discard();
  if (!world.is_root()) return;
  print_checkpoints(checkpoints.cost());
  print_summary(prepared, path, figures, regions);
  if (const std::string remark = watchdog.remark(); !remark.empty()) std::cout << remark << '\n';
}

}  // namespace arcuate::app
