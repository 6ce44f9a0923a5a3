#pragma once

#include "arcuate/core/math.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// Excitatory and inhibitory firing rates that relax to rectified inputs.
struct ThresholdLinear {
  static constexpr std::array states{
      StateInfo{.name = "E",
                .unit = "Hz",
                .initial = 0.0,
                .range = {0.0, 50.0},
                .lower = 0.0,
                .meaning = "excitatory firing rate"},
      StateInfo{.name = "I",
                .unit = "Hz",
                .initial = 0.0,
                .range = {0.0, 50.0},
                .lower = 0.0,
                .meaning = "inhibitory firing rate"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "tau_E",
                    .unit = "s",
                    .value = 0.02,
                    .range = {0.005, 0.05},
                    .meaning = "excitatory time constant"},
      ParameterInfo{.name = "tau_I",
                    .unit = "s",
                    .value = 0.01,
                    .range = {0.005, 0.05},
                    .meaning = "inhibitory time constant"},
      ParameterInfo{.name = "beta_E",
                    .unit = "Hz/pA",
                    .value = 0.066,
                    .range = {0.01, 0.5},
                    .meaning = "slope of the excitatory response"},
      ParameterInfo{.name = "beta_I",
                    .unit = "Hz/pA",
                    .value = 0.351,
                    .range = {0.01, 1.0},
                    .meaning = "slope of the inhibitory response"},
      ParameterInfo{.name = "E_ext",
                    .unit = "pA",
                    .value = 0.0,
                    .range = {-1000.0, 1000.0},
                    .meaning = "constant input to the excitatory population"},
      ParameterInfo{.name = "I_ext",
                    .unit = "pA",
                    .value = 0.0,
                    .range = {-1000.0, 1000.0},
                    .meaning = "constant input to the inhibitory population"},
      ParameterInfo{
          .name = "reversed_I",
          .unit = "1",
          .value = 0.0,
          .range = {0.0, 1.0},
          .meaning = "1: the inhibitory equation has the opposite sign, as in brainmass 0.1.1",
          .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "E_inp",
                .unit = "pA",
                .source = "E",
                .gate = "",
                .meaning = "network input to the excitatory population, beside E_ext"},
      InputInfo{.name = "I_inp",
                .unit = "pA",
                .source = "",
                .gate = "",
                .meaning = "network input to the inhibitory population, beside I_ext"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "ThresholdLinear",
      .title = "Threshold-linear excitatory and inhibitory rates",
      .category = "phenomenological",
      .equations =
          "dE/dt = (-E + beta_E [E_ext + E_inp]+)/tau_E\n"
          "dI/dt = (1 - 2 reversed_I) (-I + beta_I [I_ext + I_inp]+)/tau_I\n"
          "with [x]+ = max(x, 0); E and I do not fall below 0",
      .reference =
          "Chaudhuri R, Knoblauch K, Gariel MA, Kennedy H, Wang XJ (2015). A large-scale "
          "circuit mechanism for hierarchical dynamical processing in the primate cortex. "
          "Neuron 88:419-431. doi:10.1016/j.neuron.2015.09.008",
      .notes =
          "The two populations of a region do not act on each other: the connectome, with self- "
          "connections, gives the recurrence. brainmass 0.1.1 computes the inhibitory equation "
          "with the opposite sign, so that I grows from any start above beta_I [I_ext + I_inp]+ "
          "and else falls to 0; reversed_I = 1 does the same.",
      .time_unit = 1000.0,
      .time_unit_name = "s",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [E, I] = state;
    const auto& [tau_E, tau_I, beta_E, beta_I, E_ext, I_ext, reversed_I] = parameter;
    const auto& [E_inp, I_inp] = input;
    const P drive_E = beta_E * math::max(E_ext + E_inp, 0.0);
    const P drive_I = beta_I * math::max(I_ext + I_inp, 0.0);
    return {(drive_E - E) / tau_E, (1.0 - 2.0 * reversed_I) / tau_I * (drive_I - I)};
  }
};

}  // namespace arcuate::model
