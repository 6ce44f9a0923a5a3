#include "arcuate/io/spike_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "arcuate/core/checksum.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "file/raw_file.hpp"

namespace arcuate::io {
namespace {

/// A spike in the file: the step and the neuron.
using Record = std::array<std::int64_t, 2>;
constexpr std::size_t records_at_once = std::size_t{1} << 16;

std::int64_t place_of(std::uint64_t record) {
  return static_cast<std::int64_t>(record * sizeof(Record));
}

std::uint64_t sum_of(const std::vector<Record>& records, std::uint64_t first) {
  return checksum_at(reinterpret_cast<const std::byte*>(records.data()), 2 * records.size(), 8,
                     2 * first);
}

}  // namespace

/// A list of spikes, some of which are at hand.
struct SpikeList {
  SpikeList(const std::string& name, int flags) : file(name, flags) {}

  void read_records(std::uint64_t at, std::size_t count) {
    records.resize(count);
    const std::span<Record> all(records);
    if (file.read(place_of(at), std::as_writable_bytes(all)) != all.size_bytes())
      throw DataError(file.path() + ": is shorter than it was");
  }

  /// At most `most` of the spikes from `at` on, of `count`; valid until the next call.
  analysis::SpikePiece piece(std::size_t at, std::size_t most, std::size_t count) {
    read_records(at, std::min({most, records_at_once, count - at}));
    step.clear();
    neuron.clear();
    for (const Record& record : records) {
      step.push_back(record[0]);
      neuron.push_back(static_cast<std::int32_t>(record[1]));
    }
    return {step, neuron};
  }

  RawFile file;
  std::vector<Record> records;
  std::vector<std::int64_t> step;
  std::vector<std::int32_t> neuron;
};

struct SpikeLog::Impl : SpikeList {
  Impl(const std::string& partial, int flags)
      : SpikeList(name_for(partial), flags), leftover(name_for(partial)) {}

  core::Leftover leftover;
  Position position;
};

std::string SpikeLog::name_for(const std::string& partial) {
  return partial + ".spikes";
}

SpikeLog::SpikeLog(const std::string& partial)
    : impl_(std::make_unique<Impl>(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC)) {}

SpikeLog::SpikeLog(const std::string& partial, const Position& position) {
  const std::string name = name_for(partial);
  std::error_code none;
  if (!std::filesystem::is_regular_file(name, none))
    throw DataError(name +
                    ": is not there; without it the run cannot go on (--overwrite begins "
                    "anew)");
  impl_ = std::make_unique<Impl>(partial, O_RDWR | O_CLOEXEC);
  impl_->leftover.keep();
  if (impl_->file.size() < place_of(position.count))
    throw DataError(fmt::format("{}: has {} bytes, but the checkpoint knows {}", name,
                                impl_->file.size(), place_of(position.count)));
  while (impl_->position.count < position.count) {
    const std::uint64_t at = impl_->position.count;
    impl_->read_records(at, std::min<std::uint64_t>(records_at_once, position.count - at));
    impl_->position.sum += sum_of(impl_->records, at);
    impl_->position.count += impl_->records.size();
  }
  if (impl_->position.sum != position.sum)
    throw DataError(name + ": is damaged: its checksum is not that of the checkpoint");
}

SpikeLog::~SpikeLog() = default;

void SpikeLog::append(const std::vector<std::int64_t>& step,
                      const std::vector<std::int32_t>& neuron) {
  if (step.empty()) return;
  impl_->records.clear();
  for (std::size_t k = 0; k < step.size(); ++k)
    impl_->records.push_back({step[k], neuron[k]});
  impl_->file.write(place_of(impl_->position.count), std::as_bytes(std::span(impl_->records)));
  impl_->position.sum += sum_of(impl_->records, impl_->position.count);
  impl_->position.count += impl_->records.size();
}

SpikeLog::Position SpikeLog::position() const {
  return impl_->position;
}

void SpikeLog::keep() {
  impl_->file.sync();
  impl_->leftover.keep();
}

void SpikeLog::discard() {
  ::unlink(impl_->file.path().c_str());
}

analysis::SpikePiece SpikeLog::read(std::size_t at, std::size_t most) const {
  return impl_->piece(at, most, static_cast<std::size_t>(impl_->position.count));
}

struct SpikeListReader::Impl : SpikeList {
  explicit Impl(const std::string& name) : SpikeList(name, O_RDONLY | O_CLOEXEC) {}

  std::size_t count = 0;
  Step end = 0;
};

SpikeListReader::SpikeListReader(const std::string& file, GlobalIndex neurons)
    : impl_(std::make_unique<Impl>(file)) {
  // What is written later is not looked at.
  impl_->count = static_cast<std::size_t>(impl_->file.size()) / sizeof(Record);
  for (std::size_t at = 0; at < impl_->count;) {
    const analysis::SpikePiece piece = read(at, records_at_once);
    for (std::size_t k = 0; k < piece.step.size(); ++k) {
      if (piece.step[k] + 1 < impl_->end || piece.neuron[k] < 0 || piece.neuron[k] >= neurons)
        throw DataError(fmt::format("{}: is no list of spikes of this study: neuron {} in step {}",
                                    file, piece.neuron[k], piece.step[k]));
      impl_->end = piece.step[k] + 1;
    }
    at += piece.step.size();
  }
}

SpikeListReader::~SpikeListReader() = default;

std::size_t SpikeListReader::count() const {
  return impl_->count;
}

Step SpikeListReader::end() const {
  return impl_->end;
}

analysis::SpikePiece SpikeListReader::read(std::size_t at, std::size_t most) const {
  return impl_->piece(at, most, impl_->count);
}

std::string list_of_running(const std::string& output) {
  namespace fs = std::filesystem;
  const fs::path path = fs::absolute(output);
  const std::string begin = path.filename().string() + ".partial-";
  std::string found;
  fs::file_time_type newest;
  std::error_code none;
  for (const auto& one : fs::directory_iterator(path.parent_path(), none)) {
    const std::string name = one.path().filename().string();
    if (!name.starts_with(begin) || !name.ends_with(SpikeLog::name_for(""))) continue;
    const fs::file_time_type written = fs::last_write_time(one.path(), none);
    if (!found.empty() && written < newest) continue;
    found = one.path().string();
    newest = written;
  }
  return found;
}

}  // namespace arcuate::io
