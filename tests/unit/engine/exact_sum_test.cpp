#include "engine/exact_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "arcuate/core/random.hpp"

namespace arcuate::engine {
namespace {

double mean_of(const std::vector<double>& values) {
  std::int64_t words[ExactSum::words] = {};
  for (const double value : values)
    ExactSum::add(value, words);
  return ExactSum::mean(words, static_cast<double>(values.size()));
}

/// Numbers of very different sizes.
std::vector<double> some_numbers(int count, double low, double high) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) {
    const double size =
        std::exp2(low + (high - low) * random::uniform01({3, 1}, 0, static_cast<std::int64_t>(i)));
    values.push_back((i % 2 == 0 ? 1.0 : -1.0) * size);
  }
  return values;
}

TEST(ExactSum, OfOneNumberIsThatNumber) {
  for (const double value : some_numbers(1000, -25.0, 38.9))
    EXPECT_EQ(mean_of({value}), value);
  EXPECT_EQ(mean_of({0.0}), 0.0);
  EXPECT_NEAR(mean_of({1e-12}), 1e-12, 0x1p-79);
}

TEST(ExactSum, DoesNotDependOnTheOrder) {
  std::vector<double> values = some_numbers(999, -60.0, 38.9);
  const double expected = mean_of(values);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(mean_of(values), expected);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(mean_of(values), expected);
}

TEST(ExactSum, LosesNothingToCancellation) {
  EXPECT_EQ(mean_of({1e11, 1.0, 0x1p-25, -1e11}), (1.0 + 0x1p-25) / 4.0);
  EXPECT_EQ(mean_of({0.1, 0.2, 0.3, -0.1, -0.2, -0.3}), 0.0);
}

TEST(ExactSum, OfWhatCannotBeAddedIsNotANumber) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity(), 0x1p39, -1e300})
    EXPECT_TRUE(std::isnan(mean_of({1.0, value})));
  EXPECT_EQ(mean_of({std::nextafter(0x1p39, 0.0)}), std::nextafter(0x1p39, 0.0));
}

}  // namespace
}  // namespace arcuate::engine
