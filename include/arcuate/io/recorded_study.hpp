#pragma once

#include <string>

/// A recording as an input: the study that it holds.
namespace arcuate::io {

/// The study of a recording as YAML, with all defaults and overrides, and inputs by absolute paths.
/// Throws DataError: not a whole recording.
std::string study_of_recording(const std::string& path);

/// What a recording holds, in a few lines: study, network, monitors, the run. Throws DataError.
std::string describe_recording(const std::string& path);

}  // namespace arcuate::io
