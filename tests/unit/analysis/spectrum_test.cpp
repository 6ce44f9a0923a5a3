#include "arcuate/analysis/spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "arcuate/core/error.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

struct WindowCase {
  WindowShape shape;
  std::vector<double> values;  ///< places 0, 1, 4 of 9 samples and of 10
};

// scipy.signal.get_window of SciPy 1.17.1.
const std::vector<WindowCase>& window_cases() {
  static const std::vector<WindowCase> cases{
      WindowCase{{"boxcar", 0.0, false}, {1, 1, 1, 1, 1, 1}},
      WindowCase{{"boxcar", 0.0, true}, {1, 1, 1, 1, 1, 1}},
      WindowCase{
          {"hann", 0.0, false},
          {0, 0.116977778440511, 0.969846310392954, 0, 0.0954915028125263, 0.904508497187474}},
      WindowCase{{"hann", 0.0, true},
                 {0, 0.146446609406726, 1, 0, 0.116977778440511, 0.969846310392954}},
      WindowCase{{"hamming", 0.0, false},
                 {0.0800000000000001, 0.18761955616527, 0.972258605561518, 0.0800000000000001,
                  0.167852182587524, 0.912147817412476}},
      WindowCase{{"hamming", 0.0, true},
                 {0.0800000000000001, 0.214730880654188, 1, 0.0800000000000001, 0.18761955616527,
                  0.972258605561518}},
      WindowCase{{"blackman", 0.0, false},
                 {-1.38777878078145e-17, 0.0508696326538654, 0.951129865842472,
                  -1.38777878078145e-17, 0.0402128623625221, 0.849229856737469}},
      WindowCase{{"blackman", 0.0, true},
                 {-1.38777878078145e-17, 0.0664466094067262, 1, -1.38777878078145e-17,
                  0.0508696326538654, 0.951129865842472}},
      WindowCase{{"blackmanharris", 0.0, false},
                 {6.0000000000001e-05, 0.0150711734102182, 0.9316592687274, 6.0000000000001e-05,
                  0.0109823312762489, 0.793833510654336}},
      WindowCase{{"blackmanharris", 0.0, true},
                 {6.0000000000001e-05, 0.0217358370186796, 1, 6.0000000000001e-05,
                  0.0150711734102182, 0.9316592687274}},
      WindowCase{{"nuttall", 0.0, false},
                 {0.000362800000000038, 0.01789099867138, 0.93322022491233, 0.000362800000000038,
                  0.0133288368961131, 0.798258096950128}},
      WindowCase{{"nuttall", 0.0, true},
                 {0.000362800000000038, 0.0252055665154018, 1, 0.000362800000000038,
                  0.01789099867138, 0.93322022491233}},
      WindowCase{{"flattop", 0.0, false},
                 {-0.000421051000000001, -0.0201720315094859, 0.862476344072674,
                  -0.000421051000000001, -0.015597274660433, 0.606872152576212}},
      WindowCase{{"flattop", 0.0, true},
                 {-0.000421051000000001, -0.0268721932863345, 1.000000003, -0.000421051000000001,
                  -0.0201720315094859, 0.862476344072674}},
      WindowCase{{"bartlett", 0.0, false}, {0, 0.222222222222222, 0.888888888888889, 0, 0.2, 0.8}},
      WindowCase{{"bartlett", 0.0, true}, {0, 0.25, 1, 0, 0.222222222222222, 0.888888888888889}},
      WindowCase{{"barthann", 0.0, false},
                 {0, 0.142236444948122, 0.950416529231978, 0, 0.12057354213752, 0.87942645786248}},
      WindowCase{{"barthann", 0.0, true},
                 {0, 0.171299423149112, 1, 0, 0.142236444948122, 0.950416529231978}},
      WindowCase{{"triang", 0.0, false},
                 {0.1, 0.3, 0.9, 0.166666666666667, 0.333333333333333, 0.833333333333333}},
      WindowCase{{"triang", 0.0, true}, {0.2, 0.4, 1, 0.1, 0.3, 0.9}},
      WindowCase{{"parzen", 0.0, false},
                 {0.002, 0.054, 0.946, 0.00150262960180316, 0.0405709992486852, 0.837716003005259}},
      WindowCase{{"parzen", 0.0, true},
                 {0.00274348422496571, 0.0740740740740741, 1, 0.002, 0.054, 0.946}},
      WindowCase{
          {"bohman", 0.0, false},
          {0, 0.0343735524087893, 0.944150722482031, 0, 0.0252944578827384, 0.834311452257686}},
      WindowCase{{"bohman", 0.0, true},
                 {0, 0.0483023837426397, 1, 0, 0.0343735524087893, 0.944150722482031}},
      WindowCase{{"cosine", 0.0, false},
                 {0.156434465040231, 0.453990499739547, 0.987688340595138, 0.142314838273285,
                  0.415415013001886, 0.959492973614497}},
      WindowCase{
          {"cosine", 0.0, true},
          {0.17364817766693, 0.5, 1, 0.156434465040231, 0.453990499739547, 0.987688340595138}},
      WindowCase{{"lanczos", 0.0, false},
                 {3.89817183251938e-17, 0.263064408273866, 0.979815536051016, 3.89817183251938e-17,
                  0.23387232094716, 0.935489283788639}},
      WindowCase{{"lanczos", 0.0, true},
                 {3.89817183251938e-17, 0.300105438719035, 1, 3.89817183251938e-17,
                  0.263064408273866, 0.979815536051016}},
      WindowCase{{"tukey", 0.4, false}, {0, 0.586824088833465, 1, 0, 0.5, 1}},
      WindowCase{{"tukey", 0.4, true}, {0, 0.691341716182545, 1, 0, 0.586824088833465, 1}},
      WindowCase{{"kaiser", 6.0, false},
                 {0.0148733371047632, 0.138110273076192, 0.966682420916582, 0.0148733371047632,
                  0.119398458439033, 0.89540018419286}},
      WindowCase{{"kaiser", 6.0, true},
                 {0.0148733371047632, 0.16360756459825, 1, 0.0148733371047632, 0.138110273076192,
                  0.966682420916582}},
      WindowCase{{"gaussian", 2.5, false},
                 {0.197898699083615, 0.3753110988514, 0.980198673306755, 0.135335283236613,
                  0.278037300453194, 0.923116346386636}},
      WindowCase{{"gaussian", 2.5, true},
                 {0.278037300453194, 0.486752255959972, 1, 0.197898699083615, 0.3753110988514,
                  0.980198673306755}},
      WindowCase{{"exponential", 3.0, false},
                 {0.22313016014843, 0.311403223914598, 0.846481724890614, 0.188875602837562,
                  0.263597138115727, 0.716531310573789}},
      WindowCase{{"exponential", 3.0, true},
                 {0.263597138115727, 0.367879441171442, 1, 0.22313016014843, 0.311403223914598,
                  0.846481724890614}}};
  return cases;
}

