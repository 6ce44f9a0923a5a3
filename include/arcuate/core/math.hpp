#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

/// Elementary functions that a compiler can vectorise, with the same bits in scalar and vector
/// code.
///
/// They use only IEEE operations (+ - * / sqrt, fused multiply-add, rounding) and no branch, table
/// or call, so an `omp simd` loop around them becomes vector code at any width, and a region's
/// numbers do not depend on the width. Errors are at most 3 units in the last place over the whole
/// range unless a function says otherwise; infinities and NaN come out as in the C library.
/// Subnormal numbers may be treated as zero.
///
/// The names are those of the C library: inside namespace arcuate write `using namespace math;` and
/// `exp(x)`.
namespace arcuate::math {

/// a b + c, rounded once.
[[gnu::always_inline]] inline double fma(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}
[[gnu::always_inline]] inline float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}

namespace detail {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Adding it rounds a number below 2^51 to a whole one, held in the low bits of the sum (AVX2
/// cannot convert between double and 64-bit integers).
inline constexpr double to_whole = 6755399441055744.0;  // 1.5 * 2^52

[[gnu::always_inline]] inline std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}
[[gnu::always_inline]] inline double from_bits(std::uint64_t x) {
  return std::bit_cast<double>(x);
}

/// 2^n as a double; `biased` = n + 1023 in 1..2046.
[[gnu::always_inline]] inline double power_of_two(std::uint64_t biased) {
  return from_bits(biased << 52);
}

/// x^half by squaring; half is a power of two.
template <std::size_t half, class T>
[[gnu::always_inline]] inline T power(T x) {
  if constexpr (half == 1) {
    return x;
  } else {
    return power<half / 2>(x * x);
  }
}

/// c[first] + c[first + 1] x + ... (count terms) by Estrin's scheme: short dependency chains.
template <const auto& c, class T, std::size_t first = 0, std::size_t count = c.size()>
[[gnu::always_inline]] inline T polynomial(T x) {
  if constexpr (count == 1) {
    return c[first];
  } else {
    constexpr std::size_t half = std::bit_floor(count - 1);
    return fma(polynomial<c, T, first + half, count - half>(x), power<half>(x),
               polynomial<c, T, first, half>(x));
  }
}

// Nearly minimax fits (Chebyshev nodes, 300 bits) of the functions named.
// (exp(r) - 1 - r)/r^2 on |r| <= ln(2)/2
inline constexpr std::array exp_terms{0.5,
                                      0.16666666666666666,
                                      0.041666666666651364,
                                      0.008333333333332157,
                                      0.001388888890587323,
                                      0.0001984126985433222,
                                      2.4801536405296596e-05,
                                      2.755728007978737e-06,
                                      2.761379764561564e-07,
                                      2.509554758981093e-08};
// (2 atanh(s)/s - 2)/s^2 in s^2 on s <= 0.1717
inline constexpr std::array log_terms{0.666666666666667,  0.3999999999989819,  0.28571428626570206,
                                      0.2222221103781659, 0.18182896183483085, 0.15331487235865734,
                                      0.14619343453512615};
// (sin(r)/r - 1)/r^2 and (cos(r) - 1 + r^2/2)/r^4 in r^2 on |r| <= pi/4
inline constexpr std::array sin_terms{-0.16666666666666666,    0.008333333333330936,
                                      -0.00019841269836740532, 2.7557316093198404e-06,
                                      -2.5051129896450185e-08, 1.5917988979397435e-10};
inline constexpr std::array cos_terms{0.041666666666666664,  -0.0013888888888887389,
                                      2.48015872987544e-05,  -2.755731726587808e-07,
                                      2.087614504941318e-09, -1.138254464534925e-11};

// (1 + 2 a) exp(a^2) erfc(a) in q = (a - 2.5)/(a + 2.5), 0 <= a <= 27.5, less erfc_first
inline constexpr double erfc_first = 1.2648381843668615;
inline constexpr std::array erfc_terms{
    2.5258854811089127e-17,  -0.1223567630824044,     -0.09902453957360365,
    0.15762991902322926,     -0.10296705603844027,    0.03276089326828642,
    0.0009318928136580643,   -0.0043820783343106766,  0.0004918658656024381,
    0.0006321242868082764,   -8.847967872630529e-05,  -0.0001135220594934972,
    6.268327389147146e-06,   2.2698550948692828e-05,  2.6011200040921865e-06,
    -4.215529088494953e-06,  -1.5678964851599034e-06, 5.244505813489412e-07,
    5.082805193387431e-07,   3.3413383369205074e-08,  -1.0266295673018478e-07,
    -3.7901557487346784e-08, 7.275168929510829e-09,   7.467416787067306e-09,
    1.3548082129868411e-09};

/// x = n ln(2) + r.
struct ExpReduction {
  std::uint64_t n;  ///< two's complement
  double r;         ///< |r| <= ln(2)/2
};

[[gnu::always_inline]] inline ExpReduction reduce_exp(double x) {
  const double shifted = fma(x, 1.4426950408889634, to_whole);
  const double n = shifted - to_whole;
  double r = fma(n, -0.6931471805599453, x);
  r = fma(n, -2.3190468138462996e-17, r);
  return {bits(shifted) - bits(to_whole), r};
}

/// exp(r) - 1 on |r| <= ln(2)/2.
[[gnu::always_inline]] inline double expm1_reduced(double r) {
  return fma(polynomial<exp_terms>(r), r * r, r);
}

}  // namespace detail

