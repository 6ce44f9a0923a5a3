#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

/// What the Wilson-Cowan models of brainmass share: states, parameters, inputs and the response
/// function. A weight is named by (to, from): wEI acts on E and comes from I.
namespace arcuate::model::wilson_cowan {

inline constexpr std::string_view citation =
    "Wilson HR, Cowan JD (1972). Excitatory and inhibitory interactions in localized populations "
    "of model neurons. Biophysical Journal 12:1-24. doi:10.1016/S0006-3495(72)86068-5";

/// The notes of the models whose weights brainmass names the other way round.
inline constexpr std::string_view swapped_names =
    "Weights are named by (to, from): wEI is the weight to E from I. brainmass 0.1.1 calls this "
    "weight wIE and the weight to I from E wEI in this variant, the other way round in its "
    "adaptive, delayed, three-population and divisive variants; positions and default numbers are "
    "equal. All inputs are inside the response function.";
/// The notes of the others.
inline constexpr std::string_view same_names =
    "Weights are named by (to, from): wEI is the weight to E from I, as in brainmass 0.1.1, which "
    "swaps wEI and wIE in its basic variants. All inputs are inside the response function.";

constexpr StateInfo activity(std::string_view name, std::string_view meaning) {
  return {.name = name, .unit = "1", .initial = 0.0, .range = {0.0, 0.5}, .meaning = meaning};
}
inline constexpr StateInfo rE = activity("rE", "activity of the excitatory population");
inline constexpr StateInfo rI = activity("rI", "activity of the inhibitory population");
inline constexpr std::array two_states{rE, rI};

inline constexpr InputInfo rE_inp{.name = "rE_inp",
                                  .unit = "1",
                                  .source = "rE",
                                  .gate = "",
                                  .meaning = "network input to the excitatory population"};
inline constexpr InputInfo rI_inp{.name = "rI_inp",
                                  .unit = "1",
                                  .source = "",
                                  .gate = "",
                                  .meaning = "network input to the inhibitory population"};
inline constexpr std::array two_inputs{rE_inp, rI_inp};

constexpr ParameterInfo time_constant(std::string_view name, double value,
                                      std::string_view meaning) {
  return {.name = name,
          .unit = "ms",
          .value = value,
          .range = {0.1 * value, 20.0 * value},
          .meaning = meaning};
}
/// Slopes, thresholds, weights: positive numbers.
constexpr ParameterInfo positive(std::string_view name, double value, std::string_view meaning) {
  return {
      .name = name, .unit = "1", .value = value, .range = {0.0, 3.0 * value}, .meaning = meaning};
}

inline constexpr ParameterInfo tau_E =
    time_constant("tau_E", 1.0, "time constant of the excitatory population");
inline constexpr ParameterInfo tau_I =
    time_constant("tau_I", 1.0, "time constant of the inhibitory population");
inline constexpr ParameterInfo a_E = positive("a_E", 1.2, "slope of the excitatory response");
inline constexpr ParameterInfo theta_E =
    positive("theta_E", 2.8, "threshold of the excitatory response");
inline constexpr ParameterInfo a_I = positive("a_I", 1.0, "slope of the inhibitory response");
inline constexpr ParameterInfo theta_I =
    positive("theta_I", 4.0, "threshold of the inhibitory response");
inline constexpr ParameterInfo refractoriness =
    positive("r", 1.0, "refractoriness: the part r of the active cells cannot respond");
inline constexpr ParameterInfo I_E{.name = "I_E",
                                   .unit = "1",
                                   .value = 0.0,
                                   .range = {0.0, 5.0},
                                   .meaning = "constant input to the excitatory population"};
inline constexpr ParameterInfo I_I{.name = "I_I",
                                   .unit = "1",
                                   .value = 0.0,
                                   .range = {0.0, 5.0},
                                   .meaning = "constant input to the inhibitory population"};

constexpr ParameterInfo wEE(double value) {
  return positive("wEE", value, "weight to E from E");
}
constexpr ParameterInfo wEI(double value) {
  return positive("wEI", value, "weight to E from I");
}
constexpr ParameterInfo wIE(double value) {
  return positive("wIE", value, "weight to I from E");
}
constexpr ParameterInfo wII(double value) {
  return positive("wII", value, "weight to I from I");
}

/// What the response function would be without input, were it not moved.
inline double resting_response(double a, double theta) {
  return math::sigmoid(-a * theta);
}
/// Of both populations, where tau_E, tau_I, a_E, a_I, theta_E, theta_I are the first parameters.
template <std::size_t n>
inline Vec<double, 2> resting_responses(const Vec<double, n>& parameter) {
  return {resting_response(parameter[2], parameter[4]),
          resting_response(parameter[3], parameter[5])};
}

/// F(x), moved down by `rest` so that F(0) = 0.
template <class X, class P>
[[gnu::always_inline]] inline X response(const X& x, const P& a, const P& theta, const P& rest) {
  return math::sigmoid(a * (x - theta)) - rest;
}

/// (-activity + (1 - r activity) drive)/tau
template <class X, class P>
[[gnu::always_inline]] inline X relaxed(const X& activity, const X& drive, const P& r,
                                        const P& tau) {
  return ((1.0 - r * activity) * drive - activity) / tau;
}

}  // namespace arcuate::model::wilson_cowan
