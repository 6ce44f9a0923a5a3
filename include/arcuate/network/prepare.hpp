#pragma once

#include <vector>

#include "arcuate/network/connectome.hpp"

/// What the engine needs of a connectome besides its structure.
namespace arcuate::network {

/// The delay of an edge [ms]: `delay` if the connectome has it, else length / speed [mm/ms].
inline double delay_ms(const Connectome& connectome, GlobalIndex edge, double speed) {
  const auto e = static_cast<std::size_t>(edge);
  return connectome.delay.empty() ? connectome.length[e] / speed : connectome.delay[e];
}

/// The same of each edge: `delay` if the connectome has it, else length / speed. (n_edges) [ms]
/// `speed` [mm/ms] is > 0; infinity gives zeros. Throws ConfigError for any other speed.
std::vector<double> delays_ms(const Connectome& connectome, double speed);

}  // namespace arcuate::network
