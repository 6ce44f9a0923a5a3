#include "arcuate/io/spikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/spike_log.hpp"
#include "arcuate/spiking/names.hpp"
#include "results.hpp"

namespace arcuate::io {
namespace {

std::vector<RecordedStimulus> stimuli_of(const SpikingStudy& study,
                                         const spiking::Populations& populations) {
  constexpr Step most = 4096;
  std::vector<RecordedStimulus> all;
  for (std::size_t k = 0; k < study.config.stimuli.size(); ++k) {
    const spiking::Stimulus& stimulus = study.config.stimuli[k];
    RecordedStimulus one{"LIF", "current", "1/s", "input", "", {}, {}, {}};
    one.equation =
        fmt::format("{}, amplitude {} 1/s", core::word_of(stimulus.shape), stimulus.amplitude);
    one.weight.assign(populations.size.size(), 0.0);
    for (const GlobalIndex neuron : spiking::stimulated(study.config, k)) {
      const auto population = static_cast<std::size_t>(populations.of(neuron));
      one.weight[population] += 1.0 / static_cast<double>(populations.size[population]);
    }
    const Step stride = (study.steps + most - 1) / most;
    for (Step step = 0; step < study.steps; step += stride) {
      one.time.push_back(static_cast<double>(step) * study.config.dt);
      one.value.push_back(spiking::value_of(stimulus, study.config.dt, step, study.steps));
    }
    all.push_back(std::move(one));
  }
  return all;
}

void write_populations(const hdf5::Object& file, const spiking::Config& config,
                       const spiking::Populations& populations) {
  const hdf5::Object group = file.create_group("populations");
  const hsize_t n = populations.size.size();
  group.write_texts("name", populations.names);
  group.write<std::int64_t>("size", populations.size);
  group.write<std::int64_t>("first", populations.first);
  group.write<double>("J", populations.weight, {n, n})
      .set("long_name", std::string("weight of a synapse (target, source)"));
  group.write<std::int64_t>("in_degree", populations.in_degree, {n, n});
  group.set("clusters", std::int64_t{config.clusters});
  group.set("arousal_denominator", populations.arousal.denominator());
  group.set("arousal_gain", populations.arousal.gain());
  for (std::size_t k = 0; k < config.stimuli.size(); ++k)
    group.write<std::int64_t>(fmt::format("stimulated_{}", k), spiking::stimulated(config, k));
}

void write_perturbations(const hdf5::Object& file, const spiking::Config& config) {
  if (config.perturbations.empty()) return;
  const hdf5::Object group = file.create_group("perturbations");
  for (const spiking::Perturbation& one : config.perturbations) {
    const hdf5::Object own = group.create_group(std::string(core::word_of(one.target)));
    if (one.matrix.empty()) own.write<double>("values", one.values);
    const auto n = static_cast<hsize_t>(config.n_populations());
    if (!one.matrix.empty()) own.write<double>("matrix", one.matrix, {n, n});
    own.set("begin", one.begin);
    own.set("end", std::min(one.end, 1e300));
    if (one.basis.vectors.empty()) continue;
    own.set("drawn", std::int64_t{one.basis.drawn ? 1 : 0});
    own.write<double>("coefficients", one.basis.coefficients);
    std::vector<double> vectors;
    for (const std::vector<double>& vector : one.basis.vectors)
      vectors.insert(vectors.end(), vector.begin(), vector.end());
    own.write<double>("vectors", vectors,
                      {one.basis.vectors.size(), one.basis.vectors.front().size()});
  }
}

/// Both lists, piece after piece.
void write_list(const analysis::SpikeSource& spikes, const hdf5::Object& step,
                const hdf5::Object& neuron) {
  std::vector<double> numbers;
  hsize_t at = 0;
  analysis::for_each_piece(spikes, [&](const analysis::SpikePiece& piece) {
    numbers.assign(piece.step.begin(), piece.step.end());
    step.write_part({{at}, {numbers.size()}}, numbers);
    numbers.assign(piece.neuron.begin(), piece.neuron.end());
    neuron.write_part({{at}, {numbers.size()}}, numbers);
    at += numbers.size();
  });
}

/// The parts of a session's network that must be those of the others.
void require_alike(const SpikingStudy& one, const SpikingStudy& other) {
  const spiking::Config& a = one.config;
  const spiking::Config& b = other.config;
  if (a.clusters == b.clusters && a.neurons == b.neurons && a.background == b.background &&
      a.dt == b.dt)
    return;
  throw DataError(fmt::format(
      "{} and {}: have other populations or another dt; sessions of one analysis have the same",
      one.path, other.path));
}

hdf5::Object open_for_results(const Output& output, const std::string& recording, bool beside,
                              const std::vector<std::string>& recordings) {
  if (beside) {
    hdf5::Object file = hdf5::create_file(output.temporary());
    file.set("format", std::string("arcuate features 1"));
    std::string all;
    for (const std::string& one : recordings)
      all += (all.empty() ? "" : "\n") + std::filesystem::absolute(one).string();
    file.set("recording", all);
    static_cast<void>(file.create_group("features"));
    return file;
  }
  std::error_code failed;
  std::filesystem::copy_file(recording, output.temporary(),
                             std::filesystem::copy_options::overwrite_existing, failed);
  if (failed)
    throw EnvironmentError("copy: " + recording + " to " + output.temporary() + ": " +
                           failed.message());
  return hdf5::open_file(output.temporary(), hdf5::Access::write);
}

/// One recording, under whatever name, is one session.
void refuse_repeated(const std::vector<std::string>& recordings, const std::string& one) {
  std::error_code none;
  const auto times = std::count_if(
      recordings.begin(), recordings.end(),
      [&](const std::string& other) { return std::filesystem::equivalent(one, other, none); });
  if (times > 1)
    throw ConfigError(one + ": is given twice: sessions are recordings of different runs");
}

}  // namespace

analysis::SpikeSource RecordedSpikes::source(const SpikingStudy& study,
                                             const spiking::Populations& populations) const {
  return analysis::source_of(
      {step, neuron, study.transient, study.steps, study.config.dt, populations.first});
}

network::Connectome connectome_of(const spiking::Config& config,
                                  const spiking::Populations& populations) {
  network::Connectome connectome;
  connectome.origin = fmt::format("{} populations of spiking neurons", populations.n());
  connectome.labels = populations.names;
  connectome.row.push_back(0);
  for (int post = 0; post < populations.n(); ++post) {
    for (int pre = 0; pre < populations.n(); ++pre) {
      const auto sources = static_cast<double>(populations.sources(post, pre));
      if (sources == 0.0) continue;
      connectome.source.push_back(pre);
      connectome.weight.push_back(sources * populations.J(post, pre));
      connectome.delay.push_back(static_cast<double>(config.delay) * config.dt * 1000.0);
    }
    connectome.row.push_back(static_cast<GlobalIndex>(connectome.source.size()));
  }
  return connectome;
}

RecordingHeader header_of(const SpikingStudy& study, const spiking::Populations& populations,
                          int ranks, int threads) {
  RecordingHeader header;
  header.study = study.normalised;
  header.title = study.title;
  header.model = "LIF";
  header.seed = study.config.seed;
  header.dt = study.config.dt * 1000.0;
  header.duration = study.seconds();
  header.precision = "double";
  header.storage = study.storage;
  header.ranks = ranks;
  header.threads = threads;
  header.partition_method = "neurons in blocks";
  // Neurons are shared, and populations are of no rank: samples of them are made on rank 0.
  header.owner.assign(populations.size.size(), 0);
  header.stimuli = stimuli_of(study, populations);
  return header;
}

Step first_sample_step(const SpikingStudy& study, const SpikingMonitor& monitor) {
  return (study.transient / monitor.period + 1) * monitor.period - 1;
}

std::vector<monitor::SeriesInfo> series_of(const SpikingStudy& study,
                                           const spiking::Populations& populations) {
  std::vector<monitor::SeriesInfo> all;
  for (const SpikingMonitor& monitor : study.monitors) {
    monitor::SeriesInfo one;
    one.name = monitor.name;
    one.kind = monitor.voltages ? "voltages" : "rates";
    one.variables = {monitor.voltages ? "V" : "rate"};
    one.units = {monitor.voltages ? "1" : "Hz"};
    if (monitor.voltages) {
      for (const GlobalIndex neuron : monitor.neurons)
        one.column_labels.push_back(fmt::format("neuron {}", neuron));
    } else {
      one.column_labels = populations.names;
      for (GlobalIndex k = 0; k < std::ssize(populations.names); ++k)
        one.columns.push_back(k);
    }
    const double dt = study.config.dt;
    one.first_time = static_cast<double>(first_sample_step(study, monitor) + 1) * dt;
    one.period = static_cast<double>(monitor.period) * dt;
    one.samples = study.steps / monitor.period - study.transient / monitor.period;
    all.push_back(std::move(one));
  }
  return all;
}

void write_spikes(const std::string& path, const SpikingStudy& study,
                  const spiking::Populations& populations, const analysis::SpikeSource& spikes,
                  const SpikeResults& results) {
  const hdf5::Object file = hdf5::open_file(path, hdf5::Access::write);
  const hdf5::Object group = file.create_group("spikes");
  group.set("dt", study.config.dt);
  const hdf5::Object step = group.create_array<std::int64_t>("step", {spikes.count});
  step.set("long_name", std::string("step in which it fired, which ends at (step + 1) dt"));
  const hdf5::Object neuron = group.create_array<std::int32_t>("neuron", {spikes.count});
  neuron.set("long_name", std::string("neurons of a population are next to each other"));
  write_list(spikes, step, neuron);
  write_populations(file, study.config, populations);
  write_perturbations(file, study.config);
  write_results(file, results, populations.names);
  file.flush();
}

spiking::Populations populations_in(const std::string& recording) {
  return spiking::populations_of(
      parse_spiking_study(study_of_recording(recording), recording, {}).config);
}

SpikeResults analyse_recordings(const std::vector<std::string>& recordings,
                                const std::vector<std::string>& settings, const std::string& output,
                                bool overwrite) {
  std::vector<SpikingStudy> studies;
  std::vector<std::unique_ptr<SpikeReader>> spikes;
  for (const std::string& recording : recordings) {
    refuse_repeated(recordings, recording);
    studies.push_back(parse_spiking_study(study_of_recording(recording), recording, {}));
    require_alike(studies.front(), studies.back());
    spikes.push_back(std::make_unique<SpikeReader>(recording, studies.back().config.n_neurons()));
  }
  const spiking::Populations populations = spiking::populations_of(studies.front().config);
  const bool beside = !output.empty();
  if (!beside && recordings.size() > 1)
    throw ConfigError("analyze: results of several recordings need a file of their own: -o FILE");
  Output claimed(beside ? output : recordings.front(),
                 {beside ? OutputKind::features : OutputKind::recording, !beside || overwrite,
                  beside ? recordings : std::vector<std::string>{}});
  std::vector<analysis::SpikeSource> sessions;
  double seconds = 0.0;
  for (std::size_t k = 0; k < spikes.size(); ++k) {
    sessions.push_back(spikes[k]->source(studies[k], populations));
    seconds += static_cast<double>(sessions.back().steps()) * sessions.back().dt;
  }
  const SpikeAnalysis how = read_spike_analysis(studies.front(), settings, seconds);
  SpikeResults results = analyse_spikes(sessions, studies.front(), how);
  spikes.clear();
  {
    const hdf5::Object file = open_for_results(claimed, recordings.front(), beside, recordings);
    write_results(file, results, populations.names);
    file.flush();
  }
  if (!beside) seal_recording(claimed.temporary());
  claimed.publish();
  return results;
}

RunningSpikes analyse_running(const SpikingStudy& study, const std::vector<std::string>& settings) {
  RunningSpikes running;
  running.list = list_of_running(study.output);
  if (running.list.empty())
    throw ConfigError(fmt::format(
        "{}: there is no run of it that goes on or was interrupted (no {}.partial-*.spikes)",
        study.path, study.output));
  const SpikeListReader reader(running.list, study.config.n_neurons());
  if (reader.end() <= study.transient) throw ConfigError(running.list + ": has no spikes yet");
  SpikingStudy part = study;
  part.steps = reader.end();
  running.until = part.seconds();
  const analysis::SpikeSource source{
      reader.count(), [&reader](std::size_t at, std::size_t most) { return reader.read(at, most); },
      part.transient, part.steps,
      part.config.dt, spiking::populations_of(study.config).first};
  const double seconds = static_cast<double>(source.steps()) * part.config.dt;
  running.results = analyse_spikes({source}, part, read_spike_analysis(part, settings, seconds));
  return running;
}

}  // namespace arcuate::io
