#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "search_support.hpp"

/// What sweeps and fits are asked that nobody can mean, or that went wrong silently.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

class SearchFaults : public testing::Test {
 protected:
  SearchFaults() {
    folder.write("weights.csv", "0,1,1,0\n1,0,1,0\n1,1,0,1\n0,0,1,0\n");
    folder.write("fc.csv", "1,.5,.2,.1\n.5,1,.4,.3\n.2,.4,1,.1\n.1,.3,.1,1\n");
    folder.write("t.yml", R"(connectome: { weights: weights.csv, normalize: row_sum, speed: inf }
model: { name: ReducedWongWangExcInh }
coupling: { name: linear, gain: 0.5 }
integrator: { method: euler, dt: 1 ms }
noise: { S_e: 0.01 }
duration: 2 s
transient: 500 ms
monitors: [{ kind: raw, variables: [S_e], period: 10 ms }]
output: r.h5
tune_inhibition: { method: analytic, target_rate: 3 Hz }
)");
  }
  void expect_done(const Outcome& outcome) const { EXPECT_EQ(outcome.code, 0) << outcome.err; }
  /// A study with a fit, whose other keys these are.
  std::string with_fit(const std::string& name, const std::string& keys,
                       const std::string& more = "") const {
    folder.write(name,
                 content(folder.path("t.yml")) +
                     "fit:\n  vary: { coupling.gain: [0.1, 0.6] }\n  budget: 4\n  method: "
                     "random\n  minimise: [{ loss: fc_rmse, source: raw, target: fc.csv }]\n" +
                     keys + more);
    return name;
  }
  void expect_refused(const std::string& command, const std::string& reason) const {
    const Outcome refused = folder.arcuate(command);
    EXPECT_EQ(refused.code, 2) << command << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(reason));
  }
  Folder folder;
};

const std::string tuned = "  each: [tune_inhibition, simulate]\n";

// The penalty is the mean over regions of (mean rate - target)^2, of what `simulate` records.
TEST_F(SearchFaults, TheDeviationOfTunedRatesIsAPenalty) {
  for (const char* transient : {"0 s", "500 ms", "700 ms", "1 s", "1201 ms"}) {
    const std::string set =
        std::string(" --overwrite --quiet --set 'transient=") + transient + "' ";
    expect_done(folder.arcuate(
        "fit " + with_fit("p.yml", tuned + "  penalties: { inhibition: 2 }\n") + set));
    const Csv table(folder.path("p.fit/table.csv"));
    ASSERT_EQ(table["status"][0], "done") << table["reason"][0];
    expect_done(folder.arcuate("best p.fit -o best.yml --overwrite"));
    expect_done(
        folder.arcuate("simulate best.yml --overwrite --quiet -o b.h5 --set "
                       "'monitors=[{kind: temporal_average, variables: [H_e], period: 1 ms}]'"));
    const auto rates = io::hdf5::open_file(folder.path("b.h5").string(), io::hdf5::Access::read)
                           .open_group("monitors/temporal_average")
                           .read<double>("data");
    double deviation = 0.0;
    for (std::size_t region = 0; region < 4; ++region) {
      double sum = 0.0;
      for (std::size_t k = region; k < rates.size(); k += 4)
        sum += rates[k];
      deviation += std::pow(sum / static_cast<double>(rates.size() / 4) - 3.0, 2) / 4.0;
    }
    std::size_t best = 0;
    for (std::size_t k = 1; k < 4; ++k)
      if (table.number("loss", k) < table.number("loss", best)) best = k;
    EXPECT_NEAR(table.number("inhibition", best), deviation, 0.05 * deviation + 1e-3) << transient;
    EXPECT_NEAR(table.number("loss", best),
                table.number("fc_rmse", best) + 2.0 * table.number("inhibition", best), 1e-9);
  }
}

TEST_F(SearchFaults, SlashesInNamesAreInTheTable) {
  folder.write("labels.txt", "L/a\nL/b\nR/a\nR/b\n");
  const std::string study =
      with_fit("s.yml", "  conditions: [{ name: sub1/rest }, { name: sub2/rest, weight: 2 }]\n");
  expect_done(folder.arcuate("fit " + study +
                             " --quiet --set connectome.labels=labels.txt --set "
                             "'fit.vary={model.parameters.w_p: {by_region: [1, 1.5]}}'"));
  const auto all = results_of(folder.path("s.fit/table.h5"));
  EXPECT_EQ(all.count("candidates/sub1\u2215rest.fc_rmse"), 1U);
  EXPECT_EQ(all.count("candidates/model.parameters.w_p[L\u2215a]"), 1U);
  const Csv table(folder.path("s.fit/table.csv"));
  EXPECT_EQ(table["sub1/rest.fc_rmse"].size(), 4U);
  expect_done(folder.arcuate("report s.fit"));
}

