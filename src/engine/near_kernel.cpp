#include "near_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/index.hpp"
#include "vector.hpp"

namespace arcuate::engine {
namespace {

/// sum[s] += shares of one target at `width` x `vectors` steps from `now` on.
template <int width, int vectors, class Real>
[[gnu::always_inline]] inline void add_shares(const Real* weight, const std::uint32_t* offset,
                                              std::int32_t shares, const Real* now, Real* sum) {
  std::array<Vector<Real, width>, vectors> acc;
#pragma GCC unroll 8
  for (int k = 0; k < vectors; ++k)
    acc[k] = load<width>(sum + width * k);
  for (std::int32_t e = 0; e < shares; ++e) {
    const Vector<Real, width> w = broadcast<width>(weight[e]);
#pragma GCC unroll 8
    for (int k = 0; k < vectors; ++k)
      acc[k] = fma<Real, width>(w, load<width>(now + offset[e] + width * k), acc[k]);
  }
#pragma GCC unroll 8
  for (int k = 0; k < vectors; ++k)
    store<width>(sum + width * k, acc[k]);
}

/// Steps from s on as far as vectors of `width` go, then narrower ones.
template <int width, class Real>
[[gnu::always_inline]] inline void add_from(int s, int m, const Real* weight,
                                            const std::uint32_t* offset, std::int32_t shares,
                                            const Real* now, Real* sum) {
  constexpr int narrowest = 4;
  for (; s + width <= m; s += width)
    add_shares<width, 1>(weight, offset, shares, now + s, sum + s);
  if constexpr (width > narrowest)
    return add_from<width / 2>(s, m, weight, offset, shares, now, sum);
  for (; s < m; ++s) {
    for (std::int32_t e = 0; e < shares; ++e)
      sum[s] = std::fma(weight[e], now[offset[e] + z(s)], sum[s]);
  }
}

template <int width, class Real>
void sum_with(const NearEdges& near, bool squared, const Real* now, int m, int block, Real* sums) {
  constexpr int together = std::max(16, width);  // steps
  const Real* weight = weights_of(near, squared).template data<Real>();
  const std::uint32_t* offset = near.offset.data();
  for (const Segment& segment : near.segments) {
    Real* sum = sums + static_cast<std::ptrdiff_t>(segment.target) * block;
    int s = 0;
    for (; s + together <= m; s += together)
      add_shares<width, together / width>(weight, offset, segment.edges, now + s, sum + s);
    add_from<width>(s, m, weight, offset, segment.edges, now, sum);
    weight += segment.edges;
    offset += segment.edges;
  }
}

}  // namespace

template <class Real>
void sum_near(const NearEdges& near, bool squared, const Real* now, int m, int block, Real* sums,
              int width) {
  with_width<Real>(width,
                   [&]<int vector>() { sum_with<vector>(near, squared, now, m, block, sums); });
}

template void sum_near(const NearEdges&, bool, const double*, int, int, double*, int);
template void sum_near(const NearEdges&, bool, const float*, int, int, float*, int);

}  // namespace arcuate::engine
