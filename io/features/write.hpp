#pragma once

#include <string>
#include <vector>

#include "arcuate/io/features.hpp"
#include "arcuate/io/hdf5.hpp"

namespace arcuate::io {

/// One group: every array with its dimension scales, as netCDF-4 lays them out. Adds what a user
/// should know to `notes`.
void write_feature(const hdf5::Object& features, const ComputedFeature& done,
                   std::vector<std::string>& notes);

}  // namespace arcuate::io
