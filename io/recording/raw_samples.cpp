#include "raw_samples.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "arcuate/core/checksum.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::io {

RawSamples::RawSamples(const std::string& path) : file_(path, O_RDONLY) {}

std::uint64_t RawSamples::sum(std::int64_t place, std::size_t width, std::uint64_t first,
                              std::uint64_t count) const {
  constexpr std::uint64_t piece = 1U << 20U;
  std::vector<std::byte> bytes;
  std::uint64_t sum = 0;
  for (std::uint64_t from = first; from < first + count; from += piece) {
    bytes.resize(std::min(piece, first + count - from) * width);
    const std::int64_t offset = place + static_cast<std::int64_t>(from * width);
    if (file_.read(offset, bytes) < bytes.size())
      throw DataError(file_.path() + ": is shorter than it was");
    sum += checksum_at(bytes.data(), bytes.size() / width, width, from);
  }
  return sum;
}

}  // namespace arcuate::io
