#include "farm/master.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <random>

#include "simulated.hpp"

namespace arcuate::farm {
namespace {

class MasterTest : public testing::Test {
 protected:
  std::vector<std::string> warnings;
  Options options{1, 30.0, [this](const std::string& text) { warnings.push_back(text); }};

  Figures run(Work& work, Transport& transport) {
    Master master(work, transport, options);
    master.run();
    if (master.error()) std::rethrow_exception(master.error());
    return master.figures();
  }
};

/// [s] Of a mean of 1, between 2/3 and 4/3.
std::vector<double> spread_by_two(std::size_t tasks) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> time(2.0 / 3.0, 4.0 / 3.0);
  std::vector<double> seconds(tasks);
  std::generate(seconds.begin(), seconds.end(), [&] { return time(random); });
  return seconds;
}

/// [s] Of a mean of 1 and a standard deviation of 1.
std::vector<double> long_tailed(std::size_t tasks) {
  std::mt19937_64 random(2);
  const double variance = std::log(2.0);
  std::lognormal_distribution<double> time(-0.5 * variance, std::sqrt(variance));
  std::vector<double> seconds(tasks);
  std::generate(seconds.begin(), seconds.end(), [&] { return time(random); });
  return seconds;
}

/// While there is work, for evaluations of a second on average.
void expect_all_busy(const std::vector<double>& seconds, int workers) {
  Simulated farm(workers);
  Listed work(seconds);
  double last = 0.0;
  work.on_next = [&](std::size_t) { last = farm.now(); };
  Options options;
  Master master(work, farm, options);
  master.run();
  const Figures figures = master.figures();
  EXPECT_EQ(figures.count(Ending::done), static_cast<std::int64_t>(seconds.size()));
  EXPECT_EQ(work.taken.size(), seconds.size());
  const double handed_out = farm.runs.back().begin;
  EXPECT_GE(farm.utilisation(handed_out), 0.97) << workers;
  EXPECT_LT(figures.master_cost(), 1e-3) << workers;
  std::printf("%d workers: busy %.4f, master %.2f us for an evaluation\n", workers,
              farm.utilisation(handed_out), 1e6 * figures.master_cost());
}

TEST_F(MasterTest, WorkersAreBusyWhateverTheSpreadOfTimes) {
  expect_all_busy(spread_by_two(64 * 200), 64);
  expect_all_busy(long_tailed(64 * 200), 64);
  expect_all_busy(spread_by_two(1000 * 40), 1000);
  expect_all_busy(long_tailed(1000 * 40), 1000);
}

/// With what the master computes on the clock: how many it can serve.
TEST_F(MasterTest, CostsMicrosecondsForAnEvaluation) {
  for (const int workers : {64, 1000, 10000}) {
    Simulated farm(workers, true);
    Listed work(spread_by_two(static_cast<std::size_t>(workers) * 20));
    const Figures figures = run(work, farm);
    EXPECT_LT(figures.master_cost(), 1e-3) << workers;
    std::printf("%d workers: busy %.4f, master %.2f us for an evaluation, %.1f %% of its time\n",
                workers, farm.utilisation(farm.runs.back().begin), 1e6 * figures.master_cost(),
                100.0 * figures.master_seconds / figures.wall);
  }
}

TEST_F(MasterTest, FiguresAddUp) {
  Simulated farm(4);
  Listed work({1.0, 1.0, 1.0, 1.0, 0.5, 0.5});
  const Figures figures = run(work, farm);
  EXPECT_EQ(figures.workers, 4);
  EXPECT_EQ(figures.tasks, 6);
  EXPECT_EQ(figures.busy, 0);
  EXPECT_NEAR(figures.busy_seconds, 5.0, 1e-9);
  EXPECT_NEAR(figures.wall, 1.5, 5e-3);
  EXPECT_NEAR(figures.efficiency(), 5.0 / 6.0, 1e-2);
  EXPECT_EQ(work.idle_calls, 3);
}

TEST_F(MasterTest, TakesAllThatEndedBeforeItAsksForMoreAndByWorker) {
  Simulated farm(5);
  Listed work(std::vector<double>(15, 1.0));
  std::vector<std::size_t> known;
  work.on_next = [&](std::size_t) { known.push_back(work.taken.size()); };
  run(work, farm);
  for (std::size_t i = 0; i < 15; ++i) {
    EXPECT_EQ(known[i], i / 5 * 5) << i;
    EXPECT_EQ(work.taken[i].worker, static_cast<int>(i % 5)) << i;
    EXPECT_EQ(work.taken[i].id, i);
  }
}

TEST_F(MasterTest, AsksAgainOnlyWhenAResultHasCome) {
  Simulated farm(8);
  Listed work({1.0, 2.0, 3.0});
  run(work, farm);
  EXPECT_EQ(work.empty_answers, 4);  // after the tasks, and after each result
}

/// A second generation that needs all of the first.
TEST_F(MasterTest, WorkThatWaitsForResultsIsNotOver) {
  Simulated farm(3);
  struct Generations : Listed {
    using Listed::Listed;
    std::optional<Task> next() override {
      return given() == 4 && taken.size() < 4 ? std::nullopt : Listed::next();
    }
  } work({1.0, 2.0, 1.0, 1.0, 1.0, 1.0});
  const Figures figures = run(work, farm);
  EXPECT_EQ(figures.tasks, 6);
  EXPECT_NEAR(figures.wall, 3.0, 1e-2);
}

TEST_F(MasterTest, WorkThatComesFromElsewhereIsWaitedFor) {
  Simulated farm(2);
  struct Piped : Listed {
    using Listed::Listed;
    Simulated* farm = nullptr;
    std::vector<std::size_t> known;
    std::optional<Task> next() override {
      if (farm->now() < 5.0 * static_cast<double>(given())) return std::nullopt;
      known.push_back(taken.size());
      return Listed::next();
    }
    bool expects_more() override { return given() < 3; }
  } work({5.0, 1.0, 1.0});
  work.farm = &farm;
  const Figures figures = run(work, farm);
  EXPECT_EQ(figures.tasks, 3);
  EXPECT_NEAR(figures.wall, 11.0, 1e-2);
  EXPECT_NEAR(farm.runs[2].begin, 10.0, 2e-3);
  EXPECT_EQ(work.known[1], 1U);  // what ended at 5 s is told before the task of 5 s is asked for
}

TEST_F(MasterTest, AWorkerThatDoesNotAnswerIsGivenUpAndTheOthersGoOn) {
  Simulated farm(2);
  farm.hang = {1};
  Listed work(std::vector<double>(100, 1.0));
  work.limit = 20.0;
  double lost_at = 0.0;
  work.on_take = [&](const Done& done) {
    if (done.ending == Ending::lost) lost_at = farm.now();
  };
  Master master(work, farm, options);
  master.run();
  const Figures figures = master.figures();
  EXPECT_NEAR(lost_at, 60.0, 0.2);  // three limits
  EXPECT_EQ(figures.count(Ending::done), 99);
  EXPECT_EQ(figures.count(Ending::lost), 1);
  EXPECT_EQ(figures.lost, 1);
  EXPECT_EQ(farm.cancelled, std::vector<std::uint64_t>{1});
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], testing::HasSubstr("worker 1 has not answered for 60 s"));
  for (const Simulated::Run& one : farm.runs)
    EXPECT_TRUE(one.worker == 0 || one.task == 1);
}

