#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/spike_features.hpp"
#include "arcuate/io/spike_log.hpp"
#include "arcuate/run/spikes.hpp"
#include "arcuate/spiking/simulation.hpp"
#include "evaluator.hpp"
#include "saved_neurons.hpp"

namespace arcuate::search {
namespace {

constexpr Step spiking_steps_at_a_time = 1 << 9;

/// What rank 0 is asked for, on all ranks. Collective.
Order share_order(const comm::Communicator& team, const Order& order) {
  std::string text;
  if (team.is_root()) text = write_order(order);
  team.broadcast(text);
  return read_order(text);
}

/// The study of a candidate. Collective.
io::SpikingStudy study_of_candidate(const comm::Communicator& team, const TrialSetup& setup,
                                    const Order& order) {
  std::vector<std::string> overrides = setup.overrides;
  overrides.insert(overrides.end(), order.changes.begin(), order.changes.end());
  io::SpikingStudy study;
  comm::all_or_none(team,
                    [&] { study = io::parse_spiking_study(setup.study, setup.path, overrides); });
  return study;
}

/// Mean over the entries of a term; NaN where a feature has no value.
TermValue value_of(const Term& term, const std::vector<KeptArray>& features) {
  const io::FeatureTarget& target = *term.values;
  const auto found = std::find_if(features.begin(), features.end(), [&](const KeptArray& one) {
    return one.feature == target.feature && one.name == target.array;
  });
  if (found == features.end())
    throw ConfigError(fmt::format("{}candidates have no feature '{}.{}'", term.place,
                                  target.feature, target.array));
  const std::string loss = term.loss.substr(0, term.loss.find('*'));
  double sum = 0.0;
  for (std::size_t k = 0; k < target.entries.size(); ++k) {
    if (target.entries[k] >= found->values.size())
      throw ConfigError(fmt::format("{}`{}.{}` has {} entries in this candidate", term.place,
                                    target.feature, target.array, found->values.size()));
    const double off = found->values[target.entries[k]] - target.wanted[k];
    const double relative = off / target.wanted[k];
    sum += loss == "absolute"   ? std::abs(off)
           : loss == "relative" ? relative * relative
                                : off * off;
  }
  const double mean = sum / static_cast<double>(target.entries.size());
  return {fmt::format("{}.{}.{}", target.feature, target.array, loss), mean, mean, term.weight};
}

class NeuronTrials final : public Evaluator {
 public:
  explicit NeuronTrials(const TrialSetup& setup) : setup_(setup) {}

  Outcome run(const comm::Communicator& team, const Order& given, const ShouldStop& stop) override {
    const Order order = share_order(team, given);
    const io::SpikingStudy study = study_of_candidate(team, setup_, order);
    const spiking::Populations populations = spiking::populations_of(study.config);
    Outcome outcome;
    outcome.warnings = study.warnings;
    if (setup_.steady) {
      comm::on_root(team, [&] {
        keep_all(io::features_of(io::analyse_mean_field(study), populations.names), outcome);
      });
      if (stop()) return {};
    }
    if (setup_.simulate && !simulate(team, order, study, populations, stop, outcome)) return {};
    comm::on_root(team, [&] { add_terms(order, outcome); });
    return outcome;
  }

 private:
  static void keep_all(const std::vector<io::NamedFeature>& features, Outcome& outcome) {
    for (const io::NamedFeature& feature : features)
      keep(feature.name, feature.result, outcome);
  }

  /// What a candidate is simulated with.
  struct Running {
    const io::SpikingStudy& study;
    const spiking::Populations& populations;
    spiking::Simulation& simulation;
    SavedNeurons& saved;
    std::optional<io::RecordingWriter>& recording;
    std::optional<run::SpikingSamples>& samples;
  };

