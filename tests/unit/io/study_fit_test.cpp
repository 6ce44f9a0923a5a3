#include "arcuate/io/fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <set>

#include "made_recording.hpp"
#include "study_support.hpp"

namespace arcuate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Files that fits of the good study (12 regions) name: $FC, $FCD, $MAP and others in a text stand
/// for them.
class FitFiles : public testing::Test {
 protected:
  FitFiles() {
    write(
        "fc.csv", [](int i, int j) { return i == j ? 1.0 : 0.1; }, 12, 12);
    write(
        "fc_small.csv", [](int i, int j) { return i == j ? 1.0 : 0.1; }, 10, 10);
    write(
        "fcd.csv", [](int i, int) { return 0.01 * i; }, 40, 1);
    write(
        "map.csv", [](int i, int) { return 0.1 * i - 0.5; }, 12, 1);
    write(
        "ramp.csv", [](int i, int) { return i; }, 12, 1);
    write(
        "short.csv", [](int i, int) { return i; }, 11, 1);
    write(
        "zero.csv", [](int, int) { return 0.0; }, 12, 1);
    write(
        "groups.csv", [](int i, int) { return i < 4 ? 7 : 3; }, 12, 1);
    write(
        "broken.csv", [](int i, int) { return 0.5 * i; }, 12, 1);
  }

  void write(const std::string& name, const std::function<double(int, int)>& value, int rows,
             int columns) const {
    std::ofstream file(place_.path(name));
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < columns; ++j)
        file << (j > 0 ? "," : "") << value(i, j);
      file << "\n";
    }
  }

  /// $NAME is the file NAME.
  [[nodiscard]] std::string filled(std::string text) const {
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$', at + 1)) {
      const std::size_t end = text.find_first_of(",:] }\"", at);
      const std::string name = text.substr(at + 1, end - at - 1);
      if (!name.ends_with(".csv")) continue;
      text.replace(at, end - at, place_.path(name));
    }
    return text;
  }

  /// The good study with a section `fit` in line 19.
  [[nodiscard]] std::string fitted(const std::string& section) const {
    return std::string(good_study).append("fit: ").append(filled(section)).append("\n");
  }

  [[nodiscard]] io::Fit fit(const std::string& section) const {
    return io::fit_of(parse(fitted(section)));
  }

  /// What is varied, with a loss and a budget.
  [[nodiscard]] io::Fit varied(const std::string& vary, const std::string& more = "") const {
    return fit("{ vary: " + vary +
               ", minimise: [{ loss: fc_corr, source: raw, target: $fc.csv }], budget: 100" + more +
               " }");
  }

  Place place_;
};

optimise::Vector vector_of(std::initializer_list<double> values) {
  optimise::Vector vector(static_cast<optimise::Index>(values.size()));
  std::copy(values.begin(), values.end(), vector.begin());
  return vector;
}

std::vector<double> list_of(const std::string& yaml) {
  std::vector<double> values;
  std::string text = yaml.substr(1, yaml.size() - 2);
  std::istringstream stream(text);
  for (std::string cell; std::getline(stream, cell, ',');)
    values.push_back(std::stod(cell));
  return values;
}

TEST_F(FitFiles, BoundsScalesAndStarts) {
  const io::Fit fit = varied(
      "{ coupling.gain: [0, 1], noise.V.sigma: { log: [1e-4, 1e-2], start: 1e-3 }, "
      "connectome.speed: { linear: [2 m/s, 20 mm/ms] }, model.parameters.eta: usual, "
      "monitors.0.period: { integer: [1, 5] }, connectome.normalize: { choices: [max, region_sum], "
      "start: region_sum }, model.parameters.Delta: {logit: [0.1, 0.9]} }");
  const auto& variables = fit.space().variables();
  ASSERT_EQ(variables.size(), 7U);
  EXPECT_EQ(variables[0].name, "coupling.gain");
  EXPECT_EQ(variables[1].scale, optimise::Scale::log);
  EXPECT_EQ(variables[1].start, 1e-3);
  EXPECT_EQ(variables[2].low, 2.0);
  EXPECT_EQ(variables[2].high, 20.0);
  EXPECT_LT(variables[3].low, variables[3].high);
  EXPECT_EQ(variables[4].kind, optimise::Kind::integer);
  EXPECT_EQ(variables[5].kind, optimise::Kind::choice);
  EXPECT_EQ(variables[6].scale, optimise::Scale::logit);
  const auto changes = fit.changes(vector_of({0.25, 0.001, 3, -5, 2, 1, 0.5}), 0, 0, 0);
  EXPECT_THAT(
      io::overrides_of(changes),
      ElementsAre("coupling.gain=0.25", "noise.V.sigma=0.001", "connectome.speed=3",
                  "model.parameters.eta=-5", "monitors.0.period=2",
                  "connectome.normalize=region_sum", "model.parameters.Delta=0.5", "seed=42"));
  EXPECT_NO_THROW(parse(good_study, io::overrides_of(changes)));
}

TEST_F(FitFiles, FixedTiedAndDerived) {
  const io::Fit fit = varied(
      "{ coupling.gain: [0, 1], model.parameters.J: 12, duration: 12 s, model.parameters.eta: { "
      "expression: \"-5 - 2 * coupling.gain + 0 * model.parameters.J\" }, noise.V.sigma: { tied: "
      "coupling.gain, factor: 0.5 }, model.parameters.Delta: { expression: \"$ratio * "
      "noise.V.sigma\" }, $ratio: [1, 2] }");
  ASSERT_EQ(fit.space().dimension(), 2);
  const auto changes = fit.parameter_changes(vector_of({0.5, 2.0}));
  EXPECT_THAT(
      io::overrides_of(changes),
      ElementsAre("coupling.gain=0.5", "model.parameters.J=12", "duration=12 s",
                  "model.parameters.eta=-6", "noise.V.sigma=0.25", "model.parameters.Delta=0.5"));
  std::vector<std::string> names;
  for (const io::Column& column : fit.columns())
    names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("coupling.gain", "$ratio", "model.parameters.eta", "noise.V.sigma",
                                 "model.parameters.Delta"));
  EXPECT_EQ(fit.cells(vector_of({0.5, 2.0}))[2].number, -6.0);
}

