#include "arcuate/io/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "file/raw_file.hpp"
#include "layout.hpp"

namespace arcuate::io {
namespace {

using checkpoint::Entry;

constexpr auto number = static_cast<std::int64_t>(sizeof(double));

/// This rank's regions in ascending order, and what the index says of them.
struct Mine {
  std::vector<std::size_t> positions;  ///< among the owned
  std::vector<GlobalIndex> regions;
  std::vector<Entry> entries;
};

/// Everything but places and checksums.
Mine survey(std::span<const GlobalIndex> owned, const SaveRegion& save) {
  Mine mine;
  mine.positions.resize(owned.size());
  std::iota(mine.positions.begin(), mine.positions.end(), std::size_t{0});
  std::sort(mine.positions.begin(), mine.positions.end(),
            [&](std::size_t a, std::size_t b) { return owned[a] < owned[b]; });
  mine.regions.reserve(owned.size());
  mine.entries.reserve(owned.size());
  std::vector<double> values;
  for (const std::size_t position : mine.positions) {
    values.clear();
    const SavedRegion saved = save(position, values);
    mine.regions.push_back(owned[position]);
    mine.entries.push_back({0, std::ssize(values), saved.of_monitors, saved.longest_lag, 0});
  }
  return mine;
}

template <class Value>
std::span<const std::byte> bytes_of(const std::vector<Value>& values) {
  return std::as_bytes(std::span(values));
}

/// The index on rank 0. Collective.
std::vector<Entry> gather_index(const comm::Communicator& comm, const Mine& mine,
                                GlobalIndex n_regions) {
  if (comm.size() == 1) return mine.entries;
  std::vector<std::vector<std::byte>> to(static_cast<std::size_t>(comm.size()));
  to[0].reserve(mine.regions.size() * (sizeof(GlobalIndex) + sizeof(Entry)));
  for (std::size_t k = 0; k < mine.regions.size(); ++k) {
    const auto region = std::as_bytes(std::span(&mine.regions[k], 1));
    const auto entry = std::as_bytes(std::span(&mine.entries[k], 1));
    to[0].insert(to[0].end(), region.begin(), region.end());
    to[0].insert(to[0].end(), entry.begin(), entry.end());
  }
  const auto from = comm.exchange(to);
  std::vector<Entry> index;
  if (!comm.is_root()) return index;
  index.resize(static_cast<std::size_t>(n_regions));
  for (const std::vector<std::byte>& bytes : from) {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(GlobalIndex) + sizeof(Entry)) {
      GlobalIndex region = 0;
      std::memcpy(&region, bytes.data() + at, sizeof region);
      std::memcpy(&index[static_cast<std::size_t>(region)], bytes.data() + at + sizeof region,
                  sizeof(Entry));
    }
  }
  return index;
}

/// What comes before the numbers of regions, of which the checksums are not known yet.
struct Beginning {
  checkpoint::Whole whole;
  std::int64_t header_bytes = 0;
  std::int64_t numbers_at = 0, index_at = 0, regions_at = 0;
};

/// Sets the places of the index.
Beginning lay_out(const CheckpointHeader& header, const std::vector<SharedNumbers>& shared,
                  std::vector<Entry>& index) {
  Beginning begin{{header, {}, std::ssize(index), 0, 0}};
  std::int64_t of_shared = 0;
  for (const SharedNumbers& one : shared) {
    const auto bytes = bytes_of(one.values);
    begin.whole.shared.push_back({one.name, of_shared, std::ssize(one.values),
                                  checkpoint::checksum(bytes.data(), bytes.size())});
    of_shared += std::ssize(bytes);
  }
  // The header has room for the longest numbers that are still missing in it.
  begin.whole.index_checksum = ~std::uint64_t{0};
  begin.whole.bytes = std::int64_t{1} << 62;
  begin.header_bytes = std::ssize(checkpoint::text_of(begin.whole));
  begin.numbers_at = checkpoint::begin_of_numbers(begin.header_bytes);
  begin.index_at = begin.numbers_at + of_shared;
  begin.regions_at = begin.index_at + std::ssize(index) * std::int64_t{sizeof(Entry)};
  std::int64_t next = begin.regions_at;
  for (Entry& entry : index) {
    entry.offset = next;
    next += entry.values * number;
  }
  begin.whole.bytes = next;
  return begin;
}

/// On rank 0, when all checksums are known.
void write_beginning(const RawFile& file, Beginning& begin,
                     const std::vector<SharedNumbers>& shared, const std::vector<Entry>& index) {
  const auto index_bytes = bytes_of(index);
  begin.whole.index_checksum = checkpoint::checksum(index_bytes.data(), index_bytes.size());
  std::string text = checkpoint::text_of(begin.whole);
  text.resize(static_cast<std::size_t>(begin.header_bytes), ' ');
  const auto preamble = checkpoint::preamble_of(text);
  file.write(0, std::as_bytes(std::span(preamble)));
  file.write(checkpoint::preamble_bytes, std::as_bytes(std::span(text)));
  std::int64_t at = begin.numbers_at;
  for (const SharedNumbers& one : shared) {
    file.write(at, bytes_of(one.values));
    at += std::ssize(one.values) * number;
  }
  file.write(begin.index_at, index_bytes);
}

/// Where this rank's regions are in the file. Collective.
void take_places(const comm::Communicator& comm, const std::vector<Entry>& index, Mine& mine) {
  std::vector<std::int64_t> all;
  for (const Entry& entry : index)
    all.push_back(entry.offset);
  comm.broadcast(all);
  for (std::size_t k = 0; k < mine.regions.size(); ++k)
    mine.entries[k].offset = all[static_cast<std::size_t>(mine.regions[k])];
}

/// Regions that follow each other in the file go in one write, of some megabytes. Sets checksums.
void write_regions(const RawFile& file, const SaveRegion& save, Mine& mine) {
  constexpr std::size_t most = (1U << 20U) / sizeof(double);
  std::vector<double> values;
  values.reserve(most);
  std::int64_t begin = 0;
  const auto flush = [&] {
    file.write(begin, bytes_of(values));
    fault::here("checkpoint.between_pieces");
    values.clear();
  };
  for (std::size_t k = 0; k < mine.entries.size(); ++k) {
    Entry& entry = mine.entries[k];
    const bool apart = entry.offset != begin + std::ssize(values) * number;
    const bool full = std::ssize(values) + entry.values > std::int64_t{most};
    if (!values.empty() && (apart || full)) flush();
    if (values.empty()) begin = entry.offset;
    const std::size_t first = values.size();
    save(mine.positions[k], values);
    entry.checksum =
        checkpoint::checksum(values.data() + first, (values.size() - first) * sizeof(double));
  }
  if (!values.empty()) flush();
}

/// The newest gets the name, those before it each the next.
void rotate(const std::string& temporary, const std::vector<std::string>& files) {
  for (std::size_t k = files.size() - 1; k > 0; --k) {
    if (::access(files[k - 1].c_str(), F_OK) == 0)
      static_cast<void>(std::rename(files[k - 1].c_str(), files[k].c_str()));
  }
  fault::here("checkpoint.between_renames");
  if (std::rename(temporary.c_str(), files.front().c_str()) != 0)
    throw EnvironmentError(fmt::format("rename: {}: {}", temporary, std::strerror(errno)));
  fault::here("checkpoint.before_folder_sync");
  sync_folder_of(files.front());
}

}  // namespace

