#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/network/connectome.hpp"

/// Random connectomes, O(edges), a pure function of the options (counter-based random numbers).
/// Lengths: the generators without geometry place regions on a sphere of 70 mm radius (Fibonacci lattice) and use straight distances.
namespace arcuate::network {

struct GeneratorOptions {
  std::string name = "spatial";  ///< spatial, erdos_renyi, small_world, ring_lattice, stochastic_block_model
  GlobalIndex regions = 80;
  std::uint64_t seed = 1;
  double degree = 30.0;                ///< spatial: mean number of in-edges of a region
  double decay = 30.0;                 ///< spatial: [mm] length scale of the weights
  double p = 0.1;                      ///< erdos_renyi
  int k = 4;                           ///< small_world, ring_lattice
  double beta = 0.1;                   ///< small_world
  int blocks = 4;                      ///< stochastic_block_model
  double p_in = 0.3;
  double p_out = 0.05;
  std::vector<GlobalIndex> block_sizes{};  ///< empty: equal
  std::string weights = "lognormal";   ///< lognormal, normal, uniform
  double weight_scale = 1.0;
  bool symmetric = false;              ///< erdos_renyi, small_world: also the weights
};

/// The names `generate` knows.
const std::vector<std::string>& generator_names();

/// Throws ConfigError when an option is out of its range.
Connectome generate(const GeneratorOptions& options);

}  // namespace arcuate::network
