#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support.hpp"
#include "places.hpp"

/// The studies under jobs/examples.
namespace arcuate::test {
namespace {

const std::filesystem::path examples = std::filesystem::path(ARCUATE_SOURCE) / "jobs" / "examples";

TEST(Examples, AreStudiesThatTheProgramAccepts) {
  const Folder folder;
  int checked = 0;
  for (const auto& file : std::filesystem::directory_iterator(examples)) {
    if (file.path().extension() != ".yml") continue;
    const Outcome outcome = folder.arcuate("check '" + file.path().string() + "'");
    EXPECT_EQ(outcome.code, 0) << file.path() << ": " << outcome.err;
    ++checked;
  }
  EXPECT_GE(checked, 10);
}

TEST(Examples, OfStimulationRunsToItsEndOnTwoRanks) {
  const Folder folder;
  const Outcome outcome =
      folder.ranks(2, "simulate '" + (examples / "stimulation.yml").string() + "'");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(std::filesystem::exists(folder.path("stimulation.h5")));
}

}  // namespace
}  // namespace arcuate::test
