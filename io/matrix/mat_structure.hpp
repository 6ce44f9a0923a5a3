#pragma once

#include <cstdint>

#include "stream.hpp"

namespace arcuate::io::matrix {

/// Compares what every element of a MATLAB file of version 5 claims (type, dimensions, bytes) with
/// what is there, because matio believes it. `source` stands at the beginning of the file of `size`
/// bytes. Throws DataError.
void check_mat_structure(Source& source, std::uint64_t size);

}  // namespace arcuate::io::matrix
