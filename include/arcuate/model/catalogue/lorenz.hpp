#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Lorenz system: deterministic chaos in three equations.
struct Lorenz {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 1.0,
                .range = {-20.0, 20.0},
                .meaning = "intensity of convection, the usual signal"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 1.0,
                .range = {-25.0, 25.0},
                .meaning = "horizontal temperature difference"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 1.0,
                .range = {0.0, 45.0},
                .meaning = "deviation of the vertical temperature profile"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "sigma",
                    .unit = "1/ms",
                    .value = 10.0,
                    .range = {5.0, 20.0},
                    .meaning = "Prandtl number"},
      ParameterInfo{.name = "rho",
                    .unit = "1",
                    .value = 28.0,
                    .range = {0.0, 50.0},
                    .meaning = "relative Rayleigh number"},
      ParameterInfo{.name = "beta",
                    .unit = "1/ms",
                    .value = 2.6666666666666665,
                    .range = {1.0, 4.0},
                    .meaning = "aspect ratio of a convection cell"},
      ParameterInfo{.name = "x_ext",
                    .unit = "1/ms",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "constant input to dx/dt"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_x",
                .unit = "1/ms",
                .source = "x",
                .gate = "",
                .meaning = "network input to dx/dt, beside x_ext"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "Lorenz",
      .title = "Lorenz system",
      .category = "phenomenological",
      .equations =
          "dx/dt = sigma (y - x) + x_ext + c_x\n"
          "dy/dt = x (rho - z) - y\n"
          "dz/dt = x y - beta z",
      .reference =
          "Lorenz EN (1963). Deterministic nonperiodic flow. Journal of the Atmospheric "
          "Sciences 20:130-141. doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2",
      .notes =
          "Time is in ms: steps of 0.01 ms are needed. Two runs that differ in the last bit "
          "separate within about 40 ms.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 3> rhs(const Vec<X, 3>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x, y, z] = state;
    const auto& [sigma, rho, beta, x_ext] = parameter;
    const auto& [c_x] = input;
    return {sigma * (y - x) + (x_ext + c_x), x * (rho - z) - y, x * y - beta * z};
  }
};

}  // namespace arcuate::model
