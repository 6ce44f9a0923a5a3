#include "noise_response.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"
#include "arcuate/engine/coloured_noise.hpp"

namespace arcuate::steady {
namespace {

using engine::NoiseTerm;
using Process = NoiseSources::Process;

/// Densities of noise with sigma 1. Times of the term are in units of the model.
void add_law(const NoiseTerm& term, double time_unit, double dt, NoiseSources& sources) {
  double white = 0.0;
  std::vector<Process> processes;
  if (term.kind == NoiseTerm::Kind::white) white = time_unit;
  if (term.kind == NoiseTerm::Kind::per_step) white = dt;
  if (term.kind == NoiseTerm::Kind::ornstein_uhlenbeck)
    processes.push_back({1.0, term.tau * time_unit});
  if (term.kind == NoiseTerm::Kind::coloured) {
    for (const auto& part : engine::coloured_parts(term.beta, term.tau_min, term.tau_max))
      processes.push_back({part.sigma * part.sigma, part.tau * time_unit});
  }
  sources.white.push_back(white);
  sources.processes.push_back(std::move(processes));
}

/// d rates / d the target of a term, of all regions of a population: (states) on every rank.
std::vector<double> drive_of(const equilibrium::RestingNetwork& network,
                             const std::vector<double>& state, int population,
                             const NoiseTerm& term) {
  std::vector<int> inputs(network.spec().populations.size(), -1);
  if (term.on_input) {
    inputs[z(population)] = term.target;
    return network.everywhere(network.by_input(state, inputs));
  }
  std::vector<double> all(z(network.layout().unknowns));
  for (GlobalIndex i = 0; i < network.n_regions(); ++i) {
    if (network.spec().number_at(i) == population)
      all[z(network.layout().first[z(i)] + term.target)] =
          1.0 / network.spec().at(i).model->info.time_unit;
  }
  return all;
}

/// Each region's own, or one for all.
std::vector<Eigen::VectorXd> columns_of(const equilibrium::RestingNetwork& network,
                                        const std::vector<double>& drive, int population,
                                        const NoiseTerm& term) {
  const equilibrium::Layout& layout = network.layout();
  std::vector<Eigen::VectorXd> columns;
  for (GlobalIndex i = 0; i < network.n_regions(); ++i) {
    if (network.spec().number_at(i) != population || term.sigma(i) == 0.0) continue;
    if (columns.empty() || !term.shared)
      columns.emplace_back(Eigen::VectorXd::Zero(static_cast<Eigen::Index>(layout.unknowns)));
    for (int k = 0; k < layout.states[z(i)]; ++k) {
      const auto at = static_cast<Eigen::Index>(layout.first[z(i)] + k);
      columns.back()[at] = term.sigma(i) * drive[z(at)];
    }
  }
  return columns;
}

/// Of the model, or behind its own what the study computes; -1: neither.
int observable_of(const engine::Population& population, const std::string& variable) {
  const int own = population.model->observable(variable);
  if (own >= 0) return own;
  const auto found = std::find_if(population.computed.begin(), population.computed.end(),
                                  [&](const auto& one) { return one.name == variable; });
  return found == population.computed.end()
             ? -1
             : population.model->n_observables() +
                   static_cast<int>(found - population.computed.begin());
}

}  // namespace

double NoiseSources::density(Eigen::Index source, double w) const {
  double density = white[z(source)];
  for (const Process& one : processes[z(source)])
    density += 2.0 * one.variance * one.tau / (1.0 + w * w * one.tau * one.tau);
  return density;
}

NoiseSources sources_of(const equilibrium::RestingNetwork& network,
                        const engine::SimulationSpec& spec, const std::vector<double>& state) {
  NoiseSources sources;
  std::vector<Eigen::VectorXd> all;
  for (int p = 0; p < spec.n_populations(); ++p) {
    for (const NoiseTerm& term : spec.population(p).noise) {
      const std::vector<double> drive = drive_of(network, state, p, term);
      for (Eigen::VectorXd& column : columns_of(network, drive, p, term)) {
        all.push_back(std::move(column));
        add_law(term, spec.population(p).model->info.time_unit, spec.dt, sources);
      }
    }
  }
  sources.columns.resize(static_cast<Eigen::Index>(network.layout().unknowns),
                         static_cast<Eigen::Index>(all.size()));
  for (std::size_t k = 0; k < all.size(); ++k)
    sources.columns.col(static_cast<Eigen::Index>(k)) = all[k];
  return sources;
}

Eigen::VectorXd reading_of(const equilibrium::RestingNetwork& network, const std::string& variable,
                           const std::vector<double>& state) {
  std::vector<int> observables;
  for (const engine::Population& population : network.spec().populations)
    observables.push_back(observable_of(population, variable));
  const std::vector<double> all = network.everywhere(network.by_state(state, observables));
  return Eigen::Map<const Eigen::VectorXd>(all.data(), static_cast<Eigen::Index>(all.size()));
}

Eigen::MatrixXd NoiseResponse::at(double w) const {
  const Complex lambda(0.0, w);
  const Resolvent resolvent(system_, lambda,
                            [lambda](double delay) { return std::exp(-lambda * delay); });
  Eigen::MatrixXcd states = resolvent.solve_all(sources_.columns);
  for (Eigen::Index k = 0; k < sources_.size(); ++k)
    states.col(k) *= std::sqrt(sources_.density(k, w));
  const Eigen::Index n = regions();
  Eigen::MatrixXd spectra(n * static_cast<Eigen::Index>(readings_.size()), n);
  for (std::size_t v = 0; v < readings_.size(); ++v) {
    Eigen::MatrixXcd seen(n, sources_.size());
    for (Eigen::Index i = 0; i < n; ++i) {
      const LinearSystem::Region& region = system_.regions()[z(i)];
      const Eigen::Index count = region.own.rows();
      seen.row(i) = readings_[v].segment(region.first_state, count).cast<Complex>().transpose() *
                    states.middleRows(region.first_state, count);
    }
    spectra.middleRows(static_cast<Eigen::Index>(v) * n, n) =
        seen.real() * seen.real().transpose() + seen.imag() * seen.imag().transpose();
  }
  return spectra;
}

}  // namespace arcuate::steady
