#include "spiking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "arcuate/comm/watchdog.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/core/signals.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/spike_log.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/spikes.hpp"
#include "arcuate/run/spiking_checkpoints.hpp"
#include "arcuate/spiking/simulation.hpp"
#include "earlier.hpp"
#include "progress.hpp"
#include "run_status.hpp"
#include "wall_time.hpp"

namespace arcuate::app {
namespace {

/// The study on all ranks: rank 0 reads the text and the files it names, the others the same text.
io::SpikingStudy share_study(const comm::Communicator& world, const SimulateArguments& arguments) {
  std::string text;
  comm::on_root(world, [&] { text = io::study_text(arguments.file); });
  world.broadcast(text);
  io::SpikingStudy study;
  comm::all_or_none(
      world, [&] { study = io::parse_spiking_study(text, arguments.file, arguments.overrides); });
  if (world.is_root()) run::warn_of(study.warnings);
  return study;
}

/// With --resume: there is nothing left to do.
bool is_whole_already(const io::SpikingStudy& study, const SimulateArguments& arguments) {
  if (!arguments.resume || !std::filesystem::exists(study.output)) return false;
  if (!run::checkpoint_files(study.output).empty()) return false;
  const std::vector<std::string> differences = io::study_differences(
      io::study_of_recording(study.output), study.normalised, io::outside_of_simulations);
  if (!differences.empty())
    throw ConfigError(
        fmt::format("{}: is there already, whole, and of another study: --overwrite "
                    "replaces it. {}",
                    study.output, fmt::join(differences, "; ")));
  std::cout << "recording: " << study.output << " is whole already\n";
  return true;
}

/// What rank 0 has found out about the output.
struct SpikingStart {
  io::Output output;
  std::string checkpoint;  ///< to go on with, or ""
  bool overwrites = false;
};

/// Lists of spikes that runs of this output have left when they were killed. The claim is ours.
void remove_old_lists(const std::string& output) {
  namespace fs = std::filesystem;
  const fs::path path = fs::absolute(output);
  const std::string begin = path.filename().string() + ".partial-";
  std::error_code none;
  for (const auto& one : fs::directory_iterator(path.parent_path(), none)) {
    const std::string name = one.path().filename().string();
    if (name.starts_with(begin) && name.ends_with(io::SpikeLog::name_for("")))
      fs::remove(one.path(), none);
  }
}

SpikingStart claim(const io::SpikingStudy& study, const SimulateArguments& arguments) {
  SpikingStart start;
  io::OutputOptions options{io::OutputKind::recording, study.overwrite || arguments.overwrite,
                            study.inputs, "--overwrite (or overwrite: true)"};
  const auto earlier = earlier_run(study.output, arguments.resume, options.overwrite);
  if (earlier) {
    run::require_same_study(*earlier, study);
    options.partial = partial_of(*earlier, study.output);
    options.overwrite = options.overwrite || earlier->header().overwrites;
    start.checkpoint = earlier->path();
  }
  start.overwrites = options.overwrite;
  start.output = io::Output(study.output, options);
  if (!earlier) {
    run::discard_checkpoints(study.output);
    remove_old_lists(study.output);
  }
  return start;
}

/// The list of spikes of a run, on rank 0; the others have none. Collective.
std::unique_ptr<io::SpikeLog> open_log(const comm::Communicator& world, const std::string& partial,
                                       const std::optional<io::Checkpoint>& past) {
  std::unique_ptr<io::SpikeLog> log;
  comm::on_root(world, [&] {
    log = past ? std::make_unique<io::SpikeLog>(partial, run::spikes_in(*past))
               : std::make_unique<io::SpikeLog>(partial);
  });
  return log;
}

void require_room(const comm::Communicator& world, const io::SpikingStudy& study, int threads) {
  const auto mine = spiking::range_of(study.config.n_neurons(), world.rank(), world.size());
  const auto needs = world.all_gather(spiking::footprint(study.config, mine, threads).bytes());
  const auto machines = world.machines();
  std::int64_t needed = 0;
  for (std::size_t rank = 0; rank < needs.size(); ++rank) {
    if (machines[rank] == machines[static_cast<std::size_t>(world.rank())]) needed += needs[rank];
  }
  comm::all_or_none(world, [&] { forecast::require_memory(needed, core::available_bytes()); });
}

/// The time loop of a spiking network, and its checkpoints.
class SpikingLoop {
 public:
  struct Parts {
    spiking::Simulation& simulation;
    run::GatheredSpikes& gathered;
    run::SpikingSamples& samples;
    io::SpikeLog* log;  ///< of rank 0
    run::SpikingCheckpoints& checkpoints;
    io::RecordingWriter& recording;
    comm::Watchdog& watchdog;
  };
  SpikingLoop(const comm::Communicator& world, const SimulateArguments& arguments,
              const io::SpikingStudy& study, const Parts& parts, std::optional<double> stops)
      : world_(world), arguments_(arguments), study_(study), parts_(parts), stops_(stops) {
    every_ = arguments.checkpoint_every < 0.0 ? study.checkpoint_every
                                              : 60.0 * arguments.checkpoint_every;
  }

