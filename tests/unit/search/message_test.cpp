#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "arcuate/search/trial.hpp"

namespace arcuate {
namespace {

using search::Outcome;

/// Numbers whose bits JSON would lose are among the features, not in its text.
TEST(SearchMessages, OutcomesArriveToTheBit) {
  Outcome outcome;
  outcome.terms = {{"fc_corr", 0.1 + 0.2, std::nan(""), 2.0}};
  outcome.notes = {"a note with \"quotes\"\nand a line end"};
  outcome.warnings = {"a warning"};
  outcome.recording = "x.h5";
  outcome.simulated = 1.5;
  outcome.features = {{"fc", "fc", "1", {{"region", "", {}, {"A", "B"}}}, {1.0 / 3, std::nan("7")}},
                      {"moments", "mean", "Hz", {}, {-0.0}}};
  const Outcome again = search::read_outcome(search::write_outcome(outcome));
  ASSERT_EQ(again.terms.size(), 1U);
  EXPECT_EQ(again.terms[0].value, 0.1 + 0.2);
  EXPECT_TRUE(std::isnan(again.terms[0].loss));
  EXPECT_EQ(again.notes, outcome.notes);
  EXPECT_EQ(again.warnings, outcome.warnings);
  EXPECT_EQ(again.recording, "x.h5");
  ASSERT_EQ(again.features.size(), 2U);
  EXPECT_EQ(again.features[0].axes[0].texts, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(again.features[0].values[0], 1.0 / 3);
  EXPECT_TRUE(std::isnan(again.features[0].values[1]));
  EXPECT_TRUE(std::signbit(again.features[1].values[0]));
}

TEST(SearchMessages, OrdersArrive) {
  const search::Order again = search::read_order(search::write_order(
      {7, 2, {"a.b=[1, 2]", "c={d: e}"}, "000007_repeat2", false, {1.0 / 3, 0.0}}));
  EXPECT_EQ(again.name, "000007_repeat2");
  EXPECT_EQ(again.id, 7U);
  EXPECT_EQ(again.condition, 2U);
  EXPECT_EQ(again.changes, (std::vector<std::string>{"a.b=[1, 2]", "c={d: e}"}));
  EXPECT_EQ(again.correction, (std::vector<double>{1.0 / 3, 0.0}));
}

}  // namespace
}  // namespace arcuate
