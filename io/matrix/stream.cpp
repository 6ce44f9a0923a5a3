#include "stream.hpp"

#include <bzlib.h>
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/utf8.hpp"

namespace arcuate::io::matrix {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;
constexpr double most_unpacked = 64.0 * gib;  // of one compressed member: more is a zip bomb
constexpr double most_suspect = gib;          // likewise, of a member that is far smaller itself
constexpr double suspect_ratio = 200.0;
constexpr std::size_t longest_line = std::size_t{1} << 28;

class FileSource : public Source {
 public:
  explicit FileSource(const std::string& path) : Source(path), file_(path, std::ios::binary) {
    if (!file_) {
      throw DataError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
    }
  }
  std::size_t read(char* out, std::size_t count) override {
    file_.read(out, static_cast<std::streamsize>(count));
    if (file_.bad()) throw DataError(fmt::format("{}: cannot be read to its end", name()));
    return static_cast<std::size_t>(file_.gcount());
  }

 private:
  std::ifstream file_;
};

class ZipSource : public Source {
 public:
  ZipSource(zip_t* archive, const std::string& member, const std::string& name, double packed)
      : Source(name), packed_(packed) {
    file_ = zip_fopen(archive, member.c_str(), 0);
    if (file_ == nullptr) {
      throw DataError(fmt::format("{}: cannot be unpacked: {}", name, zip_strerror(archive)));
    }
  }
  ~ZipSource() override { zip_fclose(file_); }
  std::size_t read(char* out, std::size_t count) override {
    const zip_int64_t got = zip_fread(file_, out, count);
    if (got < 0) {
      throw DataError(
          fmt::format("{}: the member is damaged: {}", name(), zip_file_strerror(file_)));
    }
    unpacked_ += static_cast<double>(got);
    check_unpacked(name(), unpacked_, packed_);
    return static_cast<std::size_t>(got);
  }

 private:
  zip_file_t* file_ = nullptr;
  double packed_;
  double unpacked_ = 0.0;
};

class BzipSource : public Source {
 public:
  explicit BzipSource(std::unique_ptr<Source> compressed)
      : Source(compressed->name()), compressed_(std::move(compressed)), buffer_(1 << 16) {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
      throw EnvironmentError(fmt::format("{}: BZ2_bzDecompressInit failed", name()));
    }
  }
  ~BzipSource() override { BZ2_bzDecompressEnd(&stream_); }

  std::size_t read(char* out, std::size_t count) override {
    if (ended_) return 0;
    count = std::min(count, std::size_t{1} << 30);
    stream_.next_out = out;
    stream_.avail_out = static_cast<unsigned>(count);
    while (stream_.avail_out == count && !ended_)
      step();
    const std::size_t got = count - stream_.avail_out;
    unpacked_ += static_cast<double>(got);
    check_unpacked(name(), unpacked_, packed_);
    return got;
  }

 private:
  void step() {
    if (stream_.avail_in == 0) {
      const std::size_t got = compressed_->read(buffer_.data(), buffer_.size());
      if (got == 0) throw DataError(fmt::format("{}: the bzip2 data are truncated", name()));
      packed_ += static_cast<double>(got);
      stream_.next_in = buffer_.data();
      stream_.avail_in = static_cast<unsigned>(got);
    }
    const int result = BZ2_bzDecompress(&stream_);
    if (result == BZ_STREAM_END) ended_ = true;
    if (result != BZ_OK && result != BZ_STREAM_END) {
      throw DataError(fmt::format("{}: the bzip2 data are damaged (code {})", name(), result));
    }
  }

  std::unique_ptr<Source> compressed_;
  std::vector<char> buffer_;
  bz_stream stream_{};
  bool ended_ = false;
  double packed_ = 0.0;
  double unpacked_ = 0.0;
};

bool is_resource_fork(const std::string& member) {
  const std::string file = std::filesystem::path(member).filename().string();
  return member.find("__MACOSX") != std::string::npos || file.rfind("._", 0) == 0 ||
         file == ".DS_Store";
}

}  // namespace

void Source::read_exactly(char* out, std::size_t count, const char* what) {
  std::size_t done = 0;
  while (done < count) {
    const std::size_t got = read(out + done, count - done);
    if (got == 0) {
      throw DataError(
          fmt::format("{}: {} is truncated: {} of {} bytes are there", name_, what, done, count));
    }
    done += got;
  }
}

std::unique_ptr<Source> open_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw DataError(fmt::format("{}: no such file", path));
  if (std::filesystem::is_directory(status)) {
    throw DataError(fmt::format("{}: is a folder: expected a file", path));
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw DataError(fmt::format("{}: is not a regular file (a pipe?)", path));
  }
  if (std::filesystem::file_size(path, error) == 0) {
    throw DataError(fmt::format("{}: the file is empty", path));
  }
  return std::make_unique<FileSource>(path);
}

std::unique_ptr<Source> bunzip(std::unique_ptr<Source> compressed) {
  return std::make_unique<BzipSource>(std::move(compressed));
}

