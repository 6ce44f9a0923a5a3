#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "search_support.hpp"

/// `arcuate report` of sweeps and fits.
namespace arcuate {
namespace {

using test::expect_one_line;
using test::Outcome;
using testing::HasSubstr;
using testing::Not;

constexpr const char* searched_study = R"(title: "<script>alert(1)</script> & more"
connectome: { builtin: 6 }
model: { name: MontbrioPazoRoxin, parameters: { eta: -4.6 } }
coupling: { name: linear, gain: 0.2 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { sigma: 0.001 } }
duration: 60 ms
seed: 3
monitors: [ { kind: raw, variables: [r], period: 1 ms } ]
features: [ { kind: moments, monitor: raw } ]
output: r.h5
sweep: { coupling.gain: [0.1, 0.2, 0.3] }
fit:
  vary: { coupling.gain: [0.05, 0.35], model.parameters.eta: [-5.5, -4.2] }
  minimise: [ { loss: timeseries_rmse, source: raw, target: true.h5 } ]
  method: random
  budget: 25
)";

class ResultsReport : public testing::Test {
 protected:
  ResultsReport() {
    folder.write("s.yml", searched_study);
    EXPECT_EQ(folder.arcuate("simulate s.yml --set output=true.h5 --quiet").code, 0);
  }
  void run(const std::string& words) const {
    const Outcome done = folder.arcuate(words);
    EXPECT_EQ(done.code, 0) << done.err;
  }
  /// What the page draws.
  nlohmann::json data(const std::string& page) const {
    const std::string text = test::content(folder.path(page));
    const std::string mark = "<script type=\"application/json\" id=\"data\">";
    const std::size_t from = text.find(mark) + mark.size();
    return nlohmann::json::parse(text.substr(from, text.find("</script>", from) - from));
  }
  test::Folder folder;
};

TEST_F(ResultsReport, HasTheNumbersOfTheTableAndOfTheBest) {
  run("fit s.yml --quiet");
  const Outcome done = folder.arcuate("report s.fit");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out, "report: s.fit/report.html\n");
  const nlohmann::json page = data("s.fit/report.html");
  const test::Csv table(folder.path("s.fit/table.csv"));
  ASSERT_EQ(page["candidates"]["number"].size(), 25U);
  std::size_t best = 0;
  for (std::size_t k = 0; k < 25; ++k) {
    EXPECT_EQ(std::to_string(page["candidates"]["number"][k].get<int>()), table["candidate"][k]);
    EXPECT_NEAR(page["candidates"]["quantities"][0]["values"][k].get<double>(),
                table.number("loss", k), 1e-4 * table.number("loss", k));
    if (table.number("loss", k) < table.number("loss", best)) best = k;
  }
  const std::string number = table["candidate"][best];
  EXPECT_EQ(std::to_string(page["best"]["number"].get<int>()), number);
  EXPECT_THAT(folder.arcuate("best s.fit").out, HasSubstr("# candidate " + number + " of s.fit"));
  EXPECT_EQ(page["convergence"]["best"].back()[2], page["best"]["number"]);
  EXPECT_EQ(page["workers"]["bars"].size(), 25U);
  EXPECT_THAT(test::content(folder.path("s.fit/report.html")), Not(HasSubstr("<script>alert")));
}

TEST_F(ResultsReport, IsTheSameOfTheFolderTheTableAndTheStudy) {
  run("sweep s.yml --quiet");
  run("report s.sweep -o a.html");
  run("report s.sweep/table.h5 -o b.html");
  run("report s.yml -o c.html");
  EXPECT_EQ(data("a.html"), data("b.html"));
  EXPECT_EQ(data("a.html"), data("c.html"));
  run("report s.sweep/table.h5");
  EXPECT_TRUE(std::filesystem::exists(folder.path("s.sweep/table.html")));
  EXPECT_EQ(data("a.html")["grid"]["axes"][0]["name"], "coupling.gain");
  run("report s.sweep -o a.html");  // a report is replaced
}

TEST_F(ResultsReport, OfAnUnfinishedJobSaysWhatIsThere) {
  for (const char* verb : {"fit", "sweep"}) {
    const std::string job = std::string("s.") + verb;
    run(std::string(verb) + " s.yml --quiet");
    // As a kill leaves it: no table, the journal without its last lines.
    std::filesystem::remove(folder.path(job + "/table.h5"));
    run("report " + job + " -o whole.html");
    const Outcome cut =
        folder.shell("head -n -2 " + job + "/journal > j && mv j " + job + "/journal");
    EXPECT_EQ(cut.code, 0) << cut.err;
    run("report " + job + " -o part.html");
    const nlohmann::json whole = data("whole.html"), part = data("part.html");
    EXPECT_EQ(part["complete"], false);
    EXPECT_THAT(test::content(folder.path("part.html")), HasSubstr("incomplete: "));
    const auto ended = [](const nlohmann::json& page) { return page["workers"]["bars"].size(); };
    EXPECT_LT(ended(part), ended(whole));
    EXPECT_GE(ended(part), 1U);
    EXPECT_EQ(part["candidates"]["parameters"][0]["name"], "coupling.gain");
  }
  EXPECT_EQ(data("whole.html")["complete"], true) << "of a sweep the journal says so";
}

TEST_F(ResultsReport, TheJournalOfAResumedJobIsNewerThanItsTable) {
  run("sweep s.yml --quiet");
  const std::string table = test::content(folder.path("s.sweep/table.h5"));
  run("sweep s.yml --quiet --set 'sweep.coupling.gain=[0.1, 0.2, 0.3, 0.4]' -o other.sweep");
  folder.write("other.sweep/table.h5", table);
  run("report other.sweep -o other.html");
  EXPECT_EQ(data("other.html")["candidates"]["total"], 4);
}

