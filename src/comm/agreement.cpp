#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/operations.hpp>
#include <exception>
#include <new>
#include <string>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::comm {
namespace {

/// What happened to an action, in a form that can be sent. `code` 0 means an exception that is not
/// an arcuate::Error.
struct Outcome {
  bool failed = false;
  int code = 0;
  std::string message;
};

Outcome outcome_of(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (const Error& error) {
    return {true, static_cast<int>(error.code()), error.what()};
  } catch (const std::bad_alloc&) {
    return {true, static_cast<int>(ExitCode::environment), "out of memory"};
  } catch (const std::exception& error) {
    return {true, 0, error.what()};
  } catch (...) {
    return {true, 0, "an unknown exception"};
  }
}

[[noreturn]] void rethrow(const Outcome& outcome) {
  switch (static_cast<ExitCode>(outcome.code)) {
    case ExitCode::user:
      throw ConfigError(outcome.message);
    case ExitCode::environment:
      throw EnvironmentError(outcome.message);
    case ExitCode::diverged:
      throw DivergedError(outcome.message);
    case ExitCode::stopped:
      throw Error(ExitCode::stopped, outcome.message);
    default:
      throw std::runtime_error(outcome.message);
  }
}

/// The outcome of the lowest rank that failed, everywhere; returns when none did.
void agree(const Communicator& comm, Outcome outcome) {
  const boost::mpi::communicator boosted(comm.handle(), boost::mpi::comm_attach);
  const int first = boost::mpi::all_reduce(boosted, outcome.failed ? comm.rank() : comm.size(),
                                           boost::mpi::minimum<int>());
  if (first == comm.size()) return;
  boost::mpi::broadcast(boosted, outcome.code, first);
  boost::mpi::broadcast(boosted, outcome.message, first);
  rethrow(outcome);
}

}  // namespace

void all_or_none(const Communicator& comm, const std::function<void()>& action) {
  agree(comm, outcome_of(action));
}

void on_root(const Communicator& comm, const std::function<void()>& action) {
  agree(comm, comm.is_root() ? outcome_of(action) : Outcome{});
}

}  // namespace arcuate::comm
