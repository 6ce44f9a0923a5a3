#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "graphs.hpp"

namespace arcuate::partition {
namespace {

using test::make_graph;
using test::random_graph;

struct BruteForce {
  std::int64_t cut = 0;
  std::int64_t smallest = 1'000'000'000;
  std::set<std::pair<int, int>> pairs;     // (source, receiving part)
  std::set<std::pair<int, int>> channels;  // (sender, receiver)
  std::vector<double> cost;
};

BruteForce count(const Graph& graph, const std::vector<std::int32_t>& owner, int parts, int block) {
  BruteForce result;
  result.cost.assign(static_cast<std::size_t>(parts), 0.0);
  for (std::size_t i = 0; i < owner.size(); ++i) {
    double& cost = result.cost[static_cast<std::size_t>(owner[i])];
    cost += graph.region_cost;
    for (auto e = graph.row[i]; e < graph.row[i + 1]; ++e) {
      const auto edge = static_cast<std::size_t>(e);
      cost += graph.lag[edge] < block - 1 ? 8.0 : 1.0;
      const int sender = owner[static_cast<std::size_t>(graph.source[edge])];
      if (sender == owner[i]) continue;
      ++result.cut;
      result.smallest = std::min<std::int64_t>(result.smallest, graph.lag[edge]);
      result.pairs.emplace(graph.source[edge], owner[i]);
      result.channels.emplace(sender, owner[i]);
    }
  }
  return result;
}

TEST(Quality, IsTheBruteForceCount) {
  for (int parts : {1, 2, 3, 7, 40}) {
    Graph graph = random_graph(120, 9, 60, 3);
    graph.values_per_source = 2.0;
    test::Random random(11);
    std::vector<std::int32_t> owner(120);
    for (auto& p : owner)
      p = static_cast<std::int32_t>(random.below(parts));
    const Options options{.dt = 0.25};
    const Quality quality = evaluate(graph, owner, parts, 16, options);
    const BruteForce expected = count(graph, owner, parts, 16);
    EXPECT_EQ(quality.cut_edges, expected.cut);
    EXPECT_EQ(quality.halo_values, 2 * std::ssize(expected.pairs));
    EXPECT_EQ(quality.channels, std::ssize(expected.channels));
    double total = 0.0;
    for (double c : expected.cost)
      total += c;
    const double largest = *std::max_element(expected.cost.begin(), expected.cost.end());
    EXPECT_NEAR(quality.imbalance, largest * parts / total - 1.0, 1e-12);
    if (parts == 1) continue;
    EXPECT_EQ(quality.smallest_cut_lag, expected.smallest);
    const Step period = message_period(expected.smallest, 16);
    EXPECT_EQ(quality.period, period);
    EXPECT_DOUBLE_EQ(quality.messages_per_second,
                     static_cast<double>(quality.channels) * 4000.0 / static_cast<double>(period));
    EXPECT_DOUBLE_EQ(quality.bytes_per_period,
                     static_cast<double>(quality.halo_values * period) * 8.0);
    EXPECT_GE(quality.predicted_cost, largest);
  }
}

TEST(Quality, SelfEdgesAreNeverCut) {
  const Graph graph = make_graph(2, {{0, 0, 0}, {1, 1, -1}, {0, 1, 30}});
  const Quality quality = evaluate(graph, {0, 1}, 2, 8, {});
  EXPECT_EQ(quality.cut_edges, 1);
  EXPECT_EQ(quality.smallest_cut_lag, 30);
  EXPECT_EQ(quality.period, 8);
}

TEST(Quality, NothingCutMeansNoMessages) {
  const Graph graph = make_graph(4, {{0, 1, 3}, {2, 3, 4}});
  const Quality quality = evaluate(graph, {0, 0, 1, 1}, 2, 8, {});
  EXPECT_EQ(quality.cut_edges, 0);
  EXPECT_EQ(quality.smallest_cut_lag, -2);
  EXPECT_EQ(quality.period, 0);
  EXPECT_EQ(quality.messages_per_second, 0.0);
  EXPECT_EQ(quality.predicted_cost, 2 * 1.0 + 8.0);
}

TEST(Quality, AnUndelayedCutCostsMoreThanADelayedOne) {
  const auto cost = [](std::int32_t lag) {
    return evaluate(make_graph(2, {{0, 1, lag}}), {0, 1}, 2, 8, {}).predicted_cost;
  };
  EXPECT_GT(cost(-1), cost(0));
  EXPECT_GT(cost(0), cost(7));
  EXPECT_GT(cost(7), cost(100));
  EXPECT_GT(cost(100), cost(1000));
}

}  // namespace
}  // namespace arcuate::partition
