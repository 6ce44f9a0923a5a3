#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace arcuate::io {

/// A file that is read and written at places. Errors are EnvironmentError with call and name.
class RawFile {
 public:
  /// Places are counted from `begin` [bytes].
  RawFile(std::string path, int flags, std::int64_t begin = 0);
  ~RawFile();
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  void write(std::int64_t offset, std::span<const std::byte> bytes) const;
  /// How many bytes there were: fewer than asked for at the end of the file.
  std::size_t read(std::int64_t offset, std::span<std::byte> bytes) const;
  [[nodiscard]] std::int64_t size() const;
  /// To the disk.
  void sync() const;
  /// What the last writes could not do shows here.
  void close();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  [[noreturn]] void fail(const char* call) const;
  std::string path_;
  std::int64_t begin_ = 0;
  int file_ = -1;
};

/// After a rename, where the file system can.
void sync_folder_of(const std::string& path);

/// For open(), of a file that several processes write.
int flags_of_writer(const std::string& path);

}  // namespace arcuate::io
