#include "search/along.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace arcuate {
namespace {

using search::KeptArray;
using search::WholeAxes;
using testing::ElementsAre;

KeptArray spectrum(std::vector<double> frequencies, std::vector<std::string> regions,
                   std::vector<double> values) {
  return {"psd",
          "power",
          "1",
          {{"frequency", "Hz", std::move(frequencies), {}}, {"region", "", {}, std::move(regions)}},
          std::move(values)};
}

TEST(Along, EveryCandidateStandsWhereItsAxesSay) {
  const KeptArray slow = spectrum({0.0, 10.0}, {"a", "b"}, {1, 2, 3, 4});
  const KeptArray fast = spectrum({0.0, 5.0, 10.0 + 1e-14}, {"b", "a"}, {5, 6, 7, 8, 9, 10});
  WholeAxes axes;
  axes.add(slow);
  axes.add(fast);
  const auto whole = axes.of(slow);
  EXPECT_THAT(whole[0].values, ElementsAre(0.0, 5.0, 10.0));
  EXPECT_THAT(whole[1].texts, ElementsAre("a", "b"));
  const std::vector<double> placed = axes.placed(slow);
  EXPECT_THAT(std::vector(placed.begin(), placed.begin() + 2), ElementsAre(1, 2));
  EXPECT_TRUE(std::isnan(placed[2]) && std::isnan(placed[3]));
  EXPECT_THAT(std::vector(placed.begin() + 4, placed.end()), ElementsAre(3, 4));
  EXPECT_THAT(axes.placed(fast), ElementsAre(6, 5, 8, 7, 10, 9));
}

TEST(Along, WhatStandsTwiceStaysTwice) {
  const KeptArray twins = spectrum({1.0}, {"x", "x"}, {1, 2});
  WholeAxes axes;
  axes.add(twins);
  EXPECT_EQ(axes.size(twins), 2U);
  EXPECT_THAT(axes.placed(twins), ElementsAre(1, 2));
}

TEST(Along, LabelsOfOneAndNumbersOfAnotherAreOneAxis) {
  const KeptArray named = spectrum({1.0}, {"x", "y"}, {1, 2});
  KeptArray numbered = spectrum({1.0}, {}, {3, 4});
  numbered.axes[1].values = {0.0, 1.0};
  WholeAxes axes;
  axes.add(numbered);
  axes.add(named);
  EXPECT_THAT(axes.of(named)[1].texts, ElementsAre("x", "y", "0", "1"));
  EXPECT_EQ(axes.placed(numbered)[2], 3.0);
  EXPECT_EQ(axes.placed(named)[1], 2.0);
}

}  // namespace
}  // namespace arcuate
