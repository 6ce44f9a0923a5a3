#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "arcuate/analysis/series.hpp"

namespace arcuate::report {

/// The signals that the figures of one variable are computed from.
struct Signals {
  std::vector<std::size_t> columns;  ///< of the series, in display order
  std::size_t samples = 0;
  double start = 0.0;          ///< [s]
  double period = 0.0;         ///< [s]
  std::vector<double> values;  ///< (n_columns, samples)

  [[nodiscard]] std::span<const double> row(std::size_t c) const {
    return std::span(values).subspan(c * samples, samples);
  }
  /// (samples, n_columns)
  [[nodiscard]] Eigen::Map<const analysis::Matrix> view() const {
    return {values.data(), static_cast<Eigen::Index>(samples),
            static_cast<Eigen::Index>(columns.size())};
  }
};

inline std::span<const double> span_of(const analysis::Vector& vector) {
  return {vector.data(), static_cast<std::size_t>(vector.size())};
}

}  // namespace arcuate::report
