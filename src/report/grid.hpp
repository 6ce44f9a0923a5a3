#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

/// Large arrays made small enough for a page.
namespace arcuate::report {

/// A rectangle of numbers, row by row; NaN is "nothing here".
struct Grid {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
};

/// Limits of a colour scale; never empty, always finite.
struct Limits {
  double low = 0.0;
  double high = 1.0;
};

/// The quantiles `q` and 1 - q of the finite values, widened when they coincide.
Limits limits_of(std::span<const double> values, double q);

/// A matrix row by row; with more than `most` rows, means of the finite values of equal blocks.
Grid grid_of(const Eigen::MatrixXd& matrix, std::size_t most = 400);

/// How many of the finite values lie in each of equal bars between the limits (clamped).
struct Bars {
  std::vector<int> counts;
  std::size_t values = 0;
  double mean = 0.0;
};
Bars bars_of(std::span<const double> values, const Limits& limits, std::size_t bars);

/// Mean of the finite values in each of at most `most` equal pieces along the columns.
Grid average_columns(const Grid& grid, std::size_t most);

/// At most `points` numbers that keep every extreme: the smallest and the largest of each piece in
/// their order. The signal itself when it is short enough.
std::vector<double> keep_extremes(std::span<const double> signal, std::size_t points);

/// At most `points` of the numbers, evenly spaced from the first on: of angles, whose extremes mean
/// nothing.
std::vector<double> keep_some(std::span<const double> signal, std::size_t points);

/// Base64 of 16-bit little-endian numbers: 0 .. 65534 between the limits (clamped), 65535 for NaN.
std::string pack(std::span<const double> values, const Limits& limits);

/// {rows, columns, low, high, data}.
nlohmann::ordered_json to_json(const Grid& grid, const Limits& limits);

}  // namespace arcuate::report
