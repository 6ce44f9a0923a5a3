#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The dynamic mean field of one excitatory population whose activity is carried by NMDA
/// channels.
struct ReducedWongWang {
  static constexpr std::array states{
      StateInfo{.name = "S",
                .unit = "1",
                .initial = 0.1,
                .range = {0.0, 1.0},
                .lower = 0.0,
                .upper = 1.0,
                .meaning = "open fraction of NMDA channels"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1/pC",
                    .value = 0.27,
                    .range = {0.1, 0.5},
                    .meaning = "gain of the transfer function"},
      ParameterInfo{.name = "b",
                    .unit = "kHz",
                    .value = 0.108,
                    .range = {0.0, 1.0},
                    .meaning = "threshold of the transfer function"},
      ParameterInfo{.name = "d",
                    .unit = "ms",
                    .value = 154.0,
                    .range = {1.0, 200.0},
                    .meaning = "noise factor of the transfer function"},
      ParameterInfo{.name = "gamma",
                    .unit = "1",
                    .value = 0.641,
                    .range = {0.0, 1.0},
                    .meaning = "kinetic parameter"},
      ParameterInfo{.name = "tau_s",
                    .unit = "ms",
                    .value = 100.0,
                    .range = {50.0, 150.0},
                    .meaning = "NMDA decay time"},
      ParameterInfo{.name = "w",
                    .unit = "1",
                    .value = 0.6,
                    .range = {0.0, 1.0},
                    .meaning = "weight of the recurrent excitation"},
      ParameterInfo{.name = "J_N",
                    .unit = "nA",
                    .value = 0.2609,
                    .range = {0.1, 0.5},
                    .meaning = "NMDA current"},
      ParameterInfo{.name = "I_o",
                    .unit = "nA",
                    .value = 0.33,
                    .range = {0.0, 1.0},
                    .meaning = "external current"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "S",
                .gate = "J_N",
                .meaning = "network input, multiplied by J_N"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "rate", .unit = "Hz", .uses_input = true, .meaning = "firing rate, H"},
  };
  static constexpr std::array cubnm_values{PresetValue{"w", 0.9}, PresetValue{"I_o", 0.3}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "cubnm",
          .meaning =
              "the numbers of the toolbox cuBNM (rWWEx): stronger recurrence and a weaker external "
              "current. Deco et al. 2013, doi:10.1523/JNEUROSCI.1091-13.2013; add noise of S with "
              "sigma = 0.001",
          .values = cubnm_values},
  };
  static constexpr ModelInfo info{
      .name = "ReducedWongWang",
      .title = "Reduced Wong-Wang model, one excitatory population (dynamic mean field)",
      .category = "mean field",
      .equations =
          "x = w J_N S + I_o + J_N c_0\n"
          "H = u/(1 - exp(-d u)),  u = a x - b\n"
          "dS/dt = -S/tau_s + (1 - S) gamma H",
      .reference =
          "Deco G, Ponce-Alvarez A, Mantini D, Romani GL, Hagmann P, Corbetta M (2013). "
          "Resting-state functional connectivity emerges from structurally and dynamically "
          "shaped slow linear fluctuations. Journal of Neuroscience 33:11239-11252. "
          "doi:10.1523/JNEUROSCI.1091-13.2013; Wong KF, Wang XJ (2006). A recurrent network "
          "mechanism of time integration in perceptual decisions. Journal of Neuroscience "
          "26:1314-1328. doi:10.1523/JNEUROSCI.3733-05.2006",
      .notes =
          "H is continuous through u = 0, where it is 1/d; the programs this model is known "
          "from divide 0 by 0 there. The Virtual Brain also lists sigma_noise, which its "
          "equations do not contain; give the noise in the study.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> rhs(const Vec<X, 1>& state, const Vec<P, 8>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [S] = state;
    const auto& [a, b, d, gamma, tau_s, w, J_N, I_o] = parameter;
    const X H = transfer(state, parameter, input);
    return {(1.0 - S) * (gamma * H) - S / tau_s};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 1>& state,
                                                  const Vec<P, 8>& parameter,
                                                  const Vec<P, 1>& input) {
    return {1000.0 * transfer(state, parameter, input)};
  }

 private:
  /// H [kHz]
  template <class X, class P>
  [[gnu::always_inline]] static X transfer(const Vec<X, 1>& state, const Vec<P, 8>& parameter,
                                           const Vec<P, 1>& input) {
    const auto& [a, b, d, gamma, tau_s, w, J_N, I_o] = parameter;
    const X x = w * J_N * state[0] + (I_o + J_N * input[0]);
    return math::linear_exponential(a * x - b, d);
  }
};

}  // namespace arcuate::model
