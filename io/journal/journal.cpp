#include "arcuate/io/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "arcuate/core/error.hpp"
#include "bytes.hpp"
#include "file/output_lock.hpp"

namespace arcuate::io {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t digits = 8;  // of a checksum, then a space

std::string line_of(std::string_view text, std::uint32_t checksum) {
  return fmt::format("{:08x} {}\n", checksum, text);
}

std::string whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ConfigError(path + ": cannot be opened: there is no such journal");
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Lines of a file, checked.
struct Read {
  std::vector<std::string> lines;
  std::uint32_t checksum = 0;
  std::size_t size = 0;  ///< [bytes] of whole lines
};

[[noreturn]] void damaged(const std::string& path, std::size_t line, const char* what) {
  throw DataError(fmt::format("{}:{}: {}", path, line, what));
}

Read read_lines(const std::string& path) {
  const std::string text = whole_file(path);
  Read read;
  while (true) {
    const std::size_t end = text.find('\n', read.size);
    if (end == std::string::npos) break;
    const std::string_view line = std::string_view(text).substr(read.size, end - read.size);
    std::uint32_t said = 0;
    const char* const last = line.data() + std::min(digits, line.size());
    const auto number = std::from_chars(line.data(), last, said, 16);
    if (line.size() <= digits || number.ptr != last || line[digits] != ' ')
      damaged(path, read.lines.size() + 1, "is no line of a journal");
    const std::string_view own = line.substr(digits + 1);
    read.checksum = checksum_of(own, read.checksum);
    if (read.checksum != said)
      damaged(path, read.lines.size() + 1,
              "was changed, or a line before it is missing: its checksum is another");
    read.lines.emplace_back(own);
    read.size = end + 1;
  }
  return read;
}

}  // namespace

struct Journal::Impl {
  std::string path;
  Descriptor file;
  std::optional<OutputLock> lock;
  std::string header;
  std::vector<std::string> lines;
  std::vector<std::string> warnings;
  std::uint32_t checksum = 0;
  std::int64_t size = 0;
  Clock::time_point synced{};
};

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;
Journal::Journal(Journal&& other) noexcept = default;
Journal& Journal::operator=(Journal&& other) noexcept = default;

const std::string& Journal::header() const {
  return impl_->header;
}
const std::vector<std::string>& Journal::lines() const {
  return impl_->lines;
}
const std::vector<std::string>& Journal::warnings() const {
  return impl_->warnings;
}

Journal Journal::create(const std::string& path, const std::string& header) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  constexpr mode_t readable = 0644;
  impl->file = Descriptor(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, readable));
  if (impl->file.number() < 0) fail_call("open", path);
  impl->lock.emplace(path + ".lock", path, path);
  struct stat now {};
  if (::fstat(impl->file.number(), &now) != 0) fail_call("fstat", path);
  // An empty one is of a process that ended before it wrote its first line.
  if (now.st_size > 0) throw ConfigError(path + ": there is a journal already");
  impl->header = header;
  Journal journal(std::move(impl));
  journal.append(header);
  return journal;
}

Journal Journal::open(const std::string& path, bool write) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  if (write && ::access(path.c_str(), F_OK) == 0) {
    impl->file = Descriptor(::open(path.c_str(), O_WRONLY | O_APPEND));
    if (impl->file.number() < 0) fail_call("open", path);
    static_cast<void>(::futimens(impl->file.number(), nullptr));
    impl->lock.emplace(path + ".lock", path, path);
  }
  Read read = read_lines(path);
  if (read.lines.empty()) throw DataError(path + ": is empty: no journal was begun");
  impl->checksum = read.checksum;
  impl->size = static_cast<std::int64_t>(read.size);
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) fail_call("stat", path);
  if (now.st_size > impl->size) {
    impl->warnings.push_back(fmt::format(
        "{}:{}: the last line has no end: it is left out (the program was ended while it wrote)",
        path, read.lines.size() + 1));
    if (write && ::ftruncate(impl->file.number(), impl->size) != 0) fail_call("ftruncate", path);
  }
  impl->header = std::move(read.lines.front());
  read.lines.erase(read.lines.begin());
  impl->lines = std::move(read.lines);
  return Journal(std::move(impl));
}

Journal Journal::resume(const std::string& path) {
  return open(path, true);
}

Journal Journal::read(const std::string& path) {
  return open(path, false);
}

void Journal::append(const std::string& line) {
  const std::uint32_t checksum = checksum_of(line, impl_->checksum);
  const std::string bytes = line_of(line, checksum);
  append_whole(impl_->file, bytes, impl_->size, impl_->path);
  impl_->checksum = checksum;
  impl_->size += static_cast<std::int64_t>(bytes.size());
  const auto now = Clock::now();
  if (now - impl_->synced < std::chrono::seconds(1)) return;
  impl_->synced = now;
  if (::fdatasync(impl_->file.number()) != 0) fail_call("fdatasync", impl_->path);
}

}  // namespace arcuate::io
