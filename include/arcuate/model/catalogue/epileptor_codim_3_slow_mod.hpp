#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/dynamotype.hpp"

namespace arcuate::model {

/// EpileptorCodim3 whose path between onset and offset itself moves, so that the class of the
/// seizures changes over time.
struct EpileptorCodim3SlowMod {
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
                .range = {0.0, 0.1},
                .meaning = "slow variable, angle along the path"},
      StateInfo{.name = "uA",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "ultra-slow angle of the offset point"},
      StateInfo{.name = "uB",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "ultra-slow angle of the onset point"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "mu1_Ain",
                    .unit = "1",
                    .value = 0.05494,
                    .range = {-1.0, 1.0},
                    .meaning = "mu1 where seizures end, at first"},
      ParameterInfo{.name = "mu2_Ain",
                    .unit = "1",
                    .value = 0.2731,
                    .range = {-1.0, 1.0},
                    .meaning = "mu2 where seizures end, at first"},
      ParameterInfo{.name = "nu_Ain",
                    .unit = "1",
                    .value = 0.287,
                    .range = {-1.0, 1.0},
                    .meaning = "nu where seizures end, at first"},
      ParameterInfo{.name = "mu1_Bin",
                    .unit = "1",
                    .value = -0.0461,
                    .range = {-1.0, 1.0},
                    .meaning = "mu1 where seizures start, at first"},
      ParameterInfo{.name = "mu2_Bin",
                    .unit = "1",
                    .value = 0.243,
                    .range = {-1.0, 1.0},
                    .meaning = "mu2 where seizures start, at first"},
      ParameterInfo{.name = "nu_Bin",
                    .unit = "1",
                    .value = 0.3144,
                    .range = {-1.0, 1.0},
                    .meaning = "nu where seizures start, at first"},
      ParameterInfo{.name = "mu1_Aend",
                    .unit = "1",
                    .value = 0.06485,
                    .range = {-1.0, 1.0},
                    .meaning = "mu1 where seizures end, at last"},
      ParameterInfo{.name = "mu2_Aend",
                    .unit = "1",
                    .value = 0.07337,
                    .range = {-1.0, 1.0},
                    .meaning = "mu2 where seizures end, at last"},
      ParameterInfo{.name = "nu_Aend",
                    .unit = "1",
                    .value = -0.3878,
                    .range = {-1.0, 1.0},
                    .meaning = "nu where seizures end, at last"},
      ParameterInfo{.name = "mu1_Bend",
                    .unit = "1",
                    .value = 0.03676,
                    .range = {-1.0, 1.0},
                    .meaning = "mu1 where seizures start, at last"},
      ParameterInfo{.name = "mu2_Bend",
                    .unit = "1",
                    .value = -0.02792,
                    .range = {-1.0, 1.0},
                    .meaning = "mu2 where seizures start, at last"},
      ParameterInfo{.name = "nu_Bend",
                    .unit = "1",
                    .value = -0.3973,
                    .range = {-1.0, 1.0},
                    .meaning = "nu where seizures start, at last"},
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
                    .value = 0.002,
                    .range = {0.0, 0.01},
                    .meaning = "speed of z"},
      ParameterInfo{.name = "cA",
                    .unit = "1/ms",
                    .value = 0.0001,
                    .range = {0.0, 0.001},
                    .meaning = "speed of the offset point"},
      ParameterInfo{.name = "cB",
                    .unit = "1/ms",
                    .value = 0.00012,
                    .range = {0.0, 0.001},
                    .meaning = "speed of the onset point"},
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
  static constexpr ModelInfo info{
      .name = "EpileptorCodim3SlowMod",
      .title = "Seizure dynamotypes with an ultra-slow change of class",
      .category = "epilepsy",
      .equations =
          "G, H from (mu2, -mu1, nu) of Ain and Aend, L, M from Bin and Bend: G = Ain/|Ain|, H = "
          "((Ain x Aend) x Ain)/|...|\n"
          "(points: mu1_Ain, mu2_Ain, nu_Ain, mu1_Bin, mu2_Bin, nu_Bin, mu1_Aend, mu2_Aend, "
          "nu_Aend, mu1_Bend, mu2_Bend, nu_Bend)\n"
          "A = R (G cos uA + H sin uA),  B = R (L cos uB + M sin uB)\n"
          "E = A/|A|,  F = ((A x B) x A)/|(A x B) x A|\n"
          "(mu2, -mu1, nu) = R (E cos z + F sin z)\n"
          "xs = root N of x^3 - mu2 x - mu1\n"
          "barrier = 0.1 (z - 0.5)^7 modification\n"
          "dx/dt = -y\n"
          "dy/dt = x^3 - mu2 x - mu1 - y (nu + b x + x^2)\n"
          "dz/dt = -c (sqrt((x - xs)^2 + y^2) - dstar + barrier + Ks c_1)\n"
          "duA/dt = cA\n"
          "duB/dt = cB",
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
          "real root, and is no root for mu2 < 0. uA and uB grow without end, in The Virtual "
          "Brain too: stop the run when they have arrived.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .picture = {.duration = 10000.0}};

  /// G, H, L and M.
  static constexpr std::size_t n_derived = 12;
  static Vec<double, n_derived> derive(const Vec<double, 21>& parameter) {
    const auto& [mu1_Ain, mu2_Ain, nu_Ain, mu1_Bin, mu2_Bin, nu_Bin, mu1_Aend, mu2_Aend, nu_Aend,
                 mu1_Bend, mu2_Bend, nu_Bend, b, R, c, cA, cB, dstar, Ks, N, modification] =
        parameter;
    const auto [G, H] =
        dynamotype::frame<double>({mu2_Ain, -mu1_Ain, nu_Ain}, {mu2_Aend, -mu1_Aend, nu_Aend});
    const auto [L, M] =
        dynamotype::frame<double>({mu2_Bin, -mu1_Bin, nu_Bin}, {mu2_Bend, -mu1_Bend, nu_Bend});
    return {G[0], G[1], G[2], H[0], H[1], H[2], L[0], L[1], L[2], M[0], M[1], M[2]};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 5> rhs(const Vec<X, 5>& state, const Vec<P, 21>& parameter,
                                              const Vec<P, 1>& input,
                                              const Vec<P, n_derived>& derived) {
    const auto& [x, y, z, uA, uB] = state;
    const auto& [mu1_Ain, mu2_Ain, nu_Ain, mu1_Bin, mu2_Bin, nu_Bin, mu1_Aend, mu2_Aend, nu_Aend,
                 mu1_Bend, mu2_Bend, nu_Bend, b, R, c, cA, cB, dstar, Ks, N, modification] =
        parameter;
    const auto& [c_1] = input;
    const auto& [G0, G1, G2, H0, H1, H2, L0, L1, L2, M0, M1, M2] = derived;
    // Only the directions of A and B count.
    const auto A = dynamotype::on_circle<X, P>({G0, G1, G2}, {H0, H1, H2}, uA);
    const auto B = dynamotype::on_circle<X, P>({L0, L1, L2}, {M0, M1, M2}, uB);
    const auto [E, F] = dynamotype::frame<X>(A, B);
    const auto at = dynamotype::on_circle<X, X>(E, F, z);
    const auto fast =
        dynamotype::fast(x, y, dynamotype::Point<X>{R * at[0], R * at[1], R * at[2]}, b, N);
    const X barrier = 0.1 * modification * math::pow_int<7>(X(z - 0.5));
    return {fast.dx, fast.dy, -c * (fast.distance - dstar + barrier + Ks * c_1), X(cA), X(cB)};
  }
};

}  // namespace arcuate::model
