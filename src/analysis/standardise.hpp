#pragma once

#include "sums.hpp"

namespace arcuate::analysis {

/// Takes the mean off a signal and scales it to unit length; false, and zeros, when it is constant
/// or not finite.
inline bool standardise(Eigen::Ref<Vector> signal) {
  const double scale = signal.cwiseAbs().maxCoeff();
  signal.array() -= mean_of(signal);
  const double norm = std::sqrt(dot_of(signal, signal));
  // Rounding in the mean leaves a constant signal a norm of a few units in the last place.
  const double least = 1e-13 * scale * std::sqrt(static_cast<double>(signal.size()));
  if (std::isfinite(norm) && norm > least) {
    signal /= norm;
    return true;
  }
  signal.setZero();
  return false;
}

}  // namespace arcuate::analysis
