#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "search_support.hpp"

namespace arcuate {
namespace {

using test::Outcome;
using testing::HasSubstr;

/// The samples of the true study are the target: with them the loss is 0, and only with them.
constexpr const char* fitted_study = R"(title: fitted
connectome: { builtin: 12 }
model: { name: MontbrioPazoRoxin, parameters: { eta: -4.6 } }
coupling: { name: linear, gain: 0.2 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { sigma: 0.001 } }
duration: 300 ms
transient: 50 ms
seed: 3
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
output: r.h5
fit:
  vary: { coupling.gain: [0.05, 0.35], model.parameters.eta: [-5.5, -4.2] }
  minimise: [ { loss: timeseries_rmse, source: raw, target: true.h5 } ]
  method: cma
  budget: 160
)";

class Fit : public testing::Test {
 protected:
  Fit() {
    folder.write("f.yml", fitted_study);
    EXPECT_EQ(folder.arcuate("simulate f.yml --set output=true.h5 --quiet").code, 0);
  }
  void expect_done(const Outcome& outcome) const { EXPECT_EQ(outcome.code, 0) << outcome.err; }
  /// Row of the table with the least loss.
  static std::size_t best_of(const test::Csv& table) {
    std::size_t best = 0;
    for (std::size_t k = 0; k < table["loss"].size(); ++k) {
      if (table["status"][k] == "done" && table.number("loss", k) < table.number("loss", best))
        best = k;
    }
    return best;
  }
  test::Folder folder;
};

TEST_F(Fit, FindsTheParametersThatMadeItsTarget) {
  // A valley: the loss changes a hundred times as much across it as along it.
  const Outcome done = folder.ranks(3, "fit f.yml --set fit.budget=600");
  expect_done(done);
  EXPECT_THAT(done.out, HasSubstr("coupling.gain"));
  const test::Csv table(folder.path("f.fit/table.csv"));
  ASSERT_EQ(table["loss"].size(), 600U);
  const std::size_t best = best_of(table);
  EXPECT_NEAR(table.number("coupling.gain", best), 0.2, 0.002);
  EXPECT_NEAR(table.number("model.parameters.eta", best), -4.6, 0.0002);
}

TEST_F(Fit, TheWinnersStudyHasTheLossOfTheTable) {
  expect_done(folder.arcuate("fit f.yml --set fit.budget=30"));
  expect_done(folder.arcuate("best f.yml -o best.yml"));
  expect_done(folder.arcuate("simulate best.yml --set output=best.h5 --quiet"));
  const Outcome compared =
      folder.arcuate("compare best.h5 --series true.h5 --loss timeseries_rmse --json");
  expect_done(compared);
  const test::Csv table(folder.path("f.fit/table.csv"));
  EXPECT_THAT(compared.out, HasSubstr("\"loss\": " + table["timeseries_rmse"][best_of(table)]));
  EXPECT_EQ(test::content(folder.path("best.yml")).find("\nfit:"), std::string::npos);
}

/// The best candidate is recorded beside the results, and the report draws it beside its target.
TEST_F(Fit, TheBestIsRecordedAndDrawnBesideItsTarget) {
  expect_done(folder.ranks(3, "fit f.yml --set fit.budget=20 --set monitors.0.record=false"));
  const test::Csv table(folder.path("f.fit/table.csv"));
  const Outcome compared =
      folder.arcuate("compare f.fit/best.h5 --series true.h5 --loss timeseries_rmse --json");
  expect_done(compared);
  const std::string loss = table["timeseries_rmse"][best_of(table)];
  EXPECT_THAT(compared.out, HasSubstr("\"loss\": " + loss));
  expect_done(folder.arcuate("simulate f.fit/best.yml --set output=again.h5 --quiet"));
  const Outcome drawn = folder.arcuate("report f.yml");
  expect_done(drawn);
  EXPECT_EQ(drawn.err, "");
  const std::string page = test::content(folder.path("f.fit/report.html"));
  EXPECT_THAT(page, HasSubstr("Best candidate beside its target"));
  EXPECT_THAT(page, HasSubstr("id=\"samples-lines\""));
  // Gone on with although it is whole: nothing is simulated once more.
  EXPECT_EQ(folder.ranks(3, "fit f.yml --resume --set fit.budget=20 --set monitors.0.record=false")
                .out.find("best.h5"),
            std::string::npos);
}

TEST_F(Fit, ASynchronousOneIsTheSameOnAnyRanksAndAfterAKill) {
  const std::string study = "fit f.yml --set fit.synchronous=true --set fit.budget=60 ";
  expect_done(folder.ranks(3, study));
  expect_done(folder.ranks(2, study + "-o one.fit"));
  const std::string killed =
      " mpirun --bind-to none -n 3 " ARCUATE_PROGRAM " " + study +
      "-o killed.fit --set duration='300 ms' $(test -s killed.fit/journal && echo --resume)";
  for (const char* seconds : {"0.25", "0.3", "0.35"}) {
    static_cast<void>(folder.shell(std::string("timeout -s KILL ") + seconds + killed));
    folder.end_all();
  }
  expect_done(folder.shell(ARCUATE_UNLESS_HUNG + killed));
  // The expected number of evaluations at a time is that of the begin.
  test::expect_same_results(folder.path("f.fit/table.h5"), folder.path("killed.fit/table.h5"));
}

TEST_F(Fit, VerificationRunsTheBestWithOtherSeeds) {
  const Outcome done = folder.arcuate(
      "fit f.yml --set fit.budget=20 --set fit.verify.best=2 --set fit.verify.seeds=3");
  expect_done(done);
  EXPECT_THAT(done.out, HasSubstr("26 evaluations"));
  EXPECT_THAT(done.out, HasSubstr("verified with other seeds: loss"));
  const test::Csv table(folder.path("f.fit/table.csv"));
  std::size_t verified = 0;
  for (std::size_t k = 0; k < table["loss"].size(); ++k) {
    if (table["verified_loss"][k].empty()) continue;
    ++verified;
    EXPECT_NE(table["verified_loss"][k], table["loss"][k]);  // other noise
  }
  EXPECT_EQ(verified, 2U);
}

TEST_F(Fit, ACandidateThatFailsRanksBehindAllOthers) {
  // With a large eta the rates grow without end.
  const Outcome done = folder.arcuate(
      "fit f.yml -o d.fit --set fit.method=random --set fit.budget=40 "
      "--set 'fit.vary.model.parameters.eta=[-6, 30]'");
  EXPECT_EQ(done.code, 0) << done.err;
  const test::Csv table(folder.path("d.fit/table.csv"));
  std::size_t failed = 0;
  for (std::size_t k = 0; k < table["status"].size(); ++k) {
    if (table["status"][k] != "failed") continue;
    ++failed;
    EXPECT_EQ(table["loss"][k], "");
    EXPECT_NE(table["reason"][k], "");
  }
  EXPECT_GT(failed, 0U);
  EXPECT_LT(failed, 40U);
}

TEST_F(Fit, AnswersOtherProgramsLineByLine) {
  folder.write("lines", R"({"id": "a", "values": [0.2, -4.6]}
{"id": 2, "changes": {"coupling.gain": 0.3}}
not json
{"id": 3, "values": [0.2]}
{"id": 4, "changes": {"coupling.gian": 1}}

{"id": 5, "values": [9, -4.6]}
)");
  const Outcome done =
      folder.shell(ARCUATE_UNLESS_HUNG "mpirun --bind-to none -n 3 " ARCUATE_PROGRAM
                                       " evaluate f.yml --stdin < lines");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(test::count(done.out, "\n"), 6U) << done.out;
  EXPECT_THAT(done.out, HasSubstr(R"({"id":"a","status":"done")"));
  EXPECT_THAT(done.out,
              HasSubstr(R"("loss":0.0,"terms":[{"name":"timeseries_rmse","value":0.0}])"));
  EXPECT_THAT(done.out,
              HasSubstr(R"({"line":3,"status":"refused","error":"expected a JSON object)"));
  EXPECT_THAT(done.out, HasSubstr(R"({"id":3,"line":4,"status":"refused","error":"values: expected 2)"));
  EXPECT_THAT(done.out, HasSubstr(R"({"id":4,"status":"failed")"));
  EXPECT_THAT(done.out, HasSubstr("gian"));
  EXPECT_THAT(done.out, HasSubstr(R"({"id":5,"line":7,"status":"refused")"));
}

/// Two conditions that differ in Delta, and whose targets are their own simulations.
class Conditions : public Fit {
 protected:
  Conditions() {
    EXPECT_EQ(folder.arcuate("simulate f.yml --set output=wide.h5 --quiet " + wide).code, 0);
  }
  const std::string wide = "--set model.parameters.Delta=0.8 ";
  const std::string set =
      "--set 'fit.minimise=[{loss: timeseries_rmse, source: raw}]' --set 'fit.conditions=[{name: "
      "rest, targets: {0: true.h5}}, {name: task, targets: {0: wide.h5}, set: "
      "{model.parameters.Delta: 0.8}, weight: 3}]' ";
};

TEST_F(Conditions, BestWritesTheStudyOfOne) {
  expect_done(folder.arcuate("fit f.yml --set fit.budget=6 " + set));
  const Outcome first = folder.arcuate("best f.fit");
  expect_done(first);
  EXPECT_THAT(first.out, HasSubstr(", condition rest, written by"));
  expect_done(folder.arcuate("best f.fit --condition task -o task.yml"));
  expect_done(folder.arcuate("simulate task.yml --set output=task.h5 --quiet"));
  const Outcome compared =
      folder.arcuate("compare task.h5 --series wide.h5 --loss timeseries_rmse --json");
  const test::Csv table(folder.path("f.fit/table.csv"));
  EXPECT_THAT(compared.out,
              HasSubstr("\"loss\": " + table["task.timeseries_rmse"][best_of(table)]));
  test::expect_one_line(folder.arcuate("best f.fit --condition tsak"), 2,
                        {"--condition: there is no condition 'tsak' (allowed: rest, task)"});
  expect_done(folder.arcuate("fit f.yml -o plain.fit --set fit.budget=2"));
  test::expect_one_line(folder.arcuate("best plain.fit --condition task"), 2,
                        {"the fit has no conditions"});
}

// The true parameters: both losses are 0. With Delta of one condition for both, that of `rest` is
// not.
TEST_F(Conditions, OtherProgramsGetTheLossOfAllAndOfAllRepeats) {
  folder.write("lines", R"({"id": "a", "values": [0.2, -4.6]}
{"id": "b", "changes": {"model.parameters.Delta": 0.8}}
{"id": "c", "changes": {"seed": 7}}
)");
  const std::string evaluate = "evaluate f.yml --stdin " + set;
  const Outcome done = folder.shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " " + evaluate + "< lines");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr(R"("loss":0.0,"terms":[{"name":"rest.timeseries_rmse","value":)"
                                  R"(0.0},{"name":"task.timeseries_rmse","value":0.0}])"));
  EXPECT_THAT(done.out, HasSubstr(R"({"id":"c","line":3,"status":"refused","error":"seed: )"));
  EXPECT_THAT(done.out, testing::ContainsRegex(
                            R"("id":"b".*rest.timeseries_rmse","value":0\.[0-9]*[1-9].*task)"));
  // The second repeat has another seed, so that the loss is not 0 any more.
  const Outcome repeated =
      folder.shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM
                   " evaluate f.yml --stdin --set fit.repeats=2 --set 'features=[{kind: moments}]' "
                   "< lines");
  EXPECT_EQ(repeated.code, 0) << repeated.err;
  EXPECT_THAT(repeated.out, testing::Not(HasSubstr(R"("loss":0.0,)")));
  EXPECT_EQ(test::count(repeated.out, R"("repeat":1)"), 2U) << repeated.out;
}

// The true parameters are in the grid: there both losses are 0.
TEST_F(Conditions, ASweepHasTheLossesOfAll) {
  const std::string sweep =
      "f.yml --set 'sweep={coupling.gain: [0.1, 0.2], model.parameters.eta: [-5, -4.6], repeats: "
      "2}' --set 'features=[{kind: moments}]' " +
      set;
  expect_done(folder.ranks(3, "sweep " + sweep));
  const test::Csv table(folder.path("f.sweep/table.csv"));
  ASSERT_EQ(table["status"].size(), 16U);
  constexpr std::size_t task = 14;  // of the last set, its first repeat
  EXPECT_EQ(table["condition"][task], "task");
  EXPECT_EQ(table["condition"][task - 2], "rest");
  EXPECT_EQ(table.number("condition_loss", task), 0.0);
  EXPECT_EQ(table.number("loss", task), 0.0);
  EXPECT_GT(table.number("loss", task + 1), 0.0);  // another seed
  for (std::size_t row = 0; row < 16; ++row) {
    const std::size_t rest = row / 4 * 4 + row % 2;
    EXPECT_NEAR(
        table.number("loss", row),
        table.number("timeseries_rmse", rest) + 3.0 * table.number("timeseries_rmse", rest + 2),
        1e-12);
  }
  // What a fit minimises.
  folder.write("line", R"({"id": "a", "values": [0.1, -5]})");
  const Outcome one =
      folder.shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " evaluate f.yml --stdin " + set + "< line");
  EXPECT_THAT(one.out, HasSubstr("\"loss\":" + table["loss"][0] + ","));
  const auto all = test::results_of(folder.path("f.sweep/table.h5"));
  EXPECT_EQ(all.at("grid/timeseries_rmse").size(), 16U);
  EXPECT_EQ(all.at("moments/mean").size() % 16, 0U);
  EXPECT_THAT(folder.arcuate("best f.sweep --condition task").out, HasSubstr("Delta: 0.8"));
  EXPECT_THAT(folder.arcuate("best f.sweep").out, testing::Not(HasSubstr("Delta: 0.8")));
  test::expect_one_line(
      folder.arcuate("sweep " + sweep + " --set 'sweep={model.parameters.Delta: [1, 2]}'"), 2,
      {"sweep.model.parameters.Delta", "condition 'task' of the fit sets"});
}

TEST_F(Conditions, AReportReadsAJobThatToldNotes) {
  expect_done(
      folder.arcuate("fit f.yml --set fit.budget=3 --set fit.repeats=2 --set "
                     "'features=[{kind: moments}]' --set 'fit.keep=[features]' " +
                     set));
  ASSERT_NE(test::content(folder.path("f.fit/journal")).find("\"note\""), std::string::npos);
  std::filesystem::remove(folder.path("f.fit/table.h5"));
  expect_done(folder.arcuate("report f.fit"));
}

TEST_F(Conditions, WhatTheTableHasNotIsSaid) {
  const Outcome done = folder.arcuate(
      "fit f.yml --set fit.budget=3 --set 'features=[{kind: moments}]' --set "
      "'fit.keep=[features, recordings]' " +
      set);
  expect_done(done);
  EXPECT_EQ(test::count(done.err, "fit.keep: a table has one row for each candidate"), 1U)
      << done.err;
  EXPECT_TRUE(std::filesystem::exists(folder.path("f.fit/recordings/000002_condition1.h5")));
}

// Those of the table, the message, the winner, status.json, and the journal.
TEST_F(Fit, ACandidateHasOneNumberEverywhere) {
  const Outcome done = folder.arcuate("fit f.yml --set fit.budget=12 --set fit.method=random");
  expect_done(done);
  const test::Csv table(folder.path("f.fit/table.csv"));
  const std::string best = table["candidate"][best_of(table)];
  EXPECT_EQ(best, std::to_string(best_of(table)));
  EXPECT_THAT(done.out, HasSubstr("best: candidate " + best + ","));
  EXPECT_THAT(folder.arcuate("best f.fit").out, HasSubstr("# candidate " + best + " of"));
  EXPECT_THAT(test::content(folder.path("f.fit/status.json")),
              HasSubstr("\"best_of\": \"candidate " + best + "\""));
  const std::string journal = test::content(folder.path("f.fit/journal"));
  EXPECT_THAT(journal, HasSubstr("\"candidate\":" + best + ",\"condition\":0"));
  EXPECT_THAT(journal, HasSubstr("\"value\":" + table["timeseries_rmse"][best_of(table)]));
}

// The notes of three losses in eight candidates.
TEST_F(Fit, NotesOfLossesAreToldOnce) {
  folder.write("psd.csv", "0,1\n10,2\n20,1\n30,3\n");
  const Outcome done = folder.arcuate(
      "fit f.yml --set fit.budget=8 --set 'fit.minimise=[{loss: log_psd_mse, "
      "source: raw, target: psd.csv}]'");
  expect_done(done);
  EXPECT_EQ(test::count(done.err, "spectra: Welch's method, segments of 100 samples"), 1U)
      << done.err;
  EXPECT_EQ(test::count(done.err, "one spectrum, compared with the mean over regions"), 1U);
}

TEST_F(Fit, ACandidateThatEndedItsProcessTwiceIsPassedOver) {
  const std::string fit = "fit f.yml --set fit.budget=6 --set fit.method=random ";
  expect_done(folder.arcuate(fit));
  expect_done(folder.shell("truncate -s -20 f.fit/journal"));
  // The number of the simulation of candidate 5: (5 x 65536 conditions) x 1024 repeats x 2.
  folder.write("f.fit/crashes", "671088640 1 11\n671088640 1 11\n");
  expect_done(folder.arcuate(fit + "--resume"));
  EXPECT_EQ(test::Csv(folder.path("f.fit/table.csv"))["status"][5], "done");
  expect_done(folder.shell("truncate -s -20 f.fit/journal"));
  folder.write("f.fit/crashes", "671088640 1 11\n671088640 2 11\n");
  expect_done(folder.arcuate(fit + "--resume"));
  const test::Csv table(folder.path("f.fit/table.csv"));
  EXPECT_EQ(table["status"][5], "failed");
  EXPECT_THAT(table["reason"][5], HasSubstr("its process ended twice (signal 11: "));
}

TEST_F(Fit, TargetsOfEveryKindAreTriedBeforeAnythingRuns) {
  folder.write("matrix.csv", "1,0,.5\n0,1,.2\n.5,.2,1\n");
  folder.write("cells.csv", "0.1\n0.2\n0.3\n");
  folder.write("fine.csv", "0,1\n1,2\n2,1\n3,3\n");  // segments of 1000 samples
  folder.write("high.csv", "0,1\n100,2\n600,1\n");   // not in equal steps
  folder.write("ten.csv", "0,1\n10,2\n20,1\n30,3\n");
  for (const auto& [term, words] : std::vector<std::pair<std::string, std::string>>{
           {"loss: fc_corr, target: matrix.csv", "expected 12 x 12"},
           {"loss: fcd_ks, target: cells.csv, window: 1 s", "window"},
           {"loss: fcd_ks, target: ten.csv, window: 60 ms, step: 4 ms", "without their period"},
           {"loss: psd_mse, target: fine.csv", "need segments of 1000 samples"},
           {"loss: psd_mse, target: high.csv", "equal steps"},
           {"loss: psd_mse, target: ten.csv, low: 40", "40"},
           {"loss: timeseries_rmse, target: matrix.csv", "(time, region) of 12 regions"},
           {"loss: timeseries_rmse, target: true.h5, from: 0.1", "250 samples"}}) {
    const std::string set = "--set 'fit.minimise=[{source: raw, " + term + "}]'";
    test::expect_one_line(folder.arcuate("fit f.yml " + set), 2, {"fit.minimise.0", words});
    test::expect_one_line(folder.arcuate("check f.yml " + set), 2, {"fit.minimise.0", words});
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("f.fit")));
}

