#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "arcuate/analysis/stream.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/run/run.hpp"
#include "evaluator.hpp"
#include "saved.hpp"
#include "tuned.hpp"

namespace arcuate::search {
namespace {

constexpr Step steps_between_looks = 1 << 14;

/// The recordings of candidates that keep theirs.
struct Recording {
  std::string path;
  std::optional<io::RecordingWriter> writer;
};

/// Hands samples to features and, where there is one, to the recording.
std::vector<monitor::SampleSink*> sinks_of(io::FeatureSink& features, Recording& recording) {
  std::vector<monitor::SampleSink*> sinks{&features};
  if (recording.writer) sinks.push_back(&*recording.writer);
  return sinks;
}

void keep_weights(const Tuning& tuning, const run::Prepared& prepared, Outcome& outcome) {
  const std::string name(prepared.simulation.populations.front().model->info.fic.parameter);
  KeptArray kept{tuned_weights, "model.parameters." + name, "1", {}, tuning.weight};
  analysis::Axis regions{"region", "", {}, {}};
  for (std::size_t i = 0; i < tuning.weight.size(); ++i)
    regions.values.push_back(static_cast<double>(i));
  kept.axes.push_back(std::move(regions));
  const std::vector<analysis::Axis> axes = kept.axes;
  outcome.features.push_back(std::move(kept));
  if (tuning.simulations == 0) return;
  outcome.features.push_back(
      {tuning_feature, "simulations", "1", {}, {static_cast<double>(tuning.simulations)}});
  outcome.features.push_back({tuning_feature, tuning_correction, "1", axes, tuning.correction()});
}

/// What a candidate runs with.
struct Running {
  run::Run& run;
  io::FeatureSink& features;
  monitor::SinkList& sinks;
  SavedTrial& saved;
};

/// False: it was stopped. Monitors may want one step more than `steps`: the state that is kept to
/// go on from is that before it.
bool run_through(const Running& one, Step steps, bool keeps, const ShouldStop& stop) {
  bool to_keep = keeps;
  const auto keep_the_end = [&] {
    if (std::exchange(to_keep, false)) one.saved.keep(one.run, one.features);
  };
  while (!one.run.done()) {
    if (one.run.now() == steps) keep_the_end();
    one.run.advance(steps_between_looks, one.sinks);
    if (one.run.now() == steps) continue;
    if (stop()) {
      one.saved.stop(one.run, one.features);
      return false;
    }
    one.saved.look(one.run, one.features);
  }
  keep_the_end();
  return true;
}

class RegionTrials final : public Evaluator {
 public:
  explicit RegionTrials(const TrialSetup& given) : setup(given) {
    for (const std::vector<Term>& terms : given.conditions)
      objectives.emplace_back(terms);
    if (objectives.empty()) objectives.emplace_back(std::vector<Term>{});
  }

  Outcome run(const comm::Communicator& team, const Order& order, const ShouldStop& stop) override;

 private:
  Objective& objective_of(const Order& order) { return objectives.at(order.condition); }

  /// The study of a candidate, on rank 0.
  io::Study study_of(const Order& order) const {
    std::vector<std::string> overrides = setup.overrides;
    overrides.insert(overrides.end(), order.changes.begin(), order.changes.end());
    return io::parse_study(setup.study, setup.path, overrides);
  }

  /// Read once for all candidates that have the same, on rank 0.
  network::Connectome connectome_of(const io::Study& study) {
    if (study.surface) return io::load_connectome_without_local(study);
    if (!network || network_text != study.network) {
      network = io::load_connectome_without_local(study);
      network_text = study.network;
    }
    return *network;
  }

  /// Features of the study, if they are kept, then samples for losses.
  std::vector<io::FeatureRequest> requests_of(const run::Prepared& prepared,
                                              const Objective& objective) const {
    std::vector<io::FeatureRequest> requests;
    if (setup.keep_features) requests = *prepared.features;
    requests.insert(requests.end(), objective.wanted().begin(), objective.wanted().end());
    if (setup.inhibition > 0.0) requests.push_back(request_samples(rates_monitor, "", 0.0, ""));
    return requests;
  }

