#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/brainmass_wilson_cowan_parts.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Wilson-Cowan model of brainmass without refractoriness.
struct BrainmassWilsonCowanNoSaturation {
  static constexpr auto states = wilson_cowan::two_states;
  static constexpr std::array parameters{
      wilson_cowan::tau_E,     wilson_cowan::tau_I,    wilson_cowan::a_E,
      wilson_cowan::a_I,       wilson_cowan::theta_E,  wilson_cowan::theta_I,
      wilson_cowan::wEE(12.0), wilson_cowan::wEI(4.0), wilson_cowan::wIE(13.0),
      wilson_cowan::wII(11.0), wilson_cowan::I_E,      wilson_cowan::I_I};
  static constexpr auto inputs = wilson_cowan::two_inputs;
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanNoSaturation",
      .title = "Wilson-Cowan populations without refractoriness",
      .category = "neural mass",
      .equations =
          "x_E = wEE rE - wEI rI + I_E + rE_inp\n"
          "x_I = wIE rE - wII rI + I_I + rI_inp\n"
          "F_p(x) = 1/(1 + exp(-a_p (x - theta_p))) - 1/(1 + exp(a_p theta_p))\n"
          "drE/dt = (-rE + F_E(x_E))/tau_E\n"
          "drI/dt = (-rI + F_I(x_I))/tau_I",
      .reference = wilson_cowan::citation,
      .notes = wilson_cowan::swapped_names,
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  static constexpr std::size_t n_derived = 2;
  /// Responses without input.
  static Vec<double, n_derived> derive(const Vec<double, std::size(parameters)>& parameter) {
    return wilson_cowan::resting_responses(parameter);
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input,
                                              const Vec<P, n_derived>& rest) {
    const auto& [rE, rI] = state;
    const auto& [tau_E, tau_I, a_E, a_I, theta_E, theta_I, wEE, wEI, wIE, wII, I_E, I_I] =
        parameter;
    const auto& [rE_inp, rI_inp] = input;
    const X x_E = wEE * rE - wEI * rI + (I_E + rE_inp);
    const X x_I = wIE * rE - wII * rI + (I_I + rI_inp);
    return {(wilson_cowan::response(x_E, a_E, theta_E, rest[0]) - rE) / tau_E,
            (wilson_cowan::response(x_I, a_I, theta_I, rest[1]) - rI) / tau_I};
  }
};

}  // namespace arcuate::model