TEST(Windows, AreThoseOfSciPy) {
  for (const WindowCase& expected : window_cases()) {
    for (const Index size : {9, 10}) {
      const Vector values = window(expected.shape, size);
      const std::size_t from = size == 9 ? 0 : 3;
      const std::string what =
          expected.shape.name + (expected.shape.symmetric ? " symmetric " : " ");
      EXPECT_NEAR(values[0], expected.values[from], 1e-14) << what << size;
      EXPECT_NEAR(values[1], expected.values[from + 1], 1e-14) << what << size;
      EXPECT_NEAR(values[4], expected.values[from + 2], 1e-14) << what << size;
    }
  }
  EXPECT_EQ(window_cases().size(), 2 * window_names().size());
}

TEST(Windows, WhatCannotBeIsRefused) {
  EXPECT_THROW(window({"han", 0.0, false}, 8), ConfigError);
  EXPECT_THROW(window({"tukey", 1.5, false}, 8), ConfigError);
  EXPECT_THROW(window({"gaussian", 0.0, false}, 8), ConfigError);
}

struct WelchCase {
  PsdOptions options;
  std::vector<double> frequency;  ///< of bins 0, 1, 5, 17 and the last
  std::vector<double> power;      ///< of region 2
};

void expect_welch(const WelchCase& expected) {
  const Psd is = psd(example_series(600, 5), 50.0, expected.options);
  const std::vector<Index> bins = {0, 1, 5, 17, is.frequency.size() - 1};
  for (std::size_t k = 0; k < bins.size(); ++k) {
    EXPECT_NEAR(is.frequency[bins[k]], expected.frequency[k], 1e-12) << k;
    const double most = is.power.col(2).maxCoeff();
    EXPECT_NEAR(is.power(bins[k], 2), expected.power[k], 1e-12 * expected.power[k] + 1e-15 * most)
        << k;
  }
}

