#include "arcuate/model/limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "arcuate/model/entry.hpp"
#include "support/region.hpp"

namespace arcuate::model {
namespace {

ParameterInfo parameter(std::string_view name, std::string_view unit, Range range,
                        Takes takes = Takes::derived) {
  return {.name = name,
          .unit = unit,
          .value = range.low,
          .range = range,
          .meaning = "",
          .takes = takes};
}

TEST(Limits, WhatIsTakenFollowsFromUnitAndNameUnlessTheDescriptorSaysIt) {
  EXPECT_EQ(takes_of(parameter("T", "ms", {1, 20})), Takes::positive);
  EXPECT_EQ(takes_of(parameter("tau_x", "1", {1, 20})), Takes::positive);
  EXPECT_EQ(takes_of(parameter("C_m", "pF", {1, 20})), Takes::positive);
  EXPECT_EQ(takes_of(parameter("T", "ms", {0, 20})), Takes::any);
  EXPECT_EQ(takes_of(parameter("a", "1/ms", {1, 20})), Takes::any);
  EXPECT_EQ(takes_of(parameter("T", "ms", {1, 20}, Takes::any)), Takes::any);
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

/// The largest way out of its usual range that a state takes, as a part of the way to where it
/// has diverged.
double way_out(const Entry& entry, const test::Settings& settings, double part) {
  test::Region region(entry.info.name.data(), settings, Method::heun);
  const auto& states = entry.info.states;
  for (std::size_t k = 0; part >= 0.0 && k < states.size(); ++k)
    region.state()[k] = states[k].range.low + part * (states[k].range.high - states[k].range.low);
  double most = 0.0;
  region.advance(10000, 0.02 / entry.info.time_unit, [&] {
    for (std::size_t k = 0; k < states.size(); ++k) {
      const Range range = plausible_range(states[k]);
      const double x = region.state()[k];
      const auto [low, high] = states[k].range;
      const double out =
          x > high ? (x - high) / (range.high - high) : (low - x) / (low - range.low);
      most = std::max(most, std::isfinite(x) ? out : unbounded);
    }
  });
  return most;
}

TEST(Limits, ModelsByThemselvesStayFarInsideOfPlausibleRanges) {
  for (const Entry* entry : catalogue()) {
    if (!entry->info.delayed.empty() || !entry->info.table.columns.empty()) continue;
    std::vector<test::Settings> all(1);
    for (const PresetInfo& preset : entry->info.presets) {
      all.emplace_back();
      for (const PresetValue& given : preset.values)
        all.back().emplace_back(given.parameter.data(), given.value);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const double part : {-1.0, 0.3, 0.6})
        EXPECT_LT(way_out(*entry, all[i], part), 0.1)
            << entry->info.name << ' ' << i << ' ' << part;
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
