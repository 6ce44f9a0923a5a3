#pragma once

#include <string>

/// Checksums of a table of results: of the whole file, in a line behind what is HDF5's; and of the
/// columns and the rows of each group, in `/checksums`, which say where a difference is.
namespace arcuate::io::results {

/// Adds them to a table that is complete and closed. Throws EnvironmentError.
void write_sums(const std::string& path);

/// Of a table that is about to be used. Throws DataError: it has a checksum, and is not what it
/// was; with the column and the row where it is a cell.
void require_sound(const std::string& path);

}  // namespace arcuate::io::results
