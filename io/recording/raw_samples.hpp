#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "file/raw_file.hpp"

namespace arcuate::io {

/// The samples in a file, read without HDF5, at places.
class RawSamples {
 public:
  /// Throws EnvironmentError: it cannot be opened.
  explicit RawSamples(const std::string& path);

  /// `count` numbers of `width` bytes from the number `first` on, of a series that begins at
  /// `place` [bytes].
  struct Part {
    std::int64_t place = 0;
    std::size_t width = 0;
    std::uint64_t first = 0, count = 0;
  };
  /// Their checksum (core/checksum.hpp). Throws DataError when the file ends before.
  [[nodiscard]] std::uint64_t sum(const Part& part) const;
  /// The same, and they are written to where the series begins in another file.
  std::uint64_t copy(const Part& part, const RawFile& into, std::int64_t place) const;

 private:
  using Take = std::function<void(std::int64_t offset, std::span<const std::byte> bytes)>;
  std::uint64_t each(const Part& part, const Take& take) const;
  RawFile file_;
};

}  // namespace arcuate::io
