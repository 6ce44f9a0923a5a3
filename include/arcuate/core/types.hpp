#pragma once

#include <cstdint>
#include <vector>

/// Integers by role, and values that may differ between regions.
namespace arcuate {

using LocalIndex = std::int32_t;   ///< a region or source of this rank
using GlobalIndex = std::int64_t;  ///< a region of the whole network
using Step = std::int64_t;         ///< a number of integration steps

/// One number for every region, or one for all.
struct RegionValues {
  std::vector<double> values;  ///< (1) or (n_regions)

  RegionValues() = default;
  explicit RegionValues(double value) : values{value} {}
  explicit RegionValues(std::vector<double> per_region) : values(std::move(per_region)) {}

  [[nodiscard]] bool uniform() const { return values.size() == 1; }
  [[nodiscard]] double operator()(GlobalIndex region) const {
    return uniform() ? values.front() : values[static_cast<std::size_t>(region)];
  }
  /// True when every region has this value.
  [[nodiscard]] bool is(double value) const {
    for (double v : values) {
      if (v != value) return false;
    }
    return !values.empty();
  }
};

}  // namespace arcuate
