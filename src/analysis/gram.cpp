#include "gram.hpp"

#include <algorithm>

#include "threads.hpp"

namespace arcuate::analysis {
namespace {

using Packet = Eigen::internal::packet_traits<double>::type;
constexpr Index width = Eigen::internal::packet_traits<double>::size;
/// A register block: as many vectors against 3 packets as the registers hold (32 of 512 bits, 16 of
/// 256 or 128).
constexpr Index block_rows = width >= 8 ? 8 : 4;
constexpr Index block_columns = 3 * width;
static_assert(Gram::panel % block_rows == 0 && Gram::panel % block_columns == 0);

constexpr Index block_panels = 8;  ///< of a thread's task
/// Two such panels stay in a core's first cache: 24 of the 32 KB of processors with vectors of 256
/// bits, 48 KB of most with 512.
constexpr Index slice_entries = width >= 8 ? 128 : 64;

/// sums(column, row) += products of `block_rows` vectors with `block_columns`, both inside of a
/// panel, over `entries`. next: what is wanted soon.
void multiply(Index entries, const double* rows, const double* columns, double* sums, Index stride,
              const double* next) {
  namespace simd = Eigen::internal;
  Packet acc[block_rows][3];
#pragma GCC unroll 8
  for (Index i = 0; i < block_rows; ++i) {
#pragma GCC unroll 3
    for (Index j = 0; j < 3; ++j)
      acc[i][j] = simd::ploadu<Packet>(sums + i * stride + j * width);
  }
  for (Index k = 0; k < entries; ++k, rows += Gram::panel, columns += Gram::panel) {
    __builtin_prefetch(next + k * Gram::panel, 0, 2);
    const Packet b0 = simd::ploadu<Packet>(columns);
    const Packet b1 = simd::ploadu<Packet>(columns + width);
    const Packet b2 = simd::ploadu<Packet>(columns + 2 * width);
#pragma GCC unroll 8
    for (Index i = 0; i < block_rows; ++i) {
      const Packet a = simd::pset1<Packet>(rows[i]);
      acc[i][0] = simd::pmadd(a, b0, acc[i][0]);
      acc[i][1] = simd::pmadd(a, b1, acc[i][1]);
      acc[i][2] = simd::pmadd(a, b2, acc[i][2]);
    }
  }
#pragma GCC unroll 8
  for (Index i = 0; i < block_rows; ++i) {
#pragma GCC unroll 3
    for (Index j = 0; j < 3; ++j)
      simd::pstoreu(sums + i * stride + j * width, acc[i][j]);
  }
}

}  // namespace

Gram::Gram(Index n_vectors)
    : n_vectors_(n_vectors),
      panels_((n_vectors + panel - 1) / panel),
      sums_(static_cast<std::size_t>(stride() * stride())) {}

void Gram::resize(Index entries) {
  entries_ = entries;
  slice_.resize(static_cast<std::size_t>(panels_ * entries * panel));
  if (panels_ == 0) return;
  std::fill_n(panel_at(panels_ - 1), entries * panel, 0.0);  // where there is no vector
}

/// Panels [columns, + block_panels) against [rows, + block_panels), on and above the diagonal.
void Gram::add_block(Index rows, Index columns) {
  const Index last_row = std::min(rows + block_panels, panels_);
  const Index last_column = std::min(columns + block_panels, panels_);
  for (Index from = 0; from < entries_; from += slice_entries) {
    const Index count = std::min(slice_entries, entries_ - from);
    for (Index j = columns; j < last_column; ++j) {
      for (Index i = std::max(rows, j); i < last_row; ++i) {
        const double* const a = panel_at(i) + from * panel;
        const double* const b = panel_at(j) + from * panel;
        const double* const next = i + 1 < last_row ? a + entries_ * panel : a;
        double* const sums = sums_.data() + i * panel * stride() + j * panel;
        for (Index c = 0; c < panel; c += block_columns) {
          for (Index r = 0; r < panel; r += block_rows)
            multiply(count, a + r, b + c, sums + r * stride() + c, stride(), next + r);
        }
      }
    }
  }
}

void Gram::add() {
  const Index blocks = (panels_ + block_panels - 1) / block_panels;
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
  for (Index t = 0; t < blocks * blocks; ++t) {
    const Index i = t / blocks * block_panels;
    const Index j = t % blocks * block_panels;
    if (j <= i) add_block(i, j);
  }
}

Matrix Gram::take() {
  slice_ = {};
  const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> all(sums_.data(), n_vectors_, n_vectors_,
                                                              Eigen::OuterStride<>(stride()));
  Matrix products = all;
  sums_ = {};
  return products;
}

}  // namespace arcuate::analysis
