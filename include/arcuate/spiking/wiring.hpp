#pragma once

#include <cstdint>
#include <vector>

#include "arcuate/spiking/config.hpp"

/// Who receives from whom: a function of seed and neuron, so that every rank draws the sources of
/// its own neurons and all have the same network.
namespace arcuate::spiking {

/// Draws the sources of one neuron at a time. Memory: a bit for each neuron of a population.
class Wiring {
 public:
  Wiring(const Populations& populations, std::uint64_t seed);

  /// The sources of a neuron, ascending: of each population as many different ones as its in-degree
  /// says, drawn among all of it; the neuron itself is then left out.
  void sources_of(GlobalIndex neuron, std::vector<std::uint32_t>& sources);

 private:
  void draw(GlobalIndex neuron, int pre, GlobalIndex count);
  const Populations& populations_;
  std::uint64_t seed_;
  std::vector<std::uint64_t> taken_;
};

/// Synapses of some neurons, as configured; those that neurons make with themselves included.
std::int64_t synapses_of(const Populations& populations, GlobalIndex first, GlobalIndex end);

}  // namespace arcuate::spiking
