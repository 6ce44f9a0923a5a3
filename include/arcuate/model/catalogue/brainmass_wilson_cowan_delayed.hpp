#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Excitatory and inhibitory populations that hear each other and themselves some time later.
struct BrainmassWilsonCowanDelayed {
  static constexpr std::array states{
      StateInfo{.name = "rE",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "proportion of excitatory cells firing"},
      StateInfo{.name = "rI",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 1.0},
                .meaning = "proportion of inhibitory cells firing"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau_E",
                    .unit = "ms",
                    .value = 1.0,
                    .range = {0.5, 50.0},
                    .meaning = "time constant of the excitatory population"},
      ParameterInfo{.name = "a_E",
                    .unit = "1",
                    .value = 1.2,
                    .range = {0.5, 2.0},
                    .meaning = "slope of the excitatory sigmoid"},
      ParameterInfo{.name = "theta_E",
                    .unit = "1",
                    .value = 2.8,
                    .range = {1.0, 6.0},
                    .meaning = "threshold of the excitatory sigmoid"},
      ParameterInfo{.name = "tau_I",
                    .unit = "ms",
                    .value = 1.0,
                    .range = {0.5, 50.0},
                    .meaning = "time constant of the inhibitory population"},
      ParameterInfo{.name = "a_I",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 2.0},
                    .meaning = "slope of the inhibitory sigmoid"},
      ParameterInfo{.name = "theta_I",
                    .unit = "1",
                    .value = 4.0,
                    .range = {1.0, 6.0},
                    .meaning = "threshold of the inhibitory sigmoid"},
      ParameterInfo{.name = "wEE",
                    .unit = "1",
                    .value = 12.0,
                    .range = {0.0, 20.0},
                    .meaning = "excitatory to excitatory weight"},
      ParameterInfo{.name = "wIE",
                    .unit = "1",
                    .value = 4.0,
                    .range = {0.0, 20.0},
                    .meaning = "excitatory to inhibitory weight"},
      ParameterInfo{.name = "wEI",
                    .unit = "1",
                    .value = 13.0,
                    .range = {0.0, 20.0},
                    .meaning = "inhibitory to excitatory weight"},
      ParameterInfo{.name = "wII",
                    .unit = "1",
                    .value = 11.0,
                    .range = {0.0, 20.0},
                    .meaning = "inhibitory to inhibitory weight"},
      ParameterInfo{.name = "r",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 2.0},
                    .meaning = "refractoriness of both populations"},
      ParameterInfo{.name = "delay_EE",
                    .unit = "ms",
                    .value = 2.0,
                    .range = {0.5, 10.0},
                    .meaning = "delay from excitatory to excitatory cells"},
      ParameterInfo{.name = "delay_IE",
                    .unit = "ms",
                    .value = 2.0,
                    .range = {0.5, 10.0},
                    .meaning = "delay from excitatory to inhibitory cells"},
      ParameterInfo{.name = "delay_EI",
                    .unit = "ms",
                    .value = 1.5,
                    .range = {0.5, 10.0},
                    .meaning = "delay from inhibitory to excitatory cells"},
      ParameterInfo{.name = "delay_II",
                    .unit = "ms",
                    .value = 1.5,
                    .range = {0.5, 10.0},
                    .meaning = "delay from inhibitory to inhibitory cells"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "rE_inp",
                .unit = "1",
                .source = "rE",
                .gate = "",
                .meaning = "input to the excitatory population, inside the sigmoid"},
      InputInfo{.name = "rI_inp",
                .unit = "1",
                .source = "",
                .gate = "",
                .meaning = "input to the inhibitory population, inside the sigmoid"},
  };
  static constexpr std::array delayed{
      DelayedInfo{.name = "rE_to_E",
                  .source = "rE",
                  .delay = "delay_EE",
                  .meaning = "what excitatory cells hear of excitatory cells"},
      DelayedInfo{.name = "rI_to_E",
                  .source = "rI",
                  .delay = "delay_EI",
                  .meaning = "what excitatory cells hear of inhibitory cells"},
      DelayedInfo{.name = "rE_to_I",
                  .source = "rE",
                  .delay = "delay_IE",
                  .meaning = "what inhibitory cells hear of excitatory cells"},
      DelayedInfo{.name = "rI_to_I",
                  .source = "rI",
                  .delay = "delay_II",
                  .meaning = "what inhibitory cells hear of inhibitory cells"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanDelayed",
      .title = "Wilson-Cowan populations with delays inside the region",
      .category = "neural mass",
      .equations =
          "F_p(x) = 1/(1 + exp(-a_p (x - theta_p))) - 1/(1 + exp(a_p theta_p))\n"
          "x_E = wEE rE(t - delay_EE) - wEI rI(t - delay_EI) + rE_inp\n"
          "x_I = wIE rE(t - delay_IE) - wII rI(t - delay_II) + rI_inp\n"
          "drE/dt = (-rE + (1 - r rE) F_E(x_E))/tau_E\n"
          "drI/dt = (-rI + (1 - r rI) F_I(x_I))/tau_I",
      .reference =
          "Wilson HR, Cowan JD (1972). Excitatory and inhibitory interactions in localized "
          "populations of model neurons. Biophysical Journal 12:1-24. "
          "doi:10.1016/S0006-3495(72)86068-5",
      .notes =
          "The numbers are those of WilsonCowanDelayedStep of the library brainmass 0.1.1. Index "
          "order of the weights and delays: target, source; wEI is the weight from I to E, which "
          "brainmass's WilsonCowanStep calls wIE. Delays are rounded to steps, as those of the "
          "network are (brainmass rounds up), are at least one step, and are held over the stages "
          "of a step, so that every method has order 1 here. Before t = 0 the initial state is "
          "repeated. In brainmass the past stays at its start when a region is stepped outside a "
          "network; here it always moves on.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .delayed = delayed};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 15>& parameter,
                                              const Vec<P, 6>& input) {
    const auto& [rE, rI] = state;
    const auto& [tau_E, a_E, theta_E, tau_I, a_I, theta_I, wEE, wIE, wEI, wII, r, delay_EE,
                 delay_IE, delay_EI, delay_II] = parameter;
    const auto& [rE_inp, rI_inp, rE_to_E, rI_to_E, rE_to_I, rI_to_I] = input;
    const P x_E = wEE * rE_to_E - wEI * rI_to_E + rE_inp;
    const P x_I = wIE * rE_to_I - wII * rI_to_I + rI_inp;
    const P f_E = math::sigmoid(a_E * (x_E - theta_E)) - math::sigmoid(-a_E * theta_E);
    const P f_I = math::sigmoid(a_I * (x_I - theta_I)) - math::sigmoid(-a_I * theta_I);
    return {((1.0 - r * rE) * f_E - rE) / tau_E, ((1.0 - r * rI) * f_I - rI) / tau_I};
  }
};

}  // namespace arcuate::model
