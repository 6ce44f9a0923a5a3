#include "arcuate/network/geodesic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <queue>
#include <tuple>

#include "arcuate/core/index.hpp"

namespace arcuate::network {
namespace windows {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double relative_rounding = 1e-12;  // of lengths that are equal

struct Point2 {
  double x = 0.0;
  double y = 0.0;
};

inline double distance(Point2 a, Point2 b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

/// In the plane: the corner that lies a from (0, 0) and b from (length, 0), above the line.
inline Point2 apex(double a, double b, double length) {
  const double x = (a * a - b * b + length * length) / (2.0 * length);
  return {x, std::sqrt(std::max(0.0, a * a - x * x))};
}

/// Where the line from `from` through (x, 0) meets that from a to b: 0 at a, 1 at b.
inline double meets(Point2 from, double x, Point2 a, Point2 b) {
  const Point2 ray{x - from.x, -from.y};
  const Point2 along{b.x - a.x, b.y - a.y};
  const double parallel = ray.x * along.y - ray.y * along.x;
  if (parallel == 0.0) return 0.0;
  const double t = (ray.y * (a.x - from.x) - ray.x * (a.y - from.y)) / parallel;
  return std::clamp(t, 0.0, 1.0);
}

/// The part of a side of a triangle that straight lines from a point reach, and enter through.
/// The side lies on the x axis, its first vertex at 0, the triangle above.
struct Window {
  LocalIndex triangle = 0;
  int side = 0;
  double begin = 0.0, end = 0.0;  ///< [mm] along the side
  Point2 from;                    ///< where the lines begin, y <= 0
  double before = 0.0;            ///< [mm] from the source to there
  double nearest = 0.0;           ///< [mm] from the source to the nearest point
};

/// What is next: a window, or a vertex at which paths turn.
struct Event {
  double distance = 0.0;
  std::int64_t order = 0;          ///< of those at the same distance
  LocalIndex vertex = Mesh::none;  ///< none: a window
  Window window;
};
struct Later {
  bool operator()(const Event& a, const Event& b) const {
    return a.distance != b.distance ? a.distance > b.distance : a.order > b.order;
  }
};

inline double angle_of(double beside, double other, double opposite) {
  if (beside == 0.0 || other == 0.0) return 0.0;
  const double cosine =
      (beside * beside + other * other - opposite * opposite) / (2.0 * beside * other);
  return std::acos(std::clamp(cosine, -1.0, 1.0));
}

}  // namespace windows

using namespace windows;  // NOLINT(google-build-using-namespace)

Mesh::Mesh(const Surface& surface)
    : surface_(surface), corners_(surface.vertices.size()), bends_(surface.vertices.size(), 0) {
  struct MeshEdge {
    LocalIndex low, high, triangle;
    int side;
  };
  std::vector<MeshEdge> edges;
  beyond_.resize(3 * surface.triangles.size());
  for (LocalIndex t = 0; t < n_triangles(); ++t) {
    for (int k = 0; k < 3; ++k) {
      const LocalIndex a = vertex(t, k);
      const LocalIndex b = vertex(t, k + 1);
      edges.push_back({std::min(a, b), std::max(a, b), t, k});
      const auto& p = surface.vertices[z(a)];
      const auto& q = surface.vertices[z(b)];
      length_.push_back(std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
      corners_[z(a)].push_back(3 * t + k);
    }
  }
  std::sort(edges.begin(), edges.end(), [](const MeshEdge& a, const MeshEdge& b) {
    return std::tie(a.low, a.high, a.triangle, a.side) <
           std::tie(b.low, b.high, b.triangle, b.side);
  });
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const MeshEdge& one = edges[e];
    if (e + 1 < edges.size() && edges[e + 1].low == one.low && edges[e + 1].high == one.high) {
      const MeshEdge& two = edges[++e];
      beyond_[z(3 * one.triangle + one.side)] = {two.triangle, two.side};
      beyond_[z(3 * two.triangle + two.side)] = {one.triangle, one.side};
    } else {
      bends_[z(one.low)] = bends_[z(one.high)] = 1;
    }
  }
  for (LocalIndex v = 0; v < n_vertices(); ++v) {
    double angle = 0.0;
    for (const LocalIndex corner : corners(v))
      angle += angle_of(length(corner / 3, corner % 3), length(corner / 3, corner % 3 + 2),
                        length(corner / 3, corner % 3 + 1));
    if (angle > 2.0 * std::numbers::pi * (1.0 - relative_rounding)) bends_[z(v)] = 1;
  }
}

struct Geodesics::Impl {
  explicit Impl(const Mesh& m)
      : mesh(m),
        reached(z(m.n_vertices()), infinity),
        split(3 * z(m.n_triangles()), Split{infinity, 0.0}) {}

