#include "raw_samples.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "arcuate/core/checksum.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::io {

RawSamples::RawSamples(std::string path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_ < 0) fail("open");
}

RawSamples::~RawSamples() {
  ::close(file_);
}

void RawSamples::fail(const char* call) const {
  throw EnvironmentError(fmt::format("{}: {}: {}", call, path_, std::strerror(errno)));
}

std::uint64_t RawSamples::sum(std::int64_t place, std::size_t width, std::uint64_t first,
                              std::uint64_t count) const {
  constexpr std::uint64_t piece = 1U << 20U;
  std::vector<std::byte> bytes;
  std::uint64_t sum = 0;
  for (std::uint64_t from = first; from < first + count; from += piece) {
    bytes.resize(std::min(piece, first + count - from) * width);
    std::int64_t offset = place + static_cast<std::int64_t>(from * width);
    for (std::span<std::byte> left(bytes); !left.empty();) {
      const ssize_t got = ::pread(file_, left.data(), left.size(), offset);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("read");
      if (got == 0) throw DataError(path_ + ": is shorter than it was");
      left = left.subspan(static_cast<std::size_t>(got));
      offset += got;
    }
    sum += checksum_at(bytes.data(), bytes.size() / width, width, from);
  }
  return sum;
}

}  // namespace arcuate::io
