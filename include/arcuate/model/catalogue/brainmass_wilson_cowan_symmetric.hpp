#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/brainmass_wilson_cowan_parts.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Wilson-Cowan model of brainmass with one time constant and one response function.
struct BrainmassWilsonCowanSymmetric {
  static constexpr auto states = wilson_cowan::two_states;
  static constexpr std::array parameters{
      wilson_cowan::time_constant("tau", 1.0, "time constant of both populations"),
      wilson_cowan::positive("a", 1.1, "slope of the response"),
      wilson_cowan::positive("theta", 3.4, "threshold of the response"),
      wilson_cowan::wEE(12.0),
      wilson_cowan::wEI(4.0),
      wilson_cowan::wIE(13.0),
      wilson_cowan::wII(11.0),
      wilson_cowan::refractoriness,
      wilson_cowan::I_E,
      wilson_cowan::I_I};
  static constexpr auto inputs = wilson_cowan::two_inputs;
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanSymmetric",
      .title = "Wilson-Cowan populations with equal time constants and responses",
      .category = "neural mass",
      .equations =
          "x_E = wEE rE - wEI rI + I_E + rE_inp\n"
          "x_I = wIE rE - wII rI + I_I + rI_inp\n"
          "F(x) = 1/(1 + exp(-a (x - theta))) - 1/(1 + exp(a theta))\n"
          "drE/dt = (-rE + (1 - r rE) F(x_E))/tau\n"
          "drI/dt = (-rI + (1 - r rI) F(x_I))/tau",
      .reference = wilson_cowan::citation,
      .notes = wilson_cowan::swapped_names,
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  static constexpr std::size_t n_derived = 1;
  /// Responses without input.
  static Vec<double, n_derived> derive(const Vec<double, std::size(parameters)>& parameter) {
    return {wilson_cowan::resting_response(parameter[1], parameter[2])};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input,
                                              const Vec<P, n_derived>& rest) {
    const auto& [rE, rI] = state;
    const auto& [tau, a, theta, wEE, wEI, wIE, wII, r, I_E, I_I] = parameter;
    const auto& [rE_inp, rI_inp] = input;
    const X x_E = wEE * rE - wEI * rI + (I_E + rE_inp);
    const X x_I = wIE * rE - wII * rI + (I_I + rI_inp);
    return {wilson_cowan::relaxed(rE, wilson_cowan::response(x_E, a, theta, rest[0]), r, tau),
            wilson_cowan::relaxed(rI, wilson_cowan::response(x_I, a, theta, rest[0]), r, tau)};
  }
};

}  // namespace arcuate::model
