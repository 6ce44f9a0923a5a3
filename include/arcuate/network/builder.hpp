#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "arcuate/network/connectome.hpp"

/// Builders of connectomes beyond the generators of Arcuate: a user's own, from plug-ins. A builder
/// runs on rank 0, once; its rows are then distributed like those of a file, so that the network is
/// the same on any number of ranks.
namespace arcuate::network {

/// A number that a builder takes, as a row of its documentation.
struct BuilderParameter {
  std::string_view name;
  std::string_view unit;                                    ///< "1" dimensionless
  double value = 0.0;                                       ///< where a study gives none
  double least = -std::numeric_limits<double>::infinity();  ///< allowed
  double most = std::numeric_limits<double>::infinity();
  bool whole = false;  ///< a whole number
  std::string_view meaning;
};

struct BuilderInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view reference{};
  std::span<const BuilderParameter> parameters{};
  GlobalIndex least_regions = 1;
};

/// What a study asks for.
struct BuilderSettings {
  GlobalIndex regions = 80;
  std::uint64_t seed = 1;
  std::vector<double> numbers;  ///< (BuilderInfo::parameters)
};

struct Builder {
  BuilderInfo info;
  /// A pure function of the settings: random numbers come from `Draws` (network/draws.hpp). It may
  /// leave labels and origin empty.
  Connectome (*build)(const BuilderSettings& settings) = nullptr;
};

struct Edge {
  GlobalIndex target = 0;
  GlobalIndex source = 0;
  double weight = 1.0;  ///< [1]
  double length = 0.0;  ///< [mm]
};

/// A connectome of edges in any order. Throws DataError: a region that there is not, an edge given
/// twice.
Connectome from_edges(GlobalIndex regions, std::vector<Edge> edges);

/// (count) [mm] Spread evenly over a sphere (Fibonacci lattice).
std::vector<std::array<double, 3>> points_on_sphere(GlobalIndex count, double radius = 70.0);
[[nodiscard]] inline double distance(const std::array<double, 3>& a,
                                     const std::array<double, 3>& b) {
  double sum = 0.0;
  for (std::size_t c = 0; c < 3; ++c)
    sum += (a[c] - b[c]) * (a[c] - b[c]);
  return std::sqrt(sum);
}

/// Runs a builder; completes labels and origin. Throws ConfigError (settings), DataError: what the
/// builder throws, or what it built contradicts itself.
Connectome build(const Builder& builder, const BuilderSettings& settings);

/// The values of all parameters where none is given.
std::vector<double> usual_numbers(const BuilderInfo& info);

/// Throws DataError when rows, sources, weights, lengths, labels or places do not fit `regions`
/// regions, or are not what Connectome says of them.
void require_sound(const Connectome& connectome, GlobalIndex regions);

}  // namespace arcuate::network
