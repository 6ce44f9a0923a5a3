#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// The exact mean field of all-to-all coupled quadratic integrate-and-fire neurons.
struct MontbrioPazoRoxin {
  static constexpr std::array states{
      StateInfo{.name = "r",
                .unit = "1/ms",
                .initial = 0.1,
                .range = {0.0, 2.0},
                .lower = 0.0,
                .meaning = "population firing rate"},
      StateInfo{.name = "V",
                .unit = "1",
                .initial = -2.0,
                .range = {-2.0, 1.5},
                .meaning = "mean membrane potential"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau",
                    .unit = "ms",
                    .value = 1.0,
                    .range = {0.001, 15.0},
                    .meaning = "membrane time constant"},
      ParameterInfo{.name = "I",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-10.0, 10.0},
                    .meaning = "external current"},
      ParameterInfo{.name = "Delta",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 10.0},
                    .meaning = "half width of the spread of excitability between neurons",
                    .takes = Takes::not_negative},
      ParameterInfo{.name = "J",
                    .unit = "1",
                    .value = 15.0,
                    .range = {-25.0, 25.0},
                    .meaning = "synaptic weight inside the population"},
      ParameterInfo{.name = "eta",
                    .unit = "1",
                    .value = -5.0,
                    .range = {-10.0, 10.0},
                    .meaning = "mean excitability of the neurons"},
      ParameterInfo{.name = "cr",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "weight of the network input by firing rates"},
      ParameterInfo{.name = "cv",
                    .unit = "1",
                    .value = 0.0,
                    .range = {0.0, 1.0},
                    .meaning = "weight of the network input by mean potentials"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "c_r",
                .unit = "1",
                .source = "r",
                .gate = "cr",
                .meaning = "network input by firing rates, enters dV/dt"},
      InputInfo{.name = "c_V",
                .unit = "1",
                .source = "V",
                .gate = "cv",
                .meaning = "network input by mean potentials, enters dV/dt"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr std::array resting_state_values{PresetValue{"eta", -4.6}, PresetValue{"J", 14.5},
                                                   PresetValue{"Delta", 0.7}};
  static constexpr std::array preset_brainmass{PresetValue{"Delta", 0.001}};
  static constexpr std::array presets{
      PresetInfo{
          .name = "resting_state",
          .meaning =
              "near the edge of bistability: cascades in a noisy network. Rabuffo G, Fousek J, "
              "Bernard C, Jirsa V (2021), doi:10.1523/ENEURO.0283-21.2021",
          .values = resting_state_values},
      PresetInfo{
          .name = "brainmass",
          .meaning =
              "the defaults of brainmass 0.1.1 (2025), whose delta of 1 Hz is a width of 0.001",
          .values = preset_brainmass},
  };
  static constexpr ModelInfo info{
      .name = "MontbrioPazoRoxin",
      .title = "Montbrio-Pazo-Roxin mean field of quadratic integrate-and-fire neurons",
      .category = "mean field",
      .equations =
          "dr/dt = (Delta/(pi tau) + 2 V r)/tau\n"
          "dV/dt = (V^2 - (pi tau r)^2 + eta + J tau r + I + cr c_r + cv c_V)/tau",
      .reference =
          "Montbrio E, Pazo D, Roxin A (2015). Macroscopic description for networks of "
          "spiking neurons. Physical Review X 5:021028. doi:10.1103/PhysRevX.5.021028",
      .notes =
          "With the defaults two stable states exist, at rates 0.0811 and 1.0306 per ms. "
          "The Virtual Brain also lists Gamma; its equations do not contain it, so it is not "
          "a parameter here. brainmass counts r in Hz and Delta in Hz: 1000 times the numbers "
          "here. Its r equation lacks a factor 1/tau, so that only tau = 1 ms is the published "
          "model, and its network input enters dr/dt.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables,
      .presets = presets};

  static constexpr std::size_t n_derived = 6;
  /// 1/tau, Delta/(pi tau^2), (eta + I)/tau, pi^2 tau, cr/tau, cv/tau
  template <class P>
  static Vec<P, n_derived> derive(const Vec<P, 7>& parameter) {
    constexpr double pi = 3.141592653589793;
    const auto& [tau, I, Delta, J, eta, cr, cv] = parameter;
    return {1.0 / tau, Delta / (pi * tau * tau), (eta + I) / tau, pi * pi * tau, cr / tau,
            cv / tau};
  }

  /// Multiplied out, so that each operation is a fused multiply-add and few wait for each other
  /// (docs/performance.md).
  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 7>& parameter,
                                              const Vec<P, 2>& input,
                                              const Vec<P, n_derived>& derived) {
    using math::fma;
    const auto& [r, V] = state;
    const auto& [tau, I, Delta, J, eta, cr, cv] = parameter;
    const auto& [c_r, c_V] = input;
    const auto& [speed, width, excitability, slowing, weight_r, weight_v] = derived;
    const P drive = fma(weight_v, c_V, fma(weight_r, c_r, excitability));
    const X fast = speed * V;
    const X rest = fma(r, fma(-slowing, r, J), drive);
    return {fma(fast + fast, r, width), fma(fast, V, rest)};
  }
};

}  // namespace arcuate::model
