#include "simulation_loop.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "arcuate/core/error.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/run/launch.hpp"
#include "progress.hpp"
#include "run_status.hpp"

namespace arcuate::app {

Loop::Loop(const comm::Communicator& world, const SimulateArguments& arguments, const When& when,
           const Parts& parts)
    : world_(world),
      arguments_(arguments),
      when_(when),
      parts_(parts),
      sinks_({&parts.features, &parts.recording}),
      first_(parts.run.now()) {}

void Loop::go() {
  parts_.watchdog.watch(true);
  loop_began_ = last_ = Clock::now();
  run::Run& run = parts_.run;
  const Step steps = parts_.prepared.simulation.steps;
  const int block = run.simulation().block();
  Progress progress(Progress::form_here(arguments_.quiet || !world_.is_root()), steps,
                    parts_.prepared.simulation.dt, stderr, loop_began_, first_);
  RunStatus status(world_.is_root() ? arguments_.status : "", steps, parts_.prepared.simulation.dt,
                   first_);
  status.records(parts_.recording, run.series(), parts_.prepared.header.storage);
  while (!run.done()) {
    status.tell(run.now());
    if (run.now() == steps) keep_the_end();
    // The slowest rank decides how far all of them run before the next look at the clock.
    const Step chunk = arguments_.chunk > 0
                           ? arguments_.chunk
                           : world_.min(progress.chunk(run.now(), block, Clock::now()));
    run.advance(chunk, sinks_);
    progress.show(run.now(), Clock::now());
    const auto wish = static_cast<Wish>(world_.max(static_cast<std::int64_t>(own_wish())));
    complete_written();
    if (wish == Wish::go_on) continue;
    // Blocks of steps then begin where they would have begun without the checkpoint.
    while (run.now() < steps && (run.now() - first_) % block != 0)
      run.advance(block, sinks_);
    if (run.now() >= steps) continue;
    if (wish == Wish::stop) progress.finish();
    checkpoint(wish);
  }
  progress.finish();
  parts_.checkpoints.give_up();
  keep_the_end();
  parts_.watchdog.watch(false);
}

Loop::Wish Loop::own_wish() {
  if (const int signal = signals_.caught(); signal != 0) {
    if (signal != SIGUSR1 || arguments_.on_usr1 == "stop") return Wish::stop;
    signals_.forget();
    return Wish::checkpoint;
  }
  if (!world_.is_root()) return Wish::go_on;
  if (when_.stops && seconds_since(when_.began) > *when_.stops) return Wish::stop;
  return when_.every > 0.0 && seconds_since(last_) >= when_.every ? Wish::checkpoint : Wish::go_on;
}

/// Monitors may want one step more: the state is that before it.
void Loop::keep_the_end() {
  const core::While writing(core::Doing::writing);
  if (when_.at_the_end && final_.empty())
    final_ = parts_.checkpoints.write_final(parts_.run, parts_.features, parts_.recording, wall());
}

void Loop::checkpoint(Wish wish) {
  const core::While writing(core::Doing::writing);
  using Manner = run::Checkpoints::Manner;
  run::Checkpoints& checkpoints = parts_.checkpoints;
  const bool stops = wish == Wish::stop;
  if (checkpoints.is_pending())
    try_writing(Wish::checkpoint, [&] { checkpoints.complete(&parts_.recording); });
  try_writing(wish, [&] {
    checkpoints.begin(parts_.run, parts_.features, &parts_.recording, wall(),
                      stops ? Manner::at_once : Manner::beside);
    if (stops) checkpoints.complete(&parts_.recording);
  });
  last_ = Clock::now();
  if (stops) stop();
}

void Loop::complete_written() {
  run::Checkpoints& checkpoints = parts_.checkpoints;
  if (!checkpoints.is_pending()) return;
  if (world_.min(std::int64_t{checkpoints.is_ready() ? 1 : 0}) == 0) return;
  const core::While writing(core::Doing::writing);
  try_writing(Wish::checkpoint, [&] { checkpoints.go_on(&parts_.recording); });
}

void Loop::try_writing(Wish wish, const std::function<void()>& write) {
  try {
    write();
    if (parts_.checkpoints.is_pending()) return;
    failures_ = 0;
    parts_.watchdog.set_resumable();
  } catch (const EnvironmentError& error) {
    constexpr int most_failures = 3;
    if (wish == Wish::stop || ++failures_ == most_failures) throw;
    if (world_.is_root())
      run::warn_of({fmt::format(
          "no checkpoint could be written ({}); the one before stays, and the run goes on",
          error.what())});
  }
}

void Loop::stop() const {
  const auto signal = static_cast<int>(world_.max(std::int64_t{signals_.caught()}));
  const engine::SimulationSpec& simulation = parts_.prepared.simulation;
  throw StoppedError(
      fmt::format("stopped by {} at {:.6g} s of {:.6g} s; nothing is lost: --resume goes on",
                  signal != 0                   ? core::name_of_signal(signal)
                  : arguments_.most_hours > 0.0 ? "--maxh"
                                                : "checkpoint.before_end",
                  static_cast<double>(parts_.run.now()) * simulation.dt / 1000.0,
                  static_cast<double>(simulation.steps) * simulation.dt / 1000.0));
}

}  // namespace arcuate::app
