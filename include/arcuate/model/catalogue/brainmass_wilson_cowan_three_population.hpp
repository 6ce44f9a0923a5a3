#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/catalogue/brainmass_wilson_cowan_parts.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Wilson-Cowan model of brainmass with a third, modulatory population.
struct BrainmassWilsonCowanThreePopulation {
  static constexpr std::array states{
      wilson_cowan::rE, wilson_cowan::rI,
      wilson_cowan::activity("rM", "activity of the modulatory population")};
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
      wilson_cowan::time_constant("tau_M", 2.0, "time constant of the modulatory population"),
      wilson_cowan::positive("a_M", 1.0, "slope of the modulatory response"),
      wilson_cowan::positive("theta_M", 3.5, "threshold of the modulatory response"),
      wilson_cowan::positive("wME", 8.0, "weight to M from E"),
      wilson_cowan::positive("wMI", 6.0, "weight to M from I"),
      wilson_cowan::positive("wEM", 4.0, "weight to E from M"),
      wilson_cowan::positive("wIM", 2.0, "weight to I from M"),
      wilson_cowan::positive("wMM", 2.0, "weight to M from M"),
      wilson_cowan::I_E,
      wilson_cowan::I_I,
      ParameterInfo{.name = "I_M",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 5.0},
                    .meaning = "constant input to the modulatory population"}};
  static constexpr std::array inputs{
      wilson_cowan::rE_inp, wilson_cowan::rI_inp,
      InputInfo{.name = "rM_inp",
                .unit = "1",
                .source = "",
                .gate = "",
                .meaning = "network input to the modulatory population"}};
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BrainmassWilsonCowanThreePopulation",
      .title = "Wilson-Cowan model with three populations",
      .category = "neural mass",
      .equations =
          "x_E = wEE rE - wEI rI + wEM rM + I_E + rE_inp\n"
          "x_I = wIE rE - wII rI + wIM rM + I_I + rI_inp\n"
          "x_M = wME rE - wMI rI + wMM rM + I_M + rM_inp\n"
          "F_p(x) = 1/(1 + exp(-a_p (x - theta_p))) - 1/(1 + exp(a_p theta_p))\n"
          "drE/dt = (-rE + (1 - r rE) F_E(x_E))/tau_E\n"
          "drI/dt = (-rI + (1 - r rI) F_I(x_I))/tau_I\n"
          "drM/dt = (-rM + (1 - r rM) F_M(x_M))/tau_M",
      .reference =
          "Pfeffer CK, Xue M, He M, Huang ZJ, Scanziani M (2013). Inhibition of inhibition in "
          "visual cortex: the logic of connections between molecularly distinct interneurons. "
          "Nature Neuroscience 16:1068-1076. doi:10.1038/nn.3446; Wilson HR, Cowan JD (1972). "
          "Excitatory and inhibitory interactions in localized populations of model neurons. "
          "Biophysical Journal 12:1-24. doi:10.1016/S0006-3495(72)86068-5",
      .notes = wilson_cowan::same_names,
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  static constexpr std::size_t n_derived = 3;
  /// Responses without input.
  static Vec<double, n_derived> derive(const Vec<double, std::size(parameters)>& parameter) {
    const auto [E, I] = wilson_cowan::resting_responses(parameter);
    return {E, I, wilson_cowan::resting_response(parameter[12], parameter[13])};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 3> rhs(const Vec<X, 3>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 3>& input,
                                              const Vec<P, n_derived>& rest) {
    const auto& [rE, rI, rM] = state;
    const auto& [tau_E, tau_I, a_E, a_I, theta_E, theta_I, wEE, wEI, wIE, wII, r, tau_M, a_M,
                 theta_M, wME, wMI, wEM, wIM, wMM, I_E, I_I, I_M] = parameter;
    const auto& [rE_inp, rI_inp, rM_inp] = input;
    const X x_E = wEE * rE - wEI * rI + wEM * rM + (I_E + rE_inp);
    const X x_I = wIE * rE - wII * rI + wIM * rM + (I_I + rI_inp);
    const X x_M = wME * rE - wMI * rI + wMM * rM + (I_M + rM_inp);
    return {
        wilson_cowan::relaxed(rE, wilson_cowan::response(x_E, a_E, theta_E, rest[0]), r, tau_E),
        wilson_cowan::relaxed(rI, wilson_cowan::response(x_I, a_I, theta_I, rest[1]), r, tau_I),
        wilson_cowan::relaxed(rM, wilson_cowan::response(x_M, a_M, theta_M, rest[2]), r, tau_M)};
  }
};

}  // namespace arcuate::model
