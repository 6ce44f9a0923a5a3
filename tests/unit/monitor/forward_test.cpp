#include "arcuate/monitor/forward.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace arcuate::monitor {
namespace {

constexpr double pi = std::numbers::pi;

Point add(const Point& a, const Point& b, double factor = 1.0) {
  return {a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]};
}
double dot(const Point& a, const Point& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double norm(const Point& a) {
  return std::sqrt(dot(a, a));
}

constexpr Point centre{7.0, -3.0, 2.0};
constexpr double radius = 90.0;

/// Of a dipole on the z axis, its potential on the ball as a sum over Legendre polynomials: (2n +
/// 1)/n (b/R)^(n-1) (n Q_z P_n + Q_x P_n^1 cos phi)/(4 pi sigma R^2).
double series(double b, const Point& along, double theta, double phi, double conductivity) {
  const double x = std::cos(theta);
  double before = 1.0, p = x, sum = 0.0, power = 1.0;
  for (int n = 1; n < 400; ++n) {
    const double first = n * (before - x * p) / std::sin(theta);  // P_n^1 without its sign
    sum += (2.0 * n + 1.0) / n * power *
           (n * along[2] * p + along[0] * first * std::cos(phi) + along[1] * first * std::sin(phi));
    const double next = ((2.0 * n + 1.0) * x * p - n * before) / (n + 1.0);
    before = p;
    p = next;
    power *= b / radius;
  }
  return sum / (4.0 * pi * conductivity * radius * radius);
}

TEST(Forward, PotentialOnTheBallIsItsSeries) {
  for (const double b : {0.0, 20.0, 60.0, 80.0}) {
    for (const double theta : {0.1, 0.9, 2.0, 3.1}) {
      const Point along{0.3, -0.5, 0.8};
      const double phi = 0.7;
      const Point place =
          add(centre, {radius * std::sin(theta) * std::cos(phi),
                       radius * std::sin(theta) * std::sin(phi), radius * std::cos(theta)});
      const double got =
          potential_in_sphere({centre, radius}, place, add(centre, {0, 0, b}), along, 0.33);
      const double expected = series(b, along, theta, phi, 0.33);
      EXPECT_NEAR(got, expected, 1e-9 * std::abs(expected) + 1e-15) << b << ' ' << theta;
    }
  }
}

TEST(Forward, PotentialInTheBallHasNoCurrentThroughItsSkinAndNoSourceButTheDipole) {
  const Point source = add(centre, {10, 30, -20}), along{0.2, 0.9, -0.4};
  const auto at = [&](const Point& place) {
    return potential_in_sphere({centre, radius}, place, source, along, 1.0);
  };
  const Point out{0.6, 0.0, 0.8};
  const double step = 1e-3;
  const Point skin = add(centre, out, radius);
  const double slope = (at(skin) - at(add(skin, out, -step))) / step;
  const double inner = (at(add(skin, out, -30.0)) - at(add(skin, out, -30.0 - step))) / step;
  EXPECT_LT(std::abs(slope), 1e-4 * std::abs(inner));
  const Point inside = add(centre, {-25, 5, 40});
  double laplacian = -6.0 * at(inside);
  for (const Point& axis : {Point{1, 0, 0}, Point{0, 1, 0}, Point{0, 0, 1}})
    laplacian += at(add(inside, axis, 0.5)) + at(add(inside, axis, -0.5));
  EXPECT_LT(std::abs(laplacian), 1e-5 * std::abs(at(inside)));
  const Point near = add(source, {0.01, 0.02, 0.01});
  EXPECT_NEAR(at(near) / potential_unbounded(near, source, along, 1.0), 1.0, 1e-4);
}

TEST(Forward, PotentialOfADipoleInTheCentreIsThreeTimesThatWithoutEnd) {
  const Point place = add(centre, {0.0, 0.0, radius}), along{0.0, 0.6, 0.8};
  EXPECT_NEAR(potential_in_sphere({centre, radius}, place, centre, along, 0.5),
              3.0 * potential_unbounded(place, centre, along, 0.5), 1e-18);
  // 1 nA m in 1 S/m at 1 cm: 1e-9/(4 pi 1e-4) V.
  EXPECT_NEAR(potential_unbounded({10, 0, 0}, {}, {1, 0, 0}, 1.0), 1e3 * 1e-9 / (4 * pi * 1e-4),
              1e-15);
}

/// Currents that flow back have no radial field, and outside of the head the field has no curl and
/// no divergence: there is one such field.
TEST(Forward, FieldOfASphereIsTheOnlyOneThatItCanBe) {
  const Point source = add(centre, {10, 30, -20}), along{0.2, 0.9, -0.4};
  const auto at = [&](const Point& place) { return field_of_sphere(centre, place, source, along); };
  for (const Point& from : {Point{0, 0, 120}, Point{-80, 70, 30}, Point{20, 60, -110}}) {
    const Point place = add(centre, from);
    const Point primary = field_unbounded(place, source, along);
    EXPECT_NEAR(dot(at(place), from), dot(primary, from), 1e-10 * norm(primary) * norm(from));
    const double h = 1e-3;
    double slopes[3][3];
    for (std::size_t axis = 0; axis < 3; ++axis) {
      Point aside{};
      aside[axis] = h;
      const Point ahead = at(add(place, aside)), behind = at(add(place, aside, -1.0));
      for (std::size_t c = 0; c < 3; ++c)
        slopes[c][axis] = (ahead[c] - behind[c]) / (2 * h);
    }
    const double size = norm(at(place)) / 100.0;
    EXPECT_LT(std::abs(slopes[0][0] + slopes[1][1] + slopes[2][2]), 1e-5 * size);
    EXPECT_LT(std::abs(slopes[1][0] - slopes[0][1]), 1e-5 * size);
    EXPECT_LT(std::abs(slopes[2][1] - slopes[1][2]), 1e-5 * size);
    EXPECT_LT(std::abs(slopes[0][2] - slopes[2][0]), 1e-5 * size);
  }
}

TEST(Forward, RadialDipolesAreSilentOutsideOfASphere) {
  const Point from{10, 30, -20};
  const Point field = field_of_sphere(centre, add(centre, {50, 100, 20}), add(centre, from), from);
  EXPECT_LT(norm(field), 1e-12 * norm(field_unbounded({50, 100, 20}, from, {0, 0, 1})));
}

TEST(Forward, FieldIsInFemtotesla) {
  // mu0/(4 pi) 1e-9 A m/(0.01 m)^2, across.
  const Point field = field_unbounded({10, 0, 0}, {}, {0, 1, 0});
  const Point expected = cross({0, 1, 0}, {1, 0, 0});
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(field[c], 1e15 * 1e-7 * 1e-9 / 1e-4 * expected[c], 1e-9);
}

}  // namespace
}  // namespace arcuate::monitor
