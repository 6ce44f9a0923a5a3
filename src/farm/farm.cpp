#include "arcuate/farm/farm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "message.hpp"
#include "team.hpp"

namespace arcuate::farm {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_now() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// Teams of other ranks.
class RankTransport final : public Transport {
 public:
  RankTransport(const comm::Communicator& world, int ranks, int workers)
      : world_(world), ranks_(ranks), ids_(static_cast<std::size_t>(workers)) {}

  [[nodiscard]] int workers() const override { return static_cast<int>(ids_.size()); }
  void start(int worker, const Task& task) override {
    ids_[static_cast<std::size_t>(worker)] = task.id;
    send(world_, leader(worker), {.kind = Message::Kind::task, .id = task.id, .work = task.work});
  }
  void cancel(int worker) override {
    send(world_, leader(worker),
         {.kind = Message::Kind::cancel, .id = ids_[static_cast<std::size_t>(worker)]});
  }
  std::optional<Done> finished() override {
    while (true) {
      const int from = world_.waiting();
      if (from < 0) return std::nullopt;
      Message message = message_of(world_.receive(from));
      if (message.signal != 0) signal_ = message.signal;
      if (message.kind == Message::Kind::done) return std::move(message.done);
    }
  }
  void nap(int idle) override { farm::nap(idle); }
  [[nodiscard]] double now() const override { return seconds_now(); }
  [[nodiscard]] int signal() const override {
    const int own = core::NotedSignals::noted();
    return own != 0 ? own : signal_;
  }
  /// Sends all teams home but those that do not answer, and waits until they have gone; what they
  /// still say is not wanted.
  void dismiss(const std::vector<int>& lost) {
    for (int worker = 0; worker < workers(); ++worker) {
      if (std::find(lost.begin(), lost.end(), worker) == lost.end())
        send(world_, leader(worker), {.kind = Message::Kind::quit});
    }
    int here = workers() - static_cast<int>(lost.size());
    for (int idle = 1; here > 0; ++idle) {
      const int from = world_.waiting();
      if (from < 0) {
        farm::nap(idle);
      } else if (message_of(world_.receive(from)).kind == Message::Kind::quit) {
        --here;
      }
    }
  }

 private:
  [[nodiscard]] int leader(int worker) const { return 1 + worker * ranks_; }
  const comm::Communicator& world_;
  int ranks_;
  std::vector<std::uint64_t> ids_;
  int signal_ = 0;
};

/// The master itself, when it is alone: a task is done as soon as it is started.
class OwnTransport final : public Transport {
 public:
  OwnTransport(const comm::Communicator& world, const Evaluate& evaluate)
      : world_(world), evaluate_(evaluate) {}

  [[nodiscard]] int workers() const override { return 1; }
  void start(int /*worker*/, const Task& task) override {
    OwnWatch watch(now() + task.limit);
    done_ = evaluate_task(world_, evaluate_, task, watch, 0);
  }
  void cancel(int /*worker*/) override {}
  std::optional<Done> finished() override { return std::exchange(done_, std::nullopt); }
  void nap(int /*idle*/) override {}
  [[nodiscard]] double now() const override { return seconds_now(); }
  [[nodiscard]] int signal() const override { return core::NotedSignals::noted(); }

 private:
  class OwnWatch final : public Watch {
   public:
    explicit OwnWatch(double end) : end_(end) {}
    bool stop() override { return core::NotedSignals::noted() != 0 || seconds_now() > end_; }

   private:
    double end_;
  };
  const comm::Communicator& world_;
  const Evaluate& evaluate_;
  std::optional<Done> done_;
};

Figures master(const comm::Communicator& world, Work& work, const Evaluate& evaluate,
               const Options& options) {
  if (world.size() == 1) {
    OwnTransport transport(world, evaluate);
    return serve(work, transport, options);
  }
  RankTransport transport(world, options.ranks, teams_of(world.size(), options.ranks).count);
  Figures figures;
  try {
    figures = serve(work, transport, options);
  } catch (...) {
    transport.dismiss({});
    throw;
  }
  transport.dismiss(figures.lost);
  if (figures.lost.empty()) return figures;
  std::fprintf(stderr,
               "arcuate: error: %zu teams of ranks did not answer any more; what they had is "
               "recorded as lost\n",
               figures.lost.size());
  comm::abort_all();  // they would keep all others from ending
}

}  // namespace

Teams teams_of(int size, int ranks) {
  if (size == 1 && ranks == 1) return {1, 0};
  const Teams teams{(size - 1) / ranks, (size - 1) % ranks};
  if (teams.count > 0) return teams;
  throw ConfigError(
      fmt::format("{} ranks for each simulation and one for the master: at least {} are needed, "
                  "and there {} {}",
                  ranks, ranks + 1, size == 1 ? "is" : "are", size));
}

Figures run(const comm::Communicator& world, Work* work, const Evaluate& evaluate,
            const Options& options) {
  const Teams teams = teams_of(world.size(), options.ranks);
  const int worker = (world.rank() - 1) / options.ranks;
  const bool idle = world.rank() > 0 && worker >= teams.count;
  const int colour = world.is_root() ? 0 : idle ? 1 : 2 + worker;
  const comm::Communicator team = world.split(colour);
  const core::NotedSignals signals;
  Figures figures;
  std::string problem;
  int code = 0;
  if (world.is_root()) {
    try {
      figures = master(world, *work, evaluate, options);
    } catch (const Error& error) {
      problem = error.what();
      code = static_cast<int>(error.code());
    }
  } else if (!idle) {
    work_in_team(world, team, worker, evaluate);
  }
  // Ranks without work wait here; sleeping, as they may wait for long.
  if (world.is_root()) {
    for (int rank = 1; rank < world.size(); ++rank)
      send(world, rank, {.kind = Message::Kind::quit, .work = problem, .signal = code});
  } else {
    const Message last = wait_for(world, 0);
    problem = last.work;
    code = last.signal;
  }
  if (code != 0) throw Error(static_cast<ExitCode>(code), problem);
  return figures;
}

}  // namespace arcuate::farm
