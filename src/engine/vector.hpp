#pragma once

#include <cstddef>
#include <utility>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/// Several doubles in one register, as many as the machine has room for: the compiler's vector
/// types, since g++ 12 does not keep the accumulators of the far kernel in registers when it
/// vectorises a plain loop (docs/decisions/coupling-kernel.md). What is written with them is
/// element by element, so every width gives the same bits; tests run all widths on every machine.
namespace arcuate::engine {

template <int n>
struct VectorOf {
  using Type [[gnu::vector_size(n * sizeof(double))]] = double;
  using Unaligned [[gnu::vector_size(n * sizeof(double)), gnu::aligned(8), gnu::may_alias]] =
      double;
};
template <int n>
using Vector = typename VectorOf<n>::Type;

#if defined(__AVX512F__)
inline constexpr int native_width = 8;
#elif defined(__AVX2__)
inline constexpr int native_width = 4;
#else
inline constexpr int native_width = 2;
#endif

/// Calls action<n>() with n = width, which no machine has in more than its registers; 0: native.
template <class Action>
void with_width(int width, const Action& action) {
  if (width == 0 || width == native_width) return action.template operator()<native_width>();
  if constexpr (native_width > 4) {
    if (width == 4) return action.template operator()<4>();
  }
  if constexpr (native_width > 2) action.template operator()<2>();
}

template <int n>
[[gnu::always_inline]] inline Vector<n> load(const double* from) {
  return *reinterpret_cast<const typename VectorOf<n>::Unaligned*>(from);
}
template <int n>
[[gnu::always_inline]] inline void store(double* to, Vector<n> v) {
  *reinterpret_cast<typename VectorOf<n>::Unaligned*>(to) = v;
}
template <int n>
[[gnu::always_inline]] inline Vector<n> broadcast(double x) {
  return x - Vector<n>{};  // not x + 0: -0 stays
}

/// One fused multiply-add per element: the same bits as the scalar one.
template <int n>
[[gnu::always_inline]] inline Vector<n> fma(Vector<n> a, Vector<n> b, Vector<n> c) {
#if defined(__AVX512F__)
  if constexpr (n == 8) return _mm512_fmadd_pd(a, b, c);
#endif
#if defined(__AVX2__)
  if constexpr (n == 4) return _mm256_fmadd_pd(a, b, c);
#endif
  Vector<n> sum;
  for (int k = 0; k < n; ++k)
    sum[k] = __builtin_fma(a[k], b[k], c[k]);
  return sum;
}

/// Exchanges the blocks of `size` x `size` beside the diagonal of each 2 `size` x 2 `size`.
template <int n, int size, int... column>
[[gnu::always_inline]] inline void exchange_blocks(
    Vector<n> (&row)[n], std::integer_sequence<int, column...> /*columns*/) {
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i) {
    if ((i & size) != 0) continue;
    const Vector<n> upper = row[i], lower = row[i + size];
    row[i] = __builtin_shufflevector(upper, lower,
                                     ((column & size) != 0 ? n + column - size : column)...);
    row[i + size] = __builtin_shufflevector(upper, lower,
                                            ((column & size) != 0 ? n + column : column + size)...);
  }
  if constexpr (2 * size < n)
    exchange_blocks<n, 2 * size>(row, std::make_integer_sequence<int, n>{});
}

/// to[c][r] = from[r][c] for r, c < n.
template <int n>
[[gnu::always_inline]] inline void transpose(const double* const* from, double* const* to) {
  Vector<n> row[n];
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i)
    row[i] = load<n>(from[i]);
  exchange_blocks<n, 1>(row, std::make_integer_sequence<int, n>{});
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i)
    store<n>(to[i], row[i]);
}

}  // namespace arcuate::engine
