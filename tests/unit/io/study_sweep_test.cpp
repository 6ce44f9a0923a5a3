#include "arcuate/io/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "arcuate/io/features.hpp"
#include "made_recording.hpp"
#include "study_support.hpp"

namespace arcuate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The good study with a section `sweep`, which begins in line 19.
std::string swept(std::string_view section) {
  return std::string(good_study).append("sweep: ").append(section).append("\n");
}

io::Sweep sweep(std::string_view section) {
  return io::sweep_of(parse(swept(section)));
}

std::vector<std::string> overrides(const io::Sweep& sweep, std::int64_t number) {
  return io::overrides_of(sweep.changes(number));
}

TEST(Sweep, GridCountsTheLastAxisFastest) {
  const io::Sweep grid = sweep("{ coupling.gain: [0.1, 0.2], model.parameters.eta: [-5, -4, -3] }");
  EXPECT_EQ(grid.size(), 6);
  EXPECT_THAT(grid.shape(), ElementsAre(2, 3));
  EXPECT_THAT(overrides(grid, 0), ElementsAre("coupling.gain=0.1", "model.parameters.eta=-5"));
  EXPECT_THAT(overrides(grid, 2), ElementsAre("coupling.gain=0.1", "model.parameters.eta=-3"));
  EXPECT_THAT(overrides(grid, 3), ElementsAre("coupling.gain=0.2", "model.parameters.eta=-5"));
  ASSERT_EQ(grid.grid().size(), 2U);
  EXPECT_EQ(grid.grid()[1].name, "model.parameters.eta");
  EXPECT_THAT(grid.grid()[1].values, ElementsAre(-5, -4, -3));
}

TEST(Sweep, ValuesOfForms) {
  const io::Sweep grid = sweep(
      "{ coupling.gain: { linspace: [0, 1, 5] }, model.parameters.J: { logspace: [1, 100, 3] }, "
      "model.parameters.eta: { range: [-5, -4.4, 0.2] } }");
  const auto paths = grid.paths();
  EXPECT_THAT(paths[0]->values, ElementsAre("0", "0.25", "0.5", "0.75", "1"));
  EXPECT_EQ(paths[1]->values[0], "1");
  EXPECT_NEAR(paths[1]->numbers[1], 10.0, 1e-13);
  EXPECT_EQ(paths[1]->values[2], "100");
  ASSERT_EQ(paths[2]->values.size(), 4U);
  EXPECT_NEAR(paths[2]->numbers[2], -4.6, 1e-12);
  EXPECT_EQ(paths[2]->values[3], "-4.4");
}

TEST(Sweep, ARangeEndsBeforeAStepTooFar) {
  const io::Sweep grid = sweep("{ coupling.gain: { range: [0, 1, 0.3] } }");
  EXPECT_EQ(grid.size(), 4);
  EXPECT_NEAR(grid.paths()[0]->numbers.back(), 0.9, 1e-15);
}

/// 3 times 0.1 is more than 0.3 in double precision; 0.4 times 3 is beyond 1.
TEST(Sweep, ARangeMeetsItsEndWithinRounding) {
  const io::Sweep grid = sweep(
      "{ coupling.gain: { range: [0, 0.3, 0.1] }, model.parameters.J: { range: [0, 1, 0.4] } }");
  EXPECT_THAT(grid.paths()[0]->values, ElementsAre("0", "0.1", "0.2", "0.3"));
  EXPECT_THAT(grid.paths()[1]->values, ElementsAre("0", "0.4", "0.8"));
}

TEST(Sweep, LargeSeedsAreTheirTexts) {
  const io::Sweep grid = sweep("{ seed: [9007199254740993, 9007199254740992] }");
  EXPECT_EQ(grid.changes(0)[0].value, "9007199254740993");
  const io::Sweep drawn =
      sweep("{ seed: { integer: [1, 9007199254740991] }, design: { kind: sobol, size: 8 } }");
  for (std::int64_t k = 0; k < drawn.size(); ++k)
    EXPECT_NO_THROW(parse(good_study, overrides(drawn, k)));
}

