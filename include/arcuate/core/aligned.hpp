#pragma once

#include <cstddef>
#include <vector>

/// Arrays for the hot loops: they start on a cache line, and large ones lie on huge pages where the
/// system allows it.
namespace arcuate {

/// [bytes] What different threads write lies so far apart: processors fetch lines in pairs.
inline constexpr std::size_t apart = 128;

/// Throws std::bad_alloc.
[[nodiscard]] void* allocate_aligned(std::size_t bytes);
void release_aligned(void* memory) noexcept;

/// For std::vector. All instances are equal.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}
  [[nodiscard]] T* allocate(std::size_t n) {
    return static_cast<T*>(allocate_aligned(n * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t /*n*/) noexcept { release_aligned(memory); }
  friend bool operator==(const AlignedAllocator& /*a*/, const AlignedAllocator& /*b*/) {
    return true;
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace arcuate
