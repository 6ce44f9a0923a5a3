#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "arcuate/optimise/optimiser.hpp"
#include "optimise/design.hpp"

namespace arcuate::optimise {
namespace {

Space unit_cube(Index n) {
  std::vector<Variable> variables;
  for (Index i = 0; i < n; ++i)
    variables.push_back(real("x" + std::to_string(i), 0.0, 1.0));
  return Space(std::move(variables));
}

/// (budget, n) in order.
Matrix points(const std::string& method, Index n, std::int64_t budget, std::uint64_t seed = 1) {
  Optimiser search(unit_cube(n), {.method = method, .budget = budget, .seed = seed});
  Matrix all(budget, n);
  for (Index k = 0; k < budget; ++k)
    all.row(k) = search.ask().value().unit.transpose();
  return all;
}

TEST(Draws, QuantileAndDistributionAreScipys) {
  const std::pair<double, double> quantiles[] = {{1e-15, -7.941345326170998},
                                                 {1e-9, -5.9978070150076865},
                                                 {0.001, -3.090232306167813},
                                                 {0.02425, -1.972961051311885},
                                                 {0.075, -1.4395314709384563},
                                                 {0.3, -0.5244005127080409},
                                                 {0.5, 0.0},
                                                 {0.9, 1.2815515655446004},
                                                 {0.999999, 4.753424308817087}};
  for (const auto& [p, z] : quantiles)
    EXPECT_NEAR(normal_quantile(p), z,
                2e-15 * std::max(1.0, std::fabs(z)) + (p > 0.99 ? 1e-11 : 0.0))
        << p;
  const std::pair<double, double> distribution[] = {
      {-8.0, 6.22096057427174e-16}, {-3.0, 0.0013498980316300933},
      {-1.5, 0.06680720126885807},  {0.0, 0.5},
      {0.7, 0.758036347776927},     {2.5, 0.9937903346742238}};
  for (const auto& [x, p] : distribution)
    EXPECT_NEAR(normal_cdf(x), p, 2e-14 * p) << x;
}

TEST(Draws, NumbersDependOnSeedPurposeAndIndexAlone) {
  std::set<double> seen;
  for (const std::uint64_t seed : {1ULL, 2ULL, 1ULL << 40})
    for (const std::uint32_t island : {0U, 1U})
      for (const Purpose purpose : {Purpose::candidate, Purpose::restart})
        for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 33})
          seen.insert(Draws({seed, island}, purpose, index).uniform());
  EXPECT_EQ(seen.size(), 36U);
  EXPECT_EQ(Draws({7, 3}, Purpose::candidate, 5).uniform(),
            Draws({7, 3}, Purpose::candidate, 5).uniform());
}

TEST(Draws, MomentsOfNormalsAreThoseOfTheStandardNormal) {
  constexpr Index n = 100000;
  const Eigen::ArrayXd z = Draws({3, 0}, Purpose::candidate, 1).normals(n).array();
  const double error = 1.0 / std::sqrt(static_cast<double>(n));
  EXPECT_NEAR(z.mean(), 0.0, 4.0 * error);
  EXPECT_NEAR(z.square().mean(), 1.0, 4.0 * error * std::sqrt(2.0));
  EXPECT_NEAR(z.pow(3).mean(), 0.0, 4.0 * error * std::sqrt(15.0));
  EXPECT_NEAR(z.pow(4).mean(), 3.0, 4.0 * error * std::sqrt(96.0));
}

TEST(Designs, SobolsPointsAreThoseOfScipy) {
  const Matrix x = points("sobol,scrambled=no", 300, 101);
  const std::vector<double> row{0.921875, 0.640625, 0.578125, 0.921875,
                                0.765625, 0.296875, 0.171875, 0.796875};
  for (Index i = 0; i < 8; ++i) {
    EXPECT_EQ(x(0, i), 0.0);
    EXPECT_EQ(x(37, i), row[static_cast<std::size_t>(i)]) << i;
  }
  EXPECT_EQ(x(100, 99), 0.8828125);
  EXPECT_EQ(x(100, 199), 0.1328125);
  EXPECT_EQ(x(100, 299), 0.5859375);
}