/// A bare number is short for the sigma of white noise.
TEST(Sweep, PartsOfShortNoiseCanBeVaried) {
  const std::string text = with("V: { kind: white, sigma: 0.05 }", "V: 0.05")
                               .append("sweep: { noise.V.sigma: [0.1, 0.2] }\n");
  const io::Sweep grid = io::sweep_of(parse(text));
  EXPECT_EQ(grid.size(), 2);
  EXPECT_THAT(parse(text, {"noise.V.sigma=0.3"}).normalised, HasSubstr("sigma: 0.3"));
  EXPECT_THAT(parse(text, {"noise.V.shared=true"}).normalised, HasSubstr("sigma: 0.05"));
  EXPECT_THAT(message_of([&] { parse(text, {"noise.V.sigam=0.3"}); }), HasSubstr("'sigma'"));
}

TEST(Sweep, NumbersReadBackAsTheSameBits) {
  const io::Sweep grid = sweep("{ coupling.gain: { logspace: [1e-5, 0.7, 40] } }");
  for (std::int64_t k = 0; k < grid.size(); ++k) {
    EXPECT_EQ(std::stod(grid.changes(k).front().value),
              grid.paths()[0]->numbers[static_cast<std::size_t>(k)]);
  }
}

TEST(Sweep, UnitsAreThoseOfThePath) {
  const io::Sweep grid =
      sweep("{ duration: [10 s, 12000], connectome.speed: { linspace: [2 m/s, 4 m/s, 3] } }");
  EXPECT_THAT(grid.paths()[0]->numbers, ElementsAre(10000, 12000));
  EXPECT_EQ(grid.paths()[0]->unit, "ms");
  EXPECT_THAT(grid.paths()[1]->values, ElementsAre("2", "3", "4"));
  const auto changes = grid.changes(0);
  EXPECT_EQ(changes[0].value, "10 s");
  EXPECT_EQ(parse(good_study, io::overrides_of(changes)).duration, 10000.0);
}

TEST(Sweep, ChoicesAreTexts) {
  const io::Sweep grid = sweep(
      "{ connectome.normalize: [max, region_sum], monitors.0.period: [1 ms, 2 ms], "
      "model.initial.V: [[-2.5, -1.5], -2] }");
  EXPECT_EQ(grid.size(), 8);
  EXPECT_TRUE(grid.columns()[0].text);
  EXPECT_FALSE(grid.columns()[1].text);
  EXPECT_TRUE(grid.columns()[2].text);
  EXPECT_EQ(grid.changes(0)[2].value, "[-2.5, -1.5]");
  EXPECT_THAT(grid.grid()[0].texts, ElementsAre("max", "region_sum"));
  EXPECT_TRUE(std::isnan(grid.cells(0)[0].number));
}

TEST(Sweep, PartsOfTheStudyMayBeNested) {
  const io::Sweep grid =
      sweep("{ coupling: { gain: [0.1, 0.2] }, noise: { V: { sigma: [0, 1] } } }");
  EXPECT_THAT(overrides(grid, 3), ElementsAre("coupling.gain=0.2", "noise.V.sigma=1"));
}

TEST(Sweep, TheCommandLineReplacesAnAxis) {
  const std::string text = swept("{ coupling.gain: [0.1, 0.2], repeats: 2 }");
  const auto study = parse(text, {"sweep.coupling.gain=[0.5]", "sweep.repeats=3"});
  const io::Sweep grid = io::sweep_of(study);
  EXPECT_EQ(grid.size(), 3);
  EXPECT_EQ(grid.changes(0)[0].value, "0.5");
}

