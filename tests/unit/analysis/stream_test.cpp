#include "arcuate/analysis/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "signals.hpp"

namespace arcuate::analysis {
namespace {

Options streamed_options(const Feature& feature, const std::string& undefined_word) {
  Options options;
  options.set("signal", std::string("plain"), false);
  if (feature.name != "fc") return options;
  options.set("measure", std::string("pearson"), false);
  options.set("ridge", 0.0, false);
  options.set("undefined", undefined_word, false);
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
  const auto accumulator = accumulator_of(feature, frame, options);
  for (Index first = 0; first < input.series.rows(); first += chunk) {
    const Index count = std::min(chunk, input.series.rows() - first);
    accumulator->push(input.series.middleRows(first, count));
  }
  return accumulator->finish();
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

TEST(Stream, OptionsThatNeedAllSamplesHaveNoAccumulator) {
  const Feature& feature = *find_feature("fc");
  const Input frame = difficult_input(2);
  Options options = streamed_options(feature, "nan");
  EXPECT_NE(accumulator_of(feature, frame, options), nullptr);
  options.set("measure", std::string("partial"));
  EXPECT_EQ(accumulator_of(feature, frame, options), nullptr);
  options = streamed_options(feature, "nan");
  options.set("band", Band{0.1, 0.2});
  EXPECT_EQ(accumulator_of(feature, frame, options), nullptr);
  options = streamed_options(feature, "nan");
  options.set("signal", std::string("envelope"));
  EXPECT_EQ(accumulator_of(feature, frame, options), nullptr);
}

}  // namespace
}  // namespace arcuate::analysis
