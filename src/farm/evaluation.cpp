#include "evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "arcuate/comm/mailbox.hpp"
#include "arcuate/core/fault.hpp"

namespace arcuate::farm {
namespace {

/// [bytes] Of what an evaluation returns; the rest of the letter is less than a message's worth.
constexpr std::size_t longest_result = comm::Mailbox::longest / 2;

/// The exit code and the message of what an evaluation threw.
void note_error(Done& done) {
  done.ending = Ending::failed;
  done.result.clear();
  try {
    throw;
  } catch (const Error& error) {
    done.exit_code = static_cast<int>(error.code());
    done.reason = error.what();
  } catch (const std::exception& error) {
    done.exit_code = static_cast<int>(ExitCode::environment);
    done.reason = error.what();
  }
}

std::string reason_of(Ending cause, double limit) {
  return cause == Ending::timed_out ? fmt::format("stopped at its time limit of {} s", limit)
                                    : "stopped, since the run ended";
}

}  // namespace

SpacedWatch::Decision SpacedWatch::decision(bool is_ending) {
  constexpr double spacing = 5e-3;  // [s]
  constexpr double most = 64.0;     // chunks may become slower
  const double now = clock_seconds();
  const double call = std::max(1e-9, (now - looked_) / std::max(1, calls_));
  looked_ = now;
  Decision decision;
  decision.calls = static_cast<int>(std::clamp(spacing / call, 1.0, std::min(most, 2.0 * every_)));
  if (is_ending) {
    decision.cause = Ending::stopped;
  } else if (now - begin_ > limit_) {
    decision.cause = Ending::timed_out;
  }
  return decision;
}

Done evaluate_task(const comm::Communicator& team, const comm::Communicator& control,
                   const Task& task, const Evaluate& evaluate, SpacedWatch& watch) {
  Done done;
  done.id = task.id;
  std::exception_ptr error;
  try {
    fault::here("farm.begin_evaluation");
    done.result = evaluate(team, task.work, watch);
    fault::here("farm.end_evaluation");
  } catch (...) {
    error = std::current_exception();
  }
  control.barrier_asleep();  // the first rank may have had more to do
  try {
    // What one rank alone threw at the end, when no other waits for it, fails the task of all.
    comm::all_or_none(control, [&] {
      if (error) std::rethrow_exception(error);
    });
    if (done.result.size() > longest_result) {
      const std::size_t size = std::exchange(done.result, {}).size();
      throw EnvironmentError(
          fmt::format("a result of {} bytes; {} are possible", size, longest_result));
    }
  } catch (...) {
    note_error(done);
  }
  done.seconds = watch.seconds();
  if (watch.cause()) {
    done.ending = *watch.cause();
    if (done.reason.empty()) done.reason = reason_of(done.ending, watch.limit());
  }
  return done;
}

}  // namespace arcuate::farm
