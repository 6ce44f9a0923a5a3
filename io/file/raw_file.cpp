#include "raw_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/pulse.hpp"

namespace arcuate::io {

RawFile::RawFile(std::string path, int flags, std::int64_t begin)
    : path_(std::move(path)), begin_(begin) {
  file_ = ::open(path_.c_str(), flags | O_CLOEXEC, 0666);
  if (file_ < 0) fail("open");
}

RawFile::~RawFile() {
  if (file_ >= 0) ::close(file_);
}

void RawFile::fail(const char* call) const {
  throw EnvironmentError(fmt::format("{}: {}: {}", call, path_, std::strerror(errno)));
}

void RawFile::write(std::int64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), begin_ + offset);
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = ENOSPC;
    if (written <= 0) fail("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += written;
    core::beat();
  }
}

std::size_t RawFile::read(std::int64_t offset, std::span<std::byte> bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(file_, bytes.data() + done, bytes.size() - done,
                                begin_ + offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::int64_t RawFile::size() const {
  struct stat about {};
  if (::fstat(file_, &about) != 0) fail("stat");
  return about.st_size;
}

void RawFile::sync() const {
  if (::fdatasync(file_) != 0 && errno != EINVAL && errno != EROFS) fail("fdatasync");
}

void RawFile::close() {
  if (::close(std::exchange(file_, -1)) != 0) fail("close");
}

void sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  static_cast<void>(::fsync(file));
  ::close(file);
}

/// Clients of NFS write whole pages where they may, so that what a neighbour on another machine
/// wrote to the same page would be lost; not when every write waits for the server.
int flags_of_writer(const std::string& path) {
  struct statfs about {};
  const bool nfs = ::statfs(path.c_str(), &about) == 0 && about.f_type == NFS_SUPER_MAGIC;
  return O_WRONLY | (nfs ? O_DSYNC : 0);
}

}  // namespace arcuate::io
