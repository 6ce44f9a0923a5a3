#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "arcuate/partition/partition.hpp"

/// Small graphs for the tests of the partitioner, and a generator of random numbers of their own.
namespace arcuate::partition::test {

/// (target, source, lag)
using Edge = std::tuple<LocalIndex, LocalIndex, std::int32_t>;

inline Graph make_graph(GlobalIndex regions, const std::vector<Edge>& edges) {
  Graph graph;
  graph.row.push_back(0);
  for (GlobalIndex i = 0; i < regions; ++i) {
    for (const auto& [target, source, lag] : edges) {
      if (target != i) continue;
      graph.source.push_back(source);
      graph.lag.push_back(lag);
    }
    graph.row.push_back(graph.n_edges());
  }
  return graph;
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::int64_t below(std::int64_t n) {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    return static_cast<std::int64_t>(z % static_cast<std::uint64_t>(n));
  }

 private:
  std::uint64_t state_;
};

/// Every region hears `degree` random others (and itself); lags below `lags`.
inline Graph random_graph(GlobalIndex regions, int degree, int lags, std::uint64_t seed,
                          bool centres = true) {
  Random random(seed);
  Graph graph;
  graph.row.push_back(0);
  for (GlobalIndex i = 0; i < regions; ++i) {
    for (int k = 0; k < degree; ++k) {
      graph.source.push_back(static_cast<LocalIndex>(random.below(regions)));
      graph.lag.push_back(static_cast<std::int32_t>(random.below(lags)));
    }
    graph.row.push_back(graph.n_edges());
    if (centres) {
      const auto coordinate = [&] { return static_cast<float>(random.below(1000)) * 0.1f; };
      graph.centres.push_back({coordinate(), coordinate(), coordinate()});
    }
  }
  graph.region_cost = 10.0;
  return graph;
}

/// Tight groups joined by long edges: group g owns regions g, g + groups, ...; inside a group a
/// ring of lag 2, between groups random edges of lag `far` or more.
inline Graph grouped_graph(GlobalIndex groups, GlobalIndex size, std::int32_t far) {
  Random random(5);
  const GlobalIndex regions = groups * size;
  std::vector<Edge> edges;
  for (GlobalIndex i = 0; i < regions; ++i) {
    const auto target = static_cast<LocalIndex>(i);
    edges.emplace_back(target, static_cast<LocalIndex>((i + groups) % regions), 2);
    for (int k = 0; k < 4; ++k) {
      const auto source = static_cast<LocalIndex>(random.below(regions));
      if (source % groups == i % groups) continue;
      edges.emplace_back(target, source, static_cast<std::int32_t>(far + random.below(50)));
    }
  }
  return make_graph(regions, edges);
}

}  // namespace arcuate::partition::test
