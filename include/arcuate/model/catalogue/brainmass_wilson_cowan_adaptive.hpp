#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/brainmass_wilson_cowan_parts.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Wilson-Cowan model of brainmass with an adaptation current in each population.
struct BrainmassWilsonCowanAdaptive {
  static constexpr std::array states{
      wilson_cowan::rE, wilson_cowan::rI,
      wilson_cowan::activity("aE", "adaptation of the excitatory population"),
      wilson_cowan::activity("aI", "adaptation of the inhibitory population")};
  static constexpr std::array parameters{
      wilson_cowan::tau_E,
      wilson_cowan::tau_I,
      wilson_cowan::a_E,
      wilson_cowan::a_I,
      wilson_cowan::theta_E,
      wilson_cowan::theta_I,
      wilson_cowan::wEE(12.0),
      wilson_cowan::wEI(13.0),
      wilson_cowan::wIE(4.0),
      wilson_cowan::wII(11.0),
      wilson_cowan::refractoriness,
      wilson_cowan::time_constant("tau_aE", 100.0, "time constant of the excitatory adaptation"),
      wilson_cowan::time_constant("tau_aI", 80.0, "time constant of the inhibitory adaptation"),
      wilson_cowan::positive("b_E", 0.1, "strength of the excitatory adaptation"),
      wilson_cowan::positive("b_I", 0.08, "strength of the inhibitory adaptation"),
      wilson_cowan::I_E,
      wilson_cowan::I_I};
  static constexpr auto inputs = wilson_cowan::two_inputs;
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanAdaptive",
      .title = "Wilson-Cowan populations with adaptation",
      .category = "neural mass",
      .equations =
          "x_E = wEE rE - wEI rI - aE + I_E + rE_inp\n"
          "x_I = wIE rE - wII rI - aI + I_I + rI_inp\n"
          "F_p(x) = 1/(1 + exp(-a_p (x - theta_p))) - 1/(1 + exp(a_p theta_p))\n"
          "drE/dt = (-rE + (1 - r rE) F_E(x_E))/tau_E\n"
          "drI/dt = (-rI + (1 - r rI) F_I(x_I))/tau_I\n"
          "daE/dt = (-aE + b_E rE)/tau_aE\n"
          "daI/dt = (-aI + b_I rI)/tau_aI",
      .reference =
          "Benda J, Herz AVM (2003). A universal model for spike-frequency adaptation. Neural "
          "Computation 15:2523-2564. doi:10.1162/089976603322385063; Wilson HR, Cowan JD "
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
  [[gnu::always_inline]] static Vec<X, 4> rhs(const Vec<X, 4>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input,
                                              const Vec<P, n_derived>& rest) {
    const auto& [rE, rI, aE, aI] = state;
    const auto& [tau_E, tau_I, a_E, a_I, theta_E, theta_I, wEE, wEI, wIE, wII, r, tau_aE, tau_aI,
                 b_E, b_I, I_E, I_I] = parameter;
    const auto& [rE_inp, rI_inp] = input;
    const X x_E = wEE * rE - wEI * rI - aE + (I_E + rE_inp);
    const X x_I = wIE * rE - wII * rI - aI + (I_I + rI_inp);
    return {wilson_cowan::relaxed(rE, wilson_cowan::response(x_E, a_E, theta_E, rest[0]), r, tau_E),
            wilson_cowan::relaxed(rI, wilson_cowan::response(x_I, a_I, theta_I, rest[1]), r, tau_I),
            (b_E * rE - aE) / tau_aE, (b_I * rI - aI) / tau_aI};
  }
};

}  // namespace arcuate::model
