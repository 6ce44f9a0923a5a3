#include "arcuate/spiking/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/spiking/names.hpp"

namespace arcuate::spiking {
namespace {

/// Which of four numbers is that of a pair of populations.
std::size_t pair_of(const Config& config, int post, int pre) {
  return z(2 * config.type_of(pre) + config.type_of(post));
}

bool is_arousal(Target target) {
  return target >= Target::arousal_level;
}

GlobalIndex cluster_size(const Config& config, int type) {
  return (config.neurons[z(type)] - config.background[z(type)]) / config.clusters;
}

std::vector<GlobalIndex> sizes_of(const Config& config) {
  std::vector<GlobalIndex> sizes;
  for (int population = 0; population < config.n_populations(); ++population) {
    const int type = config.type_of(population);
    sizes.push_back(config.is_background(population) ? config.background[z(type)]
                                                     : cluster_size(config, type));
  }
  return sizes;
}

/// Of one value for all, two for the types, or one for each population.
double value_for(const Config& config, const Values& values, int population) {
  if (values.size() == 1) return values[0];
  return values[values.size() == 2 ? z(config.type_of(population)) : z(population)];
}

/// What the weights of a pair are multiplied by outside of clusters, so that their sum is that of a
/// network without clusters.
double depression_of(const Config& config, int pre, int post) {
  if (!config.potentiate) return 1.0;
  const auto fraction = [&](int type) {
    return static_cast<double>(cluster_size(config, type)) /
           static_cast<double>(config.neurons[z(type)]);
  };
  const double a = fraction(pre), b = fraction(post);
  const double p = config.clusters;
  const double potentiated = config.j_potentiated[z(2 * pre + post)];
  const double factor = (a + b - a * b * (p + potentiated)) / (a + b - a * b * (p + 1.0));
  return std::isfinite(factor) ? factor : 1.0;
}

/// Whether two populations are clusters of one number.
bool are_partners(const Config& config, int post, int pre) {
  if (config.is_background(post) || config.is_background(pre)) return false;
  const int p = config.clusters;
  return post % (p + 1) == pre % (p + 1);
}

Arousal perturbed_arousal(const Config& config) {
  Arousal arousal = config.arousal;
  const auto add = [&](double& value, Target target) {
    value += perturbed(config, target).front();
  };
  add(arousal.level, Target::arousal_level);
  add(arousal.L, Target::arousal_L);
  add(arousal.x_0, Target::arousal_x_0);
  add(arousal.k, Target::arousal_k);
  add(arousal.M, Target::arousal_M);
  arousal.level = std::clamp(arousal.level, 0.0, 1.0);
  return arousal;
}

/// J without perturbations, but with the gain of arousal.
double weight_of(const Config& config, const Populations& all, int post, int pre) {
  const std::size_t pair = pair_of(config, post, pre);
  const double gain = pair == 0 ? all.arousal.gain() : 1.0;
  const double base =
      config.j_baseline[pair] * gain / std::sqrt(static_cast<double>(config.n_neurons()));
  if (config.is_background(post) && config.is_background(pre)) return base;
  const double factor =
      are_partners(config, post, pre) ? config.j_potentiated[pair] : all.depression[pair];
  return factor * base;
}

bool is_given(const Config& config, Target target) {
  return std::any_of(
      config.perturbations.begin(), config.perturbations.end(),
      [target](const Perturbation& one) { return one.target == target && one.matrix.empty(); });
}

/// By what the matrices of a target multiply a weight.
double factor_of(const Config& config, Target target, std::size_t place) {
  double factor = 1.0;
  for (const Perturbation& one : config.perturbations) {
    if (one.target != target || one.matrix.empty()) continue;
    factor *= target == Target::j ? one.matrix[place] : 1.0 + one.matrix[place];
  }
  return factor;
}

void perturb_weights(const Config& config, Populations& all) {
  const std::vector<double> base = perturbed(config, Target::j_baseline);
  const std::vector<double> inside = perturbed(config, Target::j_potentiated);
  const bool scaled = is_given(config, Target::j);
  const std::vector<double> factor = perturbed(config, Target::j);
  for (int post = 0; post < all.n(); ++post) {
    for (int pre = 0; pre < all.n(); ++pre) {
      const std::size_t place = z(post) * all.size.size() + z(pre);
      double& J = all.weight[place];
      J *= (1.0 + base[z(post)]) * factor_of(config, Target::j_baseline, place);
      if (are_partners(config, post, pre)) J *= 1.0 + inside[z(pre)];
      J *= (scaled ? factor[z(post)] : 1.0) * factor_of(config, Target::j, place);
    }
  }
}

GlobalIndex in_degree_of(const Config& config, const std::vector<GlobalIndex>& sizes, int post,
                         int pre) {
  const double probability = config.probabilities[pair_of(config, post, pre)];
  return static_cast<GlobalIndex>(std::floor(probability * static_cast<double>(sizes[z(pre)])));
}

}  // namespace

double Arousal::denominator() const {
  const double x = std::max(1e-6, level);
  const double c = std::log2(1.0 / (1.0 + std::pow((1.0 - x_0) / x_0, 1.0 / k)));
  return 1.0 + std::pow(std::pow(x, c) - 1.0, k);
}

int Populations::of(GlobalIndex neuron) const {
  return static_cast<int>(std::upper_bound(first.begin(), first.end(), neuron) - first.begin()) - 1;
}

std::vector<double> circulant(const Config& config, double alpha, double beta, int m, int shift) {
  const auto populations = z(config.n_populations());
  std::vector<double> factors(populations * populations, 1.0);
  for (int k = 0; k < m; ++k) {
    const int next = ((k + shift) % m + m) % m;
    factors[z(k) * populations + z(next)] += alpha;
    factors[z(next) * populations + z(config.clusters + 1 + k)] += beta;
  }
  return factors;
}

std::vector<double> perturbed(const Config& config, Target target) {
  const auto entries = is_arousal(target) ? std::size_t{1} : z(config.n_populations());
  std::vector<double> sum(entries, 0.0);
  for (const Perturbation& one : config.perturbations) {
    if (one.target != target || !one.matrix.empty()) continue;
    if (is_arousal(target)) {
      // The mean over all populations, those without a share included.
      sum[0] += std::accumulate(one.values.begin(), one.values.end(), 0.0) /
                static_cast<double>(one.values.size());
      continue;
    }
    for (std::size_t i = 0; i < entries; ++i)
      sum[i] += one.values[i];
  }
  return sum;
}

std::vector<double> by_neuron(const Config& config, const Values& values, Target target) {
  const std::vector<GlobalIndex> sizes = sizes_of(config);
  const std::vector<double> more = perturbed(config, target);
  const auto neurons = z(config.n_neurons());
  std::vector<double> all;
  all.reserve(neurons);
  for (int population = 0; population < config.n_populations(); ++population) {
    for (GlobalIndex i = 0; i < sizes[z(population)]; ++i) {
      const double value =
          values.size() > sizes.size() ? values[all.size()] : value_for(config, values, population);
      all.push_back(value + more[z(population)]);
    }
  }
  return all;
}

std::vector<double> by_population(const Config& config, const Values& values, Target target) {
  const std::vector<double> more = perturbed(config, target);
  const std::vector<GlobalIndex> sizes = sizes_of(config);
  std::vector<double> all;
  std::size_t first = 0;
  for (int population = 0; population < config.n_populations(); ++population) {
    const std::size_t end = first + z(sizes[z(population)]);
    const bool for_each = values.size() > sizes.size();
    // An empty population has what its type has, or the neuron before it.
    const double value = for_each ? values[std::min(first, values.size() - 1)]
                                  : value_for(config, values, population);
    for (std::size_t i = first; for_each && i < end; ++i) {
      if (values[i] != value)
        throw ConfigError(fmt::format("spiking.{}: its values differ within population {}",
                                      core::word_of(target), population));
    }
    all.push_back(first < end ? value + more[z(population)] : value);
    first = end;
  }
  return all;
}

std::vector<std::string> population_names(int clusters) {
  std::vector<std::string> names;
  for (const char* type : {"E", "I"}) {
    for (int k = 0; k < clusters; ++k)
      names.push_back(type + std::to_string(k));
    names.push_back(std::string(type) + "b");
  }
  return names;
}

Populations populations_of(const Config& config) {
  require_sound(config);
  Populations all;
  all.size = sizes_of(config);
  all.names = population_names(config.clusters);
  all.first.push_back(0);
  for (const GlobalIndex size : all.size)
    all.first.push_back(all.first.back() + size);
  all.arousal = perturbed_arousal(config);
  for (int pair = 0; pair < 4; ++pair)
    all.depression[z(pair)] = depression_of(config, pair / 2, pair % 2);
  const double root = std::sqrt(static_cast<double>(config.n_neurons()));
  const std::vector<double> more = perturbed(config, Target::j_ext);
  for (int post = 0; post < all.n(); ++post) {
    all.external_weight.push_back((config.j_ext[z(config.type_of(post))] + more[z(post)]) / root);
    for (int pre = 0; pre < all.n(); ++pre) {
      all.weight.push_back(weight_of(config, all, post, pre));
      all.in_degree.push_back(in_degree_of(config, all.size, post, pre));
    }
  }
  perturb_weights(config, all);
  return all;
}

}  // namespace arcuate::spiking
