#pragma once

#include "arcuate/analysis/saved.hpp"
#include "cross_sums.hpp"

namespace arcuate::analysis {

/// Phase-locking values of phases that come in blocks.
class LockingSums {
 public:
  /// The next phases [rad]: (n_samples, n_regions).
  void add(Series phase);
  void pass(Saved& saved);
  /// What phase_locking() gives of all of them, to rounding.
  [[nodiscard]] Matrix values() const;

 private:
  CrossSums sums_;
  Index samples_ = 0;
};

}  // namespace arcuate::analysis
