#include "arcuate/core/random.hpp"

#include <bit>
#include <cstring>
#include <optional>

#include "arcuate/core/math.hpp"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace arcuate::random {

namespace {

enum class Draw : std::uint32_t { normal = 0, uniform = 1, uniform01 = 2, words = 3 };

/// The four words of a counter or of its random bits.
struct Words {
  std::uint32_t a, b, c, d;
};

struct Key {
  std::uint32_t low, high;
};

constexpr std::uint64_t factor_a = 0xD2511F53U;
constexpr std::uint64_t factor_c = 0xCD9E8D57U;

/// Keys of a round.
constexpr std::uint32_t key_low(Key key, int round) {
  return key.low + static_cast<std::uint32_t>(round) * 0x9E3779B9U;
}
constexpr std::uint32_t key_high(Key key, int round) {
  return key.high + static_cast<std::uint32_t>(round) * 0xBB67AE85U;
}

[[gnu::always_inline]] inline Words philox_round(Words x, std::uint32_t key0, std::uint32_t key1) {
  const std::uint64_t p = factor_a * x.a;
  const std::uint64_t q = factor_c * x.c;
  return {static_cast<std::uint32_t>(q >> 32) ^ x.b ^ key0, static_cast<std::uint32_t>(q),
          static_cast<std::uint32_t>(p >> 32) ^ x.d ^ key1, static_cast<std::uint32_t>(p)};
}

/// Rounds `round` .. 9, unrolled so that the loop around can be vectorised.
template <int round = 0>
[[gnu::always_inline]] inline Words philox_rounds(Words x, Key key) {
  if constexpr (round == 10) {
    return x;
  } else {
    return philox_rounds<round + 1>(philox_round(x, key_low(key, round), key_high(key, round)),
                                    key);
  }
}

Key key_of(const Stream& stream) {
  return {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)};
}

/// The words of the counter that count `index` (60 bits, two's complement) and name the draw.
struct Position {
  std::uint32_t low, high;
};

Position position(std::int64_t index, Draw draw) {
  const auto bits = static_cast<std::uint64_t>(index);
  return {static_cast<std::uint32_t>(bits), (static_cast<std::uint32_t>(bits >> 32) & 0x0fffffffU) |
                                                static_cast<std::uint32_t>(draw) << 28};
}

// log(1 + f)/f on sqrt(1/2) - 1 <= f <= sqrt(2) - 1, within 7e-8
constexpr std::array log_terms{1.0F,         -0.49999997F,  0.333341926F,
                               -0.25001353F, 0.199559331F,  -0.165779933F,
                               0.149774015F, -0.142692581F, 0.0853331313F};
// sin(pi/2 f)/f and cos(pi/2 f) in f^2 on |f| <= 1/2, within 6e-8
constexpr std::array sin_terms{1.57079637F, -0.64596349F, 0.0796802193F, -0.00460214913F};
constexpr std::array cos_terms{1.0F, -1.23370051F, 0.253669202F, -0.0208600704F, 0.000903628068F};

/// Natural logarithm of a normal positive number.
[[gnu::always_inline]] inline float log_positive(float x) {
  // Move the bits so that the exponent changes at sqrt(1/2), and take both parts.
  const std::uint32_t moved = std::bit_cast<std::uint32_t>(x) + (0x3f800000U - 0x3f3504f3U);
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(moved >> 23) - 127);
  const float f = std::bit_cast<float>((moved & 0x007fffffU) + 0x3f3504f3U) - 1.0F;
  return __builtin_fmaf(exponent, 0.693147182F, f * math::detail::polynomial<log_terms>(f));
}

struct Pair {
  float first, second;
};

/// The point of the unit circle that 32 random bits choose: 30 bits of angle in a quadrant around
/// (1, 0), then a flip of the sign and an exchange of the coordinates, which reach the other three.
[[gnu::always_inline]] inline Pair circle_point(std::uint32_t word) {
  const float f = static_cast<float>(static_cast<std::int32_t>(word << 2)) * 0x1p-32F;
  const float z = f * f;
  const float sine = f * math::detail::polynomial<sin_terms>(z);
  const float cosine = std::bit_cast<float>(
      std::bit_cast<std::uint32_t>(math::detail::polynomial<cos_terms>(z)) ^ (word & 0x80000000U));
  const bool exchange = (word & 0x40000000U) != 0;
  return {exchange ? sine : cosine, exchange ? cosine : sine};
}

