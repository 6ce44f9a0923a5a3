#pragma once

#include <numbers>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The exact mean field of excitatory and inhibitory quadratic integrate-and-fire neurons with
/// exponential synapses: gamma rhythms and their phase response.
struct DumontGutkin {
  static constexpr std::array states{
      StateInfo{.name = "r_e",
                .unit = "1/ms",
                .initial = 0.1,
                .range = {0.0, 2.0},
                .lower = 0.0,
                .meaning = "firing rate of excitatory cells"},
      StateInfo{.name = "V_e",
                .unit = "1",
                .initial = -1.0,
                .range = {-2.0, 1.5},
                .meaning = "mean potential of excitatory cells"},
      StateInfo{.name = "s_ee",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "synapses from excitatory on excitatory cells"},
      StateInfo{.name = "s_ei",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "synapses from inhibitory on excitatory cells"},
      StateInfo{.name = "r_i",
                .unit = "1/ms",
                .initial = 0.1,
                .range = {0.0, 2.0},
                .lower = 0.0,
                .meaning = "firing rate of inhibitory cells"},
      StateInfo{.name = "V_i",
                .unit = "1",
                .initial = -1.0,
                .range = {-2.0, 1.5},
                .meaning = "mean potential of inhibitory cells"},
      StateInfo{.name = "s_ie",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "synapses from excitatory on inhibitory cells"},
      StateInfo{.name = "s_ii",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "synapses from inhibitory on inhibitory cells"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "I_e",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "external current of excitatory cells"},
      ParameterInfo{.name = "Delta_e",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the excitability of excitatory cells",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "eta_e",
                    .unit = "1",
                    .value = -5.0,
                    .range = {-10.0, 10.0},
                    .meaning = "mean excitability of excitatory cells"},
      ParameterInfo{.name = "tau_e",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {0.1, 15.0},
                    .meaning = "membrane time constant of excitatory cells"},
      ParameterInfo{.name = "I_i",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "external current of inhibitory cells"},
      ParameterInfo{.name = "Delta_i",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the excitability of inhibitory cells",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "eta_i",
                    .unit = "1",
                    .value = -5.0,
                    .range = {-10.0, 10.0},
                    .meaning = "mean excitability of inhibitory cells"},
      ParameterInfo{.name = "tau_i",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {0.1, 15.0},
                    .meaning = "membrane time constant of inhibitory cells"},
      ParameterInfo{.name = "tau_s",
                    .unit = "ms",
                    .value = 1.0,
                    .range = {0.1, 15.0},
                    .meaning = "time constant of the synapses"},
      ParameterInfo{.name = "J_ee",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-25.0, 25.0},
                    .meaning = "weight from excitatory to excitatory cells"},
      ParameterInfo{.name = "J_ei",
                    .unit = "1",
                    .value = 10.0,
                    .range = {-25.0, 25.0},
                    .meaning = "weight from inhibitory to excitatory cells"},
      ParameterInfo{.name = "J_ie",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-25.0, 25.0},
                    .meaning = "weight from excitatory to inhibitory cells"},
      ParameterInfo{.name = "J_ii",
                    .unit = "1",
                    .value = 15.0,
                    .range = {-25.0, 25.0},
                    .meaning = "weight from inhibitory to inhibitory cells"},
      ParameterInfo{
          .name = "Gamma",
          .unit = "1",
          .value = 5.0,
          .range = {0.0, 10.0},
          .meaning =
              "weight of the network input on inhibitory cells, relative to excitatory ones"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1/ms",
                .source = "r_e",
                .gate = "",
                .meaning = "network input by excitatory firing rates"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "DumontGutkin",
      .title = "Dumont-Gutkin excitatory and inhibitory mean field",
      .category = "mean field",
      .equations =
          "dr_e/dt = (Delta_e/(pi tau_e) + 2 V_e r_e)/tau_e\n"
          "dV_e/dt = (V_e^2 + eta_e - (pi tau_e r_e)^2 + tau_e (s_ee - s_ei) + I_e)/tau_e\n"
          "ds_ee/dt = (-s_ee + J_ee r_e + c_0)/tau_s\n"
          "ds_ei/dt = (-s_ei + J_ei r_i)/tau_s\n"
          "dr_i/dt = (Delta_i/(pi tau_i) + 2 V_i r_i)/tau_i\n"
          "dV_i/dt = (V_i^2 + eta_i - (pi tau_i r_i)^2 + tau_i (s_ie - s_ii) + I_i)/tau_i\n"
          "ds_ie/dt = (-s_ie + J_ie r_e + Gamma c_0)/tau_s\n"
          "ds_ii/dt = (-s_ii + J_ii r_i)/tau_s",
      .reference =
          "Dumont G, Gutkin B (2019). Macroscopic phase resetting-curves determine oscillatory "
          "coherence and signal transfer in inter-coupled neural circuits. PLoS Computational "
          "Biology 15:e1007019. doi:10.1371/journal.pcbi.1007019",
      .notes =
          "Index order: J_ei is the weight from inhibitory to excitatory cells. J_ee and J_ie "
          "are 0 by default, as in The Virtual Brain: the populations of a region then rest; "
          "the paper's rhythms need both.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 8> rhs(const Vec<X, 8>& state, const Vec<P, 14>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [r_e, V_e, s_ee, s_ei, r_i, V_i, s_ie, s_ii] = state;
    const auto& [I_e, Delta_e, eta_e, tau_e, I_i, Delta_i, eta_i, tau_i, tau_s, J_ee, J_ei, J_ie,
                 J_ii, Gamma] = parameter;
    const auto& [c_0] = input;
    return {rate(r_e, V_e, Delta_e, tau_e),
            potential(r_e, V_e, X(s_ee - s_ei), P(eta_e + I_e), tau_e),
            (J_ee * r_e - s_ee + c_0) / tau_s,
            (J_ei * r_i - s_ei) / tau_s,
            rate(r_i, V_i, Delta_i, tau_i),
            potential(r_i, V_i, X(s_ie - s_ii), P(eta_i + I_i), tau_i),
            (J_ie * r_e - s_ie + Gamma * c_0) / tau_s,
            (J_ii * r_i - s_ii) / tau_s};
  }

 private:
  /// dr/dt
  template <class X, class P>
  [[gnu::always_inline]] static X rate(const X& r, const X& V, const P& Delta, const P& tau) {
    return (Delta / (std::numbers::pi * tau) + 2.0 * V * r) / tau;
  }
  /// dV/dt
  template <class X, class P>
  [[gnu::always_inline]] static X potential(const X& r, const X& V, const X& s, const P& drive,
                                            const P& tau) {
    const X pulse = std::numbers::pi * tau * r;
    return (V * V - pulse * pulse + tau * s + drive) / tau;
  }
};

}  // namespace arcuate::model
