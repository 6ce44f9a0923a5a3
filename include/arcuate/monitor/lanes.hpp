#pragma once

#include "arcuate/model/kernel.hpp"

/// The values of a tile side by side.
namespace arcuate::monitor {

/// Two registers of four: GCC's vector extension, element by element, so the bits are those of
/// plain loops. Registers of eight would slow down what else runs on the core.
struct Lanes {
  using Half [[gnu::vector_size(32)]] = double;
  using UnalignedHalf [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
  Half low{}, high{};

  [[nodiscard]] double operator[](int lane) const { return lane < 4 ? low[lane] : high[lane - 4]; }
  Lanes& operator+=(const Lanes& other) {
    low += other.low;
    high += other.high;
    return *this;
  }
};
static_assert(model::lanes == 8);

inline Lanes operator-(const Lanes& a, const Lanes& b) {
  return {a.low - b.low, a.high - b.high};
}
inline Lanes operator*(double factor, const Lanes& a) {
  return {factor * a.low, factor * a.high};
}
inline Lanes operator/(const Lanes& a, double divisor) {
  return {a.low / divisor, a.high / divisor};
}

inline Lanes load_lanes(const double* from) {
  const Lanes::UnalignedHalf* halves = reinterpret_cast<const Lanes::UnalignedHalf*>(from);
  return {halves[0], halves[1]};
}
inline void store_lanes(double* to, const Lanes& from) {
  Lanes::UnalignedHalf* halves = reinterpret_cast<Lanes::UnalignedHalf*>(to);
  halves[0] = from.low;
  halves[1] = from.high;
}

/// The first `n`: those behind belong to another tile, or to nobody.
inline Lanes load_lanes(const double* from, int n) {
  if (n == model::lanes) return load_lanes(from);
  Lanes lanes;
  for (int lane = 0; lane < n; ++lane)
    (lane < 4 ? lanes.low : lanes.high)[lane % 4] = from[lane];
  return lanes;
}
inline void store_lanes(double* to, int n, const Lanes& from) {
  if (n == model::lanes) return store_lanes(to, from);
  for (int lane = 0; lane < n; ++lane)
    to[lane] = from[lane];
}

}  // namespace arcuate::monitor
