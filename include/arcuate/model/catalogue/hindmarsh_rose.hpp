#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A neuron that bursts: spikes of x and y ride on a slow adaptation z.
struct HindmarshRose {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = -1.0,
                .range = {-4.0, 4.0},
                .meaning = "fast variable, like a membrane potential"},
      StateInfo{.name = "y",
                .unit = "1",
                .initial = 0.0,
                .range = {-60.0, 20.0},
                .meaning = "fast recovery"},
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 1.0,
                .range = {-2.0, 18.0},
                .meaning = "slow adaptation"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "r",
                    .unit = "1",
                    .value = 0.001,
                    .range = {0.0001, 0.02},
                    .meaning = "speed of z"},
      ParameterInfo{.name = "a",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 1.5},
                    .meaning = "cubic term of x"},
      ParameterInfo{.name = "b",
                    .unit = "1",
                    .value = 3.0,
                    .range = {2.5, 3.5},
                    .meaning = "quadratic term of x"},
      ParameterInfo{
          .name = "c", .unit = "1", .value = 1.0, .range = {0.5, 1.5}, .meaning = "constant of y"},
      ParameterInfo{.name = "d",
                    .unit = "1",
                    .value = 5.0,
                    .range = {4.0, 6.0},
                    .meaning = "quadratic term of x in y"},
      ParameterInfo{.name = "s",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.5, 5.0},
                    .meaning = "strength of the adaptation"},
      ParameterInfo{.name = "x_1",
                    .unit = "1",
                    .value = -1.6,
                    .range = {-2.0, -1.0},
                    .meaning = "x where the adaptation rests"},
      ParameterInfo{.name = "I",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-1.0, 5.0},
                    .meaning = "constant input to x"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "x",
                .gate = "",
                .meaning = "network input to x, beside I"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array bursting_values{PresetValue{"s", 4.0}, PresetValue{"r", 0.001},
                                              PresetValue{"I", 2.0}};
  static constexpr std::array chaos_values{PresetValue{"s", 4.0}, PresetValue{"r", 0.006},
                                           PresetValue{"I", 3.25}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "bursting",
          .meaning =
              "regular bursts of spikes. Hindmarsh and Rose 1984, doi:10.1098/rspb.1984.0024",
          .values = bursting_values},
      PresetInfo{.name = "chaos",
                 .meaning = "irregular bursts of spikes. Storace M, Linaro D, de Lange E (2008), "
                            "doi:10.1063/1.2975967",
                 .values = chaos_values},
  };
  static constexpr ModelInfo info{
      .name = "HindmarshRose",
      .title = "Hindmarsh-Rose bursting neuron",
      .category = "phenomenological",
      .equations =
          "dx/dt = y - a x^3 + b x^2 - z + I + c_0\n"
          "dy/dt = c - d x^2 - y\n"
          "dz/dt = r (s (x - x_1) - z)",
      .reference =
          "Hindmarsh JL, Rose RM (1984). A model of neuronal bursting using three coupled first "
          "order differential equations. Proceedings of the Royal Society B 221:87-102. "
          "doi:10.1098/rspb.1984.0024",
      .notes =
          "Names and defaults of The Virtual Brain's contributed model, which has no I; its "
          "defaults rest. One unit of time is one ms in name only.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 3> rhs(const Vec<X, 3>& state, const Vec<P, 8>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x, y, z] = state;
    const auto& [r, a, b, c, d, s, x_1, I] = parameter;
    const auto& [c_0] = input;
    return {y + x * x * (b - a * x) - z + (I + c_0), c - d * x * x - y, r * (s * (x - x_1) - z)};
  }
};

}  // namespace arcuate::model
