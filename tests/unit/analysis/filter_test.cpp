#include "arcuate/analysis/filter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "arcuate/core/error.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

struct FilterCase {
  int order;
  Band band;
  std::vector<double> causal;      ///< region 2 at samples 0, 1, 50, 599
  std::vector<double> zero_phase;  ///< at 0, 1, 300, 599
};

void expect_filter(const FilterCase& expected) {
  const Matrix x = example_series(600, 5);
  const std::vector<Section> sections = butterworth(expected.order, expected.band, 50.0);
  const Matrix causal = filtered(x, sections, FilterRun::causal);
  const Matrix both = filtered(x, sections, FilterRun::zero_phase);
  const std::vector<Index> of_causal = {0, 1, 50, 599};
  const std::vector<Index> of_both = {0, 1, 300, 599};
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(causal(of_causal[k], 2), expected.causal[k], 1e-10) << expected.order << " " << k;
    EXPECT_NEAR(both(of_both[k], 2), expected.zero_phase[k], 1e-10) << expected.order << " " << k;
  }
}

// scipy.signal.butter, sosfilt and sosfiltfilt of SciPy 1.17.1.
TEST(Filter, ButterworthIsThatOfSciPyBothWaysAndCausal) {
  expect_filter(
      {2,
       {1.0, 8.0},
       {0.15161364692621282, 0.5993754024265737, -0.735852921641302, -0.3525201021975253},
       {-0.012230709571028509, 0.3082193023120694, 0.04474212028944313, -0.147392548290034}});
  expect_filter(
      {3,
       {2.0, 20.0},
       {0.5192401529306068, 1.076796321554132, -0.6613735246660633, -1.023644686194809},
       {-0.007310143106599727, 0.5197696084342438, 0.11363372529866528, 0.10319920024792306}});
  expect_filter({5,
                 {0.0, 6.0},
                 {0.003574778650321447, 0.03178476247929543, 1.6647584376768538, 6.08993896024532},
                 {1.296816559300662, 1.2393080960898302, 2.943449771321647, 4.325854247531994}});
  expect_filter({4,
                 {0.0, 6.0},
                 {0.011517183061744011, 0.08482834901754863, 1.5400889623041114, 6.229656764186994},
                 {1.2956814094321574, 1.2500486993235054, 2.9390014689777244, 4.324721629164829}});
  expect_filter(
      {3,
       {4.0, 0.0},
       {0.7772226047732408, 0.2493138354477462, 0.3657625769862075, -0.34440276689587507},
       {0.006528232551131274, 0.6184856163133691, 0.10098092907225387, 0.05923128587510218}});
  expect_filter(
      {1,
       {0.5, 24.0},
       {1.1803873718856888, 1.6225955504801803, -0.19585803175205144, -1.3314088530264332},
       {0.2759366294753734, 0.7272631491687562, -0.01674936543761965, -0.31689116124816996}});
}

TEST(Filter, WhatCannotBeIsRefused) {
  EXPECT_THROW(butterworth(2, {1.0, 25.0}, 50.0), ConfigError);
  EXPECT_THROW(butterworth(2, {8.0, 1.0}, 50.0), ConfigError);
  EXPECT_THROW(butterworth(2, {0.0, 0.0}, 50.0), ConfigError);
  EXPECT_THROW(butterworth(2, {-1.0, 5.0}, 50.0), ConfigError);
  EXPECT_THROW(butterworth(0, {1.0, 5.0}, 50.0), ConfigError);
  const Matrix x = example_series(15, 1);
  const auto sections = butterworth(2, {1.0, 8.0}, 50.0);
  EXPECT_THROW(filtered(x, sections, FilterRun::zero_phase), ConfigError);
  EXPECT_NO_THROW(filtered(x, sections, FilterRun::causal));
}

}  // namespace
}  // namespace arcuate::analysis
