#pragma once

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/spikes.hpp"

namespace arcuate::io {

/// The group /spike_trains of a file, which it replaces.
void write_results(const hdf5::Object& file, const SpikeResults& results,
                   const std::vector<std::string>& populations);

}  // namespace arcuate::io
