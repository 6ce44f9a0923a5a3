#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/network/connectome.hpp"

/// One study, from its file to samples: what every verb that simulates does, on any communicator.
namespace arcuate::run {

/// What every rank knows of a study; the connectome stays on rank 0.
struct Prepared {
  engine::SimulationSpec simulation;
  std::vector<monitor::MonitorSpec> monitors;
  Step transient = 0;  ///< [steps]
  std::vector<io::ModelSource> models;
  io::RecordingHeader header;
  // On rank 0:
  std::shared_ptr<const std::vector<io::FeatureRequest>> features =
      std::make_shared<std::vector<io::FeatureRequest>>();
  std::int64_t feature_bytes = 0;
  network::Connectome connectome;
  engine::Delays delays;
  Step period = 0;                    ///< [steps] between messages
  std::vector<std::string> warnings;  ///< what a user should know
};

/// Where a run comes from, asked on rank 0.
struct Source {
  std::function<io::Study()> study;
  /// All but local edges that are to be computed.
  std::function<network::Connectome(const io::Study&)> connectome =
      io::load_connectome_without_local;
  /// May change the simulation before others know of it.
  std::function<void(const io::Study&, Prepared&)> change = [](const io::Study&, Prepared&) {};
};

/// study -> connectome -> partition, on rank 0, and what of it all ranks need, on all. Throws what
/// reading throws, on all ranks. Collective.
Prepared prepare(const comm::Communicator& comm, const Source& source, int threads);

/// [bytes] that a run takes must be there. idle_bytes: resident before the study was read.
/// Collective. Throws ConfigError.
void require_room(const comm::Communicator& comm, const Prepared& prepared, int threads,
                  std::int64_t idle_bytes);

/// A prepared study while it runs:
///
///     Run run(comm, prepared, options);
///     Sink sink(run.series(), prepared.connectome);
///     run.start();
///     while (!run.done()) run.advance(chunk, sink);
class Run {
 public:
  /// `comm` and `prepared` must outlive it. Collective.
  Run(const comm::Communicator& comm, Prepared& prepared, const engine::SimulationOptions& options);

  /// Of the monitors. Labels of regions are known on rank 0 only.
  [[nodiscard]] const std::vector<monitor::SeriesInfo>& series() const { return series_; }

  /// Takes the connectome of `prepared`. Collective.
  void start();

  [[nodiscard]] bool done() const { return simulation_->now() >= recorder_->last_step(); }
  /// To the next multiple of `chunk`, from where it began or went on, or as far as buffers and the study go, and hands on the
  /// samples. Throws DivergedError on all ranks. Collective; `chunk` is the same on all ranks.
  void advance(Step chunk, monitor::SampleSink& sink);

  /// Appends what an owned region (its position) needs to go on. After a call of advance().
  io::SavedRegion save(LocalIndex region, std::vector<double>& values) const;
  /// Goes on from a checkpoint of the same study, right after start(). Throws DataError,
  /// ConfigError on all ranks. Collective.
  void resume(const io::Checkpoint& checkpoint);

  /// What enters from another simulation. After start(), before the first call of advance().
  void set_feed(const engine::Feed& feed) { simulation_->set_feed(feed); }

  /// Before start(): none.
  [[nodiscard]] const engine::Simulation& simulation() const { return *simulation_; }
  /// [steps] that are done, of those of the study.
  [[nodiscard]] Step now() const;

 private:
  const comm::Communicator& comm_;
  Prepared& prepared_;
  engine::SimulationOptions options_;
  std::unique_ptr<monitor::Recorder> recorder_;
  std::vector<monitor::SeriesInfo> series_;
  std::unique_ptr<engine::Simulation> simulation_;
  Step first_ = 0;
};

}  // namespace arcuate::run
