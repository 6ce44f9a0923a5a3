#include "arcuate/engine/far_kernel.hpp"

#include <algorithm>
#include <array>

#include "vector.hpp"

namespace arcuate::engine {
namespace {

// Ahead; measured in docs/performance.md.
constexpr std::size_t prefetch_distance = 24;  // shares
constexpr std::ptrdiff_t sums_distance = 16;   // segments

template <int width, int block>
using Sums = std::array<Vector<width>, block / width>;

/// Adds one share to the sums of a block.
template <int width, int block>
[[gnu::always_inline]] inline void add_share(double weight, const double* values,
                                             Sums<width, block>& acc) {
  const Vector<width> w = broadcast<width>(weight);
#pragma GCC unroll 16
  for (int k = 0; k < block / width; ++k)
    acc[k] = fma<width>(w, load<width>(values + width * k), acc[k]);
}

/// `block` values that may begin anywhere in a cache line.
template <int block>
[[gnu::always_inline]] inline void prefetch_values(const double* values) {
#pragma GCC unroll 4
  for (int k = 0; k < block; k += 8)
    __builtin_prefetch(values + k);
  __builtin_prefetch(values + block - 1);
}

/// Shares eight at a time, without a branch between them. The first `fresh` segments start sums.
template <int width, int block, bool prefetch>
[[gnu::noinline]] void sum_segments(const FarEdges& edges, const double* weight,
                                    const double* history, std::ptrdiff_t fresh, double* sums) {
  constexpr int n = block / width;
  constexpr int together = prefetch ? 1 : 8;
  const std::uint32_t* offset = edges.offset.data();
  const std::uint32_t* last = offset + edges.offset.size();
  const Segment* last_segment = edges.segments.data() + edges.segments.size();
  for (const Segment& segment : edges.segments) {
    double* sum = sums + static_cast<std::ptrdiff_t>(segment.target) * block;
    if constexpr (prefetch) {
      const Segment* ahead = std::min(&segment + sums_distance, last_segment - 1);
      prefetch_values<block>(sums + static_cast<std::ptrdiff_t>(ahead->target) * block);
    }
    Sums<width, block> acc{};
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
        add_share<width, block>(weight[e], history + offset[e], acc);
      weight += together;
      offset += together;
    }
    for (; left > 0; --left)
      add_share<width, block>(*weight++, history + *offset++, acc);
#pragma GCC unroll 16
    for (int k = 0; k < n; ++k)
      store<width>(sum + width * k, acc[k]);
  }
}

template <int width, int block>
void sum_block(const FarEdges& edges, bool squared, const double* history, LocalIndex n_targets,
               double* sums) {
  const double* weight = weights_of(edges, squared).data();
  const std::ptrdiff_t values = static_cast<std::ptrdiff_t>(n_targets) * block;
  if (is_dense(edges)) {
    if (edges.fresh == 0) std::fill_n(sums, values, 0.0);
    sum_segments<width, block, false>(edges, weight, history, edges.fresh, sums);
  } else {
    std::fill_n(sums, values, 0.0);
    sum_segments<width, block, true>(edges, weight, history, 0, sums);
  }
}

template <int width>
void sum_with(const FarEdges& edges, const double* history, int block, LocalIndex n_targets,
              double* sums, bool squared) {
  if (block == 32) return sum_block<width, 32>(edges, squared, history, n_targets, sums);
  if (block == 16) return sum_block<width, 16>(edges, squared, history, n_targets, sums);
  sum_block<width, 8>(edges, squared, history, n_targets, sums);
}

}  // namespace

void sum_far(const FarEdges& edges, const double* history, int block, LocalIndex n_targets,
             double* sums, bool squared, int width) {
  with_width(width, [&]<int vector>() {
    sum_with<vector>(edges, history, block, n_targets, sums, squared);
  });
}

void sum_far_scalar(const FarEdges& edges, const double* history, int block, LocalIndex n_targets,
                    double* sums, bool squared) {
  const auto& weight = weights_of(edges, squared);
  std::fill_n(sums, static_cast<std::ptrdiff_t>(n_targets) * block, 0.0);
  for (int step = 0; step < block; ++step) {
    std::size_t e = 0;
    for (const Segment& segment : edges.segments) {
      double acc = sums[static_cast<std::ptrdiff_t>(segment.target) * block + step];
      for (std::int32_t k = 0; k < segment.edges; ++k, ++e) {
        acc = __builtin_fma(weight[e], history[edges.offset[e] + static_cast<std::size_t>(step)],
                            acc);
      }
      sums[static_cast<std::ptrdiff_t>(segment.target) * block + step] = acc;
    }
  }
}

}  // namespace arcuate::engine
