#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

/// Logs that survive a kill: what was appended is in the file (docs/file-formats.md).
namespace arcuate::io {

struct JournalContent {
  std::string header;  ///< JSON object
  std::vector<std::string>
      records;                  ///< JSON objects, oldest first; the first is line 2 of the file
  std::string warning;          ///< of a torn last line, or ""
  std::size_t whole_bytes = 0;  ///< of the file, without the torn line
  unsigned long checksum = 0;   ///< of these bytes
};

/// Reads a journal that another process may be writing. A last line without its end, left by a kill
/// in the middle of a write, is not read. Throws DataError: damaged, naming file and line;
/// EnvironmentError: it cannot be read.
JournalContent read_journal(const std::string& path);

struct JournalOptions {
  bool overwrite = false;  ///< a journal that is there is replaced; nothing else ever is
  std::string how =
      "--resume goes on with it, --overwrite replaces it";  ///< said when there is one
};

/// A journal that this process writes. It is claimed as every output is, until this object is gone.
class Journal {
 public:
  /// header: a JSON object. Throws ConfigError: there is a file already. EnvironmentError: another
  /// run writes it, or it cannot be written.
  [[nodiscard]] static Journal create(const std::string& path, const std::string& header,
                                      const JournalOptions& options = {});
  /// Reads what is there, and goes on behind it; a torn last line is cut off (`content().warning`).
  /// Throws as `read_journal` and `create` do.
  [[nodiscard]] static Journal resume(const std::string& path);
  ~Journal();
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;

  [[nodiscard]] const std::string& path() const;
  /// What was there when it was opened.
  [[nodiscard]] const JournalContent& content() const;
  /// One JSON object in one line of UTF-8. It is in the file when this returns: a process that is
  /// killed loses nothing. It is on the disk, against a machine that ends, at `flush`, or when more
  /// is appended a second later. Throws EnvironmentError: a full disk, which leaves the file as it
  /// was; the file was removed, changed or taken over meanwhile.
  void append(const std::string& record);
  /// To the disk. Costs nothing when nothing was appended.
  void flush();

 private:
  class File;
  explicit Journal(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

/// Where two JSON texts differ, a line each: "fit.budget: 4000 -> 8000", in the order of keys.
/// Objects and lists of one length are compared by member, numbers by value. What is on one side
/// only is "(none)" on the other; long values are shortened. Throws DataError: not JSON.
std::vector<std::string> differences(const std::string& before, const std::string& after);

}  // namespace arcuate::io