/// b where the condition is false; both are computed.
[[gnu::always_inline]] inline double select(bool condition, double a, double b) {
  return condition ? a : b;
}
/// The smaller, as std::min: a when either is NaN.
[[gnu::always_inline]] inline double min(double a, double b) {
  return b < a ? b : a;
}
/// The larger, as std::max: a when either is NaN.
[[gnu::always_inline]] inline double max(double a, double b) {
  return a < b ? b : a;
}
[[gnu::always_inline]] inline double abs(double x) {
  return __builtin_fabs(x);
}
[[gnu::always_inline]] inline double sqrt(double x) {
  return __builtin_sqrt(x);
}

/// x^2 of a double or a Dual.
template <class T>
[[gnu::always_inline]] inline T square(const T& x) {
  return x * x;
}

/// x^n of a double or a Dual by repeated squaring. The error grows with n: about log2(n) roundings.
template <int n, class T>
[[gnu::always_inline]] inline T pow_int(const T& x) {
  if constexpr (n < 0) {
    return 1.0 / pow_int<-n>(x);
  } else if constexpr (n == 0) {
    return T(1.0);
  } else if constexpr (n == 1) {
    return x;
  } else if constexpr (n % 2 == 0) {
    return pow_int<n / 2>(x * x);
  } else {
    return x * pow_int<n / 2>(x * x);
  }
}

[[gnu::always_inline]] inline double exp(double x) {
  x = x > 709.8 ? 709.8 : x;
  x = x < -745.2 ? -745.2 : x;
  const auto [n, r] = detail::reduce_exp(x);
  // Two factors, because 2^n alone is not a normal number at both ends.
  const std::uint64_t shifted = n + 2048;
  const std::uint64_t half = shifted >> 1;
  const double first = detail::power_of_two(half - 1);
  const double second = detail::power_of_two(shifted - half - 1);
  return (1.0 + detail::expm1_reduced(r)) * first * second;
}

/// exp(x) - 1, accurate at small x too.
[[gnu::always_inline]] inline double expm1(double x) {
  x = x > 709.8 ? 709.8 : x;
  x = x < -40.0 ? -40.0 : x;
  const auto [n, r] = detail::reduce_exp(x);
  const double half_scale = detail::power_of_two(n + 1022);
  return 2.0 * fma(half_scale, detail::expm1_reduced(r), half_scale - 0.5);
}

[[gnu::always_inline]] inline double log(double x) {
  const bool subnormal = x < 2.2250738585072014e-308;
  const double scaled = subnormal ? x * 18014398509481984.0 : x;  // 2^54
  // Move the bits so that the exponent changes at sqrt(1/2), and take both parts.
  const std::uint64_t moved = detail::bits(scaled) + (0x3ff0000000000000U - 0x3fe6a09e667f3bcdU);
  const double m = detail::from_bits((moved & 0x000fffffffffffffU) + 0x3fe6a09e667f3bcdU);
  const double k = detail::from_bits((moved >> 52) | 0x4330000000000000U) -
                   (subnormal ? 4503599627370496.0 + 1077.0 : 4503599627370496.0 + 1023.0);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double rest = z * detail::polynomial<detail::log_terms>(z);
  const double half_square = 0.5 * f * f;
  const double low = fma(s, half_square + rest, k * 7.440617110012397e-11);
  // The first part of ln(2) is short: k times it is exact.
  double y = fma(k, 0.6931471804855391, f - (half_square - low));
  y = x > 0.0 ? y : (x == 0.0 ? -detail::infinity : detail::nan);
  return x == detail::infinity ? x : y;
}

/// log(1 + x), accurate at small x too.
[[gnu::always_inline]] inline double log1p(double x) {
  const double u = 1.0 + x;
  const double x_of_u = u - 1.0;
  const double lost = (1.0 - (u - x_of_u)) + (x - x_of_u);
  const bool regular = u > 0.0 && u < detail::infinity;
  const double correction = regular ? lost / u : 0.0;
  return log(u) + correction;
}

