#include "locking.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/analysis/phase.hpp"

namespace arcuate::analysis {

void LockingSums::add(Series phase) {
  sums_.add(phase.array().cos().matrix(), phase.array().sin().matrix());
  samples_ += phase.rows();
}

void LockingSums::pass(Saved& saved) {
  sums_.pass(saved);
  saved.pass(samples_);
}

Matrix LockingSums::values() const {
  const Index n = sums_.size();
  Matrix out(n, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = j + 1; i < n; ++i) {
      const double length = std::sqrt(sums_.squared(i, j));
      out(i, j) = out(j, i) = std::min(length / static_cast<double>(samples_), 1.0);
    }
  }
  out.diagonal().setOnes();
  return out;
}

Matrix phase_locking(Series phase) {
  LockingSums sums;
  sums.add(phase);
  return sums.values();
}

}  // namespace arcuate::analysis