/// What is marked is the user's text, not what it became.
TEST_F(FitFiles, AnExpressionsMarkIsBelowIt) {
  const std::string message = message_of([&] {
    static_cast<void>(
        varied("{ coupling.gain: [0, 1], noise.V.sigma: { expression: "
               "\"1 + coupling.gain 2\" } }"));
  });
  EXPECT_THAT(message, HasSubstr("column 19: "));
  EXPECT_THAT(message, HasSubstr("    1 + coupling.gain 2\n                      ^"));
}

/// baseline (1 + sum over maps of coefficient times map), region by region.
TEST_F(FitFiles, MapsMakeValuesByRegion) {
  const io::Fit fit = varied(
      "{ model.parameters.J: { baseline: [10, 20], map: [$map.csv, $ramp.csv], coefficient: [[-1, "
      "1], [0, 0.1]] } }");
  const auto& variables = fit.space().variables();
  ASSERT_EQ(variables.size(), 3U);
  EXPECT_EQ(variables[0].name, "model.parameters.J.baseline");
  EXPECT_EQ(variables[1].name, "model.parameters.J.coefficient[map]");
  EXPECT_EQ(variables[2].high, 0.1);
  const auto values = list_of(fit.parameter_changes(vector_of({10.0, 0.5, 0.1}))[0].value);
  ASSERT_EQ(values.size(), 12U);
  for (int i = 0; i < 12; ++i) {
    EXPECT_NEAR(values[static_cast<std::size_t>(i)], 10.0 * (1.0 + 0.5 * (0.1 * i - 0.5) + 0.1 * i),
                1e-12);
  }
}

TEST_F(FitFiles, WhatFollowsFromValuesByRegionIsByRegion) {
  const io::Fit fit = varied(
      "{ model.parameters.J: { baseline: [10, 20], map: $ramp.csv, coefficient: [0, 1] }, "
      "coupling.gain: [0.5, 2], model.parameters.Delta: { expression: \"coupling.gain / "
      "model.parameters.J\" }, model.parameters.tau: { expression: \"1 / "
      "model.parameters.Delta\" } }");
  const auto changes = fit.parameter_changes(vector_of({10.0, 0.5, 2.0}));
  ASSERT_EQ(changes.size(), 4U);
  const auto by_region = list_of(changes[2].value);
  const auto of_that = list_of(changes[3].value);
  ASSERT_EQ(by_region.size(), 12U);
  ASSERT_EQ(of_that.size(), 12U);
  for (int i = 0; i < 12; ++i) {
    const double expected = 2.0 / (10.0 * (1.0 + 0.5 * i));  // ramp.csv: 0, 1, 2, ...
    EXPECT_NEAR(by_region[static_cast<std::size_t>(i)], expected, 1e-12 * expected);
    EXPECT_NEAR(of_that[static_cast<std::size_t>(i)], 1.0 / expected, 1e-12 / expected);
  }
}

TEST_F(FitFiles, WhatFollowsFromValuesByRegionCannotBeOneNumber) {
  const std::string message = message_of([&] {
    static_cast<void>(
        varied("{ model.parameters.J: { baseline: [10, 20], map: $ramp.csv, coefficient: [0, 1] }, "
               "coupling.gain: { expression: \"0.1 * model.parameters.J\" } }"));
  });
  EXPECT_THAT(message, HasSubstr("coupling.gain"));
  EXPECT_THAT(message, HasSubstr("expected a number, not a list"));
}

TEST_F(FitFiles, MapsAreScaledOnRequest) {
  const io::Fit minmax = varied(
      "{ model.parameters.J: { baseline: 10, map: $ramp.csv, coefficient: [-1, 1], scale: minmax } "
      "}");
  ASSERT_EQ(minmax.space().dimension(), 1);
  const auto values = list_of(minmax.parameter_changes(vector_of({1.0}))[0].value);
  EXPECT_EQ(values.front(), 10.0);
  EXPECT_EQ(values.back(), 20.0);
  const io::Fit zscore = varied(
      "{ model.parameters.J: { baseline: 10, map: $ramp.csv, coefficient: [-1, 1], scale: zscore } "
      "}");
  const auto scores = list_of(zscore.parameter_changes(vector_of({1.0}))[0].value);
  double mean = 0.0;
  double square = 0.0;
  for (const double value : scores) {
    mean += (value / 10.0 - 1.0) / 12.0;
    square += (value / 10.0 - 1.0) * (value / 10.0 - 1.0) / 12.0;
  }
  EXPECT_NEAR(mean, 0.0, 1e-14);
  EXPECT_NEAR(square, 1.0, 1e-13);
}

