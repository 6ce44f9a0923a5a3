#include "report/studied.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace arcuate::report {
namespace {

using io::ColumnRole;
using io::ResultColumn;
using io::ResultTable;
using testing::ElementsAre;
using Json = nlohmann::ordered_json;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

ResultColumn numbers(const char* name, std::vector<double> values, ColumnRole role) {
  return {name, "1", "", std::move(values), {}, role};
}

ResultColumn parameter(const char* name, std::vector<double> values, const char* scale, double low,
                       double high) {
  ResultColumn column = numbers(name, std::move(values), ColumnRole::parameter);
  column.scale = scale;
  column.low = low;
  column.high = high;
  return column;
}

/// A fit with these losses; a candidate without one has failed.
ResultTable fit_of(std::vector<double> losses, std::vector<ResultColumn> parameters) {
  const std::size_t n = losses.size();
  ResultTable table;
  table.kind = "fit";
  table.first = 1;
  table.planned = static_cast<std::int64_t>(n);
  table.columns = std::move(parameters);
  ResultColumn status{"status", "", "", {}, {}, ColumnRole::ending}, reason = status;
  reason.name = "reason";
  for (const double loss : losses) {
    status.texts.emplace_back(std::isnan(loss) ? "failed" : "done");
    reason.texts.emplace_back(std::isnan(loss) ? "diverged" : "");
  }
  table.columns.push_back(numbers("loss", std::move(losses), ColumnRole::loss));
  table.columns.push_back(status);
  table.columns.push_back(reason);
  table.columns.push_back(numbers("seconds", std::vector<double>(n, 1.0), ColumnRole::ending));
  table.columns.push_back(numbers("worker", std::vector<double>(n, 0.0), ColumnRole::ending));
  return table;
}

struct Spell {
  double candidate, verification, worker, start, seconds;
  const char* status = "done";
};

void add_evaluations(const std::vector<Spell>& spells, ResultTable& table) {
  const char* names[] = {"candidate", "condition", "repeat", "verification",
                         "worker",    "start",     "seconds"};
  for (const char* name : names)
    table.evaluations.push_back(numbers(name, {}, ColumnRole::design));
  table.evaluations.push_back({"status", "", "", {}, {}, ColumnRole::design});
  for (const Spell& one : spells) {
    const double cells[] = {one.candidate, 0,         0,          one.verification,
                            one.worker,    one.start, one.seconds};
    for (std::size_t c = 0; c < std::size(cells); ++c)
      table.evaluations[c].numbers.push_back(cells[c]);
    table.evaluations.back().texts.emplace_back(one.status);
  }
}

TEST(Studied, RanksByLossAndLeavesOutWhatHasNone) {
  const ResultTable table = fit_of({3, none, 1, 2, 1}, {});
  const Studied studied(table);
  EXPECT_THAT(studied.ranked(), ElementsAre(2, 4, 3, 0));
  EXPECT_EQ(studied.best(), 2U);
  EXPECT_EQ(studied.number(studied.best()), 3);
  EXPECT_EQ(studied.count_failed(), 1U);
  EXPECT_EQ(studied.count_done(), 4U);
}

TEST(Studied, WhatWasVerifiedDecidesWhichIsTheBest) {
  ResultTable table = fit_of({3, 1, 2, 4}, {});
  table.columns.push_back(numbers("verified_loss", {none, 2.5, 2.25, none}, ColumnRole::check));
  EXPECT_EQ(Studied(table).best(), 2U);
}

TEST(Studied, OfAllThatFailedNoneIsTheBest) {
  const ResultTable table = fit_of({none, none}, {parameter("x", {0.1, 0.2}, "linear", 0, 1)});
  const Studied studied(table);
  EXPECT_EQ(studied.best(), studied.size());
  EXPECT_TRUE(best_chart(studied, {}).is_null());
  EXPECT_TRUE(convergence_chart(studied).is_null());
  EXPECT_TRUE(narrowed_chart(studied).is_null());
  const Json all = candidates_chart(studied);
  EXPECT_EQ(all["quantities"][0]["name"], "seconds");
  EXPECT_EQ(all["minimised"], false);
}

TEST(Studied, PlacesAreEqualStepsOfTheScale) {
  EXPECT_NEAR(place_of(1e-3, "log", 1e-4, 1e-2), 0.5, 1e-12);
  EXPECT_NEAR(place_of(0.5, "logit", 0.1, 0.9), 0.5, 1e-12);
  // log(0.8/0.2) = log 4 of log 9 on either side of 0.
  EXPECT_NEAR(place_of(0.8, "logit", 0.1, 0.9), 0.5 + 0.5 * std::log(4.0) / std::log(9.0), 1e-12);
  EXPECT_NEAR(place_of(2.0, "linear", 1.0, 5.0), 0.25, 1e-12);
  EXPECT_TRUE(std::isnan(place_of(-1.0, "log", 1e-4, 1e-2)));
}

TEST(Convergence, FollowsTheOrderInWhichCandidatesEnded) {
  ResultTable table = fit_of({5, 4, none, 3, 6}, {});
  table.columns.push_back(numbers("island", {0, 1, 0, 0, 1}, ColumnRole::design));
  // Candidate 1 has a second simulation that ends last; the verification of 4 does not count.
  add_evaluations({{1, 0, 0, 0, 1},
                   {5, 0, 0, 1, 1},
                   {4, 0, 0, 2, 1},
                   {2, 0, 0, 3, 1},
                   {3, 0, 0, 4, 1, "failed"},
                   {1, 0, 0, 5, 1},
                   {5, 1, 0, 6, 1}},
                  table);
  table.islands = {{"method", "", "", {}, {"cma", "de"}}};
  table.migrations = {
      numbers("after", {3}, ColumnRole::design), numbers("from", {1}, ColumnRole::design),
      numbers("to", {0}, ColumnRole::design), numbers("loss", {4}, ColumnRole::design)};
  const Json json = convergence_chart(Studied(table));
  EXPECT_EQ(json["best"].dump(), "[[1,6.0,5],[2,3.0,4]]");
  EXPECT_EQ(json["failed"].dump(), "[4]");
  EXPECT_EQ(json["points"].dump(), "[[1,6.0,5,1],[2,3.0,4,0],[3,4.0,2,1],[5,5.0,1,0]]");
  EXPECT_EQ(json["islands"][0]["best"].dump(), "[[2,3.0,4]]");
  EXPECT_EQ(json["islands"][1]["best"].dump(), "[[1,6.0,5],[3,4.0,2]]");
  EXPECT_EQ(json["islands"][1]["method"], "de");
  EXPECT_EQ(json["islands"][0]["candidates"], 3);
  EXPECT_EQ(json["migrations"].dump(), "[[3.0,1.0,0.0,4.0]]");
}

TEST(Narrowed, WidthsAndCorrelationsAreThoseOfNumPy) {
  std::vector<double> a, b, loss;
  for (int k = 0; k < 40; ++k) {
    a.push_back(std::sin(1.3 * k) * 0.5 + 0.5);
    b.push_back(std::exp(-3.0 + 2.0 * (std::cos(0.7 * k) * 0.5 + 0.5)));
    loss.push_back(std::pow(a.back() - 0.4, 2) + 0.3 * std::pow(std::log(b.back()) + 2.0, 2));
  }
  const ResultTable table =
      fit_of(loss, {parameter("a", a, "linear", 0, 1),
                    parameter("b", b, "log", std::exp(-3.0), std::exp(-1.0)),
                    parameter("c", std::vector<double>(40, 2.0), "linear", 0, 4)});
  const Json json = narrowed_chart(Studied(table));
  EXPECT_EQ(json["chosen"], 10);
  EXPECT_EQ(json["of"], 40);
  const auto near = [](const Json& value, double expected) {
    EXPECT_NEAR(value.get<double>(), expected, 6e-5 * std::abs(expected));
  };
  near(json["widths"][0]["from"], 0.08584767130858813);
  near(json["widths"][0]["middle"], 0.44665890412745834);
  near(json["widths"][0]["to"], 0.7135600087795068);
  near(json["widths"][1]["from"], 0.24360524658294402);
  near(json["widths"][1]["middle"], 0.5558536455366012);
  near(json["widths"][1]["width"], 0.757313952207376 - 0.24360524658294402);
  near(json["correlation"][0][1], 0.28090186889151897);
  near(json["correlation"][1][0], 0.28090186889151897);
  EXPECT_TRUE(json["correlation"][0][2].is_null()) << "c does not vary";
  EXPECT_EQ(json["widths"][2]["width"], 0.0);
}

TEST(Narrowed, IsNotSaidOfAFew) {
  const ResultTable table =
      fit_of(std::vector<double>(9, 1.0), {parameter("a", std::vector<double>(9, 0.5), "", 0, 1)});
  EXPECT_TRUE(narrowed_chart(Studied(table)).is_null());
}

TEST(Workers, ATimeInWhichNoneWasBusyIsCutOut) {
  ResultTable table = fit_of({1, 2, 3}, {});
  add_evaluations({{1, 0, 7, 100, 4}, {2, 0, 3, 101, 5}, {3, 1, 3, 1000, 2}}, table);
  const Json json = workers_chart(Studied(table));
  EXPECT_EQ(json["lanes"].dump(), "[3,7]");
  EXPECT_EQ(json["seconds"], 8.0);  // 100 to 106 and 1000 to 1002
  EXPECT_EQ(json["breaks"].dump(), "[[6.0,894.0]]");
  EXPECT_EQ(json["bars"].dump(), "[[1,0.0,4.0,0,1.0],[0,1.0,6.0,0,2.0],[0,6.0,8.0,1,3.0]]");
  EXPECT_EQ(json["shares"].dump(), "[0.875,0.5]");
  EXPECT_EQ(json["busy"], 11.0);
}

TEST(Workers, ThousandsOfSimulationsAreSharesOfTime) {
  ResultTable table = fit_of({1, 2}, {});
  std::vector<Spell> spells;
  for (int k = 0; k < 4000; ++k)
    spells.push_back({1.0 + k % 2, 0, 0, 1.0 * k, k < 3999 ? 0.5 : 1.0});
  add_evaluations(spells, table);
  const Json json = workers_chart(Studied(table));
  ASSERT_TRUE(json.contains("grid"));
  EXPECT_EQ(json["grid"]["columns"], 400);
  EXPECT_EQ(json["seconds"], 4000.0);
  EXPECT_NEAR(json["shares"][0].get<double>(), 2000.5 / 4000.0, 1e-5);
  // Ten halves of a second in ten seconds: level 32767 of 65534 is 0x7FFF, in all bins but the
  // last.
  const auto data = json["grid"]["data"].get<std::string>();
  EXPECT_EQ(data.substr(0, 8), "/3//f/9/");
  EXPECT_NE(data.substr(data.size() - 4), "f/9/");
}

TEST(Workers, OfATableWithoutStartsNothingIsSaid) {
  ResultTable table = fit_of({1, 2}, {});
  EXPECT_TRUE(workers_chart(Studied(table)).is_null());
  add_evaluations({{1, 0, 0, none, 4}}, table);
  EXPECT_TRUE(workers_chart(Studied(table)).is_null());
}

TEST(Candidates, OfTenThousandTheBestAndEverySoManyAreOnThePage) {
  std::vector<double> loss(10000), x(10000);
  for (std::size_t k = 0; k < loss.size(); ++k) {
    loss[k] = static_cast<double>((k * 7919) % 10000);
    x[k] = static_cast<double>(k);
  }
  const ResultTable table = fit_of(loss, {parameter("x", x, "linear", 0, 10000)});
  const Studied studied(table);
  const Json json = candidates_chart(studied);
  EXPECT_EQ(json["total"], 10000);
  const auto shown = json["shown"].get<std::size_t>();
  EXPECT_LE(shown, 3000U);
  EXPECT_GE(shown, 2500U);
  EXPECT_EQ(json["number"].size(), shown);
  const auto values = json["quantities"][0]["values"].get<std::vector<double>>();
  for (double best = 0; best < 1000; ++best)
    ASSERT_EQ(std::count(values.begin(), values.end(), best), 1) << best;
  EXPECT_GT(*std::max_element(values.begin(), values.end()), 9000.0);
  EXPECT_LT(json.dump().size(), 200000U);
}

TEST(Candidates, ThoseThatWereNotEvaluatedAreNotShown) {
  ResultTable table = fit_of({3, none, 1, none}, {});
  for (ResultColumn& column : table.columns) {
    if (column.name == "status") column.texts = {"done", "missing", "done", "failed"};
  }
  const Json json = candidates_chart(Studied(table));
  EXPECT_EQ(json["total"], 3);
  EXPECT_EQ(json["number"].dump(), "[1,3,4]");
}

TEST(Candidates, WordsAreNumbered) {
  ResultTable table = fit_of({1, 2, 3}, {});
  table.columns.push_back({"preset", "", "", {}, {"b", "a", "b"}, ColumnRole::parameter});
  const Json column = candidates_chart(Studied(table))["parameters"][0];
  EXPECT_EQ(column["words"].dump(), R"(["b","a"])");
  EXPECT_EQ(column["values"].dump(), "[0,1,0]");
}

TEST(Failures, ThatDifferInNumbersAloneAreOneKind) {
  ResultTable table = fit_of({none, none, none, 1, none}, {});
  for (ResultColumn& column : table.columns) {
    if (column.name == "reason")
      column.texts = {"r is -1.5e+04 at t = 2", "no weights", "r is 3 at t = 4.25", "",
                      "r is 2e-5 at t = 17"};
  }
  const Json json = failures_chart(Studied(table));
  ASSERT_EQ(json["kinds"].size(), 2U);
  EXPECT_EQ(json["kinds"][0]["count"], 3);
  EXPECT_EQ(json["kinds"][0]["numbers"].dump(), "[1,3,5]");
  EXPECT_EQ(json["kinds"][0]["reason"], "r is -1.5e+04 at t = 2");
  EXPECT_EQ(json["kinds"][1]["numbers"].dump(), "[2]");
}

TEST(SweepGrid, HasEveryCellInTheOrderOfTheCandidates) {
  ResultTable table = fit_of({0, 1, none, 3, 4, 2}, {});
  table.kind = "sweep";
  table.grid = {{"x", "1", {0.5, 1.5}, {}}, {"preset", "", {}, {"a", "b", "c"}}};
  const Json json = grid_chart(Studied(table));
  EXPECT_EQ(json["axes"][0]["values"].dump(), "[0.5,1.5]");
  EXPECT_EQ(json["axes"][1]["texts"].dump(), R"(["a","b","c"])");
  EXPECT_EQ(json["endings"], "001000");
  EXPECT_EQ(json["best"], 0);
  // Levels 0, 16384 (16383.5), 65535, 49151 (49150.5), 65534, 32767.
  EXPECT_EQ(json["quantities"][0]["data"], "AAAAQP///7/+//9/");
  EXPECT_TRUE(convergence_chart(Studied(table)).is_null());
}

TEST(Best, HasItsArraysAndWhereItsParametersLie) {
  ResultTable table = fit_of({2, 1}, {parameter("s", {1e-2, 1e-3}, "log", 1e-4, 1e-2)});
  io::ResultArray psd{"psd", "power", "mV2/Hz", {{"frequency", "Hz", {1, 2, 3}, {}}}, nullptr};
  psd.values = [](std::size_t k) { return std::vector<double>{1.0 + double(k), 5, none}; };
  table.arrays = {psd};
  const Json json = best_chart(Studied(table), {{"spikes.rate of E0", "Hz", 5.5, 6.0}});
  ASSERT_EQ(json["beside"].size(), 1U);
  EXPECT_EQ(json["beside"][0].dump(),
            R"({"name":"spikes.rate of E0","unit":"Hz","value":5.5,"target":6.0})");
  EXPECT_EQ(json["number"], 2);
  EXPECT_EQ(json["parameters"][0]["place"], 0.5);
  EXPECT_EQ(json["arrays"][0]["line"].dump(), "[2.0,5.0,null]");
  EXPECT_EQ(json["arrays"][0]["along"].dump(), "[1.0,2.0,3.0]");
}

}  // namespace
}  // namespace arcuate::report
