#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/table.hpp"

/// How many numbers a model has of each kind, and how one region's are taken from rows of memory:
/// row k of a region lies k `stride` values on.
namespace arcuate::model::stepper {

template <class Model>
inline constexpr std::size_t n_states = std::size(Model::states);
template <class Model>
inline constexpr std::size_t n_parameters = std::size(Model::parameters);
template <class Model>
inline constexpr std::size_t n_inputs = std::size(Model::inputs);
template <class Model>
inline constexpr std::size_t n_observables = std::size(Model::observables);

/// A model may name values of its own past, std::array<DelayedInfo, n> delayed.
template <class Model>
concept Delaying = requires {
  Model::delayed;
};
template <class Model>
constexpr std::size_t count_delayed() {
  if constexpr (Delaying<Model>) {
    return std::size(Model::delayed);
  } else {
    return 0;
  }
}
template <class Model>
inline constexpr std::size_t n_delayed = count_delayed<Model>();
/// What a right-hand side receives: the inputs, then the delayed values.
template <class Model>
inline constexpr std::size_t n_given = n_inputs<Model> + n_delayed<Model>;

/// Some state is assigned and not integrated.
template <class Model>
inline constexpr bool assigns = [] {
  for (const StateInfo& state : Model::states) {
    if (state.assigned) return true;
  }
  return false;
}();

template <class Model>
using State = Vec<double, n_states<Model>>;

/// A model may name constants that follow from its parameters, computed once per region:
///   static constexpr std::size_t n_derived;
///   static Vec<double, n_derived> derive(const Vec<double, n_parameters>&);
/// Its rhs and observe then take them as their last argument, const Vec<P, n_derived>&.
template <class Model>
concept Deriving = requires {
  Model::n_derived;
};

template <class Model>
inline constexpr std::size_t n_derived = 0;
template <Deriving Model>
inline constexpr std::size_t n_derived<Model> = Model::n_derived;

/// A model may look up a table, described by static constexpr TableInfo table; its rhs then takes a
/// const LookupTable& as its last argument. Observables do not.
template <class Model>
concept Tabled = requires {
  Model::table;
};

/// What is constant in a region during a run.
template <class Model>
struct Constants {
  Vec<double, n_parameters<Model>> parameter;
  Vec<double, n_derived<Model>> derived;
  const LookupTable* table = nullptr;
};

template <class Model, class X>
[[gnu::always_inline]] inline Vec<X, n_states<Model>> rhs(
    const Vec<X, n_states<Model>>& state, const Constants<Model>& constants,
    const Vec<double, n_given<Model>>& input) {
  if constexpr (Deriving<Model> && Tabled<Model>) {
    return Model::rhs(state, constants.parameter, input, constants.derived, *constants.table);
  } else if constexpr (Tabled<Model>) {
    return Model::rhs(state, constants.parameter, input, *constants.table);
  } else if constexpr (Deriving<Model>) {
    return Model::rhs(state, constants.parameter, input, constants.derived);
  } else {
    return Model::rhs(state, constants.parameter, input);
  }
}

template <class Model>
[[gnu::always_inline]] inline Vec<double, n_observables<Model>> observe(
    const State<Model>& state, const Constants<Model>& constants,
    const Vec<double, n_inputs<Model>>& input) {
  if constexpr (Deriving<Model>) {
    return Model::observe(state, constants.parameter, input, constants.derived);
  } else {
    return Model::observe(state, constants.parameter, input);
  }
}

/// Calls body(std::integral_constant<std::size_t, i>) for every i < n, unrolled before
/// vectorisation.
template <std::size_t n, class Body>
[[gnu::always_inline]] inline void for_each_index(const Body& body) {
  [&]<std::size_t... i>(std::index_sequence<i...>) __attribute__((always_inline)) {
    (body(std::integral_constant<std::size_t, i>{}), ...);
  }
  (std::make_index_sequence<n>{});
}

template <std::size_t n, int stride>
[[gnu::always_inline]] inline Vec<double, n> load(const double* rows, int lane) {
  Vec<double, n> values;
  for_each_index<n>([&](auto i) __attribute__((always_inline)) {
    values[i] = rows[static_cast<int>(i) * stride + lane];
  });
  return values;
}

template <std::size_t n, int stride>
[[gnu::always_inline]] inline void store(const Vec<double, n>& values, double* rows, int lane) {
  for_each_index<n>([&](auto i) __attribute__((always_inline)) {
    rows[static_cast<int>(i) * stride + lane] = values[i];
  });
}

/// rows: (n_parameters + n_derived, stride)
template <class Model, int stride>
[[gnu::always_inline]] inline Constants<Model> load_constants(const double* rows, int lane,
                                                              const LookupTable* table = nullptr) {
  constexpr int n = static_cast<int>(n_parameters<Model>);
  return {load<n_parameters<Model>, stride>(rows, lane),
          load<n_derived<Model>, stride>(rows + n * stride, lane), table};
}

/// inputs: (n_inputs, stride); delayed: (n_delayed, stride)
template <class Model, int stride>
[[gnu::always_inline]] inline Vec<double, n_given<Model>> load_given(const double* inputs,
                                                                     const double* delayed,
                                                                     int lane) {
  Vec<double, n_given<Model>> values;
  for_each_index<n_inputs<Model>>([&](auto i) __attribute__((always_inline)) {
    values[i] = inputs[static_cast<int>(i) * stride + lane];
  });
  for_each_index<n_delayed<Model>>([&](auto i) __attribute__((always_inline)) {
    values[n_inputs<Model> + i] = delayed[static_cast<int>(i) * stride + lane];
  });
  return values;
}

template <class Model>
[[gnu::always_inline]] inline State<Model> clamped(const State<Model>& x) {
  State<Model> y;
  for_each_index<n_states<Model>>([&](auto i) __attribute__((always_inline)) {
    constexpr double lower = Model::states[i].lower;
    constexpr double upper = Model::states[i].upper;
    double v = x[i];
    if constexpr (lower != -unbounded) v = v < lower ? lower : v;
    if constexpr (upper != unbounded) v = v > upper ? upper : v;
    y[i] = v;
  });
  return y;
}

}  // namespace arcuate::model::stepper

namespace arcuate::model {

/// Doubles become what single precision makes of them.
[[gnu::noinline]] inline void round_to_single(double* values, int count) {
#pragma omp simd
  for (int i = 0; i < count; ++i)
    values[i] = static_cast<double>(static_cast<float>(values[i]));
}

}  // namespace arcuate::model
