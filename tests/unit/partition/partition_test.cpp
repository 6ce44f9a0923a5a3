#include "arcuate/partition/partition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "arcuate/core/error.hpp"
#include "graphs.hpp"

namespace arcuate::partition {
namespace {

using test::grouped_graph;
using test::make_graph;
using test::random_graph;
using ::testing::Each;
using ::testing::HasSubstr;

constexpr Method all_methods[] = {Method::automatic, Method::scotch, Method::bisection,
                                  Method::block};

// Sorted by cost; every region owned; every part owns something when there are enough regions.
void expect_valid(const Graph& graph, const std::vector<Partition>& found, int parts) {
  ASSERT_FALSE(found.empty());
  for (std::size_t k = 0; k < found.size(); ++k) {
    const Partition& partition = found[k];
    SCOPED_TRACE(partition.method);
    EXPECT_EQ(partition.parts, parts);
    ASSERT_EQ(std::ssize(partition.owner), graph.n_regions());
    std::vector<int> regions(static_cast<std::size_t>(parts), 0);
    for (std::int32_t p : partition.owner) {
      ASSERT_GE(p, 0);
      ASSERT_LT(p, parts);
      ++regions[static_cast<std::size_t>(p)];
    }
    const auto used = std::count_if(regions.begin(), regions.end(), [](int n) { return n > 0; });
    EXPECT_EQ(used, std::min<GlobalIndex>(parts, graph.n_regions()));
    if (k > 0) {
      EXPECT_LE(found[k - 1].quality.predicted_cost, partition.quality.predicted_cost);
    }
  }
}

TEST(Partition, EveryRegionIsOwnedAndNoPartIsEmpty) {
  const Graph graph = random_graph(100, 8, 80, 1);
  for (Method method : all_methods) {
    for (int parts : {1, 2, 3, 4, 5, 7, 8, 16, 31, 33, 64, 99, 100, 101, 200}) {
      SCOPED_TRACE(parts);
      expect_valid(graph, candidates(graph, parts, 8, {.method = method}), parts);
    }
  }
}

TEST(Partition, StaysWithinTheAllowedImbalanceWhenRegionsAreSmall) {
  const Graph graph = random_graph(1200, 8, 300, 2);
  for (int parts : {2, 3, 13, 32}) {
    for (const Partition& candidate : candidates(graph, parts, 8, {.imbalance = 0.05})) {
      if (candidate.method.find("contracted") != std::string::npos &&
          candidate.method.find("packed") == std::string::npos) {
        continue;  // whole components, not bound to be balanced: the cost decides
      }
      EXPECT_LE(candidate.quality.imbalance, 0.06) << candidate.method << ", " << parts;
    }
  }
}

TEST(Partition, DoesNotDependOnRepetitionOrOnThreads) {
  for (bool centres : {true, false}) {
    const Graph graph = random_graph(300, 10, 90, 4, centres);
    const auto reference = candidates(graph, 6, 16, {});
    std::vector<std::vector<Partition>> repeated(4);
    std::vector<std::thread> threads;
    for (auto& result : repeated) {
      threads.emplace_back([&] { result = candidates(graph, 6, 16, {}); });
    }
    for (auto& thread : threads)
      thread.join();
    for (const auto& result : repeated) {
      ASSERT_EQ(result.size(), reference.size());
      for (std::size_t k = 0; k < result.size(); ++k) {
        EXPECT_EQ(result[k].method, reference[k].method);
        EXPECT_EQ(result[k].owner, reference[k].owner);
      }
    }
  }
}

TEST(Partition, ContractionFindsTheGroupsThatOnlyLongEdgesJoin) {
  const Graph graph = grouped_graph(4, 25, 60);
  const Partition best = make_partition(graph, 4, 8, {});
  EXPECT_GE(best.quality.smallest_cut_lag, 60);
  EXPECT_GE(best.quality.period, 24);
  for (std::size_t i = 0; i < best.owner.size(); ++i)
    EXPECT_EQ(best.owner[i], best.owner[i % 4]);
}

TEST(Partition, UndelayedEdgesAreContractedFirst) {
  // Pairs (2k, 2k + 1) are undelayed; the rest of the edges have a lag of 5 or more.
  std::vector<test::Edge> edges;
  test::Random random(9);
  for (LocalIndex i = 0; i < 60; ++i) {
    edges.emplace_back(i, i ^ 1, i % 4 < 2 ? 0 : -1);
    for (int k = 0; k < 6; ++k) {
      const auto source = static_cast<LocalIndex>(random.below(60));
      if (source != i)
        edges.emplace_back(i, source, static_cast<std::int32_t>(5 + random.below(9)));
    }
  }
  const Graph graph = make_graph(60, edges);
  for (int parts : {2, 3, 5}) {
    EXPECT_GE(make_partition(graph, parts, 8, {}).quality.smallest_cut_lag, 5) << parts;
  }
}

TEST(Partition, ContractsExactlyBelowTheLargestLagThatLeavesEnoughComponents) {
  // Pairs of lag 10, pairs of pairs of lag 20, everything by 31 and 44.
  std::vector<test::Edge> edges;
  for (LocalIndex i = 0; i < 32; ++i) {
    edges.emplace_back(i, i ^ 1, 10);
    edges.emplace_back(i, i ^ 2, 20);
    for (int k = 0; k < 6; ++k)
      edges.emplace_back(i, (i + 4) % 32, 31);  // cheapest to keep
    edges.emplace_back(i, (i + 12) % 32, 44);
  }
  const Graph graph = make_graph(32, edges);
  const auto names = [&](int parts) {
    std::vector<std::string> methods;
    for (const Partition& p : candidates(graph, parts, 8, {}))
      methods.push_back(p.method);
    return testing::PrintToString(methods);
  };
  EXPECT_THAT(names(16), HasSubstr("contracted below 20 steps"));
  EXPECT_THAT(names(8), HasSubstr("contracted below 31 steps"));
  EXPECT_EQ(make_partition(graph, 16, 8, {}).quality.smallest_cut_lag, 20);
  EXPECT_EQ(make_partition(graph, 8, 8, {}).quality.smallest_cut_lag, 31);
}

TEST(Partition, ARegionThatOutweighsAllOthersDoesNotEmptyAPart) {
  std::vector<test::Edge> edges(1000, test::Edge{0, 1, 50});
  for (LocalIndex i = 2; i < 12; ++i)
    edges.emplace_back(i, i - 1, 3);
  const Graph graph = make_graph(12, edges);
  for (int parts : {2, 3, 4, 6, 11}) {
    for (Method method : all_methods) {
      expect_valid(graph, candidates(graph, parts, 8, {.method = method}), parts);
    }
  }
}

TEST(Partition, BlocksAreRunsOfRegionsWhereverTheHeaviestOneIs) {
  for (LocalIndex heavy = 0; heavy < 12; ++heavy) {
    std::vector<test::Edge> edges(500, test::Edge{heavy, (heavy + 1) % 12, 50});
    for (LocalIndex i = 0; i < 12; ++i)
      edges.insert(edges.end(), static_cast<std::size_t>(9 - 7 * i % 10), {i, 0, 50});
    const Graph graph = make_graph(12, edges);
    for (int parts = 2; parts < 12; ++parts) {
      const auto found = candidates(graph, parts, 8, {.method = Method::block});
      expect_valid(graph, found, parts);
      const auto& owner = found.front().owner;
      EXPECT_TRUE(std::is_sorted(owner.begin(), owner.end())) << heavy << ", " << parts;
    }
  }
}

TEST(Partition, DegenerateGraphsArePartitioned) {
  const std::int32_t huge = 2147483647;
  std::vector<test::Edge> star;
  std::vector<test::Edge> chain;
  std::vector<test::Edge> undelayed;
  for (LocalIndex i = 1; i < 20; ++i) {
    star.emplace_back(0, i, 10);
    star.emplace_back(i, 0, 10);
    chain.emplace_back(i, i - 1, i % 2 ? huge : 3);
    undelayed.emplace_back(i, i - 1, i % 2 ? 0 : -1);
  }
  const std::vector<Graph> graphs = {make_graph(20, {}),          make_graph(20, star),
                                     make_graph(20, chain),       make_graph(20, undelayed),
                                     make_graph(20, {{3, 3, 0}}), make_graph(20, {{3, 4, huge}}),
                                     make_graph(1, {}),           make_graph(1, {{0, 0, 5}})};
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    for (Method method : all_methods) {
      for (int parts : {1, 2, 3, 19, 20, 21, 64}) {
        SCOPED_TRACE(testing::Message() << "graph " << g << ", parts " << parts);
        expect_valid(graphs[g], candidates(graphs[g], parts, 8, {.method = method}), parts);
      }
    }
  }
}

TEST(Partition, DisconnectedGroupsAreNotCut) {
  std::vector<test::Edge> edges;
  for (LocalIndex i = 0; i < 30; ++i)
    edges.emplace_back(i, (i + 3) % 30, 12);
  const Partition partition = make_partition(make_graph(30, edges), 3, 8, {});
  EXPECT_EQ(partition.quality.cut_edges, 0);
  EXPECT_EQ(partition.quality.period, 0);
  EXPECT_NEAR(partition.quality.imbalance, 0.0, 1e-12);
}

TEST(Partition, MorePartsThanRegionsLeavesTheLastOnesEmpty) {
  const Graph graph = random_graph(5, 3, 20, 1);
  EXPECT_EQ(make_partition(graph, 9, 8, {}).owner, (std::vector<std::int32_t>{0, 1, 2, 3, 4}));
}

TEST(Partition, BlocksAreRunsOfRegionsBalancedByCost) {
  // Region 0 hears 90 edges, the others one each: it is worth as much as all the others.
  std::vector<test::Edge> edges(90, test::Edge{0, 1, 50});
  for (LocalIndex i = 1; i < 91; ++i)
    edges.emplace_back(i, 0, 50);
  Graph graph = make_graph(91, edges);
  graph.region_cost = 0.0;
  const Partition partition = make_partition(graph, 2, 8, {.method = Method::block});
  EXPECT_EQ(partition.owner.front(), 0);
  EXPECT_THAT(std::vector<std::int32_t>(partition.owner.begin() + 1, partition.owner.end()),
              Each(1));
  EXPECT_NEAR(partition.quality.imbalance, 0.0, 1e-12);
}

TEST(Partition, GeometryCutsAcrossTheLongestAxis) {
  Graph graph = random_graph(200, 5, 100, 6);
  for (auto& centre : graph.centres)
    centre[1] *= 10.0f;
  const auto found = candidates(graph, 2, 8, {.method = Method::bisection});
  const auto plain = std::find_if(found.begin(), found.end(),
                                  [](const Partition& p) { return p.method == "bisection"; });
  ASSERT_NE(plain, found.end());
  double highest[2] = {-1e9, -1e9};
  double lowest[2] = {1e9, 1e9};
  for (std::size_t i = 0; i < 200; ++i) {
    const auto p = static_cast<std::size_t>(plain->owner[i]);
    highest[p] = std::max(highest[p], graph.centres[i][1]);
    lowest[p] = std::min(lowest[p], graph.centres[i][1]);
  }
  EXPECT_TRUE(highest[0] <= lowest[1] || highest[1] <= lowest[0]);
}

TEST(Partition, TheOrderOfABandIsFoundWithoutCentres) {
  // A path whose regions are numbered at random: two parts need only one cut place (two edges).
  std::vector<LocalIndex> label(64);
  std::iota(label.begin(), label.end(), 0);
  test::Random random(3);
  for (std::size_t i = 63; i > 0; --i) {
    std::swap(label[i], label[static_cast<std::size_t>(random.below(static_cast<long>(i) + 1))]);
  }
  std::vector<test::Edge> edges;
  for (std::size_t i = 1; i < 64; ++i) {
    edges.emplace_back(label[i], label[i - 1], 20);
    edges.emplace_back(label[i - 1], label[i], 20);
  }
  const Graph graph = make_graph(64, edges);
  for (Method method : {Method::scotch, Method::bisection}) {
    EXPECT_EQ(make_partition(graph, 2, 8, {.method = method}).quality.cut_edges, 2);
  }
}

TEST(Partition, TheSeedMattersOnlyToScotch) {
  const Graph graph = random_graph(300, 10, 50, 8);
  const auto owner = [&](Method method, std::uint64_t seed) {
    return make_partition(graph, 5, 8, {.method = method, .seed = seed}).owner;
  };
  EXPECT_EQ(owner(Method::bisection, 1), owner(Method::bisection, 2));
  EXPECT_NE(owner(Method::scotch, 1), owner(Method::scotch, 2));
}

TEST(Partition, NoPartsIsAnError) {
  EXPECT_THROW(make_partition(random_graph(5, 2, 9, 1), 0, 8, {}), ConfigError);
}

TEST(Partition, ALargeGraphSaysThatScotchWasNotTried) {
  const Graph graph = random_graph(1001, 1000, 200, 7);
  const auto found = candidates(graph, 4, 8, {});
  EXPECT_THAT(found.front().note, HasSubstr("Scotch was not tried: 1001000 edges"));
  for (const auto& candidate : found)
    EXPECT_THAT(candidate.method, Not(HasSubstr("scotch")));
}

}  // namespace
}  // namespace arcuate::partition
