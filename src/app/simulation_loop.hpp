#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/comm/watchdog.hpp"
#include "arcuate/core/signals.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/run.hpp"
#include "simulation.hpp"

namespace arcuate::app {

/// When a run writes checkpoints.
struct When {
  double every = 0.0;           ///< [s] 0: only when it is stopped
  bool at_the_end = true;       ///< the final state too
  std::optional<double> stops;  ///< [s] after the beginning; of rank 0
  Clock::time_point began;
};

/// What runs.
struct Parts {
  run::Run& run;
  run::Checkpoints& checkpoints;
  io::FeatureSink& features;
  io::RecordingWriter& recording;
  const run::Prepared& prepared;
  comm::Watchdog& watchdog;
};

/// The time loop of a simulation, and its checkpoints.
class Loop {
 public:
  Loop(const comm::Communicator& world, const SimulateArguments& arguments, const When& when,
       const Parts& parts);

  /// To the end of the study. Throws StoppedError when a signal or the time ends it before, its
  /// checkpoint written. Collective.
  void go();

  /// The file with the state at the end, or "".
  [[nodiscard]] const std::string& final_state() const { return final_; }
  /// [s] since go().
  [[nodiscard]] double wall() const { return seconds_since(loop_began_); }

 private:
  /// What is to be done after some steps, the same on all ranks: the largest of all wishes.
  enum class Wish : std::int64_t { go_on, checkpoint, stop };
  [[nodiscard]] Wish own_wish();
  void keep_the_end();
  void checkpoint(Wish wish);
  /// One that is written beside the run becomes the newest when all ranks are through with it.
  void complete_written();
  /// Where it cannot be written, the run goes on with the one before, some times.
  void try_writing(Wish wish, const std::function<void()>& write);
  [[noreturn]] void stop() const;

  const comm::Communicator& world_;
  const SimulateArguments& arguments_;
  When when_;
  Parts parts_;
  monitor::SinkList sinks_;
  core::Signals signals_;
  Clock::time_point loop_began_{}, last_{};
  Step first_ = 0;
  int failures_ = 0;
  std::string final_;
};

}  // namespace arcuate::app
