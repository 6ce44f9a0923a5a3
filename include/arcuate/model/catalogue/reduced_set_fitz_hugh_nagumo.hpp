#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/reduced_set_modes.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// An excitatory and an inhibitory population of FitzHugh-Nagumo neurons with distributed
/// excitability, each reduced to three modes.
struct ReducedSetFitzHughNagumo {
  static constexpr std::array states{
      StateInfo{.name = "xi_0",
                .unit = "1",
                .initial = 0.1,
                .range = {-4.0, 4.0},
                .meaning = "potential of excitatory neurons, mode 0"},
      StateInfo{.name = "xi_1",
                .unit = "1",
                .initial = 0.1,
                .range = {-4.0, 4.0},
                .meaning = "potential of excitatory neurons, mode 1"},
      StateInfo{.name = "xi_2",
                .unit = "1",
                .initial = 0.1,
                .range = {-4.0, 4.0},
                .meaning = "potential of excitatory neurons, mode 2"},
      StateInfo{.name = "eta_0",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "recovery of excitatory neurons, mode 0"},
      StateInfo{.name = "eta_1",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "recovery of excitatory neurons, mode 1"},
      StateInfo{.name = "eta_2",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "recovery of excitatory neurons, mode 2"},
      StateInfo{.name = "alpha_0",
                .unit = "1",
                .initial = 0.1,
                .range = {-4.0, 4.0},
                .meaning = "potential of inhibitory neurons, mode 0"},
      StateInfo{.name = "alpha_1",
                .unit = "1",
                .initial = 0.1,
                .range = {-4.0, 4.0},
                .meaning = "potential of inhibitory neurons, mode 1"},
      StateInfo{.name = "alpha_2",
                .unit = "1",
                .initial = 0.1,
                .range = {-4.0, 4.0},
                .meaning = "potential of inhibitory neurons, mode 2"},
      StateInfo{.name = "beta_0",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "recovery of inhibitory neurons, mode 0"},
      StateInfo{.name = "beta_1",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "recovery of inhibitory neurons, mode 1"},
      StateInfo{.name = "beta_2",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "recovery of inhibitory neurons, mode 2"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau",
                    .unit = "1",
                    .value = 3.0,
                    .range = {1.5, 4.5},
                    .meaning = "separation of the time scales of potential and recovery"},
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = 0.45,
                    .range = {0.0, 1.0},
                    .meaning = "offset of the recovery"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 0.9,
                    .range = {0.0, 1.0},
                    .meaning = "decay of the recovery"},
      ParameterInfo{.name = "K11",
                    .unit = "1",
                    .value = 0.5,
                    .range = {0.0, 1.0},
                    .meaning = "coupling from excitatory to excitatory neurons"},
      ParameterInfo{.name = "K12",
                    .unit = "1",
                    .value = 0.15,
                    .range = {0.0, 1.0},
                    .meaning = "coupling from inhibitory to excitatory neurons"},
      ParameterInfo{.name = "K21",
                    .unit = "1",
                    .value = 0.15,
                    .range = {0.0, 1.0},
                    .meaning = "coupling from excitatory to inhibitory neurons"},
      ParameterInfo{.name = "sigma",
                    .unit = "1",
                    .value = 0.35,
                    .range = {0.05, 1.0},
                    .meaning = "standard deviation of the excitability Z",
                    .takes = Takes::positive},
      ParameterInfo{.name = "mu",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "mean of the excitability Z"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c",
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
                     .meaning = "recovery of excitatory neurons, sum of its modes"},
      ObservableInfo{.name = "alpha",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "potential of inhibitory neurons, sum of its modes"},
      ObservableInfo{.name = "beta",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "recovery of inhibitory neurons, sum of its modes"},
  };
  static constexpr ModelInfo info{
      .name = "ReducedSetFitzHughNagumo",
      .title = "Reduced set of FitzHugh-Nagumo neurons, three modes",
      .category = "mean field",
      .equations =
          "V_m = 1 at the 500 neurons of mode m, else 0, scaled to int V_m^2 dZ = 1; Z ~ N(mu, "
          "sigma), density g\n"
          "I1 = int V dZ, Ig = int g V dZ, I3 = int V^3 dZ, I4 = int V^4 dZ, IZ = int Z V dZ, each "
          "for m = 0, 1, 2\n"
          "(x A)_m = I1_m sum_k Ig_k x_k, (x B)_m = Ig_m sum_k I1_k x_k\n"
          "dxi_0/dt, dxi_1/dt, dxi_2/dt = tau (xi - I4 xi^3/3 - eta + IZ + c) + K11 (xi A - xi) - "
          "K12 (alpha B - xi)\n"
          "deta_0/dt, deta_1/dt, deta_2/dt = (xi - b eta + a I1)/tau\n"
          "dalpha_0/dt, dalpha_1/dt, dalpha_2/dt = tau (alpha - I4 alpha^3/3 - beta + IZ + c) + "
          "K21 (xi A - alpha)\n"
          "dbeta_0/dt, dbeta_1/dt, dbeta_2/dt = (alpha - b beta + a I1)/tau",
      .reference =
          "Stefanescu RA, Jirsa VK (2008). A low dimensional description of globally coupled "
          "heterogeneous neural networks of excitatory and inhibitory neurons. PLoS "
          "Computational Biology 4:e1000219. doi:10.1371/journal.pcbi.1000219",
      .notes =
          "The network sends the sum over modes of xi, and every mode of both populations "
          "receives the same sum, as in The Virtual Brain; with a coupling that is not linear, "
          "or has an offset, The Virtual Brain applies it to each mode and sums afterwards. "
          "Both populations have the same distribution of Z.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  /// I1, Ig, IZ, I4/3, a I1 of the three modes.
  static constexpr std::size_t n_derived = 15;
  static Vec<double, n_derived> derive(const Vec<double, 8>& parameter) {
    const auto& [tau, a, b, K11, K12, K21, sigma, mu] = parameter;
    const auto modes = reduced_set::modes(mu, sigma);
    Vec<double, n_derived> derived{};
    for (std::size_t m = 0; m < modes.size(); ++m) {
      derived[m] = modes[m].I1;
      derived[3 + m] = modes[m].Ig;
      derived[6 + m] = modes[m].IZ;
      derived[9 + m] = modes[m].I4 / 3.0;
      derived[12 + m] = a * modes[m].I1;
    }
    return derived;
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 12> rhs(const Vec<X, 12>& state, const Vec<P, 8>& parameter,
                                               const Vec<P, 1>& input,
                                               const Vec<P, n_derived>& derived) {
    using reduced_set::modes_of;
    const auto xi = modes_of<0>(state), eta = modes_of<1>(state);
    const auto alpha = modes_of<2>(state), beta = modes_of<3>(state);
    const auto I1 = modes_of<0>(derived), Ig = modes_of<1>(derived), IZ = modes_of<2>(derived);
    const auto cubic = modes_of<3>(derived), offset = modes_of<4>(derived);
    const auto& [tau, a, b, K11, K12, K21, sigma, mu] = parameter;
    const P c = input[0], rate = 1.0 / tau;
    const auto mixed = reduced_set::mix(xi, alpha, I1, Ig, K11, K12, K21);
    const auto potential = [&](const auto& v, const auto& w, const auto& mixing, std::size_t m)
        __attribute__((always_inline)) {
      return X(tau * (v[m] - cubic[m] * v[m] * v[m] * v[m] - w[m] + (IZ[m] + c)) + mixing[m]);
    };
    const auto recovery = [&](const auto& v, const auto& w, std::size_t m)
        __attribute__((always_inline)) {
      return X((v[m] - b * w[m] + offset[m]) * rate);
    };
    return {potential(xi, eta, mixed.excitatory, 0),
            potential(xi, eta, mixed.excitatory, 1),
            potential(xi, eta, mixed.excitatory, 2),
            recovery(xi, eta, 0),
            recovery(xi, eta, 1),
            recovery(xi, eta, 2),
            potential(alpha, beta, mixed.inhibitory, 0),
            potential(alpha, beta, mixed.inhibitory, 1),
            potential(alpha, beta, mixed.inhibitory, 2),
            recovery(alpha, beta, 0),
            recovery(alpha, beta, 1),
            recovery(alpha, beta, 2)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 4> observe(const Vec<X, 12>& x, const Vec<P, 8>&,
                                                  const Vec<P, 1>&, const Vec<P, n_derived>&) {
    return {x[0] + x[1] + x[2], x[3] + x[4] + x[5], x[6] + x[7] + x[8], x[9] + x[10] + x[11]};
  }
};

}  // namespace arcuate::model