  /// The best window that has reached the vertex opposite to a side through the triangle.
  struct Split {
    double distance;
    double crossing;  ///< [mm] where its line to the vertex crosses the side
  };

  void clear() {
    for (const LocalIndex v : touched)
      reached[z(v)] = infinity;
    for (const std::size_t s : touched_splits)
      split[s] = {infinity, 0.0};
    touched.clear();
    touched_splits.clear();
    queue = {};
  }

  void reach(LocalIndex vertex, double way) {
    double& known = reached[z(vertex)];
    if (way >= known) return;
    if (known == infinity) touched.push_back(vertex);
    known = way;
    if (mesh.bends(vertex) && way <= limit) queue.push({way, order++, vertex, {}});
  }

  /// Straight lines from a vertex into its triangles.
  void spread(LocalIndex vertex, double way) {
    for (const LocalIndex corner : mesh.corners(vertex)) {
      const LocalIndex t = corner / 3;
      const int k = corner % 3;
      const double next = mesh.length(t, k);
      const double last = mesh.length(t, k + 2);
      reach(mesh.vertex(t, k + 1), way + next);
      reach(mesh.vertex(t, k + 2), way + last);
      enter(t, k + 1, 0.0, mesh.length(t, k + 1), next, last, way);
    }
  }

  /// Carries lines over a side of a triangle into the next. The part from `begin` to `end` is
  /// counted from the side's first vertex, `near` and `far` are the distances of the lines' begin
  /// from its two ends.
  void enter(LocalIndex triangle, int side, double begin, double end, double near, double far,
             double before) {
    const Mesh::Side& other = mesh.beyond(triangle, side);
    const double length = mesh.length(triangle, side);
    if (other.triangle == Mesh::none || !(end - begin > relative_rounding * length)) return;
    Window w{other.triangle, other.number, begin, end, {}, before, 0.0};
    if (mesh.vertex(other.triangle, other.number) != mesh.vertex(triangle, side)) {
      w.begin = length - end;
      w.end = length - begin;
      std::swap(near, far);
    }
    w.from = apex(near, far, length);
    w.from.y = -w.from.y;
    const double x = std::clamp(w.from.x, w.begin, w.end);
    w.nearest = before + distance(w.from, {x, 0.0});
    if (w.nearest > limit || beaten(w, length)) return;
    queue.push({w.nearest, order++, Mesh::none, w});
  }

  /// Whether all of a window is nearer by way of one of the ends of its side: if the end that is
  /// further away is, so is all between, since there the other way grows by no more.
  [[nodiscard]] bool beaten(const Window& w, double length) const {
    const double to_end = w.before + distance(w.from, {w.end, 0.0});
    const double to_begin = w.before + distance(w.from, {w.begin, 0.0});
    const double by_first = reached[z(mesh.vertex(w.triangle, w.side))] + w.end;
    const double by_second = reached[z(mesh.vertex(w.triangle, w.side + 1))] + length - w.begin;
    return to_end > by_first * (1.0 + relative_rounding) ||
           to_begin > by_second * (1.0 + relative_rounding);
  }

