#pragma once

#include "arcuate/core/math.hpp"

namespace arcuate {

/// A number and its derivative by one chosen variable (forward-mode differentiation). Right-hand
/// sides are templates: with Dual states they give an entry of their Jacobian, exact to rounding.
/// A double is a constant: derivative 0. The value has the bits that the same expression has with
/// doubles. Comparisons compare values.
///
/// Vectorises inside `omp simd` loops when the Duals live in an always_inline function that the
/// loop calls; g++ keeps Duals declared in the loop's own body in memory.
struct Dual {
  double value;
  double derivative;

  Dual() = default;
  /// A constant. Implicit, so that doubles mix with Duals.
  [[gnu::always_inline]] constexpr Dual(double constant) : value(constant), derivative(0.0) {}
  [[gnu::always_inline]] constexpr Dual(double v, double d) : value(v), derivative(d) {}

  [[gnu::always_inline]] constexpr Dual& operator+=(const Dual& b);
  [[gnu::always_inline]] constexpr Dual& operator+=(double b);

  [[gnu::always_inline]] constexpr Dual& operator-=(const Dual& b);
  [[gnu::always_inline]] constexpr Dual& operator-=(double b);

  [[gnu::always_inline]] constexpr Dual& operator*=(const Dual& b);
  [[gnu::always_inline]] constexpr Dual& operator*=(double b);

