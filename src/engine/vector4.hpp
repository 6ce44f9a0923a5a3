#pragma once

#include <cstddef>

#ifdef __FMA__
#include <immintrin.h>
#endif

/// Four doubles in a register: GCC's vector extension, since g++ 12 does not keep the accumulators
/// of the far kernel in registers when it vectorises a plain loop
/// (docs/decisions/coupling-kernel.md).
namespace arcuate::engine {

using Vector4 [[gnu::vector_size(32)]] = double;
using Unaligned4 [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;

[[gnu::always_inline]] inline Vector4 load4(const double* from) {
  return *reinterpret_cast<const Unaligned4*>(from);
}
[[gnu::always_inline]] inline Vector4 broadcast4(double x) {
  return Vector4{x, x, x, x};
}
[[gnu::always_inline]] inline void store4(double* to, Vector4 v) {
  *reinterpret_cast<Unaligned4*>(to) = v;
}

/// One fused multiply-add per element: the same bits as the scalar one.
[[gnu::always_inline]] inline Vector4 fma4(Vector4 a, Vector4 b, Vector4 c) {
#ifdef __FMA__
  return reinterpret_cast<Vector4>(_mm256_fmadd_pd(a, b, c));
#else
  return Vector4{__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1]),
                 __builtin_fma(a[2], b[2], c[2]), __builtin_fma(a[3], b[3], c[3])};
#endif
}

/// to[c][r] = from[r][c] for r, c < 4.
[[gnu::always_inline]] inline void transpose4(const double* const* from, double* const* to) {
  using Order [[gnu::vector_size(32)]] = long long;
  const Vector4 a = load4(from[0]), b = load4(from[1]), c = load4(from[2]), d = load4(from[3]);
  const Vector4 ab_low = __builtin_shuffle(a, b, Order{0, 4, 2, 6});
  const Vector4 ab_high = __builtin_shuffle(a, b, Order{1, 5, 3, 7});
  const Vector4 cd_low = __builtin_shuffle(c, d, Order{0, 4, 2, 6});
  const Vector4 cd_high = __builtin_shuffle(c, d, Order{1, 5, 3, 7});
  store4(to[0], __builtin_shuffle(ab_low, cd_low, Order{0, 1, 4, 5}));
  store4(to[1], __builtin_shuffle(ab_high, cd_high, Order{0, 1, 4, 5}));
  store4(to[2], __builtin_shuffle(ab_low, cd_low, Order{2, 3, 6, 7}));
  store4(to[3], __builtin_shuffle(ab_high, cd_high, Order{2, 3, 6, 7}));
}

}  // namespace arcuate::engine
