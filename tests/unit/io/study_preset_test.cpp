#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "study_support.hpp"

namespace {

using namespace arcuate;
using namespace arcuate::test;
using testing::HasSubstr;

std::string study_with(const std::string& model) {
  return "connectome: {builtin: 4}\nmodel: " + model + "\nduration: 5\n";
}

double value(const std::string& model, std::string_view parameter, GlobalIndex region = 0) {
  const auto simulation = resolved(study_with(model), {}).simulation;
  return simulation.populations[0]
      .parameters[static_cast<std::size_t>(simulation.populations[0].model->parameter(parameter))](
          region);
}

TEST(StudyPreset, GivesItsValuesAndLeavesTheOthersAtTheirDefaults) {
  const std::string model = "{name: Generic2dOscillator, preset: bistable}";
  EXPECT_EQ(value(model, "a"), 1.0);
  EXPECT_EQ(value(model, "b"), 0.0);
  EXPECT_EQ(value(model, "c"), -5.0);
  EXPECT_EQ(value(model, "e"), 3.0);
}

TEST(StudyPreset, ParametersOverrideIt) {
  const std::string model =
      "{name: Generic2dOscillator, preset: bistable, parameters: {b: 0.5, a: {L2: 7, default: 1}}}";
  EXPECT_EQ(value(model, "b"), 0.5);
  EXPECT_EQ(value(model, "c"), -5.0);
  EXPECT_EQ(value(model, "a", 1), 1.0);
  EXPECT_EQ(value(model, "a", 2), 7.0);
}

TEST(StudyPreset, IsInTheNormalisedStudyWhichMeansTheSame) {
  const auto study =
      parse(study_with("{name: Generic2dOscillator, preset: morris_lecar, parameters: {I: 0.5}}"));
  EXPECT_EQ(study.models.front().preset, "morris_lecar");
  EXPECT_THAT(study.normalised, HasSubstr("preset: morris_lecar"));
  EXPECT_THAT(study.normalised, HasSubstr("c: -4"));
  EXPECT_EQ(parse(study.normalised).normalised, study.normalised);
  EXPECT_EQ(parse(study_with("{name: Linear}")).normalised.find("preset"), std::string::npos);
}

TEST(StudyPreset, AnUnknownOneIsAnErrorWithTheNearestName) {
  EXPECT_EQ(message_of([] { parse(study_with("{name: Generic2dOscillator, preset: bistabel}")); }),
            "resting.yml:2: model.preset: unknown value 'bistabel'; did you mean 'bistable'? "
            "(allowed: excitable, bistable, morris_lecar, ghosh_2008, sanz_leon_2013)");
  EXPECT_EQ(message_of([] { parse(study_with("{name: Linear, preset: bistable}")); }),
            "resting.yml:2: model.preset: model Linear has none");
  EXPECT_THAT(message_of([] { parse(study_with("{name: Generic2dOscillator, preset: [a, b]}")); }),
              HasSubstr("resting.yml:2: model.preset: expected one word"));
  EXPECT_THAT(message_of([] {
                parse(study_with("{name: Generic2dOscillator}"), {"model.preset=nothing_like_it"});
              }),
              HasSubstr("--set model.preset=nothing_like_it: unknown value"));
}

}  // namespace