/// 1 - erf(x), the complementary error function, with its full relative error in the tail. Error at
/// most 2.5 units in the last place.
[[gnu::always_inline]] inline double erfc(double x) {
  double a = abs(x);
  a = a > 27.5 ? 27.5 : a;
  // What the roundings of q, scaled, ratio and the square of a lose is put back.
  const double inverse = 1.0 / (a + 2.5);
  const double rounded = (a - 2.5) * inverse;
  const double residual = fma(-rounded, a, fma(rounded + 1.0, -2.5, a));
  const double rest =
      detail::polynomial<detail::erfc_terms>(fma(inverse, residual, rounded));
  const double scaled = detail::erfc_first + rest;
  const double lost = rest - (scaled - detail::erfc_first);
  const double divisor = 1.0 + 2.0 * a;
  const double twice = divisor - 1.0;
  const double dropped = (1.0 - (divisor - twice)) + (2.0 * a - twice);
  const double ratio = scaled / divisor;
  const double remainder = fma(-divisor, ratio, scaled) + (lost - dropped * ratio);
  const double correction = remainder / divisor;
  const double a_squared = a * a;
  const auto [n, r] = detail::reduce_exp(-a_squared);
  const double e = detail::expm1_reduced(r - fma(a, a, -a_squared));
  const std::uint64_t shifted = n + 2048;
  const std::uint64_t half = shifted >> 1;
  const double tail = (ratio + fma(ratio, e, correction)) * detail::power_of_two(half - 1) *
                      detail::power_of_two(shifted - half - 1);
  return x < 0.0 ? 2.0 - tail : tail;
}

[[gnu::always_inline]] inline double tanh(double x) {
  const double e = expm1(-2.0 * abs(x));
  return __builtin_copysign(e / (2.0 + e), x);
}

/// 1 / (1 + exp(-x))
[[gnu::always_inline]] inline double sigmoid(double x) {
  return 1.0 / (1.0 + exp(-x));
}

namespace detail {

/// sin and cos of r in [-pi/4, pi/4], and the quarter turns that were taken off.
struct Quadrant {
  double sin, cos;
  std::uint64_t quarter;
};

/// |x| <= 2^30: pi/2 in three parts, exact in the first because of the fused multiply-add. NaN
/// beyond.
[[gnu::always_inline]] inline Quadrant reduce_turns(double x) {
  x = abs(x) <= 1073741824.0 ? x : nan;
  const double shifted = fma(x, 0.6366197723675814, to_whole);
  const double n = shifted - to_whole;
  double r = fma(n, -1.5707963267948966, x);
  r = fma(n, -6.123233995736766e-17, r);
  r = fma(n, 1.4973849048591698e-33, r);
  const double z = r * r;
  const double s = fma(r * z, polynomial<sin_terms>(z), r);
  const double half = 0.5 * z;
  const double w = 1.0 - half;
  const double c = w + fma(z * z, polynomial<cos_terms>(z), (1.0 - w) - half);
  return {s, c, bits(shifted)};
}

/// The sine `quarter` quarter turns further.
[[gnu::always_inline]] inline double turned(double s, double c, std::uint64_t quarter) {
  const double y = (quarter & 1U) != 0 ? c : s;
  return from_bits(bits(y) ^ ((quarter & 2U) << 62));
}

}  // namespace detail

/// Both at the price of one. |x| <= 2^30 (about 1e9); NaN beyond.
[[gnu::always_inline]] inline void sincos(double x, double& sine, double& cosine) {
  const auto [s, c, quarter] = detail::reduce_turns(x);
  sine = detail::turned(s, c, quarter);
  cosine = detail::turned(s, c, quarter + 1);
}
/// |x| <= 2^30 (about 1e9); NaN beyond.
[[gnu::always_inline]] inline double sin(double x) {
  const auto [s, c, quarter] = detail::reduce_turns(x);
  return detail::turned(s, c, quarter);
}
/// |x| <= 2^30 (about 1e9); NaN beyond.
[[gnu::always_inline]] inline double cos(double x) {
  const auto [s, c, quarter] = detail::reduce_turns(x);
  return detail::turned(s, c, quarter + 1);
}

/// u / (1 - exp(-d u)), continuous through its limit 1/d at u = 0: the opening rates of Hodgkin and
/// Huxley and the transfer functions of Abbott and Chance. Unit: that of u; d has its inverse.
/// Error at most 4 units in the last place.
[[gnu::always_inline]] inline double linear_exponential(double u, double d) {
  const double z = d * u;
  const bool small = abs(z) < 1e-5;
  const double numerator = small ? fma(z, fma(z, 1.0 / 12.0, 0.5), 1.0) : u;
  // What rounding took from d u is magnified by |d u| in the exponential: put it back.
  const double e = expm1(-z);
  const double lost = fma(d, u, -z) * (1.0 + e);
  const double denominator = small ? d : (abs(z) < 700.0 ? lost - e : -e);
  return numerator / denominator;
}

}  // namespace arcuate::math
