#include "bytes.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::io {

std::uint32_t checksum_of(std::string_view text, std::uint32_t before) {
  const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
  return static_cast<std::uint32_t>(::crc32_z(before, bytes, text.size()));
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

void fail_call(const char* call, const std::string& path) {
  throw EnvironmentError(fmt::format("{}: {}: {}", call, path, std::strerror(errno)));
}

void append_whole(const Descriptor& file, std::string_view bytes, std::int64_t size,
                  const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      static_cast<void>(!::ftruncate(file.number(), size));
      errno = reason;
      fail_call("write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace arcuate::io
