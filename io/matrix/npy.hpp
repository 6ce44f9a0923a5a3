#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sparse.hpp"
#include "stream.hpp"

/// NumPy's .npy format, versions 1 to 3.
namespace arcuate::io::matrix {

/// One array, read as a stream.
class NpyReader {
 public:
  /// Reads the header. Throws DataError for damaged headers, unsupported types and absurd shapes.
  explicit NpyReader(Source& source);

  [[nodiscard]] const std::vector<std::int64_t>& shape() const { return shape_; }
  [[nodiscard]] bool fortran() const { return fortran_; }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] bool is_text() const { return kind_ == 'U' || kind_ == 'S'; }

  /// The next values.size() numbers in file order.
  void read(std::span<double> values);
  /// The next numbers as integers. Throws DataError for fractions.
  void read(std::span<std::int64_t> values);
  /// All remaining numbers / texts.
  std::vector<double> numbers();
  std::vector<std::string> texts();

 private:
  void parse_header(const std::string& header);
  void parse_type(const std::string& type);
  void parse_shape(const std::string& header);
  template <typename Out>
  void read_into(std::span<Out> values);

  Source& source_;
  char kind_ = 'f';
  std::size_t width_ = 8;
  bool swapped_ = false;
  bool fortran_ = false;
  std::vector<std::int64_t> shape_;
  std::int64_t size_ = 1;
};

/// A dense square matrix, streamed by rows (C order) or columns (Fortran order).
Sparse read_npy_matrix(Source& source, Content content, const Sparse* pattern);

/// The bytes of a .npy file (version 1, C order). `type` is NumPy's, as "<f8".
std::string npy_header(const std::string& type, const std::vector<std::int64_t>& shape);
/// A list of texts as such a file.
std::string npy_texts(const std::vector<std::string>& texts);

}  // namespace arcuate::io::matrix
