#include "transpose.hpp"

#include <array>

#include "arcuate/model/kernel.hpp"
#include "vector.hpp"

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// Columns [s, m) as far as whole vectors go, narrower ones for what remains.
template <int width>
void columns_with(const double* rows, std::size_t stride, int s, int m, double* to) {
  for (; s + width <= m; s += width) {
    for (int part = 0; part < lanes; part += width) {
      std::array<const double*, width> from;
      std::array<double*, width> out;
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
      to[s * lanes + lane] = rows[z(lane) * stride + z(s)];
  }
}

template <int width>
void rows_with(const double* values, int stride, int s, int m, int regions, double* const* rows) {
  std::array<double, width> nobody;  // where lanes without a region go
  for (; s + width <= m; s += width) {
    for (int part = 0; part < regions; part += width) {
      std::array<const double*, width> from;
      std::array<double*, width> out;
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
      rows[lane][s] = values[s * stride + lane];
  }
}

}  // namespace

void columns_to_lanes(const double* rows, std::size_t stride, int m, double* to, int width) {
  with_width(width, [&]<int vector>() { columns_with<vector>(rows, stride, 0, m, to); });
}

void lanes_to_rows(const double* values, int stride, int m, int regions, double* const* rows,
                   int width) {
  with_width(width, [&]<int vector>() { rows_with<vector>(values, stride, 0, m, regions, rows); });
}

}  // namespace arcuate::engine
