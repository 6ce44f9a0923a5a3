#include "arcuate/core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace arcuate::random {
namespace {

using Counter = std::array<std::uint32_t, 4>;

/// Normals of regions first .. first + lanes - 1: (4 quads, lanes).
std::vector<float> tile(const Stream& stream, std::uint32_t first, std::int64_t quad, int quads) {
  std::array<std::uint32_t, lanes> regions;
  std::iota(regions.begin(), regions.end(), first);
  std::vector<float> out(static_cast<std::size_t>(4 * quads * lanes));
  normal_tile(stream, regions.data(), quad, quads, out.data());
  return out;
}

/// About 4e6 normals of 8000 regions.
std::vector<float> many() {
  std::vector<float> all;
  for (std::uint32_t first = 0; first < 8000; first += lanes) {
    const std::vector<float> block = tile({2026, 3}, first, 0, 125);
    all.insert(all.end(), block.begin(), block.end());
  }
  return all;
}

double correlation(const std::vector<float>& x, const std::vector<float>& y) {
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += double{x[i]} * double{y[i]};
  return sum / static_cast<double>(x.size());
}

TEST(Random, PhiloxGivesTheKnownAnswersOfRandom123) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, ANormalIsTheDocumentedFunctionOfItsWords) {
  const Counter words = philox({5, 7, 0, 3}, {42, 1});
  const double two_pi = 6.283185307179586;
  const Stream stream{(std::uint64_t{1} << 32) | 42U, 3};
  for (int pair = 0; pair < 2; ++pair) {
    const auto at = static_cast<std::size_t>(2 * pair);
    const double u = (words[at] + 0.5) / 4294967296.0;
    const double radius = std::sqrt(-2.0 * std::log(u));
    // 30 bits of angle in the quadrant around (1, 0), a bit to flip x and a bit to exchange x and y
    const auto signed_part = static_cast<std::int32_t>(words[at + 1] << 2);
    const double angle = signed_part / 4294967296.0 * two_pi / 4.0;
    double x = radius * std::cos(angle), y = radius * std::sin(angle);
    if ((words[at + 1] & 0x80000000U) != 0) x = -x;
    if ((words[at + 1] & 0x40000000U) != 0) std::swap(x, y);
    EXPECT_NEAR(normal(stream, 5, 28 + 2 * pair), x, 2e-6);
    EXPECT_NEAR(normal(stream, 5, 29 + 2 * pair), y, 2e-6);
  }
}

TEST(Random, AUniformIsTheMiddleOfOneOfTwoToThe24Intervals) {
  constexpr std::uint32_t draw = 1U << 28;
  for (std::uint32_t region = 0; region < 100; ++region) {
    const Counter words = philox({region, 7, draw, 3}, {42, 0});
    for (std::int64_t step = 0; step < 4; ++step) {
      const auto word = static_cast<std::int32_t>(words[static_cast<std::size_t>(step)]);
      const double middle = (std::floor(word / 256.0) + 0.5) / 8388608.0;
      EXPECT_FLOAT_EQ(uniform({42, 3}, region, 28 + step),
                      static_cast<float>(std::sqrt(3.0) * middle));
    }
  }
}

TEST(Random, TilesHaveTheBitsOfSingleNumbers) {
  const std::array<std::uint32_t, lanes> regions{5, 1, 2, 0xffffffff, 9, 7, 6, 100};
  const Stream stream{0x123456789abcdef0U, 0xfffffff7U};
  // The last two change the high word of the counter on the way.
  for (std::int64_t quad : {std::int64_t{0}, std::int64_t{12345}, std::int64_t{1} << 33,
                            (std::int64_t{1} << 32) - 2, std::int64_t{-2}}) {
    for (int quads : {1, 2, 5}) {
      std::vector<float> normals(static_cast<std::size_t>(4 * quads * lanes));
      std::vector<float> uniforms(normals.size());
      normal_tile(stream, regions.data(), quad, quads, normals.data());
      uniform_tile(stream, regions.data(), quad, quads, uniforms.data());
      for (std::size_t i = 0; i < normals.size(); ++i) {
        const std::uint32_t region = regions[i % lanes];
        const std::int64_t step = 4 * quad + static_cast<std::int64_t>(i / lanes);
        EXPECT_EQ(normals[i], normal(stream, region, step));
        EXPECT_EQ(uniforms[i], uniform(stream, region, step));
      }
    }
  }
}

