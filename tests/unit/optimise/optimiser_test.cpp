#include "arcuate/optimise/optimiser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/core/error.hpp"
#include "support/functions.hpp"

namespace arcuate::optimise {
namespace {

using functions::Function;
using functions::Shape;
using testing::HasSubstr;
constexpr double inf = std::numeric_limits<double>::infinity();

std::string refused(const std::function<void()>& call) {
  try {
    call();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

Space box(Index n) {
  return Function(Shape::sphere, n, 1).space();
}

std::string refused(const Options& options, const Space& space = box(3)) {
  return refused([&] { Optimiser search(space, options); });
}

/// Every method on a small space, with the text that chooses it.
std::vector<std::string> every_method() {
  std::vector<std::string> names;
  for (const MethodKind* kind : methods())
    names.emplace_back(kind->info.name);
  return names;
}

/// Until a first search has ended, local searches draw nothing.
bool without_chance(const std::string& method) {
  return method == "nelder_mead" || method == "cobyla" || method == "bobyqa";
}

/// Ids, points and losses with up to `workers` candidates out, whose results come in an order by
/// chance.
std::vector<Candidate> history(const Options& options, const Function& f, std::size_t workers,
                               std::uint64_t order) {
  Optimiser search(f.space(), options);
  std::vector<Candidate> all;
  std::vector<Candidate> out;
  for (std::uint64_t step = 0;; ++step) {
    while (out.size() < workers) {
      std::optional<Candidate> candidate = search.ask();
      if (!candidate) break;
      all.push_back(*candidate);
      out.push_back(std::move(*candidate));
    }
    if (out.empty()) return all;
    Draws draws({order, 0}, Purpose::start, step);
    const auto k = static_cast<std::size_t>(draws.below(static_cast<Index>(out.size())));
    search.tell(out[k].id, f(out[k].values));
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(k));
  }
}

bool same(const std::vector<Candidate>& a, const std::vector<Candidate>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Candidate& x, const Candidate& y) {
                      return x.id == y.id && x.unit == y.unit && x.values == y.values;
                    });
}

TEST(Optimiser, WhatNobodyCanHaveMeantIsRefused) {
  EXPECT_THAT(refused({.method = "cma", .budget = 0}),
              HasSubstr("budget is 0 (allowed: 1 or more)"));
  EXPECT_THAT(refused({.method = "cma", .budget = 9, .workers = 0}), HasSubstr("workers is 0"));
  EXPECT_THAT(refused({.method = "cma", .budget = 9, .objectives = 0}),
              HasSubstr("objectives is 0"));
  EXPECT_THAT(refused({.method = "cma", .budget = 9, .objectives = 2}),
              HasSubstr("method cma has one objective"));
  EXPECT_THAT(refused({.method = "cmaa", .budget = 9}),
              HasSubstr("no method 'cmaa'; did you mean 'cma'?"));
  EXPECT_THAT(refused({.method = "DiagonalCMAA", .budget = 9}),
              HasSubstr("did you mean 'DiagonalCMA'?"));
  EXPECT_THAT(refused({.method = "cma,popsize=9", .budget = 9}),
              HasSubstr("there is no option 'popsize'"));
  EXPECT_THAT(refused({.method = "cma,population", .budget = 9}),
              HasSubstr("expected population=VALUE"));
  EXPECT_THAT(refused({.method = "cma,population=3", .budget = 9}),
              HasSubstr("population is '3' (allowed: whole numbers 4 to 1000000)"));
  EXPECT_THAT(refused({.method = "cma,population=10.5", .budget = 9}),
              HasSubstr("population is '10.5'"));
  EXPECT_THAT(refused({.method = "cma,sigma=nan", .budget = 9}), HasSubstr("sigma is 'nan'"));
  EXPECT_THAT(refused({.method = "cma,restarts=ipo", .budget = 9}),
              HasSubstr("allowed: none, ipop, bipop"));
  EXPECT_THAT(refused({.method = "auto,population=9", .budget = 9}),
              HasSubstr("auto takes no options"));
  EXPECT_THAT(refused({.method = "", .budget = 9}), HasSubstr("no method ''"));
}

TEST(Optimiser, LocalSearchesRefuseIntegersAndChoicesByName) {
  const Space space({real("x", 0, 1), choice("model", {"a", "b"}), integer("k", 1, 9)});
  for (const std::string method : {"cobyla", "BOBYQA", "NelderMead"})
    EXPECT_THAT(refused({.method = method, .budget = 9}, space),
                HasSubstr("cannot take model, which is choice (allowed: real variables)"));
  EXPECT_THAT(refused({.method = "bobyqa", .budget = 9}, box(1)), HasSubstr("two or more"));
}

TEST(Optimiser, IdsThatAreNotOutAreRefusedWithoutAnyChange) {
  Optimiser search(box(3), {.method = "cma", .budget = 100});
  const Candidate a = *search.ask();
  const Candidate b = *search.ask();
  search.tell(a.id, 1.0);
  const std::string before = search.save();
  EXPECT_THAT(refused([&] { search.tell(a.id, 0.5); }), HasSubstr("was told already"));
  EXPECT_THAT(refused([&] { search.fail(a.id); }), HasSubstr("was told already"));
  EXPECT_THAT(refused([&] { search.lose(a.id); }), HasSubstr("was told already"));
  EXPECT_THAT(refused([&] { search.tell(0, 0.5); }), HasSubstr("never asked for"));
  EXPECT_THAT(refused([&] { search.tell(999, 0.5); }),
              HasSubstr("candidate 999 was never asked for"));
  const std::vector<double> two{1.0, 2.0};
  EXPECT_THAT(refused([&] { search.tell(b.id, two); }), HasSubstr("2 loss(es) for 1 objective(s)"));
  EXPECT_THAT(refused([&] { search.inject(Vector::Constant(3, 99.0), std::vector{1.0}); }),
              HasSubstr("x0 is 99"));
  EXPECT_THAT(refused([&] { search.inject(Vector::Zero(3), std::vector{inf}); }),
              HasSubstr("not finite"));
  EXPECT_EQ(search.save(), before);
  EXPECT_EQ(search.outstanding(), 1U);
}

TEST(Optimiser, EveryMethodSpendsItsBudgetInsideTheBoxAndImproves) {
  const Function f(Shape::sphere, 3, 5);
  for (const std::string& method : every_method()) {
    Optimiser search(f.space(), {.method = method, .budget = 300, .workers = 4});
    double first = 0.0;
    while (const auto candidate = search.ask()) {
      EXPECT_TRUE((candidate->unit.array() >= 0.0).all() && (candidate->unit.array() <= 1.0).all())
          << method;
      const double loss = f(candidate->values);
      if (first == 0.0) first = loss;
      search.tell(candidate->id, loss);
    }
    EXPECT_EQ(search.told(), 300) << method;
    EXPECT_EQ(search.ended(), Ended::budget) << method;
    EXPECT_LT(search.best()->loss, 0.5 * first) << method;
    EXPECT_EQ(search.best()->loss, f(search.recommendation())) << method;
  }
}

TEST(Optimiser, SynchronousSearchesDoNotDependOnTheOrderOfResults) {
  const Function f(Shape::rosenbrock, 4, 2);
  for (const std::string& method : every_method()) {
    const Options options{
        .method = method, .budget = 260, .seed = 9, .workers = 6, .synchronous = true};
    const auto one = history(options, f, 1, 0);
    EXPECT_TRUE(same(one, history(options, f, 3, 1))) << method;
    EXPECT_TRUE(same(one, history(options, f, 16, 2))) << method;
    EXPECT_EQ(one.size(), 260U) << method;
  }
}

TEST(Optimiser, OneSeedAndOrderGiveOneSearchAndAnotherSeedAnother) {
  const Function f(Shape::rosenbrock, 4, 2);
  for (const std::string& method : every_method()) {
    const Options options{.method = method, .budget = 200, .seed = 9, .workers = 6};
    EXPECT_TRUE(same(history(options, f, 6, 4), history(options, f, 6, 4))) << method;
    if (without_chance(method)) continue;
    Options other = options;
    other.seed = 10;
    EXPECT_FALSE(same(history(options, f, 6, 4), history(other, f, 6, 4))) << method;
    other = options;
    other.island = 1;
    EXPECT_FALSE(same(history(options, f, 6, 4), history(other, f, 6, 4))) << method;
  }
}

TEST(Optimiser, AResumedSearchGoesOnToTheBit) {
  const Function f(Shape::ellipsoid, 4, 3);
  for (const std::string& method : every_method()) {
    const Options options{.method = method, .budget = 220, .seed = 4, .workers = 5};
    Optimiser search(f.space(), options);
    std::vector<Candidate> out;
    for (int step = 0; step < 120; ++step) {
      if (step == 30) search.suggest(Vector::Constant(4, 0.25));
      if (step == 40)
        search.inject(Vector::Constant(4, -1.5), std::vector{f(Vector::Constant(4, -1.5))});
      if (auto candidate = search.ask()) out.push_back(*candidate);
      if (out.size() < 3 && search.method().sequential == false) continue;
      const Candidate done = out.front();
      out.erase(out.begin());
      if (step % 11 == 0)
        search.fail(done.id);
      else if (step % 13 == 0)
        search.lose(done.id);
      else
        search.tell(done.id, f(done.values));
    }
    Optimiser again = Optimiser::restore(f.space(), options, search.save());
    EXPECT_EQ(again.save(), search.save()) << method;
    EXPECT_EQ(again.best()->unit, search.best()->unit);
    for (const Candidate& candidate : out) {
      search.tell(candidate.id, f(candidate.values));
      again.tell(candidate.id, f(candidate.values));
    }
    while (const auto candidate = search.ask()) {
      const auto twin = again.ask();
      ASSERT_TRUE(twin && twin->id == candidate->id && twin->unit == candidate->unit) << method;
      search.tell(candidate->id, f(candidate->values));
      again.tell(candidate->id, f(candidate->values));
    }
    EXPECT_FALSE(again.ask());
  }
}

TEST(Optimiser, ADamagedOrForeignRecordIsRefused) {
  const Options options{.method = "cma", .budget = 50};
  Optimiser search(box(3), options);
  for (int k = 0; k < 20; ++k)
    search.tell(search.ask()->id, 0.1 * k);
  const std::string text = search.save();
  const auto restored = [&](const std::string& t, const Options& o) {
    return refused([&] { Optimiser::restore(box(3), o, t); });
  };
  EXPECT_EQ(restored(text, options), "");
  for (std::size_t at = 20; at < text.size(); at += 97) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_THAT(restored(damaged, options), HasSubstr("cannot be continued")) << at;
  }
  EXPECT_THAT(restored(text.substr(0, text.size() - 10), options), HasSubstr("checksum"));
  EXPECT_THAT(restored("", options), HasSubstr("does not begin"));
  Options other = options;
  other.seed = 2;
  EXPECT_THAT(restored(text, other), HasSubstr("variables or options have changed"));
  EXPECT_THAT(refused([&] { Optimiser::restore(box(4), options, text); }),
              HasSubstr("have changed"));
}

