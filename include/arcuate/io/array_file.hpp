#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Arrays of numbers in files of other programs: what measured data are kept in.
namespace arcuate::io {

struct Array {
  std::string name;                 ///< of file and member, for messages
  std::vector<std::int64_t> shape;  ///< without dimensions of 1 beyond the second
  std::vector<double> values;       ///< in C order; NaN is allowed, infinity is not
  std::vector<std::string> labels;  ///< of regions, or empty
  double period = 0.0;              ///< [s] between samples where the file says so
  bool series = false;              ///< the file says that it is samples (time, region)

  /// "100 x 1200".
  [[nodiscard]] std::string size() const;
  [[nodiscard]] bool is_square() const { return shape.size() == 2 && shape[0] == shape[1]; }
  /// Whether it is a list: one dimension, or two of which one is 1.
  [[nodiscard]] bool is_list() const;
};

/// `where`: a file, or FILE:NAME to pick one of several arrays. Else the first of `usual` names is
/// taken, or the only array. .npy, .npz, .mat (5 and 7.3), .h5 (arrays, or a recording of one
/// monitor), .csv, .tsv, .txt, .ptseries.nii, .pconn.nii. Throws DataError.
Array read_array(const std::string& where, const std::vector<std::string>& usual);
/// The file of it.
std::string file_of_array(const std::string& where);

/// Where the regions of a target are: for each of `wanted` its position among `there`. Throws
/// DataError: a wanted one that is not there.
std::vector<std::size_t> matched(const std::vector<std::string>& wanted,
                                 const std::vector<std::string>& there, const std::string& name);

}  // namespace arcuate::io