TEST_F(Fit, AMonitorThatLossesAreOfNeedNotBeRecorded) {
  EXPECT_EQ(folder.arcuate("check f.yml --set monitors.0.record=false").err, "");
  const Outcome other = folder.arcuate(
      "check f.yml --set 'monitors=[{kind: raw, variables: [r], period: 1 ms}, {kind: raw, name: "
      "other, variables: [V], period: 1 ms, record: false}]'");
  EXPECT_THAT(other.err, HasSubstr("'other' is not recorded"));
}

TEST_F(Fit, WhatCannotBeIsSaidBeforeAnythingRuns) {
  for (const auto& [change, words] : std::vector<std::pair<std::string, std::string>>{
           {"fit.budget=0", "fit.budget"},
           {"fit.vary.coupling.gain=[0.3,0.1]", "fit.vary.coupling.gain"},
           {"fit.vary.coupling.gain=[0,.inf]", "fit.vary.coupling.gain"},
           {"fit.method=cmaes3", "fit.method"},
           {"fit.minimise.0.target=none.h5", "none.h5"},
           {"fit.minimise.0.source=bold", "fit.minimise.0.source"},
           {"fit.minimise.0.loss=fc_cor", "fc_corr"}}) {
    test::expect_one_line(folder.arcuate("fit f.yml --set '" + change + "'"), 2, {words});
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("f.fit")));
}

}  // namespace
}  // namespace arcuate
