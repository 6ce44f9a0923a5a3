#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Two populations of neurons that compete for a decision: fractions of open NMDA channels.
struct WongWang {
  static constexpr std::array states{
      StateInfo{.name = "S1",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .upper = 1.0,
                .meaning = "NMDA gating variable of the population for the first choice"},
      StateInfo{.name = "S2",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .upper = 1.0,
                .meaning = "NMDA gating variable of the population for the second choice"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau_S",
                    .unit = "s",
                    .value = 0.1,
                    .range = {0.02, 0.2},
                    .meaning = "time constant of the NMDA receptors"},
      ParameterInfo{.name = "gamma",
                    .unit = "1",
                    .value = 0.641,
                    .range = {0.1, 1.0},
                    .meaning = "increase of S for each spike"},
      ParameterInfo{.name = "a",
                    .unit = "Hz/nA",
                    .value = 270.0,
                    .range = {100.0, 400.0},
                    .meaning = "slope of the transfer function"},
      ParameterInfo{.name = "theta",
                    .unit = "nA",
                    .value = 0.31,
                    .range = {0.2, 0.5},
                    .meaning = "threshold of the transfer function"},
      ParameterInfo{.name = "J_N11",
                    .unit = "nA",
                    .value = 0.2609,
                    .range = {0.0, 0.5},
                    .meaning = "weight inside the first population"},
      ParameterInfo{.name = "J_N22",
                    .unit = "nA",
                    .value = 0.2609,
                    .range = {0.0, 0.5},
                    .meaning = "weight inside the second population"},
      ParameterInfo{.name = "J_N12",
                    .unit = "nA",
                    .value = 0.0497,
                    .range = {0.0, 0.2},
                    .meaning = "inhibition of the first population by the second"},
      ParameterInfo{.name = "J_N21",
                    .unit = "nA",
                    .value = 0.0497,
                    .range = {0.0, 0.2},
                    .meaning = "inhibition of the second population by the first"},
      ParameterInfo{.name = "J_A_ext",
                    .unit = "nA/Hz",
                    .value = 0.0002243,
                    .range = {0.0, 0.001},
                    .meaning = "weight of the stimulus"},
      ParameterInfo{.name = "mu_0",
                    .unit = "Hz",
                    .value = 30.0,
                    .range = {0.0, 100.0},
                    .meaning = "firing rate of the stimulus at coherence 0"},
      ParameterInfo{.name = "I_0",
                    .unit = "nA",
                    .value = 0.3255,
                    .range = {0.2, 0.5},
                    .meaning = "background current"},
      ParameterInfo{.name = "coherence",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "coherence of the stimulus; positive favours the first choice"},
      ParameterInfo{.name = "curved",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "0: threshold-linear transfer; 1: the curve of Abbott and Chance",
                    .takes = Takes::zero_or_one},
      ParameterInfo{.name = "d",
                    .unit = "s",
                    .value = 0.154,
                    .range = {0.05, 0.3},
                    .meaning = "curvature of the transfer function, for curved = 1"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_1",
                .unit = "nA",
                .source = "S1",
                .gate = "",
                .meaning = "network input to the first population"},
      InputInfo{.name = "c_2",
                .unit = "nA",
                .source = "S2",
                .gate = "",
                .meaning = "network input to the second population"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "r1",
                     .unit = "Hz",
                     .uses_input = true,
                     .meaning = "firing rate of the first population"},
      ObservableInfo{.name = "r2",
                     .unit = "Hz",
                     .uses_input = true,
                     .meaning = "firing rate of the second population"},
  };
  static constexpr std::array preset_wong_wang_2006{
      PresetValue{"theta", 0.4}, PresetValue{"J_A_ext", 0.00052}, PresetValue{"curved", 1.0}};
  static constexpr std::array presets{
      PresetInfo{.name = "wong_wang_2006",
                 .meaning = "The published transfer function and currents: Wong and Wang (2006), "
                            "doi:10.1523/JNEUROSCI.3733-05.2006",
                 .values = preset_wong_wang_2006,
                 .picture = {.input = "c_1", .sigma = 0.0009, .duration = 2.0}},
  };
  static constexpr ModelInfo info{
      .name = "WongWang",
      .title = "Wong-Wang decision between two alternatives",
      .category = "mean field",
      .equations =
          "I_1 = J_N11 S1 - J_N12 S2 + J_A_ext mu_0 (1 + coherence) + I_0 + c_1\n"
          "I_2 = J_N22 S2 - J_N21 S1 + J_A_ext mu_0 (1 - coherence) + I_0 + c_2\n"
          "r_k = max(a (I_k - theta), 0) where curved = 0, else a (I_k - theta)/(1 - exp(-d a (I_k "
          "- theta)))\n"
          "dS1/dt = -S1/tau_S + (1 - S1) gamma r_1\n"
          "dS2/dt = -S2/tau_S + (1 - S2) gamma r_2",
      .reference =
          "Wong KF, Wang XJ (2006). A recurrent network mechanism of time integration in "
          "perceptual decisions. Journal of Neuroscience 26:1314-1328. "
          "doi:10.1523/JNEUROSCI.3733-05.2006",
      .notes =
          "The defaults are those of brainmass, whose transfer function is linear above its "
          "threshold and unbounded. With them the symmetric state (0.7597, 0.7597) is stable "
          "beside the two winner-take-all states, and a run from 0 goes to it: rates differ, "
          "but nothing is decided. The preset wong_wang_2006 has the published transfer "
          "function and currents, where the symmetric state is unstable during the stimulus. "
          "brainmass feeds the network input into the coherence, here it enters the synaptic "
          "currents; its exponential Euler scheme holds the rates of this model, and of no other, "
          "during a step, `exponential_euler` differentiates through them as the scheme is defined "
          "for all models. From rest the error of the latter is a half to a twentieth as large. A "
          "usual rule takes the choice whose "
          "rate passes 15 Hz first.",
      .time_unit = 1000.0,
      .time_unit_name = "s",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto rate = rates(state, parameter, input);
    const auto& [S1, S2] = state;
    const auto& tau_S = parameter[0];
    const auto& gamma = parameter[1];
    return {(1.0 - S1) * (gamma * rate[0]) - S1 / tau_S,
            (1.0 - S2) * (gamma * rate[1]) - S2 / tau_S};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> observe(const Vec<X, 2>& state,
                                                  const Vec<P, std::size(parameters)>& parameter,
                                                  const Vec<P, 2>& input) {
    return rates(state, parameter, input);
  }

 private:
  /// Firing rates of both populations [Hz].
  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rates(const Vec<X, 2>& state,
                                                const Vec<P, std::size(parameters)>& parameter,
                                                const Vec<P, 2>& input) {
    const auto& [S1, S2] = state;
    const auto& [tau_S, gamma, a, theta, J_N11, J_N22, J_N12, J_N21, J_A_ext, mu_0, I_0, coherence,
                 curved, d] = parameter;
    const P stimulus = J_A_ext * mu_0;
    const X u1 =
        a * (J_N11 * S1 - J_N12 * S2 + (stimulus * (1.0 + coherence) + I_0 + input[0] - theta));
    const X u2 =
        a * (J_N22 * S2 - J_N21 * S1 + (stimulus * (1.0 - coherence) + I_0 + input[1] - theta));
    return {transferred(u1, curved, d), transferred(u2, curved, d)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static X transferred(const X& u, const P& curved, const P& d) {
    return math::select(curved > 0.5, math::linear_exponential(u, d),
                        math::select(u > 0.0, u, X(0.0)));
  }
};

}  // namespace arcuate::model
