#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plugins.hpp"
#include "search_support.hpp"

namespace arcuate {
namespace {

using test::Outcome;
using testing::HasSubstr;

/// Twelve regions; with eta of -2 and a strong coupling some simulations leave the finite numbers.
constexpr const char* swept_study = R"(title: swept
connectome: { builtin: 12 }
model: { name: MontbrioPazoRoxin }
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { sigma: 0.1 } }
duration: 400 ms
transient: 100 ms
seed: 3
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
features:
  - { kind: moments }
  - { kind: fc }
output: r.h5
sweep:
  coupling.gain: { linspace: [0.1, 0.4, 4] }
  model.parameters.eta: [-5, -4.6, -4]
  repeats: 2
  keep: [features]
)";

class Sweep : public testing::Test {
 protected:
  Sweep() { folder.write("s.yml", swept_study); }
  void expect_done(const Outcome& outcome) const { EXPECT_EQ(outcome.code, 0) << outcome.err; }
  test::Folder folder;
};

TEST_F(Sweep, ACandidateIsTheStudyWithItsValues) {
  expect_done(folder.arcuate("sweep s.yml"));
  const auto all = test::results_of(folder.path("s.sweep/table.h5"));
  const test::Csv table(folder.path("s.sweep/table.csv"));
  ASSERT_EQ(table["status"].size(), 24U);
  // Gain 0.3 and eta -4.6 of the second repeat: 2 x (3 x 2 + 1) + 1.
  constexpr std::size_t candidate = 15;
  EXPECT_DOUBLE_EQ(table.number("coupling.gain", candidate), 0.3);
  EXPECT_EQ(table["model.parameters.eta"][candidate], "-4.6");
  ASSERT_EQ(table["status"][candidate], "done");
  expect_done(
      folder.arcuate("simulate s.yml --set coupling.gain=" + table["coupling.gain"][candidate] +
                     " --set model.parameters.eta=-4.6 --set seed=" + table["seed"][candidate]));
  const io::hdf5::Object run =
      io::hdf5::open_file(folder.path("r.h5").string(), io::hdf5::Access::read);
  const auto mean = run.open_group("features").open_group("moments").read<double>("mean");
  const std::vector<double>& swept = all.at("moments/mean");
  for (std::size_t i = 0; i < mean.size(); ++i)
    EXPECT_EQ(swept[candidate * mean.size() + i], mean[i]);
}

TEST_F(Sweep, IsTheSameOnAnyRanksAndTeams) {
  expect_done(folder.arcuate("sweep s.yml"));
  expect_done(folder.ranks(3, "sweep s.yml -o two.sweep"));
  expect_done(folder.ranks(5, "sweep s.yml -o teams.sweep --ranks 2 --threads 2"));
  test::expect_same_results(folder.path("s.sweep/table.h5"), folder.path("two.sweep/table.h5"));
  test::expect_same_results(folder.path("s.sweep/table.h5"), folder.path("teams.sweep/table.h5"));
}

TEST_F(Sweep, AKilledOneGoesOnAndEndsWithTheSameTable) {
  const std::string longer = " --set duration='20 s' ";
  expect_done(folder.ranks(3, "sweep s.yml" + longer));
  for (const char* seconds : {"0.3", "0.5", "0.7"}) {
    static_cast<void>(folder.shell(std::string("timeout -s KILL ") + seconds +
                                   " mpirun --bind-to none -n 3 " ARCUATE_PROGRAM
                                   " sweep s.yml -o killed.sweep" +
                                   longer + "$(test -s killed.sweep/journal && echo --resume)"));
    folder.end_all();
  }
  const bool begun = std::filesystem::exists(folder.path("killed.sweep/journal"));
  expect_done(folder.ranks(2, "sweep s.yml -o killed.sweep" + longer + (begun ? "--resume" : "")));
  test::expect_same_results(folder.path("s.sweep/table.h5"), folder.path("killed.sweep/table.h5"));
}

