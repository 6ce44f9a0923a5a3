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
#include "arcuate/io/checkpoint.hpp"
#include "layout.hpp"
#include "raw_file.hpp"

namespace arcuate::io {
namespace {

using checkpoint::Entry;

/// The numbers of this rank's regions, one region after the other in ascending order.
struct Mine {
  std::vector<GlobalIndex> regions;
  std::vector<std::int64_t> first;  ///< (n_owned + 1) of each region in `values`
  std::vector<Entry> entries;       ///< without their offsets
  std::vector<double> values;
};

Mine collect(std::span<const GlobalIndex> owned, const SaveRegion& save) {
  std::vector<std::size_t> order(owned.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return owned[a] < owned[b]; });
  Mine mine;
  mine.first.push_back(0);
  for (const std::size_t position : order) {
    const std::int32_t lag = save(position, mine.values);
    const std::int64_t begin = mine.first.back();
    const std::int64_t count = std::ssize(mine.values) - begin;
    mine.regions.push_back(owned[position]);
    mine.first.push_back(begin + count);
    mine.entries.push_back(
        {0, count, lag,
         checkpoint::checksum(mine.values.data() + begin,
                              static_cast<std::size_t>(count) * sizeof(double))});
  }
  return mine;
}

template <class Value>
std::span<const std::byte> bytes_of(const std::vector<Value>& values) {
  return std::as_bytes(std::span(values));
}

/// The index on rank 0, its offsets still from the first number of the first region. Collective.
std::vector<Entry> gather_index(const comm::Communicator& comm, const Mine& mine,
                                GlobalIndex n_regions) {
  std::vector<std::vector<std::byte>> to(static_cast<std::size_t>(comm.size()));
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
  std::int64_t offset = 0;
  for (Entry& entry : index) {
    entry.offset = offset;
    offset += entry.values * static_cast<std::int64_t>(sizeof(double));
  }
  return index;
}

/// Everything before the numbers of regions, on rank 0. Sets the offsets of the index.
std::vector<std::byte> beginning(const CheckpointHeader& header,
                                 const std::vector<SharedNumbers>& shared,
                                 std::vector<Entry>& index) {
  checkpoint::Whole whole{header, {}, std::ssize(index), 0, 0};
  std::int64_t offset = 0;
  for (const SharedNumbers& one : shared) {
    const auto bytes = bytes_of(one.values);
    whole.shared.push_back({one.name, offset, std::ssize(one.values),
                            checkpoint::checksum(bytes.data(), bytes.size())});
    offset += std::ssize(bytes);
  }
  const std::int64_t of_index = std::ssize(index) * static_cast<std::int64_t>(sizeof(Entry));
  std::int64_t of_regions = 0;
  for (const Entry& entry : index)
    of_regions += entry.values * static_cast<std::int64_t>(sizeof(double));
  // Two passes: the sizes in the header do not change how long it is once they have 20 digits.
  whole.index_checksum = ~std::uint64_t{0};
  whole.bytes = std::int64_t{1} << 62;
  const auto longest = static_cast<std::int64_t>(checkpoint::text_of(whole).size());
  const std::int64_t numbers = checkpoint::begin_of_numbers(longest);
  const std::int64_t regions_at = numbers + offset + of_index;
  for (Entry& entry : index)
    entry.offset += regions_at;
  const auto index_bytes = bytes_of(index);
  whole.index_checksum = checkpoint::checksum(index_bytes.data(), index_bytes.size());
  whole.bytes = regions_at + of_regions;
  std::string text = checkpoint::text_of(whole);
  text.resize(static_cast<std::size_t>(longest), ' ');
  const auto preamble = checkpoint::preamble_of(text);
  std::vector<std::byte> all(static_cast<std::size_t>(regions_at));
  std::memcpy(all.data(), preamble.data(), preamble.size());
  std::memcpy(all.data() + preamble.size(), text.data(), text.size());
  std::byte* next = all.data() + numbers;
  for (const SharedNumbers& one : shared) {
    const auto bytes = bytes_of(one.values);
    next = std::copy(bytes.begin(), bytes.end(), next);
  }
  std::copy(index_bytes.begin(), index_bytes.end(), next);
  return all;
}

/// Where this rank's regions are in the file. Collective.
std::vector<std::int64_t> offsets_of(const comm::Communicator& comm, const Mine& mine,
                                     const std::vector<Entry>& index) {
  std::vector<std::int64_t> all;
  for (const Entry& entry : index)
    all.push_back(entry.offset);
  comm.broadcast(all);
  std::vector<std::int64_t> own;
  for (const GlobalIndex region : mine.regions)
    own.push_back(all[static_cast<std::size_t>(region)]);
  return own;
}

/// Regions that follow each other in the file go in one write.
void write_regions(const RawFile& file, const Mine& mine, const std::vector<std::int64_t>& offset) {
  const auto bytes = bytes_of(mine.values);
  for (std::size_t from = 0, to = 0; from < offset.size(); from = to) {
    const auto place = [&](std::size_t k) {
      return mine.first[k] * static_cast<std::int64_t>(sizeof(double));
    };
    for (to = from + 1; to < offset.size() && offset[to] - offset[from] == place(to) - place(from);)
      ++to;
    file.write(offset[from], bytes.subspan(static_cast<std::size_t>(place(from)),
                                           static_cast<std::size_t>(place(to) - place(from))));
  }
}

/// The newest gets the name, those before it each the next.
void rotate(const std::string& temporary, const std::vector<std::string>& files) {
  for (std::size_t k = files.size() - 1; k > 0; --k) {
    if (::access(files[k - 1].c_str(), F_OK) == 0)
      static_cast<void>(std::rename(files[k - 1].c_str(), files[k].c_str()));
  }
  if (std::rename(temporary.c_str(), files.front().c_str()) != 0)
    throw EnvironmentError(fmt::format("rename: {}: {}", temporary, std::strerror(errno)));
  sync_folder_of(files.front());
}

}  // namespace

