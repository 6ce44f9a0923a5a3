#include <algorithm>
#include <limits>
#include <numbers>
#include <numeric>

#include "structure.hpp"

// The spatial generator: two hemispheres as half ellipsoids, a pair of regions connected with a
// probability that falls with distance. Its cost is linear in regions and edges: regions are
// grouped into cells, a pair of cells is visited once with an upper bound of its probabilities
// (geometric skipping), and each candidate is accepted with the ratio of its own probability to the
// bound.
namespace arcuate::network {
namespace {

constexpr Point half_axes{70.0, 84.0,
                          55.0};     // [mm] of an adult brain: sides, front to back, height
constexpr double half_gap = 3.0;     // [mm] from the mid-plane to a hemisphere
constexpr double reach = 18.0;       // [mm] of the local links
constexpr double local_tail = 0.04;  // long links inside a hemisphere, relative to local ones
constexpr double callosal = 0.15;    // links around the mirror region, relative to local ones
constexpr double callosal_tail = 0.004;
constexpr double curvature = 1.2;  // length of a tract over its straight distance
constexpr GlobalIndex cells_per_hemisphere = 1024;

/// Regions of one hemisphere, evenly spread, front to back, x > 0.
std::vector<Point> hemisphere_points(GlobalIndex count) {
  std::vector<Point> points;
  for (GlobalIndex k = 0; k < count; ++k) {
    const double x = (static_cast<double>(k) + 0.5) / static_cast<double>(count);
    const double turn = static_cast<double>(k) / std::numbers::phi;
    const double angle = 2.0 * std::numbers::pi * (turn - std::floor(turn));
    const double radius = std::sqrt(1.0 - x * x);
    points.push_back({half_gap + (half_axes[0] - half_gap) * x,
                      half_axes[1] * radius * std::cos(angle),
                      half_axes[2] * radius * std::sin(angle)});
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const Point& a, const Point& b) { return a[1] > b[1]; });
  return points;
}

/// Regions that lie close together: members [first, last) of an order, in a box.
struct Cell {
  std::size_t first = 0;
  std::size_t last = 0;
  Point low{};
  Point high{};

  [[nodiscard]] double size() const { return static_cast<double>(last - first); }
  [[nodiscard]] Point middle() const {
    return {0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), 0.5 * (low[2] + high[2])};
  }
};

double gap(const Cell& a, const Cell& b) {
  double sum = 0.0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double d = std::max({0.0, a.low[c] - b.high[c], b.low[c] - a.high[c]});
    sum += d * d;
  }
  return std::sqrt(sum);
}

/// Halves the regions across their widest side until a cell has at most `most` of them.
class Cells {
 public:
  explicit Cells(const std::vector<Point>& points) : points_(points), order_(points.size()) {
    std::iota(order_.begin(), order_.end(), LocalIndex{0});
    const auto count = static_cast<GlobalIndex>(points.size());
    most_ = static_cast<std::size_t>((count + cells_per_hemisphere - 1) / cells_per_hemisphere);
    if (count > 0) split(0, points.size());
  }

  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] LocalIndex member(const Cell& cell, std::int64_t at) const {
    return order_[cell.first + static_cast<std::size_t>(at)];
  }

 private:
  [[nodiscard]] Cell boxed(std::size_t first, std::size_t last) const {
    Cell cell{first, last, points_[static_cast<std::size_t>(order_[first])], {}};
    cell.high = cell.low;
    for (std::size_t k = first; k < last; ++k) {
      const Point& point = points_[static_cast<std::size_t>(order_[k])];
      for (std::size_t c = 0; c < 3; ++c) {
        cell.low[c] = std::min(cell.low[c], point[c]);
        cell.high[c] = std::max(cell.high[c], point[c]);
      }
    }
    return cell;
  }

  void split(std::size_t first, std::size_t last) {
    const Cell cell = boxed(first, last);
    if (last - first <= most_) {
      cells_.push_back(cell);
      return;
    }
    std::size_t widest = 0;
    for (std::size_t c = 1; c < 3; ++c) {
      if (cell.high[c] - cell.low[c] > cell.high[widest] - cell.low[widest]) widest = c;
    }
    // Ties by index: the cells must not depend on the library's algorithm.
    const auto before = [&](LocalIndex a, LocalIndex b) {
      const double x = points_[static_cast<std::size_t>(a)][widest];
      const double y = points_[static_cast<std::size_t>(b)][widest];
      return x < y || (x == y && a < b);
    };
    const auto begin = order_.begin();
    std::sort(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last),
              before);
    const std::size_t middle = first + (last - first) / 2;
    split(first, middle);
    split(middle, last);
  }

  const std::vector<Point>& points_;
  std::vector<LocalIndex> order_;
  std::vector<Cell> cells_;
  std::size_t most_ = 1;
};

