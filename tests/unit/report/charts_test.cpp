#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "../../../src/report/columns.hpp"
#include "../../../src/report/dynamics.hpp"
#include "../../../src/report/places.hpp"
#include "../../../src/report/spectrum.hpp"
#include "../../../src/report/topography.hpp"
#include "../../../src/report/words.hpp"

namespace arcuate::report {
namespace {

template <class Signal>
Signals signals_of(std::size_t columns, std::size_t samples, double period, const Signal& signal) {
  Signals signals;
  signals.samples = samples;
  signals.period = period;
  for (std::size_t c = 0; c < columns; ++c) {
    signals.columns.push_back(c);
    for (std::size_t n = 0; n < samples; ++n)
      signals.values.push_back(signal(c, static_cast<double>(n) * period));
  }
  return signals;
}

TEST(Bands, HoldThePowerOfARhythmAndStopBelowHalfTheSamplingRate) {
  // A sine of amplitude 2 has the power 2^2/2, all of it within two bins of 0.25 Hz of 10 Hz.
  const auto rhythm = [](std::size_t, double t) {
    return 2.0 * std::sin(2.0 * std::numbers::pi * 10.0 * t);
  };
  const auto psd = psd_of(signals_of(3, 2000, 0.01, rhythm), false);
  ASSERT_TRUE(psd.has_value());
  const auto bands = spectrum_chart(*psd)["bands"];
  ASSERT_EQ(bands.size(), 4U) << "gamma reaches 80 Hz, the spectrum 50";
  EXPECT_EQ(bands[2]["name"], "alpha");
  EXPECT_NEAR(bands[2]["power"].get<double>(), 2.0, 1e-4);
  EXPECT_LT(bands[3]["power"].get<double>(), 1e-8);
  const auto slow = psd_of(signals_of(2, 400, 0.72, rhythm), false);
  EXPECT_TRUE(spectrum_chart(*slow)["bands"].empty());
}

TEST(ShownVariables, AreOfEveryKindBeforeASecondOfOne) {
  std::vector<io::RecordedSeries> series(7);
  const char* const kinds[] = {
      "raw", "temporal_average", "hrf_bold", "afferent_coupling", "bold", "eeg", "meg"};
  std::vector<Shown> all;
  for (std::size_t k = 0; k < series.size(); ++k) {
    series[k].kind = kinds[k];
    series[k].of_sensors = k >= 5;
    if (!series[k].of_sensors) series[k].columns = {0};
    all.push_back({&series[k], 0});
    if (k < 2) all.push_back({&series[k], 1});
  }
  const auto kinds_of = [&](std::size_t most) {
    std::string text;
    for (const Shown& one : of_every_kind(all, most))
      text += one.series->kind + std::to_string(one.variable) + " ";
    return text;
  };
  EXPECT_EQ(kinds_of(2), "raw0 hrf_bold0 ");
  EXPECT_EQ(kinds_of(4), "raw0 hrf_bold0 eeg0 meg0 ");
  EXPECT_EQ(kinds_of(6), "raw0 raw1 hrf_bold0 afferent_coupling0 eeg0 meg0 ");
  EXPECT_EQ(of_every_kind(all, 20).size(), all.size());
}

TEST(TypesetUnit, RaisesPowers) {
  EXPECT_EQ(typeset_unit("mV^2/Hz"), "mV\u00b2/Hz");
  EXPECT_EQ(typeset_unit("s^-12 m"), "s\u207b\u00b9\u00b2 m");
  EXPECT_EQ(typeset_unit("1"), "1");
}

TEST(Dynamics, WindowsOfARepeatedPatternAreAllAlike) {
  // The pattern repeats with the step of 3 s: every window has the same FC, and every pair r = 1.
  const auto pattern = [](std::size_t c, double t) {
    const auto phase = static_cast<std::size_t>(std::lround(t)) % 3;
    return c == 4 ? 7.0 : static_cast<double>((phase + 1) * (phase + c) % 5);
  };
  const auto chart = dynamics_chart(signals_of(5, 60 + 27, 1.0, pattern), 400);
  ASSERT_FALSE(chart.is_null());
  EXPECT_EQ(chart["windows"], 10);
  EXPECT_EQ(chart["window"], 60.0);
  EXPECT_EQ(chart["step"], 3.0);
  EXPECT_EQ(chart["left_out"], 1) << "the constant one";
  EXPECT_NEAR(chart["mean"].get<double>(), 1.0, 1e-12);
  EXPECT_EQ(chart["histogram"].back(), 45) << "pairs of 10 windows";
  EXPECT_TRUE(dynamics_chart(signals_of(5, 60 + 26, 1.0, pattern), 400).is_null())
      << "nine windows";
}

TEST(Dynamics, LongRunsHaveFourHundredWindowsAtMost) {
  const auto noise = [](std::size_t c, double t) {
    return std::sin(t * t * 0.37 + 1.7 * static_cast<double>(c));
  };
  const auto chart = dynamics_chart(signals_of(4, 5000, 1.0, noise), 100);
  EXPECT_EQ(chart["step"], 13.0) << "the least step with 4940/step < 400";
  EXPECT_EQ(chart["windows"], 381);
  EXPECT_EQ(chart["matrix"]["rows"], 100);
}

TEST(Scalp, SensorsLieAtTheirAngleFromTheVertex) {
  // On a sphere around (5, -3, 20): vertex, nose, right ear, 45 degrees to the front, back.
  const double r = 90.0, half = r * std::sqrt(0.5);
  const std::vector<double> positions{5,  -3, 20 + r,   5,         r - 3, 20,     r + 5, -3,
                                      20, 5,  half - 3, 20 + half, 5,     -r - 3, 20};
  const auto scalp = scalp_of(positions, {"a", "b", "c", "d", "e"});
  ASSERT_TRUE(scalp.has_value());
  const double expected[][2] = {{0, 0}, {0, 1}, {1, 0}, {0, 0.5}, {0, -1}};
  for (std::size_t s = 0; s < 5; ++s) {
    EXPECT_NEAR(scalp->places[s][0], expected[s][0], 1e-9) << s;
    EXPECT_NEAR(scalp->places[s][1], expected[s][1], 1e-9) << s;
  }
  EXPECT_FALSE(scalp->front_by_names);
  // Names say that the front is x, as in sensors of The Virtual Brain.
  const std::vector<double> along_x{r, 0, 0, -r, 0, 0, 0, r, 0, 0, 0, r};
  const auto named = scalp_of(along_x, {"Fpz", "Oz", "T7", "Cz"});
  ASSERT_TRUE(named.has_value());
  EXPECT_TRUE(named->front_by_names);
  EXPECT_NEAR(named->places[0][1], 1.0, 1e-9);
  EXPECT_NEAR(named->places[2][0], -1.0, 1e-9) << "left of the nose";
}

TEST(Scalp, SensorsWithoutASphereHaveNoMap) {
  EXPECT_FALSE(
      scalp_of(std::vector<double>{1, 0, 0, 0, 1, 0, -1, 0, 0, 0, -1, 0}, {"a", "b", "c", "d"}));
  EXPECT_FALSE(scalp_of(std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1}, {"a", "b", "c"}));
}

/// Reference values: the equations of Perrin et al. 1989 in Python, Legendre polynomials by their
/// explicit sum in fractions, order 4, 20 terms.
TEST(Scalp, SplinesAreThoseOfPerrin) {
  analysis::Matrix sensors(7, 3), places(3, 3);
  sensors << 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0.6, 0, 0.8, 0, 0.6, 0.8;
  places << 0, -0.6, 0.8, -0.48, 0.64, 0.6, 1, 0, 0;
  analysis::Vector values(7);
  values << 1, -2, 0.5, 3, 2, -1, 0.25;
  const analysis::Vector map = spline_at(sensors, values, places);
  const double expected[] = {3.1521332975, 0.4774635338, 0.9996772378};
  for (analysis::Index k = 0; k < 3; ++k)
    EXPECT_NEAR(map[k], expected[k], 1e-8);
  const analysis::Vector same = spline_at(sensors, analysis::Vector::Constant(7, 3.5), places);
  EXPECT_NEAR((same.array() - 3.5).abs().maxCoeff(), 0.0, 1e-9);
}

TEST(Scalp, TheMapHasTheNoseAboveAndNothingOutside) {
  const std::vector<double> positions{90, 0, 0, -90, 0, 0, 0, 90, 0, 0, -90, 0, 0, 0, 90};
  const auto scalp = scalp_of(positions, {"a", "b", "c", "d", "e"});
  analysis::Vector front(5);
  front << 0, 0, 1, -1, 0;
  const Grid map = spline_map(*scalp, front, 21);
  EXPECT_GT(map.values[10], 0.9) << "first row, middle column";
  EXPECT_LT(map.values[20 * 21 + 10], -0.9);
  EXPECT_NEAR(map.values[10 * 21 + 10], 0.0, 1e-3);
  EXPECT_TRUE(std::isnan(map.values[0]));
}

/// Files have the right in x (FreeSurfer, MNI), in -y (The Virtual Brain) or in -x (DICOM).
TEST(Axes, OfTheHeadFollowFromWhereTheRightHemisphereIs) {
  network::Connectome connectome;
  connectome.hemisphere = {0, 0, 1, 1};
  const auto axes = [&](const std::array<double, 3>& right) {
    connectome.centres.clear();
    for (int k = 0; k < 4; ++k) {
      const double side = k < 2 ? -30.0 : 30.0;
      connectome.centres.push_back({side * right[0] + k, side * right[1] - 2.0 * k, 5.0 * k});
    }
    return axes_chart(connectome).dump();
  };
  EXPECT_EQ(axes({1, 0, 0}), R"({"right":[1,0,0],"front":[0,1,0]})");
  EXPECT_EQ(axes({0, -1, 0}), R"({"right":[0,-1,0],"front":[1,0,0]})");
  EXPECT_EQ(axes({-1, 0, 0}), R"({"right":[-1,0,0],"front":[0,-1,0]})");
  connectome.hemisphere.clear();
  EXPECT_EQ(axes({0, -1, 0}), R"({"right":[1,0,0],"front":[0,1,0]})") << "sides are not known";
}

}  // namespace
}  // namespace arcuate::report
