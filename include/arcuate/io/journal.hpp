#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Append-only logs: what was written is there, whenever the process ends (docs/file-formats.md).
namespace arcuate::io {

/// Lines of text, each behind a checksum of itself and of all lines before it: a line that is
/// missing, changed or out of place is found. One process writes it at a time.
class Journal {
 public:
  /// Throws ConfigError: there is such a file; EnvironmentError.
  static Journal create(const std::string& path, const std::string& header);
  /// Reads all lines. A last line without its end (the process was killed while it wrote) is cut
  /// off and said in `warnings`. Throws ConfigError: there is none; DataError naming file and line:
  /// damaged; EnvironmentError: another process writes it.
  static Journal resume(const std::string& path);
  /// The same without writing: nothing is cut off or claimed.
  static Journal read(const std::string& path);

  ~Journal();
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;

  [[nodiscard]] const std::string& header() const;
  /// Behind the header.
  [[nodiscard]] const std::vector<std::string>& lines() const;
  [[nodiscard]] const std::vector<std::string>& warnings() const;

  /// One line, which has no line ends. It is in the file when this returns: nothing but an end of
  /// the machine itself within a second can lose it. Throws EnvironmentError (a full disk); the
  /// file then ends with the line before.
  void append(const std::string& line);

 private:
  struct Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  static Journal open(const std::string& path, bool write);
  std::unique_ptr<Impl> impl_;
};

/// A piece of a file of bytes.
struct Piece {
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::uint32_t checksum = 0;
};

/// Bytes that a journal speaks of: appended, and read again by their piece.
class Pieces {
 public:
  /// Creates the file where there is none. Throws EnvironmentError.
  explicit Pieces(std::string path);
  /// Throws EnvironmentError; the file then ends where it did.
  Piece append(const std::string& bytes);
  /// Throws DataError: it is not there, or not what was written.
  [[nodiscard]] std::string read(const Piece& piece) const;

 private:
  std::string path_;
};

}  // namespace arcuate::io
