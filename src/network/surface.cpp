#include "arcuate/network/surface.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::network {
namespace {

using Vector = std::array<double, 3>;

Vector between(const Vector& a, const Vector& b) {
  return {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
}
Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double dot(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
double length_of(const Vector& a) {
  return std::sqrt(dot(a, a));
}

/// Twice its area, along its normal.
Vector spanned(const Surface& surface, const std::array<LocalIndex, 3>& t) {
  const Vector& first = surface.vertices[z(t[0])];
  return cross(between(first, surface.vertices[z(t[1])]),
               between(first, surface.vertices[z(t[2])]));
}

/// An edge of a triangle, from the vertex with the lower number.
struct MeshEdge {
  LocalIndex low, high;
  bool turned;  ///< the triangle goes from high to low
  bool operator<(const MeshEdge& other) const {
    return std::tie(low, high, turned) < std::tie(other.low, other.high, other.turned);
  }
};

std::vector<MeshEdge> edges_of(const Surface& surface) {
  std::vector<MeshEdge> edges;
  edges.reserve(3 * surface.triangles.size());
  for (const auto& t : surface.triangles) {
    for (std::size_t k = 0; k < 3; ++k) {
      const LocalIndex a = t[k];
      const LocalIndex b = t[(k + 1) % 3];
      edges.push_back({std::min(a, b), std::max(a, b), a > b});
    }
  }
  std::sort(edges.begin(), edges.end());
  return edges;
}

void check_triangles(const Surface& surface) {
  for (std::size_t i = 0; i < surface.triangles.size(); ++i) {
    const auto& t = surface.triangles[i];
    for (const LocalIndex vertex : t) {
      if (vertex >= 0 && vertex < surface.n_vertices()) continue;
      throw DataError(fmt::format("{}: triangle {}: no vertex {} (allowed: 0 to {})",
                                  surface.origin, i, vertex, surface.n_vertices() - 1));
    }
    if (t[0] != t[1] && t[1] != t[2] && t[2] != t[0]) continue;
    throw DataError(fmt::format("{}: triangle {}: {} {} {}: a vertex twice", surface.origin, i,
                                t[0], t[1], t[2]));
  }
}

/// Edges have one triangle (the rim of a hole) or two, which go along it in opposite directions.
void check_edges(Surface& surface) {
  const std::vector<MeshEdge> edges = edges_of(surface);
  GlobalIndex rims = 0;
  GlobalIndex against = 0;
  for (std::size_t e = 0; e < edges.size();) {
    std::size_t end = e + 1;
    while (end < edges.size() && edges[end].low == edges[e].low && edges[end].high == edges[e].high)
      ++end;
    if (end - e > 2)
      throw DataError(fmt::format(
          "{}: {} triangles meet at the edge between vertices {} and {}: expected a surface, with "
          "at most 2",
          surface.origin, end - e, edges[e].low, edges[e].high));
    rims += end - e == 1 ? 1 : 0;
    against += end - e == 2 && edges[e].turned == edges[e + 1].turned ? 1 : 0;
    e = end;
  }
  if (rims > 0)
    surface.warnings.push_back(
        fmt::format("{}: is not closed: {} one triangle only", surface.origin,
                    rims == 1 ? "1 edge has" : fmt::format("{} edges have", rims)));
  if (against > 0)
    surface.warnings.push_back(
        fmt::format("{}: neighbouring triangles turn in opposite directions at {}: normals that "
                    "are computed from them mean nothing there",
                    surface.origin, counted(against, "edge")));
}

/// "12 vertices ..., the first is 5".
void warn_of_vertices(Surface& surface, const std::vector<LocalIndex>& which, std::string_view one,
                      std::string_view many) {
  if (which.empty()) return;
  surface.warnings.push_back(
      which.size() == 1 ? fmt::format("{}: vertex {} {}", surface.origin, which.front(), one)
                        : fmt::format("{}: {} vertices {}, the first is vertex {}", surface.origin,
                                      which.size(), many, which.front()));
}

void check_unused(Surface& surface) {
  std::vector<char> used(surface.vertices.size(), 0);
  for (const auto& t : surface.triangles) {
    for (const LocalIndex vertex : t)
      used[z(vertex)] = 1;
  }
  std::vector<LocalIndex> unused;
  for (std::size_t v = 0; v < used.size(); ++v) {
    if (used[v] == 0) unused.push_back(static_cast<LocalIndex>(v));
  }
  warn_of_vertices(surface, unused, "is in no triangle: it has no neighbours",
                   "are in no triangle: they have no neighbours");
}

}  // namespace

void check_places(Surface& surface) {
  std::vector<LocalIndex> order(surface.vertices.size());
  for (std::size_t v = 0; v < order.size(); ++v)
    order[v] = static_cast<LocalIndex>(v);
  const auto& at = surface.vertices;
  std::sort(order.begin(), order.end(), [&](LocalIndex a, LocalIndex b) {
    return std::tie(at[z(a)], a) < std::tie(at[z(b)], b);
  });
  std::vector<LocalIndex> again;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (at[z(order[i])] == at[z(order[i - 1])]) again.push_back(order[i]);
  }
  std::sort(again.begin(), again.end());
  warn_of_vertices(surface, again, "lies where another one does",
                   "lie where others do: what meets there may not be connected");
}

namespace {

/// They are directions: what is longer would count for more in every sensor.
void check_normals(Surface& surface) {
  constexpr double rounding = 1e-3;
  std::vector<LocalIndex> other;
  for (std::size_t v = 0; v < surface.normals.size(); ++v) {
    const double size = length_of(surface.normals[v]);
    if (size == 0.0 || std::abs(size - 1.0) <= rounding) continue;
    other.push_back(static_cast<LocalIndex>(v));
    for (double& component : surface.normals[v])
      component /= size;
  }
  warn_of_vertices(surface, other, "has a normal that is not of length 1: its direction counts",
                   "have normals that are not of length 1: their directions count");
}

void check_areas(Surface& surface) {
  constexpr double flat = 1e-12;  // of the longest side's square
  GlobalIndex flats = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < surface.triangles.size(); ++i) {
    const auto& t = surface.triangles[i];
    double longest = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
      const Vector side = between(surface.vertices[z(t[k])], surface.vertices[z(t[(k + 1) % 3])]);
      longest = std::max(longest, dot(side, side));
    }
    if (length_of(spanned(surface, t)) > flat * longest) continue;
    if (flats++ == 0) first = i;
  }
  if (flats == 0) return;
  surface.warnings.push_back(fmt::format("{}: {} without area, the first is triangle {}",
                                         surface.origin, counted(flats, "triangle"), first));
}

