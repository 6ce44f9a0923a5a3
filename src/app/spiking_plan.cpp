#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/forecast/plan.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/io/sweep.hpp"
#include "arcuate/meanfield/fixed_points.hpp"
#include "arcuate/meanfield/landscape.hpp"
#include "arcuate/meanfield/network.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/spiking/names.hpp"
#include "arcuate/spiking/simulation.hpp"
#include "largest_candidates.hpp"
#include "lines.hpp"
#include "plan_jobs.hpp"
#include "plan_report.hpp"
#include "spiking.hpp"

namespace arcuate::app {
namespace {

GlobalIndex sources_of(const spiking::Populations& all, int post) {
  GlobalIndex sum = 0;
  for (int pre = 0; pre < all.n(); ++pre)
    sum += all.sources(post, pre);
  return sum;
}

void say_populations(const io::SpikingStudy& study, const spiking::Populations& all) {
  const spiking::Config& config = study.config;
  const auto p = static_cast<std::size_t>(config.clusters);
  line("neurons",
       fmt::format("{}: {} clusters of {} E and {} I, background {} E and {} I", config.n_neurons(),
                   p, all.size[0], all.size[p + 1], all.size[p], all.size[2 * p + 1]));
  line("synapses", fmt::format("in-degree of E {}, of I {}; within a cluster J is {:.6g}, between "
                               "clusters {:.6g} (E -> E)",
                               sources_of(all, 0), sources_of(all, all.n() - 1), all.J(0, 0),
                               all.J(0, std::min(1, config.clusters))));
  line("arousal", fmt::format("level {:.6g}: gain {:.6g}, drive {:.6g} Hz on average",
                              all.arousal.level, all.arousal.gain(), all.arousal.drive() / 2.0));
}

}  // namespace

void print_spiking_inputs(const spiking::Config& config) {
  for (std::size_t k = 0; k < config.stimuli.size(); ++k) {
    const spiking::Stimulus& one = config.stimuli[k];
    line("stimulus", fmt::format("{}, {} into {}", core::word_of(one.shape),
                                 counted(one.onsets.size(), "onset"),
                                 counted(spiking::stimulated(config, k).size(), "neuron")));
  }
  for (const spiking::Perturbation& one : config.perturbations) {
    const std::vector<double>& all = one.matrix.empty() ? one.values : one.matrix;
    const auto [low, high] = std::minmax_element(all.begin(), all.end());
    line("perturbation",
         fmt::format("{}{}: {:.6g} to {:.6g}{}{}", core::word_of(one.target),
                     one.matrix.empty() ? "" : ", a matrix", *low, *high,
                     one.begin > 0.0 ? fmt::format(", from {:.6g} s", one.begin) : "",
                     std::isfinite(one.end) ? fmt::format(", until {:.6g} s", one.end) : ""));
  }
}

void check_spiking(const std::string& file, const std::vector<std::string>& overrides) {
  const io::SpikingStudy study = io::read_spiking_study(file, overrides);
  run::warn_of(study.warnings);
  const spiking::Populations all = spiking::populations_of(study.config);
  line("study", study.title.empty() ? file : study.title + " (" + file + ")");
  say_populations(study, all);
  line("integrator", fmt::format("{}, dt {:.12g} ms, {} ({:.12g} s), delay {}",
                                 core::word_of(study.config.method), study.config.dt * 1000.0,
                                 counted(study.steps, "step"), study.seconds(),
                                 counted(study.config.delay, "step")));
  print_spiking_inputs(study.config);
  line("seed", std::to_string(study.config.seed));
  for (const monitor::SeriesInfo& one : io::series_of(study, all))
    line("monitor",
         fmt::format("{}: {} every {:.12g} ms x {}", one.name, counted(one.samples, "sample"),
                     1000.0 * one.period, counted(one.column_labels.size(), "column")));
  const std::string doubt =
      io::doubt_of_output(study.output, {io::OutputKind::recording, study.overwrite, study.inputs,
                                         "--overwrite (or overwrite: true)"});
  if (!doubt.empty()) run::warn_of({study.path + ": output: " + doubt});
  line("output", study.output);
}

namespace {

/// [s] Of the processor, so that others on this machine do not count.
double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// What a simulation, or the search for fixed points, takes on one rank [s]; 0: not known.
struct SpikingTimes {
  double simulate = 0.0;
  double steady = 0.0;

