#pragma once

#include <cstdint>
#include <string>

/// Bytes that a journal speaks of.
namespace arcuate::io {

/// A piece of a file of bytes.
struct Piece {
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::uint32_t checksum = 0;  ///< CRC-32
};

/// A file that is appended to, and read again by piece.
class Pieces {
 public:
  explicit Pieces(std::string path) : path_(std::move(path)) {}
  /// Creates the file where there is none. Throws EnvironmentError (a full disk); the file then
  /// ends where it did.
  Piece append(const std::string& bytes);
  /// Throws DataError: it is not there, or not what was written.
  [[nodiscard]] std::string read(const Piece& piece) const;

 private:
  std::string path_;
};

}  // namespace arcuate::io
