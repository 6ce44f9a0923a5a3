#include "zip_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/error.hpp"

namespace arcuate::io::matrix {

/// A member that libzip asks for piece by piece. What its source throws waits here, since nothing
/// may be thrown through libzip.
struct ZipWriter::Streamed {
  std::unique_ptr<Source> source;
  std::size_t size = 0;
  std::size_t left = 0;
  std::exception_ptr error;

  zip_int64_t read(char* out, std::size_t count) {
    try {
      const std::size_t got = source->read(out, std::min(count, left));
      if (got == 0 && left > 0) throw DataError(source->name() + ": ends too early");
      left -= got;
      return static_cast<zip_int64_t>(got);
    } catch (...) {
      error = std::current_exception();
      return -1;
    }
  }

  zip_int64_t tell(void* data) const {
    zip_stat_t* stat = static_cast<zip_stat_t*>(data);
    zip_stat_init(stat);
    stat->size = size;
    stat->valid = ZIP_STAT_SIZE;
    return sizeof(zip_stat_t);
  }

  static zip_int64_t answer(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    auto& stream = *static_cast<Streamed*>(self);
    switch (command) {
      case ZIP_SOURCE_READ:
        return stream.read(static_cast<char*>(data), length);
      case ZIP_SOURCE_STAT:
        return stream.tell(data);
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              -1);
      case ZIP_SOURCE_ERROR:
        static_cast<int*>(data)[0] = ZIP_ER_READ;
        static_cast<int*>(data)[1] = 0;
        return 2 * sizeof(int);
      default:
        return 0;
    }
  }
};

ZipWriter::ZipWriter(const std::string& path) : path_(path) {
  int code = 0;
  archive_ = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (archive_ == nullptr)
    throw EnvironmentError(fmt::format("{}: zip_open failed (code {})", path, code));
}

ZipWriter::~ZipWriter() {
  if (archive_ != nullptr) zip_discard(archive_);
}

void ZipWriter::add_source(const std::string& member, zip_source_t* source) {
  const zip_int64_t index = zip_file_add(archive_, member.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0)
    throw EnvironmentError(
        fmt::format("{}: zip_file_add failed: {}", path_, zip_strerror(archive_)));
  zip_file_set_dostime(archive_, static_cast<zip_uint64_t>(index), 0, 33, 0);
}

void ZipWriter::add(const std::string& member, std::string content) {
  const std::string& kept =
      *contents_.emplace_back(std::make_unique<std::string>(std::move(content)));
  add_source(member, zip_source_buffer(archive_, kept.data(), kept.size(), 0));
}

void ZipWriter::add(const std::string& member, std::unique_ptr<Source> source, std::size_t size) {
  Streamed& stream = *streams_.emplace_back(std::make_unique<Streamed>());
  stream.source = std::move(source);
  stream.size = stream.left = size;
  add_source(member, zip_source_function(archive_, &Streamed::answer, &stream));
  const auto index = static_cast<zip_uint64_t>(zip_get_num_entries(archive_, 0) - 1);
  zip_set_file_compression(archive_, index, ZIP_CM_STORE, 0);  // numpy can then map it
}

void ZipWriter::close(std::string_view comment) {
  zip_set_archive_comment(archive_, comment.data(), static_cast<zip_uint16_t>(comment.size()));
  if (zip_close(archive_) != 0) {
    for (const auto& stream : streams_) {
      if (stream->error) std::rethrow_exception(stream->error);
    }
    throw EnvironmentError(fmt::format("{}: zip_close failed: {}", path_, zip_strerror(archive_)));
  }
  archive_ = nullptr;
}

}  // namespace arcuate::io::matrix
