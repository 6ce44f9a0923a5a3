#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/steady/continuation.hpp"
#include "arcuate/steady/fixed_points.hpp"
#include "arcuate/steady/linear_noise.hpp"
#include "arcuate/steady/phase_plane.hpp"
#include "arcuate/steady/stability.hpp"

namespace arcuate::steady {

/// A fixed point with what is known of it. On rank 0.
struct Rest {
  std::vector<std::vector<double>> state;  ///< (n_regions, states of the region's model)
  double residual = 0.0;                   ///< as FixedPoint::residual
  double correction = 0.0;                 ///< as FixedPoint::correction
  int start = 0;
  Spectrum undelayed;
  Stability without_delays;
  std::optional<Spectrum> delayed;  ///< none: the study has no delays
  std::optional<Stability> with_delays;
  std::optional<Fluctuations> fluctuations;  ///< none: not asked for, or not stable
  [[nodiscard]] const Stability& stability() const {
    return with_delays ? *with_delays : without_delays;
  }
};

/// A point of a branch, with the states of all regions. On rank 0.
struct TracedPoint {
  int branch = 0;
  double parameter = 0.0;
  std::vector<std::vector<double>> state;  ///< as Rest::state
  int unstable = 0;
  std::complex<double> root = 0.0;  ///< rightmost [1/ms]
  Bifurcation bifurcation = Bifurcation::none;
};

/// All that `arcuate steady` writes. On rank 0.
struct Results {
  std::string title;
  std::string study;                ///< normalised
  std::string left_out;             ///< what of the study is not part of its steady states
  std::vector<std::string> labels;  ///< (n_regions)
  std::vector<Rest> rests;
  equilibrium::LinearNoiseOptions noise;
  std::optional<PhasePlane> plane;
  int starts = 0;
  std::string followed;  ///< path of the parameter that was followed, or ""
  std::vector<TracedPoint> traced;
};

/// `/fixed_points` (fixed_point, variable, region), `/eigenvalues` and `/roots` (fixed_point,
/// root), `/linear_noise` (fixed_point, variable, frequency, region), `/phase_plane`,
/// `/continuation` (point, variable, region), with dimension scales (docs/steady.md). spec: of the
/// study. Throws EnvironmentError.
void write_results(io::Output& output, const Results& results, const engine::SimulationSpec& spec);

}  // namespace arcuate::steady
