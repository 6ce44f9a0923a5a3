#pragma once

#include <zip.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stream.hpp"

namespace arcuate::io::matrix {

/// A zip archive under construction. Members are dated 1980, so that equal
/// content is equal bytes. Throws EnvironmentError.
class ZipWriter {
 public:
  explicit ZipWriter(const std::string& path);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  void add(const std::string& member, std::string content);
  /// `size` bytes that are read while the archive is closed: a member larger than the memory.
  void add(const std::string& member, std::unique_ptr<Source> source, std::size_t size);
  /// Writes everything, with a comment that says who wrote it.
  void close(std::string_view comment);

 private:
  struct Streamed;
  void add_source(const std::string& member, zip_source_t* source);

  std::string path_;
  zip_t* archive_ = nullptr;
  std::vector<std::unique_ptr<std::string>> contents_;  // libzip reads them when it closes
  std::vector<std::unique_ptr<Streamed>> streams_;
};

}  // namespace arcuate::io::matrix