TEST_F(SearchFaults, ASweepThatDoesSomethingElseHasNoLosses) {
  for (const char* sweep :
       {"sweep: { coupling.gain: [0.1, 0.2] }\n",
        "sweep: { coupling.gain: [0.1, 0.2], each: [tune_inhibition, simulate] }\n"}) {
    const bool tunes = std::string(sweep).find("each") != std::string::npos;
    const Outcome swept =
        folder.arcuate("sweep --overwrite " + with_fit("s.yml", tunes ? "" : tuned, sweep));
    expect_done(swept);
    EXPECT_THAT(swept.err, HasSubstr("no losses are computed"));
    EXPECT_THAT(content(folder.path("s.sweep/table.csv")), testing::Not(HasSubstr("fc_rmse")));
  }
  const Outcome priors = folder.arcuate(
      "sweep --overwrite " + with_fit("s.yml", "", "sweep: { coupling.gain: [0.1, 0.2] }\n") +
      " --set 'fit.vary={coupling.gain: {linear: [0, 1], prior: {exponential: 2}}}'");
  expect_done(priors);
  EXPECT_THAT(priors.err, HasSubstr("are without priors and penalties"));
}

TEST_F(SearchFaults, OtherProgramsAreToldWhatTheirChangesWouldLeaveOut) {
  folder.write("lines", R"({"id": 1, "changes": {"coupling.gain": 0.2}}
{"id": 2, "values": [0.2], "changes": {"coupling": {"gain": 0.3}}}
{"id": 3, "values": [0.2], "changes": {"fit.minimise.0.weight": 9}}
{"id": 4, "values": [0.2], "changes": {"title": "x"}}
{"id": 5, "values": [0.2], "changes": {"coupling.gain": 0.3}}
{"id": 6, "values": [0.2]}
)");
  with_fit("e.yml", "");
  const Outcome done = folder.shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM
                                    " evaluate e.yml --stdin --set 'fit.vary={coupling.gain: "
                                    "{linear: [0, 1], prior: {l1: 0}}}' < lines");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(count(done.out, R"("status":"refused")"), 5U) << done.out;
  EXPECT_THAT(done.out,
              HasSubstr(R"({"id":1,"line":1,"status":"refused","error":"values: missing)"));
  EXPECT_THAT(done.out, HasSubstr("changes: fit.minimise.0.weight: is not of what is simulated"));
  EXPECT_THAT(done.out, HasSubstr("changes: coupling.gain: `values` says what it is"));
  EXPECT_THAT(done.out, HasSubstr(R"({"id":6,"status":"done")"));
}

TEST_F(SearchFaults, WhatChangesNothingIsNotVaried) {
  expect_refused(
      "fit " + with_fit("v.yml", tuned) + " --set 'fit.vary={model.parameters.J_i: [0.5, 2]}'",
      "`model.parameters.J_i` is what every candidate tunes");
  expect_refused(
      "check " + with_fit("v.yml", "", "sweep: { tune_inhibition.target_rate: [2, 3] }\n"),
      "`tune_inhibition.target_rate` changes nothing: candidates do not tune");
}

TEST_F(SearchFaults, ValuesByRegionAreTriedBefore) {
  folder.write("three.csv", "1,2,3\n");
  for (const char* value : {"[0.1, 0.2, 0.3]", "{file: three.csv}", "{nowhere: 1, default: 0}"}) {
    folder.write("w.yml", content(folder.path("t.yml")) + "sweep:\n  model.parameters.w_p: [1.4, " +
                              value + "]\n");
    expect_refused("check w.yml", "w.yml:12: sweep.model.parameters.w_p");
    EXPECT_FALSE(std::filesystem::exists(folder.path("w.sweep")));
  }
}

TEST_F(SearchFaults, TargetsThatLeaveNothingEndTheFitBefore) {
  folder.write("none.csv", "1,nan,nan,nan\nnan,1,nan,nan\nnan,nan,1,nan\nnan,nan,nan,1\n");
  folder.write("same.csv", "1,.5,.5,.5\n.5,1,.5,.5\n.5,.5,1,.5\n.5,.5,.5,1\n");
  for (const char* target : {"none.csv", "same.csv"}) {
    const Outcome refused =
        folder.arcuate("fit " + with_fit("n.yml", "") + " --set 'fit.minimise=[{loss: fc_corr, " +
                       "source: raw, target: " + target + "}]'");
    EXPECT_EQ(refused.code, 2) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(target));
  }
  expect_refused("check " + with_fit("n.yml",
                                     "  conditions: [{ name: a, targets: { 0: fc.csv, "
                                     "fc_rmse: same.csv } }]\n"),
                 "its loss has another target in this condition already");
}

