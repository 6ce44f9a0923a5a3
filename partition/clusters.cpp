#include "clusters.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <queue>
#include <utility>

namespace arcuate::partition {
namespace {

constexpr double packing_tolerance = 1e-9;  // sums of costs are rounded

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }

  LocalIndex root(LocalIndex a) {
    while (at(a) != a)
      a = at(a) = at(at(a));
    return a;
  }
  // The lower index becomes the root, so that the result does not depend on the order of merging.
  void merge(LocalIndex a, LocalIndex b) {
    a = root(a);
    b = root(b);
    if (a != b) at(std::max(a, b)) = std::min(a, b);
  }

 private:
  LocalIndex& at(LocalIndex a) { return parent_[static_cast<std::size_t>(a)]; }
  std::vector<LocalIndex> parent_;
};

bool usable_centres(const Graph& graph) {
  if (std::ssize(graph.centres) != graph.n_regions()) return false;
  return std::all_of(graph.centres.begin(), graph.centres.end(), [](const auto& c) {
    return std::isfinite(c[0]) && std::isfinite(c[1]) && std::isfinite(c[2]);
  });
}

Clusters gather(const Graph& graph, std::vector<LocalIndex> of, LocalIndex count,
                const std::vector<double>& costs) {
  Clusters clusters;
  clusters.cost.assign(static_cast<std::size_t>(count), 0.0);
  for (std::size_t i = 0; i < of.size(); ++i) {
    clusters.cost[static_cast<std::size_t>(of[i])] += costs[i];
  }
  if (usable_centres(graph)) {
    clusters.centroid.assign(static_cast<std::size_t>(count), {0.0, 0.0, 0.0});
    for (std::size_t i = 0; i < of.size(); ++i) {
      const auto c = static_cast<std::size_t>(of[i]);
      const double share = clusters.cost[c] > 0.0 ? costs[i] / clusters.cost[c] : 0.0;
      for (std::size_t k = 0; k < 3; ++k) {
        clusters.centroid[c][k] += share * static_cast<double>(graph.centres[i][k]);
      }
    }
  }
  clusters.of = std::move(of);
  return clusters;
}

template <class Visit>
void for_each_cross_edge(const Graph& graph, Visit&& visit) {
  for (GlobalIndex i = 0; i < graph.n_regions(); ++i) {
    const auto target = static_cast<LocalIndex>(i);
    const auto end = static_cast<std::size_t>(graph.row[static_cast<std::size_t>(i) + 1]);
    for (auto e = static_cast<std::size_t>(graph.row[static_cast<std::size_t>(i)]); e < end; ++e) {
      if (graph.source[e] != target) visit(target, graph.source[e], graph.lag[e]);
    }
  }
}

// Lags around a threshold: thresholds in (below, from] contract the same edges.
struct LagClass {
  std::int64_t below = std::numeric_limits<std::int64_t>::min();  // largest lag < threshold
  std::int64_t from = std::numeric_limits<std::int64_t>::max();   // smallest lag >= threshold
};

LagClass lag_class(const Graph& graph, std::int64_t threshold) {
  LagClass found;
  for_each_cross_edge(graph, [&](LocalIndex, LocalIndex, std::int64_t lag) {
    if (lag < threshold) {
      found.below = std::max(found.below, lag);
    } else {
      found.from = std::min(found.from, lag);
    }
  });
  return found;
}

}  // namespace

std::vector<double> region_costs(const Graph& graph, Step block, const CostModel& model) {
  std::vector<double> costs = graph.region_costs;
  costs.resize(static_cast<std::size_t>(graph.n_regions()), graph.region_cost);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const auto end = static_cast<std::size_t>(graph.row[i + 1]);
    std::int64_t near = 0;
    for (auto e = static_cast<std::size_t>(graph.row[i]); e < end; ++e) {
      if (graph.lag[e] < block - 1) ++near;
    }
    const std::int64_t far = graph.row[i + 1] - graph.row[i] - near;
    costs[i] +=
        model.near_edge * static_cast<double>(near) + model.far_edge * static_cast<double>(far);
  }
  return costs;
}

