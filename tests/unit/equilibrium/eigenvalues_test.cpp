#include "arcuate/equilibrium/eigenvalues.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "arcuate/core/error.hpp"

namespace {

// Companion matrix of (x - 1)(x - 2)(x^2 + 2x + 5): roots 1, 2, -1 +- 2i. Not symmetric, so rows
// and columns are not alike.
TEST(Eigenvalues, AreTheRootsOfACompanionMatrix) {
  // x^4 - x^3 + x^2 - 11 x + 10
  const std::vector<double> rows{1, -1, 11, -10, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  auto values = arcuate::equilibrium::eigenvalues(rows, 4);
  std::sort(values.begin(), values.end(), [](auto a, auto b) {
    return std::pair(a.real(), a.imag()) < std::pair(b.real(), b.imag());
  });
  const std::vector<std::complex<double>> expected{{-1, -2}, {-1, 2}, {1, 0}, {2, 0}};
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(values[i].imag(), expected[i].imag(), 1e-12) << i;
    EXPECT_NEAR(values[i].real(), expected[i].real(), 1e-12) << i;
  }
}

TEST(Eigenvalues, OfWhatIsNotFiniteAreAnError) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)arcuate::equilibrium::eigenvalues(std::vector<double>{1, nan, 2, 3}, 2),
               arcuate::UnconvergedError);
}

}  // namespace
