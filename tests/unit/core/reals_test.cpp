#include "arcuate/core/reals.hpp"

#include <gtest/gtest.h>

namespace arcuate {
namespace {

TEST(Reals, HoldWhatTheirPrecisionHolds) {
  for (const Stored stored : {Stored::in_double, Stored::in_single}) {
    Reals values(stored, 2);
    values.set(1, 0.1);
    values.push_back(0.2);
    EXPECT_EQ(values.size(), 3U);
    EXPECT_EQ(values[0], 0.0);
    EXPECT_EQ(values[1], rounded(stored, 0.1));
    EXPECT_EQ(values[2], rounded(stored, 0.2));
    Reals others(stored);
    others.append(values, 1, 2);
    EXPECT_EQ(others.size(), 2U);
    EXPECT_EQ(others[1], values[2]);
    others.assign(4, stored);
    EXPECT_EQ(others[1], 0.0);
    EXPECT_EQ(others.stored(), stored);
  }
  EXPECT_EQ(rounded(Stored::in_double, 0.1), 0.1);
  EXPECT_EQ(rounded(Stored::in_single, 0.1), 0.100000001490116119384765625);
}

TEST(Reals, AreAsLongAsTheyAreStored) {
  Reals values(Stored::in_single, 5);
  EXPECT_EQ(values.data<float>()[4], 0.0F);
  EXPECT_EQ(bytes_per_value(values.stored()), 4);
  EXPECT_EQ(bytes_per_value(Stored::in_double), 8);
}

}  // namespace
}  // namespace arcuate
