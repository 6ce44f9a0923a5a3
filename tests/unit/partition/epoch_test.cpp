#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "arcuate/partition/partition.hpp"

namespace arcuate::partition {
namespace {

// The newest time that the steps from `begin` to the next decision read from the other rank, found
// by listing every read: far edges for a whole block when one begins, near edges step by step.
Step newest_read(Step begin, Step period, Step block, const std::vector<Step>& cut_lags) {
  const Step visit = std::min(period, block);
  Step newest = -1'000'000;
  for (Step lag : cut_lags) {
    const bool far = lag >= block - 1;
    if (far && begin % block != 0) continue;
    for (Step n = begin; n < begin + (far ? block : visit); ++n)
      newest = std::max(newest, n - lag);
  }
  return newest;
}

// Two ranks in lockstep: a message at every multiple of the period carries all times up to there.
bool is_served(Step period, Step block, const std::vector<Step>& cut_lags, Step in_flight) {
  const Step visit = std::min(period, block);
  for (Step begin = 0; begin < 4 * std::max(period, block); begin += visit) {
    const Step there = begin / period * period - in_flight * period;
    if (newest_read(begin, period, block, cut_lags) > there) return false;
  }
  return true;
}

bool is_allowed(Step period, Step block) {
  return period % block == 0 || (period < block && block % period == 0);
}

constexpr Step all_blocks[] = {8, 16, 32};

TEST(Epoch, APeriodIsServedExactlyUpToTheSmallestCutLagPlusOne) {
  for (Step block : all_blocks) {
    for (Step lag = 0; lag < 5 * block; ++lag) {
      for (Step period = 1; period < 6 * block; ++period) {
        if (!is_allowed(period, block)) continue;
        EXPECT_EQ(is_served(period, block, {lag}, 0), period <= lag + 1)
            << "lag " << lag << " period " << period << " block " << block;
      }
    }
  }
}

TEST(Epoch, TheMessagePeriodIsLegalWhateverLongerLagsAreCut) {
  for (Step block : all_blocks) {
    for (Step lag = 0; lag < 5 * block; ++lag) {
      const Step period = message_period(lag, block);
      ASSERT_TRUE(is_allowed(period, block)) << "lag " << lag << " period " << period;
      for (Step other = lag; other < lag + 3 * block; ++other) {
        EXPECT_TRUE(is_served(period, block, {lag, other}, 0)) << lag << ", " << other;
      }
    }
  }
}

TEST(Epoch, OneMessageMayBeInFlightWhenAllCutEdgesAreFarEnough) {
  for (Step block : all_blocks) {
    for (Step lag = 3 * block / 2 - 1; lag < 6 * block; ++lag) {
      const Step period = message_period(lag, block);
      EXPECT_TRUE(is_served(period, block, {lag}, 1)) << "lag " << lag << " block " << block;
      const Step next = period < block ? 2 * period : period + block;
      EXPECT_FALSE(is_served(next, block, {lag}, 1)) << "lag " << lag << " block " << block;
    }
  }
}

TEST(Epoch, AFarEdgeOfOneBlockCannotHaveAMessageInFlight) {
  EXPECT_FALSE(is_served(4, 8, {8}, 1));
  EXPECT_FALSE(is_served(2, 8, {5, 7}, 1));
  EXPECT_EQ(message_period(8, 8), 8);
}

TEST(Epoch, TheNewestTimeNeededCoversEveryReadAndIsReached) {
  for (Step block : all_blocks) {
    for (Step lag = 0; lag < 4 * block; ++lag) {
      const Step period = message_period(lag, block);
      // The worst cut: the shortest edge and a far edge as short as possible.
      const std::vector<Step> cut = {lag, std::max(lag, block - 1)};
      Step needed = -1'000'000;
      Step read = needed;
      for (Step begin = 0; begin < 4 * period * block; begin += std::min(period, block)) {
        // Far edges read everything at the start of their block: what is there stays there.
        needed = std::max(needed, newest_needed(begin, period, lag, block));
        read = std::max(read, newest_read(begin, period, block, cut));
        ASSERT_EQ(needed, read) << lag << " at " << begin;
        ASSERT_LE(needed, begin / period * period);
      }
    }
  }
}

TEST(Epoch, PeriodsAreTheOnesOfTheRule) {
  EXPECT_EQ(message_period(-1, 8), 1);
  EXPECT_EQ(message_period(0, 8), 1);
  EXPECT_EQ(message_period(1, 8), 1);
  EXPECT_EQ(message_period(3, 8), 2);
  EXPECT_EQ(message_period(6, 8), 2);
  EXPECT_EQ(message_period(7, 8), 8);
  EXPECT_EQ(message_period(11, 8), 4);
  EXPECT_EQ(message_period(14, 8), 4);
  EXPECT_EQ(message_period(15, 8), 8);
  EXPECT_EQ(message_period(94, 8), 40);
  EXPECT_EQ(message_period(94, 16), 32);
  EXPECT_EQ(message_period(2147483647, 32), 1073741824);
}

}  // namespace
}  // namespace arcuate::partition
