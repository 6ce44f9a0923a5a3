#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"

/// Where a network may rest.
namespace arcuate::steady {

struct SearchOptions {
  int starts = 20;         ///< the study's initial state, then drawn ones
  std::uint64_t seed = 1;  ///< of the drawn ones
};

struct FixedPoint {
  std::vector<double> state;  ///< (own states of this rank) equilibrium::Layout
  double residual = 0.0;      ///< [1/ms] largest rate, over the width of the state's usual range
  double correction = 0.0;    ///< what one more Newton step changes, over the same
  int start = 0;              ///< that led here first; 0: the study's initial state
};

/// What a search has found. Points are converged, different and within the bounds of the states.
struct FixedPoints {
  std::vector<FixedPoint> points;
  int starts = 0;
  int unconverged = 0;         ///< starts that led nowhere
  int singular = 0;            ///< of those, at a singular Jacobian
  int outside = 0;             ///< starts that led beyond bounds of states
  double best_residual = 0.0;  ///< [1/ms] of what did not converge; infinite: nothing was finite
};

/// From each start a damped Newton iteration that earlier points repel (deflation: Farrell,
/// Birkisson and Funke 2015, doi:10.1137/140984798); where that leads nowhere, and from the study's
/// initial state, pseudo-transient continuation (Kelley and Keyes 1998,
/// doi:10.1137/S0036142996304796) and a plain Newton iteration (PETSc SNES). The odd starts are the
/// same in all regions of a model, the even ones drawn for each, every third from a range
/// three times as wide; then as many again from the middles of pairs of known points. Collective.
FixedPoints find_fixed_points(const equilibrium::RestingNetwork& network,
                              const SearchOptions& options);

/// Goes on to the fixed point that a Newton iteration reaches from a state; false, and the state is
/// that with the least residual, when it does not converge. Collective.
bool converge(const equilibrium::RestingNetwork& network, FixedPoint& point);

}  // namespace arcuate::steady
