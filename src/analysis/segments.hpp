#pragma once

#include <utility>

#include "arcuate/analysis/spectrum.hpp"

/// The segments of Welch's method.
namespace arcuate::analysis {

/// Options with what they leave open filled in.
struct Segments {
  Index size, hop, count, transform;
};

/// Throws ConfigError.
Segments segments_of(Index samples, const PsdOptions& options);

void remove_trend(Eigen::Ref<Vector> x, Detrend detrend);

/// [first, last) of the bins between two frequencies, both included.
std::pair<Index, Index> bins_within(const Vector& frequency, double low, double high);

}  // namespace arcuate::analysis
