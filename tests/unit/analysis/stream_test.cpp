#include "arcuate/analysis/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "filled_options.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

Options streamed_options(const Feature& feature, const std::string& undefined_word) {
  Options options = options_of(feature);
  if (feature.name == "fc") options.set("undefined", undefined_word);
  return options;
}

/// Region 1 far from 0, region 2 drifts, region 3 is constant, region 4 is not finite.
Input difficult_input(Index samples) {
  Input input;
  input.series = example_series(samples, 70);
  input.series.col(1).array() += 1e6;
  input.series.col(2) += 10.0 * Vector::LinSpaced(samples, 0.0, static_cast<double>(samples));
  input.series.col(3).setConstant(0.1);
  input.series(samples / 2, 4) = std::numeric_limits<double>::infinity();
  input.unit = "mV";
  for (Index i = 0; i < 70; ++i)
    input.labels.push_back("r" + std::to_string(i));
  return input;
}

Result streamed(const Feature& feature, const Input& input, const Options& options, Index chunk) {
  Input frame = input;
  frame.series.resize(0, 0);
  frame.expected = input.series.rows();
  const auto accumulator = accumulator_of(feature, frame, options);
  for (Index first = 0; first < input.series.rows(); first += chunk) {
    const Index count = std::min(chunk, input.series.rows() - first);
    accumulator->push(input.series.middleRows(first, count));
  }
  return accumulator->finish();
}

/// Another accumulator goes on from sample `middle`. expected: the samples that the first was told.
Result streamed_in_two(const Feature& feature, const Input& input, const Options& options,
                       Index middle, Index expected) {
  Input frame = input;
  frame.series.resize(0, 0);
  frame.expected = expected;
  const auto first = accumulator_of(feature, frame, options);
  first->push(input.series.topRows(middle));
  Saved taken;
  first->pass(taken);
  frame.expected = input.series.rows();
  const auto second = accumulator_of(feature, frame, options);
  Saved given(taken.numbers());
  second->pass(given);
  given.require_end();
  second->push(input.series.bottomRows(input.series.rows() - middle));
  return second->finish();
}

void expect_close(const Result& is, const Result& expected, double tolerance) {
  EXPECT_EQ(is.notes, expected.notes);
  ASSERT_EQ(is.arrays.size(), expected.arrays.size());
  for (std::size_t a = 0; a < is.arrays.size(); ++a) {
    const Array& one = is.arrays[a];
    ASSERT_EQ(one.values.size(), expected.arrays[a].values.size());
    EXPECT_EQ(one.unit, expected.arrays[a].unit);
    for (std::size_t k = 0; k < one.values.size(); ++k) {
      const double value = expected.arrays[a].values[k];
      ASSERT_EQ(std::isfinite(one.values[k]), std::isfinite(value)) << one.name << " " << k;
      if (!std::isfinite(value)) continue;
      ASSERT_NEAR(one.values[k], value, tolerance * std::max(1.0, std::abs(value)))
          << one.name << " " << k;
    }
  }
}

/// Values as bits: NaN is what it is.
std::vector<std::uint64_t> bits_of(const Result& result) {
  std::vector<std::uint64_t> bits;
  for (const Array& array : result.arrays) {
    for (const double value : array.values)
      bits.push_back(std::isnan(value) ? 1 : std::bit_cast<std::uint64_t>(value));
  }
  return bits;
}

class Streamed : public ::testing::TestWithParam<const char*> {};

TEST_P(Streamed, IsWhatIsComputedOfAllSamples) {
  const Feature& feature = *find_feature(GetParam());
  for (const Index samples : {2, 255, 256, 257, 1500}) {
    for (const std::string word : {"nan", "zero"}) {
      const Input input = difficult_input(samples);
      const Options options = streamed_options(feature, word);
      SCOPED_TRACE(samples);
      expect_close(streamed(feature, input, options, 100), feature.compute(input, options), 1e-9);
    }
  }
}

