#pragma once

#include <vector>

#include "arcuate/analysis/series.hpp"

/// Distributions of values, and what lasts above a threshold.
namespace arcuate::analysis {

/// Of each column; the central moments are divided by the number of samples.
struct Moments {
  Vector mean;
  Vector variance;
  Vector skewness;  ///< third central moment over variance^(3/2); NaN without variance
  Vector kurtosis;  ///< fourth over variance^2, less 3: 0 of a normal distribution
};
Moments moments(Series series);

/// [nat] Shannon entropy of a histogram with `bins` equal bins over [low, high], both ends
/// included; values that are not finite do not count. NaN when none does.
double entropy(const Vector& values, Index bins, double low, double high);

/// Standard deviation over the last `window` samples, NaN before there are so many: (n_samples,
/// n_regions).
Matrix moving_deviation(Series series, Index window);

/// A stretch of time in which a region is above a threshold.
struct Episode {
  Index region = 0;
  Index first = 0;   ///< [samples]
  Index length = 0;  ///< [samples]
};
/// In the order of the regions, then of time. Gaps of up to `gap` samples are bridged first; what
/// is then shorter than `least` does not count.
std::vector<Episode> episodes(Series series, double threshold, Index least, Index gap);

}  // namespace arcuate::analysis