TEST(Random, RowsOfWordsArePhiloxOfTheirAddress) {
  const Stream stream{0x123456789abcdef0U, 77};
  std::vector<std::uint32_t> out(4 * 16);
  words_row(stream, 1000, 16, (std::int64_t{5} << 32) + 9, out.data());
  for (std::uint32_t i = 0; i < 16; ++i) {
    const auto words = philox({1000 + i, 9, 5U | 3U << 28, 77}, {0x9abcdef0U, 0x12345678U});
    for (std::size_t word = 0; word < 4; ++word)
      EXPECT_EQ(out[16 * word + i], words[word]) << i;
  }
}

TEST(Random, EveryPartOfTheAddressMatters) {
  const float reference = normal({1, 2}, 3, 4);
  EXPECT_EQ(reference, normal({1, 2}, 3, 4));
  EXPECT_NE(reference, normal({2, 2}, 3, 4));
  EXPECT_NE(reference, normal({1 + (std::uint64_t{1} << 32), 2}, 3, 4));
  EXPECT_NE(reference, normal({1, 3}, 3, 4));
  EXPECT_NE(reference, normal({1, 2}, 4, 4));
  EXPECT_NE(reference, normal({1, 2}, 3, 5));
  EXPECT_NE(reference, normal({1, 2}, 3, 8));
  EXPECT_NE(reference, normal({1, 2}, 3, 4 + (std::int64_t{1} << 36)));
  EXPECT_NE(uniform01({1, 2}, 3, 4), uniform01({1, 2}, 3, 5));
}

