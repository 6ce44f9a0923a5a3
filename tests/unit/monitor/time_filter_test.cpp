#include "arcuate/monitor/time_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "arcuate/model/kernel.hpp"
#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {
namespace {

using Numbers = std::vector<double>;

/// One variable of a tile of 3 regions through a filter into a window.
struct Monitor {
  Monitor(MakeFilter make, const Schedule& when, std::vector<LocalIndex> columns_before,
          Step capacity, std::vector<double> numbers = {})
      : filter(make({when, 1, 3, 0.1, numbers})),
        window(when, 1, std::move(columns_before), capacity) {}

  /// The steps first .. last, in which region r is r + 10 t; unused lanes are not numbers.
  void take(Step first, Step last) {
    Numbers rows;
    for (Step step = first; step <= last; ++step) {
      for (int lane = 0; lane < model::lanes; ++lane) {
        const double nothing = std::numeric_limits<double>::quiet_NaN();
        rows.push_back(lane < 3 ? static_cast<double>(lane) + 10.0 * static_cast<double>(step)
                                : nothing);
      }
    }
    const TileRun run{0, 3, first, static_cast<int>(last - first + 1)};
    const Rows own{rows.data(), model::lanes};
    filter->take(run, 0, {&own, 1}, window);
  }

  Numbers drained(Step samples) {
    Numbers result;
    window.drain(samples, [&](Numbers& data) {
      result.assign(data.begin(), data.begin() + window.columns() * samples);
      // As a sink that keeps what it is given.
      data.assign(data.size(), std::numeric_limits<double>::quiet_NaN());
    });
    return result;
  }