TEST_P(Streamed, BitsDoNotDependOnChunksAndThreads) {
  const Feature& feature = *find_feature(GetParam());
  const Input input = difficult_input(1100);
  const Options options = streamed_options(feature, "nan");
  const auto expected = bits_of(streamed(feature, input, options, 1100));
  for (const Index chunk : {1, 7, 256, 300}) {
    for (const int threads : {1, 2, 3}) {
      use_threads(threads);
      EXPECT_EQ(bits_of(streamed(feature, input, options, chunk)), expected)
          << chunk << " " << threads;
    }
  }
  use_threads(1);
  for (const Index middle : {1, 256, 600, 1099})
    EXPECT_EQ(bits_of(streamed_in_two(feature, input, options, middle, 1100)), expected) << middle;
  EXPECT_EQ(bits_of(streamed_in_two(feature, input, options, 600, 600)), expected);
}

INSTANTIATE_TEST_SUITE_P(Features, Streamed, ::testing::Values("fc", "moments"),
                         [](const auto& one) { return std::string(one.param); });

TEST(Stream, KeepsTheDigitsOfASmallSignalOnALargeMean) {
  // x = 1e8 + (-1)^t, y = 1e8 + (-1)^t + (-1)^floor(t/2): variances 1 and 2, covariance 1.
  JointMoments sums(2);
  for (Index first = 0; first < 4096; first += 256) {
    Matrix block(256, 2);
    for (Index t = 0; t < 256; ++t) {
      const double fast = t % 2 == 0 ? 1.0 : -1.0;
      const double slow = t / 2 % 2 == 0 ? 1.0 : -1.0;
      block.row(t) << 1e8 + fast, 1e8 + fast + slow;
    }
    sums.add(block);
  }
  EXPECT_NEAR(sums.correlation(Undefined::nan)(0, 1), 1.0 / std::sqrt(2.0), 1e-12);
}

