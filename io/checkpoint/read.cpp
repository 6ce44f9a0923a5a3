#include "arcuate/io/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "arcuate/core/error.hpp"
#include "file/raw_file.hpp"
#include "layout.hpp"

namespace arcuate::io {

using checkpoint::Entry;

struct Checkpoint::Impl {
  Impl(const std::string& path, std::int64_t offset, std::int64_t size_there)
      : file(path, O_RDONLY, offset) {
    const std::int64_t size = size_there < 0 ? file.size() : size_there;
    const auto preamble = checkpoint::read_preamble(text(0, checkpoint::preamble_bytes));
    if (preamble.header_bytes < 0 || preamble.header_bytes > size) refuse("is shorter than it was");
    const std::string header =
        text(checkpoint::preamble_bytes, static_cast<std::size_t>(preamble.header_bytes));
    if (checkpoint::checksum(header.data(), header.size()) != preamble.header_checksum)
      refuse("its header is damaged");
    whole = checkpoint::read_text(header);
    if (whole.bytes != size)
      refuse(fmt::format("has {} bytes and should have {}", size, whole.bytes));
    numbers = checkpoint::begin_of_numbers(preamble.header_bytes);
    read_index();
  }

  [[noreturn]] void refuse(const std::string& why) const { throw DataError(why); }

  [[nodiscard]] std::string text(std::int64_t offset, std::size_t bytes) const {
    std::string text(bytes, '\0');
    text.resize(file.read(offset, std::as_writable_bytes(std::span(text))));
    return text;
  }

  /// Whether so many of `bytes` lie between `begin` and the end of the file. Nothing overflows.
  [[nodiscard]] bool fits(std::int64_t begin, std::int64_t count, std::int64_t bytes) const {
    return begin >= 0 && count >= 0 && begin <= whole.bytes &&
           count <= (whole.bytes - begin) / bytes;
  }

  void read_index() {
    constexpr auto number = std::int64_t{sizeof(double)};
    std::int64_t at = numbers;
    for (const checkpoint::Shared& one : whole.shared) {
      if (one.offset != at - numbers || !fits(at, one.values, number))
        refuse(fmt::format("its header is damaged: the place of '{}'", one.name));
      at += one.values * number;
    }
    if (!fits(at, whole.regions, sizeof(Entry)))
      refuse("its header is damaged: the number of regions");
    index.resize(static_cast<std::size_t>(whole.regions));
    const auto bytes = std::as_writable_bytes(std::span(index));
    if (file.read(at, bytes) != bytes.size() ||
        checkpoint::checksum(bytes.data(), bytes.size()) != whole.index_checksum)
      refuse(fmt::format("its index is damaged (bytes {} to {})", at, at + std::ssize(bytes)));
    for (const Entry& entry : index) {
      if (!fits(entry.offset, entry.values, number) || entry.of_monitors < 0 ||
          entry.of_monitors > entry.values)
        refuse(fmt::format("its index is damaged: region {}", &entry - index.data()));
    }
  }

  /// Throws DataError when they are not what was written.
  void read(std::int64_t offset, std::int64_t count, std::uint64_t checksum,
            const std::string& what, std::vector<double>& values) const {
    values.resize(static_cast<std::size_t>(count));
    const auto bytes = std::as_writable_bytes(std::span(values));
    if (file.read(offset, bytes) == bytes.size() &&
        checkpoint::checksum(bytes.data(), bytes.size()) == checksum)
      return;
    throw DataError(fmt::format("{}: is damaged: {} (bytes {} to {})", file.path(), what, offset,
                                offset + std::ssize(bytes)));
  }

  void read(const checkpoint::Shared& one, std::vector<double>& values) const {
    read(numbers + one.offset, one.values, one.checksum, one.name, values);
  }

  void read(GlobalIndex region, std::vector<double>& values) const {
    const Entry& entry = index[static_cast<std::size_t>(region)];
    read(entry.offset, entry.values, entry.checksum, fmt::format("region {}", region), values);
  }

  RawFile file;
  checkpoint::Whole whole;
  std::int64_t numbers = 0;  ///< [bytes] where they begin
  std::vector<Entry> index;
  mutable std::vector<double> kept;
};

namespace {

/// What is wrong with a checkpoint gets its name.
template <class Action>
auto named(const std::string& path, const Action& action) {
  try {
    return action();
  } catch (const DataError& error) {
    throw DataError(path + ": " + error.what());
  }
}

}  // namespace

Checkpoint::Checkpoint(const std::string& path) : Checkpoint(path, 0, -1) {}
Checkpoint::Checkpoint(const std::string& path, std::int64_t offset, std::int64_t size)
    : impl_(named(path, [&] { return std::make_unique<Impl>(path, offset, size); })) {}
Checkpoint::~Checkpoint() = default;
Checkpoint::Checkpoint(Checkpoint&& other) noexcept = default;
Checkpoint& Checkpoint::operator=(Checkpoint&& other) noexcept = default;

const std::string& Checkpoint::path() const {
  return impl_->file.path();
}
const CheckpointHeader& Checkpoint::header() const {
  return impl_->whole.header;
}
GlobalIndex Checkpoint::n_regions() const {
  return impl_->whole.regions;
}

std::vector<double> Checkpoint::shared(const std::string& name) const {
  const auto& all = impl_->whole.shared;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const checkpoint::Shared& one) { return one.name == name; });
  if (found == all.end()) throw DataError(fmt::format("{}: has no {}", path(), name));
  std::vector<double> values;
  impl_->read(*found, values);
  return values;
}

Checkpoint::Region Checkpoint::region(GlobalIndex region) const {
  impl_->read(region, impl_->kept);
  const Entry& entry = impl_->index[static_cast<std::size_t>(region)];
  const std::span<const double> all(impl_->kept);
  const std::size_t own = all.size() - static_cast<std::size_t>(entry.of_monitors);
  return {static_cast<std::int32_t>(entry.longest_lag), all.first(own), all.subspan(own)};
}

void Checkpoint::verify() const {
  std::vector<double> values;
  for (const checkpoint::Shared& one : impl_->whole.shared)
    impl_->read(one, values);
  for (GlobalIndex region = 0; region < impl_->whole.regions; ++region)
    impl_->read(region, values);
}

bool is_checkpoint(const std::string& path) {
  std::array<char, checkpoint::magic.size()> first{};
  try {
    const RawFile file(path, O_RDONLY);
    return file.read(0, std::as_writable_bytes(std::span(first))) == first.size() &&
           std::string_view(first.data(), first.size()) == checkpoint::magic;
  } catch (const EnvironmentError&) {
    return false;
  }
}

}  // namespace arcuate::io
