#pragma once

#include <array>
#include <cstddef>

#include "arcuate/core/math.hpp"
#include "arcuate/core/vector.hpp"

/// The three modes of a population of neurons whose excitability Z is normally distributed: what
/// the reduced sets of Stefanescu and Jirsa (doi:10.1371/journal.pcbi.1000219) have in common.
namespace arcuate::model::reduced_set {

inline constexpr std::size_t n_modes = 3;

/// Integrals over one mode, by the trapezoidal rule in z = (Z - mu)/sigma.
struct StandardMode {
  double width = 0.0;        ///< of 1
  double probability = 0.0;  ///< of the normal density
  double moment = 0.0;       ///< of z
};

/// The root of Phi(z) = p that lies not above `start`, where Phi is convex: Newton's method comes
/// from the right.
inline double normal_quantile(double p, double start) {
  double z = start;
  for (int i = 0; i < 60; ++i) {
    const double excess = 0.5 * math::erfc(-z * 0.7071067811865476) - p;
    const double density = 0.3989422804014327 * math::exp(-0.5 * z * z);
    const double step = excess / density;
    z -= step;
    if (math::abs(step) < 1e-15) break;
  }
  return z;
}

/// 1500 neurons at the quantiles k/1501, k = 1..1500, in three modes of equal number. A mode is 1
/// at its own neurons and 0 at others, and integrals run over the whole grid.
inline std::array<StandardMode, n_modes> standard_modes() {
  constexpr std::size_t neurons = 1500;
  std::array<double, neurons> z{};
  double last = 0.0;
  for (std::size_t k = neurons / 2; k > 0; --k) {
    last = normal_quantile(static_cast<double>(k) / (neurons + 1.0), last);
    z[k - 1] = last;
    z[neurons - k] = -last;
  }
  std::array<StandardMode, n_modes> modes{};
  for (std::size_t k = 0; k < neurons; ++k) {
    const double weight = 0.5 * (z[k + 1 < neurons ? k + 1 : k] - z[k > 0 ? k - 1 : 0]);
    StandardMode& mode = modes[k / (neurons / n_modes)];
    mode.width += weight;
    mode.probability += weight * (0.3989422804014327 * math::exp(-0.5 * z[k] * z[k]));
    mode.moment += weight * z[k];
  }
  return modes;
}

/// Integrals of one mode V, normalised to int V^2 dZ = 1; g is the density of Z ~ N(mu, sigma).
struct Mode {
  double I1;  ///< int V dZ
  double Ig;  ///< int g V dZ
  double I3;  ///< int V^3 dZ
  double I4;  ///< int V^4 dZ
  double IZ;  ///< int Z V dZ
};

inline std::array<Mode, n_modes> modes(double mu, double sigma) {
  static const std::array<StandardMode, n_modes> standard = standard_modes();
  std::array<Mode, n_modes> result{};
  for (std::size_t m = 0; m < n_modes; ++m) {
    const auto& [width, probability, moment] = standard[m];
    const double height = 1.0 / math::sqrt(sigma * width);
    result[m] = {1.0 / height, probability * height, height, height * height,
                 sigma * (mu * width + sigma * moment) * height};
  }
  return result;
}

/// One variable of a population: its three modes.
template <class X>
using Modes = Vec<X, n_modes>;

template <class X, class P>
[[gnu::always_inline]] inline X dot(const Modes<X>& x, const Modes<P>& weight) {
  return x[0] * weight[0] + x[1] * weight[1] + x[2] * weight[2];
}

/// Variable `index` (0 first) of a state or of derived constants that are stored mode by mode.
template <std::size_t index, class X, std::size_t N>
[[gnu::always_inline]] inline Modes<X> modes_of(const Vec<X, N>& values) {
  return {values[3 * index], values[3 * index + 1], values[3 * index + 2]};
}

/// What couples the modes of excitatory x and inhibitory a:
///   K11 (x A - x) - K12 (a B - x) to the excitatory, K21 (x A - a) to the inhibitory population,
///   A_km = I1_m Ig_k, B_km = I1_k Ig_m, (x A)_m = sum_k x_k A_km.
template <class X>
struct Mixing {
  Modes<X> excitatory, inhibitory;
};

template <class X, class P>
[[gnu::always_inline]] inline Mixing<X> mix(const Modes<X>& x, const Modes<X>& a,
                                            const Modes<P>& I1, const Modes<P>& Ig, const P& K11,
                                            const P& K12, const P& K21) {
  const X mean_x = dot(x, Ig);
  const X sum_a = dot(a, I1);
  const auto to_x = [&](std::size_t m) __attribute__((always_inline)) {
    return X(K11 * (mean_x * I1[m] - x[m]) - K12 * (sum_a * Ig[m] - x[m]));
  };
  const auto to_a = [&](std::size_t m) __attribute__((always_inline)) {
    return X(K21 * (mean_x * I1[m] - a[m]));
  };
  return {{to_x(0), to_x(1), to_x(2)}, {to_a(0), to_a(1), to_a(2)}};
}

}  // namespace arcuate::model::reduced_set
