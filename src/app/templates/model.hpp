#pragma once

// A model of your own for Arcuate. As it stands it is a FitzHugh-Nagumo neuron:
//
//   dv/dt = v - v^3/3 - w + I + c
//   dw/dt = (v + a - b w)/tau
//
//   arcuate model build NAME.hpp             makes NAME.so
//   arcuate models --plugin NAME.so          shows what the tables below say
//   model: { name: NAME, plugin: NAME.so }   in a study beside it
//
// Change, in this order: the tables, the text of `info`, the right-hand side. The numbers of rows
// in the tables are the numbers in Vec<X, 2>, Vec<P, 4>, Vec<P, 1> below.

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

struct NAME {
  // The variables that are integrated. `initial` is the value at t = 0 unless the study gives one;
  // `range` holds usual values. A variable that must stay in bounds has also
  // `.lower = 0.0, .upper = 1.0`: it is clamped after every stage of a step.
  static constexpr std::array states{
      StateInfo{.name = "v",
                .unit = "1",  // any unit that udunits knows: "mV", "1/s"; "1" is dimensionless
                .initial = 0.0,
                .range = {-2.0, 2.0},
                .meaning = "membrane potential"},
      StateInfo{.name = "w",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 2.0},
                .meaning = "recovery variable"},
  };

  // Each may be set in a study, for all regions or by region. `value` is the default.
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = 0.7,
                    .range = {0.0, 1.0},
                    .meaning = "offset of the recovery"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 0.8,
                    .range = {0.0, 1.0},
                    .meaning = "decay of the recovery"},
      ParameterInfo{.name = "tau",
                    .unit = "ms",
                    .value = 12.5,
                    .range = {5.0, 20.0},
                    .meaning = "time constant of the recovery"},
      ParameterInfo{.name = "I",
                    .unit = "1",
                    .value = 0.5,
                    .range = {0.0, 1.5},
                    .meaning = "constant current"},
  };

  // Where the network, and noise that a study puts on an input, come in. `source`: what the other
  // regions send by default, a state or an observable. `gate` may name a parameter that multiplies
  // the input: where it is 0 in all regions the input is not computed.
  static constexpr std::array inputs{
      InputInfo{.name = "c", .unit = "1", .source = "v", .gate = "", .meaning = "network input"},
  };

  // What can be recorded beyond the states. None: std::array<ObservableInfo, 0> observables{};
  static constexpr std::array observables{
      ObservableInfo{.name = "current",
                     .unit = "1",
                     .uses_input = true,  // it can be recorded, but not sent to other regions
                     .meaning = "I + c, all that drives v"},
  };

  // Named parameter values, for `model: { name: NAME, preset: excitable }`.
  static constexpr std::array excitable{PresetValue{"I", 0.0}};
  static constexpr std::array presets{
      PresetInfo{"excitable", "at rest until pushed (FitzHugh 1961)", excitable},
  };

  static constexpr ModelInfo info{
      .name = "NAME",
      .title = "FitzHugh-Nagumo neuron",
      .category = "phenomenological",
      .equations =
          "dv/dt = v - v^3/3 - w + I + c\n"
          "dw/dt = (v + a - b w)/tau",
      .reference =
          "FitzHugh R (1961). Impulses and physiological states in theoretical models of nerve "
          "membrane. Biophysical Journal 1:445-466. doi:10.1016/S0006-3495(61)86902-6",
      .notes = "",
      .time_unit = 1.0,  // [ms] the unit of t in the equations; 1000.0 and "s" for seconds
      .time_unit_name = "ms",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  // The derivatives, in the order of `states`. The same code runs on numbers (X = double), eight
  // regions at a time, and on numbers with a derivative (X = Dual): write `const X`, never
  // `double`, for what depends on a state. No `if` on states: math::select(condition, yes, no).
  // Functions: math::exp, expm1, log, log1p, tanh, sin, cos, sqrt, abs, min, max,
  // sigmoid(x) = 1/(1 + exp(-x)). Those of <cmath> would be slow and might differ in the last bit
  // from machine to machine.
  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 4>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [v, w] = state;
    const auto& [a, b, tau, I] = parameter;
    const auto& [c] = input;
    return {v - v * v * v / 3.0 - w + I + c,  // dv/dt
            (v + a - b * w) / tau};           // dw/dt
  }

  // The observables, in the order of the table. Leave it out when there are none.
  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 2>& /*state*/,
                                                  const Vec<P, 4>& parameter,
                                                  const Vec<P, 1>& input) {
    return {parameter[3] + input[0]};
  }
};

}  // namespace arcuate::model
