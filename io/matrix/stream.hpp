#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Bytes of files, zip members and bzip2 streams, read from the beginning to the end.
namespace arcuate::io::matrix {

/// A stream of bytes. Throws DataError naming itself when the bytes are damaged or end too early.
class Source {
 public:
  explicit Source(std::string name) : name_(std::move(name)) {}
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Up to `count` bytes; 0 only at the end.
  virtual std::size_t read(char* out, std::size_t count) = 0;
  /// Exactly `count` bytes, or DataError saying that `what` is truncated.
  void read_exactly(char* out, std::size_t count, const char* what);
  /// "FILE" or "FILE: MEMBER", for messages.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// Throws DataError when the file is missing, a folder, unreadable or empty.
std::unique_ptr<Source> open_file(const std::string& path);

/// Decompresses bzip2 while it is read.
std::unique_ptr<Source> bunzip(std::unique_ptr<Source> compressed);

/// The whole of a small stream. Throws DataError beyond `most` bytes.
std::string read_all(Source& source, std::size_t most = std::size_t{1} << 30);

/// A zip archive.
class ZipReader {
 public:
  explicit ZipReader(const std::string& path);
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  /// Names of the files, without folders and the resource forks of macOS.
  [[nodiscard]] const std::vector<std::string>& members() const { return members_; }
  [[nodiscard]] bool has(const std::string& member) const;
  /// Decompresses `.bz2` members. The reader must outlive the source.
  [[nodiscard]] std::unique_ptr<Source> open(const std::string& member) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Archive;
  std::string path_;
  std::unique_ptr<Archive> archive_;
  std::vector<std::string> members_;
};

/// Lines of a text, without line ends (LF or CRLF) and byte order mark.
class Lines {
 public:
  explicit Lines(Source& source) : source_(source), buffer_(std::size_t{1} << 16) {}
  /// False at the end. Throws DataError for binary data and absurdly long lines.
  bool next(std::string& line);
  [[nodiscard]] std::int64_t number() const { return number_; }  ///< of the last line, from 1

 private:
  bool fill();

  Source& source_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::int64_t number_ = 0;
};

/// The beginning of what a file says, for messages: at most 60 bytes, control characters as ?.
std::string excerpt(std::string_view text);

/// Refuses what is compressed and claims or turns out to be absurdly large (a "zip bomb"): more
/// than 64 GiB, or more than 1 GiB and 200 times its own size. Throws DataError naming the member.
void check_unpacked(const std::string& name, double unpacked, double packed);

/// Refuses to allocate more than the machine has: DataError "NAME: WHAT needs ... GiB".
void check_memory(const std::string& name, const std::string& what, double bytes);

/// Throws DataError "BEGIN: the label is not UTF-8 ...".
void check_utf8(const std::string& begin, const std::string& label);

}  // namespace arcuate::io::matrix
