#include "arcuate/monitor/schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace arcuate::monitor {
namespace {

std::vector<Step> steps_of(const Schedule& when) {
  std::vector<Step> steps;
  for (Step sample = 0; sample < when.samples; ++sample) {
    steps.push_back(when.step_of(sample));
  }
  return steps;
}

TEST(Schedule, SamplesMultiplesOfThePeriodAfterTheTransientUpToTheEnd) {
  EXPECT_EQ(steps_of(schedule(Looks::at_samples, 5, 0, 20)), (std::vector<Step>{5, 10, 15, 20}));
  EXPECT_EQ(steps_of(schedule(Looks::at_samples, 5, 0, 19)), (std::vector<Step>{5, 10, 15}));
  EXPECT_EQ(steps_of(schedule(Looks::at_samples, 1, 2, 5)), (std::vector<Step>{3, 4, 5}));
}

TEST(Schedule, LeavesOutASampleAtTheEndOfTheTransient) {
  EXPECT_EQ(steps_of(schedule(Looks::at_samples, 5, 10, 20)), (std::vector<Step>{15, 20}));
  EXPECT_EQ(steps_of(schedule(Looks::at_samples, 5, 9, 20)), (std::vector<Step>{10, 15, 20}));
}

TEST(Schedule, DropsATemporalAverageWhosePeriodStraddlesTheTransient) {
  EXPECT_EQ(steps_of(schedule(Looks::in_periods, 5, 10, 20)), (std::vector<Step>{15, 20}));
  EXPECT_EQ(steps_of(schedule(Looks::in_periods, 5, 9, 20)), (std::vector<Step>{15, 20}));
  EXPECT_EQ(steps_of(schedule(Looks::in_periods, 5, 11, 20)), (std::vector<Step>{20}));
  EXPECT_EQ(steps_of(schedule(Looks::in_periods, 1, 3, 5)), (std::vector<Step>{4, 5}));
}

TEST(Schedule, IsEmptyWhenNoPeriodFits) {
  EXPECT_EQ(schedule(Looks::at_samples, 21, 0, 20).samples, 0);
  EXPECT_EQ(schedule(Looks::at_samples, 1, 20, 20).samples, 0);
  EXPECT_EQ(schedule(Looks::in_periods, 8, 9, 20).samples, 0);
}

TEST(Schedule, KeepsASampleThatRemembersLikeAValueAtItsStep) {
  EXPECT_EQ(steps_of(schedule(Looks::always, 5, 11, 20)), (std::vector<Step>{15, 20}));
}

TEST(Schedule, SaysWhichStepsItsSamplesDependOn) {
  const auto seen = [](Looks looks) {
    const Attention at = attention(looks, schedule(looks, 5, 11, 22));
    return std::vector<Step>{at.begin, at.stride, at.end};
  };
  EXPECT_EQ(seen(Looks::at_samples), (std::vector<Step>{15, 5, 20}));
  EXPECT_EQ(seen(Looks::in_periods), (std::vector<Step>{16, 1, 20}));
  EXPECT_EQ(seen(Looks::always), (std::vector<Step>{1, 1, 20}));
  const Attention none = attention(Looks::always, schedule(Looks::always, 50, 0, 22));
  EXPECT_LT(none.end, none.begin);
}

TEST(Schedule, CountsTheSamplesCompleteAtAStep) {
  const Schedule when = schedule(Looks::at_samples, 5, 9, 22);
  EXPECT_EQ(when.complete(0), 0);
  EXPECT_EQ(when.complete(9), 0);
  EXPECT_EQ(when.complete(10), 1);
  EXPECT_EQ(when.complete(14), 1);
  EXPECT_EQ(when.complete(20), 3);
  EXPECT_EQ(when.complete(1000), 3);
}

TEST(Schedule, FindsTheFirstSampleAtOrAfterAStep) {
  const Schedule when = schedule(Looks::at_samples, 5, 9, 22);
  EXPECT_EQ(when.at_or_after(1), 0);
  EXPECT_EQ(when.at_or_after(10), 0);
  EXPECT_EQ(when.at_or_after(11), 1);
  EXPECT_EQ(when.at_or_after(15), 1);
  EXPECT_EQ(when.at_or_after(21), 3);
}

}  // namespace
}  // namespace arcuate::monitor
