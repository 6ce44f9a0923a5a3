#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Seizures that start and end by themselves: fast discharges (x1, y1), spike-and-wave events
/// (x2, y2) and a slow permittivity z that moves between the two states.
struct Epileptor {
  static constexpr std::array states{
      StateInfo{.name = "x1",
                .unit = "1",
                .initial = -1.5,
                .range = {-2.0, 1.0},
                .meaning = "fast discharges"},
      StateInfo{.name = "y1",
                .unit = "1",
                .initial = -10.0,
                .range = {-20.0, 2.0},
                .meaning = "recovery of the fast discharges"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 3.5,
                .range = {2.0, 5.0},
                .meaning = "slow permittivity"},
      StateInfo{.name = "x2",
                .unit = "1",
                .initial = -1.0,
                .range = {-2.0, 0.0},
                .meaning = "spike-and-wave events"},
      StateInfo{.name = "y2",
                .unit = "1",
                .initial = 0.0,
                .range = {0.0, 2.0},
                .meaning = "recovery of the spike-and-wave events"},
      StateInfo{.name = "g",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "low-pass filter of x1 between the two ensembles"},
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
          .name = "c", .unit = "1", .value = 1.0, .range = {0.5, 1.5}, .meaning = "constant of y1"},
      ParameterInfo{.name = "d",
                    .unit = "1",
                    .value = 5.0,
                    .range = {4.0, 6.0},
                    .meaning = "quadratic term of x1 in y1"},
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
      ParameterInfo{.name = "Iext2",
                    .unit = "1",
                    .value = 0.45,
                    .range = {0.0, 1.0},
                    .meaning = "external input to x2"},
      ParameterInfo{.name = "tau",
                    .unit = "1",
                    .value = 10.0,
                    .range = {5.0, 20.0},
                    .meaning = "slowness of y2"},
      ParameterInfo{.name = "aa",
                    .unit = "1",
                    .value = 6.0,
                    .range = {4.0, 8.0},
                    .meaning = "linear term of x2 in y2"},
      ParameterInfo{.name = "bb",
                    .unit = "1",
                    .value = 2.0,
                    .range = {1.0, 3.0},
                    .meaning = "weight of g in x2"},
      ParameterInfo{.name = "Kvf",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 4.0},
                    .meaning = "weight of the network input c_1 in x1"},
      ParameterInfo{.name = "Kf",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 4.0},
                    .meaning = "weight of the network input c_2 in x2"},
      ParameterInfo{.name = "Ks",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-4.0, 4.0},
                    .meaning = "weight of the network input c_1 in z"},
      ParameterInfo{.name = "tt",
                    .unit = "1/ms",
                    .value = 1.0,
                    .range = {0.001, 10.0},
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
      InputInfo{.name = "c_2",
                .unit = "1",
                .source = "x2",
                .gate = "Kf",
                .meaning = "network input by spike-and-wave events"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "lfp",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "local field potential, x2 - x1"},
  };
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
      .name = "Epileptor",
      .title = "Epileptor",
      .category = "epilepsy",
      .equations =
          "f1 = -a x1^2 + b x1  if x1 < 0,  else  slope - x2 + 0.6 (z - 4)^2\n"
          "f2 = 0  if x2 < -0.25,  else  aa (x2 + 0.25)\n"
          "h = 4 (x1 - x0) + (-0.1 z^7  if z < 0,  else  0)\n"
          "h = x0 + 3/(1 + exp(-(x1 + 0.5)/0.1))  with modification = 1\n"
          "dx1/dt = tt (y1 - z + Iext + Kvf c_1 + f1 x1)\n"
          "dy1/dt = tt (c - d x1^2 - y1)\n"
          "dz/dt = tt r (h - z + Ks c_1)\n"
          "dx2/dt = tt (-y2 + x2 - x2^3 + Iext2 + bb g - 0.3 (z - 3.5) + Kf c_2)\n"
          "dy2/dt = tt (-y2 + f2)/tau\n"
          "dg/dt = -0.01 tt (g - 0.1 x1)",
      .reference =
          "Jirsa VK, Stacey WC, Quilichini PP, Ivanov AI, Bernard C (2014). On the nature "
          "of seizure dynamics. Brain 137:2210-2230. doi:10.1093/brain/awu133",
      .notes =
          "Kvf, Kf and Ks are 0 by default: without at least one of them a network is a set "
          "of independent regions. Use the coupling `difference`. The Virtual Brain also "
          "lists s; its equations contain the number 4 instead, so it is not a parameter "
          "here. Its modification is a switch; here it is the number 1 or 0.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 6> rhs(const Vec<X, 6>& state, const Vec<P, 17>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [x1, y1, z, x2, y2, g] = state;
    const auto& [a, b, c, d, r, x0, Iext, slope, Iext2, tau, aa, bb, Kvf, Kf, Ks, tt,
                 modification] = parameter;
    const auto& [c_1, c_2] = input;
    const X discharging = slope - x2 + 0.6 * math::square(z - 4.0);
    const X f1 = math::select(x1 < 0.0, X(x1 * (b - a * x1)), discharging);
    const X f2 = math::max(X(0.0), X(aa * (x2 + 0.25)));
    return {tt * (y1 - z + f1 * x1 + (Iext + Kvf * c_1)),
            tt * (c - d * x1 * x1 - y1),
            tt * r * (target(x1, z, x0, modification) - z + Ks * c_1),
            tt * (x2 - x2 * x2 * x2 - y2 + bb * g - 0.3 * (z - 3.5) + (Iext2 + Kf * c_2)),
            tt / tau * (f2 - y2),
            -0.01 * tt * (g - 0.1 * x1)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 6>& state,
                                                  const Vec<P, 17>& /*parameter*/,
                                                  const Vec<P, 2>& /*input*/) {
    return {state[3] - state[0]};
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
