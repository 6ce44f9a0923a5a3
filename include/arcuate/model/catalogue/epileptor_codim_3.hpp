#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/dynamotype.hpp"

namespace arcuate::model {

/// Seizures of one of many classes: the fast subsystem holds all planar onset and offset
/// bifurcations, and z drives it to and fro along an arc between two of them.
struct EpileptorCodim3 {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.5,
                .range = {0.4, 0.6},
                .meaning = "fast variable, the signal"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 0.0,
                .range = {-0.1, 0.1},
                .meaning = "fast variable"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 0.05,
                .range = {0.0, 0.15},
                .meaning = "slow variable, angle along the path"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "mu1_start",
                    .unit = "1",
                    .value = -0.02285,
                    .range = {-1.0, 1.0},
                    .meaning = "mu1 where seizures end"},
      ParameterInfo{.name = "mu2_start",
                    .unit = "1",
                    .value = 0.3448,
                    .range = {-1.0, 1.0},
                    .meaning = "mu2 where seizures end"},
      ParameterInfo{.name = "nu_start",
                    .unit = "1",
                    .value = 0.2014,
                    .range = {-1.0, 1.0},
                    .meaning = "nu where seizures end"},
      ParameterInfo{.name = "mu1_stop",
                    .unit = "1",
                    .value = -0.07465,
                    .range = {-1.0, 1.0},
                    .meaning = "mu1 where seizures start"},
      ParameterInfo{.name = "mu2_stop",
                    .unit = "1",
                    .value = 0.3351,
                    .range = {-1.0, 1.0},
                    .meaning = "mu2 where seizures start"},
      ParameterInfo{.name = "nu_stop",
                    .unit = "1",
                    .value = 0.2053,
                    .range = {-1.0, 1.0},
                    .meaning = "nu where seizures start"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "focus (b > 0) of the singularity"},
      ParameterInfo{.name = "R",
                    .unit = "1",
                    .value = 0.4,
                    .range = {0.05, 2.5},
                    .meaning = "radius of the sphere of bursting paths"},
      ParameterInfo{.name = "c",
                    .unit = "1/ms",
                    .value = 0.001,
                    .range = {0.0, 0.01},
                    .meaning = "speed of z"},
      ParameterInfo{.name = "dstar",
                    .unit = "1",
                    .value = 0.3,
                    .range = {-0.1, 0.5},
                    .meaning = "distance from rest beyond which z falls: excitability"},
      ParameterInfo{.name = "Ks",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "weight of the network input in z"},
      ParameterInfo{.name = "N",
                    .unit = "1",
                    .value = 1.0,
                    .range = {1.0, 3.0},
                    .meaning = "branch of the rest: 1 largest, 2 smallest, 3 middle root"},
      ParameterInfo{.name = "modification",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "1: a barrier keeps z near 0.5 or below; 0: none",
                    .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_1",
                .unit = "1",
                .source = "x",
                .gate = "Ks",
                .meaning = "network input, added in z"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array c2s_values{PresetValue{"mu1_start", -0.02285},
                                         PresetValue{"mu2_start", 0.3448},
                                         PresetValue{"nu_start", 0.2014},
                                         PresetValue{"mu1_stop", -0.07465},
                                         PresetValue{"mu2_stop", 0.3351},
                                         PresetValue{"nu_stop", 0.2053},
                                         PresetValue{"N", 1.0}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "c2s",
          .meaning =
              "saddle-node onset, saddle-homoclinic offset: the commonest class. Saggio et al. "
              "2017, doi:10.1186/s13408-017-0050-8",
          .values = c2s_values},
  };
  static constexpr ModelInfo info{
      .name = "EpileptorCodim3",
      .title = "Seizure dynamotypes in the unfolding of a codimension-3 singularity",
      .category = "epilepsy",
      .equations =
          "A = (mu2_start, -mu1_start, nu_start),  B = (mu2_stop, -mu1_stop, nu_stop)\n"
          "E = A/|A|,  F = ((A x B) x A)/|(A x B) x A|\n"
          "(mu2, -mu1, nu) = R (E cos z + F sin z)\n"
          "xs = root N of x^3 - mu2 x - mu1\n"
          "barrier = 0.1 (z - 0.5)^7 modification\n"
          "dx/dt = -y\n"
          "dy/dt = x^3 - mu2 x - mu1 - y (nu + b x + x^2)\n"
          "dz/dt = -c (sqrt((x - xs)^2 + y^2) - dstar + barrier + Ks c_1)",
      .reference =
          "Saggio ML, Spiegler A, Bernard C, Jirsa VK (2017). Fast-slow bursters in the "
          "unfolding of a high codimension singularity and the ultra-slow transitions of "
          "classes. Journal of Mathematical Neuroscience 7:7. doi:10.1186/s13408-017-0050-8; "
          "Saggio ML, Crisp D, Scott JM, Karoly P, Kuhlmann L, Nakatani M, et al. (2020). A "
          "taxonomy of seizure dynamotypes. eLife 9:e55632. doi:10.7554/eLife.55632",
      .notes =
          "Times are in ms only in name: scale c to the seizures. xs is continuous: where the "
          "root has met another one and both have left the real line, it is their common real "
          "part. The Virtual Brain takes the sum of two principal complex cube roots, which is "
          "this number for N = 1 and mu2 >= 0, but jumps for N = 2 and 3 where there is one "
          "real root, and is no root for mu2 < 0.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  /// E and F, times R.
  static constexpr std::size_t n_derived = 6;
  static Vec<double, n_derived> derive(const Vec<double, 13>& parameter) {
    const auto& [mu1_start, mu2_start, nu_start, mu1_stop, mu2_stop, nu_stop, b, R, c, dstar, Ks, N,
                 modification] = parameter;
    const auto [E, F] = dynamotype::frame<double>({mu2_start, -mu1_start, nu_start},
                                                  {mu2_stop, -mu1_stop, nu_stop});
    return {R * E[0], R * E[1], R * E[2], R * F[0], R * F[1], R * F[2]};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 3> rhs(const Vec<X, 3>& state, const Vec<P, 13>& parameter,
                                              const Vec<P, 1>& input,
                                              const Vec<P, n_derived>& derived) {
    const auto& [x, y, z] = state;
    const auto& [mu1_start, mu2_start, nu_start, mu1_stop, mu2_stop, nu_stop, b, R, c, dstar, Ks, N,
                 modification] = parameter;
    const auto& [c_1] = input;
    const auto& [E0, E1, E2, F0, F1, F2] = derived;
    const auto fast =
        dynamotype::fast(x, y, dynamotype::on_circle<X, P>({E0, E1, E2}, {F0, F1, F2}, z), b, N);
    const X barrier = 0.1 * modification * math::pow_int<7>(X(z - 0.5));
    return {fast.dx, fast.dy, -c * (fast.distance - dstar + barrier + Ks * c_1)};
  }
};

}  // namespace arcuate::model
