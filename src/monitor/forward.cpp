#include "arcuate/monitor/forward.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

namespace arcuate::monitor {
namespace {

using Vector = Eigen::Vector3d;

Vector vector(const Point& point) {
  return {point[0], point[1], point[2]};
}
Point point(const Vector& vector) {
  return {vector.x(), vector.y(), vector.z()};
}

constexpr double whole_angle = 4.0 * std::numbers::pi;

/// mu0/(4 pi) times a dipole of 1 nA m over a square of 1 mm^2, in fT.
constexpr double field_unit = 1e5;

}  // namespace

double potential_unbounded(const Point& place, const Point& source, const Point& direction,
                           double conductivity) {
  const Vector a = vector(place) - vector(source);
  const double distance = a.norm();
  return vector(direction).dot(a) / (distance * distance * distance) / (whole_angle * conductivity);
}

// Neumann's function of the ball, 1/a + 1/s - log(R^2 - r.r0 + R s)/R, derived along the dipole.
// s = |r0| |r - image of r0|/R; on the ball s = a.
double potential_in_sphere(const Sphere& sphere, const Point& place, const Point& source,
                           const Point& direction, double conductivity) {
  const double radius = sphere.radius;
  const Vector r = vector(place) - vector(sphere.centre);
  const Vector r0 = vector(source) - vector(sphere.centre);
  const Vector a = r - r0;
  const double distance = a.norm();
  const double square = radius * radius;
  const double product = r.dot(r0);
  const double s = std::sqrt(square - 2.0 * product + r.squaredNorm() * r0.squaredNorm() / square);
  const Vector slope_of_s = (r.squaredNorm() / square * r0 - r) / s;
  const Vector slope = a / (distance * distance * distance) - slope_of_s / (s * s) +
                       (r / radius - slope_of_s) / (square - product + radius * s);
  return vector(direction).dot(slope) / (whole_angle * conductivity);
}

Point field_unbounded(const Point& place, const Point& source, const Point& direction) {
  const Vector a = vector(place) - vector(source);
  const double distance = a.norm();
  return point(field_unit / (distance * distance * distance) * vector(direction).cross(a));
}

// Sarvas 1987, equation 25.
Point field_of_sphere(const Point& centre, const Point& place, const Point& source,
                      const Point& direction) {
  const Vector r = vector(place) - vector(centre);
  const Vector r0 = vector(source) - vector(centre);
  const Vector a = r - r0;
  const double distance = a.norm();
  const double length = r.norm();
  const double f = distance * (length * distance + length * length - r0.dot(r));
  const double along = a.dot(r) / distance;
  const Vector slope = (distance * distance / length + along + 2.0 * distance + 2.0 * length) * r -
                       (distance + 2.0 * length + along) * r0;
  const Vector moment = vector(direction).cross(r0);
  return point(field_unit / (f * f) * (f * moment - moment.dot(r) * slope));
}

}  // namespace arcuate::monitor
