#include "undo.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>

#include "arcuate/core/error.hpp"
#include "arcuate/io/recording.hpp"
#include "file/raw_file.hpp"

namespace arcuate::io {
namespace {

constexpr std::int64_t mark = 0x31304f444e554341;  // "ACUNDO01"
constexpr auto number = static_cast<std::int64_t>(sizeof(std::int64_t));

/// What is left of a file of so many bytes.
std::vector<Extent> others(std::vector<Extent> but, std::int64_t size) {
  std::sort(but.begin(), but.end(),
            [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
  std::vector<Extent> rest;
  std::int64_t at = 0;
  for (const Extent& one : but) {
    if (one.begin > at) rest.push_back({at, one.begin - at});
    at = std::max(at, one.begin + one.size);
  }
  if (at < size) rest.push_back({at, size - at});
  return rest;
}

std::span<const std::byte> bytes_of(const std::int64_t& value) {
  return std::as_bytes(std::span(&value, 1));
}

void copy(const RawFile& from, std::int64_t begin, const RawFile& to, std::int64_t at,
          std::int64_t size) {
  std::vector<std::byte> bytes(std::size_t{1} << 20U);
  for (std::int64_t done = 0; done < size;) {
    const auto most = static_cast<std::size_t>(std::min(std::ssize(bytes), size - done));
    const std::size_t got = from.read(begin + done, std::span(bytes).first(most));
    if (got == 0) throw DataError(from.path() + ": is shorter than it was");
    to.write(at + done, std::span(bytes).first(got));
    done += static_cast<std::int64_t>(got);
  }
}

}  // namespace

std::string name_of_what_was(const std::string& partial) {
  return partial + "-before";
}

/// Mark, size of the file, then begin, size and bytes of each extent.
void keep_what_was(const std::string& file, std::vector<Extent> but) {
  const std::string kept = name_of_what_was(file), writing = kept + "-writing";
  try {
    const RawFile from(file, O_RDONLY);
    const RawFile to(writing, O_WRONLY | O_CREAT | O_TRUNC);
    const std::int64_t size = from.size();
    to.write(0, bytes_of(mark));
    to.write(number, bytes_of(size));
    std::int64_t at = 2 * number;
    for (const Extent& one : others(std::move(but), size)) {
      to.write(at, bytes_of(one.begin));
      to.write(at + number, bytes_of(one.size));
      copy(from, one.begin, to, at + 2 * number, one.size);
      at += 2 * number + one.size;
    }
    to.sync();
  } catch (const Error&) {
    ::unlink(writing.c_str());
    throw;
  }
  if (std::rename(writing.c_str(), kept.c_str()) != 0)
    throw EnvironmentError(fmt::format("rename: {}: {}", writing, std::strerror(errno)));
  sync_folder_of(kept);
}

void restore_what_was(const std::string& file) {
  const std::string kept = name_of_what_was(file);
  ::unlink((kept + "-writing").c_str());
  if (::access(kept.c_str(), F_OK) != 0) return;
  const RawFile from(kept, O_RDONLY);
  const RawFile to(file, O_WRONLY);
  const auto read = [&](std::int64_t at) {
    std::int64_t value = 0;
    if (from.read(at, std::as_writable_bytes(std::span(&value, 1))) != sizeof value)
      throw DataError(kept + ": is damaged");
    return value;
  };
  if (read(0) != mark) throw DataError(kept + ": is not what was kept of a recording");
  const std::int64_t end = from.size();
  for (std::int64_t at = 2 * number; at < end;) {
    const std::int64_t begin = read(at), size = read(at + number);
    if (begin < 0 || size <= 0 || size > end - at) throw DataError(kept + ": is damaged");
    copy(from, at + 2 * number, to, begin, size);
    at += 2 * number + size;
  }
  if (::truncate(file.c_str(), read(number)) != 0)
    throw EnvironmentError(fmt::format("truncate: {}: {}", file, std::strerror(errno)));
  to.sync();
  forget_what_was(file);
}

void forget_what_was(const std::string& file) {
  ::unlink(name_of_what_was(file).c_str());
}

}  // namespace arcuate::io
