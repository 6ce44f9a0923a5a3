#include "sums.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/results.hpp"
#include "file/raw_file.hpp"
#include "file/seal.hpp"

namespace arcuate::io {
namespace {

constexpr const char* group_of_sums = "checksums";

const Seal& seal() {
  static const Seal one("checksum");
  return one;
}

std::uint64_t crc(std::uint64_t sum, const void* data, std::size_t bytes) {
  return ::crc32_z(sum, static_cast<const Bytef*>(data), bytes);
}

std::uint64_t crc(std::uint64_t sum, std::string_view text) {
  return crc(sum, text.data(), text.size());
}

/// Some megabytes at a time: `see` of the bytes from `begin` to `end`. False: there are fewer.
bool stream(const RawFile& file, std::int64_t begin, std::int64_t end,
            const std::function<void(std::span<const std::byte>)>& see) {
  constexpr std::int64_t most = std::int64_t{1} << 22U;
  std::vector<std::byte> bytes;
  for (std::int64_t at = begin; at < end; at += most) {
    bytes.resize(static_cast<std::size_t>(std::min(most, end - at)));
    if (file.read(at, bytes) != bytes.size()) return false;
    see(bytes);
  }
  return true;
}

/// Of the datasets of a group in the order of their names. A row is a candidate, an evaluation, ...
struct Sums {
  std::vector<double> columns;
  std::vector<double> rows;  ///< each the sum of those of its cells
};

/// One dataset, cell by cell. Axes that are not along the rows are one cell, of no row.
class Cells {
 public:
  Cells(Sums& sums, const std::string& name)
      : sums_(sums), begin_(crc(0, name)), column_(begin_), cell_(begin_) {}

  void add(const void* data, std::size_t bytes) {
    column_ = crc(column_, data, bytes);
    cell_ = crc(cell_, data, bytes);
  }
  void end_row() {
    sums_.rows[row_++] += static_cast<double>(cell_);
    cell_ = begin_;
  }
  void end_column() { sums_.columns.push_back(static_cast<double>(column_)); }

