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

/// Values by population where they do not differ within one, else by neuron. An entry's name.
struct Listed {
  std::vector<double> values;
  bool by_neuron = false;
  [[nodiscard]] std::string name(const Config& config, std::size_t k) const {
    return by_neuron ? fmt::format("neuron {}", k) : population_names(config.clusters)[k];
  }
};

Listed listed(const Config& config, const Values& values, Target target) {
  const bool neurons = values.size() > static_cast<std::size_t>(config.n_populations());
  return {neurons ? by_neuron(config, values, target) : by_population(config, values, target),
          neurons};
}

Config without_perturbations(const Config& config) {
  Config plain = config;
  plain.perturbations.clear();
  return plain;
}

/// Studies give them in ms.
struct TimeConstant {
  const char* key;
  Values Config::*values;  ///< [s]
  Target target;
  bool may_be_zero;
};

constexpr std::array time_constants{
    TimeConstant{"tau_membrane", &Config::tau_membrane, Target::tau_membrane, false},
    TimeConstant{"tau_synaptic", &Config::tau_synaptic, Target::tau_synaptic, false},
    TimeConstant{"tau_refractory", &Config::tau_refractory, Target::tau_refractory, true}};

/// The first entry that it cannot be, of the study itself or because of a perturbation.
Found doubt_of_times(const Config& config, const TimeConstant& one) {
  const Values& values = config.*one.values;
  if (Found shape = doubt_of_shape(config, one.key, values)) return shape;
  const auto cannot_be = [&](double value) {
    return !std::isfinite(value) || value < 0.0 || (value == 0.0 && !one.may_be_zero);
  };
  const Listed plain = listed(without_perturbations(config), values, one.target);
  const Listed all = listed(config, values, one.target);
  for (std::size_t k = 0; k < all.values.size(); ++k) {
    if (!cannot_be(all.values[k])) continue;
    const char* allowed = one.may_be_zero ? ">= 0 ms" : "> 0 ms";
    const std::string ms = fmt::format("{:.6g} ms", all.values[k] * 1e3);
    if (cannot_be(plain.values[k]))
      return Doubt{one.key, fmt::format("{} of {} is out of range (allowed: {})", ms,
                                        all.name(config, k), allowed)};
    return Doubt{
        fmt::format("perturbation.{}", one.key),
        fmt::format("makes {} of {} {} (allowed: {})", one.key, all.name(config, k), ms, allowed)};
  }
  return std::nullopt;
}

Found doubt_of_voltages(const Config& config) {
  if (Found found = doubt_of_shape(config, "threshold", config.threshold)) return found;
  if (Found found = doubt_of_shape(config, "reset", config.reset)) return found;
  const Config plain = without_perturbations(config);
  const bool neurons = std::max(config.threshold.size(), config.reset.size()) >
                       static_cast<std::size_t>(config.n_populations());
  const auto of = [&](const Config& of_whom, const Values& values) {
    return neurons ? by_neuron(of_whom, values, Target::threshold)
                   : by_population(of_whom, values, Target::threshold);
  };
  const Listed threshold{of(config, config.threshold), neurons};
  const std::vector<double> given = of(plain, config.threshold), reset = of(plain, config.reset);
  for (std::size_t k = 0; k < reset.size(); ++k) {
    if (threshold.values[k] > reset[k]) continue;
    const std::string words =
        fmt::format("{:.6g} of {} is not above its reset, {:.6g}: it would fire without end",
                    threshold.values[k], threshold.name(config, k), reset[k]);
    if (given[k] > reset[k])
      return Doubt{"perturbation.threshold", "makes a threshold that cannot be: " + words};
    return Doubt{"threshold", words};
  }
  return std::nullopt;
}

Found doubt_of_neurons(const Config& config) {
  for (const TimeConstant& one : time_constants) {
    if (Found found = doubt_of_times(config, one)) return found;
  }
  return doubt_of_voltages(config);
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

/// The most that perturbations add to the external rate of a population [Hz].
std::vector<double> most_added(const Config& config) {
  std::vector<double> most(static_cast<std::size_t>(config.n_populations()), 0.0);
  for (const Perturbation& one : config.perturbations) {
    if (one.target != Target::rate) continue;
    for (std::size_t k = 0; k < most.size(); ++k)
      most[k] += std::max(0.0, one.values[k]);
  }
  return most;
}

Found doubt_of_drive(const Config& config) {
  constexpr double most = 10000.0;
  const std::vector<double> added = most_added(config);
  const double more = perturbed(config, Target::arousal_M).front();
  for (int population = 0; population < config.n_populations(); ++population) {
    const auto type = static_cast<std::size_t>(config.type_of(population));
    const double of_one_hertz = config.c_ext[type] * config.dt;
    const double own = config.nu_ext[type] + config.arousal.M;
    const double perturbation = added[static_cast<std::size_t>(population)] + more;
    const double mean = of_one_hertz * (own + std::max(0.0, perturbation));
    if (mean <= most) continue;
    const char* key = of_one_hertz * own > most ? "c_ext"
                      : more > 0.0              ? "perturbation.arousal_M"
                                                : "perturbation.rate";
    return Doubt{
        key,
        fmt::format("{:.6g} external spikes of a neuron of {} in one step (allowed: "
                    "at most {:g})",
                    mean, population_names(config.clusters)[static_cast<std::size_t>(population)],
                    most)};
  }
  return std::nullopt;
}

/// What can hardly be meant, to which the functions below append.
using Odd = std::vector<Doubt>;

void note_rates(const Config& config, Odd& all) {
  std::vector<double> least(static_cast<std::size_t>(config.n_populations()), 0.0);
  for (const Perturbation& one : config.perturbations) {
    if (one.target != Target::rate) continue;
    for (std::size_t k = 0; k < least.size(); ++k)
      least[k] += std::min(0.0, one.values[k]);
  }
  const double arousal = 0.5 * populations_of(config).arousal.drive();
  for (std::size_t k = 0; k < least.size(); ++k) {
    const double rate =
        config.nu_ext[static_cast<std::size_t>(config.type_of(static_cast<int>(k)))] + arousal +
        least[k];
    if (rate >= 0.0 || least[k] == 0.0) continue;
    all.push_back({"perturbation.rate",
                   fmt::format("makes the external rate of {} {:.6g} Hz: below 0, it is taken as 0",
                               population_names(config.clusters)[k], rate)});
    return;
  }
}

void note_arousal(const Config& config, Odd& all) {
  const double level = config.arousal.level + perturbed(config, Target::arousal_level).front();
  if (level >= 0.0 && level <= 1.0) return;
  all.push_back({"perturbation.arousal_level",
                 fmt::format("makes the level {:.6g}: it is limited to 0 .. 1", level)});
}

void note_euler(const Config& config, Odd& all) {
  if (config.method != Method::euler) return;
  for (const TimeConstant& one : time_constants) {
    if (one.target == Target::tau_refractory) continue;
    const std::vector<double> tau = listed(config, config.*one.values, one.target).values;
    if (config.dt > *std::min_element(tau.begin(), tau.end()))
      all.push_back(
          {"dt", fmt::format("euler with a step longer than {} does not converge", one.key)});
  }
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
  note_rates(config, all);
  note_arousal(config, all);
  note_euler(config, all);
  return all;
}

}  // namespace arcuate::spiking
