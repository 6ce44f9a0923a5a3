#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/names.hpp"

/// Many independent evaluations as one MPI job: a master hands them out to teams of ranks, to
/// whoever is free (docs/decisions/farm.md).
namespace arcuate::farm {

/// Something to evaluate.
struct Task {
  std::uint64_t id = 0;
  std::string work;
  double limit = std::numeric_limits<double>::infinity();  ///< [s] then it is stopped
};

enum class Ending {
  done,
  failed,     ///< the evaluation threw
  timed_out,  ///< it took longer than its limit
  stopped,    ///< a signal ended the farm
  lost        ///< its team did not answer any more
};

/// How a task ended.
struct Done {
  std::uint64_t id = 0;
  Ending ending = Ending::done;
  std::string result{};  ///< of the evaluation
  std::string reason{};  ///< why there is none
  int exit_code = 0;     ///< of the error (core/error.hpp)
  double seconds = 0.0;  ///< of the evaluation
  int worker = 0;
};

/// How the farm is doing.
struct Figures {
  int workers = 0;
  int busy = 0;                 ///< now
  std::int64_t tasks = 0;       ///< that ended
  double wall = 0.0;            ///< [s]
  double busy_seconds = 0.0;    ///< of evaluations, over all workers
  double master_seconds = 0.0;  ///< of the master's own work, naps left out
  int signal = 0;               ///< that ended it, or 0
  std::vector<int> lost;        ///< workers that did not answer any more

  /// Share of the workers' time in which they evaluated.
  [[nodiscard]] double efficiency() const {
    return wall > 0.0 && workers > 0 ? busy_seconds / (wall * workers) : 0.0;
  }
};

/// What is to be done. Asked by the master alone.
class Work {
 public:
  virtual ~Work() = default;
  /// None: results are needed first. When there is none and nothing is out, all is done.
  virtual std::optional<Task> next() = 0;
  /// Whether tasks may come although nothing is out: from elsewhere.
  [[nodiscard]] virtual bool waits() const { return false; }
  virtual void take(const Done& done) = 0;
  /// Now and then, at most twice a second.
  virtual void look(const Figures& /*figures*/) {}
};

/// Whether an evaluation should end, for the evaluation to ask between two pieces of its work.
/// The same answer on all ranks of the team. Collective.
class Watch {
 public:
  virtual ~Watch() = default;
  [[nodiscard]] virtual bool stop() = 0;
};

/// Evaluates a task on a team; what rank 0 of it returns goes to the master. `work` is there on all
/// ranks. Throws on all ranks of the team or on none. Collective on the team.
using Evaluate = std::function<std::string(const comm::Communicator& team, const std::string& work,
                                           Watch& watch)>;

struct Options {
  int ranks = 1;  ///< of a team
  /// [s] that a team may take to stop when it is asked to, before it is given up.
  double patience = 30.0;
};

/// How many teams of `ranks` a world of `size` ranks has beside its master, and how many ranks are
/// left over. A single rank is a team of its own. Throws ConfigError: none.
struct Teams {
  int count = 0;
  int idle = 0;
};
Teams teams_of(int size, int ranks);

/// Does all work. Rank 0 of `world` is the master (it evaluates itself when it is alone), the
/// others form teams in their order. Results that are there are taken before work is handed out; a
/// team has one task at a time; who waits sleeps. A signal that would end the process (on any rank)
/// ends the farm: what runs is stopped and handed to `take`. work: of rank 0. The figures are those
/// of rank 0. What `work` throws is thrown on all ranks. Collective.
Figures run(const comm::Communicator& world, Work* work, const Evaluate& evaluate,
            const Options& options);

/// Where tasks go: the master sees nothing else of the world.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual int workers() const = 0;
  virtual void start(int worker, const Task& task) = 0;
  virtual void cancel(int worker) = 0;
  /// Of a worker that is ready, with its number.
  virtual std::optional<Done> finished() = 0;
  /// When there is nothing to do. idle: how many times in a row.
  virtual void nap(int idle) = 0;
  [[nodiscard]] virtual double now() const = 0;  ///< [s]
  [[nodiscard]] virtual int signal() const = 0;  ///< that asks for the end, or 0
};

/// The master's loop.
Figures serve(Work& work, Transport& transport, const Options& options);

}  // namespace arcuate::farm

namespace arcuate::core {

template <>
struct Names<farm::Ending> {
  using Kind = farm::Ending;
  static constexpr std::array table{
      Name{Kind::done, "done", "it has a result"},
      Name{Kind::failed, "failed", "the simulation or its losses ended with an error"},
      Name{Kind::timed_out, "timed_out", "it took longer than its limit"},
      Name{Kind::stopped, "stopped", "a signal ended the run before"},
      Name{Kind::lost, "lost", "its ranks did not answer any more"}};
};

}  // namespace arcuate::core
