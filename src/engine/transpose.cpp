#include "transpose.hpp"

#include "arcuate/model/kernel.hpp"
#include "vector4.hpp"

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

void columns_to_lanes(const double* rows, std::size_t stride, int m, double* to) {
  int s = 0;
  for (; s + 4 <= m; s += 4) {
    for (int half = 0; half < lanes; half += 4) {
      const double* const from[4] = {rows + z(half) * stride + s, rows + z(half + 1) * stride + s,
                                     rows + z(half + 2) * stride + s,
                                     rows + z(half + 3) * stride + s};
      double* const out[4] = {to + s * lanes + half, to + (s + 1) * lanes + half,
                              to + (s + 2) * lanes + half, to + (s + 3) * lanes + half};
      transpose4(from, out);
    }
  }
  for (; s < m; ++s) {
    for (int lane = 0; lane < lanes; ++lane)
      to[s * lanes + lane] = rows[z(lane) * stride + z(s)];
  }
}

void lanes_to_rows(const double* values, int stride, int m, int regions, double* const* rows) {
  int s = 0;
  for (; s + 4 <= m; s += 4) {
    for (int half = 0; half < lanes; half += 4) {
      if (half + 4 > regions) {
        for (int lane = half; lane < regions; ++lane) {
          for (int k = s; k < s + 4; ++k)
            rows[lane][k] = values[k * stride + lane];
        }
        continue;
      }
      const double* const from[4] = {values + s * stride + half, values + (s + 1) * stride + half,
                                     values + (s + 2) * stride + half,
                                     values + (s + 3) * stride + half};
      double* const out[4] = {rows[half] + s, rows[half + 1] + s, rows[half + 2] + s,
                              rows[half + 3] + s};
      transpose4(from, out);
    }
  }
  for (; s < m; ++s) {
    for (int lane = 0; lane < regions; ++lane)
      rows[lane][s] = values[s * stride + lane];
  }
}

}  // namespace arcuate::engine
