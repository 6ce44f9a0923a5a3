#include "arcuate/analysis/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "arcuate/core/error.hpp"

namespace arcuate::analysis {
namespace {

using testing::HasSubstr;

constexpr std::array returned{ReturnInfo{"share", "region", "1", ""}};

/// What is wrong with a feature, or "".
std::string doubt(const OptionInfo& option, std::string_view name = "mine") {
  const std::array options{option};
  try {
    require_sound({.name = name,
                   .meaning = "",
                   .options = options,
                   .returns = returned,
                   .compute = [](const Input&, const Options&) { return Result{}; }});
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

std::string doubt(const Result& result) {
  try {
    require_sound({.name = "mine", .meaning = "", .returns = returned}, result);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(OwnFeature, OptionsThatNobodyCouldReadAreRefused) {
  const auto number = [](std::string_view name, std::string_view allowed) {
    return OptionInfo{name, OptionType::number, "1", "1", allowed, ""};
  };
  for (const char* bounds : {"", "> 0", ">= -2.5", "0 to 1"})
    EXPECT_EQ(doubt(number("low", bounds)), "") << bounds;
  for (const char* bounds : {"positive", "> zero", "0-1", ">0", "0 to", "a to b"})
    EXPECT_THAT(doubt(number("low", bounds)), HasSubstr("feature mine: option 'low': allows '"));
  for (const char* taken : {"until", "band", "plugin", "kind", "name", "pairs", "order"})
    EXPECT_THAT(doubt(number(taken, "")), HasSubstr("this name is taken already"));
  EXPECT_THAT(doubt(number("a b", "")), HasSubstr("is no name"));
  EXPECT_THAT(doubt(number("low", ""), "my-one"), HasSubstr("the feature 'my-one' is no name"));
  EXPECT_THAT(doubt({"way", OptionType::word, "", "", "", ""}), HasSubstr("allows none"));
}

TEST(OwnFeature, AResultMustFitItsAxesAndWhatTheFeatureSaysThatItReturns) {
  const Axis region{"region", "", {}, {"a", "b"}};
  EXPECT_EQ(doubt(Result{{region}, {{"share", "1", {"region"}, {0.5, 0.25}}}, {}}), "");
  EXPECT_EQ(doubt(Result{{}, {{"share", "1", {}, {0.5}}}, {}}), "");
  EXPECT_THAT(doubt(Result{{region}, {{"share", "1", {"region"}, {0.5}}}, {}}),
              HasSubstr("feature mine: result 'share': has 1 values, and its axes 2"));
  EXPECT_THAT(doubt(Result{{region}, {{"share", "1", {"time"}, {0.5, 0.25}}}, {}}),
              HasSubstr("lies along 'time', which is no axis of it"));
  EXPECT_THAT(doubt(Result{{region}, {{"part", "1", {"region"}, {0.5, 0.25}}}, {}}),
              HasSubstr("is not in its table `returns`"));
  EXPECT_THAT(doubt(Result{{region, region}, {}, {}}), HasSubstr("axis 'region': this name is"));
}

}  // namespace
}  // namespace arcuate::analysis
