#include "arcuate/analysis/feature.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <string>

#include "arcuate/core/error.hpp"
#include "filled_options.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

Input example_input() {
  Input input;
  input.series = example_series(600, 5);
  input.rate = 50.0;
  input.first_time = 2.0;
  input.unit = "mV";
  input.labels = {"a", "b", "c", "d", "e"};
  input.distance = Matrix::Constant(5, 5, 10.0);
  return input;
}

/// What has to be given.
std::map<std::string, Options::Value> needed(const std::string& name) {
  if (name == "psd")
    return {{"segment", 2.0}, {"bands", std::vector<NamedBand>{{"slow", {0.5, 4.0}}}}};
  if (name == "fcd") return {{"window", 1.0}, {"step", 0.2}, {"triangle", std::string("lower")}};
  if (name == "coherence") return {{"segment", 2.0}, {"range", Band{1.0, 5.0}}};
  if (name == "lag_threads") return {{"longest", 0.4}};
  if (name == "seizures") return {{"threshold", 3.0}};
  return {};
}

Result computed(const std::string& name, const std::map<std::string, Options::Value>& more) {
  const Feature& feature = *find_feature(name);
  return feature.compute(example_input(), options_of(feature, more));
}

const Array& array_of(const Result& result, const std::string& name) {
  for (const Array& array : result.arrays) {
    if (array.name == name) return array;
  }
  throw std::runtime_error("no array " + name);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

TEST(Features, GiveWhatTheirTableSays) {
  for (const Feature* feature : features()) {
    const std::string name(feature->name);
    const Result result = computed(name, needed(name));
    std::map<std::string, std::size_t> extent;
    for (const Axis& axis : result.axes)
      extent[axis.name] = std::max(axis.values.size(), axis.texts.size());
    std::set<std::string> given;
    for (const Array& array : result.arrays) {
      given.insert(array.name);
      std::size_t size = 1;
      for (const std::string& axis : array.axes)
        size *= extent.at(axis);
      EXPECT_EQ(array.values.size(), size) << name << " " << array.name;
      EXPECT_EQ(extent.count(array.name), 0U) << name << ": an array that is called as an axis";
    }
    std::set<std::string> promised;
    for (const ReturnInfo& info : feature->returns) {
      promised.insert(std::string(info.name));
      EXPECT_EQ(joined(array_of(result, std::string(info.name)).axes), info.axes) << name;
    }
    EXPECT_EQ(given, promised) << name;
  }
}

TEST(Features, GiveTheSameBitsOnAnyNumberOfThreads) {
  for (const Feature* feature : features()) {
    const std::string name(feature->name);
    use_threads(1);
    const Result one = computed(name, needed(name));
    use_threads(3);
    const Result three = computed(name, needed(name));
    for (std::size_t k = 0; k < one.arrays.size(); ++k) {
      for (std::size_t v = 0; v < one.arrays[k].values.size(); ++v) {
        const double a = one.arrays[k].values[v];
        const double b = three.arrays[k].values[v];
        ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << name << one.arrays[k].name << v;
      }
    }
  }
  use_threads(1);
}

TEST(Features, UnitsFollowFromThatOfTheSignal) {
  const Result result = computed("psd", needed("psd"));
  EXPECT_EQ(array_of(result, "power").unit, "mV^2/Hz");
  EXPECT_EQ(array_of(result, "band_power").unit, "mV^2");
  EXPECT_EQ(array_of(computed("moments", {}), "variance").unit, "mV^2");
}

// scipy.signal.welch with nperseg 100.
TEST(Features, ASegmentInSecondsIsThatManySamples) {
  const Result result = computed("psd", {{"segment", 2.0},
                                         {"overlap", 0.0},
                                         {"window", std::string("boxcar")},
                                         {"detrend", std::string("none")},
                                         {"scaling", std::string("spectrum")}});
  EXPECT_NEAR(array_of(result, "power").values[2], 11.800469764756437, 1e-11);
}

TEST(Features, APresetOfPsdGivesWayToWhatIsGiven) {
  const auto with = [](const char* detrend) {
    std::map<std::string, Options::Value> more{{"preset", std::string("braintools")}};
    if (*detrend != '\0') more["detrend"] = std::string(detrend);
    return array_of(computed("psd", more), "power").values[0];
  };
  EXPECT_EQ(with(""), with("none"));
  EXPECT_NE(with(""), with("constant"));
}

TEST(Features, FcdWantsAChoiceAndSaysWhatItRounds) {
  EXPECT_THROW(computed("fcd", {}), ConfigError);
  EXPECT_THROW(computed("fcd", {{"window", 1.0}}), ConfigError);
  const Result result = computed("fcd", {{"window", 1.01}, {"step", 0.2}});
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_THAT(result.notes[0], testing::HasSubstr("51 samples are 1.02 s"));
  EXPECT_EQ(array_of(result, "window_samples").values[0], 51.0);
  EXPECT_NEAR(result.axes[0].values[1], 2.2, 1e-12);
}

TEST(Features, AConstantRegionIsNamed) {
  const Feature& fc = *find_feature("fc");
  Input input = example_input();
  input.series.col(2).setConstant(1.5);
  const auto message_of = [&](const Feature& feature, const Options& options) {
    try {
      feature.compute(input, options);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(message_of(fc, options_of(fc)), testing::HasSubstr("'c' is constant"));
  const Feature& fcd = *find_feature("fcd");
  EXPECT_THAT(message_of(fcd, options_of(fcd, needed("fcd"))),
              testing::HasSubstr("'c' is constant or not finite in the window from 2 s to 2.98 s"));
  const Result nan = fc.compute(input, options_of(fc, {{"undefined", std::string("nan")}}));
  EXPECT_TRUE(std::isnan(nan.arrays[0].values[2]));
  EXPECT_EQ(nan.notes.size(), 1U);
  const Result zero = fc.compute(input, options_of(fc, {{"undefined", std::string("zero")}}));
  EXPECT_EQ(zero.arrays[0].values[2], 0.0);
}

TEST(Features, AMaskLeavesPairsOut) {
  Input input = example_input();
  input.mask = PairMask::Ones(5, 5);
  input.mask(3, 1) = input.mask(1, 3) = 0;
  const Feature& fc = *find_feature("fc");
  const Result result = fc.compute(input, options_of(fc));
  EXPECT_TRUE(std::isnan(result.arrays[0].values[1 * 5 + 3]));
  EXPECT_TRUE(std::isnan(result.arrays[0].values[3 * 5 + 1]));
  EXPECT_FALSE(std::isnan(result.arrays[0].values[1 * 5 + 2]));
}

TEST(Features, SeizuresBeginAndLastAsTheSignalDoes) {
  Input input = example_input();
  input.series.setZero();
  input.series.block(100, 3, 50, 1).setConstant(2.0);
  input.series.block(300, 3, 25, 1).setConstant(2.0);
  const Feature& seizures = *find_feature("seizures");
  const Result result = seizures.compute(input, options_of(seizures, {{"threshold", 1.0}}));
  EXPECT_NEAR(array_of(result, "onset").values[3], 2.0 + 100.0 / 50.0, 1e-12);
  EXPECT_NEAR(array_of(result, "length").values[3], 1.5, 1e-12);
  EXPECT_TRUE(std::isnan(array_of(result, "onset").values[0]));
  EXPECT_EQ(array_of(result, "seizure_region").values, (std::vector<double>{3, 3}));
  EXPECT_NEAR(array_of(result, "seizure_onset").values[1], 8.0, 1e-12);
}

// Standard deviations of +1 and -1 in turn are 1, of a whole window from the tenth sample on.
TEST(Features, SeizuresOfADeviationBeginWithTheFirstWholeWindow) {
  Input input = example_input();
  input.series.setZero();
  for (Index t = 0; t < 600; ++t)
    input.series(t, 1) = t % 2 == 0 ? 1.0 : -1.0;
  const Feature& seizures = *find_feature("seizures");
  const Result result = seizures.compute(
      input,
      options_of(seizures,
                 {{"threshold", 0.5}, {"measure", std::string("deviation")}, {"window", 0.2}}));
  EXPECT_NEAR(array_of(result, "onset").values[1], 2.0 + 9.0 / 50.0, 1e-12);
  EXPECT_NEAR(array_of(result, "length").values[1], 591.0 / 50.0, 1e-12);
}

// Phases 0.1 rad apart that turn once in 2 s. Neighbours have likeness exp(-0.3) = 0.741, so five
// regions belong together at 75 of 100 thresholds and one alone at the others: 0.75 + 0.25 / 5. A
// phase spread evenly over a turn has mean 0 and deviation 2 pi / sqrt(12), which it crosses
// upwards once in each of the six turns.
TEST(Features, EventsOfAPhaseAreThoseOfThePhaseWithinATurn) {
  Input input = example_input();
  for (Index i = 0; i < 5; ++i) {
    for (Index t = 0; t < 600; ++t)
      input.series(t, i) = std::numbers::pi * static_cast<double>(t) / 50.0 +
                           0.1 * static_cast<double>(i) + 100.0 * std::numbers::pi;
  }
  const Feature& ignition = *find_feature("intrinsic_ignition");
  const Result result =
      ignition.compute(input, options_of(ignition, {{"phase", std::string("signal")}}));
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(array_of(result, "events").values[i], 6.0);
    EXPECT_NEAR(array_of(result, "ignition").values[i], 0.8, 1e-12);
  }
  EXPECT_NEAR(array_of(result, "integration").values[300], 0.8, 1e-12);
}

TEST(Features, ARangeBehindTheSpectrumIsSaid) {
  const auto notes = [](const char* name, std::map<std::string, Options::Value> more) {
    more.insert({"segment", 2.0});
    return computed(name, more).notes;
  };
  const std::string half = "Hz counts up to 25 Hz only, half the sampling rate";
  EXPECT_THAT(
      notes("psd", {{"bands", std::vector<NamedBand>{{"fast", {20.0, 40.0}}}},
                    {"peak", Band{5.0, 26.0}},
                    {"slope", Band{1.0, 25.0}}}),
      testing::UnorderedElementsAre("peak: [5, 26] " + half, "bands: fast: [20, 40] " + half));
  EXPECT_THAT(notes("coherence", {{"range", Band{1.0, 30.0}}}),
              testing::ElementsAre("range: [1, 30] " + half));
  EXPECT_THAT(notes("dominant_frequency", {{"range", Band{1.0, 30.0}}}),
              testing::ElementsAre("range: [1, 30] " + half));
  EXPECT_THAT(notes("dominant_frequency", {{"range", Band{1.0, 25.0}}}), testing::IsEmpty());
}

TEST(Features, TheDominantFrequencyIsFoundBetweenBins) {
  Input input = example_input();
  for (Index t = 0; t < 600; ++t)
    input.series(t, 0) = std::sin(2.0 * std::numbers::pi * 3.03 * static_cast<double>(t) / 50.0);
  const Feature& dominant = *find_feature("dominant_frequency");
  const Result result = dominant.compute(input, options_of(dominant));
  EXPECT_NEAR(array_of(result, "frequency").values[0], 3.03, 0.003);
  EXPECT_GT(array_of(result, "share").values[0], 0.95);
}

TEST(Features, AFilterAndTheEnvelopeComeBeforeTheFeature) {
  const Feature& fc = *find_feature("fc");
  Options options = options_of(fc, {{"band", Band{1.0, 8.0}}, {"signal", std::string("envelope")}});
  const Matrix prepared = prepare(example_series(600, 5), 50.0, options);
  EXPECT_GT(prepared.minCoeff(), 0.0);
  options.set("signal", std::string("plain"));
  // scipy.signal.sosfiltfilt, order 2.
  EXPECT_NEAR(prepare(example_series(600, 5), 50.0, options)(300, 2), 0.04474212028944313, 1e-11);
  options.set("filter", std::string("causal"));
  EXPECT_NEAR(prepare(example_series(600, 5), 50.0, options)(50, 2), -0.735852921641302, 1e-11);
}

}  // namespace
}  // namespace arcuate::analysis
