#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "places.hpp"
#include "support.hpp"

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

/// The blocks of YAML in a page that are whole studies.
std::vector<std::string> studies_in(const std::string& page) {
  const std::string begin = "```yaml\n";
  std::vector<std::string> studies;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    const std::string block = page.substr(at, page.find("```", at) - at);
    if (block.find("duration:") != std::string::npos) studies.push_back(block);
  }
  return studies;
}

TEST(Examples, OfThePageForThoseWhoComeFromElsewhereRun) {
  const Folder folder;
  const auto studies = studies_in(content(ARCUATE_SOURCE "/docs/coming-from.md"));
  ASSERT_EQ(studies.size(), 3);
  const Outcome made = folder.shell(
      "/usr/bin/python3 -c \"import numpy\n"
      "for name in 'Cmat', 'Dmat', 'W', 'D': numpy.save(name, numpy.ones((4, 4)))\" "
      "&& " ARCUATE_PROGRAM " connectome generate spatial --regions 20 -o connectivity_76.zip");
  ASSERT_EQ(made.code, 0) << made.err;
  for (const std::string& study : studies) {
    folder.write("s.yml", study);
    const Outcome run =
        folder.arcuate("simulate s.yml --overwrite --set output=s.h5 --set 'duration=20 ms'");
    EXPECT_EQ(run.code, 0) << study << run.err;
  }
}

TEST(Examples, OfStimulationRunsToItsEndOnTwoRanks) {
  const Folder folder;
  const Outcome outcome =
      folder.ranks(2, "simulate '" + (examples / "stimulation.yml").string() + "'");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(std::filesystem::exists(folder.path("stimulation.h5")));
}

TEST(Examples, OfAProtocolRunsThroughItsPhases) {
  const Folder folder;
  const Outcome outcome =
      folder.ranks(2, "simulate '" + (examples / "protocol.yml").string() + "'");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char* phase : {"rest", "stimulation", "lesion"})
    EXPECT_TRUE(std::filesystem::exists(folder.path("protocol-" + std::string(phase) + ".h5")));
}

}  // namespace
}  // namespace arcuate::test