  void carry_on(const Window& w) {
    const double length = mesh.length(w.triangle, w.side);
    if (beaten(w, length)) return;
    const double right_length = mesh.length(w.triangle, w.side + 1);
    const double left_length = mesh.length(w.triangle, w.side + 2);
    const Point2 top = apex(left_length, right_length, length);
    if (!(top.y > 0.0)) return;  // a triangle without area
    const double rise = top.y - w.from.y;
    const double crossing = w.from.x + (top.x - w.from.x) * (-w.from.y / rise);
    bool left = crossing > w.begin;
    bool right = crossing < w.end;
    const double slack = relative_rounding * length;
    const double way = w.before + distance(w.from, top);
    if (crossing > w.begin + slack && crossing < w.end - slack) {
      split_at(w, way, crossing, left, right);
    } else if (crossing >= w.begin - slack && crossing <= w.end + slack) {
      reach(mesh.vertex(w.triangle, w.side + 2), way);  // its border: it goes on at one side only
    }
    const Point2 first{0.0, 0.0};
    const Point2 second{length, 0.0};
    const double to_top = distance(w.from, top);
    if (right) {
      const double begin = meets(w.from, w.end, second, top) * right_length;
      const double end =
          crossing > w.begin ? right_length : meets(w.from, w.begin, second, top) * right_length;
      enter(w.triangle, w.side + 1, begin, end, distance(w.from, second), to_top, w.before);
    }
    if (left) {
      const double begin = crossing < w.end ? 0.0 : meets(w.from, w.end, top, first) * left_length;
      const double end = meets(w.from, w.begin, top, first) * left_length;
      enter(w.triangle, w.side + 2, begin, end, to_top, distance(w.from, first), w.before);
    }
  }

  /// The window that is the nearest to the vertex opposite goes on at both sides of it, every other
  /// one at one side.
  void split_at(const Window& w, double way, double crossing, bool& left, bool& right) {
    const std::size_t at = z(3 * w.triangle + w.side);
    Split& best = split[at];
    if (best.distance == infinity) touched_splits.push_back(at);
    if (way < best.distance) {
      best = {way, crossing};
    } else if (way > best.distance * (1.0 + relative_rounding)) {
      (crossing < best.crossing ? right : left) = false;
    }
    reach(mesh.vertex(w.triangle, w.side + 2), way);
  }

  const Mesh& mesh;
  std::vector<double> reached;  ///< (vertices) shortest way so far
  std::vector<Split> split;     ///< (triangles, 3)
  std::vector<LocalIndex> touched;
  std::vector<std::size_t> touched_splits;
  std::priority_queue<Event, std::vector<Event>, Later> queue;
  std::int64_t order = 0;
  double limit = 0.0;
};

Geodesics::Geodesics(const Mesh& mesh) : impl_(std::make_unique<Impl>(mesh)) {}
Geodesics::~Geodesics() = default;

std::vector<Geodesics::Near> Geodesics::within(LocalIndex source, double cutoff) {
  Impl& own = *impl_;
  own.clear();
  own.limit = cutoff;
  own.order = 0;
  own.touched.push_back(source);
  own.reached[z(source)] = 0.0;
  own.spread(source, 0.0);
  while (!own.queue.empty()) {
    const Event event = own.queue.top();
    own.queue.pop();
    if (event.vertex == Mesh::none) {
      own.carry_on(event.window);
    } else if (event.distance == own.reached[z(event.vertex)]) {
      own.spread(event.vertex, event.distance);
    }
  }
  std::vector<Near> near;
  for (const LocalIndex v : own.touched) {
    if (own.reached[z(v)] <= cutoff) near.push_back({v, own.reached[z(v)]});
  }
  std::sort(near.begin(), near.end(),
            [](const Near& a, const Near& b) { return a.vertex < b.vertex; });
  return near;
}

}  // namespace arcuate::network
