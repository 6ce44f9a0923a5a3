#pragma once

#include <numbers>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The exact mean field of quadratic integrate-and-fire neurons that adapt their firing: it
/// bursts.
struct GastSchmidtKnosche_SF {
  static constexpr std::array states{
      StateInfo{.name = "r",
                .unit = "1/ms",
                .initial = 0.1,
                .range = {0.0, 2.0},
                .lower = 0.0,
                .meaning = "population firing rate"},
      StateInfo{.name = "V",
                .unit = "1",
                .initial = -1.0,
                .range = {-2.0, 1.5},
                .meaning = "mean membrane potential"},
      StateInfo{.name = "A",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "adaptation current"},
      StateInfo{.name = "B",
                .unit = "1",
                .initial = 0.0,
                .range = {-1.0, 1.0},
                .meaning = "rate of change of A times tau_A"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau",
                    .unit = "ms",
                    .value = 1.0,
                    .range = {0.1, 15.0},
                    .meaning = "membrane time constant"},
      ParameterInfo{.name = "tau_A",
                    .unit = "ms",
                    .value = 10.0,
                    .range = {0.1, 15.0},
                    .meaning = "time constant of the adaptation"},
      ParameterInfo{.name = "alpha",
                    .unit = "1",
                    .value = 10.0,
                    .range = {0.0, 20.0},
                    .meaning = "strength of the adaptation"},
      ParameterInfo{.name = "I",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "external current"},
      ParameterInfo{.name = "Delta",
                    .unit = "1",
                    .value = 2.0,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the distribution of excitability",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "J",
                    .unit = "1",
                    .value = 21.2132,
                    .range = {-25.0, 25.0},
                    .meaning = "weight of the recurrent input"},
      ParameterInfo{.name = "eta",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-10.0, 10.0},
                    .meaning = "mean excitability"},
      ParameterInfo{.name = "cr",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "weight of the network input by firing rates"},
      ParameterInfo{.name = "cv",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "weight of the network input by potentials"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_0",
                .unit = "1",
                .source = "r",
                .gate = "cr",
                .meaning = "network input by firing rates"},
      InputInfo{.name = "c_1",
                .unit = "1",
                .source = "V",
                .gate = "cv",
                .meaning = "network input by membrane potentials"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "GastSchmidtKnosche_SF",
      .title = "Gast-Schmidt-Knosche mean field with spike-frequency adaptation",
      .category = "mean field",
      .equations =
          "dr/dt = (Delta/(pi tau) + 2 V r)/tau\n"
          "dV/dt = (V^2 - (pi tau r)^2 + eta + J tau r - A + I + cr c_0 + cv c_1)/tau\n"
          "dA/dt = B/tau_A\n"
          "dB/dt = (-2 B - A + alpha r)/tau_A",
      .reference =
          "Gast R, Schmidt H, Knosche TR (2020). A mean-field description of bursting dynamics "
          "in spiking neural networks with short-term adaptation. Neural Computation "
          "32:1615-1634. doi:10.1162/neco_a_01300",
      .notes = "With alpha = 0 it is MontbrioPazoRoxin.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 4> rhs(const Vec<X, 4>& state, const Vec<P, 9>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [r, V, A, B] = state;
    const auto& [tau, tau_A, alpha, I, Delta, J, eta, cr, cv] = parameter;
    const auto& [c_0, c_1] = input;
    constexpr double pi = std::numbers::pi;
    const X pulse = pi * tau * r;
    const X recurrent = J * tau * r - A;
    return {(Delta / (pi * tau) + 2.0 * V * r) / tau,
            (V * V - pulse * pulse + recurrent + (eta + I + cr * c_0 + cv * c_1)) / tau, B / tau_A,
            (alpha * r - A - 2.0 * B) / tau_A};
  }
};

}  // namespace arcuate::model