std::string read_all(Source& source, std::size_t most) {
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (const std::size_t got = source.read(buffer.data(), buffer.size())) {
    text.append(buffer.data(), got);
    if (text.size() > most) {
      throw DataError(fmt::format("{}: is larger than the {} bytes allowed", source.name(), most));
    }
  }
  return text;
}

struct ZipReader::Archive {
  explicit Archive(zip_t* open) : handle(open) {}
  ~Archive() { zip_discard(handle); }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  zip_t* handle;
};

ZipReader::ZipReader(const std::string& path) : path_(path) {
  open_file(path);  // the common complaints: missing, folder, unreadable, empty
  int code = 0;
  zip_t* handle = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (handle == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw DataError(fmt::format("{}: is not a whole zip archive: {}", path, reason));
  }
  archive_ = std::make_unique<Archive>(handle);
  const zip_int64_t count = zip_get_num_entries(handle, 0);
  for (zip_int64_t k = 0; k < count; ++k) {
    const char* name = zip_get_name(handle, static_cast<zip_uint64_t>(k), 0);
    if (name == nullptr) continue;
    const std::string member = name;
    if (!member.empty() && member.back() != '/' && !is_resource_fork(member)) {
      members_.push_back(member);
    }
  }
}

ZipReader::~ZipReader() = default;

bool ZipReader::has(const std::string& member) const {
  return std::find(members_.begin(), members_.end(), member) != members_.end();
}

std::unique_ptr<Source> ZipReader::open(const std::string& member) const {
  const std::string name = fmt::format("{}: {}", path_, member);
  zip_stat_t info;
  zip_stat_init(&info);
  if (zip_stat(archive_->handle, member.c_str(), 0, &info) != 0) {
    throw DataError(fmt::format("{}: the member is damaged", name));
  }
  check_unpacked(name, static_cast<double>(info.size), static_cast<double>(info.comp_size));
  auto source = std::make_unique<ZipSource>(archive_->handle, member, name,
                                            static_cast<double>(info.comp_size));
  if (member.size() > 4 && member.compare(member.size() - 4, 4, ".bz2") == 0) {
    return bunzip(std::move(source));
  }
  return source;
}

bool Lines::fill() {
  at_ = 0;
  end_ = source_.read(buffer_.data(), buffer_.size());
  return end_ > 0;
}

bool Lines::next(std::string& line) {
  line.clear();
  bool any = false;
  while (at_ < end_ || fill()) {
    any = true;
    const char* begin = buffer_.data() + at_;
    const char* stop = std::find(begin, static_cast<const char*>(buffer_.data() + end_), '\n');
    line.append(begin, stop);
    at_ = static_cast<std::size_t>(stop - buffer_.data()) + 1;
    if (stop != buffer_.data() + end_) break;
    if (line.size() > longest_line) {
      throw DataError(fmt::format("{}: line {}: is longer than the 256 MiB allowed", source_.name(),
                                  number_ + 1));
    }
    check_memory(source_.name(), "one line", static_cast<double>(line.size()) * 16.0);
  }
  if (!any) return false;
  if (++number_ == 1 && line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.find('\0') != std::string::npos) {
    throw DataError(fmt::format("{}: line {}: contains a zero byte: expected text (UTF-8)",
                                source_.name(), number_));
  }
  return true;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 60;
  std::size_t end = std::min(most, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // no part of a character
  std::string shown(text.substr(0, end));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text.size() > most ? shown + "..." : shown;
}

void check_unpacked(const std::string& name, double unpacked, double packed) {
  const bool suspect = unpacked > most_suspect && unpacked > suspect_ratio * packed;
  if (unpacked <= most_unpacked && !suspect) return;
  const std::string limit =
      suspect ? fmt::format("1 GiB, over {} times its own size", suspect_ratio) : "64 GiB";
  throw DataError(fmt::format("{}: unpacks to more than {}, which is not allowed", name, limit));
}

void check_memory(const std::string& name, const std::string& what, double bytes) {
  if (bytes < 16.0 * 1024.0 * 1024.0) return;
  std::ifstream info("/proc/meminfo");
  std::string key;
  std::string unit;
  double available = most_unpacked / 1024.0;
  for (double value = 0.0; info >> key >> value;) {
    if (key == "MemAvailable:") available = value;
    std::getline(info, unit);
  }
  if (bytes > available * 1024.0 || bytes > 16.0 * most_unpacked) {
    throw DataError(fmt::format("{}: {} needs {:.3g} GiB of memory: {:.3g} GiB are available", name,
                                what, bytes / gib, available * 1024.0 / gib));
  }
}

void check_utf8(const std::string& begin, const std::string& label) {
  const std::size_t at = first_not_utf8(label);
  if (at == std::string::npos) return;
  throw DataError(fmt::format(
      "{}: the label '{}...' has a byte 0x{:02X} that is not UTF-8 (Latin-1?): save the file as "
      "UTF-8",
      begin, label.substr(0, at), static_cast<unsigned char>(label[at])));
}

}  // namespace arcuate::io::matrix
