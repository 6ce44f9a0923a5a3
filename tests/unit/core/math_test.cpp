#include "arcuate/core/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace arcuate::math {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// A function with its scalar and its vectorised loop, and the long double of the C library.
struct Function {
  std::string name;
  double (*scalar)(double);
  void (*loop)(const double*, double*, int);
  long double (*reference)(long double);
  double low, high;  ///< where it is measured
  double ulps;       ///< error allowed
};

long double sigmoid_reference(long double x) {
  return 1.0L / (1.0L + std::exp(-x));
}
long double opening_reference(long double u) {
  const long double z = static_cast<long double>(0.1) * u;
  return u == 0.0L ? 1.0L / static_cast<long double>(0.1) : u / -std::expm1(-z);
}
[[gnu::always_inline]] inline double opening(double u) {
  return linear_exponential(u, 0.1);
}

/// Not inlined into its caller and not vectorised.
template <double (*f)(double)>
[[gnu::noinline]] double scalar(double x) {
  return f(x);
}

template <double (*f)(double)>
[[gnu::noinline]] void loop(const double* x, double* y, int n) {
#pragma omp simd
  for (int i = 0; i < n; ++i)
    y[i] = f(x[i]);
}

template <double (*f)(double)>
Function function(const char* name, long double (*reference)(long double), double low, double high,
                  double ulps) {
  return {name, scalar<f>, loop<f>, reference, low, high, ulps};
}

const std::vector<Function>& functions() {
  static const std::vector<Function> all{
      function<exp>("exp", std::exp, -708.0, 709.7, 1.25),
      function<expm1>("expm1", std::expm1, -60.0, 709.7, 2.6),
      function<log>("log", std::log, 1e-300, 1e300, 1.0),
      function<log1p>("log1p", std::log1p, -0.999999, 1e10, 2.0),
      function<erfc>("erfc", std::erfc, -7.0, 26.5, 2.5),
      function<tanh>("tanh", std::tanh, -25.0, 25.0, 2.8),
      function<sin>("sin", std::sin, -1e9, 1e9, 1.5),
      function<cos>("cos", std::cos, -1e9, 1e9, 1.5),
      function<sqrt>("sqrt", std::sqrt, 0.0, 1e10, 0.51),
      function<sigmoid>("sigmoid", sigmoid_reference, -700.0, 700.0, 3.0),
      function<opening>("linear_exponential", opening_reference, -6000.0, 6000.0, 4.0),
  };
  return all;
}

/// Dense points of [low, high]: equidistant ones, and ones equidistant in the logarithm around 0
/// and 1.
std::vector<double> points(double low, double high) {
  std::vector<double> x;
  constexpr int n = 200000;
  for (int i = 0; i <= n; ++i)
    x.push_back(low + (high - low) * i / n);
  for (int i = 0; i <= n; ++i) {
    const double small = std::pow(10.0, -18.0 + 30.0 * i / n);
    for (double v : {small, -small, 1.0 + small, 1.0 - small}) {
      if (v >= low && v <= high) x.push_back(v);
    }
  }
  return x;
}

std::vector<double> edges() {
  std::vector<double> x{0.0,  -0.0,   inf,    -inf,  nan_value, 1.0,
                        -1.0, 709.78, 709.79, 710.0, 1e9,       -1e9};
  for (double v : {5e-324, 1e-310, 2.3e-308, 1e300, 745.0, 746.0, 1e5})
    x.insert(x.end(), {v, -v});
  return x;
}

double error_in_ulps(double y, long double reference) {
  const double rounded = std::abs(static_cast<double>(reference));
  const double ulp = std::nextafter(rounded, inf) - rounded;
  return static_cast<double>(std::abs(static_cast<long double>(y) - reference)) / ulp;
}

TEST(Math, IsAccurateOverTheWholeRange) {
  for (const Function& f : functions()) {
    double worst = 0.0, at = 0.0;
    for (double x : points(f.low, f.high)) {
      const double error = error_in_ulps(f.scalar(x), f.reference(x));
      if (!(error <= worst)) worst = error, at = x;
    }
    EXPECT_LE(worst, f.ulps) << f.name << " at " << at;
    RecordProperty(f.name, std::to_string(worst));
  }
}

