#pragma once

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"

/// What entered a run from outside, as /stimuli of its recording keeps it.
namespace arcuate::io {

/// /stimuli/0, /stimuli/1, ...; nothing when there are none.
void write_stimuli(const hdf5::Object& file, const std::vector<RecordedStimulus>& stimuli);

/// Of a file of any version: none where there is no /stimuli.
std::vector<RecordedStimulus> read_stimuli(const hdf5::Object& file);

}  // namespace arcuate::io
