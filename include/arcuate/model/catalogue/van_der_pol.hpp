#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The van der Pol oscillator in Lienard coordinates: a limit cycle that turns from a sine into
/// relaxation oscillations as mu grows.
struct VanDerPol {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.1,
                .range = {-3.0, 3.0},
                .meaning = "fast variable, the usual signal"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 2.0},
                .meaning = "slow variable"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "mu",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.1, 10.0},
                    .meaning = "nonlinear damping; the larger, the sharper the relaxation"},
      ParameterInfo{.name = "x_ext",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "constant input to dx/dt"},
      ParameterInfo{.name = "y_ext",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "constant input to dy/dt"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_x",
                .unit = "1",
                .source = "x",
                .gate = "",
                .meaning = "network input to dx/dt, beside x_ext"},
      InputInfo{.name = "c_y",
                .unit = "1",
                .source = "y",
                .gate = "",
                .meaning = "network input to dy/dt, beside y_ext"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "VanDerPol",
      .title = "Van der Pol oscillator (Lienard form)",
      .category = "phenomenological",
      .equations =
          "dx/dt = mu (x - x^3/3 - y) + x_ext + c_x\n"
          "dy/dt = x/mu + y_ext + c_y",
      .reference =
          "van der Pol B (1926). On relaxation-oscillations. The London, Edinburgh and Dublin "
          "Philosophical Magazine and Journal of Science 2:978-992. "
          "doi:10.1080/14786442608564127",
      .notes =
          "Time is in ms: with mu = 1 the period is 6.663 ms. The second-order form "
          "(acceleration mu (1 - x^2) velocity - x) is the same oscillator in other "
          "coordinates. The input enters dx/dt, not the acceleration.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [x, y] = state;
    const auto& [mu, x_ext, y_ext] = parameter;
    const auto& [c_x, c_y] = input;
    return {mu * (x - x * x * x * (1.0 / 3.0) - y) + (x_ext + c_x), x / mu + (y_ext + c_y)};
  }
};

}  // namespace arcuate::model