TEST_F(Sweep, AFailedCandidateIsARowAndIsRunAgainOnRequest) {
  // dt of 20 ms is more than the equations bear.
  folder.write("f.yml", R"(connectome: { builtin: 4 }
model: { name: MontbrioPazoRoxin }
integrator: { method: euler, dt: 0.1 ms }
duration: 400 ms
monitors: [{ kind: raw, variables: [r], period: 20 ms }]
features: [{ kind: moments }]
output: f.h5
sweep: { integrator.dt: [0.1 ms, 20 ms] }
)");
  const Outcome first = folder.arcuate("sweep f.yml");
  expect_done(first);
  EXPECT_THAT(first.err, HasSubstr("1 of 2 candidates failed; the first: candidate 1: failed: the "
                                   "simulation"));
  const test::Csv table(folder.path("f.sweep/table.csv"));
  EXPECT_EQ(table["status"], (std::vector<std::string>{"done", "failed"}));
  EXPECT_THAT(table["reason"][1], HasSubstr("diverged"));
  const Outcome nothing = folder.arcuate("sweep f.yml --resume");
  EXPECT_THAT(nothing.out, testing::Not(HasSubstr("evaluation")));
  const Outcome again = folder.arcuate("sweep f.yml --retry failed");
  EXPECT_THAT(again.out, HasSubstr("1 evaluation "));
}

TEST_F(Sweep, RecordingsAreThoseOfSimulate) {
  expect_done(folder.arcuate("sweep s.yml --set sweep.keep=[recordings] --set sweep.repeats=1"));
  expect_done(
      folder.arcuate("simulate s.yml --set coupling.gain=0.1 --set model.parameters.eta=-4.6"));
  const auto data = [&](const std::string& file) {
    return io::hdf5::open_file(folder.path(file).string(), io::hdf5::Access::read)
        .open_group("monitors")
        .open_group("raw")
        .read<double>("data");
  };
  EXPECT_EQ(data("s.sweep/recordings/000001.h5"), data("r.h5"));
}

// One candidate would take minutes.
TEST_F(Sweep, ASignalEndsItInOrder) {
  const Outcome ended = folder.shell(
      ARCUATE_PROGRAM
      " sweep s.yml --set duration='9000 min' --set monitors.0.period='1 min' "
      "--set features='[{kind: moments}]' & " +
      test::once("test -s s.sweep/journal") + "sleep 0.3; kill -USR1 $!; wait $!; echo $?");
  EXPECT_THAT(ended.err, HasSubstr("stopped by a signal; nothing is lost: --resume goes on"));
  EXPECT_THAT(ended.out, HasSubstr("75"));
  EXPECT_TRUE(std::filesystem::exists(folder.path("s.sweep/table.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.sweep/journal.lock")));
  EXPECT_EQ(test::count(test::content(folder.path("s.sweep/journal")), "\"ending\""), 0U);
}

TEST_F(Sweep, OnlyOneJobAtATimeAndOnlyTheSameStudy) {
  expect_done(folder.arcuate("sweep s.yml"));
  test::expect_one_line(folder.arcuate("sweep s.yml"), 2,
                        {"s.sweep: there is a sweep already", "--resume", "--overwrite"});
  test::expect_one_line(
      folder.arcuate("sweep s.yml --resume --set coupling.a=2"), 2,
      {"s.sweep/journal: is of another study: `coupling.a` was 1, is 2; change it"});
  test::expect_one_line(folder.arcuate("sweep s.yml --resume --overwrite"), 2, {"exclude"});
  test::expect_one_line(folder.arcuate("sweep s.yml -o none.sweep --resume"), 2,
                        {"nothing to resume"});
  expect_done(folder.arcuate("sweep s.yml --overwrite"));
}

// The file of the connectome has the same name and other weights.
TEST_F(Sweep, AChangedInputFileIsAChangedStudy) {
  folder.write("w.csv", "0,1,2\n1,0,1\n2,1,0\n");
  const std::string sweep = "sweep s.yml --set 'connectome={file: w.csv, speed: .inf}'";
  expect_done(folder.arcuate(sweep));
  expect_done(folder.arcuate(sweep + " --resume"));
  folder.write("w.csv", "0,1,2\n1,0,3\n2,1,0\n");
  test::expect_one_line(folder.arcuate(sweep + " --resume"), 2,
                        {"is of another study: the contents of ", "w.csv are others"});
}

