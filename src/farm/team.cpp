#include "team.hpp"

#include <chrono>
#include <new>

#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "message.hpp"

namespace arcuate::farm {
namespace {

using Clock = std::chrono::steady_clock;

/// Listens to the master between two pieces of an evaluation.
class TeamWatch final : public Watch {
 public:
  TeamWatch(const comm::Communicator& world, const comm::Communicator& team, std::uint64_t id)
      : world_(world), team_(team), id_(id) {}

  bool stop() override {
    std::int64_t wanted = core::NotedSignals::noted() != 0 ? 1 : 0;
    if (team_.is_root() && world_.waiting(0)) {
      const Message message = message_of(world_.receive(0));
      dismissed_ = dismissed_ || message.kind == Message::Kind::quit;
      cancelled_ = cancelled_ || (message.kind == Message::Kind::cancel && message.id == id_);
    }
    if (cancelled_ || dismissed_) wanted = 1;
    return team_.max(wanted) != 0;
  }
  /// The master wants no more of this team. Known to its rank 0.
  [[nodiscard]] bool dismissed() const { return dismissed_; }

 private:
  const comm::Communicator& world_;
  const comm::Communicator& team_;
  std::uint64_t id_;
  bool cancelled_ = false;
  bool dismissed_ = false;
};

/// Remembers whether it was said that the evaluation should stop.
class Remembering final : public Watch {
 public:
  explicit Remembering(Watch& watch) : watch_(watch) {}
  bool stop() override { return stopped_ = stopped_ || watch_.stop(); }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  Watch& watch_;
  bool stopped_ = false;
};

/// What the master says next, on rank 0 of a team.
Message heard(const comm::Communicator& world) {
  int reported = 0;
  for (int idle = 1;; ++idle) {
    if (world.waiting(0)) {
      Message message = message_of(world.receive(0));
      if (message.kind != Message::Kind::cancel) return message;
      idle = 1;  // too late: of a task that has ended
    }
    const int signal = core::NotedSignals::noted();
    if (signal != reported) send(world, 0, {.kind = Message::Kind::signal, .signal = signal});
    reported = signal;
    nap(idle);
  }
}

/// The same on all ranks of a team.
Message next_message(const comm::Communicator& world, const comm::Communicator& team,
                     bool dismissed) {
  if (!team.is_root()) return wait_for(team, 0);
  const Message message = dismissed ? Message{} : heard(world);
  for (int rank = 1; rank < team.size(); ++rank)
    send(team, rank, message);
  return message;
}

}  // namespace

Done evaluate_task(const comm::Communicator& team, const Evaluate& evaluate, const Task& task,
                   Watch& watch, int worker) {
  Done done{.id = task.id, .worker = worker};
  const auto began = Clock::now();
  Remembering remembering(watch);
  try {
    done.result = evaluate(team, task.work, remembering);
    if (remembering.stopped()) done.ending = Ending::stopped;
  } catch (const Error& error) {
    done.ending = Ending::failed;
    done.reason = error.what();
    done.exit_code = static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    if (team.size() > 1) throw;  // the others do not know of it
    done.ending = Ending::failed;
    done.reason = "out of memory";
    done.exit_code = static_cast<int>(ExitCode::environment);
  }
  done.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  return done;
}

void work_in_team(const comm::Communicator& world, const comm::Communicator& team, int worker,
                  const Evaluate& evaluate) {
  bool dismissed = false;
  while (true) {
    const Message message = next_message(world, team, dismissed);
    if (message.kind == Message::Kind::quit) break;
    TeamWatch watch(world, team, message.id);
    const Task task{.id = message.id, .work = message.work};
    Done done = evaluate_task(team, evaluate, task, watch, worker);
    dismissed = watch.dismissed();
    if (team.is_root())
      send(world, 0,
           {.kind = Message::Kind::done,
            .id = done.id,
            .done = std::move(done),
            .signal = core::NotedSignals::noted()});
  }
  if (team.is_root()) send(world, 0, {.kind = Message::Kind::quit});
}

}  // namespace arcuate::farm
