#include "arcuate/spiking/idle.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

namespace arcuate::spiking {
namespace {

constexpr double ms = 1e-3;

/// What never acts is appended to `found`.
struct Search {
  const Config& config;
  Step steps;
  std::vector<Doubt>& found;

  void never(std::string key, const std::string& why) const {
    found.push_back({std::move(key), "never acts: " + why});
  }
  /// At this time or later there is no step.
  [[nodiscard]] std::string after_the_end(double time) const {
    return fmt::format("{:g} ms is not before the end of the run, {:g} ms", time / ms,
                       static_cast<double>(steps) * config.dt / ms);
  }
  [[nodiscard]] double step_of(double time) const { return std::round(time / config.dt); }
};

void search_length(const Search& search, const Stimulus& one, const std::string& key) {
  if (one.duration <= 0.0 || one.shape == Shape::diff2exp) return;
  const bool box = one.shape == Shape::box;
  if (search.step_of(one.duration) >= (box ? 1.0 : 2.0)) return;
  search.never(
      key + ".duration",
      fmt::format("{:g} ms is shorter than {} of {:g} ms", one.duration / ms,
                  box ? "a step" : "two steps, and a ramp begins at 0,", search.config.dt / ms));
}

void search_stimulus(const Search& search, std::size_t number) {
  const Config& config = search.config;
  const Stimulus& one = config.stimuli[number];
  const std::string key = fmt::format("stimuli.{}", number);
  if (one.amplitude == 0.0) search.never(key + ".amplitude", "it is 0");
  if (stimulated(config, number).empty())
    search.never(key,
                 fmt::format("cluster_fraction {:g} and neuron_fraction {:g} leave no neuron of {} "
                             "clusters of {}",
                             one.cluster_fraction, one.neuron_fraction, config.clusters,
                             (config.neurons[0] - config.background[0]) / config.clusters));
  search_length(search, one, key);
  // All but a box begin at 0.
  const double more = one.shape == Shape::box ? 0.0 : 1.0;
  for (const double onset : one.onsets) {
    if (search.step_of(onset) + more >= static_cast<double>(search.steps))
      search.never(key + ".onsets", search.after_the_end(onset));
  }
}

void search_window(const Search& search, const Perturbation& one) {
  const double begin = search.step_of(one.begin);
  if (begin >= static_cast<double>(search.steps))
    return search.never("perturbation.rate.begin", search.after_the_end(one.begin));
  if (begin >= search.step_of(one.end))
    search.never("perturbation.rate.end",
                 fmt::format("from {:g} to {:g} ms there is no step of {:g} ms", one.begin / ms,
                             one.end / ms, search.config.dt / ms));
}

}  // namespace

std::vector<Doubt> idle_in(const Config& config, Step steps) {
  std::vector<Doubt> found;
  const Search search{config, steps, found};
  for (std::size_t number = 0; number < config.stimuli.size(); ++number)
    search_stimulus(search, number);
  for (const Perturbation& one : config.perturbations) {
    if (one.target == Target::rate) search_window(search, one);
  }
  return found;
}

}  // namespace arcuate::spiking
