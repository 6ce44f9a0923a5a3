#include "arcuate/loss/loss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/loss/distributions.hpp"
#include "places.hpp"

namespace arcuate::loss {
namespace {

using testing::AllOf;
using testing::HasSubstr;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double value_of(const std::string& term, const Sides& sides) {
  return evaluate(parse_term(term), sides).value;
}

std::string refused(const std::string& term, const Sides& sides = {}) {
  try {
    evaluate(parse_term(term), sides);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::user);
    return error.what();
  }
  return "";
}

Matrix column(const std::vector<double>& values) {
  return Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size()));
}

/// f = 0 .. 4 Hz, P = 1 2 3 2 1, Q = 1 1 2 3 1.
Sides small_spectra() {
  return {column({1, 2, 3, 2, 1}), column({1, 1, 2, 3, 1}), Vector::LinSpaced(5, 0.0, 4.0)};
}

/// 21 bins of 0.5 Hz, three regions: made of whole numbers, so that NumPy makes the same.
Sides three_spectra() {
  Sides s{Matrix(21, 3), Matrix(21, 3), Vector::LinSpaced(21, 0.0, 10.0)};
  for (Index k = 0; k < 21; ++k) {
    for (Index i = 0; i < 3; ++i) {
      s.predicted(k, i) = 1.0 + static_cast<double>((3 * k * k + 5 * i * k + i) % 17) / 4.0;
      s.target(k, i) = 1.0 + static_cast<double>((7 * k * k + 2 * i * k + 3) % 13) / 3.0;
    }
  }
  return s;
}

// By hand: 3/5; 3/3; weights 1 10 10 1 1 of squares 0 1 1 1 0, so 21/23; the logarithms from NumPy.
TEST(SpectralLoss, HasTheReferenceValuesOnFiveBins) {
  const Sides s = small_spectra();
  EXPECT_DOUBLE_EQ(value_of("psd_mse", s), 0.6);
  EXPECT_DOUBLE_EQ(value_of("psd_mse,low=1,high=3", s), 1.0);
  EXPECT_DOUBLE_EQ(value_of("psd_mse,low=1 Hz,high=0.003 kHz", s), 1.0);
  EXPECT_NEAR(value_of("weighted_psd_mse,band_low=1,band_high=2,weight=10", s), 21.0 / 23.0, 1e-15);
  EXPECT_NEAR(value_of("log_psd_mse", s), 0.03052706, 5e-9);
}

// numpy 1.24: ((P - Q)**2)[m].mean() and so on, m = (f >= 2) & (f <= 6).
TEST(SpectralLoss, IsNumpysOfSeveralRegionsWithinTheRange) {
  const Sides s = three_spectra();
  EXPECT_NEAR(value_of("psd_mse", s), 2.8875661375661372, 1e-14);
  EXPECT_NEAR(value_of("psd_mse,low=2,high=6", s), 2.074588477366255, 1e-14);
  EXPECT_NEAR(value_of("log_psd_mse,low=2,high=6", s), 0.06664939432326236, 1e-15);
  EXPECT_NEAR(value_of("weighted_psd_mse,band_low=3,band_high=4", s), 2.025896990740741, 1e-14);
  EXPECT_NEAR(value_of("band_power,low=2,high=6", s), 0.0006249031420713552, 1e-15);
  EXPECT_NEAR(value_of("band_power,low=2,high=6,reference_low=7,reference_high=10", s),
              0.0030120843402254007, 1e-15);
}

TEST(SpectralLoss, ARangeReallyLimitsEveryOne) {
  for (const char* name : {"psd_mse", "log_psd_mse", "weighted_psd_mse"}) {
    Sides s = three_spectra();
    const std::string term = std::string(name) + ",low=2,high=6";
    const double before = value_of(term, s);
    s.predicted.topRows(4).setConstant(1e6);
    s.predicted.bottomRows(8).setConstant(1e6);
    EXPECT_EQ(value_of(term, s), before) << name;
    EXPECT_GT(value_of(name, s), 10.0 * before) << name;
  }
}