TEST(Math, SineAndCosineKeepTheirRelativeErrorNextToTheirZeros) {
  for (int n = 1; n < 200000000; n = n * 5 / 4 + 1) {
    const double x = static_cast<double>(n * 1.57079632679489661923132169163975144L);
    EXPECT_LE(error_in_ulps(sin(x), std::sin(static_cast<long double>(x))), 1.5) << x;
    EXPECT_LE(error_in_ulps(cos(x), std::cos(static_cast<long double>(x))), 1.5) << x;
  }
}

TEST(Math, VectorLoopsGiveTheBitsOfScalarCode) {
  for (const Function& f : functions()) {
    std::vector<double> x = points(f.low, f.high);
    const std::vector<double> special = edges();
    x.insert(x.end(), special.begin(), special.end());
    std::vector<double> y(x.size());
    f.loop(x.data(), y.data(), static_cast<int>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = f.scalar(x[i]);
      if (std::isnan(expected) && std::isnan(y[i])) continue;
      ASSERT_EQ(std::memcmp(&expected, &y[i], sizeof expected), 0) << f.name << " at " << x[i];
    }
  }
}

TEST(Math, EdgesAreThoseOfTheCLibrary) {
  for (const Function& f : functions()) {
    const bool periodic = f.name == "sin" || f.name == "cos";
    for (double x : edges()) {
      if (f.name == "linear_exponential" && std::isinf(x)) continue;
      if (periodic && std::abs(x) > 1073741824.0) {
        EXPECT_TRUE(std::isnan(f.scalar(x))) << f.name << " at " << x;
        continue;
      }
      const auto expected = static_cast<double>(f.reference(x));
      const double y = f.scalar(x);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(y)) << f.name << " at " << x;
      } else if (std::abs(expected) < 1e-300) {
        EXPECT_NEAR(y, expected, 1e-307) << f.name << " at " << x;
      } else {
        EXPECT_DOUBLE_EQ(y, expected) << f.name << " at " << x;
      }
    }
  }
}

TEST(Math, SincosIsBothFunctions) {
  for (double x : {0.0, 0.3, -2.0, 3.0, 7.5, -1e6, 123456789.0}) {
    double s = 0.0, c = 0.0;
    sincos(x, s, c);
    EXPECT_EQ(s, sin(x));
    EXPECT_EQ(c, cos(x));
  }
}

TEST(Math, LinearExponentialIsContinuousThroughZero) {
  EXPECT_EQ(linear_exponential(0.0, 0.1), 10.0);
  EXPECT_EQ(linear_exponential(0.0, -0.25), -4.0);
  for (double u : {1e-300, 1e-12, 9.99e-5, 1.001e-4, 1e-3}) {
    for (double v : {u, -u}) {
      EXPECT_LE(error_in_ulps(linear_exponential(v, 0.1), opening_reference(v)), 4.0) << v;
    }
  }
}

TEST(Math, PowersSelectionAndExtremes) {
  EXPECT_EQ(pow_int<0>(3.0), 1.0);
  EXPECT_EQ(pow_int<1>(3.0), 3.0);
  EXPECT_EQ(pow_int<7>(3.0), 2187.0);
  EXPECT_EQ(pow_int<-2>(4.0), 0.0625);
  EXPECT_EQ(square(-3.0), 9.0);
  EXPECT_EQ(select(true, 1.0, 2.0), 1.0);
  EXPECT_EQ(select(false, 1.0, 2.0), 2.0);
  EXPECT_EQ(min(1.0, 2.0), 1.0);
  EXPECT_EQ(max(1.0, 2.0), 2.0);
  EXPECT_EQ(abs(-1.5), 1.5);
  EXPECT_TRUE(std::isnan(min(nan_value, 1.0)));
  EXPECT_TRUE(std::isnan(max(nan_value, 1.0)));
}

}  // namespace
}  // namespace arcuate::math
