#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A column with slow dendritic and fast somatic inhibition, made for the rhythms of epilepsy.
struct Wendling {
  static constexpr std::array states{
      StateInfo{.name = "y0",
                .unit = "mV",
                .initial = 0.0,
                .range = {-0.5, 0.5},
                .meaning = "potential that the pyramidal cells cause in the interneurons"},
      StateInfo{.name = "y1",
                .unit = "mV",
                .initial = 0.0,
                .range = {-0.5, 0.5},
                .meaning = "excitatory potential of the pyramidal cells"},
      StateInfo{.name = "y2",
                .unit = "mV",
                .initial = 0.0,
                .range = {-0.5, 0.5},
                .meaning = "slow inhibitory potential of the pyramidal cells"},
      StateInfo{.name = "y3",
                .unit = "mV",
                .initial = 0.0,
                .range = {-0.5, 0.5},
                .meaning = "fast inhibitory potential of the pyramidal cells"},
      StateInfo{.name = "y4",
                .unit = "mV",
                .initial = 0.0,
                .range = {-0.5, 0.5},
                .meaning = "slow inhibitory potential of the fast interneurons"},
      StateInfo{.name = "y5",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-0.1, 0.1},
                .meaning = "rate of change of y0",
                .plausible = {-1e6, 1e6}},
      StateInfo{.name = "y6",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-0.1, 0.1},
                .meaning = "rate of change of y1",
                .plausible = {-1e6, 1e6}},
      StateInfo{.name = "y7",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-0.1, 0.1},
                .meaning = "rate of change of y2",
                .plausible = {-1e6, 1e6}},
      StateInfo{.name = "y8",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-0.1, 0.1},
                .meaning = "rate of change of y3",
                .plausible = {-1e6, 1e6}},
      StateInfo{.name = "y9",
                .unit = "mV/s",
                .initial = 0.0,
                .range = {-0.1, 0.1},
                .meaning = "rate of change of y4",
                .plausible = {-1e6, 1e6}},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "A",
                    .unit = "mV",
                    .value = 3.25,
                    .range = {1.0, 10.0},
                    .meaning = "gain of excitatory synapses"},
      ParameterInfo{.name = "B",
                    .unit = "mV",
                    .value = 22.0,
                    .range = {0.0, 50.0},
                    .meaning = "gain of slow inhibitory synapses"},
      ParameterInfo{.name = "G",
                    .unit = "mV",
                    .value = 10.0,
                    .range = {0.0, 40.0},
                    .meaning = "gain of fast inhibitory synapses"},
      ParameterInfo{.name = "a",
                    .unit = "1/s",
                    .value = 100.0,
                    .range = {50.0, 200.0},
                    .meaning = "inverse time constant of excitatory synapses"},
      ParameterInfo{.name = "b",
                    .unit = "1/s",
                    .value = 50.0,
                    .range = {20.0, 120.0},
                    .meaning = "inverse time constant of slow inhibitory synapses"},
      ParameterInfo{.name = "g",
                    .unit = "1/s",
                    .value = 500.0,
                    .range = {200.0, 1200.0},
                    .meaning = "inverse time constant of fast inhibitory synapses"},
      ParameterInfo{.name = "e0",
                    .unit = "1/s",
                    .value = 2.5,
                    .range = {1.0, 5.0},
                    .meaning = "half of the largest firing rate"},
      ParameterInfo{.name = "v0",
                    .unit = "mV",
                    .value = 6.0,
                    .range = {4.0, 8.0},
                    .meaning = "potential at half of the largest firing rate"},
      ParameterInfo{.name = "r",
                    .unit = "1/mV",
                    .value = 0.56,
                    .range = {0.3, 0.8},
                    .meaning = "slope of the sigmoid"},
      ParameterInfo{.name = "C",
                    .unit = "1",
                    .value = 135.0,
                    .range = {65.0, 270.0},
                    .meaning = "mean number of synapses between populations"},
      ParameterInfo{.name = "C1",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "pyramidal to excitatory interneurons, as a part of C"},
      ParameterInfo{.name = "C2",
                    .unit = "1",
                    .value = 0.8,
                    .range = {0.4, 1.2},
                    .meaning = "excitatory interneurons to pyramidal, as a part of C"},
      ParameterInfo{.name = "C3",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.125, 0.375},
                    .meaning = "pyramidal to slow interneurons, as a part of C"},
      ParameterInfo{.name = "C4",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.125, 0.375},
                    .meaning = "slow interneurons to pyramidal, as a part of C"},
      ParameterInfo{.name = "C5",
                    .unit = "1",
                    .value = 0.3,
                    .range = {0.15, 0.45},
                    .meaning = "pyramidal to fast interneurons, as a part of C"},
      ParameterInfo{.name = "C6",
                    .unit = "1",
                    .value = 0.1,
                    .range = {0.05, 0.15},
                    .meaning = "slow to fast interneurons, as a part of C"},
      ParameterInfo{.name = "C7",
                    .unit = "1",
                    .value = 0.8,
                    .range = {0.4, 1.2},
                    .meaning = "fast interneurons to pyramidal, as a part of C"},
      ParameterInfo{.name = "p_mean",
                    .unit = "1/s",
                    .value = 90.0,
                    .range = {30.0, 150.0},
                    .meaning = "mean external firing rate"},
  };
  static constexpr std::array inputs{
      InputInfo{
          .name = "p",
          .unit = "1/s",
          .source = "rate",
          .gate = "",
          .meaning = "firing rate of network and noise to the pyramidal cells, beside p_mean"},
      InputInfo{.name = "y0_path",
                .unit = "1/s",
                .source = "",
                .gate = "",
                .meaning = "firing rate added to the one of the pyramidal cells in dy5/dt"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "lfp",
                     .unit = "mV",
                     .uses_input = false,
                     .meaning = "local field potential, y1 - y2 - y3"},
      ObservableInfo{.name = "rate",
                     .unit = "1/s",
                     .uses_input = false,
                     .meaning = "firing rate of the pyramidal cells, S(lfp)"},
  };
  static constexpr std::array background_values{PresetValue{"A", 5.0}, PresetValue{"B", 50.0},
                                                PresetValue{"G", 15.0}};
  static constexpr std::array sporadic_spikes_values{PresetValue{"A", 5.0}, PresetValue{"B", 40.0},
                                                     PresetValue{"G", 15.0}};
  static constexpr std::array sustained_discharges_values{
      PresetValue{"A", 5.0}, PresetValue{"B", 25.0}, PresetValue{"G", 15.0}};
  static constexpr std::array alpha_like_values{PresetValue{"A", 5.0}, PresetValue{"B", 10.0},
                                                PresetValue{"G", 15.0}};
  static constexpr std::array low_voltage_fast_activity_values{
      PresetValue{"A", 5.0}, PresetValue{"B", 5.0}, PresetValue{"G", 25.0}};
  static constexpr std::array quasi_sinusoidal_values{PresetValue{"A", 5.0}, PresetValue{"B", 15.0},
                                                      PresetValue{"G", 0.0}};
  /// Noise strong enough for sporadic spikes: 300 per second a step of 0.1 ms.
  static constexpr PictureInfo noisy{.input = "p", .sigma = 3.0, .duration = 3.0};
  static constexpr std::array presets{
      PresetInfo{.name = "background",
                 .meaning = "type 1, normal background activity. Wendling et al. 2002, "
                            "doi:10.1046/j.1460-9568.2002.01985.x",
                 .values = background_values,
                 .picture = noisy},
      PresetInfo{.name = "sporadic_spikes",
                 .meaning =
                     "type 2, isolated spikes when the noise is strong. Wendling et al. 2002, "
                     "doi:10.1046/j.1460-9568.2002.01985.x",
                 .values = sporadic_spikes_values,
                 .picture = noisy},
      PresetInfo{.name = "sustained_discharges",
                 .meaning = "type 3, rhythmic spikes and waves at 3 to 6 Hz. Wendling et al. 2002, "
                            "doi:10.1046/j.1460-9568.2002.01985.x",
                 .values = sustained_discharges_values,
                 .picture = noisy},
      PresetInfo{.name = "alpha_like",
                 .meaning = "type 4, a slow rhythm like alpha. Wendling et al. 2002, "
                            "doi:10.1046/j.1460-9568.2002.01985.x",
                 .values = alpha_like_values,
                 .picture = noisy},
      PresetInfo{
          .name = "low_voltage_fast_activity",
          .meaning =
              "type 5, low-voltage fast activity at the onset of seizures. Wendling et al. 2002, "
              "doi:10.1046/j.1460-9568.2002.01985.x",
          .values = low_voltage_fast_activity_values,
          .picture = noisy},
      PresetInfo{.name = "quasi_sinusoidal",
                 .meaning =
                     "type 6, a quasi-sinusoidal rhythm at 9 to 13 Hz. Wendling et al. 2002, "
                     "doi:10.1046/j.1460-9568.2002.01985.x",
                 .values = quasi_sinusoidal_values,
                 .picture = noisy},
  };
  static constexpr ModelInfo info{
      .name = "Wendling",
      .title = "Wendling column with slow and fast inhibition",
      .category = "epilepsy",
      .equations =
          "S(v) = 2 e0/(1 + exp(r (v0 - v)))\n"
          "dy0/dt = y5,  dy1/dt = y6,  dy2/dt = y7,  dy3/dt = y8,  dy4/dt = y9\n"
          "dy5/dt = A a (S(y1 - y2 - y3) + y0_path) - 2 a y5 - a^2 y0\n"
          "dy6/dt = A a (p_mean + p + C2 C S(C1 C y0)) - 2 a y6 - a^2 y1\n"
          "dy7/dt = B b C4 C S(C3 C y0) - 2 b y7 - b^2 y2\n"
          "dy8/dt = G g C7 C S(C5 C y0 - C6 C y4) - 2 g y8 - g^2 y3\n"
          "dy9/dt = B b S(C3 C y0) - 2 b y9 - b^2 y4",
      .reference =
          "Wendling F, Bartolomei F, Bellanger JJ, Chauvel P (2002). Epileptic fast activity can "
          "be explained by a model of impaired GABAergic dendritic inhibition. European Journal of "
          "Neuroscience 15:1499-1508. doi:10.1046/j.1460-9568.2002.01985.x",
      .notes =
          "C1 to C7 are parts of C; some programs list "
          "them already multiplied by it. Noise goes to the input p: white noise of sigma = 3 "
          "there "
          "brings out the sporadic spikes; with a tenth of it all presets but sustained_discharges "
          "and quasi_sinusoidal stay near a fixed point. The network enters through p; "
          "`coupling: { target: y0_path }` adds it in dy5/dt instead, where it is far stronger.",
      .time_unit = 1000.0,
      .time_unit_name = "s",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 10> rhs(const Vec<X, 10>& state, const Vec<P, 18>& parameter,
                                               const Vec<P, 2>& input) {
    const auto& [y0, y1, y2, y3, y4, y5, y6, y7, y8, y9] = state;
    const auto& [A, B, G, a, b, g, e0, v0, r, C, C1, C2, C3, C4, C5, C6, C7, p_mean] = parameter;
    const auto& [p, y0_path] = input;
    const X pyramidal = rate(X(y1 - y2 - y3), e0, v0, r);
    const X excitatory = rate(X(C1 * C * y0), e0, v0, r);
    const X slow = rate(X(C3 * C * y0), e0, v0, r);
    const X fast = rate(X(C5 * C * y0 - C6 * C * y4), e0, v0, r);
    return {y5,
            y6,
            y7,
            y8,
            y9,
            a * (A * (pyramidal + y0_path) - 2.0 * y5 - a * y0),
            a * (A * (p_mean + p + C2 * C * excitatory) - 2.0 * y6 - a * y1),
            b * (B * (C4 * C * slow) - 2.0 * y7 - b * y2),
            g * (G * (C7 * C * fast) - 2.0 * y8 - g * y3),
            b * (B * slow - 2.0 * y9 - b * y4)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> observe(const Vec<X, 10>& state,
                                                  const Vec<P, 18>& parameter,
                                                  const Vec<P, 2>& /*input*/) {
    const X lfp = state[1] - state[2] - state[3];
    return {lfp, rate(lfp, parameter[6], parameter[7], parameter[8])};
  }

 private:
  /// S(v)
  template <class X, class P>
  [[gnu::always_inline]] static X rate(const X& v, const P& e0, const P& v0, const P& r) {
    return 2.0 * e0 * math::sigmoid(r * (v - v0));
  }
};

}  // namespace arcuate::model
