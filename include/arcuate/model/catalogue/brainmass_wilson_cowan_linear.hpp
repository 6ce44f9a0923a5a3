#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/brainmass_wilson_cowan_parts.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Wilson-Cowan model of brainmass with a threshold-linear response.
struct BrainmassWilsonCowanLinear {
  static constexpr auto states = [] {
    auto without_scale = wilson_cowan::two_states;
    for (StateInfo& state : without_scale)
      state.plausible = any_value;
    return without_scale;
  }();
  static constexpr std::array parameters{
      wilson_cowan::tau_E,          wilson_cowan::tau_I,    wilson_cowan::wEE(0.8),
      wilson_cowan::wEI(0.3),       wilson_cowan::wIE(1.0), wilson_cowan::wII(0.85),
      wilson_cowan::refractoriness, wilson_cowan::I_E,      wilson_cowan::I_I};
  static constexpr auto inputs = wilson_cowan::two_inputs;
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanLinear",
      .title = "Wilson-Cowan populations with a threshold-linear response",
      .category = "neural mass",
      .equations =
          "x_E = wEE rE - wEI rI + I_E + rE_inp\n"
          "x_I = wIE rE - wII rI + I_I + rI_inp\n"
          "drE/dt = (-rE + (1 - r rE) [x_E]+)/tau_E\n"
          "drI/dt = (-rI + (1 - r rI) [x_I]+)/tau_I\n"
          "with [x]+ = max(x, 0)",
      .reference = wilson_cowan::citation,
      .notes = wilson_cowan::swapped_names,
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [rE, rI] = state;
    const auto& [tau_E, tau_I, wEE, wEI, wIE, wII, r, I_E, I_I] = parameter;
    const auto& [rE_inp, rI_inp] = input;
    const X x_E = wEE * rE - wEI * rI + (I_E + rE_inp);
    const X x_I = wIE * rE - wII * rI + (I_I + rI_inp);
    const X drive_E = math::select(x_E > 0.0, x_E, X(0.0));
    const X drive_I = math::select(x_I > 0.0, x_I, X(0.0));
    return {wilson_cowan::relaxed(rE, drive_E, r, tau_E),
            wilson_cowan::relaxed(rI, drive_I, r, tau_I)};
  }
};

}  // namespace arcuate::model
