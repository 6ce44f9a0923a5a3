#include "farm/layout.hpp"

#include <gtest/gtest.h>

namespace arcuate::farm {
namespace {

using Teams = std::vector<std::vector<int>>;

TEST(Layout, WorkersAreRunsOfRanksWithoutTheMaster) {
  const std::vector<std::int64_t> one(7, 0);
  EXPECT_EQ(teams_of(one, 1), (Teams{{1}, {2}, {3}, {4}, {5}, {6}}));
  EXPECT_EQ(teams_of(one, 2), (Teams{{1, 2}, {3, 4}, {5, 6}}));
  EXPECT_EQ(teams_of(one, 4), (Teams{{1, 2, 3, 4}}));
  EXPECT_EQ(teams_of(one, 7), Teams{});
  EXPECT_EQ(teams_of(std::vector<std::int64_t>{0}, 1), Teams{});
}

/// Three machines of four ranks; rank 0 leaves three on the first.
TEST(Layout, WorkersStayWithinAMachineAsFarAsTheyGo) {
  const std::vector<std::int64_t> machines{0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8};
  EXPECT_EQ(teams_of(machines, 2), (Teams{{1, 2}, {4, 5}, {6, 7}, {8, 9}, {10, 11}}));
  EXPECT_EQ(teams_of(machines, 3), (Teams{{1, 2, 3}, {4, 5, 6}, {8, 9, 10}}));
  EXPECT_EQ(teams_of(machines, 4), (Teams{{4, 5, 6, 7}, {8, 9, 10, 11}}));
  EXPECT_EQ(teams_of(machines, 5), (Teams{{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}}));
}

/// A launcher that deals ranks out to machines in turn.
TEST(Layout, RanksOfAMachineNeedNotFollowEachOther) {
  const std::vector<std::int64_t> machines{0, 1, 0, 1, 0, 1, 0, 1};
  EXPECT_EQ(teams_of(machines, 2), (Teams{{1, 3}, {2, 4}, {5, 7}}));
  EXPECT_EQ(teams_of(machines, 3), (Teams{{1, 3, 5}, {2, 4, 6}}));
  EXPECT_EQ(teams_of(std::vector<std::int64_t>{0, 0, 2, 0}, 3), (Teams{{1, 2, 3}}));
}

}  // namespace
}  // namespace arcuate::farm