TEST_F(FitFiles, GroupsAndRegionsHaveVariables) {
  const io::Fit named = varied(
      "{ model.parameters.J: { groups: { front: [0-3], back: [4, 5] }, bounds: { log: [10, 20] }, "
      "others: 15 } }");
  ASSERT_EQ(named.space().dimension(), 2);
  EXPECT_EQ(named.space().variables()[1].name, "model.parameters.J[back]");
  const auto values = list_of(named.parameter_changes(vector_of({11, 12}))[0].value);
  EXPECT_THAT(values, ElementsAre(11, 11, 11, 11, 12, 12, 15, 15, 15, 15, 15, 15));
  const io::Fit file = varied("{ model.parameters.J: { groups: $groups.csv, bounds: [10, 20] } }");
  EXPECT_EQ(file.space().variables()[0].name, "model.parameters.J[3]");
  EXPECT_THAT(list_of(file.parameter_changes(vector_of({11, 12}))[0].value),
              ElementsAre(12, 12, 12, 12, 11, 11, 11, 11, 11, 11, 11, 11));
  const io::Fit free = varied("{ model.parameters.J: { by_region: [10, 20] } }");
  EXPECT_EQ(free.space().dimension(), 12);
}

/// -log of each density without its constant, by hand.
TEST_F(FitFiles, PriorsArePenalties) {
  const auto penalty = [&](const std::string& prior, double at) {
    const io::Fit fit =
        varied("{ model.parameters.J: { linear: [0.5, 20], prior: { " + prior + " } } }");
    const auto penalties = fit.penalties(vector_of({at}));
    EXPECT_EQ(penalties.size(), 1U);
    return penalties.at(0).value;
  };
  EXPECT_NEAR(penalty("normal: [10, 2]", 13), 1.125, 1e-14);
  EXPECT_NEAR(penalty("lognormal: [1, 2]", 3),
              0.125 * std::pow(std::log(3.0) - 1, 2) + std::log(3.0), 1e-13);
  EXPECT_NEAR(penalty("laplace: [10, 2]", 7), 1.5, 1e-14);
  EXPECT_NEAR(penalty("cauchy: [10, 2]", 14), std::log(5.0), 1e-14);
  EXPECT_NEAR(penalty("student_t: [10, 2, 3]", 14), 2.0 * std::log(1.0 + 4.0 / 3.0), 1e-14);
  EXPECT_NEAR(penalty("gamma: [2, 1]", 3), 3.0 - std::log(3.0), 1e-14);
  EXPECT_NEAR(penalty("inverse_gamma: [2, 1]", 3), 3.0 * std::log(3.0) + 1.0 / 3.0, 1e-14);
  EXPECT_NEAR(penalty("exponential: 2", 3), 6.0, 1e-14);
  EXPECT_NEAR(penalty("l1: 1", 3), 2.0, 1e-14);
  EXPECT_NEAR(penalty("l2: 1", 3), 4.0, 1e-14);
  EXPECT_NEAR(penalty("huber: [1, 1]", 4), 2.5, 1e-14);
  const io::Fit weighted = varied(
      "{ model.parameters.Delta: { logit: [0.1, 0.9], prior: { beta: [2, 3], weight: 0.5 } }, "
      "coupling.gain: [0, 1] }");
  const auto penalties = weighted.penalties(vector_of({0.25, 0.5}));
  ASSERT_EQ(penalties.size(), 1U);
  EXPECT_EQ(penalties[0].weight, 0.5);
  EXPECT_EQ(penalties[0].name, "model.parameters.Delta");
  EXPECT_NEAR(penalties[0].value, -std::log(0.25) - 2.0 * std::log(0.75), 1e-14);
}

TEST_F(FitFiles, LossesAsCompareHasThem) {
  const io::Fit fit = this->fit(
      "{ vary: { coupling.gain: [0, 1] }, budget: 10, minimise: [ { loss: fc_corr, source: raw, "
      "target: $fc.csv, pairs: target }, { loss: fcd_ks, source: raw, target: $fcd.csv, weight: "
      "0.5, form: density, window: 1 min, step: 2, from: 30 s, preset: neurolib } ] }");
  const auto& terms = fit.conditions.at(0).minimise;
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_EQ(terms[0].loss, "fc_corr");
  EXPECT_EQ(terms[0].compares, "fc");
  EXPECT_EQ(terms[0].pairs, "target");
  EXPECT_EQ(terms[0].target, place_.path("fc.csv"));
  EXPECT_EQ(terms[0].monitor, "raw");
  EXPECT_EQ(terms[1].loss, "fcd_ks*0.5,form=density");
  EXPECT_EQ(terms[1].window, 60.0);
  EXPECT_EQ(terms[1].step, 2.0);
  EXPECT_EQ(terms[1].from, 30.0);
  EXPECT_EQ(terms[1].preset, "neurolib");
  EXPECT_THAT(fit.inputs, testing::Contains(place_.path("fcd.csv")));
}

TEST_F(FitFiles, AFeatureBringsItsWindowAndPairs) {
  const std::string features =
      "features: [{ kind: fcd, name: mine, monitor: raw, preset: neurolib, window: 2, step: 1, "
      "from: "
      "3, pairs: within_hemispheres }]\n";
  const auto section = [&](const std::string& more) {
    return fitted(
               "{ vary: { coupling.gain: [0, 1] }, budget: 10, minimise: [ { loss: fcd_ks, "
               "source: mine, target: $fcd.csv" +
               more + " } ] }") +
           features;
  };
  const io::FitTerm term = io::fit_of(parse(section(""))).conditions.at(0).minimise.at(0);
  EXPECT_EQ(term.monitor, "raw");
  EXPECT_EQ(term.preset, "neurolib");
  EXPECT_EQ(term.window, 2.0);
  EXPECT_EQ(term.step, 1.0);
  EXPECT_EQ(term.from, 3.0);
  EXPECT_EQ(term.pairs, "within");
  EXPECT_EQ(io::fit_of(parse(section(", window: 4"))).conditions.at(0).minimise.at(0).window, 4.0);
  const std::string filtered = section("") + "";
  const std::string band = message_of([&] {
    static_cast<void>(io::fit_of(parse(
        std::string(filtered).replace(filtered.find("window: 2"), 9, "band: [1, 4], window: 2"))));
  });
  EXPECT_THAT(band, HasSubstr("feature 'mine' has `band`"));
}

