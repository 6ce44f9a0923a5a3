#include "output_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "arcuate/core/error.hpp"

namespace arcuate::io {
namespace {

namespace fs = std::filesystem;

/// [bytes] Of a name, so that those of temporary files and of MPI's own stay below 255.
constexpr std::size_t longest_name = 200;

}  // namespace

fs::path end_of_links(fs::path path, const std::string& shown) {
  std::error_code none;
  for (int links = 0; fs::is_symlink(path, none); ++links) {
    if (links == 40) throw EnvironmentError(shown + ": cannot be written: its links have no end");
    const fs::path to = fs::read_symlink(path, none);
    path = to.is_absolute() ? to : path.parent_path() / to;
  }
  return path;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void check_place(const fs::path& path, const std::string& shown) {
  std::error_code none;
  const auto status = fs::status(path, none);
  const std::string begin = shown + ": cannot be written: ";
  if (const std::size_t bytes = path.filename().string().size(); bytes > longest_name) {
    throw EnvironmentError(fmt::format("{}its name has {} bytes: at most {} are possible", begin,
                                       bytes, longest_name));
  }
  if (fs::is_directory(status)) throw EnvironmentError(begin + "this is a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw EnvironmentError(begin + "this is not a regular file");
  }
  const fs::path folder = folder_of(path);
  if (!fs::is_directory(folder, none)) {
    throw EnvironmentError(begin + "there is no folder '" + folder.string() + "'");
  }
  const fs::space_info space = fs::space(folder, none);
  if (!none && space.capacity == 0) {
    throw EnvironmentError(begin + "'" + folder.string() + "' is not on a disk");
  }
}

std::string create_beside(const fs::path& path, const std::string& shown) {
  std::random_device device;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string name = fmt::format("{}.partial-{:08x}", path.string(), device());
    const int file = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) {
      ::close(file);
      return name;
    }
    if (errno != EEXIST) {
      throw EnvironmentError(
          fmt::format("{}: cannot be written: open: {}: {}", shown, name, std::strerror(errno)));
    }
  }
  throw EnvironmentError(shown + ": cannot be written: no temporary name is free");
}

std::string claim_of(const fs::path& path) {
  return path.string() + ".arcuate-claim";
}

}  // namespace arcuate::io