  /// False: it was stopped.
  bool simulate(const comm::Communicator& team, const Order& order, const io::SpikingStudy& study,
                const spiking::Populations& populations, const ShouldStop& stop,
                Outcome& outcome) const {
    spiking::Simulation simulation(team, study.config, study.steps,
                                   {setup_.threads, run::probed_by(study)});
    outcome.recording = recording_of(setup_, order);
    SavedNeurons saved(team, study, team.is_root() ? state_of(setup_, order) : "",
                       list_of(order, outcome.recording), setup_.every, setup_.threads);
    std::optional<io::RecordingWriter> recording;
    std::optional<run::SpikingSamples> samples;
    if (!setup_.recordings.empty()) {
      claim(team, study, populations, outcome.recording, recording);
      samples.emplace(team, study, simulation, *recording);
    }
    const Running running{study, populations, simulation, saved, recording, samples};
    const Step first = saved.resume(simulation);
    if (!run_through(team, running, stop)) return false;
    const bool keeps = team.max(std::int64_t{order.keeps_state ? 1 : 0}) != 0;
    if (keeps) saved.keep(simulation);
    finish(team, running, outcome);
    outcome.simulated = static_cast<double>(study.steps - first) * study.config.dt;
    if (!keeps) saved.discard();
    return true;
  }

  /// What its list of spikes is called where it has no checkpoints.
  static std::string list_of(const Order& order, const std::string& recording) {
    if (!recording.empty()) return recording + ".partial";
    return (std::filesystem::temp_directory_path() /
            fmt::format("arcuate-{}-{}", ::getpid(), name_of(order)))
        .string();
  }

  static bool run_through(const comm::Communicator& team, const Running& one,
                          const ShouldStop& stop) {
    run::GatheredSpikes gathered(team, [&one](const auto& step, const auto& neuron) {
      one.saved.spikes().append(step, neuron);
    });
    while (one.simulation.now() < one.study.steps) {
      const Step first = one.simulation.now();
      one.simulation.run(std::min(one.study.steps, first + spiking_steps_at_a_time));
      gathered.add(one.simulation.take_spikes(), one.study.transient);
      const std::vector<double> voltages = one.simulation.take_voltages();
      if (one.samples) one.samples->add_voltages(first, one.simulation.now(), voltages);
      if (one.simulation.now() >= one.study.steps) break;
      if (stop()) {
        one.saved.stop(one.simulation);
        return false;
      }
      one.saved.look(one.simulation);
    }
    return true;
  }

  /// What is found in its spikes, and its recording.
  void finish(const comm::Communicator& team, const Running& one, Outcome& outcome) const {
    const io::SpikingStudy& study = one.study;
    analysis::SpikeSource source{0,           nullptr,         study.transient,
                                 study.steps, study.config.dt, one.populations.first};
    io::SpikeResults results;
    comm::on_root(team, [&] {
      io::SpikeLog& log = one.saved.spikes();
      source.count = log.position().count;
      source.read = [&log](std::size_t at, std::size_t most) { return log.read(at, most); };
      results = io::analyse_spikes({source}, study, study.analysis);
      keep_all(io::features_of(results, one.populations, study.analysis), outcome);
    });
    if (!one.recording) return;
    one.samples->add_rates(source);
    one.recording->finish({}, [&](const std::string& file) {
      io::write_spikes(file, study, one.populations, source, results);
    });
  }

  void claim(const comm::Communicator& team, const io::SpikingStudy& study,
             const spiking::Populations& populations, const std::string& path,
             std::optional<io::RecordingWriter>& recording) const {
    io::Output output;
    comm::on_root(team, [&] {
      output = io::Output(path, {io::OutputKind::recording, true, {}, "--overwrite"});
    });
    recording.emplace(
        team, std::move(output), io::header_of(study, populations, team.size(), setup_.threads),
        io::connectome_of(study.config, populations), io::series_of(study, populations));
  }

  void add_terms(const Order& order, Outcome& outcome) const {
    if (!setup_.conditions.empty()) {
      for (const Term& term : setup_.conditions.at(order.condition))
        outcome.terms.push_back(value_of(term, outcome.features));
    }
    if (!setup_.keep_features) outcome.features.clear();
  }

  const TrialSetup& setup_;
};

}  // namespace

std::unique_ptr<Evaluator> evaluator_of_neurons(const TrialSetup& setup) {
  return std::make_unique<NeuronTrials>(setup);
}

}  // namespace arcuate::search
