#pragma once

#include "arcuate/core/dual.hpp"

namespace arcuate {

/// A function of two variables with its first and second derivatives, of doubles or of Duals. The
/// value has the bits that the same expression has with X.
template <class X>
struct Jet {
  X value;
  X e, i;        ///< derivatives by the first and the second variable
  X ee, ei, ii;  ///< second derivatives

  [[gnu::always_inline]] friend Jet operator+(const Jet& a, const Jet& b) {
    return {a.value + b.value, a.e + b.e, a.i + b.i, a.ee + b.ee, a.ei + b.ei, a.ii + b.ii};
  }
  [[gnu::always_inline]] friend Jet operator+(const Jet& a, const X& b) {
    return {a.value + b, a.e, a.i, a.ee, a.ei, a.ii};
  }
  [[gnu::always_inline]] friend Jet operator-(const Jet& a, const Jet& b) {
    return {a.value - b.value, a.e - b.e, a.i - b.i, a.ee - b.ee, a.ei - b.ei, a.ii - b.ii};
  }
  [[gnu::always_inline]] friend Jet operator-(const Jet& a, const X& b) {
    return {a.value - b, a.e, a.i, a.ee, a.ei, a.ii};
  }
  [[gnu::always_inline]] friend Jet operator-(const X& a, const Jet& b) {
    return {a - b.value, -b.e, -b.i, -b.ee, -b.ei, -b.ii};
  }
  [[gnu::always_inline]] friend Jet operator*(const Jet& a, const X& b) {
    return {a.value * b, a.e * b, a.i * b, a.ee * b, a.ei * b, a.ii * b};
  }
  [[gnu::always_inline]] friend Jet operator*(const Jet& a, const Jet& b) {
    return {a.value * b.value,
            a.e * b.value + a.value * b.e,
            a.i * b.value + a.value * b.i,
            a.ee * b.value + 2.0 * (a.e * b.e) + a.value * b.ee,
            a.ei * b.value + a.e * b.i + a.i * b.e + a.value * b.ei,
            a.ii * b.value + 2.0 * (a.i * b.i) + a.value * b.ii};
  }
  [[gnu::always_inline]] friend Jet operator/(const Jet& a, const Jet& b) {
    const X inverse = 1.0 / b.value;
    const X q = a.value / b.value;
    const X e = (a.e - q * b.e) * inverse;
    const X i = (a.i - q * b.i) * inverse;
    return {q,
            e,
            i,
            (a.ee - 2.0 * (e * b.e) - q * b.ee) * inverse,
            (a.ei - e * b.i - i * b.e - q * b.ei) * inverse,
            (a.ii - 2.0 * (i * b.i) - q * b.ii) * inverse};
  }
  [[gnu::always_inline]] friend Jet operator/(const X& a, const Jet& b) {
    return Jet{a, 0.0, 0.0, 0.0, 0.0, 0.0} / b;
  }
};

/// The value without its derivatives by the two variables.
template <class X>
[[gnu::always_inline]] inline X value_of(const Jet<X>& x) {
  return x.value;
}
template <class X>
[[gnu::always_inline]] inline X value_of(const X& x) {
  return x;
}

namespace math {
namespace detail {

/// f(a) from f, f' and f'' at a.
template <class X>
[[gnu::always_inline]] inline Jet<X> chain(const Jet<X>& a, const X& f, const X& slope,
                                           const X& curvature) {
  return {f,
          slope * a.e,
          slope * a.i,
          curvature * (a.e * a.e) + slope * a.ee,
          curvature * (a.e * a.i) + slope * a.ei,
          curvature * (a.i * a.i) + slope * a.ii};
}

}  // namespace detail

template <class X>
[[gnu::always_inline]] inline Jet<X> sqrt(const Jet<X>& a) {
  const X root = sqrt(a.value);
  const X slope = 0.5 / root;
  return detail::chain(a, root, slope, X(-0.5 * slope / a.value));
}
template <class X>
[[gnu::always_inline]] inline Jet<X> erfc(const Jet<X>& a) {
  const X slope = -1.1283791670955126 * exp(-(a.value * a.value));  // -2/sqrt(pi)
  return detail::chain(a, erfc(a.value), slope, X(-2.0 * a.value * slope));
}

}  // namespace math
}  // namespace arcuate
