#pragma once

#include <cmath>
#include <map>
#include <utility>

#include "arcuate/network/surface.hpp"

namespace arcuate::test {

/// An octahedron, each triangle cut into four `level` times, the vertices drawn to a sphere, in the
/// order in which they are made. [mm]
inline network::Surface sphere(int level, double radius) {
  network::Surface s;
  s.origin = "sphere";
  s.vertices = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
  s.triangles = {{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4},
                 {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}};
  for (; level > 0; --level) {
    std::map<std::pair<LocalIndex, LocalIndex>, LocalIndex> middles;
    const auto middle = [&](LocalIndex a, LocalIndex b) {
      const auto [at, fresh] = middles.emplace(std::minmax(a, b), s.n_vertices());
      if (!fresh) return at->second;
      const auto& p = s.vertices[static_cast<std::size_t>(std::min(a, b))];
      const auto& q = s.vertices[static_cast<std::size_t>(std::max(a, b))];
      const std::array<double, 3> sum{p[0] + q[0], p[1] + q[1], p[2] + q[2]};
      const double size = std::sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
      s.vertices.push_back({sum[0] / size, sum[1] / size, sum[2] / size});
      return at->second;
    };
    std::vector<std::array<LocalIndex, 3>> finer;
    for (const auto& [a, b, c] : s.triangles) {
      const LocalIndex ab = middle(a, b);
      const LocalIndex bc = middle(b, c);
      const LocalIndex ca = middle(c, a);
      finer.insert(finer.end(), {{a, ab, ca}, {ab, b, bc}, {ca, bc, c}, {ab, bc, ca}});
    }
    s.triangles = std::move(finer);
  }
  for (auto& vertex : s.vertices) {
    for (double& x : vertex)
      x *= radius;
  }
  return s;
}

}  // namespace arcuate::test
