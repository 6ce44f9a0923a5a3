#pragma once

#include <array>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/network/surface.hpp"

/// Shortest paths along a surface.
namespace arcuate::network {

/// Who lies beside whom.
class Mesh {
 public:
  /// A checked surface, which must outlive it.
  explicit Mesh(const Surface& surface);

  static constexpr LocalIndex none = -1;
  struct Side {
    LocalIndex triangle = none;
    int number = 0;  ///< from its vertex `number` to the next
  };

  [[nodiscard]] LocalIndex vertex(LocalIndex triangle, int corner) const {
    return surface_
        .triangles[static_cast<std::size_t>(triangle)][static_cast<std::size_t>(corner % 3)];
  }
  [[nodiscard]] double length(LocalIndex triangle, int side) const {
    return length_[static_cast<std::size_t>(3 * triangle + side % 3)];
  }
  /// What lies on the other side; triangle none at the rim of a hole.
  [[nodiscard]] const Side& beyond(LocalIndex triangle, int side) const {
    return beyond_[static_cast<std::size_t>(3 * triangle + side % 3)];
  }
  /// Corners (3 triangle + corner) at a vertex, ascending.
  [[nodiscard]] const std::vector<LocalIndex>& corners(LocalIndex vertex) const {
    return corners_[static_cast<std::size_t>(vertex)];
  }
  /// Shortest paths may turn there: at rims and where there is more than a full angle.
  [[nodiscard]] bool bends(LocalIndex vertex) const {
    return bends_[static_cast<std::size_t>(vertex)] != 0;
  }
  [[nodiscard]] LocalIndex n_vertices() const { return static_cast<LocalIndex>(corners_.size()); }
  [[nodiscard]] LocalIndex n_triangles() const {
    return static_cast<LocalIndex>(surface_.triangles.size());
  }

 private:
  const Surface& surface_;
  std::vector<double> length_;  ///< (triangles, 3) [mm]
  std::vector<Side> beyond_;    ///< (triangles, 3)
  std::vector<std::vector<LocalIndex>> corners_;
  std::vector<char> bends_;
};

/// Exact distances from one vertex to those nearby, by windows that are carried from triangle to
/// triangle (Chen and Han 1990, doi:10.1145/98524.98601; filtered and in the order of their
/// distance as by Xin and Wang 2009, doi:10.1145/1559755.1559761).
class Geodesics {
 public:
  explicit Geodesics(const Mesh& mesh);
  ~Geodesics();
  struct Near {
    LocalIndex vertex = 0;
    double distance = 0.0;  ///< [mm]
  };
  /// Vertices up to `cutoff` [mm] away, itself included, ascending.
  std::vector<Near> within(LocalIndex source, double cutoff);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::network
