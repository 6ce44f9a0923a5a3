#include "arcuate/model/describe.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using arcuate::model::Entry;

const std::filesystem::path pages = std::filesystem::path(ARCUATE_SOURCE) / "docs" / "models";

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(Describe, PagesInTheDocumentationAreTheGeneratedOnes) {
  for (const Entry* entry : arcuate::model::catalogue()) {
    const std::string name(entry->info.name);
    EXPECT_EQ(content(pages / (name + ".md")), arcuate::model::markdown(*entry))
        << "run: arcuate models --markdown docs/models";
  }
  EXPECT_EQ(content(pages / "README.md"), arcuate::model::markdown_index());
}

TEST(Describe, EveryPageInTheDocumentationBelongsToAModel) {
  for (const auto& file : std::filesystem::directory_iterator(pages)) {
    const std::string stem = file.path().stem().string();
    EXPECT_TRUE(stem == "README" || arcuate::model::find(stem) != nullptr) << file.path();
  }
}

TEST(Describe, IndexListsEveryModelUnderItsCategory) {
  const std::string index = arcuate::model::index();
  for (const Entry* entry : arcuate::model::catalogue()) {
    const auto category = index.find(entry->info.category);
    ASSERT_NE(category, std::string::npos);
    EXPECT_NE(index.find("  " + std::string(entry->info.name) + " ", category), std::string::npos);
  }
}

TEST(Describe, PageTellsUnitsDefaultsBoundsAndCitation) {
  const std::string page = arcuate::model::describe(*arcuate::model::find("MontbrioPazoRoxin"));
  EXPECT_NE(page.find("dr/dt = (Delta/(pi tau) + 2 V r)/tau\n"), std::string::npos);
  EXPECT_NE(page.find("  r     1/ms  0.1      0 .. 2     >= 0    -2e+04 .. 2e+04      population "
                      "firing rate\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("  eta    1     -5       -10 .. 10             mean excitability"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("doi:10.1103/PhysRevX.5.021028"), std::string::npos);
  EXPECT_EQ(page.find("Observables"), std::string::npos) << "it has none beyond its states";
}

TEST(Describe, JsonHoldsEveryNameAndNullForMissingBounds) {
  const auto models = nlohmann::json::parse(arcuate::model::json());
  const auto& catalogue = arcuate::model::catalogue();
  ASSERT_EQ(models.size(), catalogue.size());
  for (std::size_t m = 0; m < models.size(); ++m) {
    const auto& info = catalogue[m]->info;
    EXPECT_EQ(models[m]["name"], info.name);
    EXPECT_EQ(models[m]["parameters"].size(), info.parameters.size());
    for (std::size_t p = 0; p < info.parameters.size(); ++p) {
      EXPECT_EQ(models[m]["parameters"][p]["value"], info.parameters[p].value);
    }
  }
  const auto one =
      nlohmann::json::parse(arcuate::model::json(*arcuate::model::find("MontbrioPazoRoxin")));
  EXPECT_EQ(one["states"][0]["lower"], 0.0);
  EXPECT_TRUE(one["states"][0]["upper"].is_null());
  EXPECT_EQ(one["inputs"][1]["gate"], "cv");
}

}  // namespace
