#pragma once

#include <array>
#include <cstddef>

namespace arcuate {

/// A few numbers of one region: states, parameters, inputs.
template <class T, std::size_t N>
using Vec = std::array<T, N>;

}  // namespace arcuate
