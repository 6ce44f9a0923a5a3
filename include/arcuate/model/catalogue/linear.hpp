#pragma once

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A damped linear node: the network's own linear dynamics, and the model with a closed solution.
struct Linear {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.01,
                .range = {-1.0, 1.0},
                .meaning = "activity",
                .plausible = any_value},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "gamma",
                    .unit = "1/ms",
                    .value = -10.0,
                    .range = {-100.0, 0.0},
                    .meaning = "damping; keep it below minus the largest eigenvalue of gain * W"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c",
                .unit = "1/ms",
                .source = "x",
                .gate = "",
                .meaning = "network input to dx/dt"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "Linear",
      .title = "Damped linear node",
      .category = "phenomenological",
      .equations = "dx/dt = gamma x + c",
      .reference =
          "Sanz-Leon P, Knock SA, Spiegler A, Jirsa VK (2015). Mathematical framework for "
          "large-scale brain network modeling in The Virtual Brain. NeuroImage "
          "111:385-430. doi:10.1016/j.neuroimage.2015.01.002",
      .notes = "",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> rhs(const Vec<X, 1>& state, const Vec<P, 1>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x] = state;
    const auto& [gamma] = parameter;
    const auto& [c] = input;
    return {gamma * x + c};
  }
};

}  // namespace arcuate::model
