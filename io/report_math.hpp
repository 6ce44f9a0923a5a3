#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// The numbers in a report.
namespace arcuate::io {

/// Power spectral density of one signal.
struct Spectrum {
  std::vector<double> frequency;  ///< (n_bins) [Hz], from 0 to half the sampling rate
  std::vector<double> power;      ///< (n_bins) [unit^2 / Hz], one-sided
};

/// Welch's method: segments of `segment` samples that overlap by half, mean removed, periodic Hann
/// window, arithmetic mean over segments; samples after the last whole segment are not used.
/// Precondition: 2 <= segment <= signal.size(), rate > 0 [Hz].
Spectrum welch(std::span<const double> signal, double rate, std::size_t segment);

/// Pearson correlation of every pair of signals. `signals`: (n_signals, n_samples). Returns
/// (n_signals, n_signals); NaN where a signal is constant or not finite.
std::vector<double> pearson_matrix(std::span<const double> signals, std::size_t n_signals);

/// Pearson correlation; NaN when undefined.
double pearson(std::span<const double> x, std::span<const double> y);

/// Quantile of the finite values, linear between order statistics (NumPy's default); NaN when there
/// are none.
double quantile(std::vector<double> values, double q);

/// Index of the highest prominent peak of a spectrum at `from` or above: a local maximum that is
/// three times higher than the lowest power of the octave below it and of the octave above it; 0
/// when there is none.
std::size_t peak_of(std::span<const double> power, std::size_t from);

}  // namespace arcuate::io