TEST_F(ResultsReport, OfOneCandidateOrOfNoneThatSucceeded) {
  run("sweep s.yml --quiet --set 'fit.vary.coupling.gain=[0.1, 0.2]' --set "
      "'sweep.coupling.gain=[-1e9, -2e9]' -o bad.sweep");
  run("report bad.sweep");
  EXPECT_TRUE(data("bad.sweep/report.html")["best"].is_null());
  EXPECT_EQ(data("bad.sweep/report.html")["failures"]["kinds"][0]["count"], 2);
  run("fit s.yml --quiet --set fit.budget=1 -o one.fit");
  run("report one.fit");
  EXPECT_EQ(data("one.fit/report.html")["candidates"]["total"], 1);
}

TEST_F(ResultsReport, WhatIsNoStudyIsRefusedInOneLine) {
  for (const char* name : {"empty", "text", "torn", "foreign"})
    std::filesystem::create_directory(folder.path(name));
  expect_one_line(folder.arcuate("report empty"), 2, {"empty", "neither a table.h5 nor a journal"});
  expect_one_line(folder.arcuate("report none.sweep"), 2, {"none.sweep", "no such file"});
  folder.write("text/table.h5", "notes");
  expect_one_line(folder.arcuate("report text"), 2, {"table.h5", "not an HDF5 file"});
  folder.write("torn/journal", "nonsense\n");
  expect_one_line(folder.arcuate("report torn"), 2, {"torn/journal"});
  std::filesystem::copy_file(folder.path("true.h5"), folder.path("foreign/table.h5"));
  expect_one_line(folder.arcuate("report foreign"), 2,
                  {"foreign/table.h5", "no table of results", "arcuate recording"});
  EXPECT_FALSE(std::filesystem::exists(folder.path("foreign/report.html")));
}

TEST_F(ResultsReport, ADamagedTableIsRefusedAndOneBeingWrittenIsWaitedFor) {
  run("sweep s.yml --quiet");
  const std::string whole = test::content(folder.path("s.sweep/table.h5"));
  for (const double part : {0.1, 0.5, 0.9, 0.999}) {
    folder.write("cut.h5", whole.substr(0, static_cast<std::size_t>(part * double(whole.size()))));
    expect_one_line(folder.arcuate("report cut.h5"), 2, {"cut.h5"});
  }
  const Outcome held =
      folder.shell("flock s.sweep/table.h5 -c '" ARCUATE_PROGRAM " report s.sweep'");
  expect_one_line(held, 3, {"table.h5", "is locked"});
}

TEST_F(ResultsReport, ATrainingSetHasTheNumbersOfTheTable) {
  run("sweep s.yml --quiet");
  const Outcome done = folder.arcuate("export s.sweep -o t.csv --feature moments");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("t.csv: 3 candidates x 1 parameter, "));
  const test::Csv set(folder.path("t.csv"));
  EXPECT_THAT(set["coupling.gain"], testing::ElementsAre("0.1", "0.2", "0.3"));
  EXPECT_THAT(set["candidate"], testing::ElementsAre("0", "1", "2"));
  const Outcome same = folder.shell(
      ARCUATE_PROGRAM
      " export s.sweep -o t.npz > /dev/null && /usr/bin/python3 -c 'import numpy, csv; "
      "d = numpy.load(\"t.npz\"); rows = list(csv.reader(open(\"t.csv\"))); "
      "n = [list(d[\"feature\"]).index(c) for c in rows[0][2:]]; "
      "assert d[\"x\"][:, n].tolist() == [[float(c) for c in r[2:]] for r in rows[1:]]; "
      "assert d[\"theta\"].tolist() == [[0.1], [0.2], [0.3]]; "
      "assert d[\"candidate\"].tolist() == [0, 1, 2]; print(d[\"parameter\"][0])'");
  EXPECT_EQ(same.out, "coupling.gain\n") << same.err;
  run("export s.sweep -o t.csv --overwrite");
  run("export s.sweep -o t.npz --overwrite");
  expect_one_line(folder.arcuate("export s.sweep -o t.npz"), 2, {"t.npz", "--overwrite"});
  expect_one_line(folder.arcuate("export s.sweep -o t.mat"), 2, {"t.mat", ".npz and .csv"});
  expect_one_line(folder.arcuate("export s.sweep -o t2.npz --monitor raw"), 2, {"--feature"});
  expect_one_line(folder.arcuate("export s.sweep -o t2.npz --feature fc"), 2,
                  {"s.sweep", "--feature fc", "moments"});
  EXPECT_FALSE(std::filesystem::exists(folder.path("t2.npz")));
}

TEST_F(ResultsReport, NothingButAReportIsReplaced) {
  run("sweep s.yml --quiet");
  folder.write("notes.html", "mine\n");
  expect_one_line(folder.arcuate("report s.sweep -o notes.html"), 2, {"notes.html"});
  EXPECT_EQ(test::content(folder.path("notes.html")), "mine\n");
  for (const char* own : {"table.h5", "table.csv", "journal", "values", "status.json"}) {
    const std::string before = test::content(folder.path(std::string("s.sweep/") + own));
    expect_one_line(folder.arcuate(std::string("report s.sweep -o s.sweep/") + own), 2, {own});
    EXPECT_EQ(test::content(folder.path(std::string("s.sweep/") + own)), before);
  }
}

}  // namespace
}  // namespace arcuate
