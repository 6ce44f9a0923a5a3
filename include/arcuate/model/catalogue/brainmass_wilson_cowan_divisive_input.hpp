#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/brainmass_wilson_cowan_parts.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Wilson-Cowan model of brainmass with divisive inhibition of the recurrent input.
struct BrainmassWilsonCowanDivisiveInput {
  static constexpr auto states = wilson_cowan::two_states;
  static constexpr std::array parameters{
      wilson_cowan::tau_E,
      wilson_cowan::tau_I,
      wilson_cowan::a_E,
      wilson_cowan::a_I,
      wilson_cowan::theta_E,
      wilson_cowan::theta_I,
      wilson_cowan::wEE(6.0),
      wilson_cowan::wEI(6.5),
      wilson_cowan::wIE(2.0),
      wilson_cowan::wII(5.5),
      wilson_cowan::positive("sigma_E", 1.0, "semi-saturation of the excitatory population"),
      wilson_cowan::positive("sigma_I", 1.0, "semi-saturation of the inhibitory population"),
      wilson_cowan::refractoriness,
      wilson_cowan::I_E,
      wilson_cowan::I_I};
  static constexpr auto inputs = wilson_cowan::two_inputs;
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanDivisiveInput",
      .title = "Wilson-Cowan populations with divisive inhibition of the input",
      .category = "neural mass",
      .equations =
          "x_E = wEE rE/(sigma_E + wEI rI) + I_E + rE_inp\n"
          "x_I = wIE rE/(sigma_I + wII rI) + I_I + rI_inp\n"
          "F_p(x) = 1/(1 + exp(-a_p (x - theta_p))) - 1/(1 + exp(a_p theta_p))\n"
          "drE/dt = (-rE + (1 - r rE) F_E(x_E))/tau_E\n"
          "drI/dt = (-rI + (1 - r rI) F_I(x_I))/tau_I",
      .reference =
          "Carandini M, Heeger DJ (2012). Normalization as a canonical neural computation. "
          "Nature Reviews Neuroscience 13:51-62. doi:10.1038/nrn3136; Wilson HR, Cowan JD "
          "(1972). Excitatory and inhibitory interactions in localized populations of model "
          "neurons. Biophysical Journal 12:1-24. doi:10.1016/S0006-3495(72)86068-5",
      .notes = wilson_cowan::same_names,
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
    const auto& [tau_E, tau_I, a_E, a_I, theta_E, theta_I, wEE, wEI, wIE, wII, sigma_E, sigma_I, r,
                 I_E, I_I] = parameter;
    const auto& [rE_inp, rI_inp] = input;
    const X x_E = wEE * rE / (sigma_E + wEI * rI) + (I_E + rE_inp);
    const X x_I = wIE * rE / (sigma_I + wII * rI) + (I_I + rI_inp);
    return {
        wilson_cowan::relaxed(rE, wilson_cowan::response(x_E, a_E, theta_E, rest[0]), r, tau_E),
        wilson_cowan::relaxed(rI, wilson_cowan::response(x_I, a_I, theta_I, rest[1]), r, tau_I)};
  }
};

}  // namespace arcuate::model
