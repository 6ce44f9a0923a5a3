#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Files of values: one by region, or a course in time (docs/file-formats.md, "Values"). What has
/// another shape than is wanted is refused, never put in line.
namespace arcuate::io {

/// Numbers in rows and columns, and what stands beside them.
struct ValueTable {
  std::string path;
  std::vector<std::string> header;  ///< (columns), or empty
  std::vector<std::string> names;   ///< (rows) of a first column of texts, or empty
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  ///< (rows, columns), finite, or with NaN where that is allowed

  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
  /// One column, or one row without names.
  [[nodiscard]] bool is_vector() const {
    return columns == 1 || (rows == 1 && header.empty() && names.empty());
  }
  /// "4 rows of 2 columns (time, value)".
  [[nodiscard]] std::string shape() const;
};

/// What NaN in a table is.
enum class NotNumbers { refused, kept };

/// Reads .npy and .npz (one array), .mtx, and text with or without a header row and a first column
/// of texts. Throws DataError.
ValueTable read_value_table(const std::string& path, NotNumbers nan = NotNumbers::refused);

/// The hash of a file as `sha256sum` prints it. Throws DataError when it cannot be read.
std::string sha256_of_file(const std::string& path);

/// Values by region: in the order of the regions, or with the label or the index of each.
struct ValuesByRegion {
  std::vector<double> values;
  std::vector<std::string> labels;    ///< or empty
  std::vector<std::int64_t> indices;  ///< or empty
};
/// `regions`: how many values are wanted. Throws DataError for another number of them; messages
/// begin with `place`.
ValuesByRegion read_values_by_region(const std::string& path, std::size_t regions,
                                     const std::string& place = "");

/// A course in time.
struct TimedValues {
  std::vector<double> times;  ///< [ms] ascending; empty: evenly spaced
  std::vector<double> values;
};
/// `columns`: the names of the file's columns, {"value"} or "time" and "value" in any order.
/// Throws DataError; messages begin with `place`.
TimedValues read_series(const std::string& path, const std::vector<std::string>& columns,
                        const std::string& place = "");

}  // namespace arcuate::io
