#pragma once

#include <complex>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"

namespace arcuate::steady {

/// d rates / d states without delays, complete on every rank, row by row. Collective.
std::vector<double> whole_jacobian(const equilibrium::RestingNetwork& network,
                                   const equilibrium::LinearNetwork& linear);

/// All finite eigenvalues of the network without delays: assigned states are eliminated. [1/ms]
/// Collective. Throws UnconvergedError.
std::vector<std::complex<double>> all_eigenvalues(const equilibrium::RestingNetwork& network,
                                                  const equilibrium::LinearNetwork& linear);

}  // namespace arcuate::steady