enum class Side { same, other };

/// Relative probability of a link; `d` is the distance inside one hemisphere, or to the mirror
/// region.
double affinity(double d, Side side) {
  const double local = std::exp(-d / reach);
  return side == Side::same ? local + local_tail : callosal * local + callosal_tail;
}

/// The regions of both hemispheres: left 0 .. n_left - 1, then right.
class Brain {
 public:
  explicit Brain(const GeneratorOptions& options)
      : n_left_((options.regions + 1) / 2),
        n_right_(options.regions / 2),
        left_(hemisphere_points(n_left_)),
        right_(left_.begin(), left_.begin() + n_right_),
        left_cells_(left_),
        right_cells_(right_),
        draws_(options.seed, Purpose::mask) {
    const auto regions = static_cast<double>(options.regions);
    const double most = regions * (regions - 1.0) / 2.0;
    const double wanted = std::min(0.5 * regions * options.degree, most);
    scale_ = find_scale(std::max(0.0, wanted - static_cast<double>(n_right_)));
  }

  /// The undirected links. Every region is linked with its mirror region.
  [[nodiscard]] std::vector<Pair> links() const {
    std::vector<Pair> pairs;
    for (GlobalIndex k = 0; k < n_right_; ++k) {
      pairs.emplace_back(static_cast<LocalIndex>(k), static_cast<LocalIndex>(n_left_ + k));
    }
    std::uint64_t stratum = 0;
    each_stratum([&](const Cells& a, const Cell& cell_a, const Cells& b, const Cell& cell_b,
                     Side side) { sample(stratum++, a, cell_a, b, cell_b, side, pairs); });
    return pairs;
  }

  /// [mm] with x < 0 on the left.
  [[nodiscard]] Point centre(GlobalIndex region) const {
    Point point = mirror_position(region);
    if (region < n_left_) point[0] = -point[0];
    return point;
  }
  [[nodiscard]] bool is_right(GlobalIndex region) const { return region >= n_left_; }
  [[nodiscard]] GlobalIndex n_left() const { return n_left_; }

 private:
  [[nodiscard]] const Point& mirror_position(GlobalIndex region) const {
    return left_[static_cast<std::size_t>(region < n_left_ ? region : region - n_left_)];
  }

  template <typename Visit>
  void each_stratum(Visit visit) const {
    within(left_cells_, visit);
    within(right_cells_, visit);
    for (const Cell& a : left_cells_.cells()) {
      for (const Cell& b : right_cells_.cells()) {
        visit(left_cells_, a, right_cells_, b, Side::other);
      }
    }
  }

  template <typename Visit>
  static void within(const Cells& cells, Visit& visit) {
    const auto& list = cells.cells();
    for (std::size_t a = 0; a < list.size(); ++a) {
      for (std::size_t b = a; b < list.size(); ++b) {
        visit(cells, list[a], cells, list[b], Side::same);
      }
    }
  }

  /// The factor from affinity to probability that gives this many links beside the mirror links.
  [[nodiscard]] double find_scale(double wanted) const {
    std::vector<std::pair<double, double>> strata;  // pairs of regions, affinity
    each_stratum([&](const Cells&, const Cell& a, const Cells&, const Cell& b, Side side) {
      const bool same_cell = side == Side::same && a.first == b.first;
      double pairs = same_cell ? 0.5 * a.size() * (a.size() - 1.0) : a.size() * b.size();
      if (side == Side::other && a.first == b.first) pairs -= std::min(a.size(), b.size());
      const double typical =
          same_cell ? 0.25 * distance(a.low, a.high) : distance(a.middle(), b.middle());
      strata.emplace_back(pairs, affinity(typical, side));
    });
    const auto expected = [&](double scale) {
      double sum = 0.0;
      for (const auto& [pairs, value] : strata)
        sum += pairs * std::min(1.0, scale * value);
      return sum;
    };
    double low = 0.0;
    double high = 1.0 / callosal_tail;
    for (int step = 0; step < 60; ++step) {
      const double middle = 0.5 * (low + high);
      (expected(middle) < wanted ? low : high) = middle;
    }
    return high;
  }

