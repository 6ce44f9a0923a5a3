#include "arcuate/core/dual.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace arcuate {
namespace {

using namespace math;

/// Checks a generic function at some points: the value against doubles, the derivative against a
/// central difference of fourth order.
template <class F>
void check(const char* name, const F& f, const std::vector<double>& points) {
  for (double x : points) {
    const Dual y = f(Dual{x, 1.0});
    EXPECT_EQ(y.value, f(x)) << name << " at " << x;
    const double h = 2e-4 * std::fmax(std::fabs(x), 0.1);
    const double slope = (8.0 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12.0 * h);
    EXPECT_NEAR(y.derivative, slope, 1e-9 * std::fmax(std::fabs(slope), std::fabs(f(x)) + 0.01))
        << name << " at " << x;
  }
}

const std::vector<double> everywhere{-3.1, -1.0, -0.3, 0.2, 0.7, 2.5, 6.0};
const std::vector<double> positive{0.05, 0.5, 1.0, 3.0, 40.0};

TEST(Dual, DerivativesOfFunctionsAreTheirDifferenceQuotients) {
  check(
      "exp", [](auto x) { return exp(x); }, everywhere);
  check(
      "expm1", [](auto x) { return expm1(x); }, everywhere);
  check(
      "tanh", [](auto x) { return tanh(x); }, everywhere);
  check("erfc", [](auto x) { return erfc(x); }, {-3.1, -1.0, -0.3, 0.0, 0.2, 0.7, 2.5});
  check(
      "sigmoid", [](auto x) { return sigmoid(x); }, everywhere);
  check(
      "sin", [](auto x) { return sin(x); }, everywhere);
  check(
      "cos", [](auto x) { return cos(x); }, everywhere);
  check(
      "abs", [](auto x) { return abs(x); }, everywhere);
  check(
      "square", [](auto x) { return square(x); }, everywhere);
  check(
      "pow_int", [](auto x) { return pow_int<5>(x) + pow_int<-3>(x); }, everywhere);
  check(
      "log", [](auto x) { return log(x); }, positive);
  check(
      "log1p", [](auto x) { return log1p(x); }, positive);
  check(
      "sqrt", [](auto x) { return sqrt(x); }, positive);
  check(
      "min", [](auto x) { return min(x, 0.5 * x); }, everywhere);
  check(
      "max", [](auto x) { return max(2.0 * x, x); }, everywhere);
  check(
      "select", [](auto x) { return select(x > 0.0, x * x, 3.0 * x); }, everywhere);
}

TEST(Dual, DerivativesOfArithmeticMixWithDoubles) {
  check(
      "sums", [](auto x) { return (2.0 + x) - (x * x - 1.5) + (-x) + (3.0 - x) + (x + 1.0); },
      everywhere);
  check(
      "fma", [](auto x) { return fma(x, x + 1.0, 3.0) + fma(2.0, x, x) + fma(x, 0.5, x * x); },
      everywhere);
  check(
      "products", [](auto x) { return 2.0 * x * x * 3.0; }, everywhere);
  check(
      "quotients", [](auto x) { return (x + 1.0) / (x * x + 2.0) + 1.0 / x + x / 4.0; },
      everywhere);
  check(
      "compound",
      [](auto x) {
        auto y = x;
        y += 2.0;
        y *= x;
        y -= 0.5 * x;
        y /= 3.0;
        y *= 1.5;
        y += x;
        return y;
      },
      everywhere);
}

TEST(Dual, LinearExponentialIsSmoothThroughItsRemovableSingularity) {
  const std::vector<double> points{-300.0, -8.0, -5.9, -1.0, -1e-3, 0.0, 1e-6, 0.5, 5.9, 6.1, 90.0};
  check(
      "u", [](auto u) { return linear_exponential(u, 0.1); }, points);
  check("d", [](auto d) { return linear_exponential(2.5, d); }, {-2.0, -0.1, 0.05, 0.3, 4.0});
  check("both", [](auto x) { return linear_exponential(x - 1.0, x * x); }, {0.5, 1.0, 2.0});
  EXPECT_EQ(linear_exponential(Dual{0.0, 1.0}, 0.1).derivative, 0.5);
  EXPECT_NEAR(linear_exponential(Dual{-1e6, 1.0}, 0.1).derivative, 0.0, 1e-290);
}

TEST(Dual, AConstantHasNoDerivative) {
  const Dual c = 4.0;
  EXPECT_EQ(c.value, 4.0);
  EXPECT_EQ(c.derivative, 0.0);
  EXPECT_TRUE(c > 3.0);
  EXPECT_TRUE(2.0 < c);
  EXPECT_TRUE(c == Dual(4.0, 7.0));
}

/// A right-hand side as models write them.
template <class T>
[[gnu::always_inline]] inline T rate(const T& v) {
  return 0.1 * linear_exponential(v + 40.0, 0.1) * (1.0 - tanh(v / 10.0)) - sigmoid(v) * v;
}

[[gnu::always_inline]] inline void derivative(const double* v, double* out, int i) {
  out[i] = rate(Dual{v[i], 1.0}).derivative;
}

TEST(Dual, VectorLoopsGiveTheBitsOfScalarCode) {
  std::array<double, 256> v{}, out{};
  for (std::size_t i = 0; i < v.size(); ++i)
    v[i] = -90.0 + 0.6 * static_cast<double>(i);
#pragma omp simd
  for (int i = 0; i < 256; ++i)
    derivative(v.data(), out.data(), i);
  for (std::size_t i = 0; i < v.size(); ++i) {
    volatile double one = v[i];
    EXPECT_EQ(out[i], rate(Dual{one, 1.0}).derivative) << v[i];
  }
}

}  // namespace
}  // namespace arcuate
