#include "arcuate/optimise/space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "arcuate/core/error.hpp"

namespace arcuate::optimise {
namespace {

using testing::HasSubstr;

std::string bounds_refused(std::vector<Variable> variables) {
  try {
    Space space(std::move(variables));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

double value_at(const Variable& variable, double unit) {
  return Space({variable}).decode(Vector::Constant(1, unit))[0];
}

Variable beginning(Variable variable, double start) {
  variable.start = start;
  return variable;
}

TEST(Space, AScaleIsMetAtItsEndsAndInTheMiddle) {
  EXPECT_EQ(value_at(real("x", -3.0, 7.0), 0.0), -3.0);
  EXPECT_EQ(value_at(real("x", -3.0, 7.0), 1.0), 7.0);
  EXPECT_EQ(value_at(real("x", -3.0, 7.0), 0.5), 2.0);
  // nevergrad's Log(20..120) begins at 48.99, the geometric mean.
  EXPECT_NEAR(value_at(real("x", 20.0, 120.0, Scale::log), 0.5), 48.98979485566356, 1e-12);
  EXPECT_EQ(value_at(real("x", 0.1, 0.7, Scale::log), 1.0), 0.7);
  EXPECT_NEAR(value_at(real("x", 0.1, 0.9, Scale::logit), 0.5), 0.5, 1e-15);
  EXPECT_NEAR(value_at(real("x", 0.01, 0.5, Scale::logit), 0.5), 1.0 / (1.0 + std::sqrt(99.0)),
              1e-15);
}

TEST(Space, LevelsOfAnIntegerAreEquallyWide) {
  const Space space({integer("k", 2, 5)});
  EXPECT_EQ(space.levels(0), 4);
  for (Index k = 0; k < 4; ++k) {
    EXPECT_DOUBLE_EQ(space.edge(0, k), 0.25 * static_cast<double>(k));
    EXPECT_EQ(space.level(0, 0.25 * static_cast<double>(k) + 0.01), k);
    EXPECT_EQ(value_at(integer("k", 2, 5), 0.25 * static_cast<double>(k) + 0.24),
              2.0 + static_cast<double>(k));
  }
  EXPECT_EQ(space.level(0, 1.0), 3);
  EXPECT_EQ(space.level(0, -5.0), 0);
}

TEST(Space, EveryValueOfEveryKindSurvivesEncodeAndDecode) {
  const Space space({real("a", -1.0, 3.0), real("b", 1e-6, 1e3, Scale::log),
                     real("p", 0.001, 0.999, Scale::logit), integer("k", -3, 1000000),
                     integer("m", 1, 1000, Scale::log), choice("model", {"jr", "wc", "rww"})});
  Vector values(6);
  values << 0.25, 0.0125, 0.37, 123456, 37, 2;
  const Vector back = space.decode(space.encode(values));
  for (Index i = 0; i < 6; ++i)
    EXPECT_NEAR(back[i], values[i], 1e-13 * std::fabs(values[i])) << i;
  for (Index k = 1; k <= 1000; ++k) {
    values[4] = static_cast<double>(k);
    EXPECT_EQ(space.decode(space.encode(values))[4], values[4]);
    EXPECT_EQ(space.level(4, space.encode(values)[4]), k - 1);
  }
}

TEST(Space, BoundsThatNobodyCanHaveMeantAreRefusedWithTheirVariable) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(bounds_refused({}), HasSubstr("nothing to vary"));
  EXPECT_THAT(bounds_refused({real("gain", 2, 1)}), HasSubstr("gain: bounds [2, 1] are reversed"));
  EXPECT_THAT(bounds_refused({real("gain", 1, 1)}), HasSubstr("are equal: give the value instead"));
  EXPECT_THAT(bounds_refused({real("gain", 0, infinite)}),
              HasSubstr("gain: bounds [0, inf] (allowed: finite numbers)"));
  EXPECT_THAT(bounds_refused({real("gain", std::nan(""), 1)}),
              HasSubstr("allowed: finite numbers"));
  EXPECT_THAT(bounds_refused({real("gain", -1e308, 1e308)}), HasSubstr("too far apart"));
  EXPECT_THAT(bounds_refused({real("gain", 0, 1, Scale::log)}),
              HasSubstr("[0, 1] on a log scale (allowed: both above 0)"));
  EXPECT_THAT(bounds_refused({real("gain", -2, -1, Scale::log)}), HasSubstr("log scale"));
  EXPECT_THAT(bounds_refused({real("p", 0.5, 1, Scale::logit)}), HasSubstr("inside (0, 1)"));
  EXPECT_THAT(bounds_refused({real("p", 0, 0.5, Scale::logit)}), HasSubstr("inside (0, 1)"));
  EXPECT_THAT(bounds_refused({real("x", 0, 1), real("x", 0, 2)}),
              HasSubstr("x: there are two variables"));
  EXPECT_THAT(bounds_refused({real("", 0, 1)}), HasSubstr("no name"));
  EXPECT_THAT(bounds_refused({beginning(real("x", 0, 1), 2.0)}),
              HasSubstr("x: start 2 (allowed: 0 to 1)"));
  EXPECT_THAT(bounds_refused({beginning(real("x", 0, 1), std::nan(""))}),
              HasSubstr("x: start nan"));
}

TEST(Space, IntegersAndChoicesHaveTheirOwnRefusals) {
  EXPECT_THAT(bounds_refused({integer("k", 0.5, 3)}),
              HasSubstr("k: bounds [0.5, 3] of an integer"));
  EXPECT_THAT(bounds_refused({integer("k", 0, 9007199254740992.0)}), HasSubstr("whole numbers"));
  EXPECT_THAT(bounds_refused({integer("k", 0, 3, Scale::log)}), HasSubstr("log scale"));
  EXPECT_THAT(bounds_refused({choice("model", {"jr"})}),
              HasSubstr("model: 1 choice(s) (allowed: two or more)"));
  EXPECT_THAT(bounds_refused({choice("model", {"jr", "wc", "jr"})}), HasSubstr("appears twice"));
  const Space space({integer("k", 0, 3), choice("model", {"jr", "wc"})});
  Vector values(2);
  values << 1.5, 0.0;
  EXPECT_THROW(static_cast<void>(space.encode(values)), ConfigError);
  values << 1.0, 2.0;
  EXPECT_THROW(static_cast<void>(space.encode(values)), ConfigError);
}

TEST(Space, TheTableNamesEveryVariable) {
  const std::string table =
      Space({real("coupling.gain", 0.1, 10.0, Scale::log), choice("model", {"jr", "wc"})}).table();
  EXPECT_THAT(table, HasSubstr("coupling.gain"));
  EXPECT_THAT(table, HasSubstr("log"));
  EXPECT_THAT(table, HasSubstr("jr, wc"));
}

}  // namespace
}  // namespace arcuate::optimise
