#include "spiking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "arcuate/comm/watchdog.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/signals.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/spiking/simulation.hpp"
#include "progress.hpp"

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

void refuse_state(const SimulateArguments& arguments) {
  if (!arguments.from.empty())
    throw ConfigError(arguments.from +
                      ": a recording of a spiking network holds no state to go on from");
  if (arguments.most_hours > 0.0 || arguments.checkpoint_every > 0.0)
    throw ConfigError(
        "simulate: --maxh and --checkpoint-every: a spiking network has no "
        "checkpoints; let the job be long enough, or the duration shorter");
}

/// With --resume: there is nothing left to do.
bool is_whole_already(const io::SpikingStudy& study, const SimulateArguments& arguments) {
  if (!arguments.resume || !std::filesystem::exists(study.output)) return false;
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

io::OutputOptions output_options(const io::SpikingStudy& study, bool overwrite) {
  return {io::OutputKind::recording, study.overwrite || overwrite, study.inputs,
          "--overwrite (or overwrite: true)"};
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

std::vector<std::byte> packed(const std::vector<spiking::Spike>& spikes) {
  std::vector<std::byte> bytes(spikes.size() * sizeof(spiking::Spike));
  if (!bytes.empty()) std::memcpy(bytes.data(), spikes.data(), bytes.size());
  return bytes;
}

/// The spikes of all ranks on rank 0, in the order of recordings.
class Gathered {
 public:
  explicit Gathered(const comm::Communicator& world) : world_(world) {}

  /// Those that were taken from the simulation. Collective.
  void add(const std::vector<spiking::Spike>& mine, Step transient) {
    std::vector<std::vector<std::byte>> to(static_cast<std::size_t>(world_.size()));
    to[0] = packed(mine);
    const auto from = world_.exchange(to);
    if (!world_.is_root()) return;
    std::vector<spiking::Spike> all;
    for (const std::vector<std::byte>& bytes : from) {
      const std::size_t before = all.size();
      all.resize(before + bytes.size() / sizeof(spiking::Spike));
      if (!bytes.empty()) std::memcpy(all.data() + before, bytes.data(), bytes.size());
    }
    std::sort(all.begin(), all.end(), [](const spiking::Spike& a, const spiking::Spike& b) {
      return std::pair(a.step, a.neuron) < std::pair(b.step, b.neuron);
    });
    for (const spiking::Spike& spike : all) {
      if (spike.step < transient) continue;
      spikes.step.push_back(spike.step);
      spikes.neuron.push_back(spike.neuron);
    }
  }

  io::RecordedSpikes spikes;

 private:
  const comm::Communicator& world_;
};

/// The monitors of a run, in its recording.
class Samples {
 public:
  Samples(const comm::Communicator& world, const io::SpikingStudy& study,
          const spiking::Simulation& simulation, io::RecordingWriter& recording)
      : world_(world), study_(study), simulation_(simulation), recording_(recording) {
    for (const io::SpikingMonitor& monitor : study.monitors)
      next_.push_back(io::first_sample_step(study, monitor));
    done_.assign(next_.size(), 0);
  }

  /// Voltages of the steps first .. end - 1. Collective.
  void add_voltages(Step first, Step end, const std::vector<double>& voltages) {
    for (std::size_t k = 0; k < next_.size(); ++k) {
      const io::SpikingMonitor& monitor = study_.monitors[k];
      if (!monitor.voltages) continue;
      std::vector<double> samples;
      const Columns columns = columns_of(monitor);
      Step count = 0;
      for (; next_[k] < end; next_[k] += monitor.period, ++count) {
        const auto row = static_cast<std::size_t>(next_[k] - first) * simulation_.probed().size();
        for (const std::size_t place : columns.from)
          samples.push_back(voltages[row + place]);
      }
      append(k, count, samples, columns.owned);
    }
  }

  /// Rates of the whole run, by rank 0. Collective.
  void add_rates(const analysis::SpikeTrains& trains,
                 const std::vector<monitor::SeriesInfo>& series) {
    constexpr Step at_a_time = 4096;
    for (std::size_t k = 0; k < next_.size(); ++k) {
      if (study_.monitors[k].voltages) continue;
      std::vector<std::vector<double>> rates;
      std::vector<GlobalIndex> owned;
      for (std::size_t p = 0; world_.is_root() && p < trains.n_populations(); ++p) {
        rates.push_back(analysis::population_rate(trains, p, study_.monitors[k].smoothing));
        owned.push_back(static_cast<GlobalIndex>(p));
      }
      while (done_[k] < series[k].samples) {
        const Step count = std::min(at_a_time, series[k].samples - done_[k]);
        std::vector<double> samples;
        for (Step sample = 0; sample < count; ++sample, next_[k] += study_.monitors[k].period) {
          for (const std::vector<double>& rate : rates)
            samples.push_back(rate[static_cast<std::size_t>(next_[k] - study_.transient)]);
        }
        append(k, count, samples, owned);
      }
    }
  }

 private:
  /// Columns of a monitor that this rank has, and their places among its probed neurons.
  struct Columns {
    std::vector<GlobalIndex> owned;
    std::vector<std::size_t> from;
  };

  [[nodiscard]] Columns columns_of(const io::SpikingMonitor& monitor) const {
    Columns columns;
    const std::vector<GlobalIndex>& probed = simulation_.probed();
    for (std::size_t c = 0; c < monitor.neurons.size(); ++c) {
      const auto found = std::lower_bound(probed.begin(), probed.end(), monitor.neurons[c]);
      if (found == probed.end() || *found != monitor.neurons[c]) continue;
      columns.owned.push_back(static_cast<GlobalIndex>(c));
      columns.from.push_back(static_cast<std::size_t>(found - probed.begin()));
    }
    return columns;
  }

  void append(std::size_t k, Step count, std::vector<double>& samples,
              const std::vector<GlobalIndex>& owned) {
    if (count > 0) recording_.append(static_cast<int>(k), done_[k], count, samples, owned);
    done_[k] += count;
  }

  const comm::Communicator& world_;
  const io::SpikingStudy& study_;
  const spiking::Simulation& simulation_;
  io::RecordingWriter& recording_;
  std::vector<Step> next_, done_;
};

std::vector<GlobalIndex> probed_by(const io::SpikingStudy& study) {
  std::vector<GlobalIndex> all;
  for (const io::SpikingMonitor& monitor : study.monitors)
    all.insert(all.end(), monitor.neurons.begin(), monitor.neurons.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// A signal ends the run of all ranks; nothing is left behind.
void end_when_asked(const comm::Communicator& world, const core::Signals& signals,
                    const io::SpikingStudy& study, Step now) {
  const auto signal = static_cast<int>(world.max(std::int64_t{signals.caught()}));
  if (signal == 0) return;
  throw EnvironmentError(fmt::format(
      "stopped by {} at {:.6g} s of {:.6g} s; a spiking network has no checkpoints, so that "
      "nothing is kept",
      core::name_of_signal(signal), static_cast<double>(now) * study.config.dt, study.seconds()));
}

/// Runs to the end. Returns the wall time [s] of the time loop. Collective.
double loop(const comm::Communicator& world, const SimulateArguments& arguments,
            const io::SpikingStudy& study, spiking::Simulation& simulation, Gathered& gathered,
            Samples& samples) {
  const core::Signals signals;
  const auto began = Clock::now();
  Progress progress(Progress::form_here(arguments.quiet || !world.is_root()), study.steps,
                    study.config.dt * 1000.0, stderr, began);
  while (simulation.now() < study.steps) {
    const Step first = simulation.now();
    const Step chunk =
        arguments.chunk > 0
            ? arguments.chunk
            : world.min(progress.chunk(first, static_cast<int>(study.config.delay), Clock::now()));
    simulation.run(std::min(study.steps, first + chunk));
    gathered.add(simulation.take_spikes(), study.transient);
    samples.add_voltages(first, simulation.now(), simulation.take_voltages());
    progress.show(simulation.now(), Clock::now());
    if (simulation.now() < study.steps) end_when_asked(world, signals, study, simulation.now());
  }
  progress.finish();
  return seconds_since(began);
}

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
  const double events = std::max(1.0, static_cast<double>(counts.events));
  std::cout << fmt::format("{}, {}\n", counted(study.config.n_neurons(), "neuron"),
                           counted(counts.synapses, "synapse"));
  std::cout << fmt::format(
      "{:.6g} s simulated in {:.3g} s ({:.3g} x real time, {:.4g} steps/s, {:.3g} ns per synaptic "
      "event), set-up {:.3g} s\n",
      study.seconds(), figures.wall_seconds, study.seconds() / figures.wall_seconds,
      static_cast<double>(study.steps) / figures.wall_seconds, 1e9 * figures.wall_seconds / events,
      figures.setup_seconds);
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

void simulate_spiking(const comm::Communicator& world, const SimulateArguments& arguments) {
  const auto began = Clock::now();
  comm::all_or_none(world, [&] { refuse_state(arguments); });
  const int threads = run::threads_of(world, arguments.threads);
  const io::SpikingStudy study = share_study(world, arguments);
  bool done = false;
  comm::on_root(world, [&] { done = is_whole_already(study, arguments); });
  if (world.max(std::int64_t{done ? 1 : 0}) != 0) return;
  require_room(world, study, threads);
  io::Output output;
  comm::on_root(world, [&] {
    output = io::Output(study.output, output_options(study, arguments.overwrite));
  });
  const spiking::Populations populations = spiking::populations_of(study.config);
  const std::vector<monitor::SeriesInfo> series = io::series_of(study, populations);
  io::RecordingWriter recording(world, std::move(output),
                                io::header_of(study, populations, world.size(), threads),
                                io::connectome_of(study.config, populations), series);
  comm::Watchdog watchdog(world, 60.0 * arguments.watchdog, "step");
  spiking::Simulation simulation(world, study.config, study.steps, {threads, probed_by(study)});
  Gathered gathered(world);
  Samples samples(world, study, simulation, recording);
  const double setup = seconds_since(began);
  watchdog.watch(true);
  const double wall = loop(world, arguments, study, simulation, gathered, samples);
  watchdog.watch(false);
  const analysis::SpikeTrains trains = gathered.spikes.trains(study, populations);
  samples.add_rates(trains, series);
  io::SpikeResults results;
  comm::on_root(world, [&] { results = io::analyse_spikes({trains}, study, study.analysis); });
  const spiking::Counts counts = sum_of(world, simulation.counts());
  const io::RunFigures figures =
      figures_of(world, simulation.counts(), study, setup, wall, arguments.idle_bytes);
  recording.finish(figures, [&](const std::string& file) {
    io::write_spikes(file, study, populations, gathered.spikes, results);
  });
  if (!world.is_root()) return;
  print_summary(study, counts, figures, world.size());
  std::cout << io::describe(results, populations);
  std::cout << "recording: " << study.output << '\n';
}

}  // namespace arcuate::app
