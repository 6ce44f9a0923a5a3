#pragma once

#include "sums.hpp"

namespace arcuate::analysis {

/// Whether a signal whose deviations from its mean have this length is more than a constant.
/// Rounding in the mean leaves a constant signal a length of a few units in the last place.
inline bool varies(Signal signal, double length) {
  const double scale = signal.cwiseAbs().maxCoeff();
  return std::isfinite(length) &&
         length > 1e-13 * scale * std::sqrt(static_cast<double>(signal.size()));
}

/// Takes the mean off a signal and scales it to unit length; false, and zeros, when it is constant
/// or not finite.
inline bool standardise(Eigen::Ref<Vector> signal) {
  const double mean = mean_of(signal);
  const double length = std::sqrt(squares_of(signal, mean));
  if (!varies(signal, length)) {
    signal.setZero();
    return false;
  }
  signal.array() -= mean;
  signal /= length;
  return true;
}

}  // namespace arcuate::analysis
