#include "arcuate/meanfield/network.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"

namespace arcuate::meanfield {
namespace {

using Index = Eigen::Index;
using spiking::Target;

std::vector<Neuron> neurons_of(const spiking::Config& config) {
  const std::vector<double> threshold = by_population(config, config.threshold, Target::threshold);
  // The reset is no target of perturbations: that of the rate, which is none of the neuron's, adds
  // 0.
  spiking::Config calm = config;
  calm.perturbations.clear();
  const std::vector<double> reset = by_population(calm, config.reset, Target::rate);
  const std::vector<double> membrane =
      by_population(config, config.tau_membrane, Target::tau_membrane);
  const std::vector<double> synaptic =
      by_population(config, config.tau_synaptic, Target::tau_synaptic);
  const std::vector<double> refractory =
      by_population(config, config.tau_refractory, Target::tau_refractory);
  std::vector<Neuron> neurons;
  for (std::size_t i = 0; i < threshold.size(); ++i)
    neurons.push_back({threshold[i], reset[i], membrane[i], synaptic[i], refractory[i]});
  return neurons;
}

}  // namespace

Network network_of(const spiking::Config& config) {
  const spiking::Populations populations = spiking::populations_of(config);
  Network network;
  network.names = populations.names;
  network.neurons = neurons_of(config);
  const Index n = populations.n();
  network.mean.resize(n, n);
  network.variance.resize(n, n);
  network.mean_outside.resize(n);
  network.variance_outside.resize(n);
  const std::vector<double> perturbed = spiking::perturbed(config, Target::rate);
  for (Index post = 0; post < n; ++post) {
    const int i = static_cast<int>(post);
    const double tau = network.neurons[z(post)].tau_membrane;
    for (Index pre = 0; pre < n; ++pre) {
      const int j = static_cast<int>(pre);
      const double each = tau * static_cast<double>(populations.sources(i, j));
      network.mean(post, pre) = each * populations.J(i, j);
      network.variance(post, pre) = each * populations.J(i, j) * populations.J(i, j);
    }
    const std::size_t type = z(config.type_of(i));
    const double hertz =
        config.nu_ext[type] + 0.5 * populations.arousal.drive() + perturbed[z(post)];
    const double each = tau * config.c_ext[type] * std::max(0.0, hertz);
    const double weight = populations.external_weight[z(post)];
    network.mean_outside[post] = each * weight;
    network.variance_outside[post] = each * weight * weight;
  }
  return network;
}

Response response(const Network& network, const Rates& rates) {
  constexpr double least_variance = 1e-12;
  const Index n = network.size();
  const Rates mean = network.mean * rates + network.mean_outside;
  const Rates variance = network.variance * rates + network.variance_outside;
  Response result{Rates(n), Eigen::MatrixXd(n, n)};
  for (Index i = 0; i < n; ++i) {
    const double deviation = std::sqrt(std::max(variance[i], least_variance));
    const Transfer one = transfer(network.neurons[z(i)], mean[i], deviation);
    result.rates[i] = one.rate;
    const double by_variance =
        variance[i] > least_variance ? one.by_deviation / (2.0 * deviation) : 0.0;
    result.slope.row(i) = one.by_mean * network.mean.row(i) + by_variance * network.variance.row(i);
  }
  return result;
}

}  // namespace arcuate::meanfield
