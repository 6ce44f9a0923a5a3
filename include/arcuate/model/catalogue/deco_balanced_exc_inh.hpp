#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// ReducedWongWangExcInh with a gain for each region that steepens both transfer functions: a map
/// of receptors or of gene expression.
struct DecoBalancedExcInh {
  static constexpr std::array states{
      StateInfo{.name = "S_e",
                .unit = "1",
                .initial = 0.001,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .upper = 1.0,
                .meaning = "open fraction of NMDA channels"},
      StateInfo{.name = "S_i",
                .unit = "1",
                .initial = 0.001,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .upper = 1.0,
                .meaning = "open fraction of GABA channels"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a_e",
                    .unit = "1/nC",
                    .value = 310.0,
                    .range = {0.0, 500.0},
                    .meaning = "gain of the excitatory transfer function"},
      ParameterInfo{.name = "b_e",
                    .unit = "Hz",
                    .value = 125.0,
                    .range = {0.0, 200.0},
                    .meaning = "threshold of the excitatory transfer function"},
      ParameterInfo{.name = "d_e",
                    .unit = "s",
                    .value = 0.16,
                    .range = {0.001, 0.2},
                    .meaning = "noise factor of the excitatory transfer function"},
      ParameterInfo{.name = "gamma_e",
                    .unit = "s/ms",
                    .value = 0.000641,
                    .range = {0.0, 0.001},
                    .meaning = "excitatory kinetic parameter"},
      ParameterInfo{.name = "tau_e",
                    .unit = "ms",
                    .value = 100.0,
                    .range = {50.0, 150.0},
                    .meaning = "NMDA decay time"},
      ParameterInfo{.name = "w_p",
                    .unit = "1",
                    .value = 1.4,
                    .range = {0.0, 2.0},
                    .meaning = "weight of the recurrent excitation"},
      ParameterInfo{.name = "J_N",
                    .unit = "nA",
                    .value = 0.15,
                    .range = {0.001, 0.5},
                    .meaning = "NMDA current"},
      ParameterInfo{.name = "W_e",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 2.0},
                    .meaning = "excitatory part of the external current"},
      ParameterInfo{.name = "a_i",
                    .unit = "1/nC",
                    .value = 615.0,
                    .range = {0.0, 1000.0},
                    .meaning = "gain of the inhibitory transfer function"},
      ParameterInfo{.name = "b_i",
                    .unit = "Hz",
                    .value = 177.0,
                    .range = {0.0, 200.0},
                    .meaning = "threshold of the inhibitory transfer function"},
      ParameterInfo{.name = "d_i",
                    .unit = "s",
                    .value = 0.087,
                    .range = {0.001, 0.2},
                    .meaning = "noise factor of the inhibitory transfer function"},
      ParameterInfo{.name = "gamma_i",
                    .unit = "s/ms",
                    .value = 0.001,
                    .range = {0.0, 0.002},
                    .meaning = "inhibitory kinetic parameter"},
      ParameterInfo{.name = "tau_i",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {5.0, 100.0},
                    .meaning = "GABA decay time"},
      ParameterInfo{.name = "J_i",
                    .unit = "nA",
                    .value = 1.0,
                    .range = {0.001, 2.0},
                    .meaning = "local inhibitory current; the value that inhibition control tunes"},
      ParameterInfo{.name = "W_i",
                    .unit = "1",
                    .value = 0.7,
                    .range = {0.0, 1.0},
                    .meaning = "inhibitory part of the external current"},
      ParameterInfo{.name = "I_o",
                    .unit = "nA",
                    .value = 0.382,
                    .range = {0.0, 1.0},
                    .meaning = "external current"},
      ParameterInfo{.name = "I_ext",
                    .unit = "nA",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "stimulation of the excitatory population"},
      ParameterInfo{.name = "G",
                    .unit = "1",
                    .value = 2.0,
                    .range = {0.0, 10.0},
                    .meaning = "weight of the network input"},
      ParameterInfo{.name = "lamda",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "part of the network input that reaches the inhibitory population"},
      ParameterInfo{
          .name = "M_i",
          .unit = "1",
          .value = 1.0,
          .range = {1.0, 10.0},
          .meaning = "gain of the region: density of receptors or gene expression, for example"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "S_e",
                .gate = "G",
                .meaning = "network input, multiplied by G J_N"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "H_e",
                     .unit = "Hz",
                     .uses_input = true,
                     .meaning = "firing rate of the excitatory population"},
      ObservableInfo{.name = "H_i",
                     .unit = "Hz",
                     .uses_input = true,
                     .meaning = "firing rate of the inhibitory population"},
  };
  static constexpr ModelInfo info{
      .name = "DecoBalancedExcInh",
      .title = "Balanced dynamic mean field with regional gain",
      .category = "mean field",
      .equations =
          "x_e = w_p J_N S_e - J_i S_i + W_e I_o + I_ext + G J_N c_0\n"
          "x_i = J_N S_e - S_i + W_i I_o + lamda G J_N c_0\n"
          "H_p = u_p/(1 - exp(-d_p u_p)),  u_p = M_i (a_p x_p - b_p)\n"
          "dS_e/dt = -S_e/tau_e + (1 - S_e) gamma_e H_e\n"
          "dS_i/dt = -S_i/tau_i + gamma_i H_i",
      .reference =
          "Deco G, Kringelbach ML, Arnatkeviciute A, Oldham S, Sabaroedin K, Rogasch NC, Aquino "
          "KM, Fornito A (2021). Dynamical consequences of regional heterogeneity in the "
          "brain's transcriptional landscape. Science Advances 7:eabf4752. "
          "doi:10.1126/sciadv.abf4752; Deco G, Ponce-Alvarez A, Hagmann P, Romani GL, Mantini "
          "D, Corbetta M (2014). How local excitation-inhibition ratio impacts the whole brain "
          "dynamics. Journal of Neuroscience 34:7886-7898. doi:10.1523/JNEUROSCI.5068-13.2014",
      .notes =
          "With M_i = 1 it is ReducedWongWangExcInh. H is continuous through u = 0, where it is "
          "1/d; The Virtual Brain divides 0 by 0 there.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .fic = {.parameter = "J_i",
              .rate = "H_e",
              .excitatory = "S_e",
              .inhibitory = "S_i",
              .slope = 0.75}};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 20>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [S_e, S_i] = state;
    const auto& [a_e, b_e, d_e, gamma_e, tau_e, w_p, J_N, W_e, a_i, b_i, d_i, gamma_i, tau_i, J_i,
                 W_i, I_o, I_ext, G, lamda, M_i] = parameter;
    const auto [H_e, H_i] = observe<X, P>(state, parameter, input);
    return {(1.0 - S_e) * (gamma_e * H_e) - S_e / tau_e, gamma_i * H_i - S_i / tau_i};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> observe(const Vec<X, 2>& state,
                                                  const Vec<P, 20>& parameter,
                                                  const Vec<P, 1>& input) {
    const auto& [S_e, S_i] = state;
    const auto& [a_e, b_e, d_e, gamma_e, tau_e, w_p, J_N, W_e, a_i, b_i, d_i, gamma_i, tau_i, J_i,
                 W_i, I_o, I_ext, G, lamda, M_i] = parameter;
    const P network = G * J_N * input[0];
    const X x_e = w_p * J_N * S_e - J_i * S_i + (W_e * I_o + I_ext + network);
    const X x_i = J_N * S_e - S_i + (W_i * I_o + lamda * network);
    return {math::linear_exponential(M_i * (a_e * x_e - b_e), d_e),
            math::linear_exponential(M_i * (a_i * x_i - b_i), d_i)};
  }
};

}  // namespace arcuate::model