 private:
  Sums& sums_;
  std::uint64_t begin_, column_, cell_;
  std::size_t row_ = 0;
};

void add_texts(const std::vector<std::string>& texts, std::size_t rows, Cells& cells) {
  for (const std::string& text : texts) {
    cells.add(text.c_str(), text.size() + 1);
    if (texts.size() == rows) cells.end_row();
  }
}

/// The bytes as they are in the file.
void add_numbers(const hdf5::Object& data, const RawFile& raw, std::size_t rows, Cells& cells) {
  const std::int64_t place = data.place();
  const std::size_t bytes = data.size() * data.value_bytes();
  if (place == 0 || bytes == 0) return;
  const bool along = rows > 0 && data.size() % rows == 0;
  const std::size_t of_row = along ? bytes / rows : bytes;
  std::size_t left = of_row;
  const bool all = stream(raw, place, place + static_cast<std::int64_t>(bytes), [&](auto block) {
    while (!block.empty()) {
      const std::size_t now = std::min(left, block.size());
      cells.add(block.data(), now);
      block = block.subspan(now);
      left -= now;
      if (left > 0) continue;
      if (along) cells.end_row();
      left = of_row;
    }
  });
  if (!all) throw DataError(data.file() + ": is shorter than it was");
}

Sums sums_of(const hdf5::Object& group, std::size_t rows, const RawFile& raw) {
  Sums sums{{}, std::vector<double>(rows)};
  for (const std::string& name : group.names()) {
    const hdf5::Object data = group.open_dataset(name);
    Cells cells(sums, name);
    if (hdf5::doubt(data.id(), hdf5::Kind::texts).empty()) {
      add_texts(group.read_texts(name), rows, cells);
    } else {
      add_numbers(data, raw, rows, cells);
    }
    cells.end_column();
  }
  return sums;
}

struct Group {
  std::string name;
  std::size_t rows = 0;
};

/// All that have datasets, those of features too.
std::vector<Group> groups_of(const hdf5::Object& file) {
  const auto length = [&](const std::string& name) {
    const hdf5::Object group = file.open_group(name);
    const std::vector<std::string> names = group.names();
    return names.empty() ? std::size_t{0} : group.open_dataset(names.front()).size();
  };
  const std::size_t candidates = length("candidates");
  std::vector<Group> groups;
  for (const std::string& name : file.names()) {
    if (name == group_of_sums) continue;
    if (name == "features") {
      for (const std::string& feature : file.open_group(name).names())
        groups.push_back({name + "/" + feature, candidates});
    } else {
      groups.push_back({name, name == "grid" ? candidates : length(name)});
    }
  }
  return groups;
}

std::string number_of(std::size_t k) {
  return fmt::format("{}", k);
}

/// The first that differ.
std::size_t first_other(const std::vector<double>& one, const std::vector<double>& other) {
  return static_cast<std::size_t>(
      std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first - one.begin());
}

/// Where a table is not what it was; "": in none of its cells.
std::string place_of_damage(const std::string& path) {
  const hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
  const hdf5::Object kept = file.open_group(group_of_sums);
  const RawFile raw(path, O_RDONLY);
  const std::vector<Group> groups = groups_of(file);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const hdf5::Object group = file.open_group(groups[g].name);
    const Sums now = sums_of(group, groups[g].rows, raw);
    const hdf5::Object then = kept.open_group(number_of(g));
    const std::size_t column = first_other(now.columns, then.read<double>("columns"));
    const std::size_t row = first_other(now.rows, then.read<double>("rows"));
    if (column == now.columns.size()) continue;
    const std::string where = groups[g].name + "/" + group.names()[column];
    return row == now.rows.size() ? where : fmt::format("{}, row {}", where, row);
  }
  return "";
}

/// Throws UnsoundError: the bytes of a table are not those that were written.
[[noreturn]] void refuse(const std::string& path) {
  std::string place;
  try {
    place = place_of_damage(path);
  } catch (const Error& error) {
    throw UnsoundError(fmt::format("{}: is damaged ({})", path, error.what()));
  }
  throw UnsoundError(
      place.empty()
          ? path +
                ": its checksum is another, and its cells hold: a name, an attribute, the "
                "structure or the checksum has changed"
          : fmt::format("{}: {}: is not what was written (checksum)", path, place));
}

}  // namespace

void results::write_sums(const std::string& path) {
  {
    hdf5::Object file = hdf5::open_file(path, hdf5::Access::write);
    const RawFile raw(path, O_RDONLY);
    const std::vector<Group> groups = groups_of(file);
    const hdf5::Object all = file.create_group(group_of_sums);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const Sums sums = sums_of(file.open_group(groups[g].name), groups[g].rows, raw);
      const hdf5::Object group = all.create_group(number_of(g));
      group.set("of", groups[g].name);
      group.write<double>("columns", sums.columns);
      group.write<double>("rows", sums.rows);
    }
    file.close();
  }
  seal().write(path);
}

void results::require_sound(const std::string& path) {
  try {
    if (seal().is_on(path) && !seal().holds(path)) refuse(path);
  } catch (const UnsoundError& error) {
    throw DataError(error.what());
  }
}

std::string verify_results(const std::string& path) {
  const bool sealed = seal().is_on(path);
  if (sealed && !seal().holds(path)) refuse(path);
  std::size_t candidates = 0;
  bool summed = false;
  try {
    candidates = read_results(path).columns.front().size();
    summed = hdf5::open_file(path, hdf5::Access::read).has(group_of_sums);
  } catch (const DataError& error) {
    throw UnsoundError(error.what());
  }
  if (!sealed && summed) refuse(path);
  return fmt::format("a whole table of {} candidates{}", candidates,
                     sealed ? "; every byte is as it was written"
                            : " of an earlier version: there are no checksums of it");
}

bool ends_as_results(const std::string& path) {
  return seal().is_on(path);
}

}  // namespace arcuate::io