TEST_F(Sweep, FeaturesAlongOtherAxesAreAllInTheTable) {
  const std::string set =
      " --set 'sweep={monitors.0.period: [1 ms, 2 ms], keep: [features]}' --set 'features=[{kind: "
      "psd, segment: 100 ms}]'";
  expect_done(folder.arcuate("sweep s.yml" + set));
  const auto all = test::results_of(folder.path("s.sweep/table.h5"));
  const std::vector<double>& power = all.at("psd/power");
  ASSERT_EQ(all.at("psd/frequency").size(), 51U);
  ASSERT_EQ(power.size(), 2U * 51 * 12);
  for (std::size_t k = 0; k < 2; ++k) {
    const std::string period = k == 0 ? "1 ms" : "2 ms";
    expect_done(folder.arcuate("simulate s.yml --overwrite --set 'monitors.0.period=" + period +
                               "'" + set));
    const auto alone = io::hdf5::open_file(folder.path("r.h5").string(), io::hdf5::Access::read)
                           .open_group("features")
                           .open_group("psd")
                           .read<double>("power");
    ASSERT_EQ(alone.size(), (k == 0 ? 51U : 26U) * 12);
    for (std::size_t i = 0; i < 51U * 12; ++i) {
      if (i < alone.size()) {
        EXPECT_EQ(power[k * 51 * 12 + i], alone[i]);
      } else {
        EXPECT_TRUE(std::isnan(power[k * 51 * 12 + i]));
      }
    }
  }
}

// 31 periods whose segments share hardly a frequency.
TEST_F(Sweep, AnArrayOfHolesIsLeftOutAndSaidSo) {
  const Outcome swept = folder.arcuate(
      "sweep s.yml --set 'sweep={monitors.0.period: {range: [1 ms, 4 ms, 0.1 ms]}, keep: "
      "[features]}' --set 'features=[{kind: psd, segment: 100 ms}]' --set connectome.builtin=80");
  expect_done(swept);
  EXPECT_EQ(test::count(swept.err,
                        "feature psd: `power` is left out of the table: almost each of "
                        "31 candidates has other entries along its axes (frequency, "
                        "region)"),
            1U)
      << swept.err;
}

// A period of two steps of 0.1 ms is long for such a model; fc of a constant is a note.
TEST_F(Sweep, WarningsOfCandidatesAreToldOnce) {
  const std::string sweep =
      "sweep s.yml --set coupling.gain=0.2 --set "
      "'sweep={model.parameters.Delta: [0.7, 20, 30, 40], keep: [features]}'";
  const Outcome swept = folder.arcuate(sweep);
  expect_done(swept);
  EXPECT_EQ(test::count(swept.err, "arcuate: warning: candidate 1: "), 1U) << swept.err;
  EXPECT_THAT(swept.err, HasSubstr("Delta"));
  EXPECT_EQ(test::count(swept.err, "candidate "), 1U) << swept.err;
  expect_done(folder.shell("truncate -s -20 s.sweep/journal"));
  EXPECT_THAT(folder.arcuate(sweep + " --resume").err, testing::Not(HasSubstr("Delta")));
}

