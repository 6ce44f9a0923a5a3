#pragma once

#include <complex>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"

namespace arcuate::steady {

/// All finite eigenvalues of the network without delays: assigned states are eliminated. [1/ms]
/// Collective. Throws UnconvergedError.
std::vector<std::complex<double>> all_eigenvalues(const equilibrium::RestingNetwork& network,
                                                  const equilibrium::LinearNetwork& linear);

}  // namespace arcuate::steady
