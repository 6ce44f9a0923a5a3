#include "drive.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/math.hpp"
#include "arcuate/core/random.hpp"
#include "streams.hpp"

namespace arcuate::spiking {
namespace {

/// Means beyond this are drawn in pieces: exp(-mean) keeps its digits.
constexpr double most_mean = 30.0;

/// (4, chunk_neurons)
using Bits = std::uint32_t[4 * chunk_neurons];

/// Z of Beta(10, 10) from two words: a coordinate of a point of a sphere in 21 dimensions is the
/// cosine of an angle times a radius (Ulrich 1984, doi:10.2307/2347441; Devroye 1986, IX.3.4).
[[gnu::always_inline]] inline double beta_of(std::uint32_t radius, std::uint32_t angle) {
  constexpr double unit = 0x1p-32;
  constexpr double exponent = 2.0 / 19.0;
  // Halves, since AVX2 converts signed words only.
  const double u = (static_cast<double>(static_cast<std::int32_t>(radius >> 1)) + 0.5) * 2.0 * unit;
  const double turn = static_cast<double>(static_cast<std::int32_t>(angle)) * unit;
  const double squared = -math::expm1(exponent * math::log(u));
  return 0.5 + 0.5 * math::sqrt(squared) * math::cos(6.283185307179586 * turn);
}

/// Poisson numbers by inversion, added to `out`. words: two rows.
void add_poisson(const double* mean, const std::uint32_t* words, int row, int count, double* out) {
  alignas(64) double p[chunk_neurons], sum[chunk_neurons], u[chunk_neurons], n[chunk_neurons];
#pragma omp simd
  for (int i = 0; i < count; ++i) {
    p[i] = math::exp(-mean[i]);
    sum[i] = p[i];
    const auto high = static_cast<double>(static_cast<std::int32_t>(words[i] >> 6));
    const auto low = static_cast<double>(static_cast<std::int32_t>(words[row + i] >> 5));
    u[i] = math::fma(high, 0x1p-26, low * 0x1p-53);
    n[i] = 0.0;
  }
  constexpr int most = 256;  // far in the tail of the longest mean
  for (int k = 1; k < most; ++k) {
    const double inverse = 1.0 / k;
    double more = 0.0;
#pragma omp simd reduction(+ : more)
    for (int i = 0; i < count; ++i) {
      const double one = u[i] >= sum[i] ? 1.0 : 0.0;
      n[i] += one;
      more += one;
      p[i] *= mean[i] * inverse;
      sum[i] += p[i];
    }
    if (more == 0.0) break;
  }
#pragma omp simd
  for (int i = 0; i < count; ++i)
    out[i] += n[i];
}

/// Means in pieces of equal size. Returns how many the largest takes.
int divide(const double* mean, int count, double* pieces) {
  double most = 1.0;
  for (int i = 0; i < count; ++i) {
    pieces[i] = std::max(1.0, std::ceil(mean[i] / most_mean));
    most = std::max(most, pieces[i]);
  }
  return static_cast<int>(most);
}

}  // namespace

void draw_spikes(const Drive& drive, Step step, GlobalIndex first, int count, const Column& rate,
                 const Column& synapses, double* out) {
  Bits bits;
  const int row = (count + random::lanes - 1) / random::lanes * random::lanes;
  const auto neuron = static_cast<std::uint32_t>(first);
  random::words_row({drive.seed, drive_stream}, neuron, row, step, bits);
  alignas(64) double mean[chunk_neurons], pieces[chunk_neurons];
  const bool drawn = drive.drawn && drive.arousal != 0.0;
  double largest = 0.0;
#pragma omp simd reduction(max : largest)
  for (int i = 0; i < count; ++i) {
    const double z = drawn ? beta_of(bits[i], bits[row + i]) : 0.5;
    const double hertz = rate[i] + drive.arousal * z + drive.perturbed;
    mean[i] = (hertz > 0.0 ? hertz : 0.0) * synapses[i];
    largest = largest < mean[i] ? mean[i] : largest;
  }
  std::fill_n(out, count, 0.0);
  if (largest <= most_mean) return add_poisson(mean, bits + 2 * row, row, count, out);
  const int parts = divide(mean, count, pieces);
  for (int part = 0; part < parts; ++part) {
    if (part > 0)
      random::words_row({drive.seed, drive_stream + static_cast<std::uint32_t>(part)}, neuron, row,
                        step, bits);
    alignas(64) double share[chunk_neurons];
    for (int i = 0; i < count; ++i)
      share[i] = part < static_cast<int>(pieces[i]) ? mean[i] / pieces[i] : 0.0;
    add_poisson(share, bits + 2 * row, row, count, out);
  }
}

}  // namespace arcuate::spiking