TEST(SpectralLoss, RangesOutsideTheSpectrumAreRefused) {
  const Sides s = small_spectra();
  EXPECT_THAT(refused("psd_mse,low=1,high=40", s),
              HasSubstr("psd_mse: frequencies from 1 to 40 Hz; the spectrum has 0 to 4 Hz"));
  EXPECT_THAT(refused("log_psd_mse,low=5", s), HasSubstr("from 5 to none Hz"));
  EXPECT_THAT(refused("band_power,low=3,high=2", s), HasSubstr("from 3 to 2 Hz"));
  EXPECT_THAT(refused("psd_mse,low=1.2,high=1.8", s), HasSubstr("no bin between them"));
  EXPECT_EQ(refused("psd_mse,low=0,high=4", s), "");
}

TEST(SpectralLoss, BandsWithoutAnAreaOrAnEffectAreRefused) {
  const Sides s = small_spectra();
  EXPECT_THAT(refused("band_power,low=2,high=2.5", s),
              AllOf(HasSubstr("band_power: from 2 to 2.5 Hz there is one frequency"),
                    HasSubstr("1 Hz apart")));
  EXPECT_THAT(refused("band_power,low=1,high=3,reference_low=4", s),
              HasSubstr("from 4 to none Hz there is one frequency"));
  EXPECT_THAT(refused("band_power", s), HasSubstr("the ratio is 1: give low, high or both"));
  EXPECT_THAT(refused("weighted_psd_mse,weight=7", s),
              HasSubstr("weight is of a band: give band_low, band_high or both"));
  EXPECT_EQ(refused("weighted_psd_mse,weight=7,band_low=2", s), "");
}

TEST(Targets, ThatGiveNoNumberWhateverIsSimulatedAreRefused) {
  Sides s = small_spectra();
  s.name = "t.csv";
  s.target.row(2).setZero();
  EXPECT_THAT(refused("log_psd_mse,epsilon=0", s),
              HasSubstr("t.csv: log_psd_mse: a power and epsilon are 0"));
  EXPECT_EQ(refused("log_psd_mse", s), "");
  EXPECT_EQ(refused("log_psd_mse,epsilon=0,low=3", s), "");
  s.target.setZero();
  EXPECT_THAT(refused("band_power,low=1,high=2", s), HasSubstr("t.csv: band_power: there is no"));
  EXPECT_THAT(refused("cosine", s), HasSubstr("t.csv: cosine: all samples are 0"));
  EXPECT_EQ(value_of("cosine,epsilon=1", s), 0.0);
  for (const char* name : {"fcd_ks", "fcd_wasserstein"}) {
    const Sides same{column({0.1, 0.2}), column({0.3, 0.3}), {}, "t.npy"};
    EXPECT_THAT(refused(std::string(name) + ",form=density", same),
                HasSubstr("t.npy: " + std::string(name) + ": all values are the same"));
    EXPECT_EQ(refused(name, same), "");
  }
}

/// x_i(t) = sin(2 pi (base + .01 i) t + phase i) + sin(2 pi .013 t)/2, t = 0 .. 199, i = 0 .. 3.
Matrix bank(double base, double phase) {
  Matrix x(200, 4);
  for (Index i = 0; i < 4; ++i) {
    for (Index t = 0; t < 200; ++t) {
      const auto n = static_cast<double>(t);
      const auto r = static_cast<double>(i);
      x(t, i) = std::sin(2.0 * std::numbers::pi * (base + 0.01 * r) * n + phase * r) +
                0.5 * std::sin(2.0 * std::numbers::pi * 0.013 * n);
    }
  }
  return x;
}

Matrix dynamics(const Matrix& series) {
  analysis::FcdOptions options;
  options.window = 30;
  options.step = 5;
  options.undefined = analysis::Undefined::zero;
  return analysis::upper_triangle(analysis::fcd(series, options).matrix);
}

