#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <mutex>
#include <numeric>
#include <string>

#include <scotch.h>

#include "adjacency.hpp"
#include "arcuate/core/error.hpp"
#include "split.hpp"

namespace arcuate::partition {
namespace {

static_assert(sizeof(SCOTCH_Num) == sizeof(int), "Adjacency is made for Scotch's 32-bit build");

void check(int status, const char* call) {
  if (status != 0) {
    throw EnvironmentError(std::string(call) + " failed with status " + std::to_string(status) +
                           "; partition.method: bisection does without Scotch");
  }
}

class ScotchGraph {
 public:
  ScotchGraph() { check(SCOTCH_graphInit(&graph_), "SCOTCH_graphInit"); }
  ~ScotchGraph() { SCOTCH_graphExit(&graph_); }
  ScotchGraph(const ScotchGraph&) = delete;
  ScotchGraph& operator=(const ScotchGraph&) = delete;
  SCOTCH_Graph* get() { return &graph_; }

 private:
  SCOTCH_Graph graph_;
};

// Options and random numbers of its own: nothing is taken from the environment, from the number of
// cores or from earlier calls.
class ScotchContext {
 public:
  explicit ScotchContext(std::uint64_t seed) {
    check(SCOTCH_contextInit(&context_), "SCOTCH_contextInit");
    check(SCOTCH_contextThreadSpawn(&context_, 1, nullptr), "SCOTCH_contextThreadSpawn");
    check(SCOTCH_contextOptionSetNum(&context_, SCOTCH_OPTIONNUMDETERMINISTIC, 1),
          "SCOTCH_contextOptionSetNum");
    check(SCOTCH_contextRandomClone(&context_), "SCOTCH_contextRandomClone");
    SCOTCH_contextRandomSeed(&context_, static_cast<SCOTCH_Num>(seed % 2147483647U));
    SCOTCH_contextRandomReset(&context_);
  }
  ~ScotchContext() { SCOTCH_contextExit(&context_); }
  ScotchContext(const ScotchContext&) = delete;
  ScotchContext& operator=(const ScotchContext&) = delete;
  SCOTCH_Context* get() { return &context_; }

 private:
  SCOTCH_Context context_;
};

class ScotchStrategy {
 public:
  ScotchStrategy(int parts, double imbalance) {
    static std::mutex parser;  // the strategy parser keeps its state in globals
    const std::lock_guard lock(parser);
    check(SCOTCH_stratInit(&strategy_), "SCOTCH_stratInit");
    check(SCOTCH_stratGraphMapBuild(&strategy_, SCOTCH_STRATBALANCE, parts, imbalance),
          "SCOTCH_stratGraphMapBuild");
  }
  ~ScotchStrategy() { SCOTCH_stratExit(&strategy_); }
  ScotchStrategy(const ScotchStrategy&) = delete;
  ScotchStrategy& operator=(const ScotchStrategy&) = delete;
  SCOTCH_Strat* get() { return &strategy_; }

 private:
  SCOTCH_Strat strategy_;
};

std::vector<SCOTCH_Num> integer_costs(const Clusters& clusters) {
  constexpr double budget = 1073741824.0;  // 2^30
  constexpr double resolution = 16.0;
  const double total = std::accumulate(clusters.cost.begin(), clusters.cost.end(), 0.0);
  const double scale = std::min(resolution, budget / std::max(total, 1.0));
  std::vector<SCOTCH_Num> costs(clusters.cost.size());
  std::transform(clusters.cost.begin(), clusters.cost.end(), costs.begin(), [&](double c) {
    return static_cast<SCOTCH_Num>(std::max(std::lround(scale * c), 1L));
  });
  return costs;
}

}  // namespace

std::vector<std::int32_t> scotch(const Graph& graph, const Clusters& clusters, int parts,
                                 double delay_weight, const Options& options) {
  Adjacency adjacency = symmetrise(graph, clusters, delay_weight);
  std::vector<SCOTCH_Num> costs = integer_costs(clusters);
  ScotchStrategy strategy(parts, options.imbalance);
  ScotchContext context(options.seed);
  ScotchGraph built;
  check(
      SCOTCH_graphBuild(built.get(), 0, clusters.size(), adjacency.first.data(), nullptr,
                        costs.data(), nullptr, static_cast<SCOTCH_Num>(adjacency.neighbour.size()),
                        adjacency.neighbour.data(), adjacency.weight.data()),
      "SCOTCH_graphBuild");
  ScotchGraph bound;
  check(SCOTCH_contextBindGraph(context.get(), built.get(), bound.get()),
        "SCOTCH_contextBindGraph");
  std::vector<SCOTCH_Num> part(clusters.cost.size(), 0);
  check(SCOTCH_graphPart(bound.get(), parts, strategy.get(), part.data()), "SCOTCH_graphPart");
  return {part.begin(), part.end()};
}

}  // namespace arcuate::partition