  void claim(const comm::Communicator& team, run::Run& running, run::Prepared& prepared,
             Recording& recording) {
    if (recording.path.empty()) return;
    io::Output output;
    comm::on_root(team, [&] {
      output = io::Output(recording.path, {io::OutputKind::recording, true, {}, "--overwrite"});
      prepared.header.stimuli = io::recorded_stimuli(
          prepared.simulation, static_cast<GlobalIndex>(prepared.header.owner.size()));
    });
    recording.writer.emplace(team, std::move(output), prepared.header, prepared.connectome,
                             running.series());
  }

  /// After the last sample, on rank 0.
  void finish(io::FeatureSink& features, std::size_t kept, Objective& objective,
              const std::vector<std::uint8_t>& hemisphere, Outcome& outcome) const {
    std::vector<io::ComputedFeature> samples;
    std::size_t number = 0;
    features.finish([&](const io::ComputedFeature& done) {
      if (number++ < kept) return keep(done.request.name, done.result, outcome);
      samples.push_back(done);
    });
    if (setup.inhibition > 0.0) {
      const io::ComputedFeature& rates = samples.back();
      const double off = squared_deviation(rates.result.arrays.front().values,
                                           rates.series.labels.size(), target_rate);
      outcome.terms.push_back({"inhibition", off, off, setup.inhibition});
      samples.pop_back();
    }
    if (objective.wanted().empty()) return;
    const std::vector<TermValue> terms = objective.values(samples, hemisphere);
    outcome.terms.insert(outcome.terms.begin(), terms.begin(), terms.end());
    outcome.notes.insert(outcome.notes.end(), objective.notes().begin(), objective.notes().end());
  }

  const TrialSetup& setup;
  std::vector<Objective> objectives;  ///< by condition
  double target_rate = 0.0;           ///< [Hz] of the candidate that runs
  std::optional<network::Connectome> network;
  std::string network_text;
};

Outcome RegionTrials::run(const comm::Communicator& team, const Order& order,
                          const ShouldStop& stop) {
  Objective& objective = objective_of(order);
  Outcome outcome;
  Tuning tuning;
  run::Prepared prepared =
      run::prepare(team,
                   {.study = [&] { return study_of(order); },
                    .connectome = [&](const io::Study& study) { return connectome_of(study); },
                    .change =
                        [&](const io::Study& study, run::Prepared& made) {
                          if (setup.inhibition > 0.0) {
                            add_rates(study, made);
                            target_rate = study.inhibition->target_rate;
                          }
                          if (!setup.tune_inhibition) return;
                          tuning = first_weights(study, made, order.correction);
                          set_weights(tuning, made.simulation);
                        }},
                   setup.threads);
  engine::SimulationOptions options;
  options.threads = setup.threads;
  if (setup.tune_inhibition) tune_by_simulation(team, tuning, prepared, options);
  outcome.warnings = prepared.warnings;
  analysis::use_threads(setup.threads);
  const std::vector<std::uint8_t> hemisphere = prepared.connectome.hemisphere;
  const std::vector<io::FeatureRequest> requests = requests_of(prepared, objective);
  SavedTrial saved(team, prepared, team.is_root() ? state_of(setup, order) : "", setup.every);
  run::Run running(team, prepared, options);
  io::FeatureSink features(team, requests, running.series(), prepared.connectome);
  Recording recording{recording_of(setup, order), {}};
  claim(team, running, prepared, recording);
  monitor::SinkList sinks(sinks_of(features, recording));
  running.start();
  const Step first = saved.resume(running, features);
  const bool keeps = team.max(std::int64_t{order.keeps_state ? 1 : 0}) != 0;
  if (!run_through({running, features, sinks, saved}, prepared.simulation.steps, keeps, stop))
    return {};
  const std::size_t kept =
      requests.size() - objective.wanted().size() - (setup.inhibition > 0.0 ? 1 : 0);
  comm::on_root(team, [&] { finish(features, kept, objective, hemisphere, outcome); });
  if (setup.tune_inhibition && team.is_root()) keep_weights(tuning, prepared, outcome);
  if (recording.writer) recording.writer->finish({});
  if (!keeps) saved.discard();
  outcome.recording = recording.path;
  outcome.simulated =
      static_cast<double>(prepared.simulation.steps - first) * prepared.simulation.dt / 1000.0;
  return outcome;
}

}  // namespace

std::unique_ptr<Evaluator> evaluator_of_regions(const TrialSetup& setup) {
  return std::make_unique<RegionTrials>(setup);
}

}  // namespace arcuate::search
