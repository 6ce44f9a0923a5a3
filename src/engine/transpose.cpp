#include "transpose.hpp"

#include <array>

#include "arcuate/core/index.hpp"
#include "arcuate/model/kernel.hpp"
#include "vector.hpp"

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

/// Columns [s, m) as far as whole vectors go, narrower ones for what remains.
template <int width, class From, class To>
void columns_with(const From* rows, std::size_t stride, int s, int m, To* to) {
  for (; s + width <= m; s += width) {
    for (int part = 0; part < lanes; part += width) {
      std::array<const From*, width> from;
      std::array<To*, width> out;
      for (int i = 0; i < width; ++i) {
        from[z(i)] = rows + z(part + i) * stride + s;
        out[z(i)] = to + (s + i) * lanes + part;
      }
      transpose<width>(from.data(), out.data());
    }
  }
  if constexpr (width > 4) return columns_with<4>(rows, stride, s, m, to);
  for (; s < m; ++s) {
    for (int lane = 0; lane < lanes; ++lane)
      to[s * lanes + lane] = static_cast<To>(rows[z(lane) * stride + z(s)]);
  }
}

template <int width, class Real>
void rows_with(const double* values, int stride, int s, int m, int regions, Real* const* rows) {
  std::array<Real, width> nobody;  // where lanes without a region go
  for (; s + width <= m; s += width) {
    for (int part = 0; part < regions; part += width) {
      std::array<const double*, width> from;
      std::array<Real*, width> out;
      for (int i = 0; i < width; ++i) {
        from[z(i)] = values + (s + i) * stride + part;
        out[z(i)] = part + i < regions ? rows[part + i] + s : nobody.data();
      }
      transpose<width>(from.data(), out.data());
    }
  }
  if constexpr (width > 4) return rows_with<4>(values, stride, s, m, regions, rows);
  for (; s < m; ++s) {
    for (int lane = 0; lane < regions; ++lane)
      rows[lane][s] = static_cast<Real>(values[s * stride + lane]);
  }
}

}  // namespace

template <class From, class To>
void columns_to_lanes(const From* rows, std::size_t stride, int m, To* to, int width) {
  with_width<double>(width, [&]<int vector>() { columns_with<vector>(rows, stride, 0, m, to); });
}

template <class Real>
void lanes_to_rows(const double* values, int stride, int m, int regions, Real* const* rows,
                   int width) {
  with_width<double>(width,
                     [&]<int vector>() { rows_with<vector>(values, stride, 0, m, regions, rows); });
}

template void columns_to_lanes(const double*, std::size_t, int, double*, int);
template void columns_to_lanes(const float*, std::size_t, int, double*, int);
template void columns_to_lanes(const float*, std::size_t, int, float*, int);
template void lanes_to_rows(const double*, int, int, int, double* const*, int);
template void lanes_to_rows(const double*, int, int, int, float* const*, int);

}  // namespace arcuate::engine
