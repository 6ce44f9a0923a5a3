#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/core/types.hpp"

/// Spikes of populations of neurons: rates in time, and how regular they are.
namespace arcuate::analysis {

enum class Kernel { gaussian, box };

/// How a rate is made smooth: weights of a Gaussian out to four standard deviations, at the ends
/// the signal mirrored with its last sample repeated; or the mean of a box of round(width / dt)
/// steps n - k/2 .. n + (k - 1)/2, zero beyond the ends.
struct Smoothing {
  Kernel kernel = Kernel::gaussian;
  double width = 0.01;  ///< [s] standard deviation, or length of the box
};

/// Spikes by step and then neuron. Neurons first[p] .. first[p + 1] - 1 are population p.
struct SpikeTrains {
  std::span<const std::int64_t> step;
  std::span<const std::int32_t> neuron;
  Step begin = 0;   ///< the first step that counts
  Step end = 0;     ///< one past the last
  double dt = 0.0;  ///< [s]
  std::vector<GlobalIndex> first;

  [[nodiscard]] std::size_t n_populations() const { return first.size() - 1; }
  [[nodiscard]] Step steps() const { return end - begin; }
  [[nodiscard]] double seconds() const { return static_cast<double>(steps()) * dt; }
};

/// A signal of all steps, smoothed.
std::vector<double> smooth(const std::vector<double>& signal, const Smoothing& smoothing,
                           double dt);

/// [Hz] of a neuron of the population, at every step that counts. An empty population: 0.
std::vector<double> population_rate(const SpikeTrains& trains, std::size_t population,
                                    const Smoothing& smoothing);

/// Of one population. NaN where there is nothing to tell.
struct SpikeStatistics {
  double rate = 0.0;      ///< [Hz] of a neuron, mean over neurons and time
  double fano = 0.0;      ///< variance / mean of counts in windows, mean over neurons that fired
  double isi_mean = 0.0;  ///< [s] of all intervals between two spikes of a neuron
  double isi_cv = 0.0;    ///< standard deviation / mean of a neuron's intervals, mean over neurons
                          ///< that have at least two of them
};

/// One for each population. window: [s] of the counts; what is left of the time is not looked at.
std::vector<SpikeStatistics> spike_statistics(const SpikeTrains& trains, double window);

}  // namespace arcuate::analysis
