#include "simulate.hpp"
#include "arcuate/core/counted.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/memory.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
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
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The study, and its recording claimed.
io::Study read(const SimulateArguments& arguments, io::Output& output) {
  io::Study study = io::read_study(arguments.file, arguments.overrides);
  output =
      io::Output(study.output, {io::OutputKind::recording, study.overwrite || arguments.overwrite,
                                study.inputs, "--overwrite (or overwrite: true)"});
  return study;
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

/// study file -> connectome -> partition -> engine -> monitors -> recording
void simulate(const comm::Communicator& world, const SimulateArguments& arguments) {
  const auto start = Clock::now();
  const std::int64_t idle_bytes = core::peak_resident_bytes();
  const int threads = run::threads_of(world, arguments.threads);
  core::return_large_blocks();
  io::Output output;
  run::Prepared prepared =
      run::prepare(world, {.study = [&] { return read(arguments, output); }}, threads);
  run::warn_of(prepared.warnings);
  run::require_room(world, prepared, threads, idle_bytes);
  const auto regions = static_cast<GlobalIndex>(prepared.header.owner.size());
  if (world.is_root()) prepared.header.stimuli = io::recorded_stimuli(prepared.simulation, regions);
  const Step steps = prepared.simulation.steps;
  const std::string path = world.is_root() ? output.path() : "";
  engine::SimulationOptions options;
  options.threads = threads;
  options.sub_block = arguments.block;
  run::Run running(world, prepared, options);
  analysis::use_threads(threads);
  io::FeatureSink features(world, *prepared.features, running.series(), prepared.connectome);
  io::RecordingWriter recording(world, std::move(output), prepared.header, prepared.connectome,
                                running.series());
  monitor::SinkList sinks({&features, &recording});
  running.start();
  const engine::Simulation& simulation = running.simulation();

  const double setup = seconds_since(start);
  const auto began = Clock::now();
  Progress progress(Progress::form_here(arguments.quiet || !world.is_root()), steps,
                    prepared.simulation.dt, stderr, began);
  while (!running.done()) {
    // The slowest rank decides how far all of them run before the next look at the clock.
    const Step chunk =
        arguments.chunk > 0
            ? arguments.chunk
            : world.min(progress.chunk(simulation.now(), simulation.block(), Clock::now()));
    running.advance(chunk, sinks);
    progress.show(running.now(), Clock::now());
  }
  progress.finish();
  io::RunFigures figures =
      figures_of(world, simulation, steps, setup, seconds_since(began), idle_bytes);
  recording.finish(figures, [&](const std::string& file) {
    if (prepared.features->empty()) return;
    const std::int64_t before = core::peak_resident_bytes();
    run::warn_of(io::write_features(file, features));
    figures.peak_memory_bytes += core::peak_resident_bytes() - before;
  });
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
  verb->add_flag("--quiet", arguments->quiet,
                 "No progress: neither on a terminal nor, every minute, in a log");
  verb->callback(
      [arguments, &world, &run] { run = [arguments, &world] { simulate(world, *arguments); }; });
}

}  // namespace arcuate::app
