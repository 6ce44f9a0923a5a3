#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <ctime>
#include <map>
#include <thread>

#include "arcuate/core/error.hpp"
#include "arcuate/farm/farm.hpp"

namespace arcuate::farm {
namespace {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void sleep_ms(double milliseconds) {
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds));
}

/// Texts, and what became of them.
class Texts : public Work {
 public:
  explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  double limit = std::numeric_limits<double>::infinity();
  std::map<std::uint64_t, Done> taken;
  std::function<void(const Done&)> on_take = [](const Done&) {};
  std::function<void()> on_next = [] {};

  std::optional<Task> next() override {
    on_next();
    if (given_ == texts_.size()) return std::nullopt;
    Task task{100 + given_, texts_[given_], limit};
    ++given_;
    return task;
  }
  void take(const Done& done) override {
    taken.emplace(done.id, done);
    on_take(done);
  }
  [[nodiscard]] std::size_t given() const { return given_; }

 private:
  std::vector<std::string> texts_;
  std::size_t given_ = 0;
};

class FarmRun : public testing::Test {
 protected:
  comm::Communicator world{MPI_COMM_WORLD};
  std::vector<std::string> warnings;
  Options options{1, 30.0, [this](const std::string& text) { warnings.push_back(text); }};

  [[nodiscard]] int workers() const { return std::max(1, world.size() - 1); }
  Figures go(Texts& work, const Evaluate& evaluate) {
    return run(world, world.is_root() ? &work : nullptr, evaluate, options);
  }
};

TEST_F(FarmRun, EveryTaskIsDoneOnceWithTheSameResultOnAnyRanks) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 50; ++i)
    texts.push_back(fmt::format("{:x>{}}", i, i * i * 40 + 2));
  Texts work(texts);
  const Figures figures =
      go(work, [](const comm::Communicator& team, const std::string& text, Watch& watch) {
        EXPECT_EQ(team.size(), 1);
        EXPECT_FALSE(watch.stop());
        return fmt::format("{} of {}", text, text.size());
      });
  EXPECT_EQ(figures.workers, workers());
  EXPECT_EQ(figures.tasks, 50);
  EXPECT_EQ(figures.count(Ending::done), 50);
  EXPECT_EQ(figures.signalled, 0);
  if (!world.is_root()) return;
  ASSERT_EQ(work.taken.size(), 50U);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Done& done = work.taken.at(100 + i);
    EXPECT_EQ(done.ending, Ending::done);
    EXPECT_TRUE(done.result == fmt::format("{} of {}", texts[i], texts[i].size())) << i;
    EXPECT_EQ(done.reason, "");
  }
}

/// Whether others use the processors too: who yields (as MPI does at every look that finds nothing)
/// then waits for milliseconds. Collective.
bool is_loaded(const comm::Communicator& world) {
  double longest = 0.0;
  for (int i = 0; i < 200; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ::sched_yield();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    longest = std::max(longest, passed.count());
  }
  world.barrier_asleep();
  return world.max(longest) > 1e-3;
}

/// Times spread by two, longest first, as they are when they are known.
TEST_F(FarmRun, WorkersAreBusy) {
  const int tasks = 12 * workers();
  std::vector<std::string> texts;
  for (int i = 0; i < tasks; ++i)
    texts.push_back(std::to_string(100.0 - 50.0 * i / tasks));
  double best = 0.0;
  bool loaded = is_loaded(world);
  for (int attempt = 0; attempt < 3 && best < 0.95; ++attempt) {
    Texts work(texts);
    const Figures figures = go(work, [](const auto&, const std::string& text, Watch&) {
      sleep_ms(std::stod(text));
      return text;
    });
    EXPECT_EQ(figures.count(Ending::done), tasks);
    EXPECT_LE(figures.efficiency(), 1.0);
    EXPECT_LT(figures.master_cost(), 1e-3);
    best = std::max(best, figures.efficiency());
    if (is_loaded(world)) loaded = true;
    if (world.is_root()) {
      std::printf("busy %.4f, master %.1f us for an evaluation%s\n", figures.efficiency(),
                  1e6 * figures.master_cost(), loaded ? " (others use the processors)" : "");
    }
  }
  EXPECT_GE(best, loaded ? 0.8 : 0.95);
}

