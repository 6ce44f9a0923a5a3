#pragma once

#include <numbers>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The exact mean field of quadratic integrate-and-fire (theta) neurons with instantaneous
/// synapses that have a reversal potential.
struct CoombesByrne2D {
  static constexpr std::array states{
      StateInfo{.name = "r",
                .unit = "1/ms",
                .initial = 0.5,
                .range = {0.0, 2.0},
                .lower = 0.0,
                .meaning = "population firing rate"},
      StateInfo{.name = "V",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 1.5},
                .meaning = "mean membrane potential"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "Delta",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the distribution of excitability",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "v_syn",
                    .unit = "1",
                    .value = -4.0,
                    .range = {-20.0, 0.0},
                    .meaning = "reversal potential of the synapse"},
      ParameterInfo{.name = "k",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 5.0},
                    .meaning = "strength of the local synapses"},
      ParameterInfo{.name = "eta",
                    .unit = "1",
                    .value = 2.0,
                    .range = {-10.0, 10.0},
                    .meaning = "mean excitability"},
  };
  static constexpr std::array inputs{
      InputInfo{
          .name = "c_0", .unit = "1", .source = "r", .gate = "", .meaning = "network input to V"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "CoombesByrne2D",
      .title = "Coombes-Byrne next-generation neural mass with fast synapses",
      .category = "mean field",
      .equations =
          "g = k pi r\n"
          "dr/dt = Delta/pi + 2 V r - g r\n"
          "dV/dt = V^2 - (pi r)^2 + eta + (v_syn - V) g + c_0",
      .reference =
          "Coombes S, Byrne A (2019). Next generation neural mass models. In: Nonlinear "
          "Dynamics in Computational Neuroscience, Springer, 1-16. "
          "doi:10.1007/978-3-319-71048-8_1",
      .notes = "CoombesByrne in the limit of a fast synapse.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 4>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [r, V] = state;
    const auto& [Delta, v_syn, k, eta] = parameter;
    const auto& [c_0] = input;
    constexpr double pi = std::numbers::pi;
    const X pulse = pi * r, g = k * pulse;
    return {Delta / pi + (2.0 * V - g) * r, V * V - pulse * pulse + (v_syn - V) * g + (eta + c_0)};
  }
};

}  // namespace arcuate::model
