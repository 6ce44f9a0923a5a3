/// Preloaded: calls on files whose name contains ARCUATE_SHIM_FILE fail or are slow.
///   ARCUATE_SHIM_CALL   write (pwrite too), sync or rename
///   ARCUATE_SHIM_CALLS  "3-5": which of these calls, counted in each process; "3-": from the third
///   on ARCUATE_SHIM_ERROR  number of the error; 0: none ARCUATE_SHIM_SLEEP  [ms] before the call
///   ARCUATE_SHIM_RANK   of this rank only
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> calls{0};

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Sleeps where that is asked for; the error of this call, or 0.
int trouble(const char* call, const char* file) {
  const char* wanted = setting("ARCUATE_SHIM_FILE");
  if (*wanted == 0 || std::strcmp(setting("ARCUATE_SHIM_CALL"), call) != 0) return 0;
  if (std::strstr(file, wanted) == nullptr) return 0;
  const char* rank = setting("ARCUATE_SHIM_RANK");
  if (*rank != 0 && std::strcmp(rank, setting("OMPI_COMM_WORLD_RANK")) != 0) return 0;
  const long now = ++calls;
  char* end = nullptr;
  const long first = std::strtol(setting("ARCUATE_SHIM_CALLS"), &end, 10);
  const long last = *end == '-' && end[1] != 0 ? std::strtol(end + 1, nullptr, 10) : LONG_MAX;
  if (now < first || now > last) return 0;
  ::usleep(static_cast<useconds_t>(1000 * std::atoi(setting("ARCUATE_SHIM_SLEEP"))));
  return std::atoi(setting("ARCUATE_SHIM_ERROR"));
}

/// The name of what is open as a number, or "".
struct Name {
  explicit Name(int file) {
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t size = ::readlink(link, text, sizeof text - 1);
    text[size > 0 ? size : 0] = 0;
  }
  char text[PATH_MAX];
};

bool fails(const char* call, const char* file) {
  const int error = trouble(call, file);
  if (error != 0) errno = error;
  return error != 0;
}

template <class Function>
Function real(Function, const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  if (fails("write", Name(file).text)) return -1;
  static const auto next = real(&write, "write");
  return next(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  if (fails("write", Name(file).text)) return -1;
  static const auto next = real(&pwrite, "pwrite");
  return next(file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
  if (fails("write", Name(file).text)) return -1;
  static const auto next = real(&pwrite64, "pwrite64");
  return next(file, bytes, size, offset);
}

int fsync(int file) {
  if (fails("sync", Name(file).text)) return -1;
  static const auto next = real(&fsync, "fsync");
  return next(file);
}

int fdatasync(int file) {
  if (fails("sync", Name(file).text)) return -1;
  static const auto next = real(&fdatasync, "fdatasync");
  return next(file);
}

int rename(const char* from, const char* to) {
  if (fails("rename", from)) return -1;
  static const auto next = real(&rename, "rename");
  return next(from, to);
}

}  // extern "C"
