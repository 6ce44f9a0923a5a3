#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/io/connectome_file.hpp"
#include "arcuate/monitor/forward.hpp"

/// Files of what sensors are and what they see (docs/electrophysiology.md, "Files").
namespace arcuate::io {

/// Sensors by name, with places where these are known.
struct SensorList {
  std::vector<std::string> names;
  std::vector<monitor::Point> positions;   ///< (n) [mm], or empty
  std::vector<monitor::Point> directions;  ///< (n) of length 1, or empty
};

/// Rows "label x y z [nx ny nz]" or "label", with or without a header. Throws DataError.
SensorList read_sensors(const std::string& path);

/// A gain matrix, and what its file says of rows and columns.
struct GainFile {
  std::string name;  ///< for messages
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;                ///< (rows, columns), not looked at
  std::vector<std::string> sensors;          ///< (rows), or empty
  std::vector<std::string> labels;           ///< of sources, or empty
  std::vector<monitor::Point> orientations;  ///< of sources, or empty
  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
};

/// .npy, .npz, text, MatrixMarket, HDF5 and MATLAB, with Brainstorm's and The Virtual Brain's
/// names. Throws DataError.
GainFile read_gain(const MatrixFile& file);

/// Variances (n) or a covariance (n, n). Throws DataError for another shape, values that are not
/// finite, and a matrix that is not symmetric.
std::vector<double> read_covariance(const MatrixFile& file, std::size_t n);

/// Whose each source is: labels, or indices of regions. Throws DataError.
struct SourceMapping {
  std::vector<std::string> labels;
  std::vector<std::int64_t> indices;
  [[nodiscard]] std::size_t size() const { return labels.empty() ? indices.size() : labels.size(); }
};
SourceMapping read_mapping(const std::string& path);

}  // namespace arcuate::io
