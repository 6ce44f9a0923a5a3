#pragma once

#include <numbers>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The exact mean field of quadratic integrate-and-fire (theta) neurons with conductances of
/// second order.
struct CoombesByrne {
  static constexpr std::array states{
      StateInfo{.name = "r",
                .unit = "1/ms",
                .initial = 0.5,
                .range = {0.0, 6.0},
                .lower = 0.0,
                .meaning = "population firing rate"},
      StateInfo{.name = "V",
                .unit = "1",
                .initial = 0.0,
                .range = {-10.0, 10.0},
                .meaning = "mean membrane potential"},
      StateInfo{.name = "g",
                .unit = "1/ms",
                .initial = 1.5,
                .range = {1.0, 2.0},
                .meaning = "synaptic conductance"},
      StateInfo{.name = "q",
                .unit = "1/ms",
                .initial = 0.0,
                .range = {-0.5, 0.7},
                .meaning = "rate of change of g over alpha"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "Delta",
                    .unit = "1",
                    .value = 0.5,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the distribution of excitability",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "alpha",
                    .unit = "1/ms",
                    .value = 0.95,
                    .range = {0.01, 10.0},
                    .meaning = "inverse time constant of the synapse"},
      ParameterInfo{.name = "v_syn",
                    .unit = "1",
                    .value = -10.0,
                    .range = {-20.0, 0.0},
                    .meaning = "reversal potential of the synapse"},
      ParameterInfo{.name = "k",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 5.0},
                    .meaning = "strength of the local synapses"},
      ParameterInfo{.name = "eta",
                    .unit = "1",
                    .value = 20.0,
                    .range = {-10.0, 30.0},
                    .meaning = "mean excitability"},
  };
  static constexpr std::array inputs{
      InputInfo{
          .name = "c_0", .unit = "1", .source = "r", .gate = "", .meaning = "network input to V"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "CoombesByrne",
      .title = "Coombes-Byrne next-generation neural mass",
      .category = "mean field",
      .equations =
          "dr/dt = Delta/pi + 2 V r - g r\n"
          "dV/dt = V^2 - (pi r)^2 + eta + (v_syn - V) g + c_0\n"
          "dg/dt = alpha q\n"
          "dq/dt = alpha (k pi r - g - 2 q)",
      .reference =
          "Coombes S, Byrne A (2019). Next generation neural mass models. In: Nonlinear "
          "Dynamics in Computational Neuroscience, Springer, 1-16. "
          "doi:10.1007/978-3-319-71048-8_1",
      .notes =
          "The Virtual Brain's page writes g r^2 in dr/dt; its code, the paper and this model "
          "have g r.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 4> rhs(const Vec<X, 4>& state, const Vec<P, 5>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [r, V, g, q] = state;
    const auto& [Delta, alpha, v_syn, k, eta] = parameter;
    const auto& [c_0] = input;
    constexpr double pi = std::numbers::pi;
    const X pulse = pi * r;
    return {Delta / pi + (2.0 * V - g) * r, V * V - pulse * pulse + (v_syn - V) * g + (eta + c_0),
            alpha * q, alpha * (k * pulse - g - 2.0 * q)};
  }
};

}  // namespace arcuate::model
