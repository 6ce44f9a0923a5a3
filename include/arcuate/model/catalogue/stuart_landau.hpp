#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The Stuart-Landau oscillator dz/dt = (a + i w) z - |z|^2 z with z = x + i y.
struct StuartLandau {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.1,
                .range = {-2.0, 2.0},
                .meaning = "real part, the usual signal"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 2.0},
                .meaning = "imaginary part, a quarter period behind"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1/ms",
                    .value = 0.25,
                    .range = {-2.0, 2.0},
                    .meaning = "bifurcation parameter"},
      ParameterInfo{.name = "w",
                    .unit = "rad/ms",
                    .value = 0.2,
                    .range = {0.0, 2.0},
                    .meaning = "angular frequency (10 Hz is 0.0628 rad/ms)"},
      ParameterInfo{.name = "x_ext",
                    .unit = "1/ms",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "constant input to dx/dt"},
      ParameterInfo{.name = "y_ext",
                    .unit = "1/ms",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "constant input to dy/dt"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_x",
                .unit = "1/ms",
                .source = "x",
                .gate = "",
                .meaning = "network input to dx/dt, beside x_ext"},
      InputInfo{.name = "c_y",
                .unit = "1/ms",
                .source = "y",
                .gate = "",
                .meaning = "network input to dy/dt, beside y_ext"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "StuartLandau",
      .title = "Stuart-Landau oscillator",
      .category = "phenomenological",
      .equations =
          "dx/dt = (a - x^2 - y^2) x - w y + x_ext + c_x\n"
          "dy/dt = (a - x^2 - y^2) y + w x + y_ext + c_y",
      .reference =
          "Stuart JT (1960). On the non-linear mechanics of wave disturbances in stable and "
          "unstable parallel flows. Part 1. Journal of Fluid Mechanics 9:353-370. "
          "doi:10.1017/S002211206000116X",
      .notes = "The model Hopf with beta = 1, under the name and with the defaults of brainmass.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [x, y] = state;
    const auto& [a, w, x_ext, y_ext] = parameter;
    const auto& [c_x, c_y] = input;
    const X growth = a - (x * x + y * y);
    return {growth * x - w * y + (x_ext + c_x), growth * y + w * x + (y_ext + c_y)};
  }
};

}  // namespace arcuate::model
