#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "arcuate/model/describe.hpp"
#include "arcuate/model/entry.hpp"

namespace {

using arcuate::model::Entry;

TEST(PresetValues, ValuesAreThoseOfThePresetAndElseTheDefaults) {
  const Entry& entry = *arcuate::model::find("Generic2dOscillator");
  const auto plain = entry.parameter_values(nullptr);
  const auto bistable = entry.parameter_values(entry.preset("bistable"));
  ASSERT_EQ(bistable.size(), entry.info.parameters.size());
  for (std::size_t p = 0; p < plain.size(); ++p) {
    const auto& info = entry.info.parameters[p];
    const double expected = info.name == "a"   ? 1.0
                            : info.name == "b" ? 0.0
                            : info.name == "c" ? -5.0
                                               : info.value;
    EXPECT_EQ(plain[p], info.value);
    EXPECT_EQ(bistable[p], expected) << info.name;
  }
  EXPECT_EQ(entry.preset("Bistable"), nullptr);
}

// Fixed points from the roots of the cubic that the two nullclines make (numpy.roots).
TEST(PresetValues, RegimesOfTheGenericOscillatorHaveTheirFixedPoints) {
  struct Case {
    const char* preset;
    std::array<double, 2> state;
  };
  const Entry& entry = *arcuate::model::find("Generic2dOscillator");
  const auto kernel = entry.make_kernel(arcuate::model::Method::rk4);
  for (const Case& point : {Case{"excitable", {-0.18865175297705242, -0.11348247022947588}},
                            Case{"bistable", {-1.6180339887498936, -12.090169943749453}},
                            Case{"bistable", {0.618033988749895, -0.9098300562505268}},
                            Case{"morris_lecar", {-1.142008470484882, -5.401938468927809}}}) {
    auto parameter = entry.parameter_values(entry.preset(point.preset));
    parameter.resize(static_cast<std::size_t>(kernel->parameter_rows()));
    kernel->derive_of_one(parameter.data());
    const double input = 0.0;
    std::array<double, 2> rate{};
    kernel->rhs_of_one(point.state.data(), parameter.data(), &input, rate.data());
    EXPECT_NEAR(rate[0], 0.0, 1e-14) << point.preset;
    EXPECT_NEAR(rate[1], 0.0, 1e-14) << point.preset;
  }
}

TEST(PresetValues, PagesAndJsonTellThem) {
  const Entry& entry = *arcuate::model::find("Generic2dOscillator");
  EXPECT_NE(arcuate::model::describe(entry).find("Presets\n"), std::string::npos);
  EXPECT_NE(arcuate::model::describe(entry).find("  bistable        a = 1, b = 0, c = -5"),
            std::string::npos);
  EXPECT_NE(arcuate::model::markdown(entry).find("| `bistable` | a = 1, b = 0, c = -5 |"),
            std::string::npos);
  const auto json = nlohmann::json::parse(arcuate::model::json(entry));
  EXPECT_EQ(json["presets"][1]["name"], "bistable");
  EXPECT_EQ(json["presets"][1]["values"]["c"], -5.0);
  EXPECT_EQ(arcuate::model::describe(*arcuate::model::find("Linear")).find("Presets"),
            std::string::npos);
}

}  // namespace
