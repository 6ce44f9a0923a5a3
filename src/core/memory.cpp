#include "arcuate/core/memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace arcuate::core {
namespace {

/// A line "key:   value kB" of a file under /proc, in bytes; 0 when it is not there.
std::int64_t kilobytes_line(const char* path, const std::string& key) {
  std::ifstream file(path);
  std::string word;
  while (file >> word) {
    std::int64_t value = 0;
    if (word == key && file >> value) return value * 1024;
  }
  return 0;
}

/// The number in a file, or -1 ("max", or no such file).
std::int64_t number_in(const char* path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? value : -1;
}

}  // namespace

std::int64_t peak_resident_bytes() {
  return kilobytes_line("/proc/self/status", "VmHWM:");
}

std::int64_t resident_bytes() {
  return kilobytes_line("/proc/self/status", "VmRSS:");
}

void return_large_blocks() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

std::int64_t available_bytes() {
  const std::int64_t machine = kilobytes_line("/proc/meminfo", "MemAvailable:");
  const std::int64_t limit = number_in("/sys/fs/cgroup/memory.max");
  const std::int64_t used = number_in("/sys/fs/cgroup/memory.current");
  return limit < 0 || used < 0 ? machine
                               : std::min(machine, std::max<std::int64_t>(0, limit - used));
}

}  // namespace arcuate::core
