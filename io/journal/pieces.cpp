#include "arcuate/io/pieces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "arcuate/core/error.hpp"

namespace arcuate::io {
namespace {

std::uint32_t checksum_of(std::string_view text) {
  const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
  return static_cast<std::uint32_t>(::crc32_z(0, bytes, text.size()));
}

[[noreturn]] void fail(const char* call, const std::string& path) {
  throw EnvironmentError(fmt::format("{}: {}: {}", call, path, std::strerror(errno)));
}

/// A file that is open for appending.
class Appended {
 public:
  explicit Appended(const std::string& path) : path_(path) {
    constexpr mode_t readable = 0644;
    number_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, readable);
    if (number_ < 0) fail("open", path);
  }
  ~Appended() { ::close(number_); }
  Appended(const Appended&) = delete;
  Appended& operator=(const Appended&) = delete;

  [[nodiscard]] std::int64_t size() const {
    struct stat now {};
    if (::fstat(number_, &now) != 0) fail("fstat", path_);
    return now.st_size;
  }

  /// All or nothing.
  void append(std::string_view bytes) const {
    const std::int64_t before = size();
    while (!bytes.empty()) {
      const ssize_t written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        const int reason = errno;
        static_cast<void>(!::ftruncate(number_, before));
        errno = reason;
        fail("write", path_);
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

 private:
  const std::string& path_;
  int number_ = -1;
};

}  // namespace

Piece Pieces::append(const std::string& bytes) {
  const Appended file(path_);
  const std::int64_t offset = file.size();
  file.append(bytes);
  return {offset, static_cast<std::int64_t>(bytes.size()), checksum_of(bytes)};
}

std::string Pieces::read(const Piece& piece) const {
  std::ifstream in(path_, std::ios::binary);
  std::string bytes;
  if (in && piece.size >= 0 && piece.offset >= 0) {
    in.seekg(0, std::ios::end);
    const auto size = static_cast<std::int64_t>(in.tellg());
    if (piece.offset <= size && piece.size <= size - piece.offset) {
      bytes.resize(static_cast<std::size_t>(piece.size));
      in.seekg(piece.offset);
      in.read(bytes.data(), piece.size);
    }
  }
  if (!in || static_cast<std::int64_t>(bytes.size()) != piece.size ||
      checksum_of(bytes) != piece.checksum)
    throw DataError(fmt::format("{}: the {} bytes from {} on are not what was written there", path_,
                                piece.size, piece.offset));
  return bytes;
}

}  // namespace arcuate::io
