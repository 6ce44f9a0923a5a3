#include "arcuate/farm/farm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "arcuate/comm/watchdog.hpp"
#include "arcuate/core/one_line.hpp"
#include "layout.hpp"
#include "letters.hpp"
#include "master.hpp"
#include "member.hpp"
#include "solo.hpp"
#include "teams.hpp"

namespace arcuate::farm {
namespace {

void print_warning(const std::string& text) {
  std::fprintf(stderr, "arcuate: warning: %s\n", core::one_line(text).c_str());
}

void check(const comm::Communicator& world, const Work* work, const Options& options) {
  if (world.is_root() && work == nullptr) throw std::logic_error("farm: no work on rank 0");
  if (options.ranks < 1) {
    throw ConfigError(
        fmt::format("ranks of a worker: {}; expected a whole number from 1 on", options.ranks));
  }
  const int most = std::max(1, world.size() - 1);
  if (options.ranks > most) {
    throw ConfigError(fmt::format(
        "ranks of a worker: {}, but of {} ranks {} can work; start at least {}, or give "
        "workers of at most {}",
        options.ranks, world.size(), world.size() == 1 ? "one" : "all but the first",
        options.ranks + 1, most));
  }
}

/// What the master knows at the end.
struct Outcome {
  Figures figures;
  std::exception_ptr error;
};

Outcome work_alone(const comm::Communicator& world, Work& work, const Evaluate& evaluate,
                   const core::Signals& signals, const Options& options) {
  Solo solo(world, evaluate, signals);
  Master master(work, solo, options);
  solo.set_meanwhile([&master] {
    master.progress();
    return master.is_stopping();
  });
  master.run();
  return {master.figures(), master.error()};
}

/// Ranks that hang can be ended with all others only.
[[noreturn]] void abandon(Work& work, const Outcome& outcome) {
  print_warning(fmt::format("{} of {} workers hang: all ranks are ended now", outcome.figures.lost,
                            outcome.figures.workers));
  ExitCode code = ExitCode::environment;
  try {
    if (outcome.error) std::rethrow_exception(outcome.error);
    code = work.abandon(outcome.figures);
  } catch (const Error& error) {
    std::fprintf(stderr, "arcuate: error: %s\n", core::one_line(error.what()).c_str());
    code = error.code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "arcuate: internal error: %s\n", core::one_line(error.what()).c_str());
  }
  comm::abort_all(code);
}

Outcome hand_out_to(const std::vector<std::vector<int>>& teams, const comm::Communicator& world,
                    comm::Mailbox& mailbox, Work& work, const core::Signals& signals,
                    const Options& options) {
  const int at_work = static_cast<int>(teams.size()) * options.ranks;
  const int idle = world.size() - 1 - at_work;
  if (idle > 0) {
    options.warn(
        fmt::format("{} of {} ranks have nothing to do: rank 0 hands out tasks, and {} "
                    "work in {} workers of {}",
                    idle, world.size(), at_work, teams.size(), options.ranks));
  }
  std::vector<int> leaders;
  for (const std::vector<int>& team : teams)
    leaders.push_back(team.front());
  Teams transport(mailbox, signals, std::move(leaders));
  Master master(work, transport, options);
  master.run();
  Outcome outcome{master.figures(), master.error()};
  outcome.figures.idle_ranks = idle;
  if (outcome.figures.lost > 0) abandon(work, outcome);
  for (int rank = 1; rank < world.size(); ++rank)
    mailbox.send(rank, quit_letter);
  return outcome;
}

/// The worker that a rank belongs to, or -1.
int worker_of(const std::vector<std::vector<int>>& teams, int rank) {
  for (std::size_t worker = 0; worker < teams.size(); ++worker) {
    const std::vector<int>& ranks = teams[worker];
    if (std::find(ranks.begin(), ranks.end(), rank) != ranks.end()) return static_cast<int>(worker);
  }
  return -1;
}

Outcome work_together(const comm::Communicator& world, Work* work, const Evaluate& evaluate,
                      const core::Signals& signals, const Options& options) {
  const std::vector<std::vector<int>> teams = teams_of(world.machines(), options.ranks);
  const int worker = worker_of(teams, world.rank());
  const comm::Communicator team = world.split(worker + 1);  // those of none: a team of their own
  comm::Mailbox mailbox(world);
  Member member(mailbox, signals, team,
                worker < 0 ? std::vector<int>{} : teams[static_cast<std::size_t>(worker)], worker);
  if (world.is_root()) return hand_out_to(teams, world, mailbox, *work, signals, options);
  member.serve(evaluate);
  return {};
}

/// To all ranks, from rank 0. A signal that came too late to matter was a signal all the same.
void share(const comm::Communicator& world, Figures& figures, int signal) {
  static_assert(std::is_trivially_copyable_v<Figures>);
  std::string bytes(reinterpret_cast<const char*>(&figures), sizeof figures);
  world.broadcast(bytes);
  std::memcpy(&figures, bytes.data(), sizeof figures);
  const auto any = static_cast<int>(world.max(std::int64_t{signal}));
  if (figures.signalled == 0) figures.signalled = any;
}

}  // namespace

Figures run(const comm::Communicator& world, Work* work, const Evaluate& evaluate,
            const Options& options) {
  comm::all_or_none(world, [&] { check(world, work, options); });
  Options mine = options;
  if (!mine.warn) mine.warn = print_warning;
  core::Signals signals;
  comm::Watchdog watchdog(world, world.size() > 1 ? options.watchdog : 0.0, "sign of life");
  watchdog.set_resumable();
  watchdog.watch(world.is_root());
  Outcome outcome = world.size() == 1 ? work_alone(world, *work, evaluate, signals, mine)
                                      : work_together(world, work, evaluate, signals, mine);
  signals.restore();
  watchdog.watch(false);
  comm::on_root(world, [&] {
    if (outcome.error) std::rethrow_exception(outcome.error);
  });
  share(world, outcome.figures, signals.caught());
  return outcome.figures;
}

}  // namespace arcuate::farm
