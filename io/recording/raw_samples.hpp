#pragma once

#include <cstdint>
#include <string>

#include "file/raw_file.hpp"

namespace arcuate::io {

/// The samples in a file, read without HDF5, at places.
class RawSamples {
 public:
  /// Throws EnvironmentError: it cannot be opened.
  explicit RawSamples(const std::string& path);

  /// The checksum (core/checksum.hpp) of `count` numbers of `width` bytes from the number `first`
  /// on, of a series that begins at `place`. Throws DataError when the file ends before.
  [[nodiscard]] std::uint64_t sum(std::int64_t place, std::size_t width, std::uint64_t first,
                                  std::uint64_t count) const;

 private:
  RawFile file_;
};

}  // namespace arcuate::io