// scipy.signal.welch of SciPy 1.17.1 on the same series, fs 50.
TEST(Welch, IsThatOfSciPyWithEveryOption) {
  expect_welch({{.segment = 128},
                {0.0, 0.390625, 1.953125, 6.640625, 25.0},
                {0.002738837857294992, 0.08318828792889267, 0.0024860506220116345,
                 0.0023729317003315076, 7.2497111307715845e-12}});
  expect_welch(
      {{.segment = 101,
        .overlap = 20,
        .window = {"hamming", 0.0, false},
        .detrend = Detrend::linear},
       {0.0, 0.49504950495049505, 2.4752475247524752, 8.415841584158416, 24.752475247524753},
       {0.0030959462979583065, 0.03207206556956793, 0.0008861107388693261, 0.0024733807619071522,
        2.304708670879511e-06}});
  expect_welch({{.segment = 100,
                 .overlap = 0,
                 .window = {"boxcar", 0.0, false},
                 .detrend = Detrend::none,
                 .scaling = Scaling::spectrum},
                {0.0, 0.5, 2.5, 8.5, 25.0},
                {11.800469764756437, 0.06056859738534384, 0.005165540315953, 0.00218808767922333,
                 3.695089036656903e-05}});
  expect_welch({{.segment = 64,
                 .transform = 100,
                 .window = {"blackman", 0.0, false},
                 .average = Averaging::median},
                {0.0, 0.5, 2.5, 8.5, 25.0},
                {0.03978783121188906, 0.12070249035247972, 0.002505862274115864,
                 9.135684535074952e-07, 1.6568907664580466e-11}});
  expect_welch({{.segment = 128,
                 .overlap = 100,
                 .window = {"kaiser", 8.6, false},
                 .average = Averaging::median},
                {0.0, 0.390625, 1.953125, 6.640625, 25.0},
                {0.000940197135555424, 0.07434463394324867, 0.0003084685584438848,
                 0.0010375744175968522, 6.154424581092332e-10}});
}

// braintools.metric.power_spectral_density, as measured for brainmass: symmetric Hann, no
// detrending.
TEST(Welch, IsThatOfBraintoolsWithItsConventions) {
  Matrix x(1000, 1);
  for (Index n = 0; n < 1000; ++n) {
    const double t = 0.001 * static_cast<double>(n);
    x(n, 0) = std::sin(2.0 * std::numbers::pi * 10.0 * t) +
              0.3 * std::sin(2.0 * std::numbers::pi * 40.0 * t) + 0.2;
  }
  PsdOptions options{.segment = 125, .window = {"hann", 0.0, true}, .detrend = Detrend::none};
  const Psd odd = psd(x, 1000.0, options);
  EXPECT_DOUBLE_EQ(odd.frequency[1], 8.0);
  const std::vector<double> of_125 = {.007637546864,  .03909390669,   .01972625783,
                                      .0001850108975, .0009815107115, .003705420145};
  for (std::size_t k = 0; k < of_125.size(); ++k)
    EXPECT_NEAR(odd.power(static_cast<Index>(k), 0), of_125[k], 1e-9 * of_125[k]) << k;
  options.segment = 256;
  const Psd even = psd(x, 1000.0, options);
  const std::vector<double> of_256 = {.0068046458, .00535167151, .05635958831, .06617998789,
                                      .003581296494};
  for (std::size_t k = 0; k < of_256.size(); ++k)
    EXPECT_NEAR(even.power(static_cast<Index>(k), 0), of_256[k], 2e-9 * of_256[k]) << k;
}

