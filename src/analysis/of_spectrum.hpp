#pragma once

#include <memory>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/analysis/stream.hpp"

/// What features of Welch's spectrum share: the spectrum of all samples, or of samples as they
/// come.
namespace arcuate::analysis {

struct OfSpectrum {
  /// How the spectrum is computed; notes go into the result.
  PsdOptions (*welch)(const Input& frame, const Options& options, Result& result);
  /// What is made of it. constant: regions that are constant or not finite.
  Result (*result)(const Input& frame, const Options& options, const Psd& spectrum,
                   const std::vector<Index>& constant, Result begun);
};

Result compute(const OfSpectrum& feature, const Input& input, const Options& options);
std::unique_ptr<Accumulator> stream(const OfSpectrum& feature, const Input& frame,
                                    const Options& options);
/// [bytes] The sums, the spectrum, and the rows of the result.
double bytes(const OfSpectrum& feature, const Input& frame, const Options& options);

}  // namespace arcuate::analysis
