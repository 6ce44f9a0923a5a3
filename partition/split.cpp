#include "split.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

namespace arcuate::partition {
namespace {

using Range = std::span<LocalIndex>;

double cost_of(const Clusters& clusters, LocalIndex c) {
  return clusters.cost[static_cast<std::size_t>(c)];
}

// How many clusters of the run go left, so that the cost left is nearest to left / parts of it and
// both sides can fill their parts.
std::size_t split_point(const Clusters& clusters, Range run, int left, int parts) {
  double total = 0.0;
  for (LocalIndex c : run)
    total += cost_of(clusters, c);
  const double wanted = total * left / parts;
  double before = 0.0;
  std::size_t at = 0;
  while (at < run.size() && before + 0.5 * cost_of(clusters, run[at]) < wanted) {
    before += cost_of(clusters, run[at++]);
  }
  const std::size_t least = std::min(run.size(), static_cast<std::size_t>(left));
  const auto right = static_cast<std::size_t>(parts - left);
  const std::size_t most = std::max(least, run.size() - std::min(run.size(), right));
  return std::clamp(at, least, most);
}

void sort_along_longest_axis(const Clusters& clusters, Range run) {
  std::size_t axis = 0;
  double longest = -1.0;
  for (std::size_t k = 0; k < 3; ++k) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (LocalIndex c : run) {
      low = std::min(low, clusters.centroid[static_cast<std::size_t>(c)][k]);
      high = std::max(high, clusters.centroid[static_cast<std::size_t>(c)][k]);
    }
    if (high - low > longest) std::tie(axis, longest) = std::pair(k, high - low);
  }
  const auto key = [&](LocalIndex c) {
    return std::pair(clusters.centroid[static_cast<std::size_t>(c)][axis], c);
  };
  std::sort(run.begin(), run.end(), [&](LocalIndex a, LocalIndex b) { return key(a) < key(b); });
}

template <class Arrange>
void halve(const Clusters& clusters, Range run, std::int32_t first_part, int parts,
           std::vector<std::int32_t>& part, const Arrange& arrange) {
  if (parts == 1 || run.empty()) {
    for (LocalIndex c : run)
      part[static_cast<std::size_t>(c)] = first_part;
    return;
  }
  arrange(run);
  const int left = parts / 2;
  const std::size_t at = split_point(clusters, run, left, parts);
  halve(clusters, run.first(at), first_part, left, part, arrange);
  halve(clusters, run.subspan(at), first_part + left, parts - left, part, arrange);
}

}  // namespace

std::vector<std::int32_t> bisect_geometry(const Clusters& clusters, int parts) {
  std::vector<LocalIndex> order(clusters.cost.size());
  for (std::size_t c = 0; c < order.size(); ++c)
    order[c] = static_cast<LocalIndex>(c);
  std::vector<std::int32_t> part(order.size(), 0);
  halve(clusters, order, 0, parts, part,
        [&](Range run) { sort_along_longest_axis(clusters, run); });
  return part;
}

std::vector<std::int32_t> bisect_order(const Clusters& clusters, std::vector<LocalIndex> order,
                                       int parts) {
  std::vector<std::int32_t> part(order.size(), 0);
  halve(clusters, order, 0, parts, part, [](Range) {});
  return part;
}

}  // namespace arcuate::partition
