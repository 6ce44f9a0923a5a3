#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A node of the harmonic oscillator recurrent network: a damped harmonic oscillator, driven
/// through a tanh.
struct HORN {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.0,
                .range = {-2.0, 2.0},
                .meaning = "position, the usual signal"},
      StateInfo{
          .name = "y", .unit = "1/ms", .initial = 0.0, .range = {-0.5, 0.5}, .meaning = "velocity"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "alpha",
                    .unit = "1/ms2",
                    .value = 0.04,
                    .range = {0.0, 0.2},
                    .meaning = "largest force of the input"},
      ParameterInfo{.name = "omega",
                    .unit = "rad/ms",
                    .value = 0.2243994752564138,
                    .range = {0.01, 1.0},
                    .meaning = "natural angular frequency (default: period 28 ms)"},
      ParameterInfo{.name = "gamma",
                    .unit = "1/ms",
                    .value = 0.01,
                    .range = {0.0, 0.2},
                    .meaning = "damping"},
      ParameterInfo{.name = "v",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-2.0, 2.0},
                    .meaning = "feedback of the position into the input"},
      ParameterInfo{.name = "I_ext",
                    .unit = "1",
                    .value = 0.0,
                    .range = {-5.0, 5.0},
                    .meaning = "constant input"},
  };
  static constexpr std::array inputs{
      InputInfo{.name = "I",
                .unit = "1",
                .source = "y",
                .gate = "",
                .meaning = "network input, beside I_ext"},
  };
  static constexpr std::array<ObservableInfo, 0> observables{};
  static constexpr ModelInfo info{
      .name = "HORN",
      .title = "Damped harmonic oscillator (HORN)",
      .category = "phenomenological",
      .equations =
          "dx/dt = y\n"
          "dy/dt = alpha tanh(I_ext + I + v x) - omega^2 x - 2 gamma y",
      .reference =
          "Effenberger F, Carvalho P, Dubinin I, Singer W (2025). The functional role of "
          "oscillatory dynamics in neocortical circuits: a computational perspective. "
          "Proceedings of the National Academy of Sciences 122:e2412830122. "
          "doi:10.1073/pnas.2412830122; Rusch TK, Mishra S (2021). Coupled oscillatory "
          "recurrent neural network (coRNN). doi:10.48550/arXiv.2010.00951",
      .notes =
          "The original network advances the velocity first and then the position from the new "
          "velocity: that is the method `symplectic_euler` here, at dt = 1 ms in the paper. "
          "Every other method solves the same equations.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state,
                                              const Vec<P, std::size(parameters)>& parameter,
                                              const Vec<P, 1>& input) {
    const auto& [x, y] = state;
    const auto& [alpha, omega, gamma, v, I_ext] = parameter;
    const auto& [I] = input;
    const X force = alpha * math::tanh(I_ext + I + v * x);
    return {y, force - omega * omega * x - 2.0 * gamma * y};
  }
};

}  // namespace arcuate::model