TEST(Optimiser, FailuresRankBehindEverythingWhateverTheyAreCalled) {
  for (const double what : {std::nan(""), inf, -inf}) {
    Optimiser search(box(3), {.method = "cma", .budget = 200});
    const Candidate a = *search.ask();
    search.tell(a.id, what);
    EXPECT_FALSE(search.best()) << what;
    const Candidate b = *search.ask();
    search.tell(b.id, 1e300);
    EXPECT_EQ(search.best()->id, b.id);
    EXPECT_EQ(search.failed(), 1);
  }
}

TEST(Optimiser, ASearchInWhichAllFailsEndsAndSaysSo) {
  for (const std::string& method : every_method()) {
    Optimiser search(box(3), {.method = method, .budget = 100000});
    int asked = 0;
    while (const auto candidate = search.ask()) {
      ++asked;
      search.fail(candidate->id);
    }
    EXPECT_EQ(asked, 50) << method;
    EXPECT_EQ(search.ended(), Ended::failing) << method;
  }
}

TEST(Optimiser, LostCandidatesCostNothing) {
  const Function f(Shape::sphere, 5, 3);
  for (const bool synchronous : {false, true}) {
    Optimiser search(
        f.space(),
        {.method = "cma,start=random,tolx=1e-11", .budget = 3000, .synchronous = synchronous});
    std::uint64_t asked = 0;
    while (const auto candidate = search.ask()) {
      if (++asked % 4 == 0)
        search.lose(candidate->id);
      else
        search.tell(candidate->id, f(candidate->values));
    }
    EXPECT_EQ(search.told(), 3000);
    EXPECT_GT(asked, 3900U);
    EXPECT_LT(search.best()->loss, 1e-8);
  }
}

