#pragma once

#include <array>
#include <cstddef>

#include "arcuate/core/dual.hpp"

/// A number that counts what is done to it: a right-hand side evaluated with it tells how much
/// arithmetic a model is. To be included before the headers of the models.
namespace arcuate::bench {

enum class Operation {
  simple,  ///< + - * fma and selections: one slot of a multiply-add unit each
  divide,
  sqrt,
  exp,
  expm1,
  log,
  log1p,
  erfc,
  tanh,
  sigmoid,
  sine,
  linear_exponential,
  arc_tangent,
  cube_root,
  count
};

inline constexpr auto n_operations = static_cast<std::size_t>(Operation::count);
using OperationCounts = std::array<double, n_operations>;

inline OperationCounts& counts_so_far() {
  static OperationCounts counts{};
  return counts;
}

struct Counted {
  double value = 0.0;
  Counted() = default;
  Counted(double v) : value(v) {}  // doubles mix with it, as they do with Dual

  Counted& operator+=(const Counted& b);
  Counted& operator-=(const Counted& b);
  Counted& operator*=(const Counted& b);
  Counted& operator/=(const Counted& b);
};

inline Counted noted(Operation operation, double value) {
  counts_so_far()[static_cast<std::size_t>(operation)] += 1.0;
  return {value};
}

/// What chooses a place in a table.
inline double value_of(const Counted& x) {
  return x.value;
}

inline Counted operator+(const Counted& a) {
  return a;
}
inline Counted operator-(const Counted& a) {
  return noted(Operation::simple, -a.value);
}
inline Counted operator+(const Counted& a, const Counted& b) {
  return noted(Operation::simple, a.value + b.value);
}
inline Counted operator-(const Counted& a, const Counted& b) {
  return noted(Operation::simple, a.value - b.value);
}
inline Counted operator*(const Counted& a, const Counted& b) {
  return noted(Operation::simple, a.value * b.value);
}
inline Counted operator/(const Counted& a, const Counted& b) {
  return noted(Operation::divide, a.value / b.value);
}
inline Counted& Counted::operator+=(const Counted& b) {
  return *this = *this + b;
}
inline Counted& Counted::operator-=(const Counted& b) {
  return *this = *this - b;
}
inline Counted& Counted::operator*=(const Counted& b) {
  return *this = *this * b;
}
inline Counted& Counted::operator/=(const Counted& b) {
  return *this = *this / b;
}
inline bool operator<(const Counted& a, const Counted& b) {
  return a.value < b.value;
}
inline bool operator<=(const Counted& a, const Counted& b) {
  return a.value <= b.value;
}
inline bool operator>(const Counted& a, const Counted& b) {
  return a.value > b.value;
}
inline bool operator>=(const Counted& a, const Counted& b) {
  return a.value >= b.value;
}
inline bool operator==(const Counted& a, const Counted& b) {
  return a.value == b.value;
}

}  // namespace arcuate::bench

namespace arcuate::math {

using bench::Counted;
using bench::noted;
using bench::Operation;

inline Counted fma(const Counted& a, const Counted& b, const Counted& c) {
  return noted(Operation::simple, fma(a.value, b.value, c.value));
}
inline Counted select(bool condition, const Counted& a, const Counted& b) {
  return noted(Operation::simple, condition ? a.value : b.value);
}
inline Counted min(const Counted& a, const Counted& b) {
  return noted(Operation::simple, min(a.value, b.value));
}
inline Counted max(const Counted& a, const Counted& b) {
  return noted(Operation::simple, max(a.value, b.value));
}
inline Counted abs(const Counted& x) {
  return noted(Operation::simple, abs(x.value));
}
inline Counted sqrt(const Counted& x) {
  return noted(Operation::sqrt, sqrt(x.value));
}
inline Counted exp(const Counted& x) {
  return noted(Operation::exp, exp(x.value));
}
inline Counted expm1(const Counted& x) {
  return noted(Operation::expm1, expm1(x.value));
}
inline Counted log(const Counted& x) {
  return noted(Operation::log, log(x.value));
}
inline Counted log1p(const Counted& x) {
  return noted(Operation::log1p, log1p(x.value));
}
inline Counted erfc(const Counted& x) {
  return noted(Operation::erfc, erfc(x.value));
}
inline Counted tanh(const Counted& x) {
  return noted(Operation::tanh, tanh(x.value));
}
inline Counted sigmoid(const Counted& x) {
  return noted(Operation::sigmoid, sigmoid(x.value));
}
inline Counted sin(const Counted& x) {
  return noted(Operation::sine, sin(x.value));
}
inline Counted cos(const Counted& x) {
  return noted(Operation::sine, cos(x.value));
}
inline void sincos(const Counted& x, Counted& sine, Counted& cosine) {
  sine = noted(Operation::sine, sin(x.value));
  cosine = noted(Operation::sine, cos(x.value));
}
inline Counted linear_exponential(const Counted& u, const Counted& d) {
  return noted(Operation::linear_exponential, linear_exponential(u.value, d.value));
}
inline Counted atan2(const Counted& y, const Counted& x);
inline Counted cbrt(const Counted& x);

}  // namespace arcuate::math

// Templates in there call the two functions that are only declared above.
#include "arcuate/core/roots.hpp"

namespace arcuate::math {

inline Counted atan2(const Counted& y, const Counted& x) {
  return noted(Operation::arc_tangent, atan2(y.value, x.value));
}
inline Counted cbrt(const Counted& x) {
  return noted(Operation::cube_root, cbrt(x.value));
}

}  // namespace arcuate::math