/// Networks whose inhibition is tuned by simulation.
class TunedSweep : public testing::Test {
 protected:
  TunedSweep() {
    folder.write("t.yml", R"(connectome: { builtin: 20, normalize: row_sum }
model: { name: ReducedWongWangExcInh }
coupling: { name: linear, gain: 0.5 }
integrator: { dt: 1 ms }
noise: { S_e: 0.001 }
duration: 1 s
monitors: [{ kind: raw, variables: [S_e], period: 10 ms, record: false }]
features: [{ kind: moments }]
tune_inhibition: { transient: 2 s, window: 2 s, tolerance: 0.05 Hz }
sweep:
  coupling.gain: { linspace: [0.3, 0.5, 7] }
  each: [tune_inhibition, simulate]
  repeats: 2
fit:
  vary: { coupling.gain: [0.3, 0.5] }
  minimise: [{ loss: fc_corr, source: raw, target: fc.csv }]
  each: [tune_inhibition, simulate]
  method: "de,population=5"
  synchronous: true
  budget: 15
)");
    std::string fc;
    for (int i = 0; i < 20; ++i)
      for (int j = 0; j < 20; ++j)
        fc += (i == j ? "1" : std::to_string(0.02 * std::abs(i - j))) + (j == 19 ? "\n" : ",");
    folder.write("fc.csv", fc);
  }
  void expect_done(const Outcome& outcome) const { EXPECT_EQ(outcome.code, 0) << outcome.err; }
  [[nodiscard]] double simulations(const char* table) const {
    const test::Csv csv(folder.path(table));
    double sum = 0.0;
    for (std::size_t k = 0; k < csv["status"].size(); ++k) {
      EXPECT_EQ(csv["status"][k], "done");
      sum += csv.number("tuning.simulations", k);
    }
    return sum;
  }
  test::Folder folder;
};

TEST_F(TunedSweep, StartingFromANeighbourSavesSimulationsAndIsTheSameOnAnyRanks) {
  expect_done(folder.arcuate("sweep t.yml -o own.sweep"));
  const std::string warm = "sweep t.yml --set sweep.tune_from=neighbour ";
  expect_done(folder.arcuate(warm));
  expect_done(folder.ranks(4, warm + "-o other.sweep"));
  test::expect_same_results(folder.path("t.sweep/table.h5"), folder.path("other.sweep/table.h5"));
  // A tuning takes three at least: one that is within the tolerance, one that checks it and one
  // without noise.
  const double least = 14 * 3;
  EXPECT_LT(simulations("t.sweep/table.csv") - least,
            0.85 * (simulations("own.sweep/table.csv") - least));
}

TEST_F(TunedSweep, SoDoSynchronousFits) {
  const std::string warm = "fit t.yml --set fit.tune_from=neighbour ";
  expect_done(folder.arcuate("fit t.yml -o own.fit"));
  expect_done(folder.ranks(2, warm));
  expect_done(folder.ranks(4, warm + "-o other.fit"));
  test::expect_same_results(folder.path("t.fit/table.h5"), folder.path("other.fit/table.h5"));
  const double least = 15 * 3;
  EXPECT_LT(simulations("t.fit/table.csv") - least, simulations("own.fit/table.csv") - least);
}

TEST_F(TunedSweep, AFitWithoutAnyLossSaysWhy) {
  // Signals that never change have no correlation.
  const Outcome outcome = folder.arcuate(
      "fit t.yml --set fit.each=[simulate] --set fit.budget=5 --set 'monitors=[{kind: raw, "
      "variables: [{name: still, expression: \"0 * S_e + 1\"}], period: 10 ms, record: false}]'");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("candidate 0: fc_corr: not a number"));
}

TEST_F(TunedSweep, WhatCannotStartFromANeighbourIsRefused) {
  test::expect_one_line(
      folder.arcuate("check t.yml --set sweep.tune_from=neighbour --set sweep.each=[simulate]"), 2,
      {"sweep.tune_from", "needs `each: [tune_inhibition, simulate]`"});
  test::expect_one_line(folder.arcuate("check t.yml --set fit.tune_from=neighbour --set "
                                       "tune_inhibition.method=analytic"),
                        2, {"fit.tune_from", "tune_inhibition.method is analytic"});
}