TEST_F(MasterTest, ShortLimitsStillHaveThirtySeconds) {
  Simulated farm(2);
  farm.hang = {0};
  Listed work(std::vector<double>(100, 1.0));
  work.limit = 1.5;
  double lost_at = 0.0;
  work.on_take = [&](const Done& done) {
    if (done.ending == Ending::lost) lost_at = farm.now();
  };
  Master(work, farm, options).run();
  EXPECT_NEAR(lost_at, 30.0, 0.2);
}

TEST_F(MasterTest, AWorkerThatAnswersAfterAllIsUsedAgain) {
  Simulated farm(2);
  farm.answered = {{1, 50.0}};
  Listed work(std::vector<double>(150, 1.0));
  work.limit = 2.0;
  work.name = "candidate ";
  const Figures figures = run(work, farm);
  EXPECT_EQ(figures.lost, 0);
  EXPECT_EQ(figures.count(Ending::lost), 1);
  EXPECT_EQ(work.taken.size(), 150U);  // the late answer is not told
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_THAT(warnings[0], testing::HasSubstr("(candidate 1)"));
  EXPECT_THAT(warnings[1], testing::HasSubstr("after it got candidate 1"));
  EXPECT_NEAR(figures.wall, 100.0, 2.0);
}

TEST_F(MasterTest, WhenNobodyAnswersThatIsAnError) {
  Simulated farm(2);
  farm.hang = {0, 1};
  Listed work(std::vector<double>(5, 1.0));
  work.limit = 1.0;
  EXPECT_THROW(run(work, farm), EnvironmentError);
  EXPECT_EQ(work.taken.size(), 2U);
}