  /// To the end. Throws StoppedError when a signal or the time ends it before. Collective.
  void go() {
    spiking::Simulation& simulation = parts_.simulation;
    began_ = last_ = Clock::now();
    Progress progress(Progress::form_here(arguments_.quiet || !world_.is_root()), study_.steps,
                      study_.config.dt * 1000.0, stderr, began_, simulation.now());
    RunStatus status(world_.is_root() ? arguments_.status : "", study_.steps,
                     study_.config.dt * 1000.0, simulation.now());
    while (simulation.now() < study_.steps) {
      status.tell(simulation.now());
      advance(progress);
      progress.show(simulation.now(), Clock::now());
      const auto wish = static_cast<Wish>(world_.max(static_cast<std::int64_t>(own_wish())));
      if (wish == Wish::go_on || simulation.now() >= study_.steps) continue;
      if (wish == Wish::stop) progress.finish();
      checkpoint();
      if (wish == Wish::stop) stop();
    }
    progress.finish();
  }
  [[nodiscard]] double wall() const { return seconds_since(began_); }

 private:
  enum class Wish : std::int64_t { go_on, checkpoint, stop };

  void advance(const Progress& progress) {
    const Step first = parts_.simulation.now();
    const auto delay = static_cast<int>(study_.config.delay);
    const Step chunk = arguments_.chunk > 0
                           ? arguments_.chunk
                           : world_.min(progress.chunk(first, delay, Clock::now()));
    parts_.simulation.run(std::min(study_.steps, first + chunk));
    parts_.gathered.add(parts_.simulation.take_spikes(), study_.transient);
    parts_.samples.add_voltages(first, parts_.simulation.now(), parts_.simulation.take_voltages());
  }

  [[nodiscard]] Wish own_wish() {
    if (const int signal = signals_.caught(); signal != 0) {
      if (signal != SIGUSR1 || arguments_.on_usr1 == "stop") return Wish::stop;
      signals_.forget();
      return Wish::checkpoint;
    }
    if (!world_.is_root()) return Wish::go_on;
    if (stops_ && seconds_since(arguments_.began) > *stops_) return Wish::stop;
    return every_ > 0.0 && seconds_since(last_) >= every_ ? Wish::checkpoint : Wish::go_on;
  }

  void checkpoint() {
    const core::While writing(core::Doing::writing);
    parts_.checkpoints.write(parts_.simulation, parts_.log, &parts_.recording, wall());
    parts_.watchdog.set_resumable();
    last_ = Clock::now();
  }

  [[noreturn]] void stop() const {
    const auto signal = static_cast<int>(world_.max(std::int64_t{signals_.caught()}));
    throw StoppedError(fmt::format(
        "stopped by {} at {:.6g} s of {:.6g} s; nothing is lost: --resume goes on",
        signal != 0                   ? core::name_of_signal(signal)
        : arguments_.most_hours > 0.0 ? "--maxh"
                                      : "checkpoint.before_end",
        static_cast<double>(parts_.simulation.now()) * study_.config.dt, study_.seconds()));
  }

