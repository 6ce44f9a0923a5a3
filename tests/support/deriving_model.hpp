#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/compile.hpp"

namespace arcuate::test {

/// dx/dt = -omega y - x^3 + c, dy/dt = omega x - gamma y with constants derived from its
/// parameters: omega = 2 pi f, gamma = f/Q. Observes omega (x^2 + y^2).
struct DerivingModel {
  static constexpr std::array states{
      model::StateInfo{.name = "x",
                       .unit = "1",
                       .initial = 0.5,
                       .range = {-1.0, 1.0},
                       .meaning = "first coordinate"},
      model::StateInfo{.name = "y",
                       .unit = "1",
                       .initial = 0.1,
                       .range = {-1.0, 1.0},
                       .meaning = "second coordinate"},
  };
  static constexpr std::array parameters{
      model::ParameterInfo{
          .name = "f", .unit = "1/ms", .value = 0.25, .range = {0.1, 1.0}, .meaning = "frequency"},
      model::ParameterInfo{
          .name = "Q", .unit = "1", .value = 8.0, .range = {1.0, 10.0}, .meaning = "quality"},
  };
  static constexpr std::array inputs{
      model::InputInfo{
          .name = "c", .unit = "1", .source = "energy", .gate = "", .meaning = "network input"},
  };
  static constexpr std::array observables{
      model::ObservableInfo{
          .name = "energy", .unit = "1/ms", .uses_input = false, .meaning = "omega (x^2 + y^2)"},
  };
  static constexpr model::ModelInfo info{.name = "Deriving",
                                         .title = "Oscillator with derived constants",
                                         .category = "phenomenological",
                                         .equations = "",
                                         .reference = "",
                                         .notes = "",
                                         .states = states,
                                         .parameters = parameters,
                                         .inputs = inputs,
                                         .observables = observables};

  static constexpr std::size_t n_derived = 2;
  static Vec<double, n_derived> derive(const Vec<double, 2>& parameter) {
    return {6.283185307179586 * parameter[0], parameter[0] / parameter[1]};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 2>& /*f, Q*/,
                                              const Vec<P, 1>& input,
                                              const Vec<P, n_derived>& derived) {
    const auto& [x, y] = state;
    const auto& [omega, gamma] = derived;
    return {input[0] - omega * y - x * x * x, omega * x - gamma * y};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 2>& state, const Vec<P, 2>& /*f, Q*/,
                                                  const Vec<P, 1>& /*input*/,
                                                  const Vec<P, n_derived>& derived) {
    return {derived[0] * (state[0] * state[0] + state[1] * state[1])};
  }
};

}  // namespace arcuate::test