/// Coordinates in metres or micrometres make all distances meaningless.
void check_size(Surface& surface) {
  constexpr double smallest = 2.0;  // [mm] of any brain with a cortex
  constexpr double largest = 1000.0;
  double extent = 0.0;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto [low, high] =
        std::minmax_element(surface.vertices.begin(), surface.vertices.end(),
                            [k](const Vector& a, const Vector& b) { return a[k] < b[k]; });
    extent = std::max(extent, (*high)[k] - (*low)[k]);
  }
  if (extent >= smallest && extent <= largest) return;
  surface.warnings.push_back(
      fmt::format("{}: is {:.3g} mm long: are its coordinates in mm?", surface.origin, extent));
}

void add(std::vector<std::array<double, 3>>& to, LocalIndex at, const Vector& what, double factor) {
  for (std::size_t k = 0; k < 3; ++k)
    to[z(at)][k] += factor * what[k];
}

}  // namespace

void check_surface(Surface& surface) {
  if (surface.vertices.empty() || surface.triangles.empty())
    throw DataError(fmt::format(
        "{}: has {} and {}: expected a surface", surface.origin,
        surface.n_vertices() == 1 ? "1 vertex" : fmt::format("{} vertices", surface.n_vertices()),
        counted(surface.triangles.size(), "triangle")));
  for (std::size_t v = 0; v < surface.vertices.size(); ++v) {
    const Vector& at = surface.vertices[v];
    if (std::isfinite(at[0]) && std::isfinite(at[1]) && std::isfinite(at[2])) continue;
    throw DataError(fmt::format("{}: vertex {}: {} {} {}: expected finite numbers", surface.origin,
                                v, at[0], at[1], at[2]));
  }
  for (std::size_t v = 0; v < surface.normals.size(); ++v) {
    const double size = length_of(surface.normals[v]);
    if (std::isfinite(size)) continue;
    throw DataError(
        fmt::format("{}: normal of vertex {}: expected finite numbers", surface.origin, v));
  }
  if (!surface.normals.empty() && surface.normals.size() != surface.vertices.size())
    throw DataError(fmt::format("{}: has {} normals for {} vertices", surface.origin,
                                surface.normals.size(), surface.vertices.size()));
  check_normals(surface);
  check_triangles(surface);
  check_edges(surface);
  check_unused(surface);
  check_places(surface);
  check_areas(surface);
  check_size(surface);
}