TEST(Designs, ScrambledSobolIsStillANet) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Matrix x = points("sobol", 2, 256, seed);
    for (int a = 0; a <= 8; ++a) {  // 2^a x 2^(8 - a) boxes have one point each
      std::set<std::pair<int, int>> boxes;
      for (Index k = 0; k < 256; ++k)
        boxes.emplace(static_cast<int>(std::ldexp(x(k, 0), a)),
                      static_cast<int>(std::ldexp(x(k, 1), 8 - a)));
      EXPECT_EQ(boxes.size(), 256U) << a;
    }
  }
  EXPECT_NE(points("sobol", 2, 4, 1), points("sobol", 2, 4, 2));
}

TEST(Designs, HaltonsPointsAreThoseOfScipy) {
  const Matrix x = points("HaltonSearch", 5, 29);
  const std::vector<double> second{0.25, 2.0 / 3, 0.4, 2.0 / 7, 2.0 / 11};
  const std::vector<double> last{0.71875, 0.6790123456790123, 0.808, 0.22448979591836732,
                                 0.6528925619834711};
  for (Index i = 0; i < 5; ++i) {
    EXPECT_NEAR(x(1, i), second[static_cast<std::size_t>(i)], 1e-15);
    EXPECT_NEAR(x(28, i), last[static_cast<std::size_t>(i)], 1e-15);
  }
}

TEST(Designs, ScramblingKeepsAHaltonAxisEven) {
  const Matrix x = points("halton", 4, 7 * 49 - 1);
  std::vector<int> in_cell(7);
  for (Index k = 0; k < x.rows(); ++k)
    ++in_cell[static_cast<std::size_t>(7.0 * x(k, 3) + 1e-9)];
  for (std::size_t cell = 0; cell < 7; ++cell)
    EXPECT_EQ(in_cell[cell], cell == 0 ? 48 : 49);
  EXPECT_NE(points("halton", 4, 40, 1), points("halton", 4, 40, 2));
}

TEST(Designs, HammersleyAndLatinHypercubeFillEveryIntervalOnce) {
  const Matrix latin = points("lhs", 6, 50);
  for (Index i = 0; i < 6; ++i) {
    std::set<int> cells;
    for (Index k = 0; k < 50; ++k)
      cells.insert(static_cast<int>(50.0 * latin(k, i)));
    EXPECT_EQ(cells.size(), 50U);
  }
  EXPECT_NE(latin.col(0), latin.col(1));
  const Matrix even = points("hammersley", 3, 50);
  for (Index k = 0; k < 50; ++k)
    EXPECT_DOUBLE_EQ(even(k, 0), (static_cast<double>(k) + 0.5) / 50.0);
}

TEST(Designs, AllPointsOfADesignComeThoughSomeAreLost) {
  const Matrix expected = points("halton", 2, 20);
  Optimiser search(unit_cube(2), {.method = "halton", .budget = 20});
  std::set<double> seen;
  int lost = 0;
  while (const auto candidate = search.ask()) {
    if (candidate->id % 5 == 0 && ++lost < 4) {
      search.lose(candidate->id);
      continue;
    }
    search.tell(candidate->id, 1.0);
    seen.insert(candidate->unit[0]);
  }
  std::set<double> all(expected.col(0).begin(), expected.col(0).end());
  EXPECT_EQ(seen, all);
  EXPECT_EQ(search.told(), 20);
}

TEST(Designs, RandomPointsAreUniform) {
  const Matrix x = points("random", 3, 20000);
  for (Index i = 0; i < 3; ++i) {
    EXPECT_NEAR(x.col(i).mean(), 0.5, 4.0 / std::sqrt(12.0 * 20000.0));
    EXPECT_NEAR(x.col(i).cwiseAbs2().mean(), 1.0 / 3.0, 4.0 * std::sqrt(4.0 / 45.0 / 20000.0));
  }
}

}  // namespace
}  // namespace arcuate::optimise