Clusters separate(const Graph& graph, const std::vector<double>& costs) {
  std::vector<LocalIndex> of(static_cast<std::size_t>(graph.n_regions()));
  std::iota(of.begin(), of.end(), 0);
  return gather(graph, std::move(of), static_cast<LocalIndex>(graph.n_regions()), costs);
}

Clusters contract(const Graph& graph, std::int64_t threshold, const std::vector<double>& costs) {
  const auto n = static_cast<std::size_t>(graph.n_regions());
  UnionFind sets(n);
  for_each_cross_edge(graph, [&](LocalIndex i, LocalIndex j, std::int64_t lag) {
    if (lag < threshold) sets.merge(i, j);
  });
  std::vector<LocalIndex> of(n);
  LocalIndex count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto root = static_cast<std::size_t>(sets.root(static_cast<LocalIndex>(i)));
    of[i] = root == i ? count++ : of[root];
  }
  return gather(graph, std::move(of), count, costs);
}

std::vector<std::int32_t> pack(const Clusters& clusters, int parts) {
  std::vector<LocalIndex> order(clusters.cost.size());
  std::iota(order.begin(), order.end(), 0);
  const auto cost = [&](LocalIndex c) { return clusters.cost[static_cast<std::size_t>(c)]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](LocalIndex a, LocalIndex b) { return cost(a) > cost(b); });
  using Load = std::pair<double, std::int32_t>;
  std::priority_queue<Load, std::vector<Load>, std::greater<>> lightest;
  for (std::int32_t p = 0; p < parts; ++p)
    lightest.emplace(0.0, p);
  std::vector<std::int32_t> part(order.size());
  for (LocalIndex c : order) {
    const auto [load, p] = lightest.top();
    lightest.pop();
    part[static_cast<std::size_t>(c)] = p;
    lightest.emplace(load + cost(c), p);
  }
  return part;
}

bool packable(const Clusters& clusters, int parts, double imbalance, double heaviest_region) {
  if (clusters.size() < parts) return false;
  const double total = std::accumulate(clusters.cost.begin(), clusters.cost.end(), 0.0);
  const double limit =
      std::max((1.0 + imbalance) * total / parts, heaviest_region) * (1.0 + packing_tolerance);
  if (*std::max_element(clusters.cost.begin(), clusters.cost.end()) > limit) return false;
  const auto part = pack(clusters, parts);
  std::vector<double> load(static_cast<std::size_t>(parts), 0.0);
  for (std::size_t c = 0; c < part.size(); ++c) {
    load[static_cast<std::size_t>(part[c])] += clusters.cost[c];
  }
  return *std::max_element(load.begin(), load.end()) <= limit;
}

std::vector<std::int64_t> contraction_thresholds(const Graph& graph, int parts, Step block,
                                                 const Options& options,
                                                 const std::vector<double>& costs) {
  const std::int64_t any = std::numeric_limits<std::int32_t>::max() + std::int64_t{1};
  const std::int64_t smallest = lag_class(graph, std::numeric_limits<std::int32_t>::min()).from;
  const std::int64_t largest = lag_class(graph, any).below;
  if (smallest > largest) return {};  // no edges between regions
  const double heaviest = *std::max_element(costs.begin(), costs.end());
  // Invariant: `feasible` can be packed (at `smallest` nothing is merged), `infeasible` cannot.
  std::int64_t feasible = smallest;
  std::int64_t infeasible = largest + 2;
  while (infeasible - feasible > 1) {
    const std::int64_t middle = feasible + (infeasible - feasible) / 2;
    const LagClass lags = lag_class(graph, middle);
    if (packable(contract(graph, middle, costs), parts, options.imbalance, heaviest)) {
      feasible = std::min(lags.from, largest + 1);
    } else {
      infeasible = lags.below + 1;
    }
  }
  const Step period = message_period(feasible, block);
  std::vector<std::int64_t> thresholds = {feasible, 2 * period - 1, period - 1, 1};
  std::erase_if(thresholds, [&](std::int64_t t) { return t <= smallest || t > feasible; });
  std::sort(thresholds.begin(), thresholds.end(), std::greater<>());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  return thresholds;
}

}  // namespace arcuate::partition
