#include "near_kernel.hpp"

#include <array>

#include "vector4.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// sum[s] += shares of one target at 4 `vectors` steps from `now` on.
template <int vectors>
[[gnu::always_inline]] inline void add_shares(const double* weight, const std::uint32_t* offset,
                                              std::int32_t shares, const double* now, double* sum) {
  std::array<Vector4, vectors> acc;
#pragma GCC unroll 4
  for (int k = 0; k < vectors; ++k)
    acc[k] = load4(sum + 4 * k);
  for (std::int32_t e = 0; e < shares; ++e) {
    const Vector4 w = broadcast4(weight[e]);
#pragma GCC unroll 4
    for (int k = 0; k < vectors; ++k)
      acc[k] = fma4(w, load4(now + offset[e] + 4 * k), acc[k]);
  }
#pragma GCC unroll 4
  for (int k = 0; k < vectors; ++k)
    store4(sum + 4 * k, acc[k]);
}

}  // namespace

void sum_near(const NearEdges& near, bool squared, const double* now, int m, int block,
              double* sums) {
  const double* weight = weights_of(near, squared).data();
  const std::uint32_t* offset = near.offset.data();
  for (const Segment& segment : near.segments) {
    double* sum = sums + static_cast<std::ptrdiff_t>(segment.target) * block;
    int s = 0;
    for (; s + 16 <= m; s += 16)
      add_shares<4>(weight, offset, segment.edges, now + s, sum + s);
    for (; s + 4 <= m; s += 4)
      add_shares<1>(weight, offset, segment.edges, now + s, sum + s);
    for (; s < m; ++s) {
      for (std::int32_t e = 0; e < segment.edges; ++e)
        sum[s] = __builtin_fma(weight[e], now[offset[e] + z(s)], sum[s]);
    }
    weight += segment.edges;
    offset += segment.edges;
  }
}

}  // namespace arcuate::engine
