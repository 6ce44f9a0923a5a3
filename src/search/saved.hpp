#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "arcuate/io/feature_sink.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/run.hpp"

/// States of candidates that are not done.
namespace arcuate::search {

/// [s] A candidate that was stopped before is done again: that costs less than its file.
inline constexpr double worth_keeping = 10.0;

/// The newest checkpoint called after `file` that is whole, by name, or ""; damaged ones go. On one
/// rank.
std::string newest_state(const std::string& file);
/// Removes the checkpoints of a candidate, and its list of spikes. On one rank.
void discard_state(const std::string& file);

/// The checkpoints of one candidate: now and then, when it is stopped, and where it is to go on
/// longer at its end. All calls are collective on the team.
class SavedTrial {
 public:
  /// file: what its checkpoints are called, the same for the candidate whenever it runs; "": none
  /// are written. every: [s] of wall time, 0: only when it is stopped. Before Run::start. `team`
  /// and `prepared` must outlive it.
  SavedTrial(const comm::Communicator& team, const run::Prepared& prepared, std::string file,
             double every);

  /// Goes on where the candidate was, if it can: what is damaged or of another study is left, and
  /// the candidate begins anew. Returns the step from which it goes on.
  Step resume(run::Run& run, io::FeatureSink& features);
  /// Between two steps: writes one when it is time. Where it cannot be written the one before
  /// counts.
  void look(const run::Run& run, io::FeatureSink& features);
  /// The candidate is stopped: what took some time is not done again.
  void stop(const run::Run& run, io::FeatureSink& features);
  /// Its end, from which it goes on longer. Before the features are finished. Throws
  /// EnvironmentError.
  void keep(const run::Run& run, io::FeatureSink& features);
  /// The candidate is done.
  void discard();

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - last_).count();
  }
  void write(const run::Run& run, io::FeatureSink& features);
  const comm::Communicator& team_;
  std::string file_;
  double every_;
  std::optional<run::Checkpoints> checkpoints_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace arcuate::search
