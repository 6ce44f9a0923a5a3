#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "arcuate/meanfield/transfer.hpp"
#include "arcuate/spiking/config.hpp"

/// Rates of the populations of a network of spiking neurons.
namespace arcuate::meanfield {

using Rates = Eigen::VectorXd;  ///< (P) [Hz]

/// The input of every population as a linear function of the rates of all.
struct Network {
  std::vector<std::string> names;  ///< (P)
  std::vector<Neuron> neurons;     ///< (P)
  Eigen::MatrixXd mean;      ///< (P, P) tau_membrane C J of the row, C the sources of a neuron
  Eigen::MatrixXd variance;  ///< (P, P) tau_membrane C J^2
  Rates mean_outside;        ///< (P) of external synapses
  Rates variance_outside;

  [[nodiscard]] Eigen::Index size() const { return mean.rows(); }
};

/// Of the same configuration as the spiking network: in-degrees, weights, perturbations, arousal of
/// which the mean counts. Perturbations of the rate count as if they lasted. Throws ConfigError:
/// what cannot be built, neurons that differ within a population.
Network network_of(const spiking::Config& config);

/// What every population answers to the rates of all.
struct Response {
  Rates rates;            ///< (P)
  Eigen::MatrixXd slope;  ///< (P, P) derivative by the rate of the column
};
Response response(const Network& network, const Rates& rates);

}  // namespace arcuate::meanfield
