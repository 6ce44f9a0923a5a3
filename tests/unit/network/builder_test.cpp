#include "arcuate/network/builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/network/plugin.hpp"

namespace arcuate::network {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Builder, EdgesInAnyOrderBecomeRowsWithAscendingSources) {
  const Connectome c =
      from_edges(3, {{2, 1, 0.5, 20.0}, {0, 2, 0.1, 5.0}, {2, 0, 0.25, 10.0}, {0, 1, 0.2, 6.0}});
  EXPECT_THAT(c.row, ElementsAre(0, 2, 2, 4));
  EXPECT_THAT(c.source, ElementsAre(1, 2, 0, 1));
  EXPECT_THAT(c.weight, ElementsAre(0.2, 0.1, 0.25, 0.5));
  EXPECT_THAT(c.length, ElementsAre(6.0, 5.0, 10.0, 20.0));
}

TEST(Builder, AnEdgeGivenTwiceOrOfARegionThatThereIsNotIsAnError) {
  EXPECT_THAT(
      [] {
        static_cast<void>(from_edges(3, {{0, 1, 1.0, 1.0}, {0, 1, 2.0, 1.0}}));
      },
      ThrowsMessage<DataError>(HasSubstr("from region 1 to 0 is given twice")));
  for (const Edge& edge : {Edge{0, 3, 1.0, 0.0}, Edge{-1, 0, 1.0, 0.0}})
    EXPECT_THAT([&] { static_cast<void>(from_edges(3, {edge})); },
                ThrowsMessage<DataError>(HasSubstr("(allowed: 0 to 2)")));
}

TEST(Builder, PointsOnASphereLieOnItAndAreSpread) {
  const auto points = points_on_sphere(50, 30.0);
  ASSERT_EQ(points.size(), 50U);
  double nearest = 100.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_NEAR(distance(points[i], {0.0, 0.0, 0.0}), 30.0, 1e-12);
    for (std::size_t j = 0; j < i; ++j)
      nearest = std::min(nearest, distance(points[i], points[j]));
  }
  EXPECT_GT(nearest, 6.0);  // hexagons of equal area would be 16 mm apart
}

Connectome sound() {
  Connectome c = from_edges(2, {{0, 1, 0.5, 20.0}, {1, 0, 0.5, 20.0}});
  c.labels = {"a", "b"};
  return c;
}

TEST(Builder, WhatContradictsItselfIsNamed) {
  require_sound(sound(), 2);
  const std::vector<std::pair<void (*)(Connectome&), const char*>> cases{
      {[](Connectome& c) {
         c.row = {0, 1};
       },
       "2 begins of rows, where 3 are expected"},
      {[](Connectome& c) {
         c.row = {0, 1, 3};
       },
       "its rows do not hold all edges"},
      {[](Connectome& c) {
         c.row = {0, 9, 2};
       },
       "a row begins before the one above it"},
      {[](Connectome& c) { c.source[1] = 2; }, "region 1: an edge from region 2"},
      {[](Connectome& c) {
         c.row = {0, 0, 2};
       },
       "region 1: its sources do not ascend"},
      {[](Connectome& c) { c.weight.pop_back(); }, "1 weights, where 2 are expected"},
      {[](Connectome& c) { c.weight[0] = NAN; }, "a weight is not finite"},
      {[](Connectome& c) { c.length[0] = -1.0; }, "a length or delay is negative"},
      {[](Connectome& c) { c.length.clear(); }, "0 lengths, where 2 are expected"},
      {[](Connectome& c) {
         c.delay = {1.0, 1.0};
       },
       "it has lengths and delays"},
      {[](Connectome& c) { c.labels[1] = "a"; }, "two regions have the label 'a'"},
      {[](Connectome& c) { c.labels[1] = ""; }, "a label is empty"},
      {[](Connectome& c) { c.centres.resize(1); }, "1 centres, where 2 are expected"},
      {[](Connectome& c) {
         c.centres.assign(2, {0.0, INFINITY, 0.0});
       },
       "not finite"}};
  for (const auto& [spoil, words] : cases) {
    Connectome c = sound();
    spoil(c);
    EXPECT_THAT([&] { require_sound(c, 2); }, ThrowsMessage<DataError>(HasSubstr(words)));
  }
}

constexpr BuilderParameter number(double value, double least, double most, bool whole = false,
                                  std::string_view name = "n", std::string_view unit = "1") {
  return {.name = name,
          .unit = unit,
          .value = value,
          .least = least,
          .most = most,
          .whole = whole,
          .meaning = ""};
}

TEST(Builder, DescriptorsThatContradictThemselvesAreRefused) {
  const auto refused = [](const BuilderParameter& parameter) -> std::string {
    const std::array parameters{parameter};
    const Builder builder{{.name = "b", .meaning = "", .parameters = parameters},
                          [](const BuilderSettings&) { return sound(); }};
    try {
      require_sound(builder);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refused(number(1.0, 0.0, 2.0)), "");
  EXPECT_THAT(refused(number(3.0, 0.0, 2.0)), HasSubstr("its value 3 is outside 0 to 2"));
  EXPECT_THAT(refused(number(1.0, 3.0, 2.0)), HasSubstr("its least value is above its most"));
  EXPECT_THAT(refused(number(1.5, 0.0, 2.0, true)), HasSubstr("its value 1.5 is not whole"));
  EXPECT_THAT(refused(number(NAN, 0.0, 2.0)), HasSubstr("outside"));
  EXPECT_THAT(refused(number(1.0, 0.0, 2.0, false, "seed")), HasSubstr("that of every builder"));
  EXPECT_THAT(refused(number(1.0, 0.0, 2.0, false, "n-1")), HasSubstr("is no name"));
  EXPECT_THAT(refused(number(1.0, 0.0, 2.0, false, "n", "regionish")),
              HasSubstr("the unit 'regionish'"));
}

TEST(Builder, SettingsAreCheckedBeforeItRunsAndLabelsAreCompleted) {
  const std::array parameters{number(2.0, 1.0, 4.0, true, "links")};
  const Builder builder{{.name = "b", .meaning = "", .parameters = parameters, .least_regions = 2},
                        [](const BuilderSettings& s) {
                          return from_edges(s.regions, {{0, 1, s.numbers[0], 1.0}});
                        }};
  const auto with = [&](GlobalIndex regions, double links) {
    return build(builder, {regions, 1, {links}});
  };
  const Connectome c = with(3, 4.0);
  EXPECT_THAT(c.labels, ElementsAre("r000", "r001", "r002"));
  EXPECT_EQ(c.weight.front(), 4.0);
  EXPECT_EQ(c.origin, "builder b (regions 3, seed 1)");
  EXPECT_THAT([&] { with(1, 2.0); }, ThrowsMessage<ConfigError>(HasSubstr("regions: 1 is not")));
  EXPECT_THAT([&] { with(3, 2.5); }, ThrowsMessage<ConfigError>(HasSubstr("links: 2.5 is not")));
  EXPECT_THAT([&] { with(3, 5.0); }, ThrowsMessage<ConfigError>(HasSubstr("1 to 4")));
}

}  // namespace
}  // namespace arcuate::network
