#include "arcuate/core/roots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace arcuate::math {
namespace {

double root_error_in_ulps(double y, long double reference) {
  const double rounded = std::abs(static_cast<double>(reference));
  const double ulp = std::nextafter(rounded, std::numeric_limits<double>::infinity()) - rounded;
  return static_cast<double>(std::abs(static_cast<long double>(y) - reference)) / ulp;
}

std::vector<double> sizes() {
  std::vector<double> x;
  for (int i = 0; i <= 100000; ++i)
    x.push_back(std::pow(10.0, -280.0 + 560.0 * i / 100000));
  for (int i = 0; i <= 100000; ++i)
    x.push_back(0.5 + 1e-5 * i);
  return x;
}

TEST(Roots, CubeRootIsAccurateOverTheWholeRange) {
  double worst = 0.0;
  for (double x : sizes()) {
    worst = std::max(worst, root_error_in_ulps(cbrt(x), std::cbrt(static_cast<long double>(x))));
    ASSERT_EQ(cbrt(-x), -cbrt(x));
  }
  EXPECT_LE(worst, 1.5);
}

TEST(Roots, CubeRootOfEdgesIsThatOfTheCLibrary) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(cbrt(0.0), 0.0);
  EXPECT_TRUE(std::signbit(cbrt(-0.0)));
  EXPECT_EQ(cbrt(infinite), infinite);
  EXPECT_EQ(cbrt(-infinite), -infinite);
  EXPECT_TRUE(std::isnan(cbrt(std::nan(""))));
  EXPECT_EQ(cbrt(27.0), 3.0);
}

TEST(Roots, AngleIsAccurateInAllDirections) {
  double worst = 0.0;
  for (int i = -200000; i <= 200000; ++i) {
    const double turn = 1e-5 * i * 1.5707963267948966;
    for (double radius : {1e-3, 1.0, 3e7}) {
      const double y = radius * std::sin(turn), x = radius * std::cos(turn);
      const auto reference = std::atan2(static_cast<long double>(y), static_cast<long double>(x));
      worst = std::max(worst, root_error_in_ulps(atan2(y, x), reference));
    }
  }
  EXPECT_LE(worst, 3.0);
  EXPECT_EQ(atan2(0.0, 0.0), 0.0);
  EXPECT_EQ(atan2(0.0, -1.0), std::atan2(0.0, -1.0));
  EXPECT_EQ(atan2(1.0, 0.0), std::atan2(1.0, 0.0));
  EXPECT_EQ(atan2(-1e-200, 1.0), -1e-200);
}

[[gnu::noinline]] double scalar_of(double p, double q, double branch) {
  return cubic_root(p, q, branch) + atan2(p, q) + cbrt(q);
}
[[gnu::noinline]] void loop(const double* p, const double* q, const double* branch, double* out,
                            int n) {
#pragma omp simd
  for (int i = 0; i < n; ++i)
    out[i] = cubic_root(p[i], q[i], branch[i]) + atan2(p[i], q[i]) + cbrt(q[i]);
}

TEST(Roots, VectorLoopsGiveTheBitsOfScalarCode) {
  std::vector<double> p, q, branch;
  for (int i = 0; i < 30000; ++i) {
    p.push_back(std::sin(1.3 * i));
    q.push_back(std::cos(0.7 * i) * std::pow(10.0, -i % 7));
    branch.push_back(1.0 + i % 3);
  }
  std::vector<double> out(p.size());
  loop(p.data(), q.data(), branch.data(), out.data(), static_cast<int>(p.size()));
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double expected = scalar_of(p[i], q[i], branch[i]);
    ASSERT_EQ(std::memcmp(&expected, &out[i], sizeof expected), 0) << i;
  }
}

TEST(Roots, BranchesOfACubicAreItsOrderedRoots) {
  // (x - 2)(x - 1)(x + 3) and (x + 2)(x + 1)(x - 3)
  for (double sign : {1.0, -1.0}) {
    const double p = 7.0, q = -6.0 * sign;
    EXPECT_NEAR(cubic_root(p, q, 1.0), sign > 0 ? 2.0 : 3.0, 1e-14);
    EXPECT_NEAR(cubic_root(p, q, 2.0), sign > 0 ? -3.0 : -2.0, 1e-14);
    EXPECT_NEAR(cubic_root(p, q, 3.0), sign > 0 ? 1.0 : -1.0, 1e-14);
  }
}

TEST(Roots, BranchesAreContinuousWhereTwoRootsMeet) {
  // x^3 - 3 x - q has the double root -1 at q = 2 and 1 at q = -2.
  for (double branch : {1.0, 2.0, 3.0}) {
    for (double q : {2.0, -2.0}) {
      const double before = cubic_root(3.0, q * (1.0 - 1e-12), branch);
      const double after = cubic_root(3.0, q * (1.0 + 1e-12), branch);
      EXPECT_NEAR(before, after, 3e-6) << branch << " " << q;
    }
  }
  // One real root r; the others have the real part -r/2: x^3 + 3 x - 14 = (x - 2)(x^2 + 2 x + 7)
  EXPECT_NEAR(cubic_root(-3.0, 14.0, 1.0), 2.0, 1e-14);
  EXPECT_NEAR(cubic_root(-3.0, 14.0, 2.0), -1.0, 1e-14);
  EXPECT_NEAR(cubic_root(-3.0, 14.0, 3.0), -1.0, 1e-14);
  EXPECT_NEAR(cubic_root(-3.0, -14.0, 1.0), 1.0, 1e-14);
  EXPECT_NEAR(cubic_root(-3.0, -14.0, 2.0), -2.0, 1e-14);
  EXPECT_EQ(cubic_root(0.0, 0.0, 1.0), 0.0);
}

TEST(Roots, DerivativesAreThoseOfTheImplicitFunction) {
  for (double branch : {1.0, 2.0, 3.0}) {
    for (const auto& [p, q] : {std::pair{7.0, -6.0}, {7.0, 6.0}, {0.4, 0.05}}) {
      const double x = cubic_root(p, q, branch);
      const Dual by_q = cubic_root(Dual(p), Dual(q, 1.0), branch);
      const Dual by_p = cubic_root(Dual(p, 1.0), Dual(q), branch);
      EXPECT_EQ(by_q.value, x);
      EXPECT_NEAR(by_q.derivative, 1.0 / (3.0 * x * x - p), 1e-11 * std::abs(by_q.derivative));
      EXPECT_NEAR(by_p.derivative, x / (3.0 * x * x - p), 1e-11 * std::abs(by_q.derivative));
    }
  }
  const Dual single = cubic_root(Dual(-3.0), Dual(14.0, 1.0), 1.0);
  EXPECT_NEAR(single.derivative, 1.0 / 15.0, 1e-15);
  EXPECT_NEAR(cbrt(Dual(8.0, 1.0)).derivative, 1.0 / 12.0, 1e-16);
}

}  // namespace
}  // namespace arcuate::math