TEST_F(FitFiles, SearchesAndIslands) {
  const io::Fit plain = varied("{ coupling.gain: [0, 1] }");
  EXPECT_TRUE(plain.options.islands.empty());
  EXPECT_EQ(plain.options.budget, 100);
  EXPECT_EQ(plain.options_for(4).islands.size(), 1U);
  EXPECT_EQ(plain.options_for(4).islands[0].method, "auto");
  // What the reference has as the default may be written.
  const io::Fit none = varied("{ coupling.gain: [0, 1] }", ", halving: none, verify: none");
  EXPECT_TRUE(!none.halving && !none.verify);
  const io::Fit two = varied("{ coupling.gain: [0, 1], model.parameters.J: [1, 2] }", ", seed: 9");
  EXPECT_EQ(two.options.seed, 9U);
  const auto many = two.options_for(64).islands;
  ASSERT_EQ(many.size(), 3U);
  EXPECT_EQ(many[0].method, "cma,population=32");
  EXPECT_EQ(many[1].method, "cma,population=64");
  EXPECT_EQ(many[2].method, "lshade");
  EXPECT_NO_THROW(optimise::Islands(two.space(), two.options_for(64)));
  const io::Fit list = varied("{ coupling.gain: [0, 1] }",
                              ", islands: [{ method: TBPSA, share: 2 }, de], migration: { "
                              "topology: custom, edges: [[0, 1], "
                              "[0.5, 0]], interval: 3, size: 2, selection: random, acceptance: "
                              "always }, synchronous: true, "
                              "noisy: true");
  ASSERT_EQ(list.options.islands.size(), 2U);
  EXPECT_EQ(list.options.islands[0].share, 2.0);
  EXPECT_EQ(list.options.migration.edges(1, 0), 0.5);
  EXPECT_EQ(list.options.migration.interval, 3);
  EXPECT_EQ(list.options.migration.size, 2);
  EXPECT_EQ(list.options.migration.selection, optimise::Selection::random);
  EXPECT_EQ(list.options.migration.acceptance, optimise::Acceptance::always);
  EXPECT_TRUE(list.options.synchronous);
  EXPECT_TRUE(list.options.noisy);
  EXPECT_EQ(varied("{ coupling.gain: [0, 1] }", ", method: de, islands: 3").options.islands.size(),
            3U);
}

TEST_F(FitFiles, SeveralObjectivesAreSearchedByWhatTakesThem) {
  const io::Fit fit = this->fit(
      "{ vary: { coupling.gain: [0, 1], model.parameters.J: [1, 2] }, budget: 100, objectives: "
      "losses, "
      "minimise: [ { loss: fc_corr, source: raw, target: $fc.csv }, { loss: fc_rmse, source: raw, "
      "target: $fc.csv } ] }");
  EXPECT_EQ(fit.options.objectives, 2);
  for (const int workers : {1, 64, 1000})
    EXPECT_NO_THROW(optimise::Islands(fit.space(), fit.options_for(workers)));
}

TEST_F(FitFiles, RepeatsAndVerificationsHaveSeedsOfTheirOwn) {
  const io::Fit fit = varied("{ coupling.gain: [0, 1] }",
                             ", repeats: 3, average: worst, verify: { best: 4, seeds: 2, set: { "
                             "integrator.dt: 0.05 ms } }");
  EXPECT_EQ(fit.each.repeats, 3);
  EXPECT_EQ(fit.average, io::Average::worst);
  std::set<std::string> seeds;
  for (int repeat = 0; repeat < 3; ++repeat)
    seeds.insert(fit.changes(vector_of({0.5}), 0, repeat, 7).back().value);
  EXPECT_EQ(fit.changes(vector_of({0.5}), 0, 1, 7).back().value,
            fit.changes(vector_of({0.5}), 0, 1, 8).back().value);
  const auto verified = io::overrides_of(fit.verification_changes(vector_of({0.5}), 0, 0));
  EXPECT_EQ(verified.back(), "integrator.dt=0.05 ms");
  seeds.insert(fit.verification_changes(vector_of({0.5}), 0, 0)[1].value);
  seeds.insert(fit.verification_changes(vector_of({0.5}), 0, 1)[1].value);
  EXPECT_EQ(seeds.size(), 5U);
  EXPECT_EQ(parse(good_study, verified).duration, 10000.0);
  const io::Fit independent = varied("{ coupling.gain: [0, 1] }", ", random_numbers: independent");
  EXPECT_TRUE(independent.options.noisy);
  EXPECT_NE(independent.changes(vector_of({0.5}), 0, 0, 7).back().value,
            independent.changes(vector_of({0.5}), 0, 0, 8).back().value);
}

TEST_F(FitFiles, ConditionsShareOrOwnParameters) {
  const io::Fit fit = this->fit(
      "{ vary: { coupling.gain: [0, 1], model.parameters.J: [10, 20], model.parameters.eta: { "
      "expression: \"-coupling.gain\" } }, budget: 10, minimise: [ { loss: fc_corr, source: raw } "
      "], "
      "conditions: [ { name: rest, targets: { fc_corr: $fc.csv } }, { name: task, set: { "
      "connectome.speed: 5 }, targets: { 0: $fc.csv }, weight: 2, own: [coupling.gain] }, { name: "
      "held, targets: { 0: $fc.csv }, weight: 3 } ] }");
  ASSERT_EQ(fit.conditions.size(), 3U);
  EXPECT_EQ(fit.conditions[1].weight, 2.0);
  EXPECT_EQ(fit.conditions[2].weight, 3.0);
  ASSERT_EQ(fit.space().dimension(), 4);
  EXPECT_EQ(fit.space().variables()[1].name, "coupling.gain@task");
  const auto values = vector_of({0.1, 0.2, 0.3, 15});
  EXPECT_THAT(io::overrides_of(fit.changes(values, 1, 0, 0)),
              ElementsAre("coupling.gain=0.2", "model.parameters.J=15", "model.parameters.eta=-0.2",
                          "connectome.speed=5", "seed=42"));
  EXPECT_EQ(fit.columns().back().name, "model.parameters.eta@held");
  EXPECT_EQ(fit.cells(values).back().number, -0.3);
}

