#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// A recording in progress that has a checkpoint stays one until it has its name: whoever is killed
/// while it is completed has left a file that HDF5 may not be able to open. So what changes then,
/// which is everything but large arrays, is kept beside it before.
namespace arcuate::io {

/// [bytes] of a file.
struct Extent {
  std::int64_t begin = 0, size = 0;
};

/// Keeps all of a file but these extents, in NAME-before; it is there whole or not at all. Throws
/// EnvironmentError.
void keep_what_was(const std::string& file, std::vector<Extent> but);
/// Makes the file what it was, if something was kept. Throws EnvironmentError, DataError.
void restore_what_was(const std::string& file);
void forget_what_was(const std::string& file);

}  // namespace arcuate::io