/// The processor time of the rank that takes most [s], the least of three times where it is above
/// `enough`: who shares a core takes longer for the same. Collective.
template <class Do>
double processor_time(const comm::Communicator& world, double enough, const Do& what) {
  double least = 1e9;
  for (int attempt = 0; attempt < 3 && least >= enough; ++attempt) {
    const double before = processor_seconds();
    what();
    least = std::min(least, world.max(processor_seconds() - before));
  }
  return least;
}

TEST_F(FarmRun, WhoWaitsSleeps) {
  const double enough = 0.1;
  EXPECT_LT(processor_time(world, enough,
                           [&] {
                             Texts work({"only"});
                             go(work, [](const auto&, const std::string& text, Watch&) {
                               sleep_ms(300);
                               return text;
                             });
                           }),
            enough);
}

TEST_F(FarmRun, TheSecondRanksOfTeamsSleepToo) {
  if (world.size() < 3) return;
  options.ranks = 2;
  const double enough = 0.1;
  EXPECT_LT(processor_time(world, enough,
                           [&] {
                             Texts work({"one", "another"});
                             go(work, [](const comm::Communicator& team, const std::string& text,
                                         Watch&) {
                               if (team.is_root()) sleep_ms(300);
                               return text;
                             });
                           }),
            enough);
}

