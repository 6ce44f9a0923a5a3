#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "arcuate/optimise/optimiser.hpp"
#include "optimise/nevergrad.hpp"
#include "places.hpp"

namespace arcuate::optimise {
namespace {

using testing::HasSubstr;

Space reals(Index n) {
  std::vector<Variable> variables;
  for (Index i = 0; i < n; ++i)
    variables.push_back(real("x" + std::to_string(i), -5.0, 5.0));
  return Space(std::move(variables));
}

Space integers(Index n) {
  std::vector<Variable> variables;
  for (Index i = 0; i < n; ++i)
    variables.push_back(integer("k" + std::to_string(i), 0, 3));
  return Space(std::move(variables));
}

std::string chosen(const Space& space, std::int64_t budget, int workers, bool noisy = false,
                   int objectives = 1) {
  const Optimiser search(space, {.method = "auto",
                                 .budget = budget,
                                 .workers = workers,
                                 .noisy = noisy,
                                 .objectives = objectives});
  EXPECT_NE(search.why(), "");
  return std::string(search.method().name);
}

/// Where nevergrad 1.0's NGOpt or NgIohTuned take a method that is here, so does `auto`.
TEST(Automatic, DecidesAsNevergradByDimensionBudgetWorkersAndNoise) {
  for (const Index n : {2, 5, 10, 20, 40}) {
    EXPECT_EQ(chosen(reals(n), 2 * n, 1), "cobyla") << n;
    EXPECT_EQ(chosen(reals(n), 10000, 1, true), "tbpsa") << n;
    EXPECT_EQ(chosen(reals(n), 2000, 1000), "tbpsa") << n;
  }
  for (const std::int64_t budget : {50, 200, 500})
    EXPECT_EQ(chosen(reals(10), budget, 1), "cobyla");
  EXPECT_EQ(chosen(reals(10), 100, 60), "hammersley");
  EXPECT_EQ(chosen(reals(10), 2000, 8), "cma");
  EXPECT_EQ(chosen(reals(10), 100000, 100), "cma");
  EXPECT_EQ(chosen(reals(2500), 100000, 8), "de");
  EXPECT_EQ(chosen(integers(6), 500, 1), "discrete_one_plus_one");
  EXPECT_EQ(chosen(integers(6), 500, 8, true), "discrete_one_plus_one");
  EXPECT_EQ(chosen(reals(4), 500, 8, false, 2), "nsga2");
}

TEST(Automatic, MixedVariablesGoToAMethodThatTakesBoth) {
  const Space mixed({real("x", 0, 1), real("y", 0, 1), integer("k", 0, 9)});
  EXPECT_EQ(chosen(mixed, 100, 1), "cma");
  EXPECT_EQ(chosen(mixed, 5000, 8, true), "cma");
}

TEST(Methods, NamesOfNevergradAreKnownWithTheirSettings) {
  for (const Alias& alias : nevergrad_names()) {
    const Space space =
        std::string_view(alias.text).starts_with("discrete") ? integers(3) : reals(3);
    const Optimiser search(space, {.method = std::string(alias.name), .budget = 100});
    const std::string_view own = alias.text.substr(0, alias.text.find(','));
    EXPECT_TRUE(own == "auto" || search.method().name == own) << alias.name;
  }
  const Optimiser more(reals(3), {.method = "DiagonalCMA,population=20", .budget = 100});
  EXPECT_THAT(more.state(), HasSubstr("lambda 20"));
}

TEST(Methods, EveryMethodAndUsualValueHasASource) {
  for (const MethodKind* kind : methods()) {
    EXPECT_GT(kind->info.source.size(), 8U) << kind->info.name;
    EXPECT_GT(kind->info.meaning.size(), 20U) << kind->info.name;
    for (const MethodOption& option : kind->info.options) {
      EXPECT_GT(option.source.size(), 5U) << kind->info.name << " " << option.name;
      EXPECT_GT(option.meaning.size(), 5U) << kind->info.name << " " << option.name;
    }
  }
}

TEST(Methods, ThePageHasTheTablesOfTheProgram) {
  std::ifstream file(ARCUATE_SOURCE "/docs/optimisers.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  EXPECT_NE(text.find(method_reference()), std::string::npos);  // a matcher would print the page
  EXPECT_NE(text.find(nevergrad_reference()), std::string::npos);
}

}  // namespace
}  // namespace arcuate::optimise
