#include "search/notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcuate {
namespace {

using search::kind_of_note;
using search::Notes;
using search::Outcome;

TEST(Notes, DifferInWordsAndNamesNotInNumbers) {
  EXPECT_EQ(kind_of_note("FC: 3 of 66 pairs are left out"), "FC: # of # pairs are left out");
  EXPECT_EQ(kind_of_note("every -1.5e-3 s (2 s)."), kind_of_note("every 7 s (0.1 s)."));
  EXPECT_NE(kind_of_note("sub1.npz: has no labels"), kind_of_note("sub2.npz: has no labels"));
  EXPECT_NE(kind_of_note("/data/1/fc: no labels"), kind_of_note("/data/2/fc: no labels"));
}

TEST(Notes, AreToldOnceInTheLifeOfAJob) {
  Outcome outcome;
  outcome.warnings = {"dt of 0.3 ms is long"};
  outcome.notes = {"windows of 83 samples", "windows of 84 samples"};
  testing::internal::CaptureStderr();
  Notes first;
  std::vector<std::string> lines = first.tell(outcome, "candidate 4");
  EXPECT_EQ(lines.size(), 2U);
  EXPECT_TRUE(first.tell(outcome, "candidate 5").empty());
  Notes resumed;
  for (const std::string& line : lines)
    EXPECT_TRUE(resumed.read(line));
  EXPECT_FALSE(resumed.read(R"({"id":3,"ending":"done"})"));
  EXPECT_TRUE(resumed.tell(outcome, "candidate 6").empty());
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "arcuate: warning: candidate 4: dt of 0.3 ms is long\n"
            "arcuate: note: candidate 4: windows of 83 samples\n");
}

TEST(Notes, HaveAnEnd) {
  testing::internal::CaptureStderr();
  Notes notes;
  for (int k = 0; k < 1000; ++k)
    static_cast<void>(notes.warn({"note" + std::to_string(k)}, ""));
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 101);
  EXPECT_THAT(told, testing::HasSubstr("there are more notes of candidates"));
}

}  // namespace
}  // namespace arcuate
