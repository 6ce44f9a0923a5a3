#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/reduced_set_modes.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// An excitatory and an inhibitory population of bursting Hindmarsh-Rose neurons with distributed
/// excitability, each reduced to three modes.
struct ReducedSetHindmarshRose {
  static constexpr std::array states{
      StateInfo{.name = "xi_0",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "potential of excitatory neurons, mode 0"},
      StateInfo{.name = "xi_1",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "potential of excitatory neurons, mode 1"},
      StateInfo{.name = "xi_2",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "potential of excitatory neurons, mode 2"},
      StateInfo{.name = "eta_0",
                .unit = "1",
                .initial = -5.0,
                .range = {-25.0, 20.0},
                .meaning = "fast current of excitatory neurons, mode 0"},
      StateInfo{.name = "eta_1",
                .unit = "1",
                .initial = -5.0,
                .range = {-25.0, 20.0},
                .meaning = "fast current of excitatory neurons, mode 1"},
      StateInfo{.name = "eta_2",
                .unit = "1",
                .initial = -5.0,
                .range = {-25.0, 20.0},
                .meaning = "fast current of excitatory neurons, mode 2"},
      StateInfo{.name = "tau_0",
                .unit = "1",
                .initial = 4.0,
                .range = {2.0, 10.0},
                .meaning = "slow current of excitatory neurons, mode 0"},
      StateInfo{.name = "tau_1",
                .unit = "1",
                .initial = 4.0,
                .range = {2.0, 10.0},
                .meaning = "slow current of excitatory neurons, mode 1"},
      StateInfo{.name = "tau_2",
                .unit = "1",
                .initial = 4.0,
                .range = {2.0, 10.0},
                .meaning = "slow current of excitatory neurons, mode 2"},
      StateInfo{.name = "alpha_0",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "potential of inhibitory neurons, mode 0"},
      StateInfo{.name = "alpha_1",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "potential of inhibitory neurons, mode 1"},
      StateInfo{.name = "alpha_2",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "potential of inhibitory neurons, mode 2"},
      StateInfo{.name = "beta_0",
                .unit = "1",
                .initial = -5.0,
                .range = {-20.0, 20.0},
                .meaning = "fast current of inhibitory neurons, mode 0"},
      StateInfo{.name = "beta_1",
                .unit = "1",
                .initial = -5.0,
                .range = {-20.0, 20.0},
                .meaning = "fast current of inhibitory neurons, mode 1"},
      StateInfo{.name = "beta_2",
                .unit = "1",
                .initial = -5.0,
                .range = {-20.0, 20.0},
                .meaning = "fast current of inhibitory neurons, mode 2"},
      StateInfo{.name = "gamma_0",
                .unit = "1",
                .initial = 4.0,
                .range = {2.0, 10.0},
                .meaning = "slow current of inhibitory neurons, mode 0"},
      StateInfo{.name = "gamma_1",
                .unit = "1",
                .initial = 4.0,
                .range = {2.0, 10.0},
                .meaning = "slow current of inhibitory neurons, mode 1"},
      StateInfo{.name = "gamma_2",
                .unit = "1",
                .initial = 4.0,
                .range = {2.0, 10.0},
                .meaning = "slow current of inhibitory neurons, mode 2"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "r",
                    .unit = "1",
                    .value = 0.006,
                    .range = {0.0, 0.1},
                    .meaning = "speed of the slow current"},
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "cubic term of the potential"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 3.0,
                    .range = {0.0, 3.0},
                    .meaning = "quadratic term of the potential"},
      ParameterInfo{.name = "c",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "constant of the fast current"},
      ParameterInfo{.name = "d",
                    .unit = "1",
                    .value = 5.0,
                    .range = {2.5, 7.5},
                    .meaning = "quadratic term of the fast current"},
      ParameterInfo{.name = "s",
                    .unit = "1",
                    .value = 4.0,
                    .range = {2.0, 6.0},
                    .meaning = "gain of the slow current"},
      ParameterInfo{.name = "xo",
                    .unit = "1",
                    .value = -1.6,
                    .range = {-2.4, -0.8},
                    .meaning = "potential at which the slow current rests"},
      ParameterInfo{.name = "K11",
                    .unit = "1",
                    .value = 0.5,
                    .range = {0.0, 1.0},
                    .meaning = "coupling from excitatory to excitatory neurons"},
      ParameterInfo{.name = "K12",
                    .unit = "1",
                    .value = 0.1,
                    .range = {0.0, 1.0},
                    .meaning = "coupling from inhibitory to excitatory neurons"},
      ParameterInfo{.name = "K21",
                    .unit = "1",
                    .value = 0.15,
                    .range = {0.0, 1.0},
                    .meaning = "coupling from excitatory to inhibitory neurons"},
      ParameterInfo{.name = "sigma",
                    .unit = "1",
                    .value = 0.3,
                    .range = {0.05, 1.0},
                    .meaning = "standard deviation of the excitability Z",
                    .takes = Takes::positive},
      ParameterInfo{.name = "mu",
                    .unit = "1",
                    .value = 3.3,
                    .range = {1.1, 3.3},
                    .meaning = "mean of the excitability Z"},
      ParameterInfo{.name = "corrected_d_p",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "1: d enters as d I3; 0: as d I1, as the article has it",
                    .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "xi",
                .gate = "",
                .meaning = "network input, received by every mode of both populations"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "xi",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "potential of excitatory neurons, sum of its modes"},
      ObservableInfo{.name = "eta",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "fast current of excitatory neurons, sum of its modes"},
      ObservableInfo{.name = "tau",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "slow current of excitatory neurons, sum of its modes"},
      ObservableInfo{.name = "alpha",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "potential of inhibitory neurons, sum of its modes"},
      ObservableInfo{.name = "beta",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "fast current of inhibitory neurons, sum of its modes"},
      ObservableInfo{.name = "gamma",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "slow current of inhibitory neurons, sum of its modes"},
  };
  static constexpr ModelInfo info{
      .name = "ReducedSetHindmarshRose",
      .title = "Reduced set of Hindmarsh-Rose neurons, three modes",
      .category = "mean field",
      .equations =
          "V_m = 1 at the 500 neurons of mode m, else 0, scaled to int V_m^2 dZ = 1; Z ~ N(mu, "
          "sigma), density g\n"
          "I1 = int V dZ, Ig = int g V dZ, I3 = int V^3 dZ, I4 = int V^4 dZ, IZ = int Z V dZ, each "
          "for m = 0, 1, 2\n"
          "(x A)_m = I1_m sum_k Ig_k x_k, (x B)_m = Ig_m sum_k I1_k x_k\n"
          "dxi_0/dt, dxi_1/dt, dxi_2/dt = eta - a I4 xi^3 + b I3 xi^2 - tau + K11 (xi A - xi) - "
          "K12 (alpha B - xi) + IZ + c_0\n"
          "deta_0/dt, deta_1/dt, deta_2/dt = c I1 - d_p xi^2 - eta, d_p = d I3 with corrected_d_p "
          "= 1, else d I1\n"
          "dtau_0/dt, dtau_1/dt, dtau_2/dt = r (s (xi - xo I1) - tau)\n"
          "dalpha_0/dt, dalpha_1/dt, dalpha_2/dt = beta - a I4 alpha^3 + b I3 alpha^2 - gamma + "
          "K21 (xi A - alpha) + IZ + c_0\n"
          "dbeta_0/dt, dbeta_1/dt, dbeta_2/dt = c I1 - d_p alpha^2 - beta\n"
          "dgamma_0/dt, dgamma_1/dt, dgamma_2/dt = r (s (alpha - xo I1) - gamma)",
      .reference =
          "Stefanescu RA, Jirsa VK (2008). A low dimensional description of globally coupled "
          "heterogeneous neural networks of excitatory and inhibitory neurons. PLoS "
          "Computational Biology 4:e1000219. doi:10.1371/journal.pcbi.1000219",
      .notes =
          "The network sends the sum over modes of xi, and every mode of both populations "
          "receives the same sum, as in The Virtual Brain; with a coupling that is not linear, "
          "or has an offset, The Virtual Brain applies it to each mode and sums afterwards. The "
          "projection of d x^2 onto a mode is d I3 xi^2; the article prints d I1. corrected_d_p "
          "= 0 selects the printed form. The network input is called c_0, because c is a "
          "parameter. Both populations have the same distribution of Z.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  /// I1, Ig, IZ, a I4, b I3, c I1, d_p, s xo I1 of the three modes.
  static constexpr std::size_t n_derived = 24;
  static Vec<double, n_derived> derive(const Vec<double, 13>& parameter) {
    const auto& [r, a, b, c, d, s, xo, K11, K12, K21, sigma, mu, corrected_d_p] = parameter;
    const auto modes = reduced_set::modes(mu, sigma);
    Vec<double, n_derived> derived{};
    for (std::size_t m = 0; m < modes.size(); ++m) {
      const auto& [I1, Ig, I3, I4, IZ] = modes[m];
      derived[m] = I1;
      derived[3 + m] = Ig;
      derived[6 + m] = IZ;
      derived[9 + m] = a * I4;
      derived[12 + m] = b * I3;
      derived[15 + m] = c * I1;
      derived[18 + m] = d * (corrected_d_p * I3 + (1.0 - corrected_d_p) * I1);
      derived[21 + m] = s * xo * I1;
    }
    return derived;
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 18> rhs(const Vec<X, 18>& state, const Vec<P, 13>& parameter,
                                               const Vec<P, 1>& input,
                                               const Vec<P, n_derived>& derived) {
    using reduced_set::modes_of;
    const auto xi = modes_of<0>(state), eta = modes_of<1>(state), tau = modes_of<2>(state);
    const auto alpha = modes_of<3>(state), beta = modes_of<4>(state), gamma = modes_of<5>(state);
    const auto I1 = modes_of<0>(derived), Ig = modes_of<1>(derived), IZ = modes_of<2>(derived);
    const P r = parameter[0], s = parameter[5], c_0 = input[0];
    const auto mixed =
        reduced_set::mix(xi, alpha, I1, Ig, parameter[7], parameter[8], parameter[9]);
    const auto potential = [&](const auto& v, const auto& fast, const auto& slow,
                               const auto& mixing, std::size_t m) __attribute__((always_inline)) {
      return X(v[m] * v[m] * (derived[12 + m] - derived[9 + m] * v[m]) + fast[m] - slow[m] +
               mixing[m] + (IZ[m] + c_0));
    };
    const auto fast = [&](const auto& v, const auto& w, std::size_t m)
        __attribute__((always_inline)) {
      return X(derived[15 + m] - derived[18 + m] * v[m] * v[m] - w[m]);
    };
    const auto slow = [&](const auto& v, const auto& w, std::size_t m)
        __attribute__((always_inline)) {
      return X(r * (s * v[m] - w[m] - derived[21 + m]));
    };
    return {potential(xi, eta, tau, mixed.excitatory, 0),
            potential(xi, eta, tau, mixed.excitatory, 1),
            potential(xi, eta, tau, mixed.excitatory, 2),
            fast(xi, eta, 0),
            fast(xi, eta, 1),
            fast(xi, eta, 2),
            slow(xi, tau, 0),
            slow(xi, tau, 1),
            slow(xi, tau, 2),
            potential(alpha, beta, gamma, mixed.inhibitory, 0),
            potential(alpha, beta, gamma, mixed.inhibitory, 1),
            potential(alpha, beta, gamma, mixed.inhibitory, 2),
            fast(alpha, beta, 0),
            fast(alpha, beta, 1),
            fast(alpha, beta, 2),
            slow(alpha, gamma, 0),
            slow(alpha, gamma, 1),
            slow(alpha, gamma, 2)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 6> observe(const Vec<X, 18>& x, const Vec<P, 13>&,
                                                  const Vec<P, 1>&, const Vec<P, n_derived>&) {
    return {x[0] + x[1] + x[2],   x[3] + x[4] + x[5],    x[6] + x[7] + x[8],
            x[9] + x[10] + x[11], x[12] + x[13] + x[14], x[15] + x[16] + x[17]};
  }
};

}  // namespace arcuate::model
