#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The neuronal state of dynamic causal modelling: linear, with a decay that a second input
/// changes.
struct BilinearDCM {
  static constexpr std::array states{
      StateInfo{.name = "z",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "neuronal activity about its rest",
                .plausible = any_value},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "a",
                    .unit = "1/s",
                    .value = -1.0,
                    .range = {-2.0, -0.1},
                    .meaning = "connection of the region to itself, the diagonal of A"},
      ParameterInfo{.name = "b",
                    .unit = "1/s",
                    .value = 0.0,
                    .range = {-1.0, 1.0},
                    .meaning = "change of a by the modulating input, the diagonal of B"},
      ParameterInfo{.name = "C",
                    .unit = "1/s",
                    .value = 1.0,
                    .range = {-1.0, 1.0},
                    .meaning = "weight of the driving input"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c",
                .unit = "1/s",
                .source = "z",
                .gate = "",
                .meaning = "activity of other regions, weighted by A (the connectome)"},
      InputInfo{.name = "u",
                .unit = "1",
                .source = "",
                .gate = "",
                .meaning = "driving input, for stimuli"},
      InputInfo{.name = "u_mod",
                .unit = "1",
                .source = "",
                .gate = "",
                .meaning = "modulating input, for stimuli"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "BilinearDCM",
      .title = "Bilinear neuronal state of dynamic causal modelling",
      .category = "phenomenological",
      .equations = "dz/dt = (a + b u_mod) z + c + C u",
      .reference =
          "Friston KJ, Harrison L, Penny W (2003). Dynamic causal modelling. NeuroImage "
          "19:1273-1302. doi:10.1016/S1053-8119(03)00202-7",
      .notes =
          "Connections between regions are the connectome's weights times coupling.gain, in 1/s; "
          "weights may be negative. The published model has no delays: connectome.speed = inf. Of "
          "B "
          "only the diagonal is here: inputs do not modulate connections between regions.",
      .time_unit = 1000.0,
      .time_unit_name = "s",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> rhs(const Vec<X, 1>& state, const Vec<P, 3>& parameter,
                                              const Vec<P, 3>& input) {
    const auto& [z] = state;
    const auto& [a, b, C] = parameter;
    const auto& [c, u, u_mod] = input;
    return {(a + b * u_mod) * z + c + C * u};
  }
};

}  // namespace arcuate::model
