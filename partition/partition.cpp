#include "arcuate/partition/partition.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "adjacency.hpp"
#include "arcuate/core/error.hpp"
#include "split.hpp"

namespace arcuate::partition {
namespace {

// `automatic` tries Scotch up to here: beyond, its time and memory exceed those of the simulation's
// own set-up, and geometry is nearly as good (docs/decisions/partition.md).
constexpr GlobalIndex scotch_edges = 1'000'000;
// Edges times runs of Scotch that `automatic` spends; small graphs get every candidate.
constexpr GlobalIndex scotch_effort = 3'000'000;

constexpr double delay_weights[] = {8.0, 0.0, 64.0};  // in the order of their usefulness

// Gives every empty part the lightest cluster of the part that has most clusters.
void fill_empty_parts(const Clusters& clusters, int parts, std::vector<std::int32_t>& part) {
  std::vector<LocalIndex> count(static_cast<std::size_t>(parts), 0);
  for (std::int32_t p : part)
    ++count[static_cast<std::size_t>(p)];
  for (std::int32_t empty = 0; empty < parts; ++empty) {
    if (count[static_cast<std::size_t>(empty)] > 0) continue;
    const auto richest = std::max_element(count.begin(), count.end());
    if (*richest < 2) return;
    const auto donor = static_cast<std::int32_t>(richest - count.begin());
    std::size_t lightest = part.size();
    for (std::size_t c = 0; c < part.size(); ++c) {
      if (part[c] != donor) continue;
      if (lightest == part.size() || clusters.cost[c] < clusters.cost[lightest]) lightest = c;
    }
    part[lightest] = empty;
    --*richest;
    ++count[static_cast<std::size_t>(empty)];
  }
}

// The parts of clusters as owners of regions, parts numbered by the lowest region they own.
std::vector<std::int32_t> owners(const Clusters& clusters, const std::vector<std::int32_t>& part,
                                 int parts) {
  std::vector<std::int32_t> number(static_cast<std::size_t>(parts), -1);
  std::vector<std::int32_t> owner(clusters.of.size());
  std::int32_t next = 0;
  for (std::size_t i = 0; i < owner.size(); ++i) {
    std::int32_t& mine =
        number[static_cast<std::size_t>(part[static_cast<std::size_t>(clusters.of[i])])];
    if (mine < 0) mine = next++;
    owner[i] = mine;
  }
  return owner;
}

class Search {
 public:
  Search(const Graph& graph, int parts, Step block, const Options& options)
      : graph_(graph),
        parts_(parts),
        block_(block),
        options_(options),
        costs_(region_costs(graph, block, CostModel{})) {}

  std::vector<Partition> run() {
    const Clusters regions = separate(graph_, costs_);
    if (options_.method != Method::block) {
      const auto thresholds = contraction_thresholds(graph_, parts_, block_, options_, costs_);
      const auto graphs = static_cast<GlobalIndex>(thresholds.size()) + 1;
      limit_scotch(graphs);
      try_methods(regions, "");
      for (std::int64_t threshold : thresholds) {
        const Clusters merged = contract(graph_, threshold, costs_);
        const std::string how = fmt::format(", contracted below {} steps", threshold);
        if (allows(Method::automatic)) add("packed" + how, merged, pack(merged, parts_));
        try_methods(merged, how);
      }
    }
    if (allows(Method::block))
      add("block", regions, bisect_order(regions, identity(regions), parts_));
    std::stable_sort(found_.begin(), found_.end(), [](const Partition& a, const Partition& b) {
      return std::pair(a.quality.predicted_cost, a.quality.cut_edges) <
             std::pair(b.quality.predicted_cost, b.quality.cut_edges);
    });
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool allows(Method method) const {
    return options_.method == Method::automatic || options_.method == method;
  }

  static std::vector<LocalIndex> identity(const Clusters& clusters) {
    std::vector<LocalIndex> order(clusters.cost.size());
    std::iota(order.begin(), order.end(), 0);
    return order;
  }

  void limit_scotch(GlobalIndex graphs) {
    const GlobalIndex edges = std::max<GlobalIndex>(graph_.n_edges(), 1);
    if (options_.method == Method::automatic && edges > scotch_edges) {
      weights_ = 0;
      note_ = fmt::format(
          "Scotch was not tried: {} edges are more than {} (partition.method: "
          "scotch tries it)",
          edges, scotch_edges);
    } else if (allows(Method::scotch)) {
      const auto most = static_cast<GlobalIndex>(std::size(delay_weights));
      weights_ = static_cast<std::size_t>(
          std::clamp<GlobalIndex>(scotch_effort / (edges * graphs), 1, most));
    }
  }

  void try_methods(const Clusters& clusters, const std::string& how) {
    if (allows(Method::scotch)) {
      for (std::size_t k = 0; k < weights_; ++k) {
        add(fmt::format("scotch (delay weight {}){}", delay_weights[k], how), clusters,
            scotch(graph_, clusters, parts_, delay_weights[k], options_));
      }
    }
    if (!allows(Method::bisection)) return;
    if (!clusters.centroid.empty()) {
      add("bisection" + how, clusters, bisect_geometry(clusters, parts_));
    } else {
      auto order = breadth_first_order(symmetrise(graph_, clusters, 0.0));
      add("bisection of the breadth-first order" + how, clusters,
          bisect_order(clusters, std::move(order), parts_));
    }
  }

  void add(std::string method, const Clusters& clusters, std::vector<std::int32_t> part) {
    fill_empty_parts(clusters, parts_, part);
    Partition candidate;
    candidate.parts = parts_;
    candidate.owner = owners(clusters, part, parts_);
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const Partition& other) {
      return other.owner == candidate.owner;
    });
    if (known) return;
    candidate.method = std::move(method);
    candidate.quality = evaluate(graph_, candidate.owner, parts_, block_, options_);
    candidate.note = note_;
    found_.push_back(std::move(candidate));
  }

  const Graph& graph_;
  int parts_;
  Step block_;
  const Options& options_;
  std::vector<double> costs_;
  std::size_t weights_ = 0;  // how many of delay_weights are tried with Scotch
  std::string note_;
  std::vector<Partition> found_;
};

// One part, or at most one region each: there is nothing to search.
Partition only_choice(const Graph& graph, int parts, Step block, const Options& options) {
  Partition partition;
  partition.parts = parts;
  partition.owner.assign(static_cast<std::size_t>(graph.n_regions()), 0);
  partition.method = "one part";
  if (parts > 1) {
    std::iota(partition.owner.begin(), partition.owner.end(), 0);
    partition.method = "one region each";
  }
  partition.quality = evaluate(graph, partition.owner, parts, block, options);
  return partition;
}

}  // namespace

std::vector<Partition> candidates(const Graph& graph, int parts, Step block,
                                  const Options& options) {
  if (parts < 1) {
    throw ConfigError(fmt::format("partition: {} parts: there must be at least one", parts));
  }
  if (parts == 1 || parts >= graph.n_regions()) {
    return {only_choice(graph, parts, block, options)};
  }
  return Search(graph, parts, block, options).run();
}

Partition make_partition(const Graph& graph, int parts, Step block, const Options& options) {
  return std::move(candidates(graph, parts, block, options).front());
}

}  // namespace arcuate::partition