// Numbers of brainmass and braintools.metric on these two banks.
TEST(ReferenceValues, AreThoseOfBrainmass) {
  const Matrix a = bank(0.02, 0.5);
  const Matrix b = bank(0.025, 0.8);
  EXPECT_NEAR(value_of("timeseries_rmse", {a, b}), 1.0, 1e-9);
  EXPECT_NEAR(value_of("cosine", {a, b}), 0.2018910691, 1e-10);
  const Sides fc{analysis::fc(a), analysis::fc(b)};
  EXPECT_NEAR(value_of("fc_corr", fc), 0.9988982471, 1e-10);
  EXPECT_NEAR(value_of("fc_rmse", fc), 0.009020413969, 1e-12);
  EXPECT_NEAR(evaluate(parse_term("fc_corr"), fc).loss, 1.0 - 0.9988982471, 1e-10);
  const Sides fcd{dynamics(a), dynamics(b)};
  ASSERT_EQ(fcd.predicted.size(), 595);
  EXPECT_NEAR(value_of("fcd_ks,form=density", fcd), 0.02939037230, 1e-8);
  EXPECT_NEAR(value_of("fcd_wasserstein,form=density", fcd), 0.02673964782, 1e-8);
  const Vector density_a = density(ascending(fcd.predicted));
  EXPECT_NEAR(density_a[0], 0.4272903706, 1e-8);
  EXPECT_NEAR(density_a[75], 0.4780225087, 1e-8);
}

// scipy 1.10: ks_2samp(p, q).statistic and wasserstein_distance(p, q).
TEST(FcdLoss, IsScipysForListsOfAnyLengthWithTies) {
  std::vector<double> p, q;
  for (int k = 0; k < 150; ++k)
    p.push_back((37 * k * k + 11 * k) % 211 / 100.0 - 1.0);
  for (int k = 0; k < 61; ++k)
    q.push_back((53 * k * k + 7 * k) % 173 / 80.0 - 1.1);
  EXPECT_NEAR(value_of("fcd_ks", {column(p), column(q)}), 0.10950819672131147, 1e-15);
  EXPECT_NEAR(value_of("fcd_wasserstein", {column(p), column(q)}), 0.1145617486338798, 1e-14);
  const Sides ties{column({1.0, 0.5, 0.0, 0.5}), column({2.0, 0.5, 0.5})};
  EXPECT_NEAR(value_of("fcd_ks", ties), 1.0 / 3.0, 1e-15);
  EXPECT_NEAR(value_of("fcd_wasserstein", ties), 0.5, 1e-15);
}

TEST(FcdLoss, ValuesThatAreNotThereDoNotCount) {
  const Sides s{column({nan, 0.1, 0.2}), column({0.1, 0.2, nan, nan})};
  EXPECT_EQ(value_of("fcd_ks", s), 0.0);
  EXPECT_EQ(value_of("fcd_wasserstein", s), 0.0);
  EXPECT_TRUE(std::isnan(value_of("fcd_ks,form=density", {column({1, 1}), column({0, 1})})));
  EXPECT_THAT(refused("fcd_ks", {column({nan}), column({0.1})}), HasSubstr("no finite number"));
}

Matrix correlations(double fast, double phase, double share, double slow, double shift) {
  Matrix x(60, 5);
  for (Index i = 0; i < 5; ++i) {
    for (Index t = 0; t < 60; ++t) {
      const auto n = static_cast<double>(t);
      const auto r = static_cast<double>(i);
      x(t, i) = std::sin(fast * n + phase * r + shift * n * r) +
                share * std::cos(slow * n * (shift == 0.0 ? r : 1.0 + 0.1 * r));
    }
  }
  return analysis::fc(x);
}