TEST(Sweep, RepeatsHaveSeedsOfTheirOwn) {
  const io::Sweep common = sweep("{ coupling.gain: [0.1, 0.2], repeats: 3 }");
  EXPECT_EQ(common.size(), 6);
  EXPECT_THAT(common.shape(), ElementsAre(2, 3));
  EXPECT_EQ(common.grid()[1].name, "repeat");
  std::set<std::string> seeds;
  for (std::int64_t k = 0; k < 3; ++k) {
    seeds.insert(common.changes(k)[1].value);
    EXPECT_EQ(common.changes(k)[1].path, "seed");
    EXPECT_EQ(common.changes(k)[1].value, common.changes(k + 3)[1].value);
  }
  EXPECT_EQ(seeds.size(), 3U);
  EXPECT_EQ(common.changes(0)[1].value, "42") << "the first has the study's own";
}

TEST(Sweep, IndependentSeedsDifferByCandidate) {
  const io::Sweep sweep_ =
      sweep("{ coupling.gain: [0.1, 0.2], repeats: 2, random_numbers: independent }");
  std::set<std::string> seeds;
  for (std::int64_t k = 0; k < 4; ++k)
    seeds.insert(sweep_.changes(k)[1].value);
  EXPECT_EQ(seeds.size(), 4U);
}

TEST(Sweep, ZippedPathsChangeTogether) {
  const io::Sweep grid =
      sweep("{ zip: { coupling.gain: [0.1, 0.2], connectome.speed: [3, 5] }, seed: [1, 2, 3] }");
  EXPECT_THAT(grid.shape(), ElementsAre(3, 2));
  EXPECT_THAT(overrides(grid, 5), ElementsAre("seed=3", "coupling.gain=0.2", "connectome.speed=5"));
  EXPECT_EQ(grid.grid()[1].name, "coupling.gain, connectome.speed");
  EXPECT_THAT(grid.grid()[1].texts, ElementsAre("0.1, 3", "0.2, 5"));
}

TEST(Sweep, ValuesThatAreGoodTogetherAreGood) {
  const io::Sweep grid = sweep(
      "{ zip: { model: [{name: MontbrioPazoRoxin}, {name: Generic2dOscillator}], "
      "monitors.0.variables: [[r], [V]], noise: [{}, {V: 0.1}] } }");
  EXPECT_EQ(grid.size(), 2);
  const io::Study study = parse(good_study, overrides(grid, 1));
  EXPECT_THAT(study.normalised, HasSubstr("Generic2dOscillator"));
}

TEST(Sweep, RowsOfATable) {
  const Place folder;
  const std::string file = folder.path("sets.csv");
  std::ofstream(file) << "coupling.gain,duration, \"model.initial.V\"\n0.1,10 s,\"[-2, -1]\"\n"
                         "\n# a remark\n0.2,12 s,-2\n";
  const io::Sweep table = sweep("{ design: { table: \"" + file + "\" }, repeats: 2 }");
  EXPECT_EQ(table.size(), 4);
  EXPECT_EQ(table.points(), 2);
  EXPECT_TRUE(table.shape().empty());
  EXPECT_THAT(overrides(table, 2),
              ElementsAre("coupling.gain=0.2", "duration=12 s", "model.initial.V=-2", "seed=42"));
  EXPECT_EQ(table.cells(0)[1].number, 10000.0);
}

TEST(Sweep, ALatinHypercubeMeetsEveryInterval) {
  const io::Sweep lhs = sweep(
      "{ coupling.gain: [0, 2], model.parameters.eta: { integer: [-8, -3] }, "
      "connectome.normalize: { choices: [max, region_sum] }, model.parameters.J: {log: [1, 100]}, "
      "design: { kind: lhs, size: 20, seed: 3 } }");
  EXPECT_EQ(lhs.size(), 20);
  std::set<int> gains;
  std::set<int> logs;
  std::set<std::string> words;
  for (std::int64_t k = 0; k < lhs.size(); ++k) {
    const auto cells = lhs.cells(k);
    gains.insert(static_cast<int>(cells[0].number * 10.0));
    EXPECT_EQ(cells[1].number, std::round(cells[1].number));
    words.insert(cells[2].text);
    logs.insert(static_cast<int>(std::log10(cells[3].number) * 10.0));
    EXPECT_NO_THROW(parse(good_study, overrides(lhs, k)));
  }
  EXPECT_EQ(gains.size(), 20U);
  EXPECT_EQ(logs.size(), 20U);
  EXPECT_EQ(words.size(), 2U);
}

