#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/io/spike_log.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/run/spiking_checkpoints.hpp"
#include "arcuate/spiking/simulation.hpp"

/// States of candidates of spiking neurons that are not done.
namespace arcuate::search {

/// The spikes of one candidate, in a file, and its checkpoints: now and then, when it is stopped,
/// and where it is to go on longer at its end. All calls are collective on the team.
class SavedNeurons {
 public:
  /// file: of rank 0, what its checkpoints and its list of spikes are called, the same for the
  /// candidate whenever it runs; "": there are none, and the list is called after `list`. every:
  /// [s] of wall time, 0: only when it is stopped. `team` and `study` must outlive it.
  SavedNeurons(const comm::Communicator& team, const io::SpikingStudy& study, std::string file,
               const std::string& list, double every, int threads);

  /// Goes on where the candidate was, if it can: what is damaged or of another study is left, and
  /// the candidate begins anew. Returns the step from which it goes on.
  Step resume(spiking::Simulation& simulation);
  /// On rank 0.
  [[nodiscard]] io::SpikeLog& spikes() { return *spikes_; }
  /// Between two steps: writes a checkpoint when it is time. Where it cannot be written the one
  /// before counts.
  void look(const spiking::Simulation& simulation);
  /// The candidate is stopped: what took some time is not done again.
  void stop(const spiking::Simulation& simulation);
  /// Its end, from which it goes on longer. Throws EnvironmentError.
  void keep(const spiking::Simulation& simulation);
  /// The candidate is done.
  void discard();

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - last_).count();
  }
  void open(const std::string& list);
  void write(const spiking::Simulation& simulation);
  void write_if(const spiking::Simulation& simulation, double least);

  const comm::Communicator& team_;
  const io::SpikingStudy& study_;
  std::string file_;
  double every_;
  std::optional<io::Checkpoint> past_;
  std::unique_ptr<io::SpikeLog> spikes_;  ///< on rank 0
  run::SpikingCheckpoints checkpoints_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace arcuate::search