  const comm::Communicator& world_;
  const SimulateArguments& arguments_;
  const io::SpikingStudy& study_;
  Parts parts_;
  std::optional<double> stops_;
  double every_ = 0.0;
  core::Signals signals_;
  Clock::time_point began_{}, last_{};
};

io::RunFigures figures_of(const comm::Communicator& world, const spiking::Counts& counts,
                          const io::SpikingStudy& study, double setup, double wall,
                          std::int64_t idle_bytes) {
  io::RunFigures figures;
  figures.wall_seconds = world.max(wall);
  figures.setup_seconds = world.max(setup);
  figures.steps = study.steps;
  figures.messages = world.sum(counts.messages);
  figures.message_bytes = world.sum(counts.message_bytes);
  figures.peak_memory_bytes = world.sum(core::peak_resident_bytes() - idle_bytes);
  return figures;
}

/// All ranks together.
spiking::Counts sum_of(const comm::Communicator& world, const spiking::Counts& counts) {
  spiking::Counts sum = counts;
  sum.synapses = world.sum(counts.synapses);
  sum.spikes = world.sum(counts.spikes);
  sum.events = world.sum(counts.events);
  return sum;
}

void print_summary(const io::SpikingStudy& study, const spiking::Counts& counts,
                   const io::RunFigures& figures, int ranks) {
  const double simulated = static_cast<double>(figures.steps) * study.config.dt;
  const double events = std::max(1.0, static_cast<double>(counts.events));
  std::cout << fmt::format("{}, {}\n", counted(study.config.n_neurons(), "neuron"),
                           counted(counts.synapses, "synapse"));
  std::cout << fmt::format(
      "{:.6g} s simulated in {:.3g} s ({:.3g} x real time, {:.4g} steps/s, {:.3g} ns per synaptic "
      "event), set-up {:.3g} s\n",
      simulated, figures.wall_seconds, simulated / figures.wall_seconds,
      static_cast<double>(figures.steps) / figures.wall_seconds,
      1e9 * figures.wall_seconds / events, figures.setup_seconds);
  if (figures.messages > 0)
    std::cout << fmt::format("{}, {:.4g} MB exchanged between {} ranks\n",
                             counted(figures.messages, "message"),
                             static_cast<double>(figures.message_bytes) * 1e-6, ranks);
  std::cout << fmt::format("peak memory {:.1f} MB, all ranks together\n",
                           static_cast<double>(figures.peak_memory_bytes) * 1e-6);
  std::cout << fmt::format("spikes: {}\n", counts.spikes);
}

}  // namespace

bool is_spiking(const comm::Communicator& world, const std::string& file,
                const std::vector<std::string>& overrides) {
  bool found = false;
  comm::on_root(world, [&] { found = io::is_spiking_study(file, overrides); });
  return world.max(std::int64_t{found ? 1 : 0}) != 0;
}

namespace {

/// A new recording, or the one that a checkpoint goes on with.
std::unique_ptr<io::RecordingWriter> spiking_writer(const comm::Communicator& world,
                                                    const io::SpikingStudy& study,
                                                    const spiking::Populations& populations,
                                                    SpikingStart& start, int threads,
                                                    const std::string& from,
                                                    const io::Checkpoint* checkpoint) {
  io::RecordingHeader header = io::header_of(study, populations, world.size(), threads);
  if (!from.empty()) header.continues = std::filesystem::absolute(from).lexically_normal().string();
  const std::vector<monitor::SeriesInfo> series = io::series_of(study, populations);
  if (checkpoint == nullptr)
    return std::make_unique<io::RecordingWriter>(world, std::move(start.output), header,
                                                 io::connectome_of(study.config, populations),
                                                 series);
  auto recording = std::make_unique<io::RecordingWriter>(world, std::move(start.output), header,
                                                         series, run::position_in(*checkpoint));
  recording->keep_partial();
  return recording;
}

/// What a run begins with: its own checkpoint, the end of another recording, or neither.
Past spiking_past(const comm::Communicator& world, const io::SpikingStudy& study,
                  const std::string& checkpoint, const std::string& from) {
  Past past;
  past.checkpoint = open_together(world, checkpoint);
  if (past.checkpoint) return past;
  past.end = open_together(world, from);
  if (past.end)
    comm::all_or_none(world, [&] { run::require_end_of_same_network(*past.end, study); });
  return past;
}

void finish_spiking(const comm::Communicator& world, const io::SpikingStudy& study,
                    io::SpikeLog* log, run::SpikingSamples& samples, io::RecordingWriter& recording,
                    io::RunFigures figures, const spiking::Counts& counts,
                    const std::string& state) {
  const spiking::Populations populations = spiking::populations_of(study.config);
  analysis::SpikeSource spikes{0,           nullptr,         study.transient,
                               study.steps, study.config.dt, populations.first};
  if (log != nullptr) {
    spikes.count = log->position().count;
    spikes.read = [log](std::size_t at, std::size_t most) { return log->read(at, most); };
  }
  samples.add_rates(spikes);
  io::SpikeResults results;
  comm::on_root(world, [&] { results = io::analyse_spikes({spikes}, study, study.analysis); });
  recording.finish(figures, [&](const std::string& file) {
    if (!state.empty()) {
      const core::Leftover leftover(state);
      io::keep_state(file, state);
    }
    io::write_spikes(file, study, populations, spikes, results);
  });
  if (!world.is_root()) return;
  log->discard();
  run::discard_checkpoints(study.output);
  print_spiking_inputs(study.config);
  print_summary(study, counts, figures, world.size());
  std::cout << io::describe(results, populations);
  std::cout << "recording: " << study.output << '\n';
}

}  // namespace

void simulate_spiking(const comm::Communicator& world, const SimulateArguments& arguments) {
  const auto began = Clock::now();
  const int threads = run::threads_of(world, arguments.threads);
  const io::SpikingStudy study = share_study(world, arguments);
  bool done = false;
  comm::on_root(world, [&] { done = is_whole_already(study, arguments); });
  if (world.max(std::int64_t{done ? 1 : 0}) != 0) return;
  require_room(world, study, threads);
  SpikingStart start;
  std::optional<double> stops;
  comm::on_root(world, [&] {
    stops = stops_after({arguments.most_hours, study.checkpoint_before_end});
    start = claim(study, arguments);
  });
  const Past past = spiking_past(world, study, start.checkpoint, arguments.from);
  const spiking::Populations populations = spiking::populations_of(study.config);
  const std::string partial = world.is_root() ? start.output.temporary() : std::string();
  const std::unique_ptr<io::SpikeLog> log = open_log(world, partial, past.checkpoint);
  const auto recording = spiking_writer(world, study, populations, start, threads, arguments.from,
                                        past.checkpoint ? &*past.checkpoint : nullptr);
  comm::Watchdog watchdog(world, 60.0 * arguments.watchdog, "step");
  spiking::Simulation simulation(world, study.config, study.steps,
                                 {threads, run::probed_by(study)});
  run::GatheredSpikes gathered(
      world, [&log](const auto& step, const auto& neuron) { log->append(step, neuron); });
  run::SpikingSamples samples(world, study, simulation, *recording);
  run::SpikingCheckpoints checkpoints(world, study, study.output, study.checkpoints, threads,
                                      start.overwrites);
  if (past.checkpoint) {
    checkpoints.resume(*past.checkpoint, simulation);
    samples.resume(past.checkpoint->header().samples);
    watchdog.set_resumable();
  } else if (past.end) {
    checkpoints.begin_at(*past.end, simulation);
  }
  if (past.state() != nullptr && world.is_root())
    std::cout << fmt::format("going on at {:.6g} s with {}\n",
                             static_cast<double>(simulation.now()) * study.config.dt,
                             past.state()->path());
  const Step first = simulation.now();
  const double setup = seconds_since(began);
  watchdog.watch(true);
  SpikingLoop loop(world, arguments, study,
                   {simulation, gathered, samples, log.get(), checkpoints, *recording, watchdog},
                   stops);
  loop.go();
  const double wall = loop.wall();
  watchdog.watch(false);
  const spiking::Counts counts = sum_of(world, simulation.counts());
  io::RunFigures figures =
      figures_of(world, simulation.counts(), study, setup, wall, arguments.idle_bytes);
  figures.steps = study.steps - first;
  if (past.checkpoint) figures.parts = io::text_of(checkpoints.parts(study.steps, wall));
  const std::string state =
      study.final_state ? checkpoints.write_final(simulation, *recording, wall) : "";
  finish_spiking(world, study, log.get(), samples, *recording, figures, counts,
                 world.is_root() ? state : "");
}

}  // namespace arcuate::app
