#include "near_kernel.hpp"

#include <algorithm>
#include <array>

#include "vector.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// sum[s] += shares of one target at `width` x `vectors` steps from `now` on.
template <int width, int vectors>
[[gnu::always_inline]] inline void add_shares(const double* weight, const std::uint32_t* offset,
                                              std::int32_t shares, const double* now, double* sum) {
  std::array<Vector<width>, vectors> acc;
#pragma GCC unroll 8
  for (int k = 0; k < vectors; ++k)
    acc[k] = load<width>(sum + width * k);
  for (std::int32_t e = 0; e < shares; ++e) {
    const Vector<width> w = broadcast<width>(weight[e]);
#pragma GCC unroll 8
    for (int k = 0; k < vectors; ++k)
      acc[k] = fma<width>(w, load<width>(now + offset[e] + width * k), acc[k]);
  }
#pragma GCC unroll 8
  for (int k = 0; k < vectors; ++k)
    store<width>(sum + width * k, acc[k]);
}

template <int width>
void sum_with(const NearEdges& near, bool squared, const double* now, int m, int block,
              double* sums) {
  constexpr int several = 4;
  const double* weight = weights_of(near, squared).data();
  const std::uint32_t* offset = near.offset.data();
  for (const Segment& segment : near.segments) {
    double* sum = sums + static_cast<std::ptrdiff_t>(segment.target) * block;
    int s = 0;
    for (; s + 16 <= m; s += 16)
      add_shares<width, 16 / width>(weight, offset, segment.edges, now + s, sum + s);
    if constexpr (width > several) {
      for (; s + width <= m; s += width)
        add_shares<width, 1>(weight, offset, segment.edges, now + s, sum + s);
    }
    constexpr int narrow = std::min(width, several);
    for (; s + several <= m; s += several)
      add_shares<narrow, several / narrow>(weight, offset, segment.edges, now + s, sum + s);
    for (; s < m; ++s) {
      for (std::int32_t e = 0; e < segment.edges; ++e)
        sum[s] = __builtin_fma(weight[e], now[offset[e] + z(s)], sum[s]);
    }
    weight += segment.edges;
    offset += segment.edges;
  }
}

}  // namespace

void sum_near(const NearEdges& near, bool squared, const double* now, int m, int block,
              double* sums, int width) {
  with_width(width, [&]<int vector>() { sum_with<vector>(near, squared, now, m, block, sums); });
}

}  // namespace arcuate::engine