/// (word + 1/2) 2^-32 rounded once, in (0, 1]. In halves, because AVX2 converts signed words only.
[[gnu::always_inline]] inline float open_unit(std::uint32_t word) {
  const auto high = static_cast<float>(static_cast<std::int32_t>(word >> 16));
  const auto low = static_cast<float>(static_cast<std::int32_t>(word & 0xffffU));
  return __builtin_fmaf(high, 0x1p-16F, __builtin_fmaf(low, 0x1p-32F, 0x1p-33F));
}

[[gnu::always_inline]] inline Pair box_muller(std::uint32_t radius, std::uint32_t angle) {
  const float r = __builtin_sqrtf(-2.0F * log_positive(open_unit(radius)));
  const Pair point = circle_point(angle);
  return {r * point.first, r * point.second};
}

/// sqrt(3) (signed word / 256 + 1/2) 2^-23: 24 bits, symmetric about 0, of variance 1.
[[gnu::always_inline]] inline float symmetric_unit(std::uint32_t word) {
  constexpr float root_of_three = 1.7320508F;
  const auto whole = static_cast<float>(static_cast<std::int32_t>(word) >> 8);
  return root_of_three * __builtin_fmaf(whole, 0x1p-23F, 0x1p-24F);
}

struct Normal {
  static constexpr Draw draw = Draw::normal;
  [[gnu::always_inline]] static Pair from(std::uint32_t radius, std::uint32_t angle) {
    return box_muller(radius, angle);
  }
};

struct Uniform {
  static constexpr Draw draw = Draw::uniform;
  [[gnu::always_inline]] static Pair from(std::uint32_t first, std::uint32_t second) {
    return {symmetric_unit(first), symmetric_unit(second)};
  }
};

/// 64-bit lanes whose low halves count; what is in the high halves does not matter.
template <int width>
struct LanesOf {
  using Type [[gnu::vector_size(width * sizeof(std::uint64_t))]] = std::uint64_t;
};
template <int width>
using Lanes = typename LanesOf<width>::Type;

#if defined(__AVX512F__)
constexpr int native_width = 8;
#else
constexpr int native_width = 4;
#endif

/// Products of the low halves.
template <int width>
[[gnu::always_inline]] inline Lanes<width> product(Lanes<width> a, std::uint64_t factor) {
  // One instruction; g++ makes seven of the expression below.
#if defined(__AVX512F__)
  if constexpr (width == 8) {
    return reinterpret_cast<Lanes<8>>(_mm512_mul_epu32(
        reinterpret_cast<__m512i>(a), _mm512_set1_epi64(static_cast<long long>(factor))));
  }
#endif
#if defined(__AVX2__)
  if constexpr (width == 4) {
    return reinterpret_cast<Lanes<4>>(_mm256_mul_epu32(
        reinterpret_cast<__m256i>(a), _mm256_set1_epi64x(static_cast<long long>(factor))));
  }
#endif
  return (a & 0xffffffffU) * factor;
}

/// Words of `width` regions.
template <int width>
struct LaneWords {
  Lanes<width> a, b, c, d;
};

template <int width>
[[gnu::always_inline]] inline LaneWords<width> philox_round(const LaneWords<width>& x,
                                                            Lanes<width> key0, Lanes<width> key1) {
  const Lanes<width> p = product<width>(x.a, factor_a);
  const Lanes<width> q = product<width>(x.c, factor_c);
  return {(q >> 32) ^ (x.b ^ key0), q, (p >> 32) ^ (x.d ^ key1), p};
}

/// What the first three rounds make of some regions, apart from the quad: of its counter only the
/// low word changes from quad to quad, and that reaches few words so early.
template <int width>
struct Beginning {
  using Part = Lanes<width>;
  Part c2, a3, c3, d3;  // c after the second round, a, c and d after the third, each but for a xor

  Beginning(Part regions, std::uint32_t high, std::uint32_t stream, Key key) {
    const std::uint64_t q0 = factor_c * high;
    const Part p0 = product<width>(regions, factor_a);
    const Part c1 = (p0 >> 32) ^ std::uint64_t{stream ^ key_high(key, 0)};
    const Part q1 = product<width>(c1, factor_c);
    const Part a2 = (q1 >> 32) ^ (q0 & 0xffffffffU) ^ std::uint64_t{key_low(key, 1)};
    const Part p2 = product<width>(a2, factor_a);
    c2 = p0 ^ std::uint64_t{key_high(key, 1)};
    a3 = q1 ^ std::uint64_t{key_low(key, 2)};
    c3 = (p2 >> 32) ^ std::uint64_t{key_high(key, 2)};
    d3 = p2;
  }