TEST_F(SearchFaults, HalvingOfOneAtATimeIsWarnedOf) {
  const std::string halving = "  halving: { rungs: [1 s] }\n";
  EXPECT_THAT(
      folder.arcuate("check " + with_fit("h.yml", halving) + " --set fit.method=cobyla").err,
      HasSubstr("fit.halving: the method proposes a candidate when it knows the loss"));
  EXPECT_THAT(folder.arcuate("check " + with_fit("h.yml", halving) + " --set fit.method=de").err,
              testing::Not(HasSubstr("fit.halving")));
}

// Of two sets with three seeds each the one with the least mean, which is not the one with the
// least loss of a single seed.
TEST_F(SearchFaults, TheBestOfRepeatsIsThatOfTheLeastMean) {
  expect_done(
      folder.arcuate("sweep --set seed=5 " +
                     with_fit("b.yml", "",
                              "sweep: { coupling.gain: { linspace: "
                              "[0.1, 0.13, 12] }, repeats: 3, random_numbers: independent }\n")));
  const Csv table(folder.path("b.sweep/table.csv"));
  std::size_t best = 0, luckiest = 0;
  double least = 1e9;
  for (std::size_t set = 0; set < 12; ++set) {
    double mean = 0.0;
    for (std::size_t k = 3 * set; k < 3 * set + 3; ++k) {
      mean += table.number("loss", k) / 3.0;
      if (table.number("loss", k) < table.number("loss", luckiest)) luckiest = k;
    }
    if (mean >= least) continue;
    least = mean;
    best = 3 * set;
  }
  ASSERT_NE(luckiest / 3, best / 3) << "the test is no test";
  EXPECT_THAT(folder.arcuate("best b.sweep").out,
              HasSubstr("# candidate " + std::to_string(best) + " of"));
  expect_done(folder.arcuate("report b.sweep"));
  EXPECT_THAT(content(folder.path("b.sweep/report.html")),
              HasSubstr("\"best\":{\"number\":" + std::to_string(best) + ","));
}

TEST_F(SearchFaults, KeysWithoutEffectAreRefused) {
  const std::string groups = "{ groups: { a: [0, 1], b: [2, 3] }, bounds: [0.5, 1.5], others: 1 }";
  expect_refused(
      "check " + with_fit("k.yml", "") + " --set 'fit.vary={model.parameters.w_p: " + groups + "}'",
      "fit.vary.model.parameters.w_p: `others`: every region is in a group");
  const std::string design = "sweep: { design: { kind: sobol, size: 4 }, coupling.gain: ";
  expect_refused("check " + with_fit("k.yml", "", design + "{ linear: [0, 1], start: 0.5 } }\n"),
                 "`start`: a sobol design has no start");
  expect_refused("check " + with_fit("k.yml", "") + " --set 'fit.method=CMA,sigma=0.2,sigma=0.3'",
                 "'sigma' is given twice");
  const std::string ring = "  islands: 2\n  migration: { topology: custom, edges: ";
  expect_refused("check " + with_fit("k.yml", ring + "[[0, 2], [1, 0]] }\n"),
                 "fit.migration: an edge is not in 0 to 1");
  EXPECT_EQ(folder.arcuate("check " + with_fit("k.yml", ring + "[[0, 1], [1, 0]] }\n")).code, 0);
}

// Said once, at its key.
TEST_F(SearchFaults, IslandsThatBecomeAlikeAreWarnedOfOnce) {
  const std::string ran =
      folder
          .arcuate("fit " + with_fit("i.yml", "  islands: 2\n  migration: { interval: 1 }\n") +
                   " --quiet")
          .err;
  const std::string words = "fit.migration: migration after every 1 generation(s)";
  const std::size_t at = ran.find(words);
  ASSERT_NE(at, std::string::npos) << ran;
  EXPECT_EQ(ran.find("islands become alike", at + words.size() + 40), std::string::npos) << ran;
}

TEST_F(SearchFaults, FilesOfOthersInTheFolderStay) {
  with_fit("o.yml", "");
  std::filesystem::create_directory(folder.path("o.fit"));
  folder.write("o.fit/table.csv", "mine\n");
  expect_refused("fit o.yml", "o.fit/table.csv: is there already, and no job has left it");
  EXPECT_EQ(content(folder.path("o.fit/table.csv")), "mine\n");
  expect_done(folder.arcuate("fit o.yml --overwrite --quiet"));
}

}  // namespace
}  // namespace arcuate::test
