#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "search_support.hpp"

/// Successive halving, and candidates that are interrupted.
namespace arcuate {
namespace {

using test::Outcome;
using testing::HasSubstr;

constexpr const char* halved_study = R"(title: halved
connectome: { builtin: 12 }
model: { name: MontbrioPazoRoxin, parameters: { eta: -4.6 } }
coupling: { name: linear, gain: 0.2 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { sigma: 0.1 } }
duration: 4 s
transient: 0.2 s
seed: 3
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
features:
  - { kind: fc }
output: r.h5
fit:
  vary: { coupling.gain: [0.05, 0.35], model.parameters.eta: [-5.5, -4.2] }
  minimise: [ { loss: fc_rmse, source: raw, target: fc.npz } ]
  method: random
  budget: 54
  synchronous: true
  halving: { rungs: [0.5 s, 1.5 s] }
)";

class Halving : public testing::Test {
 protected:
  Halving() {
    folder.write("h.yml", halved_study);
    EXPECT_EQ(folder.arcuate("simulate h.yml --set output=true.h5 --quiet").code, 0);
    EXPECT_EQ(folder.arcuate("export true.h5 --feature fc -o fc.npz").code, 0);
  }
  static std::size_t rows(const test::Csv& table, const std::string& rung) {
    const std::vector<std::string>& all = table["rung"];
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), rung));
  }
  test::Folder folder;
};

/// The losses of all candidates after a time, from fits without halving.
std::vector<double> losses_after(const test::Folder& folder, const std::string& duration) {
  const Outcome done =
      folder.arcuate("fit h.yml -o plain.fit --overwrite --set duration='" + duration + "'");
  EXPECT_EQ(done.code, 0) << done.err;
  const test::Csv table(folder.path("plain.fit/table.csv"));
  std::vector<double> losses;
  for (std::size_t k = 0; k < 54; ++k)
    losses.push_back(table.number("loss", k));
  return losses;
}

