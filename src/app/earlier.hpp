#pragma once

#include <optional>
#include <string>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/study.hpp"
#include "simulation.hpp"

namespace arcuate::run {
class Checkpoints;
}  // namespace arcuate::run

/// What there is of a run when it starts: nothing, a checkpoint, a whole recording.
namespace arcuate::app {

/// What rank 0 has found out about the output before the study is resolved.
struct Start {
  io::Output output;
  std::string checkpoint;   ///< to go on with, or ""; a recording that keeps its final state
  std::string longer_than;  ///< the recording whose samples are taken over into a longer one, or ""
  bool overwrites = false;  ///< an existing recording may be replaced
  bool keeps_end = true;    ///< the final state is kept in the recording
  double every = 0.0;       ///< [s] between checkpoints, 0: none
  double before_end = 0.0;  ///< [s] 0: not said
  int keep = 2;
};

/// The study, and its recording claimed. On rank 0. Throws ConfigError, DataError.
io::Study read(const SimulateArguments& arguments, Start& start);

/// With --resume: the recording is there and whole, so there is nothing left to do. On rank 0.
/// Throws ConfigError when it is of another study.
bool is_done_already(const SimulateArguments& arguments);

/// The name of the recording in progress of a checkpoint. Throws DataError: it can be none of this
/// output.
std::string partial_of(const io::Checkpoint& checkpoint, const std::string& output);
/// An unfinished run to the same output is gone on with, or given up by word. On rank 0. Throws
/// ConfigError, DataError.
std::optional<io::Checkpoint> earlier_run(const std::string& output, bool resume, bool overwrite);

/// A recording or an unfinished run that is there is meant to be replaced or gone on with. On rank
/// 0. Throws ConfigError.
void require_free(const io::Study& study, const SimulateArguments& arguments);

/// A checkpoint, or that in a recording which keeps its final state, on all ranks; none of "".
/// file: of rank 0. Throws ConfigError, DataError. Collective.
std::optional<io::Checkpoint> open_together(const comm::Communicator& world, std::string file);

/// What a run goes on with: its own checkpoint, else the end of another recording.
struct Past {
  std::optional<io::Checkpoint> checkpoint, end;
  [[nodiscard]] const io::Checkpoint* state() const {
    if (checkpoint) return &*checkpoint;
    return end ? &*end : nullptr;
  }
};

/// Refuses what cannot be gone on with. Collective.
Past past_of(const comm::Communicator& world, const SimulateArguments& arguments, Start& start,
             run::Checkpoints& checkpoints);

}  // namespace arcuate::app
