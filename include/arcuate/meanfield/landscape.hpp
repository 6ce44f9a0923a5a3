#pragma once

#include <vector>

#include "arcuate/meanfield/network.hpp"

/// What a few populations do when the others follow them at once.
namespace arcuate::meanfield {

/// The response of all populations while those of `focus` are held at `held` and the others are at
/// rest there, from `start`. residual: [Hz] of the others; above 1e-9 they are not.
struct Effective {
  Rates rates;
  Rates response;
  double residual = 0.0;
};
Effective effective_response(const Network& network, const std::vector<Eigen::Index>& focus,
                             const std::vector<double>& held, const Rates& start);

/// On a grid of rates of the focus populations.
struct Landscape {
  std::vector<Eigen::Index> focus;         ///< (n_focus)
  std::vector<std::vector<double>> along;  ///< (n_focus) [Hz] values of each axis
  Eigen::MatrixXd force;         ///< (points, n_focus) response less rate; last axis fastest
  std::vector<double> residual;  ///< (points) [Hz] of the others
};
/// The others begin at 0.5 Hz everywhere.
Landscape landscape(const Network& network, const std::vector<Eigen::Index>& focus,
                    const std::vector<std::vector<double>>& along);

/// For every value of the second of two focus populations the value of the first at which the force
/// is least, and what it costs to go along (the integral of minus the force).
struct Path {
  std::vector<Eigen::Index> row;     ///< (n_2) place along the first axis
  std::vector<double> displacement;  ///< [Hz] after each move, without moves of length 0
  std::vector<double> potential;     ///< [Hz^2]
};
/// Throws ConfigError unless there are two.
Path least_resistance(const Landscape& landscape);

}  // namespace arcuate::meanfield
