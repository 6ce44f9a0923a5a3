#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/io/checkpoint.hpp"

/// Where things are in a checkpoint: a preamble, the header, numbers that belong to no region, the
/// index, then the numbers of one region after the other.
namespace arcuate::io::checkpoint {

inline constexpr std::string_view magic = "arcuate checkpoint 1\n";
inline constexpr std::size_t preamble_bytes = 64;

/// In the index: one per region.
struct Entry {
  std::int64_t offset = 0;  ///< [bytes]
  std::int64_t values = 0;
  std::int64_t of_monitors = 0;  ///< the last of them
  std::int64_t longest_lag = 0;  ///< [steps]
  std::uint64_t checksum = 0;    ///< CRC-32 of the values
};
static_assert(sizeof(Entry) == 40);

/// In the header, of SharedNumbers.
struct Shared {
  std::string name;
  std::int64_t offset = 0;  ///< [bytes] from the first of all
  std::int64_t values = 0;
  std::uint64_t checksum = 0;
};

/// The header as it is in the file.
struct Whole {
  CheckpointHeader header;
  std::vector<Shared> shared;
  std::int64_t regions = 0;
  std::uint64_t index_checksum = 0;
  std::int64_t bytes = 0;  ///< of the file
};

std::uint64_t checksum(const void* data, std::size_t bytes);

std::string text_of(const Whole& whole);
/// Throws DataError, its message without the file.
Whole read_text(const std::string& text);

/// The first bytes of the file.
std::array<char, preamble_bytes> preamble_of(const std::string& header);
/// [bytes] of the header that follows, and its checksum. Throws DataError.
struct Preamble {
  std::int64_t header_bytes = 0;
  std::uint64_t header_checksum = 0;
};
Preamble read_preamble(std::string_view bytes);

/// [bytes] before the shared numbers: the header ends at a multiple of 8.
inline std::int64_t begin_of_numbers(std::int64_t header_bytes) {
  return (static_cast<std::int64_t>(preamble_bytes) + header_bytes + 7) / 8 * 8;
}

}  // namespace arcuate::io::checkpoint
