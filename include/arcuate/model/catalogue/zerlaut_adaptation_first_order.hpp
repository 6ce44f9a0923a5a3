#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/adex_mean_field.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Mean firing rates of an excitatory and an inhibitory population of adaptive exponential
/// integrate-and-fire neurons with conductance-based synapses.
struct ZerlautAdaptationFirstOrder {
  static constexpr std::array states{
      StateInfo{.name = "E",
                .unit = "kHz",
                .initial = 0.01,
                .range = {0.001, 0.25},
                .lower = 0.0,
                .meaning = "firing rate of excitatory neurons",
                .plausible = {-10.0, 10.0}},
      StateInfo{.name = "I",
                .unit = "kHz",
                .initial = 0.01,
                .range = {0.001, 0.25},
                .lower = 0.0,
                .meaning = "firing rate of inhibitory neurons",
                .plausible = {-10.0, 10.0}},
      StateInfo{.name = "W_e",
                .unit = "pA",
                .initial = 0.0,
                .range = {0.0, 200.0},
                .meaning = "adaptation current of excitatory neurons"},
      StateInfo{.name = "W_i",
                .unit = "pA",
                .initial = 0.0,
                .range = {0.0, 200.0},
                .meaning = "adaptation current of inhibitory neurons"},
      StateInfo{.name = "ou_drift",
                .unit = "1",
                .initial = 0.0,
                .range = {-0.0001, 0.0001},
                .meaning = "Ornstein-Uhlenbeck process when it receives white noise",
                .plausible = any_value},
  };
  static constexpr auto& parameters = adex::parameters;
  static constexpr std::array inputs{
      InputInfo{.name = "c",
                .unit = "kHz",
                .source = "E",
                .gate = "K_ext_e",
                .meaning = "excitatory drive by the network"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "ZerlautAdaptationFirstOrder",
      .title = "Mean field of adaptive exponential neurons, first order",
      .category = "mean field",
      .equations =
          "f_e = (E + 1e-6) (1 - g) p_connect_e N_tot + K_ext_e F_e,p,  f_i = (I + 1e-6) g "
          "p_connect_i N_tot + K_ext_i F_i,p\n"
          "G_e = Q_e tau_e f_e,  G_i = Q_i tau_i f_i,  G = g_L + G_e + G_i,  T_m = C_m/G\n"
          "mu_V = (G_e E_e + G_i E_i + g_L E_L_p - W_p)/G\n"
          "A_x = f_x (Q_x tau_x (E_x - mu_V)/G)^2 for x = e, i\n"
          "sigma_V^2 = A_e/(2 (tau_e + T_m)) + A_i/(2 (tau_i + T_m)),  T_V = (A_e + A_i)/(2 "
          "sigma_V^2)\n"
          "V = (mu_V + 60)/10,  S = (sigma_V - 4)/6,  T_N = T_V g_L/C_m - 0.5\n"
          "theta = 1000 (P_p0 + P_p1 V + P_p2 S + P_p3 T_N + P_p4 V^2 + P_p5 S^2 + P_p6 T_N^2 + "
          "P_p7 V S + P_p8 V T_N + P_p9 S T_N)\n"
          "TF_p = erfc((theta - mu_V)/(sqrt(2) sigma_V))/(2 T_V) for p = e, i\n"
          "F_e,e = max(0, c + weight_noise ou_drift) + external_input_ex_ex,  F_i,e = "
          "external_input_ex_in\n"
          "F_e,i = max(0, c + weight_noise ou_drift) + external_input_in_ex,  F_i,i = "
          "external_input_in_in\n"
          "dE/dt = (TF_e - E)/T\n"
          "dI/dt = (TF_i - I)/T\n"
          "dW_e/dt = (a_e (mu_V - E_L_e) - W_e)/tau_w_e + b_e E\n"
          "dW_i/dt = (a_i (mu_V - E_L_i) - W_i)/tau_w_i + b_i I\n"
          "dou_drift/dt = -ou_drift/tau_OU",
      .reference =
          "Zerlaut Y, Chemla S, Chavane F, Destexhe A (2018). Modeling mesoscopic cortical "
          "dynamics using a mean-field model of conductance-based networks of adaptive "
          "exponential integrate-and-fire neurons. Journal of Computational Neuroscience "
          "44:45-61. doi:10.1007/s10827-017-0668-2. di Volo M, Romagnoni A, Capone C, Destexhe "
          "A (2019). Biologically realistic mean-field models of conductance-based networks of "
          "spiking neurons with adaptation. Neural Computation 31:653-680. "
          "doi:10.1162/neco_a_01173",
      .notes =
          "The parameters P_e and P_i of The Virtual Brain are the numbers P_e0 to P_e9 and "
          "P_i0 to P_i9. Its noise enters through ou_drift: give that state white noise. S_i, "
          "which The Virtual Brain lists here too, is in its second order alone.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 5> rhs(const Vec<X, 5>& state, const Vec<P, 49>& p,
                                              const Vec<P, 1>& input) {
    using adex::Population;
    const auto& [E, I, W_e, W_i, ou_drift] = state;
    const X drive = math::max(X(0.0), X(p[adex::weight_noise] * ou_drift + input[0]));
    const adex::Drive<X> to_e{drive + p[adex::external_input_ex_ex], p[adex::external_input_ex_in],
                              W_e};
    const adex::Drive<X> to_i{drive + p[adex::external_input_in_ex], p[adex::external_input_in_in],
                              W_i};
    X mean_e, mean_i;
    const X TF_e = adex::transfer<Population::excitatory>(E, I, to_e, p, mean_e);
    const X TF_i = adex::transfer<Population::inhibitory>(E, I, to_i, p, mean_i);
    return {(TF_e - E) / p[adex::T], (TF_i - I) / p[adex::T],
            adex::adaptation<Population::excitatory>(E, mean_e, W_e, p),
            adex::adaptation<Population::inhibitory>(I, mean_i, W_i, p),
            -ou_drift / p[adex::tau_OU]};
  }
};

}  // namespace arcuate::model
