#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Epileptor without its spike-and-wave events, its fast discharges reduced to their mean:
/// onset and offset of seizures and their spread.
struct Epileptor2D {
  static constexpr std::array states{
      StateInfo{.name = "x1",
                .unit = "1",
                .initial = -1.5,
                .range = {-2.0, 1.0},
                .meaning = "fast discharges, averaged"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 3.5,
                .range = {2.0, 5.0},
                .meaning = "slow permittivity"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "cubic term of x1"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 3.0,
                    .range = {2.0, 4.0},
                    .meaning = "quadratic term of x1"},
      ParameterInfo{
          .name = "c", .unit = "1", .value = 1.0, .range = {0.5, 1.5}, .meaning = "constant of x1"},
      ParameterInfo{.name = "d",
                    .unit = "1",
                    .value = 5.0,
                    .range = {4.0, 6.0},
                    .meaning = "quadratic term of x1, from the averaged recovery"},
      ParameterInfo{.name = "r",
                    .unit = "1",
                    .value = 0.00035,
                    .range = {0.0, 0.001},
                    .meaning = "speed of z"},
      ParameterInfo{.name = "x0",
                    .unit = "1",
                    .value = -1.6,
                    .range = {-3.0, -1.0},
                    .meaning = "excitability: above about -2.05 seizures come by themselves"},
      ParameterInfo{.name = "Iext",
                    .unit = "1",
                    .value = 3.1,
                    .range = {1.5, 5.0},
                    .meaning = "external input to x1"},
      ParameterInfo{.name = "slope",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-16.0, 6.0},
                    .meaning = "linear term of x1 during discharges"},
      ParameterInfo{.name = "Kvf",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 4.0},
                    .meaning = "weight of the network input in x1"},
      ParameterInfo{.name = "Ks",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-4.0, 4.0},
                    .meaning = "weight of the network input in z"},
      ParameterInfo{.name = "tt",
                    .unit = "1/ms",
                    .value = 1.0,
                    .range = {0.001, 1.0},
                    .meaning = "speed of the whole system"},
      ParameterInfo{.name = "modification",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "1: z follows a sigmoid of x1; 0: a line",
                    .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_1",
                .unit = "1",
                .source = "x1",
                .gate = "",
                .meaning = "network input by fast discharges, weighted by Kvf in x1 and Ks in z"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array epileptogenic_zone_values{PresetValue{"x0", -1.6}};
  static constexpr std::array healthy_values{PresetValue{"x0", -2.2}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "epileptogenic_zone",
          .meaning =
              "excitable above the threshold of about -2.05: seizures come by themselves. Jirsa et "
              "al. 2014, doi:10.1093/brain/awu133",
          .values = epileptogenic_zone_values},
      PresetInfo{
          .name = "healthy",
          .meaning =
              "below the threshold of about -2.05: seizures come only by recruitment through the "
              "network. Proix et al. 2014, doi:10.1523/JNEUROSCI.1570-14.2014",
          .values = healthy_values},
  };
  static constexpr ModelInfo info{
      .name = "Epileptor2D",
      .title = "Two-dimensional Epileptor",
      .category = "epilepsy",
      .equations =
          "f = a x1^2 + (d - b) x1  if x1 < 0,  else  -slope - 0.6 (z - 4)^2 + d x1\n"
          "h = 4 (x1 - x0) + (-0.1 z^7  if z < 0,  else  0)\n"
          "h = x0 + 3/(1 + exp(-(x1 + 0.5)/0.1))  with modification = 1\n"
          "dx1/dt = tt (c - z + Iext + Kvf c_1 - f x1)\n"
          "dz/dt = tt r (h - z + Ks c_1)",
      .reference =
          "Proix T, Bartolomei F, Chauvel P, Bernard C, Jirsa VK (2014). Permittivity coupling "
          "across brain regions determines seizure recruitment in partial epilepsy. Journal of "
          "Neuroscience 34:15009-15021. doi:10.1523/JNEUROSCI.1570-14.2014; Jirsa VK, Stacey "
          "WC, Quilichini PP, Ivanov AI, Bernard C (2014). On the nature of seizure dynamics. "
          "Brain 137:2210-2230. doi:10.1093/brain/awu133",
      .notes =
          "Kvf and Ks are 0 by default: without at least one of them a network is a set of "
          "independent regions. Use the coupling `difference`. The Virtual Brain's modification "
          "is a switch; here it is the number 1 or 0.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 12>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x1, z] = state;
    const auto& [a, b, c, d, r, x0, Iext, slope, Kvf, Ks, tt, modification] = parameter;
    const auto& [c_1] = input;
    const X resting = x1 * (a * x1 + (d - b));
    const X discharging = d * x1 - slope - 0.6 * math::square(z - 4.0);
    const X f = math::select(x1 < 0.0, resting, discharging);
    return {tt * (c - z - f * x1 + (Iext + Kvf * c_1)),
            tt * r * (target(x1, z, x0, modification) - z + Ks * c_1)};
  }

 private:
  /// h: what z follows.
  template <class X, class P>
  [[gnu::always_inline]] static X target(const X& x1, const X& z, const P& x0,
                                         const P& modification) {
    const X barrier = math::select(z < 0.0, X(-0.1 * math::pow_int<7>(z)), X(0.0));
    const X line = 4.0 * (x1 - x0) + barrier;
    const X sigmoid = x0 + 3.0 * math::sigmoid(10.0 * (x1 + 0.5));
    return (1.0 - modification) * line + modification * sigmoid;
  }
};

}  // namespace arcuate::model
