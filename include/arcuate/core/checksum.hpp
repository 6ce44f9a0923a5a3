#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

/// A checksum of numbers that does not depend on the order in which they come, or on who has which:
/// the sum, modulo 2^64, of a mixture of the bits of every number and its place.
namespace arcuate {

/// The finaliser of splitmix64 (Steele et al. 2014, doi:10.1145/2660193.2660195).
inline std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Of `count` numbers of `width` bytes (4 or 8) that lie side by side, the first of them at place
/// `first`.
inline std::uint64_t checksum_at(const std::byte* bytes, std::size_t count, std::size_t width,
                                 std::uint64_t first) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, bytes + i * width, width);
    sum += mixed(bits + (first + i) * 0x9e3779b97f4a7c15U);
  }
  return sum;
}

}  // namespace arcuate
