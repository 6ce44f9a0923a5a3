#pragma once

#include <string>
#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/equilibrium/options.hpp"
#include "arcuate/equilibrium/resting_network.hpp"
#include "arcuate/steady/stability.hpp"

/// What weak noise does around a stable fixed point, without a simulation.
namespace arcuate::steady {

/// Of departures from the fixed point; NaN where the model of a region has no such variable.
struct Fluctuations {
  std::vector<double> covariance;  ///< (variables, n_regions, n_regions) of equal times
  std::vector<double> power;  ///< (variables, frequencies, n_regions) [unit^2/Hz] one-sided density
  double error = 0.0;  ///< estimate, of the covariances', over the standard deviations of both
};

/// Frequencies of the power spectra. [Hz]
std::vector<double> frequencies_of(const equilibrium::LinearNoiseOptions& options);

/// Throws ConfigError: no noise; noise that depends on the state or has no stationary law; a
/// variable that no model has, or that depends on the input. options.variables: not empty.
void check_linear_noise(const engine::SimulationSpec& spec,
                        const equilibrium::LinearNoiseOptions& options);

/// The linear equations around a stable fixed point, driven by the noise of the study. Without
/// delays and up to 1000 states: the Lyapunov equation (Smith 1968, doi:10.1137/0116017). Else the
/// integral over all frequencies of H(w) Q(w) H(w)^*, where H has all tract delays, by adaptive
/// Gauss-Kronrod rules with the roots as hints. spec: of the study, with its noise. linear: at
/// `state` (own). roots: rightmost, with all delays. Collective. Throws ConfigError: white noise
/// enters a variable without any integration; UnconvergedError.
Fluctuations fluctuations(const equilibrium::RestingNetwork& network,
                          const equilibrium::LinearNetwork& linear,
                          const std::vector<double>& state, const Spectrum& roots,
                          const engine::SimulationSpec& spec,
                          const equilibrium::LinearNoiseOptions& options);

}  // namespace arcuate::steady
