#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A calcium spike and a potassium gate: the smallest conductance-based neuron, excitable in each
/// of the three classical ways.
struct MorrisLecar {
  static constexpr std::array states{
      StateInfo{.name = "V",
                .unit = "mV",
                .initial = -40.0,
                .range = {-70.0, 50.0},
                .meaning = "membrane potential"},
      StateInfo{.name = "N",
                .unit = "1",
                .initial = 0.0,
                .range = {-0.2, 0.8},
                .meaning = "open fraction of potassium channels"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "gCa",
                    .unit = "mS/cm2",
                    .value = 4.0,
                    .range = {1.0, 8.0},
                    .meaning = "conductance of calcium channels"},
      ParameterInfo{.name = "gK",
                    .unit = "mS/cm2",
                    .value = 8.0,
                    .range = {4.0, 12.0},
                    .meaning = "conductance of potassium channels"},
      ParameterInfo{.name = "gL",
                    .unit = "mS/cm2",
                    .value = 2.0,
                    .range = {1.0, 4.0},
                    .meaning = "leak conductance"},
      ParameterInfo{.name = "C",
                    .unit = "uF/cm2",
                    .value = 20.0,
                    .range = {1.0, 40.0},
                    .meaning = "membrane capacitance"},
      ParameterInfo{.name = "lambda_bar",
                    .unit = "1/ms",
                    .value = 0.06666667,
                    .range = {0.01, 0.5},
                    .meaning = "rate of the potassium gate"},
      ParameterInfo{.name = "V1",
                    .unit = "mV",
                    .value = 10.0,
                    .range = {-10.0, 20.0},
                    .meaning = "potential of half open calcium channels"},
      ParameterInfo{.name = "V2",
                    .unit = "mV",
                    .value = 15.0,
                    .range = {5.0, 30.0},
                    .meaning = "spread of the calcium gate"},
      ParameterInfo{.name = "V3",
                    .unit = "mV",
                    .value = -1.0,
                    .range = {-10.0, 20.0},
                    .meaning = "potential of half open potassium channels"},
      ParameterInfo{.name = "V4",
                    .unit = "mV",
                    .value = 14.5,
                    .range = {5.0, 40.0},
                    .meaning = "spread of the potassium gate"},
      ParameterInfo{.name = "VCa",
                    .unit = "mV",
                    .value = 100.0,
                    .range = {80.0, 140.0},
                    .meaning = "Nernst potential of calcium"},
      ParameterInfo{.name = "VK",
                    .unit = "mV",
                    .value = -70.0,
                    .range = {-90.0, -60.0},
                    .meaning = "Nernst potential of potassium"},
      ParameterInfo{.name = "VL",
                    .unit = "mV",
                    .value = -50.0,
                    .range = {-70.0, -40.0},
                    .meaning = "Nernst potential of the leak"},
      ParameterInfo{.name = "I",
                    .unit = "uA/cm2",
                    .value = 0.0,
                    .range = {-50.0, 300.0},
                    .meaning = "constant current"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "uA/cm2",
                .source = "V",
                .gate = "",
                .meaning = "network input, beside I"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array hopf_values{
      PresetValue{"gCa", 4.4},   PresetValue{"gK", 8.0},          PresetValue{"gL", 2.0},
      PresetValue{"C", 20.0},    PresetValue{"lambda_bar", 0.04}, PresetValue{"V1", -1.2},
      PresetValue{"V2", 18.0},   PresetValue{"V3", 2.0},          PresetValue{"V4", 30.0},
      PresetValue{"VCa", 120.0}, PresetValue{"VK", -84.0},        PresetValue{"VL", -60.0}};
  static constexpr std::array saddle_node_on_invariant_circle_values{
      PresetValue{"gCa", 4.0},
      PresetValue{"gK", 8.0},
      PresetValue{"gL", 2.0},
      PresetValue{"C", 20.0},
      PresetValue{"lambda_bar", 0.06666666666666667},
      PresetValue{"V1", -1.2},
      PresetValue{"V2", 18.0},
      PresetValue{"V3", 12.0},
      PresetValue{"V4", 17.4},
      PresetValue{"VCa", 120.0},
      PresetValue{"VK", -84.0},
      PresetValue{"VL", -60.0}};
  static constexpr std::array homoclinic_values{
      PresetValue{"gCa", 4.0},   PresetValue{"gK", 8.0},          PresetValue{"gL", 2.0},
      PresetValue{"C", 20.0},    PresetValue{"lambda_bar", 0.23}, PresetValue{"V1", -1.2},
      PresetValue{"V2", 18.0},   PresetValue{"V3", 12.0},         PresetValue{"V4", 17.4},
      PresetValue{"VCa", 120.0}, PresetValue{"VK", -84.0},        PresetValue{"VL", -60.0}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "hopf",
          .meaning =
              "class II: oscillations of finite frequency between I = 93.9 and 212. Rinzel J, "
              "Ermentrout B (1998), Analysis of neural excitability and oscillations, in Methods "
              "in "
              "Neuronal Modeling, MIT Press; equations of doi:10.1016/S0006-3495(81)84782-0",
          .values = hopf_values,
          .picture = {.input = "c_0", .mean = 120.0, .duration = 600.0}},
      PresetInfo{
          .name = "saddle_node_on_invariant_circle",
          .meaning =
              "class I: oscillations of any low frequency above I = 40. Rinzel J, Ermentrout B "
              "(1998), Analysis of neural excitability and oscillations, in Methods in Neuronal "
              "Modeling, MIT Press; equations of doi:10.1016/S0006-3495(81)84782-0",
          .values = saddle_node_on_invariant_circle_values,
          .picture = {.input = "c_0", .mean = 45.0, .duration = 600.0}},
      PresetInfo{
          .name = "homoclinic",
          .meaning =
              "bistability of rest and oscillation just below I = 40. Rinzel J, Ermentrout B "
              "(1998), Analysis of neural excitability and oscillations, in Methods in Neuronal "
              "Modeling, MIT Press; equations of doi:10.1016/S0006-3495(81)84782-0",
          .values = homoclinic_values,
          .picture = {.input = "c_0", .mean = 40.5, .duration = 300.0}},
  };
  static constexpr ModelInfo info{
      .name = "MorrisLecar",
      .title = "Morris-Lecar neuron",
      .category = "phenomenological",
      .equations =
          "M_inf = (1 + tanh((V - V1)/V2))/2\n"
          "N_inf = (1 + tanh((V - V3)/V4))/2\n"
          "lambda = lambda_bar cosh((V - V3)/(2 V4))\n"
          "dV/dt = (I + c_0 - gL (V - VL) - gCa M_inf (V - VCa) - gK N (V - VK))/C\n"
          "dN/dt = lambda (N_inf - N)",
      .reference =
          "Morris C, Lecar H (1981). Voltage oscillations in the barnacle giant muscle fiber. "
          "Biophysical Journal 35:193-213. doi:10.1016/S0006-3495(81)84782-0",
      .notes =
          "Names and defaults of The Virtual Brain's contributed model, which has no I. Use the "
          "coupling `difference` for gap junctions.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 13>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [V, N] = state;
    const auto& [gCa, gK, gL, C, lambda_bar, V1, V2, V3, V4, VCa, VK, VL, I] = parameter;
    const auto& [c_0] = input;
    const X M_inf = 0.5 * (1.0 + math::tanh(X((V - V1) / V2)));
    const X N_inf = 0.5 * (1.0 + math::tanh(X((V - V3) / V4)));
    const X growth = math::exp(X((V - V3) / (2.0 * V4)));
    const X lambda = 0.5 * lambda_bar * (growth + 1.0 / growth);
    const X currents = gL * (V - VL) + gCa * M_inf * (V - VCa) + gK * N * (V - VK);
    return {(I + c_0 - currents) / C, lambda * (N_inf - N)};
  }
};

}  // namespace arcuate::model