TEST_F(FarmRun, TeamsOfSeveralRanksEvaluateTogether) {
  if (world.size() < 3) return;
  options.ranks = 2;
  std::vector<std::string> texts(20, "some text");
  texts[7].assign(200'000, 'x');
  Texts work(texts);
  const Figures figures =
      go(work, [](const comm::Communicator& team, const std::string& text, Watch& watch) {
        EXPECT_EQ(team.size(), 2);
        EXPECT_FALSE(watch.stop());
        const auto sum = team.sum(static_cast<std::int64_t>(text.size()));
        return fmt::format("{}{}", sum, team.is_root() ? "" : " of the second rank");
      });
  EXPECT_EQ(figures.workers, (world.size() - 1) / 2);
  EXPECT_EQ(figures.idle_ranks, (world.size() - 1) % 2);
  if (!world.is_root()) return;
  EXPECT_EQ(warnings.size(), static_cast<std::size_t>(figures.idle_ranks));
  for (const auto& [id, done] : work.taken)
    EXPECT_EQ(done.result, id == 107 ? "400000" : "18");
  EXPECT_EQ(work.taken.size(), 20U);
}

TEST_F(FarmRun, AnErrorEndsItsTaskAlone) {
  options.ranks = world.size() >= 3 ? 2 : 1;
  Texts work({"fine", "user", "diverged", "unconverged", "memory", "other", "last rank", "fine"});
  const Figures figures =
      go(work, [](const comm::Communicator& team, const std::string& text, Watch&) -> std::string {
        if (text == "user") throw DataError("bad file");
        if (text == "diverged") throw DivergedError("not finite");
        if (text == "unconverged") throw UnconvergedError("no fixed point");
        if (text == "memory") throw std::bad_alloc();
        if (text == "other") throw std::runtime_error("what");
        if (text == "last rank" && team.rank() == team.size() - 1)
          throw EnvironmentError("rank's disk");
        return text;
      });
  EXPECT_EQ(figures.count(Ending::done), 2);
  EXPECT_EQ(figures.count(Ending::failed), 6);
  if (!world.is_root()) return;
  const auto expect = [&](std::uint64_t id, int code, const char* reason) {
    EXPECT_EQ(work.taken.at(id).ending, Ending::failed) << id;
    EXPECT_EQ(work.taken.at(id).exit_code, code) << id;
    EXPECT_EQ(work.taken.at(id).reason, reason);
    EXPECT_EQ(work.taken.at(id).result, "");
  };
  expect(101, 2, "bad file");
  expect(102, 4, "not finite");
  expect(103, 5, "no fixed point");
  expect(104, 3, "out of memory");
  expect(105, 3, "what");
  expect(106, 3, "rank's disk");
  EXPECT_EQ(work.taken.at(107).result, "fine");
}

/// Some return what they have, some throw.
TEST_F(FarmRun, ATimeLimitStopsAllRanksOfATeamAtTheSameLook) {
  options.ranks = world.size() >= 3 ? 2 : 1;
  Texts work({"quick", "returns", "throws", "returns", "quick"});
  work.limit = 0.05;
  const Figures figures =
      go(work, [](const comm::Communicator& team, const std::string& text, Watch& watch) {
        std::int64_t calls = 0;
        while (text != "quick" && !watch.stop()) {
          ++calls;
          if (team.is_root()) sleep_ms(0.2);
        }
        EXPECT_EQ(team.max(calls), team.min(calls));
        EXPECT_TRUE(text == "quick" || watch.stop());
        if (text == "throws") throw Error(ExitCode::stopped, "on the way");
        return fmt::format("after {}", text);
      });
  EXPECT_EQ(figures.count(Ending::timed_out), 3);
  EXPECT_EQ(figures.count(Ending::done), 2);
  if (!world.is_root()) return;
  EXPECT_EQ(work.taken.at(101).result, "after returns");
  EXPECT_EQ(work.taken.at(101).reason, "stopped at its time limit of 0.05 s");
  EXPECT_EQ(work.taken.at(102).reason, "on the way");
  EXPECT_EQ(work.taken.at(102).exit_code, 75);
  EXPECT_GE(work.taken.at(101).seconds, 0.05);
  EXPECT_LT(work.taken.at(101).seconds, 100.0);
  EXPECT_EQ(work.taken.at(104).ending, Ending::done);
}

TEST_F(FarmRun, WhatTheWorkThrowsEndsAllRanksWithThatError) {
  options.ranks = world.size() >= 5 ? 2 : 1;
  Texts work(std::vector<std::string>(100, "task"));
  work.on_take = [&](const Done&) {
    if (work.taken.size() == 3) throw EnvironmentError("journal: disk full");
  };
  try {
    go(work, [](const auto&, const std::string& text, Watch& watch) {
      for (int i = 0; i < 20 && !watch.stop(); ++i)
        sleep_ms(1);
      return text;
    });
    FAIL();
  } catch (const EnvironmentError& error) {
    EXPECT_STREQ(error.what(), "journal: disk full");
  }
  if (!world.is_root()) return;
  EXPECT_EQ(work.taken.size(), 3U);
  EXPECT_LT(work.given(), 100U);
}

TEST_F(FarmRun, ASignalToAnyRankEndsTheFarmInOrder) {
  for (const int signal : {SIGTERM, SIGUSR1, SIGINT}) {
    for (const int rank : {0, world.size() - 1}) {
      options.ranks = world.size() == 4 ? 2 : 1;  // of four ranks the last has nothing to do
      Texts work(std::vector<std::string>(1000, "task"));
      const bool mine = world.rank() == rank;
      std::atomic<bool> begun = world.size() == 4 && rank == 3;
      work.on_next = [&] { begun = true; };
      std::thread sender;
      if (mine) {
        sender = std::thread([&begun, signal] {
          while (!begun)
            sleep_ms(1);
          sleep_ms(20);
          ::kill(::getpid(), signal);
        });
      }
      const Figures figures = go(work, [&](const auto&, const std::string& text, Watch& watch) {
        begun = true;
        while (!watch.stop())
          sleep_ms(1);
        return text;
      });
      if (mine) sender.join();
      EXPECT_EQ(figures.signalled, signal);
      EXPECT_EQ(figures.count(Ending::stopped), figures.tasks);
      EXPECT_LE(figures.tasks, figures.workers);  // nothing new
      EXPECT_GE(figures.tasks, rank == 0 ? 1 : 0);
      EXPECT_LT(figures.wall, 100.0);
      if (world.is_root()) {
        EXPECT_EQ(work.given(), static_cast<std::size_t>(figures.tasks));
      }
      struct sigaction now {};
      ::sigaction(signal, nullptr, &now);
      EXPECT_EQ(now.sa_handler, SIG_DFL);
    }
  }
}

/// One worker does not look for a second and a half.
TEST_F(FarmRun, AWorkerThatDoesNotAnswerIsGivenUpAndComesBack) {
  if (world.size() < 3) return;
  options.patience = 0.25;
  struct UntilItIsBack : Texts {
    using Texts::Texts;
    const std::vector<std::string>* warnings = nullptr;
    std::optional<Task> next() override {
      return warnings->size() == 2 ? std::nullopt : Texts::next();
    }
  } work([] {
    std::vector<std::string> texts(2000, "short");
    texts[0] = "deaf";
    return texts;
  }());
  work.limit = 0.02;
  work.warnings = &warnings;
  const Figures figures = go(work, [](const auto&, const std::string& text, Watch&) {
    sleep_ms(text == "deaf" ? 1500 : 5);
    return text;
  });
  EXPECT_EQ(figures.count(Ending::lost), 1);
  EXPECT_EQ(figures.lost, 0);
  EXPECT_EQ(figures.count(Ending::done), figures.tasks - 1);
  if (!world.is_root()) return;
  EXPECT_EQ(work.taken.at(100).ending, Ending::lost);
  EXPECT_LT(work.taken.at(100).seconds, 1.45);
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_THAT(warnings[1], testing::HasSubstr("worker 0 answers again"));
}

TEST_F(FarmRun, ProgressIsToldDuringEvaluations) {
  struct Watched : Texts {
    using Texts::Texts;
    std::vector<Figures> seen;
    void idle(const Figures& figures) override { seen.push_back(figures); }
  } work({"only"});
  go(work, [](const auto&, const std::string& text, Watch& watch) {
    for (int i = 0; i < 130; ++i) {
      EXPECT_FALSE(watch.stop());
      sleep_ms(5);
    }
    return text;
  });
  if (!world.is_root()) return;
  ASSERT_GE(work.seen.size(), 1U);
  EXPECT_EQ(work.seen[0].busy, 1);
  EXPECT_NEAR(work.seen[0].busy_seconds, 0.5, 0.3);
}

TEST_F(FarmRun, WhatProgressThrowsStopsRunningEvaluations) {
  struct Full : Texts {
    using Texts::Texts;
    void idle(const Figures& /*figures*/) override { throw EnvironmentError("status: disk full"); }
  } work(std::vector<std::string>(100, "task"));
  bool stopped = true;
  EXPECT_THROW(go(work,
                  [&](const auto&, const std::string& text, Watch& watch) {
                    stopped = false;
                    for (int i = 0; i < 400 && !stopped; ++i) {
                      sleep_ms(5);
                      stopped = watch.stop();
                    }
                    return text;
                  }),
               EnvironmentError);
  EXPECT_TRUE(stopped);
}

TEST_F(FarmRun, TooFewRanksAreRefusedOnAllRanks) {
  Texts work({"task"});
  for (const int ranks : {0, -3, world.size() + 1, world.size() == 1 ? 2 : world.size()}) {
    options.ranks = ranks;
    EXPECT_THROW(go(work, {}), ConfigError) << ranks;
  }
}

TEST_F(FarmRun, NoWorkIsOverAtOnce) {
  Texts work(std::vector<std::string>{});
  const Figures figures = go(work, {});
  EXPECT_EQ(figures.tasks, 0);
  EXPECT_LT(figures.wall, 0.5);
}

/// Started by a test of its own (tests/CMakeLists.txt): all ranks are ended.
TEST_F(FarmRun, DISABLED_AWorkerThatHangsAtTheEndIsAbandoned) {
  options.patience = 0.2;
  struct Abandoned : Texts {
    using Texts::Texts;
    ExitCode abandon(const Figures& figures) override {
      std::printf("abandoned with %d tasks\n", static_cast<int>(figures.tasks));
      std::fflush(stdout);
      return ExitCode::stopped;
    }
  } work({"hangs", "fine", "fine"});
  work.limit = 0.05;
  go(work, [](const auto&, const std::string& text, Watch&) {
    while (text == "hangs")
      sleep_ms(10);
    return text;
  });
}

}  // namespace
}  // namespace arcuate::farm
