#include "arcuate/io/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <numeric>
#include <thread>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/threads.hpp"
#include "file/raw_file.hpp"
#include "layout.hpp"

namespace arcuate::io {
namespace checkpoint {

/// This rank's regions in ascending order, and what the index says of them.
struct Mine {
  std::vector<std::size_t> positions;  ///< among the owned
  std::vector<GlobalIndex> regions;
  std::vector<Entry> entries;
};

/// What comes before the numbers of regions, of which the checksums are not known yet.
struct Beginning {
  Whole whole;
  std::int64_t header_bytes = 0;
  std::int64_t numbers_at = 0, index_at = 0, regions_at = 0;
};

/// Numbers of regions that follow each other in the file, some megabytes.
struct Piece {
  std::int64_t begin = 0;  ///< [bytes] in the file
  std::vector<double> values;
  std::size_t first_entry = 0;  ///< of `Mine`
  std::size_t entries = 0;
};

}  // namespace checkpoint

namespace {

using checkpoint::Beginning;
using checkpoint::Entry;
using checkpoint::Mine;
using checkpoint::Piece;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr auto number = static_cast<std::int64_t>(sizeof(double));

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
  // The header has room for the longest numbers that are still missing in it, and no byte lies
  // between it and the numbers.
  begin.whole.index_checksum = ~std::uint64_t{0};
  begin.whole.bytes = std::int64_t{1} << 62;
  begin.header_bytes = (std::ssize(checkpoint::text_of(begin.whole)) + 7) / 8 * 8;
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
  if (comm.size() > 1) comm.broadcast(all);
  for (std::size_t k = 0; k < mine.regions.size(); ++k)
    mine.entries[k].offset = all[static_cast<std::size_t>(mine.regions[k])];
}

/// Cuts this rank's numbers into pieces.
void for_each_piece(const SaveRegion& save, const Mine& mine,
                    const std::function<void(Piece&)>& take) {
  constexpr std::int64_t most = (std::int64_t{1} << 20) / number;
  Piece piece;
  for (std::size_t k = 0; k < mine.entries.size(); ++k) {
    const Entry& entry = mine.entries[k];
    const std::int64_t there = std::ssize(piece.values);
    const bool apart = entry.offset != piece.begin + there * number;
    if (piece.entries > 0 && (apart || there + entry.values > most)) {
      take(piece);
      piece.values.clear();
      piece.entries = 0;
    }
    if (piece.entries == 0) {
      piece.begin = entry.offset;
      piece.first_entry = k;
      piece.values.reserve(static_cast<std::size_t>(std::max(most, entry.values)));
    }
    save(mine.positions[k], piece.values);
    ++piece.entries;
  }
  if (piece.entries > 0) take(piece);
}

/// Sets the checksums of its entries.
void write_piece(const RawFile& file, const Piece& piece, Mine& mine) {
  std::size_t at = 0;
  for (std::size_t k = piece.first_entry; k < piece.first_entry + piece.entries; ++k) {
    Entry& entry = mine.entries[k];
    const auto values = static_cast<std::size_t>(entry.values);
    entry.checksum = checkpoint::checksum(piece.values.data() + at, values * sizeof(double));
    at += values;
  }
  file.write(piece.begin, bytes_of(piece.values));
  fault::here("checkpoint.between_pieces");
}

std::int64_t bytes_of(const Mine& mine) {
  std::int64_t values = 0;
  for (const Entry& entry : mine.entries)
    values += entry.values;
  return values * number;
}

/// Every machine can hold a copy of what its ranks save. Collective.
bool has_room(const comm::Communicator& comm, std::int64_t bytes) {
  std::int64_t needed = bytes;
  if (comm.size() > 1) {
    const auto machines = comm.machines();
    const auto all = comm.all_gather(bytes);
    const auto mine = static_cast<std::size_t>(comm.rank());
    needed = 0;
    for (std::size_t rank = 0; rank < machines.size(); ++rank)
      needed += machines[rank] == machines[mine] ? all[rank] : 0;
  }
  // What the system says is free is never all of it.
  const bool fits = core::available_bytes() > needed + needed / 4;
  return comm.min(std::int64_t{fits ? 1 : 0}) != 0;
}

/// The newest gets the name, those before it each the next. The folder is not on the disk then.
void rotate(const std::string& temporary, const std::vector<std::string>& files) {
  for (std::size_t k = files.size() - 1; k > 0; --k) {
    if (::access(files[k - 1].c_str(), F_OK) == 0)
      static_cast<void>(std::rename(files[k - 1].c_str(), files[k].c_str()));
  }
  fault::here("checkpoint.between_renames");
  if (std::rename(temporary.c_str(), files.front().c_str()) != 0)
    throw EnvironmentError(fmt::format("rename: {}: {}", temporary, std::strerror(errno)));
  fault::here("checkpoint.before_folder_sync");
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

struct CheckpointWriter::Impl {
  Impl(const comm::Communicator& communicator, std::vector<std::string> names)
      : comm(communicator), files(std::move(names)), temporary(name_while_written(files.front())) {}

  ~Impl() {
    join();
    if (!is_finished) give_up();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Everything but numbers of regions; then their places are known.
  void survey_all(const CheckpointContent& content) {
    n_regions = content.n_regions;
    mine = survey(content.owned, content.save);
    std::vector<Entry> placed = gather_index(comm, mine, n_regions);
    if (comm.is_root()) {
      shared = content.shared;
      begin = lay_out(content.header, shared, placed);
    }
    size.bytes = comm.max(begin.whole.bytes);
    take_places(comm, placed, mine);
  }

  /// Whatever goes wrong goes wrong on all ranks, and leaves no file.
  void guarded(const std::function<void()>& action) const {
    try {
      comm::all_or_none(comm, action);
    } catch (const Error&) {
      give_up();
      throw;
    }
  }

  void give_up() const {
    if (comm.is_root()) ::unlink(temporary.c_str());
  }

  /// On this rank: `write` puts the pieces into the file.
  void fill(const std::function<void()>& first,
            const std::function<void(const RawFile& file)>& write) {
    if (first) first();
    if (mine.regions.empty()) return;
    const RawFile file(temporary, flags_of_writer(temporary));
    fault::here("checkpoint.before_data");
    write(file);
    file.sync();
    fault::here("checkpoint.after_data");
  }

  void write_now(const SaveRegion& save, const std::function<void()>& first) {
    guarded([&] {
      fill(first, [&](const RawFile& file) {
        for_each_piece(save, mine, [&](const Piece& piece) { write_piece(file, piece, mine); });
      });
    });
    is_done = true;
  }

  void write_later(const SaveRegion& save, std::function<void()> first) {
    guarded([&] {
      for_each_piece(save, mine, [&](Piece& piece) {
        pieces.push_back(std::move(piece));
        piece = Piece();
      });
      beside([this, first = std::move(first)] {
        fill(first, [&](const RawFile& file) {
          for (Piece& piece : pieces) {
            write_piece(file, piece, mine);
            piece.values = {};
          }
        });
      });
    });
  }

  /// What waits for the disk, by a thread.
  void beside(std::function<void()> action) {
    is_done = false;
    thread = core::start_without_signals([this, action = std::move(action)] {
      try {
        action();
      } catch (...) {
        failure = std::current_exception();
      }
      is_done = true;
    });
  }

  void join() {
    if (thread.joinable()) thread.join();
  }

  /// What the thread did has to be right on all ranks.
  void require_success() {
    join();
    guarded([&] {
      if (failure) std::rethrow_exception(failure);
    });
  }

  /// Once all numbers are written: on rank 0 a thread writes what comes before them.
  void begin_beginning() {
    require_success();
    index = gather_index(comm, mine, n_regions);
    guarded([&] {
      if (!comm.is_root()) return;
      beside([this] {
        const RawFile file(temporary, O_WRONLY);
        write_beginning(file, begin, shared, index);
        file.sync();
        fault::here("checkpoint.before_rename");
      });
    });
    has_beginning = true;
  }

  /// Once that is on the disk.
  void take_name() {
    require_success();
    guarded([&] {
      if (!comm.is_root()) return;
      rotate(temporary, files);
      // The file counts from here on. Until the folder is on the disk, a machine that loses its
      // power may come back with the name of the one before, which is as good.
      beside([this] { sync_folder_of(files.front()); });
    });
    is_finished = true;
  }

  bool go_on() {
    if (!has_beginning)
      begin_beginning();
    else
      take_name();
    return is_finished;
  }

  const comm::Communicator& comm;
  std::vector<std::string> files;
  std::string temporary;
  GlobalIndex n_regions = 0;
  Mine mine;
  std::vector<SharedNumbers> shared;  ///< on rank 0, as are the next two
  Beginning begin;
  std::vector<Entry> index;
  std::vector<Piece> pieces;
  std::thread thread;
  std::exception_ptr failure;
  std::atomic<bool> is_done = false;
  bool has_beginning = false;
  bool is_finished = false;
  CheckpointSize size;
  Clock::time_point began = Clock::now();
};

CheckpointWriter::CheckpointWriter(const comm::Communicator& comm, std::vector<std::string> files,
                                   const CheckpointContent& content, Manner manner,
                                   std::function<void()> first)
    : impl_(std::make_unique<Impl>(comm, std::move(files))) {
  Impl& impl = *impl_;
  impl.survey_all(content);
  impl.guarded([&] {
    if (comm.is_root()) RawFile(impl.temporary, O_WRONLY | O_CREAT | O_TRUNC);
  });
  if (manner == Manner::beside && has_room(comm, bytes_of(impl.mine)))
    impl.write_later(content.save, std::move(first));
  else
    impl.write_now(content.save, first);
  impl.size.waited = seconds_since(impl.began);
}

CheckpointWriter::~CheckpointWriter() = default;

bool CheckpointWriter::done() const {
  return impl_->is_done;
}

bool CheckpointWriter::go_on() {
  const auto asked = Clock::now();
  Impl& impl = *impl_;
  const bool finished = impl.go_on();
  impl.size.seconds = seconds_since(impl.began);
  impl.size.waited += seconds_since(asked);
  return finished;
}

void CheckpointWriter::finish() {
  while (!go_on()) {
  }
  const auto asked = Clock::now();
  impl_->join();
  impl_->size.waited += seconds_since(asked);
}

CheckpointSize CheckpointWriter::size() const {
  return impl_->size;
}

}  // namespace arcuate::io