TEST(Optimiser, ASuggestionIsTheNextCandidate) {
  Optimiser search(box(3), {.method = "de", .budget = 10});
  Vector values(3);
  values << 1.0, -2.0, 3.0;
  search.suggest(values);
  const Candidate candidate = *search.ask();
  EXPECT_TRUE(candidate.values.isApprox(values, 1e-14));
  search.tell(candidate.id, 0.0);
  EXPECT_EQ(search.best()->id, candidate.id);
}

TEST(Optimiser, EveryAskIsAnsweredWhileResultsAreOut) {
  const Function f(Shape::sphere, 3, 1);
  for (const MethodKind* kind : methods()) {
    if (kind->info.sequential) continue;
    Optimiser search(f.space(),
                     {.method = std::string(kind->info.name), .budget = 500, .workers = 8});
    for (int k = 0; k < 500; ++k)
      EXPECT_TRUE(search.ask()) << kind->info.name << " " << k;
  }
}

TEST(Optimiser, IntegersAndChoicesAreFound) {
  const Space space(
      {real("x", -2, 2), integer("k", 1, 40), choice("c", {"a", "b", "c", "d", "e"})});
  for (const MethodKind* kind : methods()) {
    if (!kind->info.discrete || std::string_view(kind->info.name) == "nsga2") continue;
    Optimiser search(space, {.method = std::string(kind->info.name), .budget = 1500, .seed = 3});
    while (const auto candidate = search.ask()) {
      const Vector& v = candidate->values;
      search.tell(candidate->id, std::pow(v[0] - 0.5, 2) + std::pow(0.1 * (v[1] - 17), 2) +
                                     (v[2] == 3.0 ? 0.0 : 1.0));
    }
    EXPECT_LT(search.best()->loss, 0.1) << kind->info.name;
    EXPECT_EQ(space.decode(search.best()->unit)[2], 3.0) << kind->info.name;
  }
}

TEST(Optimiser, TenThousandResultsOutOfOrder) {
  const Function f(Shape::sphere, 4, 1);
  const Options options{.method = "cma", .budget = 10000, .workers = 500};
  const auto all = history(options, f, 500, 3);
  EXPECT_EQ(all.size(), 10000U);
}

}  // namespace
}  // namespace arcuate::optimise