TEST_F(Sweep, OverwriteTakesAwayTheOldResultsAtOnce) {
  expect_done(folder.arcuate("sweep s.yml --set sweep.keep='[features, recordings]'"));
  ASSERT_TRUE(std::filesystem::exists(folder.path("s.sweep/recordings/000023.h5")));
  folder.write("s.sweep/recordings/mine.h5", "");
  static_cast<void>(
      folder.shell(ARCUATE_PROGRAM " sweep s.yml --overwrite --set duration='900 min' --set "
                                   "monitors.0.period='1 min' & " +
                   test::once("test ! -e s.sweep/recordings/000023.h5") + "kill -KILL $!"));
  ASSERT_TRUE(std::filesystem::exists(folder.path("s.sweep/journal")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.sweep/table.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.sweep/table.csv")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.sweep/values")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.sweep/recordings/000023.h5")));
  EXPECT_TRUE(std::filesystem::exists(folder.path("s.sweep/recordings/mine.h5")));
}

// The loss of a plug-in that reads a null pointer where eta is large.
TEST_F(Sweep, ACandidateThatEndsItsProcessTwiceHasFailed) {
  EXPECT_EQ(folder.arcuate("loss new Mine").code, 0);
  std::string text = test::content(folder.path("Mine.hpp"));
  text = test::replaced(text, "Compares::connectivity,", "Compares::series,");
  text = test::replaced(text, "double sum = 0.0;",
                        "double sum = 0.0;\n    if (s.predicted.mean() > 0.3) "
                        "sum = *static_cast<volatile double*>(nullptr);");
  folder.write("Mine.hpp", text);
  const Outcome built = test::built_plugin(folder, "loss", "Mine.hpp");
  ASSERT_EQ(built.code, 0) << built.err;
  const std::string simulated = "simulate s.yml --quiet --set output=target.h5";
  expect_done(folder.arcuate(simulated));
  const std::string sweep =
      "sweep s.yml --set 'sweep={model.parameters.eta: [-5, -3, -4.9]}' --set 'fit={vary: "
      "{coupling.gain: [0, 1]}, budget: 4, minimise: [{loss: Mine, plugin: Mine.so, source: raw, "
      "target: target.h5}]}'";
  for (const char* resume : {"", " --resume"}) {
    EXPECT_NE(folder.ranks(2, sweep + resume).code, 0);
    EXPECT_FALSE(std::filesystem::exists(folder.path("s.sweep/table.csv")));
  }
  const Outcome third = folder.ranks(2, sweep + " --resume");
  expect_done(third);
  EXPECT_THAT(third.err, HasSubstr("1 of 3 candidates failed; the first: candidate 1: failed: its "
                                   "process ended twice (signal 11: "));
  const test::Csv table(folder.path("s.sweep/table.csv"));
  EXPECT_EQ(table["status"], (std::vector<std::string>{"done", "failed", "done"}));
  EXPECT_NE(folder.ranks(2, sweep + " --retry failed").code, 0);
}

TEST_F(Sweep, ADamagedJournalIsRefused) {
  expect_done(folder.arcuate("sweep s.yml"));
  expect_done(folder.shell("sed -i '5s/done/gone/' s.sweep/journal"));
  test::expect_one_line(folder.arcuate("sweep s.yml --resume"), 2,
                        {"s.sweep/journal: line 5: damaged"});
}

TEST_F(Sweep, ATornLastLineIsRunAgain) {
  expect_done(folder.arcuate("sweep s.yml"));
  std::filesystem::copy(folder.path("s.sweep/table.h5"), folder.path("whole.h5"));
  expect_done(folder.shell("truncate -s -20 s.sweep/journal"));
  const Outcome resumed = folder.arcuate("sweep s.yml --resume");
  expect_done(resumed);
  EXPECT_THAT(resumed.err, HasSubstr("without an end, of a run that was killed"));
  EXPECT_THAT(resumed.out, HasSubstr("1 evaluation "));
  test::expect_same_results(folder.path("s.sweep/table.h5"), folder.path("whole.h5"));
}

TEST_F(Sweep, WhatCannotBeIsSaidBeforeAnythingRuns) {
  test::expect_one_line(folder.arcuate("sweep s.yml --set sweep.coupling.gian='[1, 2]'"), 2,
                        {"gian"});
  folder.write("n.yml",
               "connectome: { builtin: 4 }\nmodel: { name: MontbrioPazoRoxin }\n"
               "duration: 10 ms\noutput: n.h5\n");
  test::expect_one_line(folder.arcuate("sweep n.yml"), 2, {"n.yml", "`sweep`"});
  test::expect_said_once(folder.ranks(2, "sweep s.yml --ranks 2"), 2,
                         {"--ranks 2: a simulation of so many"});
  EXPECT_EQ(folder.names(), (std::set<std::string>{"n.yml", "s.yml"}));
}

}  // namespace
}  // namespace arcuate
