#pragma once

#include <array>
#include <vector>

/// What a sensor sees of a current dipole in a head of simple form (docs/electrophysiology.md).
/// Places in mm, dipoles of 1 nA m for a direction of length 1.
namespace arcuate::monitor {

using Point = std::array<double, 3>;

/// A homogeneous ball that conducts, in air.
struct Sphere {
  Point centre{};
  double radius = 0.0;  ///< [mm]
};

/// [mV] at `place` in a medium without end. conductivity: [S/m].
double potential_unbounded(const Point& place, const Point& source, const Point& direction,
                           double conductivity);

/// [mV] at `place` in the ball or on it; the source lies in it.
double potential_in_sphere(const Sphere& sphere, const Point& place, const Point& source,
                           const Point& direction, double conductivity);

/// [fT] at `place` of the dipole alone, without the currents that flow back.
Point field_unbounded(const Point& place, const Point& source, const Point& direction);

/// [fT] at `place` outside of a ball around `centre` that holds the source; its radius and its
/// conductivity do not matter.
Point field_of_sphere(const Point& centre, const Point& place, const Point& source,
                      const Point& direction);

}  // namespace arcuate::monitor