std::vector<std::array<double, 3>> vertex_normals(const Surface& surface) {
  std::vector<std::array<double, 3>> normals(surface.vertices.size(), Vector{});
  for (const auto& t : surface.triangles) {
    const Vector normal = spanned(surface, t);
    const double size = length_of(normal);
    if (!(size > 0.0)) continue;
    for (std::size_t k = 0; k < 3; ++k) {
      const Vector& here = surface.vertices[z(t[k])];
      const Vector one = between(here, surface.vertices[z(t[(k + 1) % 3])]);
      const Vector two = between(here, surface.vertices[z(t[(k + 2) % 3])]);
      add(normals, t[k], normal, std::atan2(size, dot(one, two)) / size);
    }
  }
  for (Vector& normal : normals) {
    const double size = length_of(normal);
    for (double& component : normal)
      component = size > 0.0 ? component / size : 0.0;
  }
  return normals;
}

std::vector<double> vertex_areas(const Surface& surface) {
  std::vector<double> areas(surface.vertices.size(), 0.0);
  for (const auto& t : surface.triangles) {
    for (const LocalIndex vertex : t)
      areas[z(vertex)] += length_of(spanned(surface, t)) / 6.0;
  }
  return areas;
}

namespace {

void check_mapping(const Connectome& regions, const Surface& surface,
                   const std::vector<std::int32_t>& mapping, const std::string& name) {
  if (static_cast<GlobalIndex>(mapping.size()) != surface.n_vertices())
    throw DataError(
        fmt::format("{}: has {} entries, and {} has {} vertices: expected the region "
                    "of each vertex",
                    name, mapping.size(), surface.origin, surface.n_vertices()));
  for (std::size_t v = 0; v < mapping.size(); ++v) {
    if (mapping[v] >= 0 && mapping[v] < regions.n_regions()) continue;
    throw DataError(fmt::format("{}: vertex {}: no region {} in {} (allowed: 0 to {})", name, v,
                                mapping[v], regions.origin, regions.n_regions() - 1));
  }
}

/// Regions that no vertex belongs to: nobody is surprised by those that are not cortical.
void warn_of_single(const Connectome& regions, const std::vector<LocalIndex>& single,
                    const std::string& name, std::vector<std::string>& warnings) {
  constexpr std::size_t shown = 5;
  std::string names;
  std::size_t count = 0;
  for (const LocalIndex region : single) {
    if (!regions.cortical.empty() && regions.cortical[z(region)] == 0) continue;
    if (count < shown) names += (count == 0 ? "" : ", ") + name_of(regions, region);
    ++count;
  }
  if (count == 0) return;
  if (count > shown) names += ", ...";
  warnings.push_back(fmt::format("{}: {} without vertices {}: {}", name,
                                 counted(static_cast<GlobalIndex>(count), "region"),
                                 count == 1 ? "is a single node" : "are single nodes", names));
}

/// Where the vertices of each region are in the mean, and how many there are.
struct Middles {
  std::vector<Vector> place;
  std::vector<double> count;
};
Middles middles_of(const Surface& surface, const std::vector<std::int32_t>& mapping,
                   GlobalIndex n_regions) {
  Middles middles{std::vector<Vector>(z(n_regions), Vector{}),
                  std::vector<double>(z(n_regions), 0.0)};
  for (std::size_t v = 0; v < mapping.size(); ++v) {
    add(middles.place, mapping[v], surface.vertices[v], 1.0);
    middles.count[z(mapping[v])] += 1.0;
  }
  for (std::size_t region = 0; region < middles.place.size(); ++region) {
    for (double& x : middles.place[region])
      x /= std::max(1.0, middles.count[region]);
  }
  return middles;
}

/// A mapping of another connectome, or one that counts from 1, puts vertices far from the centre of
/// their region: for most of the regions, more than a tenth of all centres are nearer.
void warn_of_places(const Connectome& regions, const Surface& surface,
                    const std::vector<std::int32_t>& mapping, const std::string& name,
                    std::vector<std::string>& warnings) {
  if (regions.centres.empty()) return;
  const Middles middles = middles_of(surface, mapping, regions.n_regions());
  std::size_t looked_at = 0;
  std::size_t elsewhere = 0;
  for (std::size_t region = 0; region < middles.place.size(); ++region) {
    if (middles.count[region] == 0.0) continue;
    const auto distance = [&](const Vector& centre) {
      return length_of(between(middles.place[region], centre));
    };
    const double own = distance(regions.centres[region]);
    const auto nearer = std::count_if(regions.centres.begin(), regions.centres.end(),
                                      [&](const Vector& centre) { return distance(centre) < own; });
    ++looked_at;
    elsewhere += static_cast<std::size_t>(nearer) * 10 > regions.centres.size() ? 1 : 0;
  }
  if (2 * elsewhere <= looked_at) return;
  warnings.push_back(
      fmt::format("{}: the vertices of {} of {} regions lie nearer to many other regions' centres "
                  "than to their own: is it the mapping of {}, with indices from 0?",
                  name, elsewhere, looked_at, regions.origin));
}

/// What is known of the nodes: of vertices from the surface, of the others from the connectome.
void describe_nodes(const Connectome& regions, const Surface& surface,
                    const std::vector<std::int32_t>& region_of, Connectome& network) {
  const auto vertices = z(surface.n_vertices());
  const std::vector<Vector> normals =
      surface.normals.empty() ? vertex_normals(surface) : surface.normals;
  const std::vector<double> areas = vertex_areas(surface);
  const bool whole = region_of.size() == vertices;
  const bool placed = whole || !regions.centres.empty();
  const bool oriented = whole || !regions.orientation.empty();
  const bool measured = whole || !regions.area.empty();
  for (std::size_t node = 0; node < region_of.size(); ++node) {
    const std::size_t region = z(region_of[node]);
    const bool vertex = node < vertices;
    const std::string label = name_of(regions, region_of[node]);
    network.labels.push_back(vertex ? fmt::format("{}/{}", label, node) : label);
    network.cortical.push_back(vertex ? 1 : 0);
    if (!regions.hemisphere.empty()) network.hemisphere.push_back(regions.hemisphere[region]);
    if (placed)
      network.centres.push_back(vertex ? surface.vertices[node] : regions.centres[region]);
    if (oriented)
      network.orientation.push_back(vertex ? normals[node] : regions.orientation[region]);
    if (measured)
      network.area.push_back(vertex ? static_cast<float>(areas[node]) : regions.area[region]);
  }
}

}  // namespace

