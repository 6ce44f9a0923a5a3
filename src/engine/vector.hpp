#pragma once

#include <cmath>
#include <cstddef>
#include <utility>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/// Several doubles or floats in one register, as many as the machine has room for: the compiler's
/// vector types, since g++ 12 does not keep the accumulators of the far kernel in registers when it
/// vectorises a plain loop (docs/decisions/coupling-kernel.md). What is written with them is
/// element by element, so every width gives the same bits; tests run all widths on every machine.
namespace arcuate::engine {

template <class Real, int n>
struct VectorOf {
  using Type [[gnu::vector_size(n * sizeof(Real))]] = Real;
  using Unaligned
      [[gnu::vector_size(n * sizeof(Real)), gnu::aligned(sizeof(Real)), gnu::may_alias]] = Real;
};
template <class Real, int n>
using Vector = typename VectorOf<Real, n>::Type;

#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int register_bytes = 32;
#else
inline constexpr int register_bytes = 16;
#endif
template <class Real>
inline constexpr int native_width = register_bytes / static_cast<int>(sizeof(Real));

/// Calls action<n>() with n = width, which is one of the machine's registers, whole or in part; 0:
/// whole.
template <class Real, int n = native_width<Real>, class Action>
void with_width(int width, const Action& action) {
  constexpr int narrowest = 16 / static_cast<int>(sizeof(Real));
  if constexpr (n > narrowest) {
    if (width != 0 && width < n) return with_width<Real, n / 2>(width, action);
  }
  action.template operator()<n>();
}

template <int n, class Real>
[[gnu::always_inline]] inline Vector<Real, n> load(const Real* from) {
  return *reinterpret_cast<const typename VectorOf<Real, n>::Unaligned*>(from);
}
template <int n, class Real>
[[gnu::always_inline]] inline void store(Real* to, Vector<Real, n> v) {
  *reinterpret_cast<typename VectorOf<Real, n>::Unaligned*>(to) = v;
}
template <int n, class Real>
[[gnu::always_inline]] inline Vector<Real, n> broadcast(Real x) {
  return x - Vector<Real, n>{};  // not x + 0: -0 stays
}

/// Between numbers in memory and doubles.
template <int n, class Real>
[[gnu::always_inline]] inline Vector<double, n> load_doubles(const Real* from) {
  return __builtin_convertvector(load<n>(from), Vector<double, n>);
}
template <int n, class Real>
[[gnu::always_inline]] inline void store_doubles(Real* to, Vector<double, n> v) {
  store<n>(to, __builtin_convertvector(v, Vector<Real, n>));
}

/// One fused multiply-add per element: the same bits as the scalar one.
template <class Real, int n>
[[gnu::always_inline]] inline Vector<Real, n> fma(Vector<Real, n> a, Vector<Real, n> b,
                                                  Vector<Real, n> c) {
  constexpr bool single = sizeof(Real) == sizeof(float);
#if defined(__AVX512F__)
  if constexpr (single && n == 16) return _mm512_fmadd_ps(a, b, c);
  if constexpr (!single && n == 8) return _mm512_fmadd_pd(a, b, c);
#endif
#if defined(__AVX2__)
  if constexpr (single && n == 8) return _mm256_fmadd_ps(a, b, c);
  if constexpr (!single && n == 4) return _mm256_fmadd_pd(a, b, c);
#endif
  Vector<Real, n> sum;
  for (int k = 0; k < n; ++k)
    sum[k] = std::fma(a[k], b[k], c[k]);
  return sum;
}

/// Exchanges the blocks of `size` x `size` beside the diagonal of each 2 `size` x 2 `size`.
template <int n, int size, int... column>
[[gnu::always_inline]] inline void exchange_blocks(
    Vector<double, n> (&row)[n], std::integer_sequence<int, column...> /*columns*/) {
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i) {
    if ((i & size) != 0) continue;
    const Vector<double, n> upper = row[i], lower = row[i + size];
    row[i] = __builtin_shufflevector(upper, lower,
                                     ((column & size) != 0 ? n + column - size : column)...);
    row[i + size] = __builtin_shufflevector(upper, lower,
                                            ((column & size) != 0 ? n + column : column + size)...);
  }
  if constexpr (2 * size < n)
    exchange_blocks<n, 2 * size>(row, std::make_integer_sequence<int, n>{});
}

/// to[c][r] = from[r][c] for r, c < n.
template <int n, class From, class To>
[[gnu::always_inline]] inline void transpose(const From* const* from, To* const* to) {
  Vector<double, n> row[n];
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i)
    row[i] = load_doubles<n>(from[i]);
  exchange_blocks<n, 1>(row, std::make_integer_sequence<int, n>{});
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i)
    store_doubles<n>(to[i], row[i]);
}

}  // namespace arcuate::engine