  [[nodiscard]] double of(const io::EachCandidate& each) const {
    if (each.simulate && simulate <= 0.0) return 0.0;
    return (each.simulate ? simulate : 0.0) + (each.steady ? steady : 0.0);
  }
};

/// A second of it is simulated, and what its spikes show is looked for.
double try_simulation(const io::SpikingStudy& study, int threads) {
  constexpr std::int64_t most_synapses = 200'000'000;  // to generate, in some seconds
  constexpr double warm_up = 0.3, enough = 1.0;
  constexpr Step chunk = 64;
  const auto need =
      spiking::footprint(study.config, spiking::range_of(study.config.n_neurons(), 0, 1), threads);
  if (need.synapses > most_synapses || need.bytes() > core::available_bytes()) return 0.0;
  const comm::Communicator alone(MPI_COMM_SELF);
  const double begun = processor_seconds();
  spiking::Simulation simulation(alone, study.config, study.steps, {threads, {}});
  const double setup = processor_seconds() - begun;
  io::RecordedSpikes spikes;
  const auto go_on = [&](double until) {
    while (simulation.now() < study.steps && processor_seconds() - begun - setup < until) {
      simulation.run(std::min(study.steps, simulation.now() + chunk));
      for (const spiking::Spike& one : simulation.take_spikes()) {
        spikes.step.push_back(one.step);
        spikes.neuron.push_back(one.neuron);
      }
    }
  };
  go_on(warm_up);  // the first steps are quiet
  const Step first = simulation.now() < study.steps ? simulation.now() : 0;
  const double before = first > 0 ? processor_seconds() - begun : setup;
  go_on(enough);
  const double steps = (processor_seconds() - begun - before) / threads;
  const double analysed = processor_seconds();
  io::SpikingStudy part = study;
  part.steps = simulation.now();
  part.transient = 0;
  static_cast<void>(io::analyse_spikes({spikes.source(part, spiking::populations_of(study.config))},
                                       part, study.analysis));
  const auto all = static_cast<double>(study.steps);
  return setup + steps * all / static_cast<double>(simulation.now() - first) +
         (processor_seconds() - analysed) * all / static_cast<double>(simulation.now());
}

/// One start and, of a landscape, a corner.
double try_mean_field(const io::SpikingStudy& study) {
  const meanfield::Network network = meanfield::network_of(study.config);
  const double begun = processor_seconds();
  static_cast<void>(meanfield::find_fixed_points(network, 1, study.config.seed));
  double seconds = (processor_seconds() - begun) * study.mean_field.starts;
  if (study.mean_field.focus.size() == 2) {
    const double at = processor_seconds();
    const std::vector<double> corner(study.mean_field.along.begin(),
                                     study.mean_field.along.begin() + 1);
    static_cast<void>(meanfield::landscape(
        network, {study.mean_field.focus.begin(), study.mean_field.focus.end()}, {corner, corner}));
    seconds += (processor_seconds() - at) *
               std::pow(static_cast<double>(study.mean_field.along.size()), 2);
  }
  return seconds;
}

/// On several ranks: what they add was measured (docs/spiking.md, cost).
double on_ranks(double seconds, int ranks) {
  constexpr double more = 1.11;
  return ranks > 1 ? more * seconds / ranks : seconds;
}

bool wants_mean_field(const io::Subject& subject) {
  return (io::has_sweep(subject) && io::sweep_of(subject).each.steady) ||
         (io::has_fit(subject) && io::fit_of(subject).each.steady);
}

SpikingTimes try_both(const io::SpikingStudy& study, const io::Subject& subject, int threads) {
  return {try_simulation(study, threads), wants_mean_field(subject) ? try_mean_field(study) : 0.0};
}

std::vector<JobPlan> spiking_jobs(const io::Subject& subject, const SpikingTimes& times) {
  return plan_jobs(
      subject, [&times](const io::EachCandidate& each) { return times.of(each); },
      static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

nlohmann::ordered_json json_of(const JobPlan& job) {
  return {{"simulations", job.simulations},
          {"processor_seconds", job.seconds},
          {"workers", job.workers},
          {"seconds", job.wall_seconds},
          {"slurm", slurm_options(job)}};
}

/// What ranks need together, and on the largest of them.
struct SpikingNeeds {
  spiking::Footprint sum;
  std::int64_t bytes = 0, largest = 0;  // libraries included
  double bytes_per_synapse = 0.0;
  int ranks = 1, threads = 1;
};

Step epochs_of(const io::SpikingStudy& study) {
  return (study.steps + study.config.delay - 1) / study.config.delay;
}

nlohmann::ordered_json json_of(const io::SpikingStudy& study, const SpikingNeeds& needs,
                               const SpikingTimes& times, const std::vector<JobPlan>& jobs) {
  nlohmann::ordered_json out;
  out["neurons"] = study.config.n_neurons();
  out["synapses"] = needs.sum.synapses;
  out["steps"] = study.steps;
  out["ranks"] = needs.ranks;
  out["threads"] = needs.threads;
  out["memory_bytes"] = needs.bytes;
  out["largest_rank_bytes"] = needs.largest;
  out["bytes_per_synapse"] = needs.bytes_per_synapse;
  out["epochs"] = needs.ranks > 1 ? epochs_of(study) : 0;
  out["available_bytes"] = core::available_bytes();
  out["seconds"] = on_ranks(times.simulate, needs.ranks);
  for (const JobPlan& job : jobs)
    out[job.kind] = json_of(job);
  return out;
}

SpikingNeeds all_ranks_need(const spiking::Config& config, int ranks, int threads) {
  SpikingNeeds needs;
  needs.ranks = ranks;
  needs.threads = threads;
  for (int rank = 0; rank < ranks; ++rank) {
    const auto one =
        spiking::footprint(config, spiking::range_of(config.n_neurons(), rank, ranks), threads);
    needs.sum.synapses += one.synapses;
    needs.sum.synapse_bytes += one.synapse_bytes;
    needs.sum.neuron_bytes += one.neuron_bytes;
    const std::int64_t all = one.bytes() + forecast::library_bytes(rank == 0);
    needs.bytes += all;
    needs.largest = std::max(needs.largest, all);
  }
  needs.bytes_per_synapse = static_cast<double>(needs.sum.synapse_bytes) /
                            static_cast<double>(std::max<std::int64_t>(1, needs.sum.synapses));
  return needs;
}

/// The share of the rank that needs most, without libraries.
std::int64_t largest_share(const spiking::Config& config, int ranks, int threads) {
  return spiking::footprint(config, spiking::range_of(config.n_neurons(), 0, ranks), threads)
      .bytes();
}

}  // namespace

Needs needs_of_spiking(const std::string& verb, const std::string& file,
                       const std::vector<std::string>& overrides, int ranks, int threads) {
  constexpr std::int64_t program = 50'000'000;  // with MPI, libraries and blocks of rates
  constexpr double an_hour = 3600.0;
  const io::SpikingStudy study = io::read_spiking_study(file, overrides);
  const io::Subject subject = io::parse_subject(io::study_text(file), file, overrides);
  if (verb == "steady") return needs_of_farm(1, 0.0, program);  // of the mean field
  const SpikingTimes times = try_both(study, subject, threads);
  if (verb == "simulate") {
    const int wanted =
        ranks > 0 ? ranks : std::max(1, static_cast<int>(std::ceil(times.simulate / an_hour)));
    return needs_of_farm(wanted, on_ranks(times.simulate, wanted),
                         program + largest_share(study.config, wanted, threads));
  }
  std::int64_t each = 0;
  for (const Candidate& changes : largest_candidates(verb, subject)) {
    std::vector<std::string> all = overrides;
    const auto more = io::overrides_of(changes);
    all.insert(all.end(), more.begin(), more.end());
    each = std::max(each,
                    program + largest_share(io::read_spiking_study(file, all).config, 1, threads));
  }
  for (const JobPlan& job : spiking_jobs(subject, times)) {
    if (job.kind != verb) continue;
    const int wanted = ranks > 0 ? ranks : job.workers + 1;
    return needs_of_farm(wanted, job.wall_seconds * job.workers / std::max(1, wanted - 1), each);
  }
  throw ConfigError(fmt::format("{}: {}: the study has no such section", file, verb));
}

void plan_spiking(const std::string& file, const std::vector<std::string>& overrides, int ranks,
                  int threads, bool json) {
  const io::SpikingStudy study = io::read_spiking_study(file, overrides);
  run::warn_of(study.warnings);
  refuse_idle_ranks(ranks, study.config.n_neurons(), "neuron");
  const io::Subject subject = io::parse_subject(io::study_text(file), file, overrides);
  const SpikingTimes times = try_both(study, subject, threads);
  const std::vector<JobPlan> jobs = spiking_jobs(subject, times);
  const SpikingNeeds needs = all_ranks_need(study.config, ranks, threads);
  if (json) {
    std::cout << json_of(study, needs, times, jobs).dump(2) << '\n';
    return;
  }
  line("network", fmt::format("{}, {}", counted(study.config.n_neurons(), "neuron"),
                              counted(needs.sum.synapses, "synapse")));
  line("steps", fmt::format("{} of {:.12g} ms: {:.6g} s simulated", study.steps,
                            study.config.dt * 1000.0, study.seconds()));
  line("layout", fmt::format("{} x {}", counted(ranks, "rank"), counted(threads, "thread")));
  line("memory", fmt::format("{} in all, {} the largest rank; {:.3g} bytes a synapse; {} available "
                             "here; spikes come to 16 bytes each on the disk while it runs",
                             bytes(needs.bytes), bytes(needs.largest), needs.bytes_per_synapse,
                             bytes(core::available_bytes())));
  line("exchange", ranks == 1 ? "none"
                              : fmt::format("every {}: {} times",
                                            counted(study.config.delay, "step"), epochs_of(study)));
  line("time", times.simulate <= 0.0
                   ? "not known: the network is too large to be tried here"
                   : fmt::format("about {} ({:.3g} x real time), from a try of a second",
                                 time_text(on_ranks(times.simulate, ranks)),
                                 study.seconds() / on_ranks(times.simulate, ranks)));
  for (const JobPlan& job : jobs)
    line(job.kind, fmt::format("{} on one rank each: {} of processor time; {} with {} (SLURM: {})",
                               counted(job.simulations, "candidate"), time_text(job.seconds),
                               time_text(job.wall_seconds), counted(job.workers, "worker"),
                               slurm_options(job)));
}

}  // namespace arcuate::app
