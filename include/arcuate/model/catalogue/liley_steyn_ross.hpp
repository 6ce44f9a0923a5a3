#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Cortical mean potentials of excitatory and inhibitory cells under an anaesthetic that prolongs
/// inhibition: two coexisting states of awareness and coma.
struct LileySteynRoss {
  static constexpr std::array states{
      StateInfo{.name = "h_e",
                .unit = "mV",
                .initial = -50.0,
                .range = {-90.0, -45.0},
                .meaning = "mean soma potential of excitatory cells"},
      StateInfo{.name = "h_i",
                .unit = "mV",
                .initial = -59.0,
                .range = {-90.0, -45.0},
                .meaning = "mean soma potential of inhibitory cells"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau_e",
                    .unit = "ms",
                    .value = 40.0,
                    .range = {5.0, 150.0},
                    .meaning = "membrane time constant of excitatory cells"},
      ParameterInfo{.name = "tau_i",
                    .unit = "ms",
                    .value = 40.0,
                    .range = {5.0, 150.0},
                    .meaning = "membrane time constant of inhibitory cells"},
      ParameterInfo{.name = "h_e_rest",
                    .unit = "mV",
                    .value = -70.0,
                    .range = {-80.0, -60.0},
                    .meaning = "resting potential of excitatory cells"},
      ParameterInfo{.name = "h_i_rest",
                    .unit = "mV",
                    .value = -70.0,
                    .range = {-80.0, -60.0},
                    .meaning = "resting potential of inhibitory cells"},
      ParameterInfo{.name = "h_e_rev",
                    .unit = "mV",
                    .value = 45.0,
                    .range = {20.0, 60.0},
                    .meaning = "reversal potential of excitation"},
      ParameterInfo{.name = "h_i_rev",
                    .unit = "mV",
                    .value = -90.0,
                    .range = {-100.0, -80.0},
                    .meaning = "reversal potential of inhibition"},
      ParameterInfo{.name = "p_ee",
                    .unit = "1/ms",
                    .value = 1.1,
                    .range = {0.0, 10.0},
                    .meaning = "subcortical rate, excitatory on excitatory"},
      ParameterInfo{.name = "p_ie",
                    .unit = "1/ms",
                    .value = 1.6,
                    .range = {0.0, 10.0},
                    .meaning = "subcortical rate, inhibitory on excitatory"},
      ParameterInfo{.name = "p_ei",
                    .unit = "1/ms",
                    .value = 1.6,
                    .range = {0.0, 10.0},
                    .meaning = "subcortical rate, excitatory on inhibitory"},
      ParameterInfo{.name = "p_ii",
                    .unit = "1/ms",
                    .value = 1.1,
                    .range = {0.0, 10.0},
                    .meaning = "subcortical rate, inhibitory on inhibitory"},
      ParameterInfo{.name = "gamma_e",
                    .unit = "1/ms",
                    .value = 0.3,
                    .range = {0.1, 1.0},
                    .meaning = "rate of excitatory synapses"},
      ParameterInfo{.name = "gamma_i",
                    .unit = "1/ms",
                    .value = 0.065,
                    .range = {0.01, 0.5},
                    .meaning = "rate of inhibitory synapses"},
      ParameterInfo{.name = "G_e",
                    .unit = "mV",
                    .value = 0.18,
                    .range = {0.05, 0.5},
                    .meaning = "peak of an excitatory potential"},
      ParameterInfo{.name = "G_i",
                    .unit = "mV",
                    .value = 0.37,
                    .range = {0.1, 1.0},
                    .meaning = "peak of an inhibitory potential"},
      ParameterInfo{
          .name = "N_ee",
          .unit = "1",
          .value = 7034.0,
          .range = {1000.0, 10000.0},
          .meaning = "excitatory synapses on an excitatory cell: near (3034) and far (4000)"},
      ParameterInfo{
          .name = "N_ei",
          .unit = "1",
          .value = 5034.0,
          .range = {1000.0, 10000.0},
          .meaning = "excitatory synapses on an inhibitory cell: near (3034) and far (2000)"},
      ParameterInfo{.name = "N_ie",
                    .unit = "1",
                    .value = 536.0,
                    .range = {100.0, 1000.0},
                    .meaning = "inhibitory synapses on an excitatory cell"},
      ParameterInfo{.name = "N_ii",
                    .unit = "1",
                    .value = 536.0,
                    .range = {100.0, 1000.0},
                    .meaning = "inhibitory synapses on an inhibitory cell"},
      ParameterInfo{.name = "theta_e",
                    .unit = "mV",
                    .value = -60.0,
                    .range = {-70.0, -50.0},
                    .meaning = "threshold of excitatory cells"},
      ParameterInfo{.name = "theta_i",
                    .unit = "mV",
                    .value = -60.0,
                    .range = {-70.0, -50.0},
                    .meaning = "threshold of inhibitory cells"},
      ParameterInfo{.name = "g_e",
                    .unit = "1/mV",
                    .value = 0.28,
                    .range = {0.05, 0.5},
                    .meaning = "slope of the excitatory sigmoid"},
      ParameterInfo{.name = "g_i",
                    .unit = "1/mV",
                    .value = 0.14,
                    .range = {0.05, 0.5},
                    .meaning = "slope of the inhibitory sigmoid"},
      ParameterInfo{.name = "lambda",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.3, 2.0},
                    .meaning = "effect of the anaesthetic: prolongs inhibition"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "mV",
                .source = "h_e",
                .gate = "",
                .meaning = "network input, added to both potentials in the sigmoids"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "LileySteynRoss",
      .title = "Liley-Steyn-Ross cortical mean field (adiabatic)",
      .category = "mean field",
      .equations =
          "S_p = 1/(1 + exp(-g_p (h_p + c_0 - theta_p)))  [1/ms]\n"
          "psi_xy = (h_x_rev - h_y)/|h_x_rev - h_y_rest|\n"
          "E_y = psi_ey (N_ey S_e + p_ey) G_e/gamma_e\n"
          "I_y = lambda psi_iy (N_iy S_i + p_iy) G_i/gamma_i\n"
          "dh_e/dt = (h_e_rest - h_e + E_e + I_e)/tau_e\n"
          "dh_i/dt = (h_i_rest - h_i + E_i + I_i)/tau_i\n"
          "with y = e, i: N_ee, N_ei, N_ie, N_ii, p_ee, p_ei, p_ie, p_ii",
      .reference =
          "Steyn-Ross ML, Steyn-Ross DA, Sleigh JW, Liley DTJ (1999). Theoretical "
          "electroencephalogram stationary spectrum for a white-noise-driven cortex: evidence "
          "for a general anesthetic-induced phase transition. Physical Review E 60:7299-7311. "
          "doi:10.1103/PhysRevE.60.7299",
      .notes =
          "Index order: N_ei counts synapses from excitatory on inhibitory cells. Near and far "
          "excitatory synapses act alike in the adiabatic limit; here they are one number. The "
          "network input is a potential, as in The Virtual Brain's contributed model.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 23>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [h_e, h_i] = state;
    const auto& [tau_e, tau_i, h_e_rest, h_i_rest, h_e_rev, h_i_rev, p_ee, p_ie, p_ei, p_ii,
                 gamma_e, gamma_i, G_e, G_i, N_ee, N_ei, N_ie, N_ii, theta_e, theta_i, g_e, g_i,
                 lambda] = parameter;
    const auto& [c_0] = input;
    const X S_e = math::sigmoid(X(g_e * (h_e + (c_0 - theta_e))));
    const X S_i = math::sigmoid(X(g_i * (h_i + (c_0 - theta_i))));
    const P excitation = G_e / gamma_e, inhibition = lambda * G_i / gamma_i;
    const X on_e = psi(h_e, h_e_rev, h_e_rest) * excitation * (N_ee * S_e + p_ee) +
                   psi(h_e, h_i_rev, h_e_rest) * inhibition * (N_ie * S_i + p_ie);
    const X on_i = psi(h_i, h_e_rev, h_i_rest) * excitation * (N_ei * S_e + p_ei) +
                   psi(h_i, h_i_rev, h_i_rest) * inhibition * (N_ii * S_i + p_ii);
    return {(h_e_rest - h_e + on_e) / tau_e, (h_i_rest - h_i + on_i) / tau_i};
  }

 private:
  /// psi
  template <class X, class P>
  [[gnu::always_inline]] static X psi(const X& h, const P& reversal, const P& rest) {
    return (reversal - h) / math::abs(P(reversal - rest));
  }
};

}  // namespace arcuate::model
