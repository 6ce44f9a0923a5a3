#include "arcuate/core/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "arcuate/core/error.hpp"

namespace arcuate::units {
namespace {

using testing::HasSubstr;

std::string message(std::string_view text, std::string_view unit) {
  try {
    parse(text, unit);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Units, ConvertToTheUnitAskedFor) {
  EXPECT_DOUBLE_EQ(parse("100 us", "ms"), 0.1);
  EXPECT_DOUBLE_EQ(parse("10 s", "ms"), 10000.0);
  EXPECT_DOUBLE_EQ(parse("4 mm/ms", "mm/ms"), 4.0);
  EXPECT_DOUBLE_EQ(parse("3 m/s", "mm/ms"), 3.0);
  EXPECT_DOUBLE_EQ(parse("2 cm", "mm"), 20.0);
  EXPECT_DOUBLE_EQ(parse("5 Hz", "ms-1"), 0.005);
  EXPECT_DOUBLE_EQ(parse("-65 mV", "V"), -0.065);
  EXPECT_DOUBLE_EQ(parse("100us", "ms"), 0.1);
}

TEST(Units, ANumberAloneIsInTheUnitAlready) {
  EXPECT_EQ(parse("0.1", "ms"), 0.1);
  EXPECT_EQ(parse("1e-3", "ms"), 1e-3);
  EXPECT_EQ(parse("0.02", "1"), 0.02);
}

TEST(Units, BlanksAroundDoNotMatter) {
  EXPECT_DOUBLE_EQ(parse("  100   us\t", "ms"), 0.1);
  EXPECT_EQ(parse(" 7 ", "1"), 7.0);
}

TEST(Units, SpeedsMayBeInfinite) {
  EXPECT_EQ(parse("inf", "mm/ms"), INFINITY);
  EXPECT_EQ(parse("inf m/s", "mm/ms"), INFINITY);
}

TEST(Units, PlainNumbersTakeNoUnit) {
  for (const char* text : {"50 %", "3 1", "2 pi", "90 degrees", "1 rad", "1e3 percent"})
    EXPECT_THROW(parse(text, "1"), ConfigError) << text;
  EXPECT_EQ(parse("3", "1"), 3.0);
}

TEST(Units, CyclesRadiansAndRatesAreToldApart) {
  constexpr double pi = 3.14159265358979323846;
  EXPECT_DOUBLE_EQ(parse("10 Hz", "rad/ms"), 2.0 * pi * 0.01);
  EXPECT_DOUBLE_EQ(parse("0.01 kHz", "rad/ms"), 2.0 * pi * 0.01);
  EXPECT_DOUBLE_EQ(parse("10 rad/s", "rad/ms"), 0.01);
  EXPECT_NEAR(parse("360 degrees/s", "rad/s"), 2.0 * pi, 1e-12);
  EXPECT_DOUBLE_EQ(parse("10 rad/s", "Hz"), 10.0 / (2.0 * pi));
  EXPECT_DOUBLE_EQ(parse("100 Hz", "1/s"), 100.0);
  EXPECT_DOUBLE_EQ(parse("100 1/s", "1/ms"), 0.1);
  EXPECT_DOUBLE_EQ(parse("5 1/s", "Hz"), 5.0);
  EXPECT_NEAR(parse("180 degrees", "rad"), pi, 1e-12);
  EXPECT_THAT(message("10 1/s", "rad/ms"), HasSubstr("radians ('rad/ms') or cycles ('Hz')"));
  EXPECT_THAT(message("10 rad/s", "1/s"), HasSubstr("an angle in place of a rate"));
}

TEST(Units, AnglesHaveManyNames) {
  constexpr double pi = 3.14159265358979323846;
  EXPECT_NEAR(parse("1 turn/s", "Hz"), 1.0, 1e-12);
  EXPECT_NEAR(parse("60 rpm", "Hz"), 1.0, 1e-12);
  EXPECT_NEAR(parse("60 rpm", "rad/s"), 2.0 * pi, 1e-12);
  EXPECT_NEAR(parse("3 cycles/s", "rad/s"), 6.0 * pi, 1e-12);
  EXPECT_NEAR(parse("1e3 mrad/s", "Hz"), 1.0 / (2.0 * pi), 1e-12);
  EXPECT_NEAR(parse("1e-6 GHz", "rad/ms"), 2.0 * pi, 1e-12);
  for (const char* text : {"60 rpm", "3 turn/s", "2 krad/s", "5 degrees/s"})
    EXPECT_THAT(message(text, "1/s"), HasSubstr("an angle in place of a rate")) << text;
  EXPECT_THAT(message("2 sr/ms", "rad/ms"), HasSubstr("power of the angle"));
}

TEST(Units, AReciprocalIsNoConversion) {
  EXPECT_THAT(message("4 ms/mm", "mm/ms"), HasSubstr("reciprocal"));
  EXPECT_THAT(message("10 Hz", "ms"), HasSubstr("reciprocal"));
  EXPECT_THAT(message("10 ms", "Hz"), HasSubstr("reciprocal"));
  EXPECT_THAT(message("3 mV", "1/mV"), HasSubstr("reciprocal"));
}

TEST(Units, OneQuantityHasOneNumber) {
  for (const char* text : {"1 500 ms", "0.1 0.2", "4 ms 3", "1 .5 ms", "2 10 ms", "7 1e3 ms",
                           "1-500 ms", "5(3) ms", "5+3 ms", "2 ms.10", "2 ms*10",
                           "2 ms\xC2\xB7"
                           "10",
                           "3 ms@10", "3 10^3 ms", "5 1/2 ms", "1 s 500 ms"})
    EXPECT_THAT(message(text, "ms"), HasSubstr("two numbers")) << text;
  EXPECT_DOUBLE_EQ(parse("0.5 1/ms", "1/ms"), 0.5);
  EXPECT_DOUBLE_EQ(parse("3 m2", "m2"), 3.0);
  for (const char* text : {"3 1 / ms", "3 ms-1", "3 ms^-1", "3 ms**-1"})
    EXPECT_DOUBLE_EQ(parse(text, "1/ms"), 3.0) << text;
}

TEST(Units, AWrongDimensionIsAnErrorThatNamesBothUnits) {
  const std::string text = message("4 mm", "ms");
  EXPECT_THAT(text, HasSubstr("'4 mm'"));
  EXPECT_THAT(text, HasSubstr("'4 ms'"));
  EXPECT_NE(message("4 ms", "mm/ms"), "");
  EXPECT_NE(message("4 ms", "1"), "");
}

TEST(Units, WhatIsNotAQuantityIsAnError) {
  for (const char* text : {"", "   ", "fast", "ms", "nan", "nan ms", "4 blorp", "4 ms extra 3 %%",
                           "1e999", "0x10", "4,5 ms", "--3", "4 mm/"}) {
    EXPECT_THROW(parse(text, "ms"), ConfigError) << "'" << text << "'";
  }
  EXPECT_THAT(message("4 blorp", "ms"), HasSubstr("'blorp'"));
  EXPECT_THAT(message("fast", "mm/ms"), HasSubstr("'4 mm/ms'"));
}

/// Ends the process with the code of the error that a missing unit database gives.
[[noreturn]] void parse_without_database() {
  setenv("UDUNITS2_XML_PATH", "/no/such/udunits2.xml", 1);
  try {
    parse("4 s", "ms");
  } catch (const Error& error) {
    std::_Exit(static_cast<int>(error.code()));
  }
  std::_Exit(0);
}

TEST(UnitsDeathTest, AMissingDatabaseIsTheEnvironmentsFaultAndUdunitsPrintsNothing) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a fresh process: the database is read once
  EXPECT_EXIT(parse_without_database(), testing::ExitedWithCode(3), "^$");
}

}  // namespace
}  // namespace arcuate::units
