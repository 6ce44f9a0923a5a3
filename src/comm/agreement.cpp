#include <array>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/operations.hpp>
#include <exception>
#include <new>
#include <string>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/pulse.hpp"

namespace arcuate::comm {
namespace {

/// An exception that is rebuilt on the other ranks as what it was.
struct Known {
  bool (*is)(const Error& error);
  void (*raise)(const std::string& message);
};
template <class Own>
constexpr Known known{
    [](const Error& error) { return dynamic_cast<const Own*>(&error) != nullptr; },
    [](const std::string& message) { throw Own(message); }};
/// An exit code alone does not tell ConfigError from DataError. Errors that are not here keep their
/// code.
constexpr std::array all_known{
    known<ConfigError>,      known<DataError>,    known<EnvironmentError>, known<DivergedError>,
    known<UnconvergedError>, known<UnsoundError>, known<StoppedError>};

/// What happened to an action, in a form that can be sent.
struct Outcome {
  static constexpr int none = 0, other = 1, error = 2;  ///< error + k: all_known[k]; else its code
  int kind = none;
  std::string message;
};

Outcome outcome_of(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (const Error& error) {
    for (std::size_t k = 0; k < all_known.size(); ++k) {
      if (all_known[k].is(error)) return {Outcome::error + static_cast<int>(k), error.what()};
    }
    return {-static_cast<int>(error.code()), error.what()};
  } catch (const std::bad_alloc&) {
    return outcome_of([] { throw EnvironmentError("out of memory"); });
  } catch (const std::exception& error) {
    return {Outcome::other, error.what()};
  } catch (...) {
    return {Outcome::other, "an unknown exception"};
  }
}

[[noreturn]] void rethrow(const Outcome& outcome) {
  if (outcome.kind < 0) throw Error(static_cast<ExitCode>(-outcome.kind), outcome.message);
  if (outcome.kind >= Outcome::error)
    all_known[static_cast<std::size_t>(outcome.kind - Outcome::error)].raise(outcome.message);
  throw std::runtime_error(outcome.message);
}

/// The outcome of the lowest rank that failed, everywhere; returns when none did.
void agree(const Communicator& comm, Outcome outcome) {
  if (comm.size() == 1) {
    if (outcome.kind != Outcome::none) rethrow(outcome);
    return;
  }
  const core::While agreeing(core::Doing::agreeing);
  const boost::mpi::communicator boosted(comm.handle(), boost::mpi::comm_attach);
  const int first =
      boost::mpi::all_reduce(boosted, outcome.kind != Outcome::none ? comm.rank() : comm.size(),
                             boost::mpi::minimum<int>());
  if (first == comm.size()) return;
  int kind = outcome.kind;
  boost::mpi::broadcast(boosted, kind, first);
  outcome.kind = kind;
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
