#include "arcuate/monitor/series_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "arcuate/model/kernel.hpp"

namespace arcuate::monitor {
namespace {

using Numbers = std::vector<double>;

/// Gives a buffer the steps first .. last of one tile of 3 regions, in which region r is r + 10 t;
/// unused lanes are not numbers.
void record(SeriesBuffer& buffer, Step first, Step last) {
  Numbers rows;
  for (Step step = first; step <= last; ++step) {
    for (int lane = 0; lane < model::lanes; ++lane) {
      const double nothing = std::numeric_limits<double>::quiet_NaN();
      rows.push_back(lane < 3 ? static_cast<double>(lane) + 10.0 * static_cast<double>(step)
                              : nothing);
    }
  }
  buffer.record({0, 3, first, static_cast<int>(last - first + 1)}, 0, {rows.data(), model::lanes});
}

Numbers drained(SeriesBuffer& buffer, Step samples) {
  Numbers result;
  buffer.drain(samples, [&](const Numbers& data) { result = data; });
  return result;
}

TEST(SeriesBuffer, KeepsTheValuesAtTheSampledSteps) {
  SeriesBuffer buffer(schedule(Kind::raw, 2, 0, 4), false, 1, {0, 1, 2, 3}, 2);
  record(buffer, 1, 4);
  EXPECT_EQ(drained(buffer, 2), (Numbers{20, 21, 22, 40, 41, 42}));
}

TEST(SeriesBuffer, KeepsOnlyTheChosenRegions) {
  SeriesBuffer buffer(schedule(Kind::raw, 2, 0, 4), false, 1, {0, 1, 1, 2}, 2);
  record(buffer, 1, 4);
  EXPECT_EQ(drained(buffer, 2), (Numbers{20, 22, 40, 42}));
}

TEST(SeriesBuffer, AveragesThePeriodThatEndsAtTheSample) {
  SeriesBuffer buffer(schedule(Kind::temporal_average, 4, 0, 8), true, 1, {0, 1, 2, 3}, 2);
  record(buffer, 1, 8);
  // Means of 10 t over t = 1..4 and 5..8 are 25 and 65.
  EXPECT_EQ(drained(buffer, 2), (Numbers{25, 26, 27, 65, 66, 67}));
}

TEST(SeriesBuffer, AnAverageSpansRunsAndDrains) {
  SeriesBuffer buffer(schedule(Kind::temporal_average, 4, 2, 12), true, 1, {0, 1, 2, 3}, 1);
  Numbers all;
  for (Step step = 1; step <= 12; step += 3) {
    record(buffer, step, std::min<Step>(step + 2, 12));
    const Step samples = buffer.schedule().complete(step + 2) - buffer.start();
    const Numbers some = drained(buffer, samples);
    all.insert(all.end(), some.begin(), some.end());
  }
  // The period 1..4 begins before the transient ends.
  EXPECT_EQ(all, (Numbers{65, 66, 67, 105, 106, 107}));
}

TEST(SeriesBuffer, LimitIsTheStepBeforeTheFirstSampleWithoutRoom) {
  SeriesBuffer buffer(schedule(Kind::raw, 5, 7, 100), false, 1, {0, 1, 2, 3}, 3);
  EXPECT_EQ(buffer.limit(), 24);
  drained(buffer, 2);
  EXPECT_EQ(buffer.start(), 2);
  EXPECT_EQ(buffer.limit(), 34);
}

TEST(SeriesBuffer, ASampleOutsideTheWindowIsAnError) {
  SeriesBuffer buffer(schedule(Kind::raw, 1, 0, 100), false, 1, {0, 1, 2, 3}, 2);
  EXPECT_DEATH(record(buffer, 1, 3), "sample < start_ \\+ capacity_");
}

}  // namespace
}  // namespace arcuate::monitor