TEST(Random, NormalsHaveTheMomentsOfANormal) {
  const std::vector<float> x = many();
  const auto n = static_cast<double>(x.size());
  double m1 = 0.0, m2 = 0.0, m3 = 0.0, m4 = 0.0;
  for (float v : x) {
    const double z = v;
    m1 += z, m2 += z * z, m3 += z * z * z, m4 += z * z * z * z;
  }
  // Variances of z, z^2, z^3, z^4 are 1, 2, 15, 96.
  EXPECT_NEAR(m1 / n, 0.0, 4.0 * std::sqrt(1.0 / n));
  EXPECT_NEAR(m2 / n, 1.0, 4.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(m3 / n, 0.0, 4.0 * std::sqrt(15.0 / n));
  EXPECT_NEAR(m4 / n, 3.0, 4.0 * std::sqrt(96.0 / n));
}

TEST(Random, NormalsPassKolmogorovAndSmirnov) {
  std::vector<float> x = many();
  std::sort(x.begin(), x.end());
  const auto n = static_cast<double>(x.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = 0.5 * std::erfc(-double{x[i]} / std::sqrt(2.0));
    distance = std::max({distance, std::abs(expected - static_cast<double>(i) / n),
                         std::abs(expected - static_cast<double>(i + 1) / n)});
  }
  EXPECT_LT(distance * std::sqrt(n), 1.95);  // one in a thousand is beyond
  EXPECT_GT(x.back(), 4.5F);
  EXPECT_LT(x.back(), 6.77F);
  EXPECT_LT(x.front(), -4.5F);
}

TEST(Random, NeighboursAreIndependent) {
  constexpr int quads = 100000;
  const std::vector<float> x = tile({11, 0}, 0, 0, quads);
  const double limit = 4.0 / std::sqrt(static_cast<double>(x.size()));
  EXPECT_LT(std::abs(correlation(x, tile({11, 0}, 8, 0, quads))), limit) << "regions";
  EXPECT_LT(std::abs(correlation(x, tile({11, 1}, 0, 0, quads))), limit) << "streams";
  EXPECT_LT(std::abs(correlation(x, tile({12, 0}, 0, 0, quads))), limit) << "seeds";
  EXPECT_LT(std::abs(correlation(x, tile({11, 0}, 0, quads, quads))), limit) << "times";
  for (std::size_t shift : {1U, 3U, 8U, 16U, 24U, 32U}) {
    const std::vector<float> early(x.begin(), x.end() - 64);
    const auto from = static_cast<std::ptrdiff_t>(shift);
    const std::vector<float> late(x.begin() + from, x.end() - 64 + from);
    EXPECT_LT(std::abs(correlation(early, late)), limit) << "shift by " << shift;
    std::vector<float> a(early), b(late);  // the sizes too: a shared radius would show here
    for (float& v : a)
      v = (v * v - 1.0F) / std::sqrt(2.0F);
    for (float& v : b)
      v = (v * v - 1.0F) / std::sqrt(2.0F);
    EXPECT_LT(std::abs(correlation(a, b)), limit) << "squares, shift by " << shift;
  }
}

TEST(Random, UniformsAreSymmetricAndNeverAnEnd) {
  constexpr int quads = 100000;
  std::array<std::uint32_t, lanes> regions;
  std::iota(regions.begin(), regions.end(), 0U);
  std::vector<float> x(4 * quads * lanes);
  uniform_tile({5, 9}, regions.data(), 0, quads, x.data());
  const auto n = static_cast<double>(x.size());
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  EXPECT_GT(*low, -1.7320508F);
  EXPECT_LT(*high, 1.7320508F);
  EXPECT_LT(*low, -1.73203F);
  EXPECT_GT(*high, 1.73203F);
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  EXPECT_NEAR(mean, 0.0, 4.0 * std::sqrt(1.0 / n));
  EXPECT_NEAR(correlation(x, x), 1.0, 4.0 * std::sqrt(0.8 / n));
}

TEST(Random, UniformsOfInitialValuesFillTheUnitInterval) {
  constexpr int n = 1000000;
  double sum = 0.0, squares = 0.0, low = 1.0, high = 0.0;
  for (int i = 0; i < n; ++i) {
    const double u = uniform01({7, 1}, static_cast<std::uint32_t>(i % 1000), i / 1000);
    sum += u;
    squares += u * u;
    low = std::min(low, u);
    high = std::max(high, u);
  }
  EXPECT_GE(low, 0.0);
  EXPECT_LT(high, 1.0);
  EXPECT_LT(low, 1e-5);
  EXPECT_GT(high, 1.0 - 1e-5);
  EXPECT_NEAR(sum / n, 0.5, 4.0 * std::sqrt(1.0 / 12.0 / n));
  EXPECT_NEAR(squares / n, 1.0 / 3.0, 4.0 * std::sqrt(4.0 / 45.0 / n));
}

TEST(Random, TilesHaveTheSameBitsInEveryWidth) {
  const std::array<std::uint32_t, random::lanes> regions{0,    1,        7, 80,
                                                         4000, 1u << 20, 5, 0xfffffff0u};
  constexpr int quads = 5;
  for (const std::int64_t first : {std::int64_t{0}, std::int64_t{9}, (std::int64_t{1} << 32) - 2}) {
    for (const auto tile : {random::normal_tile, random::uniform_tile}) {
      std::array<float, 4 * quads * random::lanes> narrow{}, native{};
      tile({42, 3}, regions.data(), first, quads, narrow.data(), 4);
      tile({42, 3}, regions.data(), first, quads, native.data(), 0);
      EXPECT_EQ(narrow, native) << first;
    }
  }
}

}  // namespace
}  // namespace arcuate::random
