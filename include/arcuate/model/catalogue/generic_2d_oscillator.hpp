#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A planar oscillator with a cubic and a quadratic nullcline: excitable, bistable or oscillating.
struct Generic2dOscillator {
  static constexpr std::array states{
      StateInfo{.name = "V",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 4.0},
                .meaning = "fast variable, like a membrane potential"},
      StateInfo{.name = "W",
                .unit = "1",
                .initial = 0.0,
                .range = {-6.0, 6.0},
                .meaning = "slow recovery variable"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau",
                    .unit = "1",
                    .value = 1.0,
                    .range = {1.0, 5.0},
                    .meaning = "separation of the two time scales"},
      ParameterInfo{.name = "I",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-5.0, 5.0},
                    .meaning = "constant input; moves the cubic nullcline up and down"},
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = -2.0,
                    .range = {-5.0, 5.0},
                    .meaning = "constant term of the W nullcline"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = -10.0,
                    .range = {-20.0, 15.0},
                    .meaning = "linear term of the W nullcline"},
      ParameterInfo{.name = "c",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "quadratic term of the W nullcline"},
      ParameterInfo{.name = "d",
                    .unit = "1/ms",
                    .value = 0.02,
                    .range = {0.0001, 1.0},
                    .meaning = "speed of the whole system"},
      ParameterInfo{.name = "e",
                    .unit = "1",
                    .value = 3.0,
                    .range = {-5.0, 5.0},
                    .meaning = "quadratic term of the V nullcline"},
      ParameterInfo{.name = "f",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-5.0, 5.0},
                    .meaning = "cubic term of the V nullcline"},
      ParameterInfo{.name = "g",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-5.0, 5.0},
                    .meaning = "linear term of the V nullcline"},
      ParameterInfo{.name = "alpha",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-5.0, 5.0},
                    .meaning = "feedback of W on V"},
      ParameterInfo{
          .name = "beta", .unit = "1", .value = 1.0, .range = {-5.0, 5.0}, .meaning = "decay of W"},
      ParameterInfo{.name = "gamma",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-1.0, 1.0},
                    .meaning = "weight of all input, constant and network; -1 reverses its sign"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "V",
                .gate = "gamma",
                .meaning = "network input, beside I"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array excitable{PresetValue{"a", -2.0}, PresetValue{"b", -10.0},
                                        PresetValue{"c", 0.0}};
  static constexpr std::array bistable{PresetValue{"a", 1.0}, PresetValue{"b", 0.0},
                                       PresetValue{"c", -5.0}};
  static constexpr std::array morris_lecar{PresetValue{"a", 0.5}, PresetValue{"b", 0.6},
                                           PresetValue{"c", -4.0}};
  static constexpr std::array ghosh_2008{
      PresetValue{"tau", 1.25},    PresetValue{"a", 1.05},    PresetValue{"b", -1.0},
      PresetValue{"c", 0.0},       PresetValue{"d", 0.1},     PresetValue{"e", 0.0},
      PresetValue{"f", 1.0 / 3.0}, PresetValue{"g", 1.0},     PresetValue{"alpha", 1.0},
      PresetValue{"beta", 0.2},    PresetValue{"gamma", -1.0}};
  static constexpr std::array sanz_leon_2013{PresetValue{"a", -0.5}, PresetValue{"b", -10.0},
                                             PresetValue{"c", 0.0}};
  static constexpr std::array presets{
      PresetInfo{"excitable",
                 "one stable fixed point; a push beyond threshold makes one large "
                 "excursion (Sanz-Leon et al. 2015); the defaults",
                 excitable},
      PresetInfo{"bistable",
                 "a stable fixed point, V = -1.618, and a stable limit cycle, V = -0.93 .. 1.69 "
                 "(Sanz-Leon et al. 2015)",
                 bistable},
      PresetInfo{"morris_lecar",
                 "nullclines like those of the Morris-Lecar neuron: a stable fixed point, V = "
                 "-1.142, with a saddle as a sharp threshold (Sanz-Leon et al. 2015)",
                 morris_lecar},
      PresetInfo{
          "ghosh_2008",
          "a FitzHugh-Nagumo focus at rest that rings at 15.7 Hz, near its Hopf bifurcation. "
          "Ghosh A, Rho Y, McIntosh AR, Koetter R, Jirsa VK (2008), "
          "doi:10.1371/journal.pcbi.1000196",
          ghosh_2008},
      PresetInfo{"sanz_leon_2013",
                 "a focus at rest that rings at 10 Hz. Sanz Leon P et al. (2013), "
                 "doi:10.3389/fninf.2013.00010",
                 sanz_leon_2013},
  };
  static constexpr ModelInfo info{
      .name = "Generic2dOscillator",
      .title = "Generic two-dimensional oscillator",
      .category = "phenomenological",
      .equations =
          "dV/dt = d tau (-f V^3 + e V^2 + g V + alpha W + gamma I + gamma c_0)\n"
          "dW/dt = d/tau (a + b V + c V^2 - beta W)",
      .reference =
          "FitzHugh R (1961). Impulses and physiological states in theoretical models of nerve "
          "membrane. Biophysical Journal 1:445-466. doi:10.1016/S0006-3495(61)86902-6; "
          "Sanz-Leon P, Knock SA, Spiegler A, Jirsa VK (2015). Mathematical framework for "
          "large-scale brain network modeling in The Virtual Brain. NeuroImage 111:385-430. "
          "doi:10.1016/j.neuroimage.2015.01.002",
      .notes = "",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 12>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [V, W] = state;
    const auto& [tau, I, a, b, c, d, e, f, g, alpha, beta, gamma] = parameter;
    const auto& [c_0] = input;
    const X cubic = V * (g + V * (e - f * V));
    return {d * tau * (cubic + alpha * W + gamma * (I + c_0)),
            d / tau * (a + V * (b + c * V) - beta * W)};
  }
};

}  // namespace arcuate::model
