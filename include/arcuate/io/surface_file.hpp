#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/io/connectome_file.hpp"
#include "arcuate/network/surface.hpp"

/// Surfaces, mappings and local connectivity in files (docs/surfaces.md). All throw DataError.
namespace arcuate::io {

/// The Virtual Brain's zip (vertices, triangles and, where it has them, normals) or GIFTI
/// (.surf.gii). Several files are one surface, one after the other. Checked.
network::Surface read_surface(const std::vector<std::string>& files);

/// The region of each vertex: indices from 0 in text or .npy, or GIFTI labels (.label.gii), by the
/// names of their table where it has some. Several files one after the other.
std::vector<std::int32_t> read_region_mapping(const std::vector<std::string>& files,
                                              const network::Connectome& regions);

/// A square matrix of so many vertices, any format of a matrix of weights.
network::LocalRows read_local_connectivity(const MatrixFile& file, GlobalIndex vertices);

}  // namespace arcuate::io
