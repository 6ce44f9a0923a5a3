#pragma once

#include <vector>

namespace arcuate::engine {

/// Coloured noise: relative standard deviations (their squares sum to 1) and correlation times of
/// Ornstein-Uhlenbeck processes whose power spectra add up to 1/f^beta between the frequencies
/// 1/(2 pi tau_max) and 1/(2 pi tau_min): docs/decisions/noise.md.
struct ColouredPart {
  double sigma = 1.0;
  double tau = 1.0;
};
std::vector<ColouredPart> coloured_parts(double beta, double tau_min, double tau_max);

}  // namespace arcuate::engine