  [[gnu::always_inline]] constexpr Dual& operator/=(const Dual& b);
  [[gnu::always_inline]] constexpr Dual& operator/=(double b);
};

[[gnu::always_inline]] constexpr Dual operator+(const Dual& a) {
  return a;
}
[[gnu::always_inline]] constexpr Dual operator-(const Dual& a) {
  return {-a.value, -a.derivative};
}
[[gnu::always_inline]] constexpr Dual operator+(const Dual& a, const Dual& b) {
  return {a.value + b.value, a.derivative + b.derivative};
}
[[gnu::always_inline]] constexpr Dual operator+(const Dual& a, double b) {
  return {a.value + b, a.derivative};
}
[[gnu::always_inline]] constexpr Dual operator+(double a, const Dual& b) {
  return {a + b.value, b.derivative};
}
[[gnu::always_inline]] constexpr Dual operator-(const Dual& a, const Dual& b) {
  return {a.value - b.value, a.derivative - b.derivative};
}
[[gnu::always_inline]] constexpr Dual operator-(const Dual& a, double b) {
  return {a.value - b, a.derivative};
}
[[gnu::always_inline]] constexpr Dual operator-(double a, const Dual& b) {
  return {a - b.value, -b.derivative};
}
[[gnu::always_inline]] constexpr Dual operator*(const Dual& a, const Dual& b) {
  return {a.value * b.value, a.derivative * b.value + a.value * b.derivative};
}
[[gnu::always_inline]] constexpr Dual operator*(const Dual& a, double b) {
  return {a.value * b, a.derivative * b};
}
[[gnu::always_inline]] constexpr Dual operator*(double a, const Dual& b) {
  return {a * b.value, a * b.derivative};
}
[[gnu::always_inline]] constexpr Dual operator/(const Dual& a, const Dual& b) {
  const double quotient = a.value / b.value;
  return {quotient, (a.derivative - quotient * b.derivative) / b.value};
}
[[gnu::always_inline]] constexpr Dual operator/(const Dual& a, double b) {
  return {a.value / b, a.derivative / b};
}
[[gnu::always_inline]] constexpr Dual operator/(double a, const Dual& b) {
  const double quotient = a / b.value;
  return {quotient, -quotient * b.derivative / b.value};
}

[[gnu::always_inline]] constexpr Dual& Dual::operator+=(const Dual& b) {
  return *this = *this + b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator+=(double b) {
  return *this = *this + b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator-=(const Dual& b) {
  return *this = *this - b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator-=(double b) {
  return *this = *this - b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator*=(const Dual& b) {
  return *this = *this * b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator*=(double b) {
  return *this = *this * b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator/=(const Dual& b) {
  return *this = *this / b;
}
[[gnu::always_inline]] constexpr Dual& Dual::operator/=(double b) {
  return *this = *this / b;
}

[[gnu::always_inline]] constexpr bool operator<(const Dual& a, const Dual& b) {
  return a.value < b.value;
}
[[gnu::always_inline]] constexpr bool operator<=(const Dual& a, const Dual& b) {
  return a.value <= b.value;
}
[[gnu::always_inline]] constexpr bool operator>(const Dual& a, const Dual& b) {
  return a.value > b.value;
}
[[gnu::always_inline]] constexpr bool operator>=(const Dual& a, const Dual& b) {
  return a.value >= b.value;
}
[[gnu::always_inline]] constexpr bool operator==(const Dual& a, const Dual& b) {
  return a.value == b.value;
}
[[gnu::always_inline]] constexpr bool operator!=(const Dual& a, const Dual& b) {
  return a.value != b.value;
}

namespace math {

[[gnu::always_inline]] inline Dual fma(const Dual& a, const Dual& b, const Dual& c) {
  return {fma(a.value, b.value, c.value),
          fma(a.derivative, b.value, fma(a.value, b.derivative, c.derivative))};
}
[[gnu::always_inline]] inline Dual select(bool condition, const Dual& a, const Dual& b) {
  return {condition ? a.value : b.value, condition ? a.derivative : b.derivative};
}
[[gnu::always_inline]] inline Dual min(const Dual& a, const Dual& b) {
  return select(b.value < a.value, b, a);
}
[[gnu::always_inline]] inline Dual max(const Dual& a, const Dual& b) {
  return select(a.value < b.value, b, a);
}
/// The derivative at 0 is that of the right side, 1.
[[gnu::always_inline]] inline Dual abs(const Dual& x) {
  return {abs(x.value), x.value < 0.0 ? -x.derivative : x.derivative};
}
[[gnu::always_inline]] inline Dual sqrt(const Dual& x) {
  const double root = sqrt(x.value);
  return {root, x.derivative / (2.0 * root)};
}
[[gnu::always_inline]] inline Dual exp(const Dual& x) {
  const double y = exp(x.value);
  return {y, y * x.derivative};
}
[[gnu::always_inline]] inline Dual expm1(const Dual& x) {
  const double y = expm1(x.value);
  return {y, (y + 1.0) * x.derivative};
}
[[gnu::always_inline]] inline Dual log(const Dual& x) {
  return {log(x.value), x.derivative / x.value};
}
[[gnu::always_inline]] inline Dual log1p(const Dual& x) {
  return {log1p(x.value), x.derivative / (1.0 + x.value)};
}
[[gnu::always_inline]] inline Dual erfc(const Dual& x) {
  constexpr double slope = -1.1283791670955126;  // -2/sqrt(pi)
  return {erfc(x.value), slope * exp(-x.value * x.value) * x.derivative};
}
[[gnu::always_inline]] inline Dual tanh(const Dual& x) {
  const double y = tanh(x.value);
  return {y, (1.0 - y) * (1.0 + y) * x.derivative};
}
[[gnu::always_inline]] inline Dual sigmoid(const Dual& x) {
  const double y = sigmoid(x.value);
  return {y, y * (1.0 - y) * x.derivative};
}
[[gnu::always_inline]] inline void sincos(const Dual& x, Dual& sine, Dual& cosine) {
  double s, c;
  sincos(x.value, s, c);
  sine = {s, c * x.derivative};
  cosine = {c, -s * x.derivative};
}
[[gnu::always_inline]] inline Dual sin(const Dual& x) {
  Dual sine, cosine;
  sincos(x, sine, cosine);
  return sine;
}
[[gnu::always_inline]] inline Dual cos(const Dual& x) {
  Dual sine, cosine;
  sincos(x, sine, cosine);
  return cosine;
}

namespace detail {

// Derivative of z / (1 - exp(-z)) is 1/2 + z times this series in z^2: B(2k) / (2k - 1)!.
inline constexpr std::array linear_exponential_terms{
    0.16666666666666666,  -0.005555555555555556,   0.0001984126984126984, -6.613756613756614e-06,
    2.08767569878681e-07, -6.3410281664249915e-09, 1.873555114295855e-10, -5.423488474116132e-12};

/// Derivative of z / (1 - exp(-z)) by z.
[[gnu::always_inline]] inline double linear_exponential_slope(double z) {
  const double series = fma(z, polynomial<linear_exponential_terms>(z * z), 0.5);
  // 1/(1 - e) - z e/(1 - e)^2 with e = exp(-z); at -700 it is 1e-301, and e would soon be infinite.
  const double bounded = z < -700.0 ? -700.0 : z;
  const double gap = -math::expm1(-bounded);
  const double direct = (1.0 - bounded * (1.0 - gap) / gap) / gap;
  return math::abs(z) < 0.6 ? series : direct;
}

}  // namespace detail

[[gnu::always_inline]] inline Dual linear_exponential(const Dual& u, const Dual& d) {
  const double y = linear_exponential(u.value, d.value);
  const double slope = detail::linear_exponential_slope(d.value * u.value);
  const double by_d = (u.value * slope - y) / d.value;
  return {y, slope * u.derivative + by_d * d.derivative};
}
[[gnu::always_inline]] inline Dual linear_exponential(const Dual& u, double d) {
  return {linear_exponential(u.value, d),
          detail::linear_exponential_slope(d * u.value) * u.derivative};
}
[[gnu::always_inline]] inline Dual linear_exponential(double u, const Dual& d) {
  return linear_exponential(Dual(u), d);
}

}  // namespace math
}  // namespace arcuate
