#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "arcuate/core/error.hpp"
#include "arcuate/spiking/config.hpp"
#include "arcuate/spiking/names.hpp"

namespace arcuate::spiking {
namespace {

using Found = std::optional<Doubt>;

constexpr std::array type_names{"excitatory", "inhibitory"};
constexpr std::array pair_names{"E -> E", "E -> I", "I -> E", "I -> I"};

Found doubt_of_sizes(const Config& config) {
  if (config.clusters < 1 || config.n_populations() > 65535)
    return Doubt{"clusters", fmt::format("{} clusters (allowed: 1 to 32766)", config.clusters)};
  if (config.n_neurons() > 2147483647) return Doubt{"neurons", "more than 2147483647 of them"};
  for (std::size_t type : {0U, 1U}) {
    const GlobalIndex background = config.background[type];
    const GlobalIndex clustered = config.neurons[type] - background;
    if (background < 1)
      return Doubt{"background",
                   fmt::format("{} {} neurons: expected at least 1", background, type_names[type])};
    if (clustered < (type == 0 ? 1 : 0))
      return Doubt{"background",
                   fmt::format("{} of {} {} neurons are background: {} are left for clusters",
                               background, config.neurons[type], type_names[type], clustered)};
    if (clustered % config.clusters != 0)
      return Doubt{"clusters",
                   fmt::format("{} {} neurons less {} of the background do not divide into {} "
                               "clusters of one size: {} are left over",
                               config.neurons[type], type_names[type], background, config.clusters,
                               clustered % config.clusters)};
  }
  return std::nullopt;
}

Found doubt_of_degrees(const Config& config) {
  for (std::size_t pair = 0; pair < 4; ++pair) {
    const double p = config.probabilities[pair];
    if (p >= 0.0 && p <= 1.0) continue;
    const GlobalIndex size = config.background[pair / 2];
    return Doubt{"probabilities",
                 fmt::format("{} for {}: an in-degree of {:.6g} from the {} background neurons "
                             "alone, of which there are {} (allowed: 0 to 1)",
                             p, pair_names[pair], std::floor(p * static_cast<double>(size)),
                             type_names[pair / 2], size)};
  }
  return std::nullopt;
}

Found doubt_of_shape(const Config& config, const char* key, const Values& values) {
  const std::size_t n = values.size();
  const auto populations = static_cast<std::size_t>(config.n_populations());
  const auto neurons = static_cast<std::size_t>(config.n_neurons());
  if (n == 1 || n == 2 || n == populations || n == neurons) return std::nullopt;
  return Doubt{key, fmt::format("{} values (allowed: 1, 2 for [E, I], {} for the populations, {} "
                                "for the neurons)",
                                n, populations, neurons)};
}

/// The first neuron whose number is not wanted.
Found doubt_of_numbers(const Config& config, const char* key, const Values& values, Target target,
                       const std::function<bool(double)>& wanted, const char* what) {
  if (Found shape = doubt_of_shape(config, key, values)) return shape;
  const std::vector<double> all = by_neuron(config, values, target);
  const auto found = std::find_if_not(all.begin(), all.end(), wanted);
  if (found == all.end()) return std::nullopt;
  return Doubt{key, fmt::format("{:.6g} of neuron {}, perturbations included, is out of range "
                                "(allowed: {})",
                                *found, found - all.begin(), what)};
}

Found doubt_of_neurons(const Config& config) {
  const auto positive = [](double value) { return value > 0.0 && std::isfinite(value); };
  const auto not_negative = [](double value) { return value >= 0.0 && std::isfinite(value); };
  const auto finite = [](double value) { return std::isfinite(value); };
  if (Found found = doubt_of_numbers(config, "tau_membrane", config.tau_membrane,
                                     Target::tau_membrane, positive, "> 0 s"))
    return found;
  if (Found found = doubt_of_numbers(config, "tau_synaptic", config.tau_synaptic,
                                     Target::tau_synaptic, positive, "> 0 s"))
    return found;
  if (Found found = doubt_of_numbers(config, "tau_refractory", config.tau_refractory,
                                     Target::tau_refractory, not_negative, ">= 0 s"))
    return found;
  if (Found found = doubt_of_numbers(config, "threshold", config.threshold, Target::threshold,
                                     finite, "finite numbers"))
    return found;
  if (Found found = doubt_of_shape(config, "reset", config.reset)) return found;
  const std::vector<double> threshold = by_neuron(config, config.threshold, Target::threshold);
  Config unperturbed = config;
  unperturbed.perturbations.clear();
  const std::vector<double> reset = by_neuron(unperturbed, config.reset, Target::threshold);
  for (std::size_t i = 0; i < reset.size(); ++i) {
    if (threshold[i] > reset[i]) continue;
    return Doubt{"threshold", fmt::format("{:.6g} of neuron {} is not above its reset, {:.6g}: it "
                                          "would fire without end",
                                          threshold[i], i, reset[i])};
  }
  return std::nullopt;
}

Found doubt_of_perturbations(const Config& config) {
  for (const Perturbation& one : config.perturbations) {
    const auto populations = static_cast<std::size_t>(config.n_populations());
    const std::string key = fmt::format("perturbation.{}", core::word_of(one.target));
    if (!one.matrix.empty()) {
      const bool of_weights = one.target == Target::j || one.target == Target::j_baseline;
      if (!of_weights) return Doubt{key, "a matrix is of j and j_baseline alone"};
      if (one.matrix.size() != populations * populations)
        return Doubt{key, fmt::format("{} numbers: expected {} x {}", one.matrix.size(),
                                      populations, populations)};
      continue;
    }
    const bool one_number = one.target >= Target::arousal_level && one.values.size() == 1;
    if (one.values.size() != populations && !one_number)
      return Doubt{key, fmt::format("{} values: expected one for each of {} populations",
                                    one.values.size(), populations)};
    if (one.target == Target::rate) continue;
    if (one.begin > 0.0 || std::isfinite(one.end))
      return Doubt{key,
                   "a window of time is for `rate` alone: other quantities are set before the run"};
  }
  return std::nullopt;
}

Found doubt_of_arousal(const Config& config) {
  const auto value = [&](double given, Target target) {
    return given + perturbed(config, target).front();
  };
  const double x_0 = value(config.arousal.x_0, Target::arousal_x_0);
  const double k = value(config.arousal.k, Target::arousal_k);
  const double M = value(config.arousal.M, Target::arousal_M);
  if (!(x_0 > 0.0 && x_0 < 1.0))
    return Doubt{"arousal.x_0", fmt::format("{} is out of range (allowed: above 0, below 1)", x_0)};
  if (!(k > 0.0)) return Doubt{"arousal.k", fmt::format("{} is out of range (allowed: > 0)", k)};
  if (!(M >= 0.0))
    return Doubt{"arousal.M", fmt::format("{} Hz is out of range (allowed: >= 0)", M)};
  return std::nullopt;
}

Found doubt_of_stimuli(const Config& config) {
  for (std::size_t k = 0; k < config.stimuli.size(); ++k) {
    const Stimulus& one = config.stimuli[k];
    const std::string key = fmt::format("stimuli.{}", k);
    const bool exponential = one.shape == Shape::diff2exp;
    if (exponential && one.tau_rise == one.tau_decay)
      return Doubt{key + ".tau_rise", "is tau_decay: their difference would be 0 at all times"};
    for (const int cluster : one.clusters) {
      if (cluster >= 0 && cluster < config.clusters) continue;
      return Doubt{key + ".clusters", fmt::format("there is no excitatory cluster {} (allowed: 0 "
                                                  "to {})",
                                                  cluster, config.clusters - 1)};
    }
  }
  return std::nullopt;
}

Found doubt_of_drive(const Config& config) {
  constexpr double most = 10000.0;
  for (std::size_t type : {0U, 1U}) {
    const double mean = config.c_ext[type] * config.dt * (config.nu_ext[type] + config.arousal.M);
    if (mean <= most) continue;
    return Doubt{"c_ext", fmt::format("{:.6g} external spikes of a neuron in one step (allowed: at "
                                      "most {:g})",
                                      mean, most)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Doubt> doubt_of(const Config& config) {
  for (const auto& look : {doubt_of_sizes, doubt_of_degrees, doubt_of_perturbations,
                           doubt_of_arousal, doubt_of_neurons, doubt_of_stimuli, doubt_of_drive}) {
    if (Found found = look(config)) return found;
  }
  if (config.delay < 1) return Doubt{"delay", "expected at least one step"};
  return std::nullopt;
}

void require_sound(const Config& config) {
  if (const Found found = doubt_of(config))
    throw ConfigError(fmt::format("spiking.{}: {}", found->key, found->message));
}

std::vector<Doubt> oddities_of(const Config& config) {
  std::vector<Doubt> all;
  const Populations populations = populations_of(config);
  for (std::size_t pair = 0; pair < 4; ++pair) {
    if (populations.depression[pair] >= 0.0) continue;
    all.push_back({"j_potentiated",
                   fmt::format("the depression of {} is {:.6g}: below 0, it turns the sign of the "
                               "weights between clusters",
                               pair_names[pair], populations.depression[pair])});
  }
  for (const Perturbation& one : config.perturbations) {
    if (one.target == Target::j && std::count(one.values.begin(), one.values.end(), 0.0) > 0)
      all.push_back({"perturbation.j",
                     "is a factor, 0 for the populations that no vector names: they lose all of "
                     "their inputs from the network"});
  }
  if (config.method == Method::euler) {
    const std::vector<double> tau = by_neuron(config, config.tau_synaptic, Target::tau_synaptic);
    if (config.dt > *std::min_element(tau.begin(), tau.end()))
      all.push_back({"dt", "euler with a step longer than tau_synaptic does not converge"});
  }
  return all;
}

}  // namespace arcuate::spiking
