#pragma once

#include <memory>
#include <string>

#include "arcuate/comm/communicator.hpp"

namespace arcuate::comm {

/// Ends a job whose ranks stand still, instead of a hang: a rank that was stopped, that computes
/// for ever, whose message is lost. A thread of each rank looks at the pulses (core/pulse.hpp) of
/// all ranks of its machine, which lie in memory that they share: it needs no MPI, in which the
/// others may be stuck. What stands still is said once, by the lowest rank that can, and all ranks
/// end (docs/decisions/watchdog.md).
///
/// Time in which a watching process was itself stopped does not count, nor what the clock does.
class Watchdog {
 public:
  /// patience: [s] that a rank may stand still; six times that while it writes, or where ranks may
  /// wait for those of other machines. 0: no watchdog. what: that does not happen then, "step".
  /// Collective.
  Watchdog(const Communicator& comm, double patience, const std::string& what);
  /// Collective, unless an exception is unwinding.
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// This rank is in its loop, or no longer.
  void watch(bool is_in_loop);
  /// There is something to go on with: the job ends with exit code 75 then, else 3.
  void set_resumable();
  /// Which rank the others of this machine waited for, or what was waited for the disk, in one
  /// sentence; "": nothing worth to be said. On the lowest rank of its machine, after the loop.
  [[nodiscard]] std::string remark() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::comm
