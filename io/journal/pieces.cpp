#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "arcuate/io/journal.hpp"

#include "arcuate/core/error.hpp"
#include "bytes.hpp"

namespace arcuate::io {
namespace {

Descriptor opened(const std::string& path) {
  constexpr mode_t readable = 0644;
  Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, readable));
  if (file.number() < 0) fail_call("open", path);
  return file;
}

}  // namespace

Pieces::Pieces(std::string path) : path_(std::move(path)) {
  static_cast<void>(opened(path_));
}

Piece Pieces::append(const std::string& bytes) {
  const Descriptor file = opened(path_);
  struct stat now {};
  if (::fstat(file.number(), &now) != 0) fail_call("fstat", path_);
  append_whole(file, bytes, now.st_size, path_);
  return {now.st_size, static_cast<std::int64_t>(bytes.size()), checksum_of(bytes)};
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
