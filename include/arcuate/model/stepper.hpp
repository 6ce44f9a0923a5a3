#pragma once

#include <array>
#include <utility>

#include "arcuate/core/dual.hpp"
#include "arcuate/core/math.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/model/lane.hpp"
#include "arcuate/model/rows.hpp"

/// Integration methods as stages of one lane: scalar code that the tile loops vectorise. `stride`
/// is the distance between two rows of the same region: `lanes` inside a tile, 1 for the scalar
/// reference.
///
/// With g(x) = additive + multiplicative x and f including the Ito/Stratonovich drift:
///   euler              x += dt f + g dW                                        (Euler-Maruyama)
///   heun               x* = x + dt f + g dW;  x += dt/2 (f + f*) + (g + g*)/2 dW, with one
///                      increment for both stages
///
///   rk4                classical on the drift, then + g(x) dW at the old state
///   exponential_euler  x += dt phi(dt J) f + g dW, J the derivative of a variable's own equation
///   by itself
///   symplectic_euler   x_i += dt f_i + g_i dW, the last declared variable first, each from the
///   newest values of all
/// Every stage state is clamped to the bounds of its descriptor. An assigned state takes its value
/// from the first stage (symplectic_euler: from the newest values, as all).
namespace arcuate::model::stepper {

/// The scheme of a method: stages, the time each reads the input at, scratch rows in units of
/// n_states.
template <Method method>
struct Scheme;
template <>
struct Scheme<Method::euler> {
  static constexpr std::array phases{Phase::begin};
  static constexpr int scratch = 0;
};
template <>
struct Scheme<Method::exponential_euler> {
  static constexpr std::array phases{Phase::begin};
  static constexpr int scratch = 0;
};
template <>
struct Scheme<Method::symplectic_euler> {
  static constexpr std::array phases{Phase::begin};
  static constexpr int scratch = 0;
};
template <>
struct Scheme<Method::heun> {
  static constexpr std::array phases{Phase::begin, Phase::end};
  static constexpr int scratch = 2;  // stage state, first drift
};
template <>
struct Scheme<Method::rk4> {
  static constexpr std::array phases{Phase::begin, Phase::middle, Phase::middle, Phase::end};
  static constexpr int scratch = 2;  // stage state, weighted sum of drifts
};

/// Up to this many states the equations of a step are written out one by one; beyond, they are one
/// loop over the tile for each state, since compiling n copies of n equations takes minutes.
template <class Model>
inline constexpr bool written_out = n_states<Model> <= 6;

/// Derivative of equation i by its own variable, by dual numbers.
template <class Model, class LaneType>
[[gnu::always_inline]] inline State<Model> own_derivatives(const State<Model>& x,
                                                           const LaneType& lane) {
  constexpr std::size_t n = n_states<Model>;
  State<Model> jacobian;
  for_each_index<n>([&](auto i) __attribute__((always_inline)) {
    Vec<Dual, n> seeded;
    for_each_index<n>([&](auto k) __attribute__((always_inline)) {
      seeded[k] = Dual{x[k], k == i ? 1.0 : 0.0};
    });
    jacobian[i] = lane.rhs_of(seeded)[i].derivative;
  });
  return jacobian;
}

/// 1 for one variable, 0 for all others: which one is chosen at run time. Numbers, since a loop
/// over a tile is vectorised when it compares these, and is not when it compares indices.
template <class Model>
[[gnu::always_inline]] inline State<Model> only(std::size_t chosen) {
  State<Model> unit;
  for_each_index<n_states<Model>>([&](auto k) __attribute__((always_inline)) {
    unit[k] = k == chosen ? 1.0 : 0.0;
  });
  return unit;
}

/// The same for the equation whose number in `chosen` is 1.
template <class Model, int stride>
[[gnu::always_inline]] inline double own_derivative(const Tile& tile, const double* input, int at,
                                                    const State<Model>& chosen) {
  constexpr std::size_t n = n_states<Model>;
  const State<Model> x = load<n, stride>(tile.state, at);
  Vec<Dual, n> seeded;
  for_each_index<n>([&](auto k) __attribute__((always_inline)) {
    seeded[k] = Dual{x[k], chosen[k]};
  });
  const auto f = rhs<Model>(seeded, load_constants<Model, stride>(tile.parameter, at, tile.table),
                            load_given<Model, stride>(input, tile.delayed, at));
  double derivative = 0.0;
  for_each_index<n>([&](auto k) __attribute__((always_inline)) {
    derivative = math::select(chosen[k] > 0.5, f[k].derivative, derivative);
  });
  return derivative;
}

/// (exp(z) - 1)/z with its limit 1 at z = 0.
[[gnu::always_inline]] inline double relative_exponential(double z) {
  const bool small = math::abs(z) < 1e-8;
  const double safe = math::select(small, 1.0, z);
  return math::select(small, __builtin_fma(0.5, z, 1.0), math::expm1(safe) / safe);
}

template <class Model, int stride>
[[gnu::always_inline]] inline void euler_stage(const Tile& tile, const double* input,
                                               const StateNoise& noise, double dt, int at) {
  constexpr std::size_t n = n_states<Model>;
  const Lane<Model, stride> lane(tile, input, noise, at);
  const State<Model> x = load<n, stride>(tile.state, at);
  store<n, stride>(clamped<Model>(lane.moved(x, dt, lane.drift(x), x)), tile.state, at);
}

template <class Model, int stride>
[[gnu::always_inline]] inline void exponential_euler_stage(const Tile& tile, const double* input,
                                                           const StateNoise& noise, double dt,
                                                           int at) {
  constexpr std::size_t n = n_states<Model>;
  const Lane<Model, stride> lane(tile, input, noise, at);
  const State<Model> x = load<n, stride>(tile.state, at);
  State<Model> f = lane.drift(x);
  State<Model> jacobian;
  if constexpr (written_out<Model>) {
    jacobian = own_derivatives<Model>(x, lane);
  } else {
    jacobian = load<n, stride>(tile.scratch, at);  // prepared for the whole tile
  }
  for_each_index<n>([&](auto i) __attribute__((always_inline)) {
    jacobian[i] = lane.chosen(jacobian[i] + lane.correction[i], jacobian[i]);
    if constexpr (!Model::states[i].assigned) f[i] *= relative_exponential(dt * jacobian[i]);
  });
  store<n, stride>(clamped<Model>(lane.moved(x, dt, f, x)), tile.state, at);
}

/// Moves the variable of one lane whose number in `chosen` is 1.
template <class Model, int stride>
[[gnu::always_inline]] inline void symplectic_euler_move(const Tile& tile, const double* input,
                                                         const StateNoise& noise, double dt, int at,
                                                         const State<Model>& chosen) {
  constexpr std::size_t n = n_states<Model>;
  const Lane<Model, stride> lane(tile, input, noise, at);
  const State<Model> x = load<n, stride>(tile.state, at);
  const State<Model> y = clamped<Model>(lane.moved(x, dt, lane.drift(x), x));
  for_each_index<n>([&](auto k) __attribute__((always_inline)) {
    const double value = math::select(chosen[k] > 0.5, y[k], x[k]);
    tile.state[static_cast<int>(k) * stride + at] = value;
  });
}

template <class Model, int index, int stride>
[[gnu::always_inline]] inline void heun_stage(const Tile& tile, const double* input,
                                              const StateNoise& noise, double dt, int at) {
  constexpr std::size_t n = n_states<Model>;
  double* predicted_rows = tile.scratch;
  double* drift_rows = tile.scratch + static_cast<int>(n) * stride;
  const Lane<Model, stride> lane(tile, input, noise, at);
  const State<Model> x = load<n, stride>(tile.state, at);
  if constexpr (index == 0) {
    const State<Model> f = lane.drift(x);
    store<n, stride>(f, drift_rows, at);
    store<n, stride>(clamped<Model>(lane.moved(x, dt, f, x)), predicted_rows, at);
  } else {
    const State<Model> predicted = load<n, stride>(predicted_rows, at);
    const State<Model> first = load<n, stride>(drift_rows, at);
    const State<Model> second = lane.drift(predicted);
    State<Model> y;
    for_each_index<n>([&](auto i) __attribute__((always_inline)) {
      if constexpr (Model::states[i].assigned) {
        y[i] = first[i];
      } else {
        const double v = __builtin_fma(0.5 * dt, first[i] + second[i], x[i]);
        const double g = 0.5 * (lane.amplitude(x, i) + lane.amplitude(predicted, i));
        y[i] = lane.chosen(__builtin_fma(g, lane.increment[i], v), v);
      }
    });
    store<n, stride>(clamped<Model>(y), tile.state, at);
  }
}

template <class Model, int index, int stride>
[[gnu::always_inline]] inline void rk4_stage(const Tile& tile, const double* input,
                                             const StateNoise& noise, double dt, int at) {
  constexpr std::size_t n = n_states<Model>;
  constexpr std::array weight{1.0, 2.0, 2.0, 1.0};
  constexpr std::array reach{0.5, 0.5, 1.0};  // of the next stage, in steps
  double* stage_rows = tile.scratch;
  double* sum_rows = tile.scratch + static_cast<int>(n) * stride;
  const Lane<Model, stride> lane(tile, input, noise, at);
  const State<Model> x = load<n, stride>(tile.state, at);
  const State<Model> here = index == 0 ? x : load<n, stride>(stage_rows, at);
  const State<Model> f = lane.drift(here);
  State<Model> sum = f;
  if constexpr (index > 0) {
    sum = load<n, stride>(sum_rows, at);
    for_each_index<n>([&](auto i) __attribute__((always_inline)) {
      if constexpr (!Model::states[i].assigned) sum[i] = __builtin_fma(weight[index], f[i], sum[i]);
    });
  }
  if constexpr (index < 3) {
    store<n, stride>(sum, sum_rows, at);
    State<Model> next;
    for_each_index<n>([&](auto i) __attribute__((always_inline)) {
      if constexpr (Model::states[i].assigned) {
        next[i] = sum[i];
      } else {
        next[i] = __builtin_fma(reach[index] * dt, f[i], x[i]);
      }
    });
    store<n, stride>(clamped<Model>(next), stage_rows, at);
  } else {
    store<n, stride>(clamped<Model>(lane.moved(x, dt / 6.0, sum, x)), tile.state, at);
  }
}

/// Methods whose steps of simple runs are taken in one pass: inputs held, noise additive or none.
template <class Model, Method method>
inline constexpr bool in_one_pass = written_out<Model> && !Tabled<Model> && !assigns<Model> &&
                                    (method == Method::euler || method == Method::heun);

/// What a step in one pass reads.
struct Pass {
  const double* from;       ///< (n_states, lanes)
  const double* parameter;  ///< (parameter_rows, lanes)
  const double* input;      ///< (n_inputs, lanes)
  const double* delayed;    ///< (n_delayed, lanes)
  const double* increment;  ///< (n_states, lanes)
  const double* additive;   ///< (n_states, lanes)
};

/// A whole step of one lane, with the bits of its stages one by one: states stay in registers, and
/// the noise that is not there costs nothing (docs/performance.md).
template <class Model, Method method, int stride, bool noisy>
[[gnu::always_inline]] inline void step_in_one_pass(const Pass& pass, double* to, double dt,
                                                    int at) {
  constexpr std::size_t n = n_states<Model>;
  const State<Model> x = load<n, stride>(pass.from, at);
  const Constants<Model> constants(load_constants<Model, stride>(pass.parameter, at));
  const Vec<double, n_given<Model>> input = load_given<Model, stride>(pass.input, pass.delayed, at);
  State<Model> increment, additive;
  if constexpr (noisy) {
    increment = load<n, stride>(pass.increment, at);
    additive = load<n, stride>(pass.additive, at);
  }
  const auto kicked = [&](const State<Model>& drifted) __attribute__((always_inline)) {
    State<Model> y = drifted;
    if constexpr (noisy) {
      for_each_index<n>([&](auto i) __attribute__((always_inline)) {
        y[i] = __builtin_fma(additive[i], increment[i], y[i]);
      });
    }
    return clamped<Model>(y);
  };
  const State<Model> first = rhs<Model>(x, constants, input);
  State<Model> y;
  for_each_index<n>([&](auto i) __attribute__((always_inline)) {
    y[i] = __builtin_fma(dt, first[i], x[i]);
  });
  if constexpr (method == Method::heun) {
    const State<Model> second = rhs<Model>(kicked(y), constants, input);
    for_each_index<n>([&](auto i) __attribute__((always_inline)) {
      y[i] = __builtin_fma(0.5 * dt, first[i] + second[i], x[i]);
    });
  }
  store<n, stride>(kicked(y), to, at);
}

/// Stage `index` of one lane, for methods whose stages go lane by lane.
template <class Model, Method method, int index, int stride>
[[gnu::always_inline]] inline void stage(const Tile& tile, const double* input,
                                         const StateNoise& noise, double dt, int at) {
  if constexpr (method == Method::euler) {
    euler_stage<Model, stride>(tile, input, noise, dt, at);
  } else if constexpr (method == Method::exponential_euler) {
    exponential_euler_stage<Model, stride>(tile, input, noise, dt, at);
  } else if constexpr (method == Method::symplectic_euler) {
    symplectic_euler_stage<Model, stride>(tile, input, noise, dt, at);
  } else if constexpr (method == Method::heun) {
    heun_stage<Model, index, stride>(tile, input, noise, dt, at);
  } else {
    rk4_stage<Model, index, stride>(tile, input, noise, dt, at);
  }
}

/// Stage `index` of a tile of `stride` lanes.
template <class Model, Method method, int index, int stride>
[[gnu::always_inline]] inline void stage_of_lanes(const Tile& tile, const double* input,
                                                  const StateNoise& given, double dt) {
  constexpr std::size_t n = n_states<Model>;
  const StateNoise noise = given.increment == nullptr ? silence<Model>() : given;
  if constexpr (method == Method::symplectic_euler) {
    for (std::size_t k = n; k-- > 0;) {
      const State<Model> chosen = only<Model>(k);
#pragma omp simd
      for (int at = 0; at < stride; ++at)
        symplectic_euler_move<Model, stride>(tile, input, noise, dt, at, chosen);
    }
    return;
  } else if constexpr (method == Method::exponential_euler && !written_out<Model>) {
    for (std::size_t k = 0; k < n; ++k) {
      const State<Model> chosen = only<Model>(k);
      double* row = tile.scratch + static_cast<int>(k) * stride;
#pragma omp simd
      for (int at = 0; at < stride; ++at)
        row[at] = own_derivative<Model, stride>(tile, input, at, chosen);
    }
  }
  if constexpr (method != Method::symplectic_euler) {
#pragma omp simd
    for (int at = 0; at < stride; ++at)
      stage<Model, method, index, stride>(tile, input, noise, dt, at);
  }
}

/// Rows of scratch that a method needs, in units of n_states.
template <class Model, Method method>
inline constexpr int scratch_sets =
    Scheme<method>::scratch + (method == Method::exponential_euler && !written_out<Model> ? 1 : 0);

}  // namespace arcuate::model::stepper
