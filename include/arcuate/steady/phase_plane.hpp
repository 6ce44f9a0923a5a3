#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"

namespace arcuate::steady {

/// The flow of a single region of two states.
struct PhasePlane {
  std::array<std::vector<double>, 2> along;  ///< [state unit] values of each axis
  std::array<std::vector<double>, 2> rate;   ///< (first, second) [state unit/ms]
};

/// On a grid over the usual ranges of the states and all `points` (own states); nothing unless the
/// network is one region of two states that are integrated. Past values are those of now.
/// Collective.
std::optional<PhasePlane> phase_plane(const equilibrium::RestingNetwork& network,
                                      std::span<const std::vector<double>> points);

}  // namespace arcuate::steady
