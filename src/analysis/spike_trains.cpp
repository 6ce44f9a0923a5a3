#include "arcuate/analysis/spike_trains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace arcuate::analysis {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::size_t slot(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

/// Position of a sample beyond the ends: d c b a | a b c d | d c b a.
std::size_t mirrored(std::int64_t at, std::int64_t n) {
  const std::int64_t period = 2 * n;
  const std::int64_t folded = ((at % period) + period) % period;
  return slot(folded < n ? folded : period - 1 - folded);
}

std::vector<double> smooth_gaussian(const std::vector<double>& signal, double sigma) {
  const auto radius = static_cast<std::int64_t>(4.0 * sigma + 0.5);
  std::vector<double> weights;
  for (std::int64_t k = -radius; k <= radius; ++k)
    weights.push_back(std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights)
    weight /= sum;
  const auto n = std::ssize(signal);
  std::vector<double> result(signal.size(), 0.0);
  for (std::int64_t t = 0; t < n; ++t) {
    double value = 0.0;
    const bool inside = t >= radius && t + radius < n;
    for (std::int64_t k = -radius; k <= radius; ++k) {
      const std::size_t at = inside ? slot(t + k) : mirrored(t + k, n);
      value += weights[slot(k + radius)] * signal[at];
    }
    result[slot(t)] = value;
  }
  return result;
}

std::vector<double> smooth_box(const std::vector<double>& signal, std::int64_t length) {
  const auto n = std::ssize(signal);
  std::vector<double> sums(signal.size() + 1, 0.0);
  std::partial_sum(signal.begin(), signal.end(), sums.begin() + 1);
  std::vector<double> result(signal.size());
  for (std::int64_t t = 0; t < n; ++t) {
    const std::int64_t from = std::clamp<std::int64_t>(t - length / 2, 0, n);
    const std::int64_t to = std::clamp<std::int64_t>(t + (length - 1) / 2 + 1, 0, n);
    result[slot(t)] = (sums[slot(to)] - sums[slot(from)]) / static_cast<double>(length);
  }
  return result;
}

/// Spikes of every neuron of a population, in steps.
std::vector<std::vector<Step>> by_neuron_of(const SpikeTrains& trains, std::size_t population) {
  const GlobalIndex from = trains.first[population], to = trains.first[population + 1];
  std::vector<std::vector<Step>> all(slot(to - from));
  for (std::size_t k = 0; k < trains.step.size(); ++k) {
    const GlobalIndex neuron = trains.neuron[k];
    if (neuron < from || neuron >= to) continue;
    if (trains.step[k] < trains.begin || trains.step[k] >= trains.end) continue;
    all[slot(neuron - from)].push_back(trains.step[k]);
  }
  return all;
}

struct MeanAndVariance {
  double mean = unknown, variance = unknown;
};

MeanAndVariance moments_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double variance = 0.0;
  for (const double value : values)
    variance += (value - mean) * (value - mean);
  return {mean, variance / n};
}

std::vector<double> counts_of(const std::vector<Step>& spikes, const SpikeTrains& trains,
                              double window) {
  const Step length = std::max<Step>(1, std::llround(window / trains.dt));
  std::vector<double> counts(slot(trains.steps() / length), 0.0);
  for (const Step step : spikes) {
    const std::size_t at = slot((step - trains.begin) / length);
    if (at < counts.size()) counts[at] += 1.0;
  }
  return counts;
}

std::vector<double> intervals_of(const std::vector<Step>& spikes, double dt) {
  std::vector<double> intervals;
  for (std::size_t k = 1; k < spikes.size(); ++k)
    intervals.push_back(static_cast<double>(spikes[k] - spikes[k - 1]) * dt);
  return intervals;
}

SpikeStatistics statistics_of(const SpikeTrains& trains, std::size_t population, double window) {
  std::vector<double> fano, cv, intervals;
  double spikes = 0.0;
  const auto neurons = by_neuron_of(trains, population);
  for (const std::vector<Step>& train : neurons) {
    spikes += static_cast<double>(train.size());
    const MeanAndVariance count = moments_of(counts_of(train, trains, window));
    if (count.mean > 0.0) fano.push_back(count.variance / count.mean);
    const std::vector<double> own = intervals_of(train, trains.dt);
    const MeanAndVariance interval = moments_of(own);
    if (own.size() >= 2) cv.push_back(std::sqrt(interval.variance) / interval.mean);
    intervals.insert(intervals.end(), own.begin(), own.end());
  }
  SpikeStatistics result;
  result.rate = neurons.empty() || trains.steps() == 0
                    ? unknown
                    : spikes / static_cast<double>(neurons.size()) / trains.seconds();
  result.fano = moments_of(fano).mean;
  result.isi_mean = moments_of(intervals).mean;
  result.isi_cv = moments_of(cv).mean;
  return result;
}

}  // namespace

std::vector<double> smooth(const std::vector<double>& signal, const Smoothing& smoothing,
                           double dt) {
  if (signal.empty()) return {};
  if (smoothing.kernel == Kernel::gaussian) return smooth_gaussian(signal, smoothing.width / dt);
  return smooth_box(signal, std::max<std::int64_t>(1, std::llround(smoothing.width / dt)));
}

std::vector<double> population_rate(const SpikeTrains& trains, std::size_t population,
                                    const Smoothing& smoothing) {
  const GlobalIndex from = trains.first[population], to = trains.first[population + 1];
  std::vector<double> counts(slot(trains.steps()), 0.0);
  if (from == to) return counts;
  for (std::size_t k = 0; k < trains.step.size(); ++k) {
    const Step step = trains.step[k];
    const bool counted = step >= trains.begin && step < trains.end;
    if (counted && trains.neuron[k] >= from && trains.neuron[k] < to)
      counts[slot(step - trains.begin)] += 1.0;
  }
  std::vector<double> rate = smooth(counts, smoothing, trains.dt);
  const double factor = 1.0 / (trains.dt * static_cast<double>(to - from));
  for (double& value : rate)
    value *= factor;
  return rate;
}

std::vector<SpikeStatistics> spike_statistics(const SpikeTrains& trains, double window) {
  std::vector<SpikeStatistics> all;
  for (std::size_t population = 0; population < trains.n_populations(); ++population)
    all.push_back(statistics_of(trains, population, window));
  return all;
}

}  // namespace arcuate::analysis
