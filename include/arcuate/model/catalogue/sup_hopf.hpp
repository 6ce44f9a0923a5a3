#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The normal form of a supercritical Hopf bifurcation: a damped focus for a < 0, a limit cycle of
/// radius sqrt(a) and angular frequency omega for a > 0.
struct SupHopf {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.1,
                .range = {-5.0, 5.0},
                .meaning = "first coordinate, the usual signal"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 0.0,
                .range = {-5.0, 5.0},
                .meaning = "second coordinate, a quarter period behind"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1/ms",
                    .value = -0.5,
                    .range = {-10.0, 10.0},
                    .meaning = "bifurcation parameter"},
      ParameterInfo{.name = "omega",
                    .unit = "rad/ms",
                    .value = 1.0,
                    .range = {0.05, 630.0},
                    .meaning = "angular frequency (10 Hz is 0.0628 rad/ms)"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_x",
                .unit = "1/ms",
                .source = "x",
                .gate = "",
                .meaning = "network input to dx/dt"},
      InputInfo{.name = "c_y",
                .unit = "1/ms",
                .source = "y",
                .gate = "",
                .meaning = "network input to dy/dt"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "SupHopf",
      .title = "Supercritical Hopf normal form (Stuart-Landau oscillator)",
      .category = "phenomenological",
      .equations =
          "dx/dt = (a - x^2 - y^2) x - omega y + c_x\n"
          "dy/dt = (a - x^2 - y^2) y + omega x + c_y",
      .reference =
          "Deco G, Kringelbach ML, Jirsa VK, Ritter P (2017). The dynamics of resting fluctuations "
          "in the brain: metastability and its dynamical cortical core. Scientific Reports 7:3095. "
          "doi:10.1038/s41598-017-03073-5",
      .notes =
          "The origin is a fixed point: a run that starts there without noise stays there, so "
          "the default start is beside it.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 2>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [x, y] = state;
    const auto& [a, omega] = parameter;
    const auto& [c_x, c_y] = input;
    const X growth = a - x * x - y * y;
    return {growth * x - omega * y + c_x, growth * y + omega * x + c_y};
  }
};

}  // namespace arcuate::model
