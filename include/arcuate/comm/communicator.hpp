#pragma once

#include <mpi.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"

/// MPI: the session, duplicated communicators passed explicitly, and agreement on errors. Only this
/// module calls MPI.
namespace arcuate::comm {

/// Initialises MPI (funneled) and finalises it, unless an exception is unwinding. One per process,
/// in main. Ignores SIGXFSZ, so that a write beyond the file size limit is an error with a message
/// and not a kill. What MPI itself finds wrong ends all ranks with one message of the rank that
/// found it, without leftovers, and exit code 3.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

/// A duplicate of an MPI communicator, freed with this object.
class Communicator {
 public:
  explicit Communicator(MPI_Comm parent);
  ~Communicator();
  Communicator(Communicator&& other) noexcept;
  Communicator& operator=(Communicator&& other) noexcept;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  /// One process by itself, before MPI has started: for what needs a communicator and does not
  /// communicate.
  [[nodiscard]] static Communicator alone() { return {}; }

  /// The ranks that gave the same `colour` (not negative), in the order of this one. Collective.
  [[nodiscard]] Communicator split(int colour) const;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool is_root() const { return rank_ == 0; }
  /// For libraries that take a communicator (HDF5, PETSc). Calls to MPI itself stay in this module.
  [[nodiscard]] MPI_Comm handle() const { return handle_; }

  // Collective on the communicator. Sums, extrema and agreements of one rank do not call MPI.
  void barrier() const;
  void barrier_asleep() const;              ///< for long waits: sleeps, and returns up to 1 ms late
  void broadcast(std::string& text) const;  ///< from rank 0
  void broadcast(std::vector<double>& values) const;  ///< from rank 0, size included
  void broadcast(std::vector<std::int32_t>& values) const;
  void broadcast(std::vector<std::int64_t>& values) const;
  [[nodiscard]] std::int64_t max(std::int64_t value) const;
  [[nodiscard]] std::int64_t min(std::int64_t value) const;
  [[nodiscard]] std::int64_t sum(std::int64_t value) const;
  void sum(std::span<std::int64_t> values) const;  ///< in place, each over all ranks
  [[nodiscard]] double max(double value) const;
  /// Every rank's value on every rank, by rank.
  [[nodiscard]] std::vector<std::int64_t> all_gather(std::int64_t value) const;
  /// By rank, the lowest rank on the same machine.
  [[nodiscard]] std::vector<std::int64_t> machines() const;
  /// Bytes for each rank, by rank; returns what each rank sent here, by rank.
  [[nodiscard]] std::vector<std::vector<std::byte>> exchange(
      const std::vector<std::vector<std::byte>>& to) const;
  /// The same into memory that is there already.
  void exchange(const std::vector<std::vector<std::byte>>& to,
                std::vector<std::vector<std::byte>>& from) const;
  /// Bytes of any size to one rank, matched by a receive there (src/comm/point_to_point.cpp).
  void send(int to, const std::vector<std::byte>& bytes) const;
  [[nodiscard]] std::vector<std::byte> receive(int from) const;
  /// A rank whose message to this one can be received now, or -1.
  [[nodiscard]] int waiting() const;
  /// Whether `from` has sent one.
  [[nodiscard]] bool waiting(int from) const;
  /// Concatenation of all ranks' values on rank 0, in rank order; empty elsewhere.
  [[nodiscard]] std::vector<double> gather(std::span<const double> mine) const;
  /// The same into a vector that may be used again. `mine` may not be part of it.
  void gather(std::span<const double> mine, std::vector<double>& all) const;

 private:
  Communicator() = default;
  void release();
  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
};

/// Runs `action` on every rank. All ranks return or all throw: the error of the lowest rank that
/// failed, with its exit code. The action must not communicate. Collective.
void all_or_none(const Communicator& comm, const std::function<void()>& action);

/// Throws ConfigError when not all ranks are the same build of the program, started with the same
/// words (but its own name): they would wait for each other for ever, or compute something else.
/// Collective.
void require_same_words(const Communicator& comm, int argc, const char* const* argv);

/// Whether a launcher started this process, maybe beside others, which wait in MPI_Init. Known
/// before MPI is started.
bool was_launched();

/// Whether this process is the one that speaks for all ranks, before MPI has started.
bool is_first_process();

/// Ends all ranks at once, without leftovers of this one. Not collective.
[[noreturn]] void abort_all(ExitCode code = ExitCode::environment);

/// Name and version of the MPI library, one line.
std::string library_version();

/// Runs `action` on rank 0 only; if it throws, all ranks throw the same error. Collective.
void on_root(const Communicator& comm, const std::function<void()>& action);

}  // namespace arcuate::comm
