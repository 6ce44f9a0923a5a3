#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Epileptor beside an oscillator of resting-state activity: seizures and what goes on
/// between them in one region.
struct EpileptorRestingState {
  static constexpr std::array states{
      StateInfo{.name = "x1",
                .unit = "1",
                .initial = -1.6,
                .range = {-1.8, -1.4},
                .meaning = "fast discharges"},
      StateInfo{.name = "y1",
                .unit = "1",
                .initial = -12.0,
                .range = {-15.0, -10.0},
                .meaning = "recovery of the fast discharges"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 3.8,
                .range = {3.6, 4.0},
                .meaning = "slow permittivity"},
      StateInfo{.name = "x2",
                .unit = "1",
                .initial = -1.0,
                .range = {-1.1, -0.9},
                .meaning = "spike-and-wave events"},
      StateInfo{.name = "y2",
                .unit = "1",
                .initial = 0.001,
                .range = {0.001, 0.01},
                .meaning = "recovery of the spike-and-wave events"},
      StateInfo{.name = "g",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "low-pass filter of x1 between the two ensembles"},
      StateInfo{.name = "x_rs",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 4.0},
                .meaning = "resting-state activity"},
      StateInfo{.name = "y_rs",
                .unit = "1",
                .initial = 0.0,
                .range = {-6.0, 6.0},
                .meaning = "recovery of the resting-state activity"},
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
                    .meaning = "speed of the Epileptor part"},
      ParameterInfo{.name = "tau_rs",
                    .unit = "1",
                    .value = 1.0,
                    .range = {1.0, 5.0},
                    .meaning = "separation of the two time scales at rest"},
      ParameterInfo{.name = "I_rs",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-5.0, 5.0},
                    .meaning = "constant input to x_rs"},
      ParameterInfo{.name = "a_rs",
                    .unit = "1",
                    .value = -2.0,
                    .range = {-5.0, 5.0},
                    .meaning = "constant term of the y_rs nullcline"},
      ParameterInfo{.name = "b_rs",
                    .unit = "1",
                    .value = -10.0,
                    .range = {-20.0, 15.0},
                    .meaning = "linear term of the y_rs nullcline"},
      ParameterInfo{.name = "d_rs",
                    .unit = "1/ms",
                    .value = 0.02,
                    .range = {0.0001, 1.0},
                    .meaning = "speed of the resting-state part"},
      ParameterInfo{.name = "e_rs",
                    .unit = "1",
                    .value = 3.0,
                    .range = {-5.0, 5.0},
                    .meaning = "quadratic term of the x_rs nullcline"},
      ParameterInfo{.name = "f_rs",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-5.0, 5.0},
                    .meaning = "cubic term of the x_rs nullcline"},
      ParameterInfo{.name = "alpha_rs",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-5.0, 5.0},
                    .meaning = "feedback of y_rs on x_rs"},
      ParameterInfo{.name = "beta_rs",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-5.0, 5.0},
                    .meaning = "decay of y_rs"},
      ParameterInfo{.name = "gamma_rs",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-1.0, 1.0},
                    .meaning = "weight of all input to x_rs"},
      ParameterInfo{.name = "K_rs",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 10.0},
                    .meaning = "weight of the network input c_3 in x_rs"},
      ParameterInfo{.name = "p",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "part of the Epileptor in the signal lfp"},
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
      InputInfo{.name = "c_3",
                .unit = "1",
                .source = "x_rs",
                .gate = "K_rs",
                .meaning = "network input by resting-state activity"},
  };
  static constexpr std::array observables{
      ObservableInfo{
          .name = "lfp", .unit = "1", .uses_input = false, .meaning = "p (x2 - x1) + (1 - p) x_rs"},
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
      .name = "EpileptorRestingState",
      .title = "Epileptor with resting-state activity",
      .category = "epilepsy",
      .equations =
          "f1 = -a x1^2 + b x1  if x1 < 0,  else  slope - x2 + 0.6 (z - 4)^2\n"
          "f2 = 0  if x2 < -0.25,  else  aa (x2 + 0.25)\n"
          "h = 4 (x1 - x0) + (-0.1 z^7  if z < 0,  else  0)\n"
          "dx1/dt = tt (y1 - z + Iext + Kvf c_1 + f1 x1)\n"
          "dy1/dt = tt (c - d x1^2 - y1)\n"
          "dz/dt = tt r (h - z + Ks c_1)\n"
          "dx2/dt = tt (-y2 + x2 - x2^3 + Iext2 + bb g - 0.3 (z - 3.5) + Kf c_2)\n"
          "dy2/dt = tt (-y2 + f2)/tau\n"
          "dg/dt = -0.01 tt (g - 0.1 x1)\n"
          "dx_rs/dt = d_rs tau_rs (-f_rs x_rs^3 + e_rs x_rs^2 + alpha_rs y_rs + gamma_rs (I_rs + "
          "K_rs c_3))\n"
          "dy_rs/dt = d_rs (a_rs + b_rs x_rs - beta_rs y_rs)/tau_rs\n"
          "lfp = p (x2 - x1) + (1 - p) x_rs",
      .reference =
          "Courtiol J, Guye M, Bartolomei F, Petkoski S, Jirsa VK (2020). Dynamical mechanisms "
          "of interictal resting-state functional connectivity in epilepsy. Journal of "
          "Neuroscience 40:5572-5588. doi:10.1523/JNEUROSCI.0905-19.2020",
      .notes =
          "Kvf, Kf and Ks are 0 by default. The two parts of a region act on each other only "
          "through what a study records: x_rs is not driven by x1. The Virtual Brain also lists "
          "s; its equations contain the number 4 instead, so it is not a parameter here.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets,
      .picture = {.duration = 5000.0, .observable = "x1"}};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 8> rhs(const Vec<X, 8>& state, const Vec<P, 28>& parameter,
                                              const Vec<P, 3>& input) {
    const auto& [x1, y1, z, x2, y2, g, x_rs, y_rs] = state;
    const auto& [a, b, c, d, r, x0, Iext, slope, Iext2, tau, aa, bb, Kvf, Kf, Ks, tt, tau_rs, I_rs,
                 a_rs, b_rs, d_rs, e_rs, f_rs, alpha_rs, beta_rs, gamma_rs, K_rs, p] = parameter;
    const auto& [c_1, c_2, c_3] = input;
    const X discharging = slope - x2 + 0.6 * math::square(z - 4.0);
    const X f1 = math::select(x1 < 0.0, X(x1 * (b - a * x1)), discharging);
    const X f2 = math::max(X(0.0), X(aa * (x2 + 0.25)));
    const X barrier = math::select(z < 0.0, X(-0.1 * math::pow_int<7>(z)), X(0.0));
    const X cubic = x_rs * (x_rs * (e_rs - f_rs * x_rs));
    return {tt * (y1 - z + f1 * x1 + (Iext + Kvf * c_1)),
            tt * (c - d * x1 * x1 - y1),
            tt * r * (4.0 * (x1 - x0) + barrier - z + Ks * c_1),
            tt * (x2 - x2 * x2 * x2 - y2 + bb * g - 0.3 * (z - 3.5) + (Iext2 + Kf * c_2)),
            tt / tau * (f2 - y2),
            -0.01 * tt * (g - 0.1 * x1),
            d_rs * tau_rs * (cubic + alpha_rs * y_rs + gamma_rs * (I_rs + K_rs * c_3)),
            d_rs / tau_rs * (a_rs + b_rs * x_rs - beta_rs * y_rs)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 8>& state,
                                                  const Vec<P, 28>& parameter,
                                                  const Vec<P, 3>& /*input*/) {
    const P& p = parameter[27];
    return {p * (state[3] - state[0]) + (1.0 - p) * state[6]};
  }
};

}  // namespace arcuate::model