std::vector<std::string> checkpoint_files(const std::string& output, int keep) {
  std::vector<std::string> files{output + ".checkpoint"};
  for (int k = 1; k < keep; ++k)
    files.push_back(fmt::format("{}.checkpoint-{}", output, k));
  return files;
}

CheckpointSize write_checkpoint(const comm::Communicator& comm, const std::string& output, int keep,
                                const CheckpointHeader& header,
                                const std::vector<SharedNumbers>& shared,
                                std::span<const GlobalIndex> owned, GlobalIndex n_regions,
                                const SaveRegion& save) {
  const auto start = std::chrono::steady_clock::now();
  const std::string temporary = output + ".checkpoint-writing";
  const Mine mine = collect(owned, save);
  std::vector<Entry> index = gather_index(comm, mine, n_regions);
  const auto guarded = [&](const std::function<void()>& action) {
    try {
      comm::all_or_none(comm, action);
    } catch (const Error&) {
      if (comm.is_root()) ::unlink(temporary.c_str());
      throw;
    }
  };
  guarded([&] {
    if (!comm.is_root()) return;
    const std::vector<std::byte> first = beginning(header, shared, index);
    const RawFile file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(0, first);
    file.sync();
  });
  const std::vector<std::int64_t> offsets = offsets_of(comm, mine, index);
  guarded([&] {
    if (mine.regions.empty()) return;
    const RawFile file(temporary, flags_of_writer(temporary));
    write_regions(file, mine, offsets);
    file.sync();
  });
  guarded([&] {
    if (comm.is_root()) rotate(temporary, checkpoint_files(output, keep));
  });
  CheckpointSize size;
  size.bytes = comm.sum(std::ssize(mine.values)) * static_cast<std::int64_t>(sizeof(double));
  size.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return size;
}

}  // namespace arcuate::io
