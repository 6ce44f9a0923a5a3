#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Jansen-Rit column as brainmass writes it: time in seconds, an input to each population,
/// two of them inside the sigmoids.
struct BrainmassJansenRit {
  static constexpr std::array states{
      StateInfo{.name = "M",
                .unit = "mV",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "potential that the pyramidal cells cause in the interneurons"},
      StateInfo{.name = "E",
                .unit = "mV",
                .initial = 0.0,
                .range = {-10.0, 60.0},
                .meaning = "excitatory potential of the pyramidal cells"},
      StateInfo{.name = "I",
                .unit = "mV",
                .initial = 0.0,
                .range = {-10.0, 60.0},
                .meaning = "inhibitory potential of the pyramidal cells"},
      StateInfo{.name = "Mv",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-20.0, 20.0},
                .meaning = "rate of change of M"},
      StateInfo{.name = "Ev",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-1000.0, 1000.0},
                .meaning = "rate of change of E"},
      StateInfo{.name = "Iv",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-1000.0, 1000.0},
                .meaning = "rate of change of I"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "Ae",
                    .unit = "mV",
                    .value = 3.25,
                    .range = {2.6, 9.75},
                    .meaning = "largest excitatory postsynaptic potential"},
      ParameterInfo{.name = "Ai",
                    .unit = "mV",
                    .value = 22.0,
                    .range = {17.6, 110.0},
                    .meaning = "largest inhibitory postsynaptic potential"},
      ParameterInfo{.name = "be",
                    .unit = "1/s",
                    .value = 100.0,
                    .range = {5.0, 150.0},
                    .meaning = "inverse time constant of excitatory synapses"},
      ParameterInfo{.name = "bi",
                    .unit = "1/s",
                    .value = 50.0,
                    .range = {25.0, 75.0},
                    .meaning = "inverse time constant of inhibitory synapses"},
      ParameterInfo{.name = "C",
                    .unit = "1",
                    .value = 135.0,
                    .range = {65.0, 1350.0},
                    .meaning = "mean number of synapses between populations"},
      ParameterInfo{.name = "a1",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "pyramidal to excitatory interneurons, as a part of C"},
      ParameterInfo{.name = "a2",
                    .unit = "1",
                    .value = 0.8,
                    .range = {0.4, 1.2},
                    .meaning = "excitatory interneurons to pyramidal, as a part of C"},
      ParameterInfo{.name = "a3",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.125, 0.375},
                    .meaning = "pyramidal to inhibitory interneurons, as a part of C"},
      ParameterInfo{.name = "a4",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.125, 0.375},
                    .meaning = "inhibitory interneurons to pyramidal, as a part of C"},
      ParameterInfo{.name = "s_max",
                    .unit = "Hz",
                    .value = 5.0,
                    .range = {2.5, 7.5},
                    .meaning = "largest firing rate, twice the e0 of the paper"},
      ParameterInfo{.name = "v0",
                    .unit = "mV",
                    .value = 6.0,
                    .range = {3.0, 9.0},
                    .meaning = "potential at half of the largest firing rate"},
      ParameterInfo{.name = "r",
                    .unit = "1/mV",
                    .value = 0.56,
                    .range = {0.28, 0.84},
                    .meaning = "slope of the sigmoid"},
      ParameterInfo{.name = "M_ext",
                    .unit = "mV",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "constant input to the pyramidal cells, inside their sigmoid"},
      ParameterInfo{
          .name = "E_ext",
          .unit = "Hz",
          .value = 0.0,
          .range = {0.0, 320.0},
          .meaning = "constant firing rate that the excitatory synapses receive: p of the paper"},
      ParameterInfo{
          .name = "I_ext",
          .unit = "mV",
          .value = 0.0,
          .range = {-10.0, 10.0},
          .meaning = "constant input to the inhibitory interneurons, inside their sigmoid"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "M_inp",
                .unit = "mV",
                .source = "",
                .gate = "",
                .meaning = "network input to the pyramidal cells, beside M_ext"},
      InputInfo{.name = "E_inp",
                .unit = "Hz",
                .source = "rate",
                .gate = "",
                .meaning = "network firing rate, beside E_ext"},
      InputInfo{.name = "I_inp",
                .unit = "mV",
                .source = "",
                .gate = "",
                .meaning = "network input to the inhibitory interneurons, beside I_ext"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "eeg",
                     .unit = "mV",
                     .uses_input = false,
                     .meaning = "potential of the pyramidal cells, E - I: the usual EEG proxy"},
      ObservableInfo{.name = "rate",
                     .unit = "Hz",
                     .uses_input = false,
                     .meaning = "firing rate S(E - I) of the pyramidal cells without input"},
  };
  static constexpr std::array preset_alpha{PresetValue{"E_ext", 220.0}};
  static constexpr std::array preset_spikes{PresetValue{"E_ext", 120.0}};
  static constexpr std::array presets{
      PresetInfo{.name = "alpha",
                 .meaning = "Alpha rhythm of 10.9 Hz, the mean input of Jansen and Rit (1995), "
                            "doi:10.1007/BF00199471",
                 .values = preset_alpha},
      PresetInfo{.name = "spikes",
                 .meaning =
                     "Large slow discharges at 2.4 Hz, the lowest input of Jansen and Rit (1995), "
                     "doi:10.1007/BF00199471",
                 .values = preset_spikes},
  };
  static constexpr ModelInfo info{
      .name = "BrainmassJansenRit",
      .title = "Jansen-Rit cortical column with an input to each population",
      .category = "neural mass",
      .equations =
          "S(v) = s_max/(1 + exp(r (v0 - v)))\n"
          "dM/dt = Mv\n"
          "dE/dt = Ev\n"
          "dI/dt = Iv\n"
          "dMv/dt = Ae be S(E - I + M_ext + M_inp) - 2 be Mv - be^2 M\n"
          "dEv/dt = Ae be (E_ext + E_inp + C a2 S(C a1 M)) - 2 be Ev - be^2 E\n"
          "dIv/dt = Ai bi C a4 S(C a3 M + I_ext + I_inp) - 2 bi Iv - bi^2 I",
      .reference =
          "Jansen BH, Rit VG (1995). Electroencephalogram and visual evoked potential "
          "generation in a mathematical model of coupled cortical columns. Biological "
          "Cybernetics 73:357-366. doi:10.1007/BF00199471",
      .notes =
          "JansenRit is the form of The Virtual Brain: time in ms, one input, v0 = 5.52 mV. "
          "Here M, E, I are y0, y1, y2 there. By default regions send firing rates into E_inp, "
          "as in the paper; brainmass sends its network input into M_inp, inside the sigmoid: "
          "choose it with `coupling: { source: eeg, target: M_inp }`. The identity fr_scale of "
          "brainmass is left out. Its exponential Euler scheme at 0.1 ms makes the alpha rhythm "
          "20 % too large; with rk4 or heun that error is gone. The lateral connections of "
          "JansenRitTR of brainmass, a network of such columns (Momi, Wang, Griffiths 2023, "
          "doi:10.7554/eLife.83232), are `connectome: { laplacian: plain }` with `coupling: { "
          "source: M, target: M_inp }`, and its output once per repetition time is the monitor `{ "
          "kind: raw, period: TR, variables: [eeg] }`; its forward and backward connections "
          "differ from these in their gains and in what the diagonal takes, E - I, which one "
          "coupling cannot say. It moves its delays once per repetition time, so that they are "
          "longer than given; here they are as given.",
      .time_unit = 1000.0,
      .time_unit_name = "s",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 6> rhs(const Vec<X, 6>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 3>& input) {
    const auto& [M, E, I, Mv, Ev, Iv] = state;
    const auto& [Ae, Ai, be, bi, C, a1, a2, a3, a4, s_max, v0, r, M_ext, E_ext, I_ext] = parameter;
    const auto& [M_inp, E_inp, I_inp] = input;
    const X pyramidal = s_max * math::sigmoid(r * (E - I + (M_ext + M_inp - v0)));
    const X excitatory = s_max * math::sigmoid(r * (C * a1 * M - v0));
    const X inhibitory = s_max * math::sigmoid(r * (C * a3 * M + (I_ext + I_inp - v0)));
    return {Mv,
            Ev,
            Iv,
            be * (Ae * pyramidal - 2.0 * Mv - be * M),
            be * (Ae * (E_ext + E_inp + C * a2 * excitatory) - 2.0 * Ev - be * E),
            bi * (Ai * (C * a4 * inhibitory) - 2.0 * Iv - bi * I)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> observe(const Vec<X, 6>& state,
                                                  const Vec<P, std::size(parameters)>& parameter,
                                                  const Vec<P, 3>& /*input*/) {
    const auto& s_max = parameter[9];
    const auto& v0 = parameter[10];
    const auto& r = parameter[11];
    const X eeg = state[1] - state[2];
    return {eeg, s_max * math::sigmoid(r * (eeg - v0))};
  }
};

}  // namespace arcuate::model
