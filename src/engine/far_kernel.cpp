#include "far_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "vector.hpp"

namespace arcuate::engine {
namespace {

// Ahead; measured in docs/performance.md.
constexpr std::size_t prefetch_distance = 24;  // shares
constexpr std::ptrdiff_t sums_distance = 16;   // segments

template <class Real, int width, int block>
using Sums = std::array<Vector<Real, width>, block / width>;

/// Adds one share to the sums of a block.
template <class Real, int width, int block>
[[gnu::always_inline]] inline void add_share(Real weight, const Real* values,
                                             Sums<Real, width, block>& acc) {
  const Vector<Real, width> w = broadcast<width>(weight);
#pragma GCC unroll 16
  for (int k = 0; k < block / width; ++k)
    acc[k] = fma<Real, width>(w, load<width>(values + width * k), acc[k]);
}

/// `block` values that may begin anywhere in a cache line.
template <int block, class Real>
[[gnu::always_inline]] inline void prefetch_values(const Real* values) {
#pragma GCC unroll 4
  for (int k = 0; k < block; k += 64 / static_cast<int>(sizeof(Real)))
    __builtin_prefetch(values + k);
  __builtin_prefetch(values + block - 1);
}

/// Shares eight at a time, without a branch between them. The first `fresh` segments start sums.
template <int width, int block, bool prefetch, class Real>
[[gnu::noinline]] void sum_segments(const FarEdges& edges, const Real* weight, const Real* history,
                                    std::ptrdiff_t fresh, Real* sums) {
  constexpr int n = block / width;
  constexpr int together = prefetch ? 1 : 8;
  const std::uint32_t* offset = edges.offset.data();
  const std::uint32_t* last = offset + edges.offset.size();
  const Segment* last_segment = edges.segments.data() + edges.segments.size();
  for (const Segment& segment : edges.segments) {
    Real* sum = sums + static_cast<std::ptrdiff_t>(segment.target) * block;
    if constexpr (prefetch) {
      const Segment* ahead = std::min(&segment + sums_distance, last_segment - 1);
      prefetch_values<block>(sums + static_cast<std::ptrdiff_t>(ahead->target) * block);
    }
    Sums<Real, width, block> acc{};
    if (fresh-- <= 0) {
#pragma GCC unroll 16
      for (int k = 0; k < n; ++k)
        acc[k] = load<width>(sum + width * k);
    }
    std::int32_t left = segment.edges;
    for (; left >= together; left -= together) {
      if constexpr (prefetch)
        prefetch_values<block>(history + *std::min(offset + prefetch_distance, last - 1));
#pragma GCC unroll 8
      for (int e = 0; e < together; ++e)
        add_share<Real, width, block>(weight[e], history + offset[e], acc);
      weight += together;
      offset += together;
    }
    for (; left > 0; --left)
      add_share<Real, width, block>(*weight++, history + *offset++, acc);
#pragma GCC unroll 16
    for (int k = 0; k < n; ++k)
      store<width>(sum + width * k, acc[k]);
  }
}

template <int width, int block, class Real>
void sum_block(const FarEdges& edges, bool squared, const Real* history, LocalIndex n_targets,
               Real* sums) {
  const Real* weight = weights_of(edges, squared).template data<Real>();
  const std::ptrdiff_t values = static_cast<std::ptrdiff_t>(n_targets) * block;
  if (is_dense(edges)) {
    if (edges.fresh == 0) std::fill_n(sums, values, Real{0});
    sum_segments<width, block, false>(edges, weight, history, edges.fresh, sums);
  } else {
    std::fill_n(sums, values, Real{0});
    sum_segments<width, block, true>(edges, weight, history, 0, sums);
  }
}

template <int width, class Real>
void sum_with(const FarEdges& edges, const Real* history, int block, LocalIndex n_targets,
              Real* sums, bool squared) {
  if (block == 32) return sum_block<width, 32>(edges, squared, history, n_targets, sums);
  if (block == 16) return sum_block<width, 16>(edges, squared, history, n_targets, sums);
  // No vector is longer than the block.
  sum_block<std::min(width, 8), 8>(edges, squared, history, n_targets, sums);
}

}  // namespace

template <class Real>
void sum_far(const FarEdges& edges, const Real* history, int block, LocalIndex n_targets,
             Real* sums, bool squared, int width) {
  with_width<Real>(width, [&]<int vector>() {
    sum_with<vector>(edges, history, block, n_targets, sums, squared);
  });
}

template <class Real>
void sum_far_scalar(const FarEdges& edges, const Real* history, int block, LocalIndex n_targets,
                    Real* sums, bool squared) {
  const Real* weight = weights_of(edges, squared).template data<Real>();
  std::fill_n(sums, static_cast<std::ptrdiff_t>(n_targets) * block, Real{0});
  for (int step = 0; step < block; ++step) {
    std::size_t e = 0;
    for (const Segment& segment : edges.segments) {
      Real acc = sums[static_cast<std::ptrdiff_t>(segment.target) * block + step];
      for (std::int32_t k = 0; k < segment.edges; ++k, ++e) {
        acc = std::fma(weight[e], history[edges.offset[e] + static_cast<std::size_t>(step)], acc);
      }
      sums[static_cast<std::ptrdiff_t>(segment.target) * block + step] = acc;
    }
  }
}

template void sum_far(const FarEdges&, const double*, int, LocalIndex, double*, bool, int);
template void sum_far(const FarEdges&, const float*, int, LocalIndex, float*, bool, int);
template void sum_far_scalar(const FarEdges&, const double*, int, LocalIndex, double*, bool);
template void sum_far_scalar(const FarEdges&, const float*, int, LocalIndex, float*, bool);

}  // namespace arcuate::engine
