#include "adjacency.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::partition {
namespace {

constexpr double weight_budget = 1073741824.0;  // 2^30: rounding up to 1 adds at most as much
constexpr double weight_scale = 1000.0;         // resolution of a weight in small graphs

double relative_weight(std::int32_t lag, double delay_weight) {
  return 1.0 + delay_weight / (1.0 + std::max(lag, 0));
}

template <class Visit>
void for_each_cut(const Graph& graph, const Clusters& clusters, Visit&& visit) {
  for (std::size_t i = 0; i + 1 < graph.row.size(); ++i) {
    const LocalIndex target = clusters.of[i];
    const auto end = static_cast<std::size_t>(graph.row[i + 1]);
    for (auto e = static_cast<std::size_t>(graph.row[i]); e < end; ++e) {
      const LocalIndex source = clusters.of[static_cast<std::size_t>(graph.source[e])];
      if (source != target) visit(target, source, graph.lag[e]);
    }
  }
}

// Sorts each row and adds up the arcs to the same neighbour, in place.
void merge_parallel_arcs(Adjacency& adjacency) {
  std::vector<std::pair<int, int>> arcs;
  std::size_t write = 0;
  std::size_t begin = 0;
  for (std::size_t c = 0; c + 1 < adjacency.first.size(); ++c) {
    const auto end = static_cast<std::size_t>(adjacency.first[c + 1]);
    arcs.clear();
    for (std::size_t a = begin; a < end; ++a) {
      arcs.emplace_back(adjacency.neighbour[a], adjacency.weight[a]);
    }
    std::sort(arcs.begin(), arcs.end());
    const std::size_t row = write;
    for (const auto& [neighbour, weight] : arcs) {
      if (write > row && adjacency.neighbour[write - 1] == neighbour) {
        adjacency.weight[write - 1] += weight;
      } else {
        adjacency.neighbour[write] = neighbour;
        adjacency.weight[write++] = weight;
      }
    }
    begin = end;
    adjacency.first[c + 1] = static_cast<int>(write);
  }
  adjacency.neighbour.resize(write);
  adjacency.weight.resize(write);
}

}  // namespace

Adjacency symmetrise(const Graph& graph, const Clusters& clusters, double delay_weight) {
  std::int64_t cut = 0;
  double sum = 0.0;
  const auto n = static_cast<std::size_t>(clusters.size());
  Adjacency adjacency;
  adjacency.first.assign(n + 1, 0);
  for_each_cut(graph, clusters, [&](LocalIndex i, LocalIndex j, std::int32_t lag) {
    if (++cut > (std::int64_t{1} << 29)) {
      throw ConfigError(
          "partition: more than 2^29 edges between regions: partition.method must be "
          "bisection (with centres) or block");
    }
    sum += 2.0 * relative_weight(lag, delay_weight);
    ++adjacency.first[static_cast<std::size_t>(i) + 1];
    ++adjacency.first[static_cast<std::size_t>(j) + 1];
  });
  std::partial_sum(adjacency.first.begin(), adjacency.first.end(), adjacency.first.begin());
  adjacency.neighbour.resize(static_cast<std::size_t>(2 * cut));
  adjacency.weight.resize(static_cast<std::size_t>(2 * cut));
  const double scale = std::min(weight_scale, weight_budget / std::max(sum, 1.0));
  std::vector<int> next(adjacency.first.begin(), adjacency.first.end() - 1);
  for_each_cut(graph, clusters, [&](LocalIndex i, LocalIndex j, std::int32_t lag) {
    const long rounded = std::lround(scale * relative_weight(lag, delay_weight));
    const int weight = static_cast<int>(std::max(rounded, 1L));
    for (const auto& [from, to] : {std::pair{i, j}, std::pair{j, i}}) {
      const auto a = static_cast<std::size_t>(next[static_cast<std::size_t>(from)]++);
      adjacency.neighbour[a] = to;
      adjacency.weight[a] = weight;
    }
  });
  merge_parallel_arcs(adjacency);
  return adjacency;
}

std::vector<LocalIndex> breadth_first_order(const Adjacency& adjacency) {
  const std::size_t n = adjacency.first.size() - 1;
  const auto degree = [&](LocalIndex c) {
    const auto at = static_cast<std::size_t>(c);
    return adjacency.first[at + 1] - adjacency.first[at];
  };
  const auto by_degree = [&](LocalIndex a, LocalIndex b) {
    return std::pair(degree(a), a) < std::pair(degree(b), b);
  };
  std::vector<LocalIndex> starts(n);
  std::iota(starts.begin(), starts.end(), 0);
  std::sort(starts.begin(), starts.end(), by_degree);
  std::vector<char> seen(n, 0);
  std::vector<LocalIndex> order;
  order.reserve(n);
  const auto visit = [&](LocalIndex c) {
    if (!std::exchange(seen[static_cast<std::size_t>(c)], 1)) order.push_back(c);
  };
  std::size_t head = 0;
  for (LocalIndex start : starts) {
    visit(start);
    for (; head < order.size(); ++head) {
      const auto at = static_cast<std::size_t>(order[head]);
      const std::size_t tail = order.size();
      for (int a = adjacency.first[at]; a < adjacency.first[at + 1]; ++a) {
        visit(adjacency.neighbour[static_cast<std::size_t>(a)]);
      }
      std::sort(order.begin() + static_cast<std::ptrdiff_t>(tail), order.end(), by_degree);
    }
  }
  return order;
}

}  // namespace arcuate::partition
