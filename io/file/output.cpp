#include "arcuate/io/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/leftovers.hpp"
#include "output_kind.hpp"
#include "output_lock.hpp"
#include "output_place.hpp"

namespace arcuate::io {
namespace {

namespace fs = std::filesystem;

/// The input that a file is, under whatever name, or "".
std::string input_at(const fs::path& path, const std::vector<std::string>& inputs) {
  std::error_code none;
  for (const std::string& input : inputs) {
    if (fs::equivalent(path, input, none)) return input;
    if (!fs::is_directory(input, none)) continue;
    const fs::path whole = fs::canonical(path, none);
    for (fs::path folder = whole.parent_path(); folder.has_relative_path();
         folder = folder.parent_path()) {
      if (fs::equivalent(folder, input, none)) return input;
    }
  }
  return "";
}

/// Throws ConfigError when there is a file that must not be replaced.
void check_replaceable(const fs::path& path, const std::string& shown,
                       const OutputOptions& options) {
  std::error_code none;
  if (!fs::exists(path, none)) return;
  const std::string input = input_at(path, options.inputs);
  const std::string what(name_of(options.kind));
  if (!input.empty()) {
    throw ConfigError(
        fmt::format("{}: the {} would replace an input of this run ({}); give it "
                    "another name",
                    shown, what, input));
  }
  if (!is_of_kind(path.string(), options.kind)) {
    throw ConfigError(
        fmt::format("{}: is there already, and not a {} that Arcuate wrote: it is "
                    "not replaced; give another name",
                    shown, what));
  }
  if (!options.overwrite) {
    throw ConfigError(fmt::format("{}: is there already; {} replaces it, or give another name",
                                  shown, options.how));
  }
}

/// Throws EnvironmentError when the file to go on with is not there.
void require_partial(const fs::path& partial, const std::string& shown) {
  std::error_code none;
  if (fs::is_regular_file(partial, none)) return;
  throw EnvironmentError(
      fmt::format("{}: {} is not there: it is the recording that the checkpoint goes on with",
                  shown, partial.string()));
}

/// Closes a descriptor on every way out.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool sync() const { return fd_ >= 0 && ::fsync(fd_) == 0; }

 private:
  int fd_;
};

}  // namespace

struct Output::Claim {
  std::string shown;
  fs::path path;
  OutputOptions options;
  std::string partial;
  core::Leftover temporary;  // the same file, while it is to go with this object
  std::unique_ptr<OutputLock>
      lock;  // goes first: while it is there, the temporary file is this run's

  /// [throws] the temporary file stays, since it is whole.
  void put_in_place() {
    try {
      check_replaceable(path, shown, options);
    } catch (const ConfigError& error) {
      const std::string kept = partial;
      temporary.keep();
      throw EnvironmentError(
          fmt::format("{} (it appeared during the run). What was written is whole "
                      "and kept as {}",
                      error.what(), kept));
    }
    if (std::rename(partial.c_str(), path.c_str()) != 0) {
      const int reason = errno;
      const std::string kept = partial;
      temporary.keep();
      throw EnvironmentError(fmt::format("{}: rename: {}. What was written is whole and kept as {}",
                                         shown, std::strerror(reason), kept));
    }
    temporary.keep();
  }
};

Output::Output() = default;
Output::~Output() = default;
Output::Output(Output&& other) noexcept = default;
Output& Output::operator=(Output&& other) noexcept = default;

Output::Output(const std::string& path, OutputOptions options) : claim_(std::make_unique<Claim>()) {
  claim_->shown = path;
  claim_->path = end_of_links(path, path);
  claim_->options = std::move(options);
  check_place(claim_->path, path);
  check_replaceable(claim_->path, path, claim_->options);
  if (claim_->options.partial.empty()) {
    claim_->partial = create_beside(claim_->path, path);
    claim_->temporary = core::Leftover(claim_->partial);
  } else {
    claim_->partial = (folder_of(claim_->path) / claim_->options.partial).string();
    require_partial(claim_->partial, path);
  }
  claim_->lock = std::make_unique<OutputLock>(claim_of(claim_->path), path, claim_->partial);
  check_replaceable(claim_->path, path, claim_->options);  // by a run that ended meanwhile
}

std::string doubt_of_output(const std::string& path, const OutputOptions& options) {
  try {
    const fs::path target = end_of_links(path, path);
    check_place(target, path);
    check_replaceable(target, path, options);
    if (::access(folder_of(target).c_str(), W_OK) == 0) return "";
    return fmt::format("{}: cannot be written: {}", path, std::strerror(errno));
  } catch (const Error& error) {
    return error.what();
  }
}

const std::string& Output::path() const {
  return claim_->shown;
}

const std::string& Output::temporary() const {
  return claim_->partial;
}

void Output::keep_temporary() {
  claim_->temporary.keep();
}

void Output::write(const std::string& bytes) const {
  std::FILE* file = std::fopen(temporary().c_str(), "wb");
  const bool written =
      file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  int reason = errno;
  if (file != nullptr && std::fclose(file) != 0) {
    if (written) reason = errno;
  } else if (written) {
    return;
  }
  throw EnvironmentError(path() + ": cannot be written: " + std::strerror(reason));
}

void Output::publish() {
  if (!Descriptor(temporary(), O_RDWR).sync()) {
    throw EnvironmentError("fsync: " + temporary() + ": " + std::strerror(errno));
  }
  const core::Uninterrupted until_it_has_its_name;
  if (!claim_->lock->is_held()) {
    throw EnvironmentError(
        path() +
        ": another run took it over, since this one showed no sign of life for 10 minutes");
  }
  fault::here("output.before_rename");
  claim_->put_in_place();
  fault::here("output.after_rename");
  // Some file systems cannot sync a folder: the rename itself has succeeded.
  static_cast<void>(Descriptor(folder_of(claim_->path).string(), O_RDONLY).sync());
  claim_.reset();
}

void write_output(const std::string& path, const std::string& bytes, OutputOptions options) {
  Output output(path, std::move(options));
  output.write(bytes);
  output.publish();
}

}  // namespace arcuate::io
