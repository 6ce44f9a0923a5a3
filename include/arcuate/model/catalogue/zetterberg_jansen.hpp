#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A cortical column of pyramidal cells, excitatory and inhibitory interneurons, in which the
/// inhibitory interneurons also inhibit each other.
struct ZetterbergJansen {
  static constexpr std::array states{
      StateInfo{.name = "v1",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 100.0},
                .meaning = "excitatory potential of the excitatory interneurons"},
      StateInfo{.name = "y1",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-500.0, 500.0},
                .meaning = "rate of change of v1"},
      StateInfo{.name = "v2",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 50.0},
                .meaning = "excitatory potential of the pyramidal cells"},
      StateInfo{.name = "y2",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-100.0, 6.0},
                .meaning = "rate of change of v2"},
      StateInfo{.name = "v3",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 6.0},
                .meaning = "inhibitory potential of the pyramidal cells"},
      StateInfo{.name = "y3",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-100.0, 6.0},
                .meaning = "rate of change of v3"},
      StateInfo{.name = "v4",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 20.0},
                .meaning = "excitatory potential of the inhibitory interneurons"},
      StateInfo{.name = "y4",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-100.0, 20.0},
                .meaning = "rate of change of v4"},
      StateInfo{.name = "v5",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 20.0},
                .meaning = "inhibitory potential of the inhibitory interneurons"},
      StateInfo{.name = "y5",
                .unit = "mV/ms",
                .initial = 0.0,
                .range = {-500.0, 500.0},
                .meaning = "rate of change of v5"},
      StateInfo{.name = "v6",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 20.0},
                .meaning = "potential of the pyramidal cells"},
      StateInfo{.name = "v7",
                .unit = "mV",
                .initial = 0.0,
                .range = {-100.0, 20.0},
                .meaning = "potential of the inhibitory interneurons"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "He",
                    .unit = "mV",
                    .value = 3.25,
                    .range = {2.6, 9.75},
                    .meaning = "gain of excitatory synapses"},
      ParameterInfo{.name = "Hi",
                    .unit = "mV",
                    .value = 22.0,
                    .range = {17.6, 110.0},
                    .meaning = "gain of inhibitory synapses"},
      ParameterInfo{.name = "ke",
                    .unit = "1/ms",
                    .value = 0.1,
                    .range = {0.05, 0.15},
                    .meaning = "inverse time constant of excitatory synapses"},
      ParameterInfo{.name = "ki",
                    .unit = "1/ms",
                    .value = 0.05,
                    .range = {0.025, 0.075},
                    .meaning = "inverse time constant of inhibitory synapses"},
      ParameterInfo{.name = "e0",
                    .unit = "1/ms",
                    .value = 0.0025,
                    .range = {0.00125, 0.00375},
                    .meaning = "half of the largest firing rate"},
      ParameterInfo{.name = "rho_2",
                    .unit = "mV",
                    .value = 6.0,
                    .range = {3.12, 10.0},
                    .meaning = "potential at half of the largest firing rate"},
      ParameterInfo{.name = "rho_1",
                    .unit = "1/mV",
                    .value = 0.56,
                    .range = {0.28, 0.84},
                    .meaning = "slope of the sigmoid"},
      ParameterInfo{.name = "gamma_1",
                    .unit = "1",
                    .value = 135.0,
                    .range = {65.0, 1350.0},
                    .meaning = "synapses of pyramidal cells on excitatory interneurons"},
      ParameterInfo{.name = "gamma_2",
                    .unit = "1",
                    .value = 108.0,
                    .range = {0.0, 200.0},
                    .meaning = "synapses of excitatory interneurons on pyramidal cells"},
      ParameterInfo{.name = "gamma_3",
                    .unit = "1",
                    .value = 33.75,
                    .range = {0.0, 200.0},
                    .meaning = "synapses of pyramidal cells on inhibitory interneurons"},
      ParameterInfo{.name = "gamma_4",
                    .unit = "1",
                    .value = 33.75,
                    .range = {0.0, 200.0},
                    .meaning = "synapses of inhibitory interneurons on pyramidal cells"},
      ParameterInfo{.name = "gamma_5",
                    .unit = "1",
                    .value = 15.0,
                    .range = {0.0, 100.0},
                    .meaning = "synapses of inhibitory interneurons on each other"},
      ParameterInfo{.name = "gamma_1T",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1000.0},
                    .meaning = "synapses of the input on excitatory interneurons"},
      ParameterInfo{.name = "gamma_2T",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1000.0},
                    .meaning = "synapses of the input on pyramidal cells"},
      ParameterInfo{.name = "gamma_3T",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1000.0},
                    .meaning = "synapses of the input on inhibitory interneurons"},
      ParameterInfo{.name = "P",
                    .unit = "1/ms",
                    .value = 0.12,
                    .range = {0.0, 0.35},
                    .meaning = "firing rate of the input to pyramidal cells"},
      ParameterInfo{.name = "U",
                    .unit = "1/ms",
                    .value = 0.12,
                    .range = {0.0, 0.35},
                    .meaning = "firing rate of the input to excitatory interneurons"},
      ParameterInfo{.name = "Q",
                    .unit = "1/ms",
                    .value = 0.12,
                    .range = {0.0, 0.35},
                    .meaning = "firing rate of the input to inhibitory interneurons"},
      ParameterInfo{.name = "ke_in_v5",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "1: the term ke^2 v5 of The Virtual Brain in dy5/dt; 0: ki^2 v5",
                    .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "mV",
                .source = "v6",
                .gate = "",
                .meaning = "network potential, turned into a firing rate by S"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "ZetterbergJansen",
      .title = "Zetterberg-Jansen cortical column",
      .category = "neural mass",
      .equations =
          "S(v) = 2 e0/(1 + exp(rho_1 (rho_2 - v))),  S_c = S(c_0)\n"
          "dv1/dt = y1,  dv2/dt = y2,  dv3/dt = y3,  dv4/dt = y4,  dv5/dt = y5\n"
          "dy1/dt = He ke (gamma_1 S(v2 - v3) + gamma_1T (U + S_c)) - 2 ke y1 - ke^2 v1\n"
          "dy2/dt = He ke (gamma_2 S(v1) + gamma_2T (P + S_c)) - 2 ke y2 - ke^2 v2\n"
          "dy3/dt = Hi ki gamma_4 S(v4 - v5) - 2 ki y3 - ki^2 v3\n"
          "dy4/dt = He ke (gamma_3 S(v2 - v3) + gamma_3T (Q + S_c)) - 2 ke y4 - ke^2 v4\n"
          "dy5/dt = Hi ki gamma_5 S(v4 - v5) - 2 ki y5 - ki^2 v5   (ke^2 v5 with ke_in_v5 = 1)\n"
          "dv6/dt = y2 - y3\n"
          "dv7/dt = y4 - y5",
      .reference =
          "Zetterberg LH, Kristiansson L, Mossberg K (1978). Performance of a model for a local "
          "neuron population. Biological Cybernetics 31:15-26. doi:10.1007/BF00337367; Jansen "
          "BH, Rit VG (1995). Electroencephalogram and visual evoked potential generation in a "
          "mathematical model of coupled cortical columns. Biological Cybernetics 73:357-366. "
          "doi:10.1007/BF00199471; Spiegler A, Knosche TR, Schwab K, Haueisen J, Atay FM "
          "(2011). Modeling brain resonance phenomena using a neural mass model. PLoS "
          "Computational Biology 7:e1002298. doi:10.1371/journal.pcbi.1002298",
      .notes =
          "The inhibitory synapses of v5 have the time constant 1/ki; The Virtual Brain writes "
          "ke^2 v5 in dy5/dt, which ke_in_v5 = 1 selects. Even an unconnected region receives "
          "the rate S(0), 0.17/s, through the sigmoid of the network input. v6 and v7 are sums "
          "of other states and keep the offset they start with. The Virtual Brain's ranges are "
          "wide: start from the default state rather than from random values.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 12> rhs(const Vec<X, 12>& state, const Vec<P, 19>& parameter,
                                               const Vec<P, 1>& input) {
    const auto& [v1, y1, v2, y2, v3, y3, v4, y4, v5, y5, v6, v7] = state;
    const auto& [He, Hi, ke, ki, e0, rho_2, rho_1, gamma_1, gamma_2, gamma_3, gamma_4, gamma_5,
                 gamma_1T, gamma_2T, gamma_3T, P_, U, Q, ke_in_v5] = parameter;
    const auto& [c_0] = input;
    const P network = rate(c_0, e0, rho_1, rho_2);
    const X pyramidal = rate(X(v2 - v3), e0, rho_1, rho_2);
    const X excitatory = rate(v1, e0, rho_1, rho_2);
    const X inhibitory = rate(X(v4 - v5), e0, rho_1, rho_2);
    const P k5 = ki + ke_in_v5 * (ke - ki);
    return {y1,
            ke * (He * (gamma_1 * pyramidal + gamma_1T * (U + network)) - 2.0 * y1 - ke * v1),
            y2,
            ke * (He * (gamma_2 * excitatory + gamma_2T * (P_ + network)) - 2.0 * y2 - ke * v2),
            y3,
            ki * (Hi * gamma_4 * inhibitory - 2.0 * y3 - ki * v3),
            y4,
            ke * (He * (gamma_3 * pyramidal + gamma_3T * (Q + network)) - 2.0 * y4 - ke * v4),
            y5,
            ki * (Hi * gamma_5 * inhibitory - 2.0 * y5) - k5 * k5 * v5,
            y2 - y3,
            y4 - y5};
  }

 private:
  /// S(v)
  template <class X, class P>
  [[gnu::always_inline]] static X rate(const X& v, const P& e0, const P& rho_1, const P& rho_2) {
    return 2.0 * e0 * math::sigmoid(rho_1 * (v - rho_2));
  }
};

}  // namespace arcuate::model
