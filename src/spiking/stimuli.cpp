#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/random.hpp"
#include "arcuate/spiking/config.hpp"
#include "streams.hpp"

namespace arcuate::spiking {
namespace {

/// `count` of some numbers, ascending, as a function of the stream and of what they are for.
template <class T>
std::vector<T> chosen(std::vector<T> from, std::size_t count, const random::Stream& stream,
                      std::uint32_t what) {
  for (std::size_t k = 0; k < count; ++k) {
    const double u = random::uniform01(stream, what, static_cast<std::int64_t>(k));
    const auto rest = static_cast<double>(from.size() - k);
    std::swap(from[k], from[k + static_cast<std::size_t>(u * rest)]);
  }
  from.resize(count);
  std::sort(from.begin(), from.end());
  return from;
}

std::size_t part_of(std::size_t whole, double fraction) {
  return static_cast<std::size_t>(static_cast<double>(whole) * fraction);
}

/// What makes the peak 1.
double norm_of(const Stimulus& stimulus) {
  const double q = stimulus.tau_rise / stimulus.tau_decay;
  const double difference = stimulus.tau_decay - stimulus.tau_rise;
  return 1.0 / (std::pow(q, stimulus.tau_rise / difference) -
                std::pow(q, stimulus.tau_decay / difference));
}

}  // namespace

double value_of(const Stimulus& stimulus, double dt, Step step, Step steps) {
  double sum = 0.0;
  for (const double onset : stimulus.onsets) {
    const auto on = static_cast<Step>(std::round(onset / dt));
    const Step off = stimulus.duration > 0.0
                         ? on + static_cast<Step>(std::round(stimulus.duration / dt))
                         : steps;
    if (step < on) continue;
    const double since = static_cast<double>(step - on);
    if (stimulus.shape == Shape::diff2exp) {
      const double t = since * dt;
      sum += stimulus.amplitude * norm_of(stimulus) *
             (std::exp(-t / stimulus.tau_decay) - std::exp(-t / stimulus.tau_rise));
    } else if (step < off) {
      const double rise =
          stimulus.shape == Shape::box ? 1.0 : since / static_cast<double>(off - on);
      sum += stimulus.amplitude * rise;
    }
  }
  return sum;
}

std::vector<GlobalIndex> stimulated(const Config& config, std::size_t number) {
  const Stimulus& stimulus = config.stimuli[number];
  const random::Stream stream{config.seed, stimulus_stream + static_cast<std::uint32_t>(number)};
  std::vector<int> clusters = stimulus.clusters;
  if (clusters.empty()) {
    clusters.resize(static_cast<std::size_t>(config.clusters));
    std::iota(clusters.begin(), clusters.end(), 0);
    const std::size_t count = part_of(clusters.size(), stimulus.cluster_fraction);
    clusters = chosen(std::move(clusters), count, stream, 0);
  }
  const GlobalIndex size = (config.neurons[0] - config.background[0]) / config.clusters;
  std::vector<GlobalIndex> neurons;
  for (const int cluster : clusters) {
    for (GlobalIndex i = 0; i < size; ++i)
      neurons.push_back(cluster * size + i);
  }
  const std::size_t count = part_of(neurons.size(), stimulus.neuron_fraction);
  return chosen(std::move(neurons), count, stream, 1);
}

}  // namespace arcuate::spiking
