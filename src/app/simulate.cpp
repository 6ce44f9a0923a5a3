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
#include "arcuate/engine/names.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "launch.hpp"
#include "local_edges.hpp"
#include "progress.hpp"
#include "share.hpp"

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

/// What every rank knows of a study; the connectome stays on rank 0.
struct PreparedRun {
  engine::SimulationSpec simulation;
  std::vector<monitor::MonitorSpec> monitors;
  Step transient = 0;
  io::Output output;  ///< on rank 0
  std::vector<io::ModelSource> models;
  std::shared_ptr<const std::vector<io::FeatureRequest>> features =
      std::make_shared<std::vector<io::FeatureRequest>>();  ///< on rank 0
  std::int64_t feature_bytes = 0;                           ///< on rank 0
  io::RecordingHeader header;
  network::Connectome connectome;  ///< on rank 0
  engine::Delays delays;           ///< on rank 0
  Step period = 0;                 ///< [steps] between messages; on rank 0
};

void add_text(std::string& list, std::string_view text) {
  if (!text.empty()) list.append(list.empty() ? "" : ", ").append(text);
}

/// Which models the regions have.
void note_models(const PreparedRun& prepared, io::RecordingHeader& header) {
  const engine::SimulationSpec& simulation = prepared.simulation;
  for (int number = 0; number < simulation.n_populations(); ++number) {
    header.models.emplace_back(simulation.population(number).model->info.name);
    add_text(header.model, header.models.back());
    const io::ModelSource& source = prepared.models[static_cast<std::size_t>(number)];
    add_text(header.plugin, source.plugin);
    add_text(header.plugin_sha256, source.plugin_sha256);
    add_text(header.table, simulation.population(number).table.file);
    add_text(header.table_sha256, simulation.population(number).table.sha256);
  }
  header.model_of.assign(simulation.population_of.begin(), simulation.population_of.end());
}

/// study file -> connectome, on rank 0.
io::Study read(const SimulateArguments& arguments, PreparedRun& prepared) {
  io::Study study = io::read_study(arguments.file, arguments.overrides);
  prepared.output =
      io::Output(study.output, {io::OutputKind::recording, study.overwrite || arguments.overwrite,
                                study.inputs, "--overwrite (or overwrite: true)"});
  prepared.connectome = io::load_connectome_without_local(study);
  return study;
}

/// Local edges that the study of a surface wants computed. Collective.
void compute_local_edges(const comm::Communicator& world, const io::Study& study,
                         network::Connectome& connectome) {
  const auto& surface = study.surface;
  const bool wanted = surface && surface->kernel;
  if (world.max(std::int64_t{wanted ? 1 : 0}) == 0) return;
  network::LocalRows rows = local_rows(world, wanted ? &connectome.mapped->surface : nullptr,
                                       wanted ? &*surface->kernel : nullptr);
  comm::on_root(world, [&] { add_local_edges(study, connectome, std::move(rows)); });
}

/// connectome -> partition, on rank 0.
void resolve(const io::Study& study, int ranks, int threads, PreparedRun& prepared) {
  warn_of(prepared.connectome.warnings);
  io::ResolvedStudy resolved = resolve_study(study, prepared.connectome);
  prepared.simulation = std::move(resolved.simulation);
  prepared.delays = std::move(resolved.delays);
  prepared.monitors = std::move(resolved.monitors);
  prepared.transient = resolved.transient;
  if (prepared.monitors.empty())
    warn_of({study.path + ": monitors: there are none: nothing will be recorded"});
  partition::Partition partition =
      choose_owners(study, prepared.connectome, prepared.delays, prepared.simulation, ranks);
  prepared.period = partition.quality.period;
  prepared.models = study.models;
  prepared.features = study.features;
  prepared.feature_bytes = static_cast<std::int64_t>(io::total_bytes(*resolved.features));
  io::RecordingHeader& header = prepared.header;
  header.study = study.normalised;
  header.title = study.title;
  header.seed = prepared.simulation.seed;
  header.dt = prepared.simulation.dt;
  header.precision = core::word_of(prepared.simulation.precision);
  header.duration = study.duration / 1000.0;
  header.storage = study.storage;
  header.ranks = ranks;
  header.threads = threads;
  header.partition_method = partition.method;
  header.owner = std::move(partition.owner);
  note_models(prepared, header);
  if (study.connectome.own) {
    header.connectome_plugin = study.connectome.own->plugin;
    header.connectome_plugin_sha256 = study.connectome.own->plugin_sha256;
  }
}

