#pragma once

#include <cstdint>
#include <string>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"

/// What is in a recording before the first sample is.
namespace arcuate::io {

/// What every rank needs of a SeriesInfo.
struct SampleShape {
  hsize_t samples, variables, columns;
};

SampleShape shape_of(const monitor::SeriesInfo& series);

/// A group with names, units and times, and room for the samples. Returns where these begin in the
/// file [bytes], 0 when there are none.
std::int64_t write_series(const hdf5::Object& monitors, const monitor::SeriesInfo& series,
                          Storage storage);

/// identity: of this recording and no other.
void write_header(const hdf5::Object& file, const RecordingHeader& header,
                  const std::string& identity);

}  // namespace arcuate::io
