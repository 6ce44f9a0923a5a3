#include "arcuate/model/limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "arcuate/model/entry.hpp"

namespace arcuate::model {
namespace {

TEST(Limits, WhatIsTakenFollowsFromUnitAndNameUnlessTheDescriptorSaysIt) {
  EXPECT_EQ(takes_of({.name = "T", .unit = "ms", .value = 5, .range = {1, 20}}), Takes::positive);
  EXPECT_EQ(takes_of({.name = "tau_x", .unit = "1", .value = 5, .range = {1, 20}}),
            Takes::positive);
  EXPECT_EQ(takes_of({.name = "C_m", .unit = "pF", .value = 5, .range = {1, 20}}), Takes::positive);
  EXPECT_EQ(takes_of({.name = "T", .unit = "ms", .value = 0, .range = {0, 20}}), Takes::any);
  EXPECT_EQ(takes_of({.name = "a", .unit = "1/ms", .value = 5, .range = {1, 20}}), Takes::any);
  EXPECT_EQ(takes_of({.name = "T", .unit = "ms", .range = {1, 20}, .takes = Takes::any}),
            Takes::any);
}

TEST(Limits, NumbersAreTakenOrNot) {
  EXPECT_FALSE(can_take(Takes::positive, 0.0));
  EXPECT_TRUE(can_take(Takes::positive, 1e-300));
  EXPECT_TRUE(can_take(Takes::not_negative, 0.0));
  EXPECT_FALSE(can_take(Takes::not_negative, -1e-300));
  EXPECT_TRUE(can_take(Takes::fraction, 1.0));
  EXPECT_FALSE(can_take(Takes::fraction, 1.0000001));
  EXPECT_TRUE(can_take(Takes::zero_or_one, 1.0));
  EXPECT_FALSE(can_take(Takes::zero_or_one, 0.5));
  EXPECT_FALSE(can_take(Takes::any, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(can_take(Takes::any, std::numeric_limits<double>::infinity()));
}

TEST(Limits, AllModelsTakeTheirDefaultsAndPresetsAndWhatIsUsual) {
  for (const Entry* entry : catalogue()) {
    for (const ParameterInfo& parameter : entry->info.parameters) {
      const Takes takes = takes_of(parameter);
      EXPECT_TRUE(can_take(takes, parameter.value)) << entry->info.name << parameter.name;
      EXPECT_TRUE(can_take(takes, parameter.range.low)) << entry->info.name << parameter.name;
      EXPECT_TRUE(can_take(takes, parameter.range.high)) << entry->info.name << parameter.name;
    }
    for (const PresetInfo& preset : entry->info.presets) {
      for (const PresetValue& given : preset.values) {
        const auto p = static_cast<std::size_t>(entry->parameter(given.parameter));
        EXPECT_TRUE(can_take(takes_of(entry->info.parameters[p]), given.value))
            << entry->info.name << given.parameter;
      }
    }
  }
}

TEST(Limits, PlausibleRangesHoldWhatIsUsualWithRoomToSpare) {
  for (const Entry* entry : catalogue()) {
    for (const StateInfo& state : entry->info.states) {
      const Range range = plausible_range(state);
      EXPECT_LT(range.low, state.range.low) << entry->info.name << state.name;
      EXPECT_GT(range.high, 10.0 * state.range.high) << entry->info.name << state.name;
      EXPECT_LT(range.low, state.initial) << entry->info.name << state.name;
      EXPECT_GT(range.high, state.initial) << entry->info.name << state.name;
    }
  }
}

TEST(Limits, AnglesRunOnAndRatesOfNeuronsDoNot) {
  EXPECT_EQ(plausible_range(find("Kuramoto")->info.states[0]).high, unbounded);
  EXPECT_EQ(plausible_range(find("Linear")->info.states[0]).high, unbounded);
  for (const char* model : {"ZerlautAdaptationFirstOrder", "ZerlautAdaptationSecondOrder"})
    EXPECT_LE(plausible_range(find(model)->info.states[0]).high, 10.0);
}

}  // namespace
}  // namespace arcuate::model
