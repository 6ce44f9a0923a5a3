#pragma once

#include <concepts>
#include <cstddef>

namespace arcuate {

/// Where something stands in an array: the one cast from signed indices and counts, which may not
/// be negative, to those of the standard library.
[[nodiscard]] constexpr std::size_t z(std::integral auto index) {
  return static_cast<std::size_t>(index);
}

}  // namespace arcuate
