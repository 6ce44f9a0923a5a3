#include "seal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "raw_file.hpp"

namespace arcuate::io {
namespace {

constexpr std::size_t digits = 8;

/// Of the bytes from `begin` to `end`, some megabytes at a time.
std::uint64_t add(std::uint64_t sum, const RawFile& file, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t most = std::int64_t{1} << 22U;
  std::vector<std::byte> bytes;
  for (std::int64_t at = begin; at < end; at += most) {
    bytes.resize(static_cast<std::size_t>(std::min(most, end - at)));
    const std::size_t there = file.read(at, bytes);
    sum = ::crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), there);
    if (there < bytes.size()) break;
  }
  return sum;
}

std::uint64_t sum_of(const RawFile& file, std::int64_t end, std::vector<Apart> apart) {
  std::sort(apart.begin(), apart.end(),
            [](const Apart& a, const Apart& b) { return a.begin < b.begin; });
  std::uint64_t sum = 0;
  std::int64_t at = 0;
  for (const Apart& one : apart) {
    sum = add(sum, file, at, std::min(one.begin, end));
    at = std::max(at, one.begin + one.bytes);
  }
  return add(sum, file, at, end);
}

}  // namespace

Seal::Seal(std::string kind) : begin_("\narcuate " + std::move(kind) + " 1 ") {}

std::string Seal::line_of(std::uint64_t sum) const {
  return fmt::format("{}{:0{}x}\n", begin_, sum, digits);
}

void Seal::write(const std::string& path, std::vector<Apart> apart) const {
  RawFile file(path, O_RDWR);
  const std::int64_t end = file.size();
  const std::string line = line_of(sum_of(file, end, std::move(apart)));
  file.write(end, std::as_bytes(std::span(line)));
  file.close();
}

bool Seal::is_on(const std::string& path) const {
  const RawFile file(path, O_RDONLY);
  std::string line(begin_.size() + digits + 1, '\0');
  const std::int64_t at = file.size() - std::ssize(line);
  return at >= 0 && file.read(at, std::as_writable_bytes(std::span(line))) == line.size() &&
         line.starts_with(begin_);
}

bool Seal::holds(const std::string& path, std::vector<Apart> apart) const {
  const RawFile file(path, O_RDONLY);
  std::string line(begin_.size() + digits + 1, '\0');
  const std::int64_t end = file.size() - std::ssize(line);
  return end >= 0 && file.read(end, std::as_writable_bytes(std::span(line))) == line.size() &&
         line == line_of(sum_of(file, end, std::move(apart)));
}

}  // namespace arcuate::io
