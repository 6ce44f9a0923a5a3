#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "arcuate/model/entry.hpp"
#include "arcuate/picture/picture.hpp"
#include "places.hpp"

namespace {

using arcuate::model::Entry;
using testing::HasSubstr;

constexpr const char* how = "run: arcuate models --markdown docs/models";

std::string in_documentation(const std::string& file) {
  std::ifstream in(std::filesystem::path(ARCUATE_SOURCE) / "docs" / "models" / file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Without the curves, whose last pixel may depend on the processor.
std::string without_curves(const std::string& svg) {
  std::istringstream in(svg);
  std::string text, line;
  while (std::getline(in, line))
    text += line.starts_with("<path") ? "" : line + "\n";
  return text;
}

TEST(Picture, EveryModelHasOneOnItsPage) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    const std::string name(entry->info.name);
    const std::string svg = in_documentation(name + ".svg");
    EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n")) << name << ": " << how;
    EXPECT_LT(svg.size(), 30'000U) << name;
    for (const auto& state : entry->info.states)
      EXPECT_THAT(svg, HasSubstr(">" + std::string(state.name) + "</text>")) << name << ": " << how;
    for (const auto& preset : entry->info.presets)
      EXPECT_THAT(svg, HasSubstr(">" + std::string(preset.name) + "</text>"))
          << name << ": " << how;
    const bool planar = entry->info.states.size() == 2 && entry->info.delayed.empty();
    EXPECT_EQ(svg.find("Phase plane") != std::string::npos, planar) << name;
    EXPECT_EQ(svg.find("nan"), std::string::npos) << name;
    EXPECT_THAT(in_documentation(name + ".md"), HasSubstr("](" + name + ".svg)"));
  }
}

TEST(Picture, IsTheOneThatIsGenerated) {
  for (const char* name : {"Linear", "Generic2dOscillator"}) {
    EXPECT_EQ(without_curves(in_documentation(std::string(name) + ".svg")),
              without_curves(arcuate::picture::of_model(*arcuate::model::find(name))))
        << how;
  }
}

// Fixed points of the three regimes by the roots of their cubic: excitable one stable; bistable one
// stable, two not; morris_lecar one stable, two not (numpy.roots, numpy.linalg.eigvals).
TEST(Picture, MarksStableAndUnstableFixedPoints) {
  const std::string svg = arcuate::picture::of_model(*arcuate::model::find("Generic2dOscillator"));
  std::size_t stable = 0, unstable = 0;
  std::istringstream in(svg);
  for (std::string line; std::getline(in, line);) {
    stable += line.starts_with("<circle") && line.find("\"p\"") != std::string::npos ? 1 : 0;
    unstable += line.starts_with("<circle") && line.find("\"q\"") != std::string::npos ? 1 : 0;
  }
  // One of each in the legend.
  EXPECT_EQ(stable, 1U + 3U);
  EXPECT_EQ(unstable, 1U + 4U);
}

}  // namespace
