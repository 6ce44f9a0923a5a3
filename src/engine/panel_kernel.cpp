#include "panel_kernel.hpp"

#include <algorithm>
#include <array>

#include "arcuate/model/kernel.hpp"
#include "vector.hpp"

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

/// What is left of all panels.
template <class Real>
struct Place {
  const Panels::Run* run;
  const Real* weight;
  const std::uint32_t* offset;
};

/// One panel. Where a target has no edge, its sum keeps its bits: a weight of 0 would turn -0 to 0.
template <int width, int tiles, class Real>
void multiply_panel(std::int32_t runs, const Real* values, Place<Real>& at, Real* sums,
                    std::ptrdiff_t stride) {
  constexpr int in_tile = lanes / width;
  constexpr int n = tiles * in_tile;
  std::array<Vector<Real, width>, n> acc;
#pragma GCC unroll 16
  for (int k = 0; k < n; ++k)
    acc[k] = load<width>(sums + k / in_tile * stride + k % in_tile * width);
  for (std::int32_t r = 0; r < runs; ++r, ++at.run) {
    for (std::int32_t column = 0; column < at.run->full; ++column, at.weight += tiles * lanes) {
      const Vector<Real, width> x = broadcast<width>(values[*at.offset++]);
#pragma GCC unroll 16
      for (int k = 0; k < n; ++k)
        acc[k] = fma<Real, width>(load<width>(at.weight + k * width), x, acc[k]);
    }
    for (std::int32_t column = 0; column < at.run->partial; ++column, at.weight += tiles * lanes) {
      const Vector<Real, width> x = broadcast<width>(values[*at.offset++]);
#pragma GCC unroll 16
      for (int k = 0; k < n; ++k) {
        const Vector<Real, width> w = load<width>(at.weight + k * width);
        acc[k] = w == w ? fma<Real, width>(w, x, acc[k]) : acc[k];
      }
    }
  }
#pragma GCC unroll 16
  for (int k = 0; k < n; ++k)
    store<width>(sums + k / in_tile * stride + k % in_tile * width, acc[k]);
}

template <int width, class Real>
void multiply_with(const Panels& panels, bool squared, const Real* values, Real* sums,
                   std::ptrdiff_t stride) {
  Place<Real> at{panels.runs.data(), weights_of(panels, squared).template data<Real>(),
                 panels.offset.data()};
  for (const Panels::Panel& panel : panels.panels) {
    Real* first = sums + panel.tile * stride;
    if (panel.tiles == 4) multiply_panel<width, 4>(panel.runs, values, at, first, stride);
    if (panel.tiles == 3) multiply_panel<width, 3>(panel.runs, values, at, first, stride);
    if (panel.tiles == 2) multiply_panel<width, 2>(panel.runs, values, at, first, stride);
    if (panel.tiles == 1) multiply_panel<width, 1>(panel.runs, values, at, first, stride);
  }
}

}  // namespace

template <class Real>
void multiply(const Panels& panels, bool squared, const Real* values, Real* sums,
              std::ptrdiff_t stride, int width) {
  static_assert(Panels::most_tiles == 4);
  // The sums of two tiles do not lie side by side: no vector is longer than a tile.
  with_width<Real>(width, [&]<int vector>() {
    multiply_with<std::min(vector, lanes)>(panels, squared, values, sums, stride);
  });
}

template void multiply(const Panels&, bool, const double*, double*, std::ptrdiff_t, int);
template void multiply(const Panels&, bool, const float*, float*, std::ptrdiff_t, int);

}  // namespace arcuate::engine