std::string name_while_written(const std::string& file) {
  return file + "-writing";
}

std::vector<std::string> checkpoint_files(const std::string& output, int keep) {
  std::vector<std::string> files{output + ".checkpoint"};
  for (int k = 1; k < keep; ++k)
    files.push_back(fmt::format("{}.checkpoint-{}", output, k));
  return files;
}

CheckpointSize write_checkpoint(const comm::Communicator& comm,
                                const std::vector<std::string>& files,
                                const CheckpointHeader& header,
                                const std::vector<SharedNumbers>& shared,
                                std::span<const GlobalIndex> owned, GlobalIndex n_regions,
                                const SaveRegion& save) {
  const auto start = std::chrono::steady_clock::now();
  const std::string temporary = name_while_written(files.front());
  Mine mine = survey(owned, save);
  std::vector<Entry> index = gather_index(comm, mine, n_regions);
  Beginning begin;
  if (comm.is_root()) begin = lay_out(header, shared, index);
  const std::int64_t bytes = comm.max(begin.whole.bytes);
  take_places(comm, index, mine);
  const auto guarded = [&](const std::function<void()>& action) {
    try {
      comm::all_or_none(comm, action);
    } catch (const Error&) {
      if (comm.is_root()) ::unlink(temporary.c_str());
      throw;
    }
  };
  guarded([&] {
    if (comm.is_root()) RawFile(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  });
  guarded([&] {
    if (mine.regions.empty()) return;
    const RawFile file(temporary, flags_of_writer(temporary));
    fault::here("checkpoint.before_data");
    write_regions(file, save, mine);
    file.sync();
    fault::here("checkpoint.after_data");
  });
  index = gather_index(comm, mine, n_regions);
  guarded([&] {
    if (!comm.is_root()) return;
    const RawFile file(temporary, O_WRONLY);
    write_beginning(file, begin, shared, index);
    file.sync();
    fault::here("checkpoint.before_rename");
    rotate(temporary, files);
  });
  CheckpointSize size;
  size.bytes = bytes;
  size.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return size;
}

}  // namespace arcuate::io
