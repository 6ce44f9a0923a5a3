#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arcuate/analysis/series.hpp"
#include "grid.hpp"

/// What sensors around a head see, as a map seen from above.
namespace arcuate::report {

/// Sensors on the unit sphere that fits them best, and where they lie on the map: azimuthal
/// equidistant from the vertex, the nose up, the right ear to the right, the equator at 1.
struct Scalp {
  analysis::Matrix directions;                ///< (n_sensors, 3) unit vectors, x right, y front
  std::vector<std::array<double, 2>> places;  ///< (n_sensors)
  double reach = 1.0;                         ///< radius of the map, 1 or more
  bool front_by_names = false;  ///< Fp and O electrodes say where the nose is; else y points to it
};

/// positions: (n_sensors, 3) [mm], z up. Nothing with fewer than four sensors, sensors in a plane,
/// or positions that are not finite.
std::optional<Scalp> scalp_of(std::span<const double> positions,
                              const std::vector<std::string>& labels);

/// Values between sensors by spherical splines of order 4 (F. Perrin et al., Electroencephalogr.
/// Clin. Neurophysiol. 72, 184 (1989)), on a square of cells from -reach to reach, front first;
/// NaN outside the circle. Values that are not finite do not count.
Grid spline_map(const Scalp& scalp, const analysis::Vector& values, std::size_t cells);

/// The spline at other directions: (n, 3) unit vectors.
analysis::Vector spline_at(const analysis::Matrix& sensors, const analysis::Vector& values,
                           const analysis::Matrix& directions);

}  // namespace arcuate::report