PreparedRun prepare(const comm::Communicator& world, const SimulateArguments& arguments,
                    int threads) {
  PreparedRun prepared;
  io::Study study;
  comm::on_root(world, [&] { study = read(arguments, prepared); });
  compute_local_edges(world, study, prepared.connectome);
  comm::on_root(world, [&] { resolve(study, world.size(), threads, prepared); });
  share(world, prepared.simulation);
  share(world, prepared.monitors);
  share(world, prepared.transient);
  share(world, prepared.models);
  share(world, prepared.header);
  load_plugins_everywhere(world, prepared.models, prepared.simulation);
  return prepared;
}

/// Region labels are known on rank 0 only.
std::vector<monitor::SeriesInfo> series_of(const comm::Communicator& world,
                                           const monitor::Recorder& recorder,
                                           const std::vector<std::string>& labels) {
  std::vector<monitor::SeriesInfo> series;
  if (world.is_root()) series = recorder.series(labels);
  share(world, series);
  return series;
}

/// The next step to stop at: a full buffer, a look at the clock, or the end.
Step next_stop(const engine::Simulation& simulation, const monitor::Recorder& recorder, Step steps,
               Step chunk) {
  const Step end = simulation.now() < steps ? steps : recorder.last_step();
  return std::min(
      {end, recorder.next_flush(simulation.now()), (simulation.now() / chunk + 1) * chunk});
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

void print_summary(const PreparedRun& prepared, const std::string& path,
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
  const int threads = threads_of(world, arguments.threads);
  core::return_large_blocks();
  PreparedRun prepared = prepare(world, arguments, threads);
  const std::vector<std::int32_t>& owner = prepared.header.owner;
  const auto regions = static_cast<GlobalIndex>(owner.size());
  refuse_what_cannot_fit(
      world,
      {prepared.connectome, prepared.delays, prepared.simulation, prepared.header.owner,
       prepared.period},
      {threads, idle_bytes,
       monitor::expected_bytes(prepared.monitors, prepared.simulation.dt, prepared.transient,
                               prepared.simulation.steps, regions, world.size()),
       monitor::root_bytes(prepared.monitors, regions), prepared.feature_bytes});
  if (world.is_root()) prepared.header.stimuli = io::recorded_stimuli(prepared.simulation, regions);
  const Step steps = prepared.simulation.steps;

  const std::vector<GlobalIndex> owned =
      engine::by_population(engine::regions_of(owner, world.rank()), prepared.simulation);
  monitor::Recorder recorder(world, monitor::recorded_models(prepared.simulation),
                             prepared.monitors, owned, regions, prepared.simulation.dt,
                             prepared.transient, steps, threads, monitor::default_buffer_bytes);
  const std::string path = world.is_root() ? prepared.output.path() : "";
  const std::vector<monitor::SeriesInfo> series =
      series_of(world, recorder, prepared.connectome.labels);
  analysis::use_threads(threads);
  io::FeatureSink features(world, *prepared.features, series, prepared.connectome);
  io::RecordingWriter recording(world, std::move(prepared.output), prepared.header,
                                prepared.connectome, series);
  monitor::SinkList sinks({&features, &recording});
  engine::SimulationOptions options;
  options.threads = threads;
  options.sub_block = arguments.block;
  engine::Simulation simulation(
      world, prepared.simulation,
      engine::distribute(world, std::move(prepared.connectome), std::move(prepared.delays), owner),
      options);
  simulation.add_probe(recorder);

  const double setup = seconds_since(start);
  const auto running = Clock::now();
  Progress progress(Progress::form_here(arguments.quiet || !world.is_root()), steps,
                    prepared.simulation.dt, stderr, running);
  while (simulation.now() < recorder.last_step()) {
    // The slowest rank decides how far all of them run before the next look at the clock.
    const Step chunk =
        arguments.chunk > 0
            ? arguments.chunk
            : world.min(progress.chunk(simulation.now(), simulation.block(), Clock::now()));
    engine::require_convergence(simulation.run(next_stop(simulation, recorder, steps, chunk)),
                                prepared.simulation);
    recorder.flush(sinks);
    progress.show(std::min(simulation.now(), steps), Clock::now());
  }
  progress.finish();
  io::RunFigures figures =
      figures_of(world, simulation, steps, setup, seconds_since(running), idle_bytes);
  recording.finish(figures, [&](const std::string& file) {
    if (prepared.features->empty()) return;
    const std::int64_t before = core::peak_resident_bytes();
    warn_of(io::write_features(file, features));
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
