#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// Numbers of a report that no feature has.
namespace arcuate::report {

/// An angle in (-pi, pi].
double wrapped(double angle);

/// Mean frequency [Hz] of a phase that moves by less than half a turn from sample to sample; rate:
/// [Hz] of the samples. NaN with fewer than two samples.
double mean_frequency(std::span<const double> angles, double rate);

/// Mean direction of angles, in (-pi, pi]; NaN when they have none.
double circular_mean(std::span<const double> angles);

/// Five significant digits.
double rounded(double value);

/// Quantile of the finite values, linear between order statistics (NumPy's default); NaN when there
/// are none.
double quantile(std::vector<double> values, double q);

/// Index of the highest prominent peak of a spectrum at `from` or above: a local maximum that is
/// three times higher than the lowest power of the octave below it and of the octave above it; 0
/// when there is none.
std::size_t peak_of(std::span<const double> power, std::size_t from);

}  // namespace arcuate::report
