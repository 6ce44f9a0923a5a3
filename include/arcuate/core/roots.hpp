#pragma once

#include "arcuate/core/dual.hpp"

/// Cube roots and angles, and with them the real roots of a cubic: made like the functions of
/// core/math.hpp, of which they share the promises.
namespace arcuate::math {

namespace detail {

// (atan(t)/t - 1)/t^2 in t^2 on t <= tan(pi/8)
inline constexpr std::array atan_terms{
    -0.3333333333333333,   0.19999999999995516,  -0.14285714284665682, 0.11111111015187018,
    -0.09090904575306488,  0.07692183125376885,  -0.06664510525508843, 0.058581409048656254,
    -0.050854078345862384, 0.039230447784709195, -0.01917540471101196};

}  // namespace detail

/// Error at most 1.5 units in the last place.
[[gnu::always_inline]] inline double cbrt(double x) {
  const double size = abs(x);
  const bool regular = size > 0.0 && size < detail::infinity;
  const double safe = regular ? size : 1.0;
  const double guess = exp(log(safe) * (1.0 / 3.0));
  // One step of Newton, with the rounding errors of guess^3 put back.
  const double square = guess * guess;
  const double lost = fma(guess, guess, -square) * guess;
  const double excess = fma(square, guess, -safe) + lost;
  const double root = guess - excess / (3.0 * square);
  return __builtin_copysign(regular ? root : size, x);
}

/// The angle of the point (x, y) in (-pi, pi], for finite numbers. 0 at the origin; the sign of a
/// zero x is not read. Error at most 3 units in the last place.
[[gnu::always_inline]] inline double atan2(double y, double x) {
  const double ax = abs(x), ay = abs(y);
  const double low = ay < ax ? ay : ax;
  const double high = ay < ax ? ax : ay;
  // Turn by pi/4 where that makes the tangent smaller.
  const bool turned = low > 0.41421356237309503 * high;
  const double numerator = turned ? low - high : low;
  const double sum = turned ? low + high : high;
  const double t = numerator / (sum > 0.0 ? sum : 1.0);
  const double z = t * t;
  double angle = fma(detail::polynomial<detail::atan_terms>(z) * z, t, t);
  angle = turned ? 0.7853981633974483 + (angle + 3.061616997868383e-17) : angle;
  angle = ay > ax ? 1.5707963267948966 - (angle - 6.123233995736766e-17) : angle;
  angle = x < 0.0 ? 3.141592653589793 - (angle - 1.2246467991473532e-16) : angle;
  return __builtin_copysign(angle, y);
}

[[gnu::always_inline]] inline Dual cbrt(const Dual& x) {
  const double y = cbrt(x.value);
  return {y, x.derivative / (3.0 * y * y)};
}
[[gnu::always_inline]] inline Dual atan2(const Dual& y, const Dual& x) {
  const double size = x.value * x.value + y.value * y.value;
  return {atan2(y.value, x.value), (x.value * y.derivative - y.value * x.derivative) / size};
}

/// A root of x^3 - p x - q, continuous in p and q: branch 1 is the largest, 2 the smallest, 3 the
/// one between. Where two of them have met and left the real line it is their common real part.
template <class X, class P>
[[gnu::always_inline]] inline X cubic_root(const X& p, const X& q, const P& branch) {
  const X discriminant = 0.25 * q * q - p * p * p / 27.0;
  const X root = sqrt(abs(discriminant));
  // Three real roots: cosines of a third of an angle.
  const X radius = 2.0 * sqrt(abs(p) / 3.0);
  const P turn = select(branch < 1.5, P(0.0),
                        select(branch < 2.5, P(6.283185307179586), P(-6.283185307179586)));
  const X cosine = radius * cos((atan2(root, X(0.5 * q)) + turn) / 3.0);
  // One real root: its first part has the sign of q, so that nothing cancels.
  const X first = cbrt(X(abs(X(0.5 * q)) + root));
  const X size = first + p / (3.0 * select(first > 0.0, first, X(1.0)));
  const X real = select(q < 0.0, X(-size), size);
  const bool largest = branch < 1.5, smallest = !largest && branch < 2.5;
  const bool met = !(largest && q >= 0.0) && !(smallest && q <= 0.0);
  const X single = select(met, X(-0.5 * real), real);
  return select(discriminant < 0.0, cosine, single);
}

}  // namespace arcuate::math