TEST_F(FitFiles, ConditionsHaveALimit) {
  std::string conditions;
  for (int k = 0; k < 65537; ++k)
    conditions.append(k == 0 ? "{name: a}" : ", {name: a}");
  const std::string message = message_of([&] {
    static_cast<void>(varied("{ coupling.gain: [0, 1] }", ", conditions: [" + conditions + "]"));
  });
  EXPECT_EQ(message, "resting.yml:19: fit.conditions: 65537 (allowed: up to 65536)");
}

TEST_F(FitFiles, TheTableSaysItAll) {
  const std::string text =
      varied(
          "{ coupling.gain: { log: [0.01, 1], prior: { normal: [0, 1] } }, model.parameters.J: 12, "
          "model.parameters.eta: { expression: \"-coupling.gain\" } }")
          .table();
  for (const char* part : {"coupling.gain", "log", "prior normal [0, 1], weight 1", "fixed: 12",
                           "= -coupling.gain", "fc_corr of raw against", "100 evaluations"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(FitFiles, TheStudyKeepsItsSection) {
  const std::string text = fitted(
      "{ vary: { model.parameters.J: { baseline: [10, 20], map: [$map.csv], coefficient: [-1, 1] } "
      "}, "
      "minimise: [{ loss: fc_corr, source: raw, target: $fc.csv }], budget: 10 }");
  const io::Study study = parse(text);
  EXPECT_TRUE(io::has_fit(study));
  const io::Study again = io::parse_study(study.normalised, "elsewhere/resting.yml", {});
  EXPECT_EQ(io::fit_of(again).space().dimension(), 2);
  EXPECT_EQ(io::without_searches(study), parse(good_study).normalised);
}

TEST_F(FitFiles, RelativeFilesOfANormalisedStudyAreAbsolute) {
  const io::Study study = io::parse_study(
      std::string(good_study) +
          "fit: { vary: { a: { map: [m.npy, n.npy], groups: g.csv } }, minimise: [{ target: "
          "fc.npz:sc }], conditions: [{ targets: { 0: x.npz } }] }\n",
      "folder/resting.yml", {});
  const std::string folder = std::filesystem::absolute("folder").string();
  for (const char* file : {"/m.npy", "/n.npy", "/g.csv", "/fc.npz:sc", "/x.npz"})
    EXPECT_THAT(study.normalised, HasSubstr(folder + file));
  EXPECT_THAT(study.inputs, testing::Contains(folder + "/fc.npz"));
}

/// Corners that a parameter cannot take are told, and do not stop a fit whose start is good.
TEST_F(FitFiles, MapsThatLeadOutsideAreWarnedOf) {
  const io::Fit fit =
      varied("{ noise.V.sigma: { baseline: [0.1, 1], map: $ramp.csv, coefficient: [-1, 1] } }");
  ASSERT_EQ(fit.warnings.size(), 1U);
  EXPECT_THAT(fit.warnings[0], testing::StartsWith("resting.yml:19: fit.vary.noise.V.sigma: "));
}

struct BadFit {
  const char* section;
  const char* message;
  const char* also;
};

#define GAIN "vary: { coupling.gain: [0, 1] }, "
#define LOSS "minimise: [{ loss: fc_corr, source: raw, target: $fc.csv }]"
#define VARIED(text) "{ vary: { " text " }, budget: 10, " LOSS " }"
#define WITH(text) "{ " GAIN "budget: 10, " LOSS ", " text " }"
#define TERM(text) "{ " GAIN "budget: 10, minimise: [{ " text " }] }"

constexpr BadFit bad_fits[] = {
    {"{ budget: 10, " LOSS " }", "fit: vary: missing, but required", ""},
    {"{ " GAIN "budget: 10 }", "fit: minimise: missing, but required", ""},
    {"{ " GAIN LOSS " }", "fit.budget: missing, but required", ""},
    {"{ " GAIN LOSS ", budget: 0 }", "fit.budget: ", "1 to 1000000000"},
    {"{ " GAIN LOSS ", budget: many }", "fit.budget: expected a whole number, not 'many'", ""},
    {WITH("bugdet: 3"), "fit.bugdet: unknown key; did you mean 'budget'?", ""},
    {WITH("seed: -1"), "fit.seed: ", "-1"},
    {VARIED("coupling.gian: [0, 1]"), "fit.vary.coupling.gian: unknown key; did you mean 'gain'?",
     ""},
    {VARIED("gain: [0, 1]"), "fit.vary.gain: 'gain' is neither", ""},
    {VARIED("seed: [0, 1]"), "fit.vary.seed: seeds follow", ""},
    {VARIED("output: [0, 1]"), "fit.vary.output: `output` cannot be varied", ""},
    {VARIED("coupling.gain: 0.5"), "fit.vary: there is nothing to search", ""},
    {VARIED("coupling.gain: [1, 0]"), "fit.vary.coupling.gain: bounds [1, 0] are reversed", ""},
    {VARIED("coupling.gain: [1, 1]"), "fit.vary.coupling.gain: bounds [1, 1] are equal", ""},
    {VARIED("coupling.gain: [0, .inf]"), "fit.vary.coupling.gain: bounds [0, inf]", "finite"},
    {VARIED("coupling.gain: [0, 1, 2]"), "fit.vary.coupling.gain: expected bounds", "3 values"},
    {VARIED("coupling.gain: [0, x]"), "fit.vary.coupling.gain: 'x' does not begin", ""},
    {VARIED("coupling.gain: { log: [0, 1] }"), "fit.vary.coupling.gain: bounds [0, 1] on a log",
     "above 0"},
    {VARIED("coupling.gain: { logit: [0.1, 1] }"), "fit.vary.coupling.gain: ", "inside (0, 1)"},
    {VARIED("coupling.gain: { integer: [0.5, 3] }"), "fit.vary.coupling.gain: ", "whole numbers"},
    {VARIED("coupling.gain: { log: [1, 2], linear: [1, 2] }"),
     "fit.vary.coupling.gain: `log` and "
     "`linear`",
     "one of them"},
    {VARIED("coupling.gain: { log: [1, 2], starts: 1 }"),
     "fit.vary.coupling.gain: unknown key "
     "'starts'; did you mean 'start'?",
     ""},
    {VARIED("coupling.gain: { linear: [1, 2], start: 3 }"), "fit.vary.coupling.gain: start 3",
     "1 to 2"},
    {VARIED("coupling.gain: { lgo: [1, 2] }"),
     "fit.vary.coupling.gain: unknown key 'lgo'; did you "
     "mean 'log'?",
     ""},
    {VARIED("coupling.gain: {}"), "fit.vary.coupling.gain: says neither", ""},
    {VARIED("coupling.gain: usual"), "fit.vary.coupling.gain: `usual`", "only a parameter"},
    {VARIED("connectome.normalize: { choices: [max] }"), "fit.vary.connectome.normalize: 1 choice",
     "two or more"},
    {VARIED("connectome.normalize: { choices: [max, max] }"),
     "fit.vary.connectome.normalize: ", "twice"},
    {VARIED("connectome.normalize: { choices: [max, mix] }"),
     "fit.vary.connectome.normalize: "
     "unknown value 'mix'",
     "max"},
    {VARIED("connectome.normalize: { choices: [max, none], start: min }"),
     "fit.vary.connectome.normalize: start: 'min' is none of", ""},
    {VARIED("connectome: { choices: [{ file: a.npz }, { builtin: 12 }] }"),
     "fit.vary.connectome: ", "a.npz: no such file"},
    {VARIED("connectome.speed: [-1, 1]"), "fit.vary.connectome.speed: 0 is out of range", ""},
    {VARIED("coupling.gain: [0, 1], coupling: { choices: [none, {gain: 1}] }"),
     "fit.vary.coupling: ", "varied already"},
    {VARIED("coupling.gain: [0, 1], noise.V.sigma: { tied: coupling.gian }"),
     "fit.vary.noise.V.sigma: `coupling.gian` is not varied here", "did you mean 'coupling.gain'?"},
    {VARIED(
         "coupling.gain: { tied: noise.V.sigma }, noise.V.sigma: { tied: coupling.gain }, seed: 1, "
         "model.parameters.J: [1, 2]"),
     "fit.vary.", ""},
    {VARIED("coupling.gain: { tied: noise.V.sigma }, noise.V.sigma: { tied: coupling.gain }, "
            "model.parameters.J: [1, 2]"),
     "fit.vary.coupling.gain: follows from itself", ""},
    {VARIED("coupling.gain: [0, 1], noise.V.sigma: { expression: \"2 * coupling.gain +\" }"),
     "fit.vary.noise.V.sigma: expression: ", ""},
    {VARIED("coupling.gain: [0, 1], noise.V.sigma: { expression: \"2 * gain\" }"),
     "fit.vary.noise.V.sigma: `gain` is not varied here", ""},
    {VARIED("coupling.gain: [0, 1], noise.V.sigma: { expression: \"2\" }"),
     "fit.vary.noise.V.sigma: expression: names no other", ""},
    {VARIED("coupling.gain: [0, 1], noise.V.sigma: { expression: \"2 * coupling.gian\" }"),
     "fit.vary.noise.V.sigma: `coupling.gian` is not varied here", ""},
    {VARIED("connectome.normalize: { choices: [max, none] }, coupling.gain: { expression: \"2 * "
            "connectome.normalize\" }"),
     "fit.vary.coupling.gain: expression: "
     "`connectome.normalize` is no number",
     ""},
    {VARIED("coupling.gain: [0, 1], connectome.speed: { expression: \"-coupling.gain\" }"),
     "fit.vary.connectome.speed: ", "out of range"},
    {VARIED("model.parameters.J: { baseline: [1, 2], coefficient: [0, 1] }"),
     "fit.vary.model.parameters.J: `map` is missing", ""},
    {VARIED("model.parameters.J: { baseline: [1, 2], map: $map.csv }"),
     "fit.vary.model.parameters.J: `coefficient` is missing", ""},
    {VARIED("model.parameters.J: { baseline: 1, map: $map.csv, coefficient: 0 }"),
     "fit.vary.model.parameters.J: neither", ""},
    {VARIED("model.parameters.J: { baseline: [1, 2], map: none.csv, coefficient: [0, 1] }"),
     "fit.vary.model.parameters.J: map: none.csv", ""},
    {VARIED("model.parameters.J: { baseline: [1, 2], map: $short.csv, coefficient: [0, 1] }"),
     "fit.vary.model.parameters.J: map: ", "11 numbers: expected 12"},
    {VARIED("model.parameters.J: { baseline: [1, 2], map: $zero.csv, coefficient: [0, 1] }"),
     "fit.vary.model.parameters.J: map: ", "is 0 in all regions"},
    {VARIED("model.parameters.J: { baseline: [1, 2], map: $zero.csv, coefficient: [0, 1], scale: "
            "zscore }"),
     "fit.vary.model.parameters.J: map: ", "cannot be scaled"},
    {VARIED("model.parameters.J: { baseline: [1, 2], map: [$map.csv, $ramp.csv], coefficient: [[0, "
            "1]] }"),
     "fit.vary.model.parameters.J: coefficient: 1 for 2 maps", ""},
    {VARIED(
         "model.parameters.J: { baseline: [1, 2], map: [$map.csv, $map.csv], coefficient: [0, 1] "
         "}"),
     "fit.vary.model.parameters.J: map: two files are called 'map'", ""},
    {VARIED("coupling.gain: { baseline: [1, 2], map: $map.csv, coefficient: [0, 1] }"),
     "fit.vary.coupling.gain: expected a number, not a list", ""},
    {VARIED("model.parameters.J: { groups: { a: [0-3] }, bounds: [1, 2] }"),
     "fit.vary.model.parameters.J: region ", "give `others`"},
    {VARIED("model.parameters.J: { groups: { a: [0-11], b: [3] }, bounds: [1, 2] }"),
     "fit.vary.model.parameters.J.groups.b: ", "is in group 'a' already"},
    {VARIED("model.parameters.J: { groups: { a: [0-12] }, bounds: [1, 2] }"),
     "fit.vary.model.parameters.J.groups.a: no region 12", "0 to 11"},
    {VARIED("model.parameters.J: { groups: $broken.csv, bounds: [1, 2] }"),
     "fit.vary.model.parameters.J: groups: ", "whole numbers"},
    {VARIED("model.parameters.J: { groups: $groups.csv }"),
     "fit.vary.model.parameters.J: `bounds` "
     "is missing",
     ""},
    {VARIED("$x: { by_region: [1, 2] }, coupling.gain: [0, 1]"), "fit.vary.$x: ", "has no regions"},
    {VARIED("coupling.gain: { linear: [0, 1], prior: { gauss: [0, 1] } }"),
     "fit.vary.coupling.gain: prior: there is no prior 'gauss'", "normal"},
    {VARIED("coupling.gain: { linear: [0, 1], prior: { normal: [0, 0] } }"),
     "fit.vary.coupling.gain: prior: normal: 0", "above 0"},
    {VARIED("coupling.gain: { linear: [0, 1], prior: { normal: 1 } }"),
     "fit.vary.coupling.gain: prior: normal: expected [mean, sd]", ""},
    {VARIED("coupling.gain: { linear: [0, 1], prior: { gamma: [1, 1] } }"),
     "fit.vary.coupling.gain: prior: gamma: bounds [0, 1]", "inside (0, inf)"},
    {VARIED("coupling.gain: { linear: [0, 1], prior: { weight: 1 } }"),
     "fit.vary.coupling.gain: prior: names no prior", ""},
    {VARIED("coupling.gain: { linear: [0, 1], prior: { l1: 0, weight: -1 } }"),
     "fit.vary.coupling.gain: prior: weight -1", ">= 0"},
    {"{ " GAIN "budget: 10, minimise: [] }",
     "fit.minimise: expected a list of losses, not an empty", ""},
    {TERM("loss: fc_cor, source: raw, target: $fc.csv"),
     "fit.minimise.0.loss: there is no loss "
     "'fc_cor'; did you mean 'fc_corr'?",
     ""},
    {TERM("source: raw, target: $fc.csv"), "fit.minimise.0.loss: missing", ""},
    {TERM("loss: fc_corr, target: $fc.csv"), "fit.minimise.0.source: missing", "temporal_average"},
    {TERM("loss: fc_corr, source: bold, target: $fc.csv"),
     "fit.minimise.0.source: 'bold' is neither", "raw"},
    {TERM("loss: fc_corr, source: raw"), "fit.minimise.0: target: missing", ""},
    {TERM("loss: fc_corr, source: raw, target: none.csv"),
     "fit.minimise.0.target: none.csv: no such "
     "file",
     ""},
    {TERM("loss: fc_corr, source: raw, target: $fc_small.csv"),
     "fit.minimise.0.target: ", "expected 12 x 12"},
    {TERM("loss: fc_corr, source: raw, target: $fcd.csv"),
     "fit.minimise.0.target: ", "expected a square matrix"},
    {TERM("loss: fc_corr, source: raw, target: $fc.csv, weight: -1"),
     "fit.minimise.0.weight: ", ">= 0"},
    {TERM("loss: fc_corr, source: raw, target: $fc.csv, weight: 0"),
     "fit.minimise: all weights are "
     "0",
     ""},
    {TERM("loss: fc_corr, source: raw, target: $fc.csv, wieght: 1"),
     "fit.minimise.0.wieght: unknown "
     "key; did you mean 'weight'?",
     ""},
    {TERM("loss: fc_corr, source: raw, target: $fc.csv, window: 3"),
     "fit.minimise.0.window: only of "
     "losses of FCD",
     ""},
    {TERM("loss: fc_corr, source: raw, target: $fc.csv, variable: V"),
     "fit.minimise.0.variable: "
     "'raw' has no variable 'V'",
     ""},
    {TERM("loss: fcd_ks, source: raw, target: $fcd.csv, preset: cubmn"),
     "fit.minimise.0.preset: ", "did you mean 'cubnm'?"},
    {TERM("loss: fcd_ks, source: raw, target: $fcd.csv, pairs: target"),
     "fit.minimise.0: pairs: ", "target of FC"},
    {TERM("loss: fcd_ks, source: raw, target: $fcd.csv, form: dense"),
     "fit.minimise.0.loss: ", "density"},
    {TERM("loss: fcd_ks, source: raw, target: $fcd.csv, pairs: some"),
     "fit.minimise.0.pairs: ", "within"},
    {"{ vary: { coupling.gain: [0, 1] }, budget: 100, objectives: losses, method: de, minimise: [{ "
     "loss: fc_corr, source: raw, target: $fc.csv }, { loss: fc_rmse, source: raw, target: $fc.csv "
     "}] "
     "}",
     "fit.method: island 1: method de has one objective, not 2", "nsga2"},
    {WITH("method: cmaes2"), "fit.method: island 1: ", "cmaes2"},
    {"{ vary: { monitors.0.period: { integer: [1, 5] } }, budget: 10, method: nelder_mead, " LOSS
     " }",
     "fit.method: island 1: method nelder_mead cannot take monitors.0.period", ""},
    {"{ vary: { monitors.0.period: { integer: [1, 5] } }, budget: 10, islands: [bobyqa, "
     "nelder_mead], " LOSS " }",
     "fit.islands: island 1: ", "cannot take"},
    {WITH("islands: 0"), "fit.islands: 0 (allowed", ""},
    {WITH("islands: 2.5"), "fit.islands: 2.5 (allowed", ""},
    {WITH("islands: 11"), "fit.islands: budget is 10 for 11 islands", ""},
    {WITH("islands: []"), "fit.islands: the list is empty", ""},
    {WITH("islands: [{ method: de, share: 0 }]"), "fit.islands.0.share: ", "> 0"},
    {WITH("islands: auto, method: de"), "fit.islands: `auto` chooses", ""},
    {WITH("method: de, migration: { size: 2 }"), "fit.migration: there is one island only", ""},
    {WITH("islands: 2, migration: { topology: torus }"), "fit.migration.topology: unknown value",
     "ring"},
    {WITH("islands: 2, migration: { topology: custom }"), "fit.migration.topology: `custom` needs",
     ""},
    {WITH("islands: 2, migration: { edges: [[0, 1], [1, 0]] }"), "fit.migration.edges: only of",
     ""},
    {WITH("islands: 2, migration: { topology: custom, edges: [[0, 1]] }"),
     "fit.migration.edges: 1 "
     "rows for 2 islands",
     ""},
    {WITH("islands: 2, migration: { topology: custom, edges: [[0, 1], [1]] }"),
     "fit.migration.edges: row 1", ""},
    {WITH("islands: 2, migration: { topology: custom, edges: [[0, 2], [1, 0]] }"),
     "fit.migration: an edge", "0 to 1"},
    {WITH("objectives: losses"), "fit.objectives: there is one loss only", ""},
    {WITH("penalties: { inhibition: 1 }"), "fit.penalties.inhibition: needs `each", ""},
    {WITH("each: [tune_inhibition, simulate]"), "fit.each: ", "no inhibitory weight"},
    {WITH("repeats: 0"), "fit.repeats: ", "1 to 1024"},
    {WITH("verify: { best: 0 }"), "fit.verify.best: ", "1 to"},
    {WITH("verify: { set: { integrator.td: 0.1 } }"), "fit.verify.set.integrator.td: unknown key",
     "did you mean"},
    {WITH("verify: { set: { coupling.gain: 0.1 } }"),
     "fit.verify.set: `coupling.gain`: "
     "`coupling.gain` is varied",
     ""},
    {WITH("verify: { set: { integrator.dt: 0.3 } }"), "fit.verify.set.integrator.dt: with ",
     "whole number of steps"},
    {WITH("conditions: []"), "fit.conditions: the list is empty", ""},
    {WITH("conditions: [{ name: a }, { name: a }]"), "fit.conditions.1: name: two conditions", ""},
    {WITH("conditions: [{ name: a, role: test }]"), "fit.conditions: none counts", ""},
    {WITH("conditions: [{ name: a, own: [coupling.gain] }, { name: b, role: test }]"),
     "fit.conditions: 'b' is not trained, and `coupling.gain` is of every condition", ""},
    {WITH("conditions: [{ name: a, set: { coupling: { gain: 3 } } }]"),
     "fit.conditions.0.set: "
     "`coupling.gain`",
     "is varied"},
    {WITH("conditions: [{ name: a, set: { seed: 3 } }]"), "fit.conditions.0.set: seeds follow", ""},
    {WITH("conditions: [{ name: a, own: [coupling.gian] }]"),
     "fit.conditions.0.own: ", "coupling.gain"},
    {WITH("conditions: [{ name: a, targets: { fc_rmse: $fc.csv } }]"),
     "fit.conditions.0.targets.fc_rmse: there is no loss", "fc_corr"},
    {WITH("conditions: [{ name: a, targets: { 0: $fc_small.csv } }]"),
     "fit.conditions.0.targets.0: ", "12 x 12"},
    {"{ " GAIN
     "budget: 10, minimise: [{ loss: fc_corr, source: raw }], conditions: [{ name: a }] }",
     "fit.minimise.0: target: missing, but required here or in condition 'a'", ""},
};

TEST_F(FitFiles, WhatCannotBeMeantIsAnError) {
  for (const BadFit& row : bad_fits) {
    const std::string message = message_of([&] { static_cast<void>(fit(row.section)); });
    EXPECT_THAT(message, testing::StartsWith(std::string("resting.yml:19: ").append(row.message)))
        << row.section;
    EXPECT_THAT(message, HasSubstr(row.also)) << row.section;
  }
}

}  // namespace
}  // namespace arcuate::test
