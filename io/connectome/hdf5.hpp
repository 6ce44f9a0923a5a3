#pragma once

#include <hdf5.h>

#include "arcuate/network/connectome.hpp"

/// The group /connectome of Arcuate's files (docs/file-formats.md, "Connectomes").
namespace arcuate::io::matrix {

/// Writes the group into an open file. `path` is for messages. Throws EnvironmentError.
void write_hdf5_group(hid_t file, const std::string& path, const network::Connectome& connectome);

/// The same with /surface: its vertices and triangles, the region of each node of `network`, and in
/// /surface/connectome the connectome of these. Of other networks nothing.
void write_hdf5_surface(hid_t file, const std::string& path, const network::Connectome& network);

/// Writes a whole file. Throws EnvironmentError.
void write_hdf5(const std::string& path, const network::Connectome& connectome);

}  // namespace arcuate::io::matrix
