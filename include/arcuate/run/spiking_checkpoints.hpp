#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/spike_log.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/spiking/simulation.hpp"

/// Checkpoints of spiking networks: neurons are their regions.
namespace arcuate::run {

class SpikingCheckpoints {
 public:
  /// `world` and `study` must outlive it. overwrites: the run may replace a recording. output: of
  /// rank 0, what checkpoints are called after; keep: how many there are. Collective.
  SpikingCheckpoints(const comm::Communicator& world, const io::SpikingStudy& study,
                     std::string output, int keep, int threads, bool overwrites);

  /// Goes on from one: the states of own neurons. Throws DataError, on all ranks. Collective.
  void resume(const io::Checkpoint& checkpoint, spiking::Simulation& simulation);
  /// Writes one. wall: [s] of this part. spikes: of rank 0, so far, nullptr elsewhere. recording:
  /// nullptr where there is none. Throws EnvironmentError, on all ranks. Collective.
  void write(const spiking::Simulation& simulation, io::SpikeLog* spikes,
             io::RecordingWriter* recording, double wall);

  /// Begins at the end of another run: the states of own neurons. Throws DataError, on all ranks.
  /// Collective.
  void begin_at(const io::Checkpoint& end, spiking::Simulation& simulation);
  /// The state at the end of the study, to be kept in the recording; returns its file, which the
  /// caller removes, on rank 0. Throws EnvironmentError, on all ranks. Collective.
  std::string write_final(const spiking::Simulation& simulation, io::RecordingWriter& recording,
                          double wall);

  /// Who simulated what, up to `now`.
  [[nodiscard]] std::vector<io::RunPart> parts(Step now, double wall) const;

 private:
  void load(const io::Checkpoint& checkpoint, spiking::Simulation& simulation) const;
  void write_to(const std::vector<std::string>& files, const spiking::Simulation& simulation,
                io::SpikeLog* spikes, io::RecordingWriter* recording, double wall);

  const comm::Communicator& world_;
  const io::SpikingStudy& study_;
  std::string output_;
  int keep_ = 2;
  io::CheckpointHeader header_;
  Step from_ = 0;
  int threads_ = 1;
};

/// Throws ConfigError when a checkpoint is of another study.
void require_same_study(const io::Checkpoint& checkpoint, const io::SpikingStudy& study);
/// The same, but that the study may be longer.
void require_begin_of_study(const io::Checkpoint& checkpoint, const io::SpikingStudy& study);

/// Where its list of spikes goes on.
io::SpikeLog::Position spikes_in(const io::Checkpoint& checkpoint);
/// Throws ConfigError when a study cannot go on from the end of another run: it has another
/// network, step or delay, or ends before.
void require_end_of_same_network(const io::Checkpoint& end, const io::SpikingStudy& study);

/// Where its recording goes on.
io::RecordingPosition position_in(const io::Checkpoint& checkpoint);

}  // namespace arcuate::run