TEST(Sweep, DrawnPointsAreAFunctionOfTheirSeed) {
  for (const std::string kind : {"random", "sobol", "halton"}) {
    const auto with_seed = [&](int seed) {
      return sweep(
          "{ seed: [0, 9], coupling.gain: [0, 1], model.parameters.J: [1, 20], design: { kind: " +
          kind + ", size: 8, seed: " + std::to_string(seed) + " } }");
    };
    EXPECT_EQ(with_seed(1).changes(7)[2].value, with_seed(1).changes(7)[2].value) << kind;
    EXPECT_NE(with_seed(1).changes(7)[2].value, with_seed(2).changes(7)[2].value) << kind;
  }
}

/// Morris: between neighbours of a trajectory one path changes, by 2/3 of its range for 4 levels,
/// and each path once.
TEST(Sweep, MorrisChangesOnePathAtATime) {
  const io::Sweep morris = sweep(
      "{ coupling.gain: [0, 3], model.parameters.eta: [-6, -3], model.parameters.J: [10, 13], "
      "design: { kind: morris, trajectories: 20 } }");
  ASSERT_EQ(morris.size(), 80);
  std::set<double> levels;
  for (std::int64_t t = 0; t < 20; ++t) {
    std::set<int> changed;
    for (std::int64_t k = 1; k < 4; ++k) {
      const std::int64_t at = 4 * t + k;
      const io::MorrisStep step = morris.morris(at);
      EXPECT_EQ(step.trajectory, t);
      EXPECT_EQ(step.point, k);
      changed.insert(step.changed);
      EXPECT_NEAR(std::abs(step.step), 2.0 / 3.0, 1e-15);
      for (std::size_t i = 0; i < 3; ++i) {
        const double difference = morris.cells(at)[i].number - morris.cells(at - 1)[i].number;
        const double wanted = static_cast<int>(i) == step.changed ? 3.0 * step.step : 0.0;
        EXPECT_NEAR(difference, wanted, 1e-12);
      }
      levels.insert(std::round(morris.cells(at)[0].number));
    }
    EXPECT_EQ(changed.size(), 3U);
    EXPECT_EQ(morris.morris(4 * t).changed, -1);
  }
  EXPECT_THAT(levels, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(morris.columns().back().name, "changed");
  EXPECT_EQ(morris.cells(0).back().text, "");
}

TEST(Sweep, PlacesSayWhatIsAlike) {
  const auto grid =
      sweep(
          "{ coupling.gain: [0.1, 0.2, 0.9], connectome.normalize: [max, region_sum], zip: { "
          "model.parameters.eta: [-5, -4], model.parameters.J: [9, 1] } }")
          .places();
  ASSERT_EQ(grid.size(), 12U);
  EXPECT_THAT(grid[0].at, ElementsAre(0, 0));
  EXPECT_THAT(grid[5].at, ElementsAre(0.5, 1));  // values of an axis are equally far apart
  EXPECT_EQ(grid[4].kind, grid[0].kind);
  EXPECT_NE(grid[2].kind, grid[0].kind);
  EXPECT_DOUBLE_EQ(io::distance(grid[0], grid[5]), 1.25);
  EXPECT_TRUE(std::isinf(io::distance(grid[0], grid[2])));
  const auto drawn = sweep(
                         "{ coupling.gain: [0, 2], connectome.normalize: { choices: [max, "
                         "region_sum] }, design: { kind: lhs, size: 4 } }")
                         .places();
  ASSERT_EQ(drawn.size(), 4U);
  ASSERT_EQ(drawn[0].at.size(), 1U);
  EXPECT_TRUE(drawn[0].at[0] > 0.0 && drawn[0].at[0] < 1.0);
}

TEST(Sweep, WhatIsKeptAndDone) {
  const io::Sweep plain = sweep("{ coupling.gain: [0.1], time_limit: 2 min }");
  EXPECT_TRUE(plain.each.keep_recordings);
  EXPECT_FALSE(plain.each.keep_features);
  EXPECT_FALSE(plain.each.tune_inhibition);
  EXPECT_EQ(plain.each.time_limit, 120.0);
  const std::string featured = swept("{ coupling.gain: [0.1], keep: [features, recordings] }")
                                   .append("features: [{ kind: psd, monitor: raw, segment: 1 }]\n");
  const io::Sweep both = io::sweep_of(parse(featured));
  EXPECT_TRUE(both.each.keep_recordings);
  EXPECT_TRUE(both.each.keep_features);
}

TEST(Sweep, TheStudyKeepsItsSection) {
  const io::Study study = parse(swept("{ coupling.gain: [0.1, 0.2] }"));
  EXPECT_TRUE(io::has_sweep(study));
  EXPECT_THAT(study.normalised, HasSubstr("sweep:"));
  EXPECT_THAT(io::without_searches(study), testing::Not(HasSubstr("sweep")));
  EXPECT_EQ(io::without_searches(study), parse(good_study).normalised);
  const io::Study again = io::parse_study(study.normalised, "resting.yml", {});
  EXPECT_EQ(io::sweep_of(again).size(), 2);
  EXPECT_FALSE(io::has_sweep(parse(good_study)));
}

TEST(Sweep, FilesOfANormalisedStudyAreAbsolute) {
  const io::Study study = io::parse_study(
      swept("{ connectome: [{ file: a.npz }, { file: b.npz }], design: { table: sets.csv } }"),
      "folder/resting.yml", {});
  const std::string folder = std::filesystem::absolute("folder").string();
  for (const char* file : {"/a.npz", "/b.npz", "/sets.csv"})
    EXPECT_THAT(study.normalised, HasSubstr(folder + file));
}

struct BadSweep {
  const char* section;
  const char* message;
  const char* also;
};

constexpr BadSweep bad_sweeps[] = {
    {"{}", "resting.yml:19: sweep: there is nothing to vary", ""},
    {"[1]", "resting.yml:19: sweep: expected a map, not a list", ""},
    {"{ coupling.gain: 0.1 }",
     "resting.yml:19: sweep.coupling.gain: expected a list of values, "
     "not '0.1'",
     "belongs to the study"},
    {"{ coupling.gain: [] }", "resting.yml:19: sweep.coupling.gain: the list is empty", ""},
    {"{ coupling.gain: ~ }", "resting.yml:19: sweep.coupling.gain: no value given", ""},
    {"{ coupling.gain: [0.1, ~] }", "resting.yml:19: sweep.coupling.gain: an empty value", ""},
    {"{ coupling.gain: [0.1, x] }",
     "resting.yml:19: sweep.coupling.gain: 'x' does not begin with "
     "a number",
     ""},
    {"{ coupling.gain: [0.1, .inf] }", "resting.yml:19: sweep.coupling.gain: ", "inf"},
    {"{ coupling.gain: [0.1, 0.2, 0.1] }",
     "resting.yml:19: sweep.coupling.gain: 0.1 is there "
     "twice",
     "repeats"},
    {"{ duration: [10 s, 10000] }", "resting.yml:19: sweep.duration: 10000 is there twice", ""},
    {"{ coupling.gian: [1] }",
     "resting.yml:19: sweep.coupling.gian: unknown key; did you mean "
     "'gain'?",
     ""},
    {"{ repeat: 3 }", "resting.yml:19: sweep.repeat: 'repeat' is neither",
     "did you mean 'repeats'?"},
    {"{ cuopling.gain: [1] }", "resting.yml:19: sweep.cuopling.gain: 'cuopling.gain' is neither",
     "did you mean 'coupling'?"},
    {"{ output: [a.h5, b.h5] }", "resting.yml:19: sweep.output: `output` cannot be varied", ""},
    {"{ fit.budget: [1, 2] }", "resting.yml:19: sweep.fit.budget: `fit.budget` cannot be varied",
     ""},
    {"{ monitors.0.kind: [raw, bold] }",
     "resting.yml:19: sweep.monitors.0.kind: ", "cannot be varied"},
    {"{ monitors.7.period: [1, 2] }", "resting.yml:19: sweep.monitors.7.period: no list member '7'",
     "0 to 1"},
    {"{ coupling.gain: [1, 2], coupling: [{gain: 1}] }",
     "resting.yml:19: sweep.coupling: "
     "`coupling.gain` is varied already",
     "part of the other"},
    {"{ monitors.0.period: [1, 2], monitors.00.period: [1] }",
     "resting.yml:19: sweep.monitors.00.period: `monitors.0.period` is varied already", ""},
    {"{ coupling.gain: [1, 2], coupling.gain: [3] }", "resting.yml:19: ", "given twice"},
    {"{ coupling: {gain: [1]}, coupling.gain: [3] }",
     "resting.yml:19: sweep.coupling.gain: ", "varied already"},
    {"{ a..b: [3] }", "resting.yml:19: sweep.a..b: 'a..b' has an empty key", ""},
    {"{ \"coupling.gain=1\": [3] }", "resting.yml:19: sweep.coupling.gain=1: ", "no '='"},
    {"{ model.preset: [baseline, x] }", "resting.yml:19: sweep.model.preset: ", ""},
    {"{ integrator.dt: [0.1, 0.3] }",
     "resting.yml:19: sweep.integrator.dt: with integrator.dt=0.3: "
     "resting.yml:13: duration: ",
     "whole number of steps"},
    {"{ connectome: [{file: none.npz}] }",
     "resting.yml:19: sweep.connectome: ", "none.npz: no such file"},
    {"{ connectome.speed: [4 mm, 5] }", "resting.yml:19: sweep.connectome.speed: ", "mm/ms"},
    {"{ coupling.gain: { linspace: [0, 1] } }",
     "resting.yml:19: sweep.coupling.gain: linspace: "
     "expected [first, last, count]",
     ""},
    {"{ coupling.gain: { linspace: [0, 1, 1] } }", "resting.yml:19: sweep.coupling.gain: count 1",
     "2 to 1000000"},
    {"{ coupling.gain: { linspace: [0, 1, 2.5] } }",
     "resting.yml:19: sweep.coupling.gain: count "
     "2.5",
     ""},
    {"{ coupling.gain: { linspace: [1, 1, 3] } }",
     "resting.yml:19: sweep.coupling.gain: first and "
     "last are the same",
     ""},
    {"{ coupling.gain: { linspace: [1, .inf, 3] } }",
     "resting.yml:19: sweep.coupling.gain: ", "not finite"},
    {"{ coupling.gain: { logspace: [-2, 1, 3] } }",
     "resting.yml:19: sweep.coupling.gain: logspace "
     "from -2 to 1",
     "not their exponents"},
    {"{ coupling.gain: { range: [0, 1, -0.1] } }", "resting.yml:19: sweep.coupling.gain: range",
     "never gets there"},
    {"{ coupling.gain: { range: [0, 1, 0] } }", "resting.yml:19: sweep.coupling.gain: range",
     "never gets there"},
    {"{ coupling.gain: { range: [0, 1, 1e-12] } }",
     "resting.yml:19: sweep.coupling.gain: 1e+12 "
     "values",
     ""},
    {"{ coupling.gain: { linspac: [0, 1, 3] } }",
     "resting.yml:19: sweep.coupling.gain: expected a "
     "list of values",
     "did you mean 'linspace'?"},
    {"{ coupling.gain: { log: [0.1, 1] } }",
     "resting.yml:19: sweep.coupling.gain: `log` is for "
     "designs that draw",
     ""},
    {"{ coupling.gain: { linspace: [1, 2, 100000] }, model.parameters.J: { linspace: [1, 2, "
     "100000] } }",
     "resting.yml:19: sweep: 1e+10 candidates (allowed: up to 1000000000)", ""},
    {"{ coupling.gain: [1, 2], repeats: 0 }", "resting.yml:19: sweep.repeats: ", "1 to 1000000"},
    {"{ seed: [1, 2], repeats: 2 }", "resting.yml:19: sweep.repeats: changes the seed", ""},
    {"{ seed: [1, 2], random_numbers: independent }",
     "resting.yml:19: sweep.random_numbers: "
     "changes the seed",
     ""},
    {"{ seed: [1, -2] }", "resting.yml:19: sweep.seed: ", "-2"},
    {"{ coupling.gain: [1], each: [simulate, tune_inhibition] }",
     "resting.yml:19: sweep.each: ", "in this order"},
    {"{ coupling.gain: [1], each: [tune_inhibition, simulate] }",
     "resting.yml:19: sweep.each: ", "no inhibitory weight"},
    {"{ coupling.gain: [1], keep: [features] }",
     "resting.yml:19: sweep.keep: the study computes no "
     "features",
     ""},
    {"{ coupling.gain: [1], keep: [pictures] }", "resting.yml:19: sweep.keep: unknown value", ""},
    {"{ coupling.gain: [1], time_limit: 0 }", "resting.yml:19: sweep.time_limit: ", "> 0"},
    {"{ zip: { coupling.gain: [1, 2], seed: [1, 2, 3] } }",
     "resting.yml:19: sweep.zip.seed: 3 "
     "values beside 2",
     ""},
    {"{ zip: { coupling.gain: [1, 2] } }", "resting.yml:19: sweep.zip: one path alone", ""},
    {"{ zip: [] }", "resting.yml:19: sweep.zip: the list is empty", ""},
    {"{ zip: { coupling.gain: [1, 2], seed: [1, 2] }, seed: [3] }",
     "resting.yml:19: sweep.zip.seed", "varied already"},
    {"{ zip: { coupling.gain: [1, 2], connectome.speed: [1, -1] } }",
     "resting.yml:19: sweep.zip.connectome.speed: -1 is out of range", ""},
    {"{ coupling.gain: [0, 1], design: latin }",
     "resting.yml:19: sweep.design: unknown value "
     "'latin'",
     "lhs"},
    {"{ coupling.gain: [0, 1], design: lhs }", "resting.yml:19: sweep.design: `size` is missing",
     ""},
    {"{ coupling.gain: [0, 1], design: { kind: lhs, size: 0 } }",
     "resting.yml:19: "
     "sweep.design.size: ",
     "1 to 10000000"},
    {"{ coupling.gain: [0, 1], seed: { integer: [1, 9] }, design: { kind: random, size: 10000000 "
     "} "
     "}",
     "resting.yml:19: sweep.design.size: 10000000 points", ""},
    {"{ coupling.gain: [0, 1], design: { size: 3 } }", "resting.yml:19: sweep.design.kind: missing",
     "sobol"},
    {"{ coupling.gain: [0, 1], design: { kind: grid, size: 3 } }",
     "resting.yml:19: "
     "sweep.design.size: has no meaning for a grid",
     ""},
    {"{ coupling.gain: [0, 1], design: { kind: sobol, size: 3, levels: 4 } }",
     "resting.yml:19: "
     "sweep.design.levels: has no meaning",
     ""},
    {"{ coupling.gain: [0, 1], design: { kind: morris, levels: 5 } }",
     "resting.yml:19: "
     "sweep.design.levels: 5",
     "even"},
    {"{ coupling.gain: [0, 1, 2], design: { kind: lhs, size: 3 } }",
     "resting.yml:19: "
     "sweep.coupling.gain: expected bounds [low, high], not 3 values",
     "choices"},
    {"{ coupling.gain: { linspace: [0, 1, 3] }, design: { kind: lhs, size: 3 } }",
     "resting.yml:19: sweep.coupling.gain: a lhs design takes bounds", ""},
    {"{ coupling.gain: [1, 0], design: { kind: lhs, size: 3 } }",
     "resting.yml:19: "
     "sweep.coupling.gain: bounds [1, 0] are reversed",
     ""},
    {"{ coupling.gain: [1, 1], design: { kind: lhs, size: 3 } }",
     "resting.yml:19: "
     "sweep.coupling.gain: bounds [1, 1] are equal",
     ""},
    {"{ coupling.gain: [0, .inf], design: { kind: lhs, size: 3 } }",
     "resting.yml:19: "
     "sweep.coupling.gain: bounds [0, inf]",
     "finite"},
    {"{ coupling.gain: { log: [0, 1] }, design: { kind: lhs, size: 3 } }",
     "resting.yml:19: "
     "sweep.coupling.gain: bounds [0, 1] on a log scale",
     "above 0"},
    {"{ coupling.gain: [0.1], tune_from: neighbour }",
     "resting.yml:19: sweep.tune_from: needs `each: [tune_inhibition, simulate]`", ""},
    {"{ connectome.speed: [-1, 1], design: { kind: lhs, size: 3 } }",
     "resting.yml:19: "
     "sweep.connectome.speed: -1 is out of range",
     ""},
    {"{ connectome.normalize: { choices: [max, mix] }, design: { kind: lhs, size: 3 } }",
     "resting.yml:19: sweep.connectome.normalize: unknown value 'mix'", "did you mean 'max'?"},
    {"{ coupling.gain: [1], design: { table: none.csv } }",
     "resting.yml:19: sweep.coupling.gain: ", "beside a table"},
    {"{ design: { table: none.csv } }",
     "resting.yml:19: sweep.design.table: none.csv: no such file", ""},
    {"{ coupling.gain: [0, 1], design: { kind: lhs, size: 2, table: none.csv } }",
     "resting.yml:19: sweep.design.table: only of `kind: table`", ""},
};

TEST(Sweep, WhatCannotBeMeantIsAnError) {
  for (const BadSweep& row : bad_sweeps) {
    const std::string message = message_of([&] { sweep(row.section); });
    EXPECT_THAT(message, testing::StartsWith(row.message)) << row.section;
    EXPECT_THAT(message, HasSubstr(row.also)) << row.section;
  }
}

struct BadTable {
  const char* content;
  const char* message;
};

constexpr BadTable bad_tables[] = {
    {"coupling.gain\n", "expected a header of paths and a row for each candidate, not 1 line(s)"},
    {"", "expected a header of paths"},
    {"coupling.gian\n0.1\n", "unknown key; did you mean 'gain'?"},
    {"gain\n0.1\n", ":1: column.gain: 'gain' is neither"},
    {"coupling.gain,\n0.1,2\n", ":1: a column has no name"},
    {"coupling.gain,coupling.gain\n0.1,2\n", ":1: two columns are called 'coupling.gain'"},
    {"output\na.h5\n", ":1: column.output: `output` cannot be varied"},
    {"coupling.gain,seed\n0.1\n", ":2: 1 cells: expected 2"},
    {"coupling.gain,seed\n0.1,2,3\n", ":2: 3 cells: expected 2"},
    {"coupling.gain,seed\n0.1,1\n,2\n", ":3: coupling.gain: an empty cell"},
    {"coupling.gain,seed\n0.1,1\n\"0.2,2\n", ":3: a quote is not closed"},
    {"coupling.gain,seed\n0.1,1\n0.2,x\n", "expected a whole number, not 'x'"},
    {"connectome.speed\n3\n0\n", ":3: connectome.speed: 0 is out of range"},
};

TEST(Sweep, TablesThatAreNone) {
  const Place folder;
  const std::string file = folder.path("sets.csv");
  for (const BadTable& row : bad_tables) {
    std::ofstream(file) << row.content;
    const std::string message =
        message_of([&] { sweep("{ design: { table: \"" + file + "\" } }"); });
    EXPECT_THAT(message, testing::StartsWith("resting.yml:19: sweep.design.table: "))
        << row.content;
    EXPECT_THAT(message, HasSubstr(file)) << row.content;
    EXPECT_THAT(message, HasSubstr(row.message)) << row.content;
  }
}

}  // namespace
}  // namespace arcuate::test