  /// The words after three rounds. p1: the product of the second round, the same in all regions.
  [[nodiscard]] [[gnu::always_inline]] LaneWords<width> after_three_rounds(std::uint64_t p1) const {
    const Part q2 = product<width>(c2 ^ (p1 >> 32), factor_c);
    return {(q2 >> 32) ^ a3, q2, c3 ^ (p1 & 0xffffffffU), d3};
  }
};

/// Low halves of one beside those of the other, in turn.
template <int width>
[[gnu::always_inline]] inline Lanes<width> merged(Lanes<width> even, Lanes<width> odd) {
  return (even & 0xffffffffU) | (odd << 32);
}

/// The quads of a tile whose counters have the same high word. What fits into a vector goes through
/// the rounds side by side: the whole tile, or its halves, regions 0 2 4 6 and 1 3 5 7.
template <int width>
class TileRounds {
 public:
  static constexpr int parts = lanes / width;

  TileRounds(const std::uint32_t* regions, std::uint32_t high, const Stream& stream) {
    const Key key = key_of(stream);
    for (int part = 0; part < parts; ++part) {
      Lanes<width> ids;
      for (int i = 0; i < width; ++i)
        ids[i] = regions[i * parts + part];
      beginning_[part].emplace(ids, high, stream.stream, key);
    }
    mix_ = static_cast<std::uint32_t>((factor_c * high) >> 32) ^ key_low(key, 0);
    for (int round = 3; round < 10; ++round) {
      low_[round - 3] = Lanes<width>{} + std::uint64_t{key_low(key, round)};
      high_[round - 3] = Lanes<width>{} + std::uint64_t{key_high(key, round)};
    }
  }

  [[gnu::always_inline]] void words(std::uint32_t low, LaneWords<width> (&x)[parts]) const {
    const std::uint64_t p1 = factor_a * (low ^ mix_);
#pragma GCC unroll 2
    for (int part = 0; part < parts; ++part)
      x[part] = beginning_[part]->after_three_rounds(p1);
#pragma GCC unroll 7
    for (int round = 0; round < 7; ++round) {
#pragma GCC unroll 2
      for (int part = 0; part < parts; ++part)
        x[part] = philox_round<width>(x[part], low_[round], high_[round]);
    }
  }

 private:
  Lanes<width> low_[7], high_[7];  // keys of the later rounds, in every lane
  std::optional<Beginning<width>> beginning_[parts];
  std::uint32_t mix_;
};

// A distribution makes two numbers of two words, for two steps that follow each other.

/// Four steps of eight regions from their random words. rows: (4, lanes).
template <class Distribution>
[[gnu::always_inline]] inline void draw_quad(const LaneWords<4> (&x)[2], float* __restrict rows) {
  alignas(32) std::uint32_t w[4][lanes];
  const Lanes<4> words[4] = {merged<4>(x[0].a, x[1].a), merged<4>(x[0].b, x[1].b),
                             merged<4>(x[0].c, x[1].c), merged<4>(x[0].d, x[1].d)};
  std::memcpy(w, words, sizeof w);
#pragma omp simd
  for (int lane = 0; lane < lanes; ++lane) {
    const Pair early = Distribution::from(w[0][lane], w[1][lane]);
    const Pair late = Distribution::from(w[2][lane], w[3][lane]);
    rows[0 * lanes + lane] = early.first;
    rows[1 * lanes + lane] = early.second;
    rows[2 * lanes + lane] = late.first;
    rows[3 * lanes + lane] = late.second;
  }
}

/// The same with the early and the late steps side by side in vectors twice as long.
template <class Distribution>
[[gnu::always_inline]] inline void draw_quad(const LaneWords<8> (&x)[1], float* __restrict rows) {
  using Row [[gnu::vector_size(2 * lanes * sizeof(float))]] = float;
  using Order [[gnu::vector_size(2 * lanes * sizeof(float))]] = std::int32_t;
  alignas(64) std::uint32_t w[2][2 * lanes];
  const Lanes<8> words[2] = {merged<8>(x[0].a, x[0].c), merged<8>(x[0].b, x[0].d)};
  std::memcpy(w, words, sizeof w);
  alignas(64) float first[2 * lanes], second[2 * lanes];
#pragma omp simd
  for (int i = 0; i < 2 * lanes; ++i) {
    const Pair drawn = Distribution::from(w[0][i], w[1][i]);
    first[i] = drawn.first;
    second[i] = drawn.second;
  }
  Row f, s;
  std::memcpy(&f, first, sizeof f);
  std::memcpy(&s, second, sizeof s);
  const Row early =
      __builtin_shuffle(f, s, Order{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30});
  const Row late =
      __builtin_shuffle(f, s, Order{1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31});
  std::memcpy(rows, &early, sizeof early);
  std::memcpy(rows + 2 * lanes, &late, sizeof late);
}

