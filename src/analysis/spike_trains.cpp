#include "arcuate/analysis/spike_trains.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/analysis/spike_stream.hpp"
#include "arcuate/core/index.hpp"
#include "smoothing.hpp"

namespace arcuate::analysis {
namespace {

/// Position of a sample beyond the ends: d c b a | a b c d | d c b a.
std::size_t mirrored(std::int64_t at, std::int64_t n) {
  const std::int64_t period = 2 * n;
  const std::int64_t folded = ((at % period) + period) % period;
  return z(folded < n ? folded : period - 1 - folded);
}

Step gaussian_reach(double sigma) {
  return static_cast<Step>(4.0 * sigma + 0.5);
}

std::vector<double> smooth_gaussian(const PartOfSignal& signal, Step begin, Step end,
                                    double sigma) {
  const Step radius = gaussian_reach(sigma);
  std::vector<double> weights;
  for (Step k = -radius; k <= radius; ++k)
    weights.push_back(std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights)
    weight /= sum;
  const Step n = signal.steps;
  std::vector<double> result;
  for (Step t = begin; t < end; ++t) {
    double value = 0.0;
    const bool inside = t >= radius && t + radius < n;
    for (Step k = -radius; k <= radius; ++k) {
      const Step at = inside ? t + k : static_cast<Step>(mirrored(t + k, n));
      value += weights[z(radius + k)] * signal.values[z(at - signal.first)];
    }
    result.push_back(value);
  }
  return result;
}

Step box_length(double width) {
  return std::max<Step>(1, std::llround(width));
}

std::vector<double> smooth_box(const PartOfSignal& signal, Step begin, Step end, Step length) {
  std::vector<double> sums(signal.values.size() + 1, 0.0);
  std::partial_sum(signal.values.begin(), signal.values.end(), sums.begin() + 1);
  std::vector<double> result;
  for (Step t = begin; t < end; ++t) {
    const Step from = std::clamp<Step>(t - length / 2, 0, signal.steps);
    const Step to = std::clamp<Step>(t + (length - 1) / 2 + 1, 0, signal.steps);
    result.push_back((sums[z(to - signal.first)] - sums[z(from - signal.first)]) /
                     static_cast<double>(length));
  }
  return result;
}

}  // namespace

Step reach_of(const Smoothing& smoothing, double dt) {
  const double width = smoothing.width / dt;
  return smoothing.kernel == Kernel::gaussian ? gaussian_reach(width) : box_length(width);
}

std::vector<double> smooth_part(const PartOfSignal& signal, Step begin, Step end,
                                const Smoothing& smoothing, double dt) {
  const double width = smoothing.width / dt;
  if (smoothing.kernel == Kernel::gaussian) return smooth_gaussian(signal, begin, end, width);
  return smooth_box(signal, begin, end, box_length(width));
}

std::vector<double> smooth(const std::vector<double>& signal, const Smoothing& smoothing,
                           double dt) {
  if (signal.empty()) return {};
  const auto n = static_cast<Step>(signal.size());
  return smooth_part({signal, 0, n}, 0, n, smoothing, dt);
}

std::vector<double> population_rate(const SpikeTrains& trains, std::size_t population,
                                    const Smoothing& smoothing) {
  const GlobalIndex from = trains.first[population], to = trains.first[population + 1];
  std::vector<double> counts(z(trains.steps()), 0.0);
  if (from == to) return counts;
  for (std::size_t k = 0; k < trains.step.size(); ++k) {
    const Step step = trains.step[k];
    const bool counted = step >= trains.begin && step < trains.end;
    if (counted && trains.neuron[k] >= from && trains.neuron[k] < to)
      counts[z(step - trains.begin)] += 1.0;
  }
  std::vector<double> rate = smooth(counts, smoothing, trains.dt);
  const double factor = 1.0 / (trains.dt * static_cast<double>(to - from));
  for (double& value : rate)
    value *= factor;
  return rate;
}

std::vector<SpikeStatistics> spike_statistics(const SpikeTrains& trains, double window) {
  return spike_statistics(source_of(trains), window);
}

}  // namespace arcuate::analysis