/// A work that is slow itself must not find its workers late: their answers wait for it.
TEST_F(MasterTest, ASlowWorkDoesNotLoseItsWorkers) {
  Simulated farm(2);
  farm.answered = {{1, 1e9}};
  Listed work(std::vector<double>(3, 1.0));
  work.limit = 1.0;
  bool slow = true;
  double lost_at = 0.0;
  work.on_take = [&](const Done& done) {
    if (std::exchange(slow, false)) farm.nap(500.0);
    if (done.ending == Ending::lost) lost_at = farm.now();
  };
  Master(work, farm, options).run();
  EXPECT_NEAR(lost_at, 530.0, 1.5);
}

TEST_F(MasterTest, ASignalStopsWhatRunsAndHandsOutNothingNew) {
  Simulated farm(3);
  farm.signal = [](double now) { return now > 2.5 ? SIGUSR1 : 0; };
  Listed work(std::vector<double>(100, 1.0));
  const Figures figures = run(work, farm);
  EXPECT_EQ(figures.signalled, SIGUSR1);
  EXPECT_EQ(figures.count(Ending::done), 6);
  EXPECT_EQ(figures.count(Ending::stopped), 3);
  EXPECT_EQ(work.given(), 9U);
  EXPECT_NEAR(figures.wall, 2.5, 0.01);
}

TEST_F(MasterTest, AfterASignalWhoDoesNotStopIsLostEvenWithoutALimit) {
  Simulated farm(3);
  farm.hang = {1};
  farm.signal = [](double now) { return now > 2.5 ? SIGTERM : 0; };
  Listed work(std::vector<double>(100, 1.0));
  const Figures figures = run(work, farm);
  EXPECT_EQ(figures.count(Ending::lost), 1);
  EXPECT_NEAR(figures.wall, 22.5, 0.2);  // two thirds of thirty seconds
}

TEST_F(MasterTest, WhatTheWorkThrowsStopsTheFarm) {
  const auto fails = [this](auto&& set) {
    Simulated farm(3);
    Listed work(std::vector<double>{1.0, 2.0, 3.0, 3.5, 4.0, 5.0, 6.0});
    set(work);
    EXPECT_THROW(run(work, farm), EnvironmentError);
    EXPECT_LE(work.given(), 6U);
    return std::pair(work.taken.size(), farm.cancelled.size());
  };
  const auto full = [](const auto&) { throw EnvironmentError("disk full"); };
  EXPECT_EQ(fails([&](Listed& work) { work.on_take = full; }), std::pair(1UL, 2UL));
  EXPECT_EQ(fails([&](Listed& work) {
              work.on_next = [](std::size_t n) {
                if (n == 5) throw EnvironmentError("disk full");
              };
            }),
            std::pair(3UL, 2UL));
}

TEST_F(MasterTest, ALimitThatIsNoTimeIsRefused) {
  for (const double limit : {0.0, -1.0, std::nan("")}) {
    Simulated farm(1);
    Listed work({1.0});
    work.limit = limit;
    try {
      run(work, farm);
      FAIL() << limit;
    } catch (const std::logic_error& error) {
      EXPECT_STREQ(error.what(), "farm: a time limit that is not above 0");
    }
    EXPECT_TRUE(farm.runs.empty());
  }
}

TEST_F(MasterTest, ATaskThatCannotBeHandedOutStopsTheFarm) {
  Simulated farm(3);
  farm.refuse = {2};
  Listed work(std::vector<double>(10, 1.0));
  EXPECT_THROW(run(work, farm), EnvironmentError);
  EXPECT_EQ(farm.cancelled, (std::vector<std::uint64_t>{0, 1}));
}

}  // namespace
}  // namespace arcuate::farm