template <class Distribution, int width>
void draw_tile(const Stream& stream, const std::uint32_t* regions, std::int64_t first_quad,
               int quads, float* __restrict out) {
  for (int q = 0; q < quads;) {
    Position at = position(first_quad + q, Distribution::draw);
    const TileRounds<width> rounds(regions, at.high, stream);
    do {
      LaneWords<width> x[lanes / width];
      rounds.words(at.low, x);
      draw_quad<Distribution>(x, out + 4 * lanes * q);
    } while (++q < quads && ++at.low != 0);
  }
}

/// The ten rounds for `width` regions that follow each other.
template <int width>
[[gnu::always_inline]] inline LaneWords<width> words_of(std::uint32_t first, const Position& at,
                                                        const Stream& stream) {
  const Key key = key_of(stream);
  const Lanes<width> zero{};
  LaneWords<width> x{zero, zero + std::uint64_t{at.low}, zero + std::uint64_t{at.high},
                     zero + std::uint64_t{stream.stream}};
  for (int i = 0; i < width; ++i)
    x.a[i] = first + static_cast<std::uint32_t>(i);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    x = philox_round<width>(x, zero + std::uint64_t{key_low(key, round)},
                            zero + std::uint64_t{key_high(key, round)});
  }
  return x;
}

template <class Distribution>
void draw(const Stream& stream, const std::uint32_t* regions, std::int64_t first_quad, int quads,
          float* out, int width) {
  if (width == 0 || width == native_width) {
    draw_tile<Distribution, native_width>(stream, regions, first_quad, quads, out);
  } else {
    draw_tile<Distribution, 4>(stream, regions, first_quad, quads, out);
  }
}

template <class Distribution>
float draw_one(const Stream& stream, std::uint32_t region, std::int64_t step) {
  const Position at = position(step >> 2, Distribution::draw);
  const Words counter{region, at.low, at.high, stream.stream};
  const Words w = philox_rounds(counter, key_of(stream));
  const Pair two = (step & 2) == 0 ? Distribution::from(w.a, w.b) : Distribution::from(w.c, w.d);
  return (step & 1) == 0 ? two.first : two.second;
}

}  // namespace

std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter,
                                    const std::array<std::uint32_t, 2>& key) {
  const auto [a, b, c, d] =
      philox_rounds({counter[0], counter[1], counter[2], counter[3]}, {key[0], key[1]});
  return {a, b, c, d};
}

void normal_tile(const Stream& stream, const std::uint32_t* regions, std::int64_t first_quad,
                 int quads, float* out, int width) {
  draw<Normal>(stream, regions, first_quad, quads, out, width);
}

void uniform_tile(const Stream& stream, const std::uint32_t* regions, std::int64_t first_quad,
                  int quads, float* out, int width) {
  draw<Uniform>(stream, regions, first_quad, quads, out, width);
}

void words_row(const Stream& stream, std::uint32_t first, int count, std::int64_t index,
               std::uint32_t* out) {
  const Position at = position(index, Draw::words);
  for (int k = 0; k < count; k += native_width) {
    const auto x = words_of<native_width>(first + static_cast<std::uint32_t>(k), at, stream);
    const Lanes<native_width> words[4] = {x.a, x.b, x.c, x.d};
    for (int word = 0; word < 4; ++word) {
      std::uint32_t* row = out + word * count + k;
#pragma omp simd
      for (int i = 0; i < native_width; ++i)
        row[i] = static_cast<std::uint32_t>(words[word][i]);
    }
  }
}

float normal(const Stream& stream, std::uint32_t region, std::int64_t step) {
  return draw_one<Normal>(stream, region, step);
}

float uniform(const Stream& stream, std::uint32_t region, std::int64_t step) {
  return draw_one<Uniform>(stream, region, step);
}

double uniform01(const Stream& stream, std::uint32_t region, std::int64_t index) {
  const Position at = position(index, Draw::uniform01);
  const Words w = philox_rounds({region, at.low, at.high, stream.stream}, key_of(stream));
  const std::uint64_t bits = (std::uint64_t{w.a} << 32 | w.b) >> 11;
  return static_cast<double>(bits) * 0x1p-53;
}

}  // namespace arcuate::random
