#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/names.hpp"

/// Many evaluations as one job: rank 0 hands tasks to teams of the other ranks, whoever is free,
/// without barriers. What a task means is its users' affair (docs/decisions/farm.md).
namespace arcuate::farm {

struct Task {
  std::uint64_t id = 0;  ///< told back; no two tasks that are out share one
  std::string work;      ///< what `Evaluate` is given, bytes of any kind
  double limit = std::numeric_limits<double>::infinity();  ///< [s] then it is stopped
  std::string name{};                                      ///< in messages; "": "task ID"
};

enum class Ending { done, failed, timed_out, stopped, lost };

/// How a task ended.
struct Done {
  std::uint64_t id = 0;
  Ending ending = Ending::done;
  std::string result;  ///< what `Evaluate` returned on rank 0 of the team; "" if it threw
  std::string reason;  ///< the message of what it threw, or why it is timed out, stopped or lost
  int exit_code = 0;  ///< of what it threw (`ExitCode`; an exception that is no Error: environment)
  double seconds = 0.0;  ///< that the team spent with it
  int worker = 0;
};

/// What a farm has done, or has done so far.
struct Figures {
  int workers = 0;
  int ranks = 1;                          ///< of each worker
  int idle_ranks = 0;                     ///< left over: too few for one more worker
  int busy = 0;                           ///< workers with a task now
  int lost = 0;                           ///< workers that do not answer now
  std::int64_t tasks = 0;                 ///< that ended, whichever way
  std::array<std::int64_t, 5> endings{};  ///< how many, by `Ending`
  double wall = 0.0;                      ///< [s]
  double busy_seconds = 0.0;              ///< in evaluations, over all workers
  double master_seconds = 0.0;  ///< processor time of the master's looks that found something
  int signalled = 0;            ///< the signal that ended the run, or 0

  /// The share of time in which workers were in evaluations.
  [[nodiscard]] double efficiency() const {
    return workers > 0 && wall > 0.0 ? busy_seconds / (workers * wall) : 0.0;
  }
  /// [s] of the master for one task.
  [[nodiscard]] double master_cost() const {
    return tasks > 0 ? master_seconds / static_cast<double>(tasks) : 0.0;
  }
  [[nodiscard]] std::int64_t count(Ending ending) const {
    return endings[static_cast<std::size_t>(ending)];
  }
};

/// What is to be done, on rank 0: asked for tasks, told how they ended. All calls come from the
/// thread that called `run`. What one of them throws ends the farm: running tasks are stopped, the
/// work is not called again, and `run` throws it on all ranks.
class Work {
 public:
  virtual ~Work() = default;
  /// The next task. None: results are needed first, and it is asked again when one came; or, while
  /// no task is out, all is done.
  virtual std::optional<Task> next() = 0;
  /// In the order in which they ended; by worker where several are found at one look. All that have
  /// ended are told before `next` is asked.
  virtual void take(const Done& done) = 0;
  /// Called every half second, with evaluations going on: for progress, and to flush.
  virtual void idle(const Figures& /*figures*/) {}
  /// Whether tasks may come from elsewhere (a pipe) though `next` has none now: then the farm is
  /// not done, and `next`, which must not wait, is asked at every look (50 us to 1 ms).
  virtual bool expects_more() { return false; }
  /// Called last, in place of a return from `run`, when a worker hangs at the end: its ranks can
  /// neither return nor be ended alone, so all ranks are ended after this call, with its code. What
  /// must be written is written here.
  virtual ExitCode abandon(const Figures& /*figures*/) { return ExitCode::environment; }
};

/// What an evaluation looks at between its chunks.
class Watch {
 public:
  virtual ~Watch() = default;
  /// Whether the evaluation is to end: out of time, or the farm ends. The same on all ranks of the
  /// team, and true from then on. The evaluation then returns or throws as it likes: it counts as
  /// `timed_out` or `stopped`. Collective on the team; costs less than 1 us but every 5 ms or so.
  virtual bool stop() = 0;
};

/// Evaluates one task. Collective on `team`. What it returns on rank 0 of the team goes to the
/// master. It throws on all ranks or on none: a team whose ranks wait for one that threw is lost.
using Evaluate = std::function<std::string(const comm::Communicator& team, const std::string& work,
                                           Watch& watch)>;

/// The same on all ranks.
struct Options {
  int ranks = 1;  ///< of a worker
  /// [s] A worker that has not answered for this, nor for three times its task's limit, is lost; so
  /// is one that has not answered for two thirds of it after it was told to stop, since batch
  /// systems kill 30 s after their signal.
  double patience = 30.0;
  std::function<void(const std::string&)> warn;  ///< on rank 0; none: standard error
  double watchdog = 0.0;  ///< [s] that rank 0 may stand still (comm/watchdog.hpp); 0: no matter
};

/// Workers are runs of ranks in order, of one machine as far as they go; ranks left over wait, and
/// a warning says how many. A world of one rank works itself. SIGTERM, SIGINT and SIGUSR1 on any
/// rank end the farm in order: nothing new is handed out and running tasks are `stopped`; a second
/// SIGINT is no longer caught. Whoever waits sleeps. A worker that answers after it was lost is
/// used again.
///
/// Collective on `world`; `work` on rank 0 only. Returns the same on all ranks. Throws on all
/// ranks: ConfigError when there are too few ranks for one worker, and what `work` throws.
Figures run(const comm::Communicator& world, Work* work, const Evaluate& evaluate,
            const Options& options);

}  // namespace arcuate::farm

namespace arcuate::core {

template <>
struct Names<farm::Ending> {
  static constexpr std::array table{
      Name{farm::Ending::done, "done", "evaluated"},
      Name{farm::Ending::failed, "failed", "the evaluation ended with an error"},
      Name{farm::Ending::timed_out, "timed_out", "stopped at its time limit"},
      Name{farm::Ending::stopped, "stopped", "stopped since the run ended"},
      Name{farm::Ending::lost, "lost", "its worker did not answer"}};
};

}  // namespace arcuate::core
