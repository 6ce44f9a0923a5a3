#pragma once

#include <vector>

#include "arcuate/meanfield/network.hpp"

namespace arcuate::meanfield {

/// Brings rates to where the response is what they are; those of the populations `held` stay, and
/// answer what they like. Damped relaxation, then Newton's method, which is left where it does not
/// lead on. residual: [Hz] the largest of those that are not held. False: above 1e-9 Hz.
bool settle(const Network& network, const std::vector<Eigen::Index>& held, Rates& rates,
            double& residual);

}  // namespace arcuate::meanfield
