#pragma once

#include <cstddef>

namespace arcuate::comm {

/// MPI counts are int: longer messages travel in pieces of this many bytes.
inline constexpr std::size_t piece = std::size_t{1} << 30;

}  // namespace arcuate::comm
