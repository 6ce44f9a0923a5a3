#pragma once

#include <Eigen/Dense>

#include "noise_response.hpp"

namespace arcuate::steady {

/// The symmetric C with a C + C a' + q = 0 of a stable matrix a, by squaring Cayley's transform
/// (Smith 1968, doi:10.1137/0116017). Throws UnconvergedError: a is not stable.
Eigen::MatrixXd stationary_covariance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& q);

/// Covariances of the variables without delays, (variables x regions, regions): processes of the
/// noise are states, and assigned states are eliminated. Collective.
Eigen::MatrixXd undelayed_covariance(const equilibrium::RestingNetwork& network,
                                     const equilibrium::LinearNetwork& linear,
                                     const NoiseResponse& response);

}  // namespace arcuate::steady
