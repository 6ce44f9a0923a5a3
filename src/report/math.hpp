#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// The numbers in a report.
namespace arcuate::report {

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

/// An angle in (-pi, pi].
double wrapped(double angle);

/// Kuramoto's order parameter at every sample, the length of the mean of exp(i angle) over signals:
/// 1 when all phases are the same. `angles`: (n_signals, n_samples).
std::vector<double> order_parameter(std::span<const double> angles, std::size_t n_signals);

/// Phase-locking value of every pair of signals, the length of the mean over time of exp(i
/// (angle_1 - angle_2)): (n_signals, n_signals), 1 where the difference is constant.
std::vector<double> phase_locking(std::span<const double> angles, std::size_t n_signals);

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