  void sample(std::uint64_t stratum, const Cells& a, const Cell& cell_a, const Cells& b,
              const Cell& cell_b, Side side, std::vector<Pair>& pairs) const {
    const double bound = std::min(1.0, scale_ * affinity(gap(cell_a, cell_b), side));
    const auto width = static_cast<std::int64_t>(cell_b.last - cell_b.first);
    const auto count = static_cast<std::int64_t>(cell_a.last - cell_a.first) * width;
    const bool same_cell = side == Side::same && cell_a.first == cell_b.first;
    std::uint64_t draw = 0;
    select_bernoulli(draws_, stratum, draw, 0, count, bound, [&](std::int64_t at) {
      const LocalIndex i = a.member(cell_a, at / width);
      const LocalIndex j = b.member(cell_b, at % width);
      if (same_cell && i >= j) return;
      if (side == Side::other && i == j) return;  // the mirror link exists already
      const double d =
          distance(left_[static_cast<std::size_t>(i)], left_[static_cast<std::size_t>(j)]);
      const double p = std::min(1.0, scale_ * affinity(d, side));
      if (draws_.uniform(stratum, draw++) * bound >= p) return;
      pairs.push_back(global_pair(i, j, &a == &left_cells_, &b == &left_cells_));
    });
  }

  [[nodiscard]] Pair global_pair(LocalIndex i, LocalIndex j, bool i_left, bool j_left) const {
    const auto offset = static_cast<LocalIndex>(n_left_);
    return {i_left ? i : i + offset, j_left ? j : j + offset};
  }

  GlobalIndex n_left_;
  GlobalIndex n_right_;
  std::vector<Point> left_;  // x > 0: also the mirror positions of the right
  std::vector<Point> right_;
  Cells left_cells_;
  Cells right_cells_;
  Draws draws_;
  double scale_ = 0.0;
};

/// A tract between hemispheres passes the corpus callosum, an arch in the mid-plane.
double tract_length(const Brain& brain, GlobalIndex i, GlobalIndex j) {
  const Point a = brain.centre(i);
  const Point b = brain.centre(j);
  if (brain.is_right(i) == brain.is_right(j)) return curvature * distance(a, b);
  const double y = std::clamp(0.5 * (a[1] + b[1]), -35.0, 35.0);
  const Point crossing{0.0, y, 12.0 - 8.0 * (y / 35.0) * (y / 35.0)};
  return curvature * (distance(a, crossing) + distance(crossing, b));
}

/// Area of the half ellipsoids (Thomsen's formula), shared equally.
double region_area(GlobalIndex regions) {
  const auto power = [](double x) { return std::pow(x, 1.6075); };
  const double a = power(half_axes[0]);
  const double b = power(half_axes[1]);
  const double c = power(half_axes[2]);
  const double area =
      4.0 * std::numbers::pi * std::pow((a * b + a * c + b * c) / 3.0, 1.0 / 1.6075);
  return area / static_cast<double>(regions);
}

std::array<double, 3> to_array(const Point& point) {
  return {point[0], point[1], point[2]};
}

Point outward_normal(const Point& centre) {
  Point normal{};
  double sum = 0.0;
  for (std::size_t c = 0; c < 3; ++c) {
    normal[c] = centre[c] / (half_axes[c] * half_axes[c]);
    sum += normal[c] * normal[c];
  }
  for (double& component : normal)
    component /= std::sqrt(sum);
  return normal;
}

void describe_regions(const Brain& brain, Connectome& connectome) {
  const GlobalIndex regions = connectome.n_regions();
  const auto area = static_cast<float>(region_area(regions));
  for (GlobalIndex i = 0; i < regions; ++i) {
    const bool right = brain.is_right(i);
    connectome.labels.push_back(
        padded_label(right ? "rh_" : "lh_", right ? i - brain.n_left() : i, brain.n_left()));
    connectome.centres.push_back(to_array(brain.centre(i)));
    connectome.orientation.push_back(to_array(outward_normal(brain.centre(i))));
    connectome.cortical.push_back(1);
    connectome.hemisphere.push_back(right ? 1 : 0);
    connectome.area.push_back(area);
  }
}

}  // namespace

Connectome spatial(const GeneratorOptions& options) {
  const Brain brain(options);
  Connectome connectome;
  {
    Structure structure = mirrored(options.regions, brain.links());
    connectome.row = std::move(structure.row);
    connectome.source = std::move(structure.source);
  }
  const WeightLaw law(options, true);
  connectome.weight.resize(connectome.source.size());
  connectome.length.resize(connectome.source.size());
  for (GlobalIndex i = 0; i < options.regions; ++i) {
    const auto target = static_cast<std::size_t>(i);
    const auto last = static_cast<std::size_t>(connectome.row[target + 1]);
    for (auto e = static_cast<std::size_t>(connectome.row[target]); e < last; ++e) {
      const GlobalIndex j = connectome.source[e];
      const double length = tract_length(brain, std::min(i, j), std::max(i, j));
      connectome.length[e] = length;
      connectome.weight[e] = law(i, j) * std::exp(-length / options.decay);
    }
  }
  describe_regions(brain, connectome);
  return connectome;
}

}  // namespace arcuate::network
