#include "arcuate/io/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/leftovers.hpp"
#include "file/output_lock.hpp"
#include "file/output_place.hpp"
#include "format.hpp"

namespace arcuate::io {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Writes to the disk, and looks whether the file is still this run's, at most this often.
constexpr auto between_syncs = 1s;

bool is_journal(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string begin(9 + journal::header_begin.size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return in && begin.substr(9) == journal::header_begin;
}

/// Throws ConfigError when there is a file that must not be replaced.
void check_free(const fs::path& path, const std::string& shown, const JournalOptions& options) {
  std::error_code none;
  if (!fs::exists(path, none)) return;
  if (!is_journal(path)) {
    throw ConfigError(fmt::format(
        "{}: is there already, and not a journal that Arcuate wrote: it is not replaced; give "
        "another name",
        shown));
  }
  if (!options.overwrite) {
    throw ConfigError(
        fmt::format("{}: is there already; {}, or give another name", shown, options.how));
  }
}

}  // namespace

/// The open file and its claim.
class Journal::File {
 public:
  explicit File(const std::string& shown) : shown_(shown), path_(end_of_links(shown, shown)) {
    check_place(path_, shown_);
  }
  ~File() {
    if (file_ < 0) return;
    ::fsync(file_);
    ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void create(const std::string& header, const JournalOptions& options);
  void resume();
  void append(const std::string& record);
  void flush();

  [[nodiscard]] const std::string& shown() const { return shown_; }
  [[nodiscard]] const JournalContent& content() const { return content_; }

 private:
  void claim();
  void open(const fs::path& path);
  void write(const std::string& line);
  void cut();
  void check_still_ours();
  void sync();
  [[noreturn]] void fail(const char* what, int reason) const;

  std::string shown_;
  fs::path path_;
  core::Leftover temporary_;
  std::unique_ptr<OutputLock> lock_;
  JournalContent content_;
  int file_ = -1;
  std::size_t bytes_ = 0;  ///< of whole lines
  unsigned long checksum_ = 0;
  bool torn_ = false;  ///< a part of a line is at the end, and could not be cut off
  bool is_synced_ = true;
  Clock::time_point synced_;
  Clock::time_point checked_;
};

void Journal::File::fail(const char* what, int reason) const {
  throw EnvironmentError(
      fmt::format("{}: cannot be written: {}: {}", shown_, what, std::strerror(reason)));
}

void Journal::File::claim() {
  temporary_ = core::Leftover(create_beside(path_, shown_));
  lock_ = std::make_unique<OutputLock>(claim_of(path_), shown_, temporary_.path());
}

void Journal::File::open(const fs::path& path) {
  file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file_ < 0) fail("open", errno);
  synced_ = checked_ = Clock::now();
}

/// Under another name until the header is whole.
void Journal::File::create(const std::string& header, const JournalOptions& options) {
  journal::require_object(header);
  check_free(path_, shown_, options);
  claim();
  check_free(path_, shown_, options);  // by a run that ended meanwhile
  content_.header = header;
  open(temporary_.path());
  append(journal::header_record(header));
  content_.whole_bytes = bytes_;
  content_.checksum = checksum_;
  sync();
  const core::Uninterrupted until_it_has_its_name;
  if (std::rename(temporary_.path().c_str(), path_.c_str()) != 0) fail("rename", errno);
  temporary_.keep();
}

void Journal::File::resume() {
  claim();
  content_ = read_journal(path_.string());
  bytes_ = content_.whole_bytes;
  checksum_ = content_.checksum;
  open(path_);
  temporary_.remove();
  if (content_.warning.empty()) return;
  cut();
  if (torn_) fail("ftruncate", errno);
}

void Journal::File::append(const std::string& record) {
  fault::here("journal.append");
  check_still_ours();
  const unsigned long checksum = journal::checksum(checksum_, record);
  const std::string line = journal::line_of(record, checksum);
  write(line);
  bytes_ += line.size();
  checksum_ = checksum;
  is_synced_ = false;
  if (Clock::now() - synced_ >= between_syncs) sync();
}

/// With one call, so that a kill leaves the line or none of it; what remains of a failure is cut
/// off.
void Journal::File::write(const std::string& line) {
  if (torn_) fail("the end of an earlier failure could not be cut off", EIO);
  std::size_t done = 0;
  while (done < line.size()) {
    const std::size_t rest = line.size() - done;
    const std::size_t part = fault::spoils("journal.append") ? (rest + 1) / 2 : rest;
    const ssize_t now = ::write(file_, line.data() + done, part);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) {
      const int reason = now < 0 ? errno : ENOSPC;
      cut();
      fail("write", reason);
    }
    done += static_cast<std::size_t>(now);
    if (done < line.size()) fault::here("journal.part_written");
  }
}

void Journal::File::cut() {
  torn_ = ::ftruncate(file_, static_cast<off_t>(bytes_)) != 0;
}

/// What is appended to a file that has lost its name, or that another run goes on with, is lost.
void Journal::File::check_still_ours() {
  if (Clock::now() - checked_ < between_syncs) return;
  checked_ = Clock::now();
  struct stat now {};
  if (::fstat(file_, &now) != 0) fail("fstat", errno);
  const char* what = nullptr;
  if (now.st_nlink == 0) what = "it was removed during the run";
  if (static_cast<std::size_t>(now.st_size) != bytes_) {
    what = "another program changed it during the run";
  }
  if (!lock_->is_held()) {
    what = "another run took it over, since this one showed no sign of life for 10 minutes";
  }
  if (what != nullptr) throw EnvironmentError(fmt::format("{}: {}", shown_, what));
}

void Journal::File::sync() {
  const bool refused = ::fsync(file_) != 0 && errno != EINVAL && errno != ENOTSUP;
  if (refused) fail("fsync", errno);
  is_synced_ = true;
  synced_ = Clock::now();
}

void Journal::File::flush() {
  if (!is_synced_) sync();
}

Journal::Journal(std::unique_ptr<File> file) : file_(std::move(file)) {}
Journal::~Journal() = default;
Journal::Journal(Journal&& other) noexcept = default;
Journal& Journal::operator=(Journal&& other) noexcept = default;

Journal Journal::create(const std::string& path, const std::string& header,
                        const JournalOptions& options) {
  auto file = std::make_unique<File>(path);
  file->create(header, options);
  return Journal(std::move(file));
}

Journal Journal::resume(const std::string& path) {
  auto file = std::make_unique<File>(path);
  file->resume();
  return Journal(std::move(file));
}

const std::string& Journal::path() const {
  return file_->shown();
}

const JournalContent& Journal::content() const {
  return file_->content();
}

void Journal::append(const std::string& record) {
  journal::require_object(record);
  file_->append(record);
}

void Journal::flush() {
  file_->flush();
}

}  // namespace arcuate::io
