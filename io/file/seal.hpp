#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace arcuate::io {

/// A part of a file [bytes], with a checksum of its own elsewhere.
struct Apart {
  std::int64_t begin = 0, bytes = 0;
};

/// A checksum (CRC-32) of a file in a line behind all else, which HDF5 does not look at.
class Seal {
 public:
  /// kind: one word, what the file is.
  explicit Seal(std::string kind);

  /// Adds the line to a file that is closed: of all its bytes but some. Throws EnvironmentError.
  void write(const std::string& path, std::vector<Apart> apart = {}) const;
  /// Whether the file ends with the line of this kind.
  [[nodiscard]] bool is_on(const std::string& path) const;
  /// It is there, and the bytes are those that were written.
  [[nodiscard]] bool holds(const std::string& path, std::vector<Apart> apart = {}) const;

 private:
  [[nodiscard]] std::string line_of(std::uint64_t sum) const;
  std::string begin_;
};

}  // namespace arcuate::io