// numpy 1.24: corrcoef of numpy.corrcoef's upper triangles; of the pairs whose numbers differ by an
// odd number.
TEST(FcLoss, PairsThatTheTargetLeavesOutDoNotCount) {
  Sides s{correlations(0.7, 0.3, 0.5, 0.11, 0.01), correlations(0.5, 0.9, 0.3, 0.21, 0.0)};
  EXPECT_NEAR(value_of("fc_corr", s), 0.9642322747282293, 1e-13);
  EXPECT_NEAR(value_of("fc_rmse", s), 0.5035259778587748, 1e-13);
  for (Index i = 0; i < 5; ++i) {
    for (Index j = 0; j < 5; ++j) {
      if (i != j && (i + j) % 2 == 0) s.target(i, j) = nan;
    }
  }
  EXPECT_NEAR(value_of("fc_corr", s), 0.9988652706934474, 1e-13);
  EXPECT_NEAR(value_of("fc_rmse", s), 0.43933213043328123, 1e-13);
}

TEST(FcLoss, ATargetWithoutVarianceIsRefused) {
  Sides s{correlations(0.7, 0.3, 0.5, 0.11, 0.01), Matrix::Identity(5, 5), {}, "t.npz"};
  EXPECT_THAT(refused("fc_corr", s),
              HasSubstr("t.npz: fc_corr: all pairs of regions have the same"));
  s.target.setConstant(nan);
  s.target.diagonal().setOnes();
  s.target(0, 3) = s.target(3, 0) = 0.5;
  EXPECT_THAT(refused("fc_corr", s), HasSubstr("fewer than two pairs of regions have a number"));
  // What was simulated says nothing of the target.
  s.target(0, 2) = s.target(2, 0) = 0.25;
  s.predicted.setIdentity();
  EXPECT_TRUE(std::isnan(value_of("fc_corr", s)));
}

TEST(LossTerms, AnOptionIsGivenOnce) {
  EXPECT_THAT(refused("psd_mse,low=1,low=2"), HasSubstr("psd_mse: low is given twice"));
  EXPECT_THAT(refused("fcd_ks,form=values,form=density"), HasSubstr("form is given twice"));
}

TEST(LossTerms, AreReadWithWeightOptionsAndForms) {
  const LossTerm term = parse_term("log_psd_mse*0.25,high=40,epsilon=1e-6");
  EXPECT_EQ(term.weight, 0.25);
  EXPECT_EQ(term.settings.numbers[1], 40.0);
  EXPECT_EQ(term.settings.numbers[2], 1e-6);
  EXPECT_TRUE(std::isinf(term.settings.numbers[0]));
  EXPECT_EQ(parse_term("fcd_ks,form=density").settings.form, std::size_t{of_density});
  EXPECT_THAT(refused("fc_cor"), HasSubstr("there is no loss 'fc_cor' (allowed: psd_mse,"));
  EXPECT_THAT(refused("psd_mse,lo=3"), HasSubstr("no option 'lo' (allowed: low, high)"));
  EXPECT_THAT(refused("psd_mse,low=-3"), HasSubstr("low is -3 (allowed: 0 or more)"));
  EXPECT_THAT(refused("psd_mse,low=1 mV"), HasSubstr("psd_mse: low: "));
  EXPECT_THAT(refused("psd_mse*x"), HasSubstr("psd_mse: weight: 'x' is not a number"));
  EXPECT_THAT(refused("fc_corr,low=3"), HasSubstr("(allowed: none)"));
  EXPECT_THAT(refused("fcd_ks,form=kde"), HasSubstr("(allowed: values, density)"));
}

TEST(LossTerms, SidesOfDifferentSizeAreRefused) {
  EXPECT_THAT(refused("fc_corr", {Matrix::Zero(3, 3), Matrix::Zero(4, 4)}),
              HasSubstr("fc_corr: what was simulated is 3 x 3, the target 4 x 4"));
}

TEST(LossReference, IsTheTableOfTheDocumentation) {
  std::ifstream in(ARCUATE_SOURCE "/docs/losses.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr(loss_reference()));
}

}  // namespace
}  // namespace arcuate::loss
