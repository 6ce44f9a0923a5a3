#include "comm/stall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace arcuate::comm {
namespace {

using core::Doing;
using testing::HasSubstr;
using testing::Optional;

constexpr Patience ten_minutes{600.0, true};
constexpr Patience some_of_them{600.0, false};

std::optional<std::string> stall(const std::vector<Seen>& ranks, const Patience& patience) {
  return find_stall(ranks, patience, "step");
}

TEST(Stall, NobodyStandsStillForTooLong) {
  EXPECT_EQ(
      stall({{0, Doing::computing, -1, 5, 599.0}, {1, Doing::waiting, 0, 5, 599.0}}, ten_minutes),
      std::nullopt);
  EXPECT_EQ(stall({}, ten_minutes), std::nullopt);
}

TEST(Stall, TheRankThatNobodyKeepsWaitingIsNamedFirst) {
  EXPECT_THAT(stall({{0, Doing::waiting, 2, 128, 601.0},
                     {1, Doing::waiting, 2, 128, 603.0},
                     {2, Doing::computing, -1, 120, 604.0, true, 'T'},
                     {3, Doing::agreeing, -1, 130, 602.0}},
                    ten_minutes),
              Optional(std::string(
                  "no step for 604 s: rank 2 stands still at step 120, computing (its process is "
                  "stopped); rank 3 waits for all others; ranks 0 and 1 wait for a message of rank "
                  "2")));
}

TEST(Stall, RanksThatWaitForEachOtherAreAllNamedAndWhoIsBehind) {
  EXPECT_THAT(
      stall({{0, Doing::waiting, 1, 64, 700.0}, {1, Doing::waiting, 0, 32, 700.0}}, ten_minutes),
      Optional(std::string("no step for 700 s: rank 1 waits for a message of rank 0; rank 0 waits "
                           "for a message of rank 1; rank 1 is furthest behind, at step 32")));
}

TEST(Stall, WhoWritesMayTakeSixTimesAsLongAndAllMayWaitForIt) {
  const auto ranks = [](double seconds) {
    return std::vector<Seen>{{0, Doing::waiting, 1, 8, 3599.0 + seconds},
                             {1, Doing::writing, -1, 8, seconds}};
  };
  EXPECT_EQ(stall(ranks(3600.0), ten_minutes), std::nullopt);
  EXPECT_THAT(stall(ranks(3601.0), ten_minutes),
              Optional(HasSubstr("rank 1 stands still at step 8, writing")));
  EXPECT_EQ(stall({{0, Doing::deciding, -1, 0, 3600.0}}, ten_minutes), std::nullopt);
}

TEST(Stall, OtherMachinesHaveTheFirstWord) {
  const std::vector<Seen> waiting{{0, Doing::waiting, 7, 8, 3600.0},
                                  {1, Doing::agreeing, -1, 8, 3600.0}};
  EXPECT_EQ(stall(waiting, some_of_them), std::nullopt);
  EXPECT_NE(stall(waiting, ten_minutes), std::nullopt);
  const std::vector<Seen> longer{{0, Doing::waiting, 7, 8, 3601.0}};
  EXPECT_THAT(stall(longer, some_of_them), Optional(HasSubstr("message of rank 7")));
  const std::vector<Seen> own{{0, Doing::waiting, 1, 8, 601.0},
                              {1, Doing::computing, -1, 8, 601.0}};
  EXPECT_NE(stall(own, some_of_them), std::nullopt);
}

TEST(Stall, WhoIsNotInItsLoopIsNotWatched) {
  EXPECT_EQ(stall({{0, Doing::computing, -1, 8, 9999.0, false}}, ten_minutes), std::nullopt);
}

TEST(Stall, ManyRanksAreCounted) {
  std::vector<Seen> ranks{{0, Doing::computing, -1, 8, 601.0}};
  for (int rank = 1; rank < 40; ++rank)
    ranks.push_back({rank, Doing::waiting, 0, 8, 601.0});
  EXPECT_THAT(stall(ranks, ten_minutes),
              Optional(HasSubstr("ranks 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 28 more wait for a "
                                 "message of rank 0")));
}

}  // namespace
}  // namespace arcuate::comm
