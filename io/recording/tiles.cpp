#include "tiles.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace arcuate::io {
namespace {

std::size_t index(std::int64_t value) {
  return static_cast<std::size_t>(value);
}

/// The part of `owned` inside the columns of an area: first and one past the last position.
std::pair<std::size_t, std::size_t> inside(const std::vector<GlobalIndex>& owned,
                                           const Area& area) {
  const auto from = std::lower_bound(owned.begin(), owned.end(), area.first_column);
  const auto to = std::lower_bound(from, owned.end(), area.first_column + area.columns);
  return {index(from - owned.begin()), index(to - owned.begin())};
}

/// A message: number of columns, their positions, then (samples, variables, columns) values.
void pack(const TileGrid& grid, const Samples& mine, const Area& area,
          std::vector<std::byte>& message) {
  const auto [from, to] = inside(mine.owned, area);
  const std::int64_t count = static_cast<std::int64_t>(to - from);
  message.clear();
  if (count == 0 || area.samples == 0) return;
  const std::size_t positions = index(count) * sizeof(GlobalIndex);
  const std::size_t line = index(count) * sizeof(double);
  const std::size_t lines = index(area.samples * grid.variables);
  message.resize(sizeof count + positions + lines * line);
  std::byte* at = message.data();
  std::memcpy(at, &count, sizeof count);
  std::memcpy(at += sizeof count, mine.owned.data() + from, positions);
  at += positions;
  const std::size_t first = index((mine.first + area.first_sample) * grid.variables);
  for (std::size_t k = 0; k < lines; ++k, at += line) {
    std::memcpy(at, mine.data.data() + (first + k) * mine.owned.size() + from, line);
  }
}

/// Puts a message into the values of an area; returns the number of its columns.
GlobalIndex unpack(const TileGrid& grid, const Area& area, const std::vector<std::byte>& message,
                   std::vector<double>& values) {
  if (message.empty()) return 0;
  std::int64_t count = 0;
  const std::byte* at = message.data();
  std::memcpy(&count, at, sizeof count);
  std::vector<GlobalIndex> positions(index(count));
  std::memcpy(positions.data(), at += sizeof count, positions.size() * sizeof(GlobalIndex));
  at += positions.size() * sizeof(GlobalIndex);
  const std::size_t lines = index(area.samples * grid.variables);
  for (std::size_t k = 0; k < lines; ++k) {
    double* line = values.data() + k * index(area.columns);
    for (const GlobalIndex position : positions) {
      std::memcpy(line + (position - area.first_column), at, sizeof(double));
      at += sizeof(double);
    }
  }
  return count;
}

}  // namespace

Area TileGrid::area(int rank) const {
  const std::int64_t by_sample = std::clamp<std::int64_t>(samples, 1, ranks);
  const std::int64_t by_column = ranks / by_sample;
  if (rank >= by_sample * by_column) return {};
  const std::int64_t i = rank / by_column;
  const std::int64_t j = rank % by_column;
  Area area;
  area.first_sample = samples * i / by_sample;
  area.samples = samples * (i + 1) / by_sample - area.first_sample;
  area.first_column = columns * j / by_column;
  area.columns = columns * (j + 1) / by_column - area.first_column;
  return area;
}

Step TileGrid::samples_per_slab() const {
  constexpr std::int64_t per_rank = (8 << 20) / sizeof(double);
  return std::max<Step>(1, per_rank * ranks / std::max<std::int64_t>(1, variables * columns));
}

void Redistribution::collect(const comm::Communicator& comm, const TileGrid& grid,
                             const Samples& mine, std::vector<double>& values) {
  const Area area = grid.area(comm.rank());
  const auto size = index(area.samples * grid.variables * area.columns);
  GlobalIndex received = 0;
  if (grid.ranks == 1) {
    received = std::ssize(mine.owned);
    const auto row = grid.variables * received;
    const auto begin = mine.data.begin() + mine.first * row;
    values.assign(begin, begin + area.samples * row);
  } else {
    sent_.resize(index(grid.ranks));
    for (int rank = 0; rank < grid.ranks; ++rank)
      pack(grid, mine, grid.area(rank), sent_[index(rank)]);
    comm.exchange(sent_, received_);
    values.resize(size);
    for (const std::vector<std::byte>& message : received_)
      received += unpack(grid, area, message, values);
  }
  comm::all_or_none(comm, [&] {
    if (area.samples > 0 && received != area.columns)
      throw std::logic_error("RecordingWriter::append: the ranks do not cover all columns once");
  });
}

}  // namespace arcuate::io
