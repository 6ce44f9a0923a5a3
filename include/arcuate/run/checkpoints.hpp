#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/run/run.hpp"

/// Checkpoints of a run that writes a recording.
namespace arcuate::run {

/// What there is of an earlier run to the same output.
struct Found {
  std::optional<io::Checkpoint> newest;  ///< the newest that is not damaged
  std::vector<std::string> warnings;     ///< of damaged ones
};
/// On one rank. Throws DataError when there are some, and all are damaged.
Found find_checkpoints(const std::string& output);

/// The checkpoints that are there, the newest first.
std::vector<std::string> checkpoint_files(const std::string& output);

/// Removes the checkpoints of an output, and the recordings in progress that they go on with. On
/// one rank.
void discard_checkpoints(const std::string& output);

/// What the state of a study must have in common with another, to go on with it.
struct Continuable {
  std::string form;                       ///< fingerprint of what its numbers are
  std::string monitors;                   ///< fingerprint of the monitors
  Step steps = 0;                         ///< when it ends
  std::vector<std::int32_t> longest_lag;  ///< (n_regions) [steps] of what each sends
};
/// On rank 0. Before Run::start. Collective.
Continuable continuable(const comm::Communicator& comm, const Prepared& prepared);
/// Throws ConfigError when `next` cannot go on from the end of `before`, which messages begin with.
void require_continuable(const Continuable& before, const Continuable& next,
                         const std::string& name);

struct CheckpointOptions {
  int keep = 2;             ///< on rank 0
  bool overwrites = false;  ///< the run may replace a recording
};

class Checkpoints {
 public:
  /// output: of rank 0. Before Run::start, which takes the connectome. `comm` and `prepared` must
  /// outlive it. Collective.
  Checkpoints(const comm::Communicator& comm, const Prepared& prepared, std::string output,
              const CheckpointOptions& options);

  /// Goes on from one, given on all ranks: what it says of the parts before. Throws ConfigError
  /// naming the differences, on all ranks, when it is of another study. Collective.
  void continue_from(const io::Checkpoint& checkpoint);

  /// Begins at the end of a recording, whose study it must be but for numbers. Throws ConfigError,
  /// on all ranks. Collective.
  void begin_at(const io::Checkpoint& end);

  using Manner = io::CheckpointWriter::Manner;
  /// Begins to write one of what is done, which complete() makes the newest. One at a time. wall:
  /// [s] of this part so far, its rank counts and threads in the header of `prepared`. run,
  /// features and recording may go on. Throws EnvironmentError. Collective.
  /// recording: nullptr where there is none.
  void begin(const Run& run, io::FeatureSink& features, io::RecordingWriter* recording, double wall,
             Manner manner);
  /// There is one that is not complete.
  [[nodiscard]] bool is_pending() const { return pending_ != nullptr; }
  /// go_on() does not wait for this rank.
  [[nodiscard]] bool is_ready() const { return pending_ && pending_->done(); }
  /// The next step of the pending one. True: it is complete. Throws EnvironmentError; then the one
  /// before stays, and there is none pending. Collective.
  bool go_on(io::RecordingWriter* recording);
  /// All its steps. Throws as go_on(). Collective.
  void complete(io::RecordingWriter* recording);
  /// Gives up what is not complete.
  void give_up() { pending_.reset(); }

  /// A recording has taken over the samples of a shorter one: writes a checkpoint of it, and what
  /// went on with the shorter one goes, that too unless it is whole. Throws EnvironmentError.
  /// Collective.
  void leave(const std::string& shorter, const Run& run, io::FeatureSink& features,
             io::RecordingWriter& recording);
  /// The state at the end of the study, to be kept in the recording; returns its file, which the
  /// caller removes.
  std::string write_final(const Run& run, io::FeatureSink& features, io::RecordingWriter& recording,
                          double wall);

  /// What writing them has cost.
  struct Cost {
    std::int64_t number = 0;
    std::int64_t bytes = 0;  ///< of the last
    double waited = 0.0;     ///< [s] the simulation stood still, all together
    double seconds = 0.0;    ///< [s] until they were complete, all together
  };
  [[nodiscard]] const Cost& cost() const { return cost_; }

  /// The run is whole: they go.
  void discard() const;

  /// Who simulated what, up to `now`; on rank 0.
  [[nodiscard]] std::vector<io::RunPart> parts(Step now, double wall) const;

 private:
  const comm::Communicator& comm_;
  const Prepared& prepared_;
  std::string output_;
  CheckpointOptions options_;
  [[nodiscard]] io::CheckpointHeader header_now(const Run& run, double wall) const;
  /// outlasts: what it goes on with is on the disk before it.
  std::unique_ptr<io::CheckpointWriter> start(const std::vector<std::string>& files, const Run& run,
                                              io::FeatureSink& features,
                                              io::RecordingWriter* recording, double wall,
                                              Manner manner, bool outlasts);
  void take(std::unique_ptr<io::CheckpointWriter> writer, io::RecordingWriter* recording);
  std::unique_ptr<io::CheckpointWriter> pending_;
  std::unique_ptr<io::CheckpointWriter> written_;  ///< the last one
  Cost cost_;
  Step from_ = 0;
  io::CheckpointHeader header_;  ///< on rank 0
};

}  // namespace arcuate::run