Connectome stand_on(Connectome regions, Surface surface, const std::vector<std::int32_t>& mapping,
                    const std::string& mapping_name) {
  check_mapping(regions, surface, mapping, mapping_name);
  Connectome network;
  network.origin = surface.origin;
  network.warnings = std::move(surface.warnings);
  auto mapped = std::make_shared<Mapped>();
  mapped->region_of = mapping;
  std::vector<char> has_vertices(z(regions.n_regions()), 0);
  for (const std::int32_t region : mapping)
    has_vertices[z(region)] = 1;
  std::vector<LocalIndex> single;
  for (std::size_t region = 0; region < has_vertices.size(); ++region) {
    if (has_vertices[region] == 0) single.push_back(static_cast<LocalIndex>(region));
  }
  mapped->region_of.insert(mapped->region_of.end(), single.begin(), single.end());
  warn_of_single(regions, single, mapping_name, network.warnings);
  warn_of_places(regions, surface, mapping, mapping_name, network.warnings);
  describe_nodes(regions, surface, mapped->region_of, network);
  network.row.assign(mapped->region_of.size() + 1, 0);
  mapped->regions = std::move(regions);
  mapped->surface = std::move(surface);
  network.mapped = std::move(mapped);
  return network;
}

void add_local_edges(Connectome& network, const LocalRows& rows,
                     const std::vector<double>& strength) {
  for (std::size_t target = 0; target + 1 < network.row.size(); ++target) {
    const bool vertex = target + 1 < rows.row.size();
    for (GlobalIndex e = vertex ? rows.row[target] : 0; vertex && e < rows.row[target + 1]; ++e) {
      const double weight = strength[strength.size() == 1 ? 0 : target] * rows.weight[z(e)];
      if (weight == 0.0) continue;
      network.source.push_back(rows.source[z(e)]);
      network.weight.push_back(weight);
    }
    network.row[target + 1] = static_cast<GlobalIndex>(network.source.size());
  }
  network.delay.assign(network.source.size(), 0.0);
}

}  // namespace arcuate::network