  std::unique_ptr<TimeFilter> filter;
  SampleWindow window;
};

Schedule instants(Step period, Step transient, Step steps) {
  return schedule(Looks::at_samples, period, transient, steps);
}
Schedule periods(Step period, Step transient, Step steps) {
  return schedule(Looks::in_periods, period, transient, steps);
}

TEST(Instants, KeepTheValuesAtTheSampledSteps) {
  Monitor monitor(make_instants, instants(2, 0, 4), {0, 1, 2, 3}, 2);
  monitor.take(1, 4);
  EXPECT_EQ(monitor.drained(2), (Numbers{20, 21, 22, 40, 41, 42}));
}

TEST(Instants, KeepOnlyTheChosenRegions) {
  Monitor monitor(make_instants, instants(2, 0, 4), {0, 1, 1, 2}, 2);
  monitor.take(1, 4);
  EXPECT_EQ(monitor.drained(2), (Numbers{20, 22, 40, 42}));
}

TEST(PeriodMeans, AverageThePeriodThatEndsAtTheSample) {
  Monitor monitor(make_period_means, periods(4, 0, 8), {0, 1, 2, 3}, 2);
  monitor.take(1, 8);
  // Means of 10 t over t = 1..4 and 5..8 are 25 and 65.
  EXPECT_EQ(monitor.drained(2), (Numbers{25, 26, 27, 65, 66, 67}));
}

TEST(PeriodMeans, SpanRunsAndDrains) {
  Monitor monitor(make_period_means, periods(4, 2, 12), {0, 1, 2, 3}, 1);
  Numbers all;
  for (Step step = 1; step <= 12; step += 3) {
    monitor.take(step, std::min<Step>(step + 2, 12));
    const Step samples = monitor.window.schedule().complete(step + 2) - monitor.window.start();
    const Numbers some = monitor.drained(samples);
    all.insert(all.end(), some.begin(), some.end());
  }
  // The period 1..4 begins before the transient ends.
  EXPECT_EQ(all, (Numbers{65, 66, 67, 105, 106, 107}));
}

TEST(PeriodMeans, OfManyVariablesAreTheirOwn) {
  constexpr int n = 7;
  const Schedule when = periods(4, 0, 8);
  const auto filter = make_period_means({when, n, 3, 0.1, {}});
  SampleWindow window(when, n, {0, 1, 2, 3}, 2);
  Numbers values;
  for (int step = 1; step <= 8; ++step) {
    for (int i = 0; i < n * model::lanes; ++i)
      values.push_back(1000.0 * (i / model::lanes) + i % model::lanes + 10.0 * step);
  }
  std::vector<Rows> rows;
  for (int variable = 0; variable < n; ++variable)
    rows.push_back({values.data() + variable * model::lanes, n * model::lanes});
  filter->take({0, 3, 1, 8}, 0, rows, window);
  Numbers samples;
  window.drain(2, [&](const Numbers& data) { samples = data; });
  for (int variable = 0; variable < n; ++variable) {
    for (int region = 0; region < 3; ++region) {
      const auto at = static_cast<std::size_t>(3 * variable + region);
      EXPECT_EQ(samples[at], 1000.0 * variable + region + 25.0);
      EXPECT_EQ(samples[at + 3 * n], 1000.0 * variable + region + 65.0);
    }
  }
}

TEST(PeriodMeans, ShowWhatTheyHaveAddedUp) {
  Monitor monitor(make_period_means, periods(4, 0, 8), {0, 1, 2, 3}, 2);
  monitor.take(1, 6);
  const auto state = monitor.filter->state();
  ASSERT_EQ(state.size(), 1U);
  EXPECT_EQ(state[0].name, "sum");
  EXPECT_EQ(Numbers(state[0].values.begin(), state[0].values.end()), (Numbers{110, 112, 114}));
  // What walks the arrays can put them back: the rest of the period is as if it had not stopped.
  Monitor other(make_period_means, periods(4, 0, 8), {0, 1, 2, 3}, 2);
  std::copy(state[0].values.begin(), state[0].values.end(),
            other.filter->state()[0].values.begin());
  other.take(7, 8);
  EXPECT_EQ(other.drained(2), (Numbers{0, 0, 0, 65, 66, 67}));
}

/// tau y' = x - y with x = 10 t held over each step, from y(0) = x(1); dt = 0.1, tau = 0.4.
double exponential_average_at(Step step) {
  const double forgotten = std::exp(-0.25);
  double y = 10.0 * std::pow(forgotten, static_cast<double>(step));
  for (Step t = 1; t <= step; ++t)
    y += 10.0 * static_cast<double>(t) * (1.0 - forgotten) *
         std::pow(forgotten, static_cast<double>(step - t));
  return y;
}

TEST(ExponentialAverage, IsTheSolutionOfItsEquationWhereverRunsEnd) {
  const MakeFilter make = kind_called("exponential_average").make_filter;
  const Schedule when = schedule(Looks::always, 3, 4, 20);
  for (const Step run : {1, 4, 20}) {
    Monitor monitor(make, when, {0, 1, 2, 3}, 10, {0.4});
    for (Step step = 1; step <= 20; step += run)
      monitor.take(step, std::min<Step>(step + run - 1, 20));
    const Numbers samples = monitor.drained(when.samples);
    ASSERT_EQ(samples.size(), 5U * 3U);
    for (std::size_t i = 0; i < 5; ++i)
      EXPECT_NEAR(samples[3 * i], exponential_average_at(6 + 3 * static_cast<Step>(i)), 1e-12);
  }
}

TEST(ExponentialAverage, OfAConstantIsTheConstantFromTheFirstStepOn) {
  const MakeFilter make = kind_called("exponential_average").make_filter;
  const Schedule when = schedule(Looks::always, 1, 0, 3);
  const std::vector<double> tau{7.0};
  const auto filter = make({when, 1, 1, 0.1, tau});
  SampleWindow window(when, 1, {0, 1}, 3);
  const std::vector<double> rows(3 * model::lanes, 5.5);
  const Rows own{rows.data(), model::lanes};
  filter->take({0, 1, 1, 3}, 0, {&own, 1}, window);
  window.drain(3, [](const Numbers& data) { EXPECT_EQ(data, (Numbers{5.5, 5.5, 5.5})); });
}

TEST(SampleWindow, LimitIsTheStepBeforeTheFirstSampleWithoutRoom) {
  Monitor monitor(make_instants, instants(5, 7, 100), {0, 1, 2, 3}, 3);
  EXPECT_EQ(monitor.window.limit(), 24);
  monitor.drained(2);
  EXPECT_EQ(monitor.window.start(), 2);
  EXPECT_EQ(monitor.window.limit(), 34);
}

TEST(SampleWindow, ASampleThatIsThereInPartStays) {
  Monitor monitor(make_instants, instants(1, 0, 100), {0, 1, 2, 3}, 3);
  monitor.take(1, 3);
  monitor.drained(2);
  EXPECT_EQ(Numbers(monitor.window.begun().begin(), monitor.window.begun().end()),
            (Numbers{30, 31, 32}));
}

TEST(SampleWindow, ASampleOutsideIsAnError) {
  Monitor monitor(make_instants, instants(1, 0, 100), {0, 1, 2, 3}, 2);
  EXPECT_DEATH(monitor.take(1, 3), "sample < start_ \\+ capacity_");
}

}  // namespace
}  // namespace arcuate::monitor
