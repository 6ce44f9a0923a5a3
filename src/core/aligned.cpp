#include "arcuate/core/aligned.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace arcuate {
namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t large_array = 2 * huge_page;

std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const bool large = bytes >= large_array;
  const std::size_t unit = large ? huge_page : cache_line;
  if (bytes > static_cast<std::size_t>(-1) - unit) throw std::bad_alloc();
  void* memory = nullptr;
  if (::posix_memalign(&memory, unit, round_up(bytes, cache_line)) != 0) throw std::bad_alloc();
  // Only whole huge pages: the rest is not worth the memory. A refusal costs speed, nothing else.
  if (large) ::madvise(memory, bytes / huge_page * huge_page, MADV_HUGEPAGE);
  return memory;
}

void release_aligned(void* memory) noexcept {
  std::free(memory);
}

}  // namespace arcuate