/// The numbers of the least `most` of them.
std::vector<std::size_t> best_of(std::vector<std::size_t> some, const std::vector<double>& losses,
                                 std::size_t most) {
  std::sort(some.begin(), some.end(),
            [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  some.resize(most);
  return some;
}

// Segments of an eighth of a series are others in a longer one: such candidates begin anew.
TEST_F(Halving, WhatAShorterRunHasOfAFeatureIsLeftWhereItIsOfNoUse) {
  std::string plain = halved_study;
  folder.write("plain.yml", plain.erase(plain.find("  halving:")));
  const std::string fit =
      " --quiet --set 'features=[{kind: fc}, {kind: psd, preset: braintools}]' "
      "--set fit.keep=features --set fit.budget=9 ";
  EXPECT_EQ(folder.arcuate("fit h.yml" + fit + "--set fit.halving.bracket=9").code, 0);
  EXPECT_EQ(folder.arcuate("fit plain.yml" + fit).code, 0);
  // The only one of nine that goes on twice has the spectrum of one run.
  const Outcome same = folder.shell(
      "/usr/bin/python3 -c \"import h5py\n"
      "a, b = [h5py.File(n + '.fit/table.h5')['features/psd/slope'][()] for n in ('h', 'plain')]\n"
      "print((a == b).all(axis=1).sum())\"");
  EXPECT_EQ(same.out, "1\n") << same.err;
}

TEST_F(Halving, TheBestOfEveryBracketGoOnAndHaveTheLossesOfOneRun) {
  const Outcome done = folder.arcuate("fit h.yml");
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out,
              HasSubstr("compared after 500, 1500 ms, 27 at a time: 0.333 of them go on"));
  EXPECT_THAT(done.out, HasSubstr("78 evaluations"));
  const test::Csv table(folder.path("h.fit/table.csv"));
  folder.write("h.yml",
               std::string(halved_study).substr(0, std::string(halved_study).find("  halving:")));
  const std::vector<double> first = losses_after(folder, "0.5 s"),
                            second = losses_after(folder, "1.5 s"),
                            whole = losses_after(folder, "4 s");
  for (std::size_t begin : {0, 27}) {
    std::vector<std::size_t> all;
    for (std::size_t k = begin; k < begin + 27; ++k)
      all.push_back(k);
    const auto nine = best_of(all, first, 9);
    const auto three = best_of(nine, second, 3);
    for (const std::size_t k : all) {
      const bool further = std::find(nine.begin(), nine.end(), k) != nine.end();
      const bool end = std::find(three.begin(), three.end(), k) != three.end();
      EXPECT_EQ(table["rung"][k], end ? "0" : further ? "2" : "1");
      EXPECT_EQ(table.number("loss", k), (end ? whole : further ? second : first)[k]) << k;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("h.fit/states")));
}

TEST_F(Halving, IsTheSameOnAnyRanksAndAfterInterruptions) {
  ASSERT_EQ(folder.ranks(3, "fit h.yml --set fit.method=cma,population=9").code, 0);
  const std::string other = "fit h.yml -o other.fit --set fit.method=cma,population=9 ";
  int code = 75;
  for (int part = 0; part < 30 && code != 0; ++part) {
    code = folder
               .shell("timeout -k 10 -s USR1 " + std::to_string(0.15 * std::pow(1.2, part)) +
                      " mpirun --bind-to none -n 3 " ARCUATE_PROGRAM " " + other +
                      "$(test -s other.fit/journal && echo --resume)")
               .code;
  }
  ASSERT_EQ(code, 0);
  test::expect_same_results(folder.path("h.fit/table.h5"), folder.path("other.fit/table.h5"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("other.fit/states")));
}

TEST_F(Halving, TheWinnerIsOneThatWasSimulatedToItsEnd) {
  ASSERT_EQ(folder.arcuate("fit h.yml").code, 0);
  ASSERT_EQ(folder.arcuate("best h.yml -o best.yml").code, 0);
  ASSERT_EQ(folder.arcuate("simulate best.yml --set output=best.h5 --quiet").code, 0);
  const Outcome compared = folder.arcuate("compare best.h5 --fc fc.npz --loss fc_rmse --json");
  const test::Csv table(folder.path("h.fit/table.csv"));
  std::string least;
  for (std::size_t k = 0; k < table["loss"].size(); ++k) {
    if (table["rung"][k] == "0" && (least.empty() || table.number("loss", k) < std::stod(least)))
      least = table["loss"][k];
  }
  EXPECT_THAT(compared.out, HasSubstr("\"loss\": " + least)) << compared.err;
}

TEST_F(Halving, FailedCandidatesDoNotGoOn) {
  const Outcome done = folder.arcuate(
      "fit h.yml --set 'fit.vary.model.parameters.eta=[-6, 10]' "
      "--set fit.halving.keep=0.9 --set fit.halving.bracket=6");
  ASSERT_EQ(done.code, 0) << done.err;
  const test::Csv table(folder.path("h.fit/table.csv"));
  std::size_t failed = 0;
  for (std::size_t k = 0; k < table["status"].size(); ++k) {
    if (table["status"][k] == "failed") {
      ++failed;
      EXPECT_EQ(table["rung"][k], "1");
    }
  }
  EXPECT_GT(failed, 5U);
  EXPECT_GT(rows(table, "0"), 5U);
}

TEST_F(Halving, WhatCannotBeIsSaid) {
  struct Bad {
    std::string set;
    std::vector<std::string> said;
  };
  for (const Bad& bad : {
           Bad{"fit.halving.rungs=[1.5 s, 0.5 s]",
               {"500 ms (allowed: durations that become longer"}},
           Bad{"fit.halving.rungs=[4 s]", {"4000 ms (allowed:", "shorter than that of the study"}},
           Bad{"fit.halving.rungs=[0.1 s]", {"transient"}},
           Bad{"fit.halving.rungs=[0.50003 s]", {"not a whole number of steps"}},
           Bad{"fit.halving.rungs=[]", {"expected a list of durations"}},
           Bad{"fit.halving.keep=1", {"fit.halving.keep", "0.01 to 0.99"}},
           Bad{"fit.halving.bracket=1", {"fit.halving.bracket", "2 to"}},
           Bad{"fit.halving.factor=3", {"fit.halving.factor", "unknown key"}},
           Bad{"fit.keep=[recordings]", {"not with `keep: [recordings]`"}},
           Bad{"fit.vary.duration=[1000, 4000]", {"the duration is changed by `vary` too"}},
           Bad{"fit.minimise.0={loss: fcd_ks, source: raw, target: fcd.csv, window: 1 s, step: 1 "
               "s}",
               {"fit.minimise.0"}},
       }) {
    folder.write("fcd.csv", "0.1\n0.2\n0.3\n");
    test::expect_one_line(folder.arcuate("fit h.yml --set '" + bad.set + "'"), 2, bad.said);
    EXPECT_FALSE(std::filesystem::exists(folder.path("h.fit"))) << bad.set;
  }
}

TEST_F(Halving, ALongCandidateOfASweepGoesOnAfterASignal) {
  folder.write("h.yml",
               std::string(halved_study).substr(0, std::string(halved_study).find("fit:")));
  const std::string plain =
      "sweep h.yml --set duration='300 s' --set checkpoint.every=0.05 --set "
      "'sweep={coupling.gain: [0.1, 0.2], keep: [features]}' ";
  ASSERT_EQ(folder.arcuate(plain).code, 0);
  bool saved = false;
  int code = 75;
  for (int part = 0; part < 40 && code != 0; ++part) {
    code = folder
               .shell("timeout -k 10 -s USR1 " + std::to_string(0.3 * std::pow(1.1, part)) +
                      " " ARCUATE_PROGRAM " " + plain + "-o other.sweep " +
                      "$(test -s other.sweep/journal && echo --resume)")
               .code;
    saved = saved || std::filesystem::exists(folder.path("other.sweep/states"));
  }
  ASSERT_EQ(code, 0);
  EXPECT_TRUE(saved);
  test::expect_same_results(folder.path("h.sweep/table.h5"), folder.path("other.sweep/table.h5"));
}

}  // namespace
}  // namespace arcuate
