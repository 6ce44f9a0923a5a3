#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/spiking/names.hpp"
#include "arcuate/spiking/simulation.hpp"
#include "lines.hpp"
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

void plan_spiking(const std::string& file, const std::vector<std::string>& overrides, int ranks,
                  int threads, bool json) {
  const io::SpikingStudy study = io::read_spiking_study(file, overrides);
  run::warn_of(study.warnings);
  spiking::Footprint sum;
  std::int64_t most = 0;
  for (int rank = 0; rank < ranks; ++rank) {
    const auto one = spiking::footprint(
        study.config, spiking::range_of(study.config.n_neurons(), rank, ranks), threads);
    sum.synapses += one.synapses;
    sum.synapse_bytes += one.synapse_bytes;
    sum.neuron_bytes += one.neuron_bytes;
    most = std::max(most, one.bytes());
  }
  const double each = static_cast<double>(sum.synapse_bytes) /
                      static_cast<double>(std::max<std::int64_t>(1, sum.synapses));
  const Step epochs = (study.steps + study.config.delay - 1) / study.config.delay;
  if (json) {
    nlohmann::ordered_json out;
    out["neurons"] = study.config.n_neurons();
    out["synapses"] = sum.synapses;
    out["steps"] = study.steps;
    out["ranks"] = ranks;
    out["threads"] = threads;
    out["memory_bytes"] = sum.bytes();
    out["largest_rank_bytes"] = most;
    out["bytes_per_synapse"] = each;
    out["epochs"] = ranks > 1 ? epochs : 0;
    out["available_bytes"] = core::available_bytes();
    std::cout << out.dump(2) << '\n';
    return;
  }
  line("network", fmt::format("{}, {}", counted(study.config.n_neurons(), "neuron"),
                              counted(sum.synapses, "synapse")));
  line("steps", fmt::format("{} of {:.12g} ms: {:.6g} s simulated", study.steps,
                            study.config.dt * 1000.0, study.seconds()));
  line("layout", fmt::format("{} x {}", counted(ranks, "rank"), counted(threads, "thread")));
  line("memory",
       fmt::format("{} in all, {} the largest rank; {:.3g} bytes a synapse; {} available "
                   "here; spikes come to 16 bytes each on the disk while it runs",
                   bytes(sum.bytes()), bytes(most), each, bytes(core::available_bytes())));
  line("exchange",
       ranks == 1 ? "none"
                  : fmt::format("every {}: {} times", counted(study.config.delay, "step"), epochs));
}

}  // namespace arcuate::app
