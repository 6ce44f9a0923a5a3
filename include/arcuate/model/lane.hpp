#pragma once

#include <array>

#include "arcuate/core/math.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/model/rows.hpp"

/// What every stage of every method asks of one lane: its drift and its noise.
namespace arcuate::model::stepper {

/// Noise of a tile whose states have none: read, and never used.
template <class Model>
StateNoise silence() {
  static constexpr std::array<double, n_states<Model> * lanes> zeros{};
  return {zeros.data(), zeros.data(), zeros.data(), zeros.data(), true, true};
}

/// Drift of one lane, and its noise. Whether there is noise is asked at run time, so that code is
/// compiled once; a tile without noise reads `silence` and keeps what it had, bit for bit.
template <class Model, int stride>
struct Lane {
  static constexpr std::size_t n = n_states<Model>;
  bool given;
  Constants<Model> constants;
  Vec<double, n_given<Model>> input;
  State<Model> increment, additive, multiplicative, correction;

  [[gnu::always_inline]] Lane(const Tile& tile, const double* inputs, const StateNoise& noise,
                              int lane)
      : given(noise.increment != nullptr && !noise.silent),
        constants(load_constants<Model, stride>(tile.parameter, lane, tile.table)),
        input(load_given<Model, stride>(inputs, tile.delayed, lane)) {
    increment = load<n, stride>(noise.increment, lane);
    additive = load<n, stride>(noise.additive, lane);
    multiplicative = load<n, stride>(noise.multiplicative, lane);
    correction = load<n, stride>(noise.correction, lane);
  }

  /// `noisy` where there is noise, else `quiet`.
  [[gnu::always_inline]] double chosen(double noisy, double quiet) const {
    return math::select(given, noisy, quiet);
  }

  template <class Num>
  [[gnu::always_inline]] auto rhs_of(const Vec<Num, n>& x) const {
    return rhs<Model>(x, constants, input);
  }

  [[gnu::always_inline]] State<Model> drift(const State<Model>& x) const {
    State<Model> f = rhs_of(x);
    for_each_index<n>([&](auto i) __attribute__((always_inline)) {
      f[i] = chosen(__builtin_fma(correction[i], x[i], f[i]), f[i]);
    });
    return f;
  }

  /// g_i(x) of variable i.
  template <class Index>
  [[gnu::always_inline]] double amplitude(const State<Model>& x, Index i) const {
    return __builtin_fma(multiplicative[i], x[i], additive[i]);
  }

  /// x + h f + g(at) dW; f where the state is assigned.
  [[gnu::always_inline]] State<Model> moved(const State<Model>& x, double h, const State<Model>& f,
                                            const State<Model>& at) const {
    State<Model> y;
    for_each_index<n>([&](auto i) __attribute__((always_inline)) {
      if constexpr (Model::states[i].assigned) {
        y[i] = f[i];
      } else {
        const double v = __builtin_fma(h, f[i], x[i]);
        y[i] = chosen(__builtin_fma(amplitude(at, i), increment[i], v), v);
      }
    });
    return y;
  }
};

}  // namespace arcuate::model::stepper