TEST(Stream, AConstantRegionIsTheErrorThatItIsOfAllSamples) {
  const Feature& feature = *find_feature("fc");
  const Input input = difficult_input(300);
  const Options options = streamed_options(feature, "error");
  const auto message_of = [](const auto& work) -> std::string {
    try {
      work();
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  };
  const std::string expected = message_of([&] { feature.compute(input, options); });
  EXPECT_THAT(expected, ::testing::HasSubstr("'r3', 'r4' are constant or not finite"));
  EXPECT_EQ(message_of([&] { streamed(feature, input, options, 64); }), expected);
}

/// A feature with options, whose streamed form gives the very bits of the other.
struct ExactCase {
  const char* name;
  const char* feature;
  std::map<std::string, Options::Value> options;
};

class StreamedExactly : public ::testing::TestWithParam<ExactCase> {};

Input easy_input(Index samples) {
  Input input = difficult_input(samples);
  input.series = example_series(samples, 70);
  input.rate = 50.0;
  return input;
}

TEST_P(StreamedExactly, OfAnyChunksOnAnyThreads) {
  const Feature& feature = *find_feature(GetParam().feature);
  const Options options = options_of(feature, GetParam().options);
  for (const Index samples : {700, 1100}) {
    Input input = easy_input(samples);
    const Result made = streamed(feature, input, options, samples);
    Input prepared = input;
    prepared.series = prepare(input.series, input.rate, options);
    const Result expected = feature.compute(prepared, options);
    EXPECT_EQ(made.notes, expected.notes);
    EXPECT_EQ(bits_of(made), bits_of(expected));
    for (const Index chunk : {1, 33, 256}) {
      use_threads(chunk == 33 ? 3 : 2);
      EXPECT_EQ(bits_of(streamed(feature, input, options, chunk)), bits_of(expected)) << chunk;
    }
    use_threads(1);
    for (const Index middle : {1, 256, 615})
      EXPECT_EQ(bits_of(streamed_in_two(feature, input, options, middle, samples)),
                bits_of(expected));
    // A run that ended, and goes on for a longer time. FCD may keep samples in the shorter one.
    for (const Index end : {300, 615}) {
      Input shorter = input;
      shorter.series.resize(0, 0);
      shorter.expected = end;
      if (accumulator_of(feature, shorter, options) == nullptr) continue;
      EXPECT_EQ(bits_of(streamed_in_two(feature, input, options, end, end)), bits_of(expected))
          << end;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Features, StreamedExactly,
    ::testing::Values(
        ExactCase{"psd", "psd", {{"segment", 2.0}}},
        ExactCase{"psd_of_unequal_hops",
                  "psd",
                  {{"segment", 3.0},
                   {"overlap", 2.86},
                   {"transform", 256.0},
                   {"detrend", std::string("linear")},
                   {"bands", std::vector<NamedBand>{{"slow", {0.5, 4.0}}}}}},
        ExactCase{"psd_as_scipy", "psd", {{"preset", std::string("scipy")}}},
        ExactCase{"psd_filtered",
                  "psd",
                  {{"segment", 2.0}, {"band", Band{2.0, 9.0}}, {"filter", std::string("causal")}}},
        ExactCase{"dominant_frequency", "dominant_frequency", {{"segment", 2.0}}},
        ExactCase{"kuramoto", "kuramoto", {{"phase", std::string("signal")}, {"trim", 0.5}}},
        ExactCase{"coherence", "coherence", {{"segment", 2.0}, {"range", Band{1.0, 6.0}}}},
        ExactCase{"coherence_of_more_segments_than_are_kept",
                  "coherence",
                  {{"segment", 0.4},
                   {"overlap", 0.3},
                   {"range", Band{2.0, 10.0}},
                   {"detrend", std::string("linear")}}},
        ExactCase{"coherence_filtered",
                  "coherence",
                  {{"segment", 1.0},
                   {"range", Band{2.0, 9.0}},
                   {"band", Band{2.0, 9.0}},
                   {"filter", std::string("causal")}}},
        ExactCase{"fcd", "fcd", {{"window", 0.8}, {"step", 0.76}}},
        ExactCase{"fcd_with_gaps",
                  "fcd",
                  {{"window", 0.4},
                   {"step", 1.0},
                   {"triangle", std::string("lower")},
                   {"last_window", std::string("dropped")}}},
        ExactCase{"fcd_whole",
                  "fcd",
                  {{"window", 1.0}, {"step", 1.5}, {"entries", std::string("whole")}}}),
    [](const auto& one) { return std::string(one.param.name); });

// A longer run goes on with what a shorter one kept.
TEST(Stream, HowAFeatureIsComputedDoesNotDependOnHowLongTheRunIs) {
  Input frame = easy_input(700);  // of 70 regions: 2415 pairs
  frame.series.resize(0, 0);
  const auto streamed = [&](const char* name, Index samples, const char* option, double value) {
    const Feature& feature = *find_feature(name);
    Options options = options_of(feature);
    if (std::string(name) == "fcd") options.set("window", 50.0 / frame.rate);
    if (option != nullptr) options.set(option, value / frame.rate);
    frame.expected = samples;
    return accumulator_of(feature, frame, options) != nullptr;
  };
  const auto pairs = static_cast<double>(frame.labels.size() * (frame.labels.size() - 1) / 2);
  const double least = std::floor(pairs / static_cast<double>(frame.labels.size())) + 1.0;
  for (const Index samples : {60, 70, 100, 200, 1000, 100'000}) {
    EXPECT_TRUE(streamed("fcd", samples, "step", least)) << samples;
    EXPECT_FALSE(streamed("fcd", samples, "step", least - 1.0)) << samples;
    EXPECT_FALSE(streamed("dominant_frequency", samples, nullptr, 0.0)) << samples;
    EXPECT_TRUE(streamed("dominant_frequency", samples, "segment", 40.0)) << samples;
  }
}

TEST(Stream, SegmentsOfAnotherLengthAreRefused) {
  Input frame = easy_input(800);
  frame.series.resize(0, 0);
  const Feature& feature = *find_feature("psd");
  const auto form_of = [&](const char* preset, Index samples) {
    Options options = options_of(feature);
    options.set("preset", std::string(preset));
    options.set("band", Band{0.0, 0.2 * frame.rate});
    options.set("filter", std::string("causal"));
    frame.expected = samples;
    return accumulator_of(feature, frame, options);
  };
  Saved taken, other;
  form_of("braintools", 800)->pass_form(taken);
  form_of("scipy", 800)->pass_form(other);
  const auto fits = [&](const Saved& saved, const char* preset, Index samples) {
    Saved given(saved.numbers());
    form_of(preset, samples)->pass_form(given);
    given.require_end();
  };
  fits(taken, "braintools", 800);
  EXPECT_THROW(fits(taken, "braintools", 1600), ConfigError);
  fits(other, "scipy", 1600);  // 256 samples
}

TEST(Stream, WhatWasSavedOfAnotherFeatureIsRefused) {
  const Input input = easy_input(700);
  Input frame = input;
  frame.series.resize(0, 0);
  frame.expected = 700;
  const auto make = [&](const char* name) {
    return accumulator_of(*find_feature(name), frame, options_of(*find_feature(name)));
  };
  const auto fc = make("fc");
  fc->push(input.series);
  Saved taken;
  fc->pass(taken);
  const std::vector<double>& numbers = taken.numbers();
  const auto goes_on = [&](const char* name, std::span<const double> with) {
    Saved given(with);
    make(name)->pass(given);
    given.require_end();
  };
  goes_on("fc", numbers);
  EXPECT_THROW(goes_on("moments", numbers), DataError);
  EXPECT_THROW(goes_on("fc", std::span(numbers).first(numbers.size() - 1)), DataError);
  EXPECT_THROW(goes_on("fc", std::span(numbers).first(1)), DataError);
  std::vector<double> wrong = numbers;
  wrong[0] = 1e9;  // rows
  EXPECT_THROW(goes_on("fc", wrong), DataError);
}

TEST(Stream, PartialCorrelationIsThatOfAllSamples) {
  const Feature& feature = *find_feature("fc");
  const Input input = easy_input(700);
  const Options options =
      options_of(feature, {{"measure", std::string("partial")}, {"ridge", 0.01}});
  expect_close(streamed(feature, input, options, 77), feature.compute(input, options), 1e-9);
}

TEST(Stream, PhaseLockingOfPhasesIsThatOfAllSamples) {
  const Feature& feature = *find_feature("phase_locking");
  // Trimmed within a block, and by whole blocks and more.
  for (const double trim : {0.0, 0.5, 5.2, 10.9}) {
    const Options options = options_of(feature, {{"phase", std::string("signal")}, {"trim", trim}});
    const Input input = easy_input(1100);
    SCOPED_TRACE(trim);
    const Result made = streamed(feature, input, options, 77);
    expect_close(made, feature.compute(input, options), 1e-12);
    use_threads(3);
    EXPECT_EQ(bits_of(streamed(feature, input, options, 1100)), bits_of(made));
    use_threads(1);
    if (trim < 6.0) {
      EXPECT_EQ(bits_of(streamed_in_two(feature, input, options, 615, 615)), bits_of(made));
    }
    for (const Index middle : {1, 256, 615})
      EXPECT_EQ(bits_of(streamed_in_two(feature, input, options, middle, 1100)), bits_of(made));
  }
}

TEST(Stream, AWindowInWhichARegionIsConstantIsTheSameError) {
  const Feature& feature = *find_feature("fcd");
  Input input = easy_input(700);
  input.series.col(3).segment(300, 120).setConstant(0.1);
  const Options options = options_of(feature, {{"window", 1.0}, {"step", 1.0}});
  const auto message_of = [](const auto& work) -> std::string {
    try {
      work();
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  };
  const std::string expected = message_of([&] { feature.compute(input, options); });
  EXPECT_THAT(expected, ::testing::HasSubstr("'r3' is constant or not finite in the window from"));
  EXPECT_EQ(message_of([&] { streamed(feature, input, options, 64); }), expected);
}

TEST(Stream, FcdKeepsWhatIsLess) {
  // 70 regions: windows of 2415 pairs, and 70 numbers per sample, so that a step of 35 decides.
  const Feature& feature = *find_feature("fcd");
  Input frame = easy_input(2);
  frame.series.resize(0, 0);
  frame.expected = 100'000;
  const auto at = [&](double step) {
    return accumulator_of(feature, frame, options_of(feature, {{"window", 1.0}, {"step", step}}));
  };
  EXPECT_EQ(at(0.68), nullptr);
  EXPECT_NE(at(0.72), nullptr);
}

TEST(Stream, BytesFollowTheSamplesOnlyWhereTheyHaveTo) {
  Input frame = easy_input(2);
  frame.series.resize(0, 0);
  const auto bytes = [&](const char* name, const std::map<std::string, Options::Value>& options,
                         Index samples) {
    const Feature& feature = *find_feature(name);
    frame.expected = samples;
    return expected_bytes(feature, frame, options_of(feature, options));
  };
  for (const char* name : {"fc", "moments"})
    EXPECT_EQ(bytes(name, {}, 1000), bytes(name, {}, 100'000)) << name;
  EXPECT_EQ(bytes("psd", {{"segment", 2.0}}, 1000), bytes("psd", {{"segment", 2.0}}, 100'000));
  const std::map<std::string, Options::Value> phase{{"phase", std::string("signal")}};
  EXPECT_EQ(bytes("phase_locking", phase, 1000), bytes("phase_locking", phase, 100'000));
  const std::map<std::string, Options::Value> slow{{"segment", 2.0}, {"range", Band{1.0, 5.0}}};
  EXPECT_EQ(bytes("coherence", slow, 10'000), bytes("coherence", slow, 100'000));
  // Nine bins half a hertz apart: cross spectra, 32 segments, one segment, three matrices.
  EXPECT_EQ(bytes("coherence", slow, 10'000),
            8.0 * (9.0 * 70 * 70 + 9.0 * 2 * 32 * 70 + 100.0 * 70 + 3.0 * 70 * 70));
  // Of 19 segments all coefficients are less, in room for 32.
  EXPECT_EQ(bytes("coherence", slow, 1000), 8.0 * (9.0 * 2 * 32 * 70 + 100.0 * 70 + 4.0 * 70 * 70));
  EXPECT_EQ(bytes("fc", {}, 1000), 4.0 * 8.0 * 70.0 * 70.0);
  // 100 windows of one second, each 2415 pairs, and the matrix.
  const double fcd = bytes("fcd", {{"window", 1.0}, {"step", 1.0}}, 5000);
  EXPECT_NEAR(fcd, 8.0 * 100 * (2415 + 2 * 100 + 4096 + 2 * 70), 0.1 * fcd);
  EXPECT_GT(bytes("autocorrelation_time", {}, 2000), 1.9 * bytes("autocorrelation_time", {}, 1000));
}

TEST(Stream, OptionsThatNeedAllSamplesHaveNoAccumulator) {
  const Feature& feature = *find_feature("fc");
  const Input frame = difficult_input(2);
  Options options = streamed_options(feature, "nan");
  EXPECT_NE(accumulator_of(feature, frame, options), nullptr);
  options.set("band", Band{0.1, 0.2});
  EXPECT_EQ(accumulator_of(feature, frame, options), nullptr);
  options.set("filter", std::string("causal"));
  EXPECT_NE(accumulator_of(feature, frame, options), nullptr);
  options = streamed_options(feature, "nan");
  options.set("signal", std::string("envelope"));
  EXPECT_EQ(accumulator_of(feature, frame, options), nullptr);
}

}  // namespace
}  // namespace arcuate::analysis
