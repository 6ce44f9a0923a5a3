#pragma once

#include <vector>

#include "arcuate/farm/farm.hpp"

namespace arcuate::farm {

/// What the master sees of its workers: ranks behind letters, itself, or in tests a simulation with
/// a clock of its own.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual int workers() const = 0;
  [[nodiscard]] virtual double now() = 0;  ///< [s]
  /// To a worker that has none.
  virtual void hand_out(int worker, const Task& task) = 0;
  /// Asks a worker to end its task; it answers all the same.
  virtual void cancel(int worker) = 0;
  /// How tasks ended, as far as it is known here and was not told yet.
  virtual std::vector<Done> look() = 0;
  /// The signal that some rank was sent, or 0.
  virtual int signalled() = 0;
  virtual void nap(double seconds) = 0;
  /// [s] Processor time of this thread that went into evaluations.
  [[nodiscard]] virtual double evaluation_seconds() const { return 0.0; }
};

}  // namespace arcuate::farm