TEST(Welch, GivesTheSameBitsOnAnyNumberOfThreads) {
  const Matrix x = example_series(700, 9);
  const Matrix one = psd(x, 50.0, {.segment = 128}).power;
  use_threads(3);
  EXPECT_EQ(psd(x, 50.0, {.segment = 128}).power, one);
  use_threads(1);
}

TEST(Welch, GivesTheSameBitsWhereverTheNumbersLie) {
  const Matrix x = example_series(700, 3);
  const Matrix expected = psd(x, 50.0, {.segment = 128}).power;
  for (Index shift = 1; shift < 8; ++shift) {
    std::vector<double> memory(static_cast<std::size_t>(x.size() + 8));
    Eigen::Map<Matrix> moved(memory.data() + shift, x.rows(), x.cols());
    moved = x;
    EXPECT_EQ(psd(moved, 50.0, {.segment = 128}).power, expected) << shift;
  }
}

TEST(Welch, WhatCannotBeIsRefused) {
  const Matrix x = example_series(100, 2);
  EXPECT_THROW(psd(x, 1.0, {.segment = 101}), ConfigError);
  EXPECT_THROW(psd(x, 1.0, {.segment = 1}), ConfigError);
  EXPECT_THROW(psd(x, 1.0, {.segment = 50, .overlap = 50}), ConfigError);
  EXPECT_THROW(psd(x, 1.0, {.segment = 50, .transform = 49}), ConfigError);
}

/// Power 8 / f of the frequencies 0, 0.5, 1, ... 8 Hz.
Psd one_over_f() {
  Psd p{Vector::LinSpaced(17, 0.0, 8.0), Matrix(17, 1), 1};
  p.power.col(0) = 8.0 / p.frequency.array().max(1e-3);
  return p;
}

TEST(Spectrum, ABandHoldsTheTrapezoidsBetweenItsBinsBothEndsIncluded) {
  // (8/1 + 8/1.5)/4 + (8/1.5 + 8/2)/4
  EXPECT_NEAR(band_power(one_over_f(), 1.0, 2.0)[0], 2.0 + 16.0 / 6.0 + 1.0, 1e-12);
  EXPECT_EQ(band_power(one_over_f(), 1.1, 1.4)[0], 0.0);
}

TEST(Spectrum, APeakIsTheHighestBinOfItsRange) {
  EXPECT_EQ(peak_frequency(one_over_f(), 1.0, 4.0)[0], 1.0);
  EXPECT_EQ(peak_frequency(one_over_f(), 1.2, 4.0)[0], 1.5);
  EXPECT_TRUE(std::isnan(peak_frequency(one_over_f(), 1.1, 1.4)[0]));
  Psd silent = one_over_f();
  silent.power.setZero();
  EXPECT_TRUE(std::isnan(peak_frequency(silent, 1.0, 4.0)[0]));
}

TEST(Spectrum, TheSlopeOfOneOverFIsMinusOne) {
  const SpectralSlope line = spectral_slope(one_over_f(), 0.0, 8.0);
  EXPECT_NEAR(line.slope[0], -1.0, 1e-13);
  EXPECT_NEAR(line.intercept[0], std::log10(8.0), 1e-13);
  EXPECT_TRUE(std::isnan(spectral_slope(one_over_f(), 1.0, 1.0).slope[0]));
}

}  // namespace
}  // namespace arcuate::analysis
