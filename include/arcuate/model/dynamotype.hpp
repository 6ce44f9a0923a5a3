#pragma once

#include "arcuate/core/roots.hpp"
#include "arcuate/core/vector.hpp"

/// What the models of seizure dynamotypes share: the unfolding of a degenerate Takens-Bogdanov
/// singularity of codimension three, explored along arcs of great circles on a sphere.
/// Saggio ML, Spiegler A, Bernard C, Jirsa VK (2017), doi:10.1186/s13408-017-0050-8.
namespace arcuate::model::dynamotype {

/// A point of the unfolding: (mu2, -mu1, nu).
template <class T>
using Point = Vec<T, 3>;

template <class T>
[[gnu::always_inline]] inline Point<T> unit(const Point<T>& a) {
  const T size = math::sqrt(T(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]));
  return {a[0] / size, a[1] / size, a[2] / size};
}

template <class T>
[[gnu::always_inline]] inline Point<T> cross(const Point<T>& a, const Point<T>& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Unit vectors at right angles in the plane of a and b: towards a, and from there towards b.
template <class T>
struct Frame {
  Point<T> e, f;
};
template <class T>
[[gnu::always_inline]] inline Frame<T> frame(const Point<T>& a, const Point<T>& b) {
  return {unit<T>(a), unit<T>(cross<T>(cross<T>(a, b), a))};
}

/// e cos(angle) + f sin(angle); angle in rad.
template <class X, class T>
[[gnu::always_inline]] inline Point<X> on_circle(const Point<T>& e, const Point<T>& f,
                                                 const X& angle) {
  X sine, cosine;
  math::sincos(angle, sine, cosine);
  return {e[0] * cosine + f[0] * sine, e[1] * cosine + f[1] * sine, e[2] * cosine + f[2] * sine};
}

/// dx/dt and dy/dt of the fast subsystem at a point, and the distance of (x, y) from its rest.
template <class X>
struct Fast {
  X dx, dy, distance;
};
template <class X, class P>
[[gnu::always_inline]] inline Fast<X> fast(const X& x, const X& y, const Point<X>& point,
                                           const P& b, const P& N) {
  const X mu2 = point[0], mu1 = -point[1], nu = point[2];
  const X away = x - math::cubic_root(mu2, mu1, N);
  return {-y, x * x * x - mu2 * x - mu1 - y * (nu + b * x + x * x),
          math::sqrt(X(away * away + y * y))};
}

}  // namespace arcuate::model::dynamotype
