#include "coefficients.hpp"

#include <cmath>

#include "arcuate/core/index.hpp"

namespace arcuate::spiking {
namespace {

struct Neuron {
  double tau_membrane, tau_synaptic, tau_refractory, threshold, reset;
};

void add(const Config& config, const Neuron& neuron, Coefficients& all) {
  const double h = config.dt;
  const double m = neuron.tau_membrane, s = neuron.tau_synaptic;
  if (config.method == Method::euler) {
    all.keep.push_back(1.0 / m);
    all.from_current.push_back(h);
    all.from_stimulus.push_back(h);
    all.decay.push_back(h / s);
  } else {
    const double keep = std::exp(-h / m);
    // tau_s tau_m / (tau_s - tau_m) (exp(-h / tau_s) - exp(-h / tau_m)), which also has its limit
    // at equal times.
    const double x = h / m - h / s;
    const double ratio = x == 0.0 ? 1.0 : std::expm1(x) / x;
    all.keep.push_back(keep);
    all.from_current.push_back(h * keep * ratio);
    all.from_stimulus.push_back(-m * std::expm1(-h / m));
    all.decay.push_back(std::exp(-h / s));
  }
  all.threshold.push_back(neuron.threshold);
  all.reset.push_back(neuron.reset);
  all.into_current.push_back(1.0 / s);
  all.refractory.push_back(std::ceil(neuron.tau_refractory / h - 1e-6));
}

void add_drive(const Config& config, const Populations& populations, int population,
               Coefficients& all) {
  const auto type = z(config.type_of(population));
  all.external.push_back(populations.external_weight[z(population)]);
  all.rate.push_back(config.nu_ext[type]);
  all.synapses.push_back(config.c_ext[type] * config.dt);
}

}  // namespace

bool differs_by_neuron(const Config& config) {
  const std::size_t populations = z(config.n_populations());
  for (const Values* values : {&config.tau_membrane, &config.tau_synaptic, &config.tau_refractory,
                               &config.threshold, &config.reset}) {
    if (values->size() > populations) return true;
  }
  return false;
}

Coefficients coefficients_of(const Config& config, const Populations& populations,
                             GlobalIndex first, GlobalIndex end) {
  Coefficients all;
  all.by_neuron = differs_by_neuron(config);
  all.euler = config.method == Method::euler;
  const auto of = [&](const Values& values, Target target) {
    return by_neuron(config, values, target);
  };
  const std::vector<double> membrane = of(config.tau_membrane, Target::tau_membrane);
  const std::vector<double> synaptic = of(config.tau_synaptic, Target::tau_synaptic);
  const std::vector<double> refractory = of(config.tau_refractory, Target::tau_refractory);
  const std::vector<double> threshold = of(config.threshold, Target::threshold);
  Config plain = config;
  plain.perturbations.clear();
  const std::vector<double> reset = by_neuron(plain, config.reset, Target::threshold);
  const auto put = [&](GlobalIndex neuron, int population) {
    const std::size_t i = z(neuron);
    add(config, {membrane[i], synaptic[i], refractory[i], threshold[i], reset[i]}, all);
    add_drive(config, populations, population, all);
  };
  if (all.by_neuron) {
    for (GlobalIndex neuron = first; neuron < end; ++neuron)
      put(neuron, populations.of(neuron));
    return all;
  }
  for (int population = 0; population < populations.n(); ++population) {
    // An empty population has no neuron to look at, and nobody looks at its numbers.
    const GlobalIndex neuron = std::min(populations.first[z(population)], config.n_neurons() - 1);
    put(neuron, population);
  }
  return all;
}

std::int64_t Coefficients::bytes() const {
  return static_cast<std::int64_t>(11 * keep.size() * sizeof(double));
}

}  // namespace arcuate::spiking
