#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/compile.hpp"

namespace arcuate::test {

/// dx/dt = -k x(t - tau) + g square(t - tau_s) + c, with square = s x^2.
struct DelayedModel {
  static constexpr std::array states{
      model::StateInfo{
          .name = "x", .unit = "1", .initial = 1.0, .range = {-1.0, 1.0}, .meaning = "state"},
  };
  static constexpr std::array parameters{
      model::ParameterInfo{
          .name = "k", .unit = "1/ms", .value = 1.0, .range = {0.1, 2.0}, .meaning = "rate"},
      model::ParameterInfo{
          .name = "g", .unit = "1/ms", .value = 0.0, .range = {-1.0, 1.0}, .meaning = "feedback"},
      model::ParameterInfo{
          .name = "s", .unit = "1", .value = 1.0, .range = {0.1, 2.0}, .meaning = "scale"},
      model::ParameterInfo{
          .name = "tau", .unit = "ms", .value = 1.0, .range = {0.1, 9.0}, .meaning = "delay of x"},
      model::ParameterInfo{.name = "tau_s",
                           .unit = "ms",
                           .value = 2.0,
                           .range = {0.1, 9.0},
                           .meaning = "delay of the square"},
  };
  static constexpr std::array inputs{
      model::InputInfo{.name = "c", .unit = "1", .source = "x", .gate = "", .meaning = "network"},
  };
  static constexpr std::array delayed{
      model::DelayedInfo{
          .name = "square_then", .source = "square", .delay = "tau_s", .meaning = "its own square"},
      model::DelayedInfo{.name = "x_then", .source = "x", .delay = "tau", .meaning = "itself"},
  };
  static constexpr std::array observables{
      model::ObservableInfo{.name = "square", .unit = "1", .uses_input = false, .meaning = "s x^2"},
  };
  static constexpr model::ModelInfo info{.name = "Delayed",
                                         .title = "Equation with delays",
                                         .category = "phenomenological",
                                         .equations = "",
                                         .reference = "",
                                         .notes = "",
                                         .states = states,
                                         .parameters = parameters,
                                         .inputs = inputs,
                                         .observables = observables,
                                         .delayed = delayed};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> rhs(const Vec<X, 1>& /*x*/, const Vec<P, 5>& parameter,
                                              const Vec<P, 3>& input) {
    const auto& [c, square_then, x_then] = input;
    return {X(parameter[1] * square_then - parameter[0] * x_then + c)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 1>& state,
                                                  const Vec<P, 5>& parameter,
                                                  const Vec<P, 1>& /*input*/) {
    return {parameter[2] * state[0] * state[0]};
  }
};

inline const model::Entry& delayed_entry() {
  static const model::Entry entry = model::compile<DelayedModel>();
  return entry;
}

}  // namespace arcuate::test
