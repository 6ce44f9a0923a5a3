#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A cortical column: pyramidal cells, excitatory and inhibitory interneurons.
struct JansenRit {
  static constexpr std::array states{
      StateInfo{.name = "y0",
                .unit = "mV",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "potential that the pyramidal cells cause in the interneurons"},
      StateInfo{.name = "y1",
                .unit = "mV",
                .initial = 0.0,
                .range = {-500.0, 500.0},
                .meaning = "excitatory potential of the pyramidal cells"},
      StateInfo{.name = "y2",
                .unit = "mV",
                .initial = 0.0,
                .range = {-50.0, 50.0},
                .meaning = "inhibitory potential of the pyramidal cells"},
      StateInfo{.name = "y3",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-6.0, 6.0},
                .meaning = "rate of change of y0"},
      StateInfo{.name = "y4",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-20.0, 20.0},
                .meaning = "rate of change of y1"},
      StateInfo{.name = "y5",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-500.0, 500.0},
                .meaning = "rate of change of y2"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "A",
                    .unit = "mV",
                    .value = 3.25,
                    .range = {2.6, 9.75},
                    .meaning = "largest excitatory postsynaptic potential"},
      ParameterInfo{.name = "B",
                    .unit = "mV",
                    .value = 22.0,
                    .range = {17.6, 110.0},
                    .meaning = "largest inhibitory postsynaptic potential"},
      ParameterInfo{.name = "a",
                    .unit = "1/ms",
                    .value = 0.1,
                    .range = {0.05, 0.15},
                    .meaning = "inverse time constant of excitatory synapses"},
      ParameterInfo{.name = "b",
                    .unit = "1/ms",
                    .value = 0.05,
                    .range = {0.025, 0.075},
                    .meaning = "inverse time constant of inhibitory synapses"},
      ParameterInfo{.name = "v0",
                    .unit = "mV",
                    .value = 5.52,
                    .range = {3.12, 6.0},
                    .meaning = "potential at half of the largest firing rate"},
      ParameterInfo{.name = "nu_max",
                    .unit = "1/ms",
                    .value = 0.0025,
                    .range = {0.00125, 0.00375},
                    .meaning = "half of the largest firing rate"},
      ParameterInfo{.name = "r",
                    .unit = "1/mV",
                    .value = 0.56,
                    .range = {0.28, 0.84},
                    .meaning = "slope of the sigmoid"},
      ParameterInfo{.name = "J",
                    .unit = "1",
                    .value = 135.0,
                    .range = {65.0, 1350.0},
                    .meaning = "mean number of synapses between populations"},
      ParameterInfo{.name = "a_1",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "pyramidal to excitatory interneurons, as a part of J"},
      ParameterInfo{.name = "a_2",
                    .unit = "1",
                    .value = 0.8,
                    .range = {0.4, 1.2},
                    .meaning = "excitatory interneurons to pyramidal, as a part of J"},
      ParameterInfo{.name = "a_3",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.125, 0.375},
                    .meaning = "pyramidal to inhibitory interneurons, as a part of J"},
      ParameterInfo{.name = "a_4",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.125, 0.375},
                    .meaning = "inhibitory interneurons to pyramidal, as a part of J"},
      ParameterInfo{.name = "mu",
                    .unit = "1/ms",
                    .value = 0.22,
                    .range = {0.0, 0.22},
                    .meaning = "mean external firing rate"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c",
                .unit = "1/ms",
                .source = "psp",
                .gate = "",
                .meaning = "network firing rate, beside mu"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "psp",
                     .unit = "mV",
                     .uses_input = false,
                     .meaning = "potential of the pyramidal cells, y1 - y2: the usual EEG proxy"},
  };
  static constexpr std::array jansen_rit_1995_values{PresetValue{"v0", 6.0},
                                                     PresetValue{"mu", 0.22}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "jansen_rit_1995",
          .meaning =
              "the threshold of the paper, 6 mV: alpha rhythm at its mean input. Jansen and Rit "
              "1995, doi:10.1007/BF00199471",
          .values = jansen_rit_1995_values},
  };
  static constexpr ModelInfo info{
      .name = "JansenRit",
      .title = "Jansen-Rit cortical column",
      .category = "neural mass",
      .equations =
          "S(v) = 2 nu_max/(1 + exp(r (v0 - v)))\n"
          "dy0/dt = y3\n"
          "dy1/dt = y4\n"
          "dy2/dt = y5\n"
          "dy3/dt = A a S(y1 - y2) - 2 a y3 - a^2 y0\n"
          "dy4/dt = A a (mu + a_2 J S(a_1 J y0) + c) - 2 a y4 - a^2 y1\n"
          "dy5/dt = B b a_4 J S(a_3 J y0) - 2 b y5 - b^2 y2",
      .reference =
          "Jansen BH, Rit VG (1995). Electroencephalogram and visual evoked potential generation "
          "in a mathematical model of coupled cortical columns. Biological Cybernetics 73:357-366. "
          "doi:10.1007/BF00199471",
      .notes =
          "The input c is a firing rate: use it with the coupling `sigmoidal_jansen_rit`, which "
          "turns psp into one. The Virtual Brain also lists p_min and p_max; its equations do not "
          "contain them, so they are not parameters here. Its ranges of y1 and y5 are wide: "
          "start from the default state rather than from random values.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 6> rhs(const Vec<X, 6>& state, const Vec<P, 13>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [y0, y1, y2, y3, y4, y5] = state;
    const auto& [A, B, a, b, v0, nu_max, r, J, a_1, a_2, a_3, a_4, mu] = parameter;
    const auto& [c] = input;
    const P top = 2.0 * nu_max;
    const X pyramidal = top * math::sigmoid(r * (y1 - y2 - v0));
    const X excitatory = top * math::sigmoid(r * (a_1 * J * y0 - v0));
    const X inhibitory = top * math::sigmoid(r * (a_3 * J * y0 - v0));
    return {y3,
            y4,
            y5,
            a * (A * pyramidal - 2.0 * y3 - a * y0),
            a * (A * (mu + c + a_2 * J * excitatory) - 2.0 * y4 - a * y1),
            b * (B * (a_4 * J * inhibitory) - 2.0 * y5 - b * y2)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 6>& state,
                                                  const Vec<P, 13>& /*parameter*/,
                                                  const Vec<P, 1>& /*input*/) {
    return {state[1] - state[2]};
  }
};

}  // namespace arcuate::model
