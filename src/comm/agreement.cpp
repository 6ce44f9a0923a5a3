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

/// Which exception to rebuild on the other ranks: an exit code alone does not tell ConfigError from
/// DataError.
enum class Kind : int { none, config, data, environment, diverged, unconverged, stopped, other };

/// What happened to an action, in a form that can be sent.
struct Outcome {
  Kind kind = Kind::none;
  std::string message;
};

Outcome outcome_of(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (const ConfigError& error) {
    return {Kind::config, error.what()};
  } catch (const DataError& error) {
    return {Kind::data, error.what()};
  } catch (const EnvironmentError& error) {
    return {Kind::environment, error.what()};
  } catch (const DivergedError& error) {
    return {Kind::diverged, error.what()};
  } catch (const UnconvergedError& error) {
    return {Kind::unconverged, error.what()};
  } catch (const Error& error) {
    return {error.code() == ExitCode::stopped ? Kind::stopped : Kind::other, error.what()};
  } catch (const std::bad_alloc&) {
    return {Kind::environment, "out of memory"};
  } catch (const std::exception& error) {
    return {Kind::other, error.what()};
  } catch (...) {
    return {Kind::other, "an unknown exception"};
  }
}

[[noreturn]] void rethrow(const Outcome& outcome) {
  switch (outcome.kind) {
    case Kind::config:
      throw ConfigError(outcome.message);
    case Kind::data:
      throw DataError(outcome.message);
    case Kind::environment:
      throw EnvironmentError(outcome.message);
    case Kind::diverged:
      throw DivergedError(outcome.message);
    case Kind::unconverged:
      throw UnconvergedError(outcome.message);
    case Kind::stopped:
      throw Error(ExitCode::stopped, outcome.message);
    default:
      throw std::runtime_error(outcome.message);
  }
}

/// The outcome of the lowest rank that failed, everywhere; returns when none did.
void agree(const Communicator& comm, Outcome outcome) {
  if (comm.size() == 1) {
    if (outcome.kind != Kind::none) rethrow(outcome);
    return;
  }
  const boost::mpi::communicator boosted(comm.handle(), boost::mpi::comm_attach);
  const int first = boost::mpi::all_reduce(
      boosted, outcome.kind != Kind::none ? comm.rank() : comm.size(), boost::mpi::minimum<int>());
  if (first == comm.size()) return;
  int kind = static_cast<int>(outcome.kind);
  boost::mpi::broadcast(boosted, kind, first);
  outcome.kind = static_cast<Kind>(kind);
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
