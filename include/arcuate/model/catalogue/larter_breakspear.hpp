#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Conductance-based excitatory cells with calcium, potassium and sodium channels and their
/// inhibitory partners: fixed points, limit cycles and chaos.
struct LarterBreakspear {
  static constexpr std::array states{
      StateInfo{.name = "V",
                .unit = "1",
                .initial = -0.2,
                .range = {-1.5, 1.5},
                .meaning = "mean membrane potential of excitatory cells"},
      StateInfo{.name = "W",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.5, 1.5},
                .meaning = "open fraction of potassium channels"},
      StateInfo{.name = "Z",
                .unit = "1",
                .initial = 0.1,
                .range = {-1.5, 1.5},
                .meaning = "mean membrane potential of inhibitory cells"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "gCa",
                    .unit = "1",
                    .value = 1.1,
                    .range = {0.9, 1.5},
                    .meaning = "conductance of calcium channels"},
      ParameterInfo{.name = "gK",
                    .unit = "1",
                    .value = 2.0,
                    .range = {1.95, 2.05},
                    .meaning = "conductance of potassium channels"},
      ParameterInfo{.name = "gL",
                    .unit = "1",
                    .value = 0.5,
                    .range = {0.45, 0.55},
                    .meaning = "leak conductance"},
      ParameterInfo{.name = "phi",
                    .unit = "1",
                    .value = 0.7,
                    .range = {0.3, 0.9},
                    .meaning = "temperature factor of W"},
      ParameterInfo{.name = "gNa",
                    .unit = "1",
                    .value = 6.7,
                    .range = {0.0, 10.0},
                    .meaning = "conductance of sodium channels"},
      ParameterInfo{.name = "TK",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-0.1, 0.1},
                    .meaning = "threshold of potassium channels"},
      ParameterInfo{.name = "TCa",
                    .unit = "1",
                    .value = -0.01,
                    .range = {-0.02, 0.02},
                    .meaning = "threshold of calcium channels"},
      ParameterInfo{.name = "TNa",
                    .unit = "1",
                    .value = 0.3,
                    .range = {0.25, 0.35},
                    .meaning = "threshold of sodium channels"},
      ParameterInfo{.name = "VCa",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.9, 1.1},
                    .meaning = "Nernst potential of calcium"},
      ParameterInfo{.name = "VK",
                    .unit = "1",
                    .value = -0.7,
                    .range = {-0.8, 1.0},
                    .meaning = "Nernst potential of potassium"},
      ParameterInfo{.name = "VL",
                    .unit = "1",
                    .value = -0.5,
                    .range = {-0.7, -0.4},
                    .meaning = "Nernst potential of the leak"},
      ParameterInfo{.name = "VNa",
                    .unit = "1",
                    .value = 0.53,
                    .range = {0.51, 0.55},
                    .meaning = "Nernst potential of sodium"},
      ParameterInfo{.name = "d_K",
                    .unit = "1",
                    .value = 0.3,
                    .range = {0.1, 0.4},
                    .meaning = "spread of potassium thresholds",
                    .takes = Takes::positive},
      ParameterInfo{.name = "tau_K",
                    .unit = "1",
                    .value = 1.0,
                    .range = {1.0, 10.0},
                    .meaning = "time constant of potassium channels"},
      ParameterInfo{.name = "d_Na",
                    .unit = "1",
                    .value = 0.15,
                    .range = {0.1, 0.2},
                    .meaning = "spread of sodium thresholds",
                    .takes = Takes::positive},
      ParameterInfo{.name = "d_Ca",
                    .unit = "1",
                    .value = 0.15,
                    .range = {0.1, 0.2},
                    .meaning = "spread of calcium thresholds",
                    .takes = Takes::positive},
      ParameterInfo{.name = "aei",
                    .unit = "1",
                    .value = 2.0,
                    .range = {0.1, 2.0},
                    .meaning = "synaptic strength, excitatory to inhibitory"},
      ParameterInfo{.name = "aie",
                    .unit = "1",
                    .value = 2.0,
                    .range = {0.5, 2.0},
                    .meaning = "synaptic strength, inhibitory to excitatory"},
      ParameterInfo{
          .name = "b", .unit = "1", .value = 0.1, .range = {0.0001, 1.0}, .meaning = "speed of Z"},
      ParameterInfo{.name = "C",
                    .unit = "1",
                    .value = 0.1,
                    .range = {0.0, 1.0},
                    .meaning = "part of the excitation that comes from other regions"},
      ParameterInfo{.name = "ane",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.4, 1.0},
                    .meaning = "synaptic strength, input to excitatory"},
      ParameterInfo{.name = "ani",
                    .unit = "1",
                    .value = 0.4,
                    .range = {0.3, 0.5},
                    .meaning = "synaptic strength, input to inhibitory"},
      ParameterInfo{.name = "aee",
                    .unit = "1",
                    .value = 0.4,
                    .range = {0.0, 0.6},
                    .meaning = "synaptic strength, excitatory to excitatory"},
      ParameterInfo{.name = "Iext",
                    .unit = "1",
                    .value = 0.3,
                    .range = {0.165, 0.3},
                    .meaning = "subcortical input"},
      ParameterInfo{.name = "rNMDA",
                    .unit = "1",
                    .value = 0.25,
                    .range = {0.2, 0.3},
                    .meaning = "ratio of NMDA to AMPA receptors"},
      ParameterInfo{.name = "VT",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 0.7},
                    .meaning = "threshold of excitatory cells"},
      ParameterInfo{.name = "d_V",
                    .unit = "1",
                    .value = 0.65,
                    .range = {0.49, 0.7},
                    .meaning = "spread of excitatory thresholds: small fixed point, large chaos",
                    .takes = Takes::positive},
      ParameterInfo{.name = "ZT",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 0.1},
                    .meaning = "threshold of inhibitory cells"},
      ParameterInfo{.name = "d_Z",
                    .unit = "1",
                    .value = 0.7,
                    .range = {0.001, 0.75},
                    .meaning = "spread of inhibitory thresholds",
                    .takes = Takes::positive},
      ParameterInfo{.name = "QV_max",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.1, 1.0},
                    .meaning = "largest excitatory firing rate"},
      ParameterInfo{.name = "QZ_max",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.1, 1.0},
                    .meaning = "largest inhibitory firing rate"},
      ParameterInfo{.name = "t_scale",
                    .unit = "1/ms",
                    .value = 1.0,
                    .range = {0.1, 1.0},
                    .meaning = "speed of the whole system"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "Q_V",
                .gate = "C",
                .meaning = "mean firing rate of the other regions"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "Q_V",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "firing rate of excitatory cells, what the other regions receive"},
  };
  static constexpr std::array fixed_point_values{PresetValue{"gCa", 1.0}, PresetValue{"aee", 0.36},
                                                 PresetValue{"d_V", 0.54},
                                                 PresetValue{"d_Z", 0.54}};
  static constexpr std::array limit_cycle_values{PresetValue{"gCa", 1.0}, PresetValue{"aee", 0.36},
                                                 PresetValue{"d_V", 0.58},
                                                 PresetValue{"d_Z", 0.58}};
  static constexpr std::array chaos_values{PresetValue{"gCa", 1.0}, PresetValue{"aee", 0.36},
                                           PresetValue{"d_V", 0.65}, PresetValue{"d_Z", 0.65}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "fixed_point",
          .meaning =
              "a small spread of thresholds: rest. Breakspear M, Terry JR, Friston KJ (2003), "
              "doi:10.1088/0954-898X/14/4/305",
          .values = fixed_point_values},
      PresetInfo{
          .name = "limit_cycle",
          .meaning =
              "d_V between 0.55 and 0.59: oscillations. Breakspear M, Terry JR, Friston KJ (2003), "
              "doi:10.1088/0954-898X/14/4/305",
          .values = limit_cycle_values},
      PresetInfo{
          .name = "chaos",
          .meaning =
              "d_V above 0.59, inhibitory cells alike: chaos. Alstott J, Breakspear M, Hagmann P, "
              "Cammoun L, Sporns O (2009), doi:10.1371/journal.pcbi.1000408",
          .values = chaos_values},
  };
  static constexpr ModelInfo info{
      .name = "LarterBreakspear",
      .title = "Larter-Breakspear conductance-based neural mass",
      .category = "neural mass",
      .equations =
          "m_ion = (1 + tanh((V - T_ion)/d_ion))/2  for ion = Ca, Na, K,  T_ion = TCa, TNa, TK,  "
          "d_ion = d_Ca, d_Na, d_K\n"
          "Q_V = QV_max (1 + tanh((V - VT)/d_V))/2\n"
          "Q_Z = QZ_max (1 + tanh((Z - ZT)/d_Z))/2\n"
          "E = (1 - C) aee Q_V + C aee c_0\n"
          "dV/dt = t_scale (-(gCa + rNMDA E) m_Ca (V - VCa) - gK W (V - VK) - gL (V - VL)\n"
          "- (gNa m_Na + E) (V - VNa) - aie Z Q_Z + ane Iext)\n"
          "dW/dt = t_scale phi (m_K - W)/tau_K\n"
          "dZ/dt = t_scale b (ani Iext + aei V Q_V)",
      .reference =
          "Breakspear M, Terry JR, Friston KJ (2003). Modulation of excitatory synaptic "
          "coupling facilitates synchronization and complex dynamics in a biophysical model of "
          "neuronal dynamics. Network: Computation in Neural Systems 14:703-732. "
          "doi:10.1088/0954-898X/14/4/305; Larter R, Speelman B, Worth RM (1999). A coupled "
          "ordinary differential equation lattice model for the simulation of epileptic "
          "seizures. Chaos 9:795-804. doi:10.1063/1.166453",
      .notes =
          "Small spreads (d_V below about 0.52) have no rest: Z runs away. A region broadcasts "
          "its firing rate Q_V: use the coupling `linear` with weights that sum to 1 in each "
          "row, so that c_0 is a mean. The Virtual Brain broadcasts V and asks for a hyperbolic "
          "tangent coupling that repeats VT and d_V.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 3> rhs(const Vec<X, 3>& state, const Vec<P, 32>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [V, W, Z] = state;
    const auto& [gCa, gK, gL, phi, gNa, TK, TCa, TNa, VCa, VK, VL, VNa, d_K, tau_K, d_Na, d_Ca, aei,
                 aie, b, C, ane, ani, aee, Iext, rNMDA, VT, d_V, ZT, d_Z, QV_max, QZ_max, t_scale] =
        parameter;
    const auto& [c_0] = input;
    const X m_Ca = 0.5 * (1.0 + math::tanh((V - TCa) / d_Ca));
    const X m_Na = 0.5 * (1.0 + math::tanh((V - TNa) / d_Na));
    const X m_K = 0.5 * (1.0 + math::tanh((V - TK) / d_K));
    const X Q_V = rate(V, QV_max, VT, d_V);
    const X Q_Z = rate(Z, QZ_max, ZT, d_Z);
    const X E = aee * ((1.0 - C) * Q_V + C * c_0);
    const X calcium = (gCa + rNMDA * E) * m_Ca * (V - VCa);
    const X leaks = gK * W * (V - VK) + gL * (V - VL);
    const X sodium = (gNa * m_Na + E) * (V - VNa);
    return {t_scale * (ane * Iext - calcium - leaks - sodium - aie * Z * Q_Z),
            t_scale * phi / tau_K * (m_K - W), t_scale * b * (ani * Iext + aei * V * Q_V)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 3>& state,
                                                  const Vec<P, 32>& parameter,
                                                  const Vec<P, 1>& /*input*/) {
    return {rate(state[0], parameter[29], parameter[25], parameter[26])};
  }

 private:
  /// Q
  template <class X, class P>
  [[gnu::always_inline]] static X rate(const X& v, const P& largest, const P& threshold,
                                       const P& spread) {
    return 0.5 * largest * (1.0 + math::tanh((v - threshold) / spread));
  }
};

}  // namespace arcuate::model
