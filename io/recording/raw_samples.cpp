#include "raw_samples.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "arcuate/core/checksum.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::io {

RawSamples::RawSamples(const std::string& path) : file_(path, O_RDONLY) {}

std::uint64_t RawSamples::sum(const Part& part) const {
  return each(part, nullptr);
}

std::uint64_t RawSamples::copy(const Part& part, const RawFile& into, std::int64_t place) const {
  return each(part, [&](std::int64_t offset, std::span<const std::byte> bytes) {
    into.write(place + offset, bytes);
  });
}

std::uint64_t RawSamples::each(const Part& part, const Take& take) const {
  constexpr std::uint64_t piece = 1U << 20U;
  std::vector<std::byte> bytes;
  std::uint64_t sum = 0;
  const std::uint64_t end = part.first + part.count;
  for (std::uint64_t from = part.first; from < end; from += piece) {
    bytes.resize(std::min(piece, end - from) * part.width);
    const auto offset = static_cast<std::int64_t>(from * part.width);
    if (file_.read(part.place + offset, bytes) < bytes.size())
      throw DataError(file_.path() + ": is shorter than it was");
    sum += checksum_at(bytes.data(), bytes.size() / part.width, part.width, from);
    if (take) take(offset, bytes);
  }
  return sum;
}

}  // namespace arcuate::io
