#pragma once

#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "file/seal.hpp"

namespace arcuate::io {

const Seal& seal_of_recordings();

/// Samples and the final state, which have checksums of their own.
std::vector<Apart> apart_in_recording(const hdf5::Object& file);

}  // namespace arcuate::io
