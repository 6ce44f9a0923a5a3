#include "arcuate/partition/describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graphs.hpp"

namespace arcuate::partition {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Partition pair_of_regions(const Graph& graph) {
  Partition partition{.parts = 2, .owner = {0, 1}, .method = "by hand", .quality = {}, .note = ""};
  partition.quality = evaluate(graph, partition.owner, 2, 8, {});
  return partition;
}

TEST(Describe, GivesStepsAndMilliseconds) {
  const Graph graph = test::make_graph(2, {{0, 1, 94}, {0, 0, 3}, {1, 1, 3}, {1, 0, 120}});
  const std::string text = describe(pair_of_regions(graph), graph, 0.1);
  EXPECT_THAT(text, HasSubstr("edge cut              2 (50.0 %)\n"));
  EXPECT_THAT(text, HasSubstr("smallest cut delay    94 steps (9.4 ms)\n"));
  EXPECT_THAT(text, HasSubstr("epoch                 40 steps (4 ms)\n"));
  EXPECT_THAT(text, HasSubstr("halo                  2 values per step, 640 B per epoch\n"));
  EXPECT_THAT(text, HasSubstr("messages              500 per simulated second"));
}

TEST(Describe, SaysThatNothingIsSent) {
  const Graph graph = test::make_graph(2, {{0, 0, 3}});
  const std::string text = describe(pair_of_regions(graph), graph, 0.1);
  EXPECT_THAT(text, HasSubstr("nothing is sent"));
  EXPECT_THAT(text, Not(HasSubstr("epoch")));
}

TEST(Describe, SaysThatAnUndelayedCutIsExchangedAtEveryStage) {
  const Graph graph = test::make_graph(2, {{0, 1, -1}});
  EXPECT_THAT(describe(pair_of_regions(graph), graph, 0.1), HasSubstr("at every stage"));
}

TEST(Describe, CountsThePartsWithoutARegion) {
  const Graph graph = test::random_graph(5, 3, 60, 1);
  for (const auto& [parts, empty] : {std::pair{5, 0}, {6, 1}, {1000, 995}}) {
    const Partition partition = make_partition(graph, parts, 8, {});
    EXPECT_EQ(empty_parts(partition), empty);
    const std::string text = describe(partition, graph, 0.1);
    const std::string line = "empty parts           " + std::to_string(empty) + ": ";
    EXPECT_EQ(text.find(line) != std::string::npos, empty > 0) << text;
    EXPECT_EQ(text.find("empty") != std::string::npos, empty > 0) << text;
  }
}

TEST(Describe, ListsEveryCandidateOnALine) {
  const Graph graph = test::random_graph(40, 5, 60, 1);
  const auto found = candidates(graph, 3, 8, {});
  const std::string text = describe(found, graph, 0.1);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), std::ssize(found) + 1);
  for (const auto& candidate : found)
    EXPECT_THAT(text, HasSubstr(candidate.method));
}

}  // namespace
}  // namespace arcuate::partition
