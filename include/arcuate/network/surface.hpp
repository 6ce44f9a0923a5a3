#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/network/connectome.hpp"

/// Triangulated surfaces, and the networks that stand on them (docs/surfaces.md).
namespace arcuate::network {

struct Surface {
  std::vector<std::array<double, 3>> vertices;       ///< [mm]
  std::vector<std::array<double, 3>> normals;        ///< (n_vertices) of length 1, or empty
  std::vector<std::array<LocalIndex, 3>> triangles;  ///< vertices
  std::string origin;                                ///< for messages
  std::vector<std::string> warnings;

  [[nodiscard]] GlobalIndex n_vertices() const { return static_cast<GlobalIndex>(vertices.size()); }
};

/// Throws DataError for what is no surface: vertices that are not there, triangles with one vertex
/// twice, edges of three triangles. Warns of what may be meant: holes, vertices without triangle,
/// several at one place, triangles without area, neighbours that turn the other way. O(triangles)
void check_surface(Surface& surface);
/// Warns of vertices at one place.
void check_places(Surface& surface);

/// Means of the normals of the triangles at each vertex, weighted with their angles there, of
/// length 1; (0, 0, 0) where there is none.
std::vector<std::array<double, 3>> vertex_normals(const Surface& surface);
/// [mm^2] A third of the area of the triangles at each vertex.
std::vector<double> vertex_areas(const Surface& surface);

/// How strongly vertices at a distance act on each other.
struct LocalKernel {
  enum class Form { neighbours, gaussian, double_gaussian, exponential };
  Form form = Form::neighbours;
  double sigma = 1.0;      ///< [mm] width
  double amplitude = 1.0;  ///< at distance 0
  double sigma_2 = 1.0;    ///< [mm] double_gaussian: of what is taken away
  double amplitude_2 = 1.0;
  double cutoff = 40.0;    ///< [mm] along the surface; nothing acts further
  bool homogenise = true;  ///< The Virtual Brain's: all vertices receive as much

  [[nodiscard]] double operator()(double distance) const;
};

/// Edges of the vertices first, first + 1, ..., in rows. Of one vertex they do not depend on which
/// others are asked for.
struct LocalRows {
  std::vector<GlobalIndex> row{0};
  std::vector<LocalIndex> source;
  std::vector<double> weight;
};
/// neighbours: the mean of the vertices at the other end of an edge. Others: the kernel of the
/// geodesic distance to all others up to the cut-off, before homogenise().
LocalRows local_rows(const Surface& surface, const LocalKernel& kernel, GlobalIndex first,
                     GlobalIndex last);
/// Scales what is positive and what is negative in each row to the mean sum over all rows, as The
/// Virtual Brain does. Returns how many rows have nothing to scale where others have.
GlobalIndex homogenise(LocalRows& rows);

/// What the regions of a network of vertices stand for. Vertices come first, then the regions
/// of the connectome that no vertex belongs to.
struct Mapped {
  Connectome regions;                   ///< what tracts connect
  std::vector<std::int32_t> region_of;  ///< (vertices and regions without)
  Surface surface;
};

/// Vertices, and regions that no vertex belongs to, as one network; without local edges. mapping:
/// (n_vertices) region. Throws DataError.
Connectome stand_on(Connectome regions, Surface surface, const std::vector<std::int32_t>& mapping,
                    const std::string& mapping_name);
/// Local edges between its vertices: strength (one, or one for each vertex that receives) times
/// the rows, undelayed.
void add_local_edges(Connectome& network, const LocalRows& rows,
                     const std::vector<double>& strength);

}  // namespace arcuate::network
