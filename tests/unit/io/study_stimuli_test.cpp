#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "study_support.hpp"

namespace arcuate::test {
namespace {

using model::TemporalForm;
using testing::ElementsAre;
using testing::HasSubstr;

engine::Stimulus stimulus_of(const std::string& text) {
  const auto simulation = resolved(good_study, {"stimuli=[" + text + "]"}).simulation;
  EXPECT_EQ(simulation.populations[0].stimuli.size(), 1U);
  return simulation.populations[0].stimuli.at(0);
}

TEST(StudyStimuli, AreReadWithTheirUnitsAndDefaults) {
  const auto pulse =
      stimulus_of("{target: c_r, equation: {name: pulse, onset: 1 s, duration: 20}}");
  EXPECT_EQ(pulse.on, engine::StimulusOn::input);
  EXPECT_EQ(pulse.target, 0);
  EXPECT_EQ(pulse.function.form, TemporalForm::pulse);
  EXPECT_EQ(pulse.function.parameter[0], 1.0);
  EXPECT_EQ(pulse.function.parameter[1], 1000.0);
  EXPECT_EQ(pulse.function.parameter[2], 20.0);
  EXPECT_EQ(pulse.weight(3), 1.0);
}

TEST(StudyStimuli, OnAStateAreInItsUnitPerTimeUnit) {
  const auto one = stimulus_of("{target: V, equation: {name: step, amplitude: 500 1/s}}");
  EXPECT_EQ(one.on, engine::StimulusOn::state);
  EXPECT_EQ(one.target, 1);
  EXPECT_NEAR(one.function.parameter[0], 0.5, 1e-15);
}

TEST(StudyStimuli, ChangeAParameterInItsOwnUnit) {
  const auto simulation = resolved(good_study, {"stimuli=[{target: tau, equation: {name: cosine, "
                                                "amplitude: 200 us, frequency: 0.01 kHz}}]"})
                              .simulation;
  const auto& stimulus = simulation.populations[0].stimuli.at(0);
  EXPECT_EQ(stimulus.on, engine::StimulusOn::parameter);
  EXPECT_EQ(stimulus.target, simulation.populations[0].model->parameter("tau"));
  EXPECT_DOUBLE_EQ(stimulus.function.parameter[0], 0.2);
  EXPECT_DOUBLE_EQ(stimulus.function.parameter[1], 10.0);
  EXPECT_TRUE(std::isinf(stimulus.function.parameter[4]));
}

TEST(StudyStimuli, TakeAPatternOfWeightsOrOfRegions) {
  const std::string step = "equation: {name: step}";
  EXPECT_THAT(
      stimulus_of("{target: c_r, weights: {L2: 0.5, default: 0}, " + step + "}").weight.values,
      ElementsAre(0, 0, 0.5, 0));
  EXPECT_THAT(stimulus_of("{target: c_r, regions: [L1, 3], " + step + "}").weight.values,
              ElementsAre(0, 1, 0, 1));
}

TEST(StudyStimuli, ReadASeriesFromAFile) {
  const auto file = std::filesystem::temp_directory_path() / "arcuate_series.txt";
  std::ofstream(file) << "0.5\n-1\n2\n";
  const auto stimulus = stimulus_of(
      "{target: c_r, equation: {name: series, period: 4 ms, file: " + file.string() + "}}");
  EXPECT_THAT(stimulus.function.samples, ElementsAre(0.5, -1.0, 2.0));
  std::filesystem::remove(file);
}

TEST(StudyStimuli, OfTheNormalisedStudyAreTheSame) {
  const auto study = parse(good_study, {"stimuli=[{target: eta, regions: [L1, 3], equation: {name: "
                                        "box, amplitude: 2, offset: 1 s}}, "
                                        "{target: c_r, weights: {L2: 0.5, default: 0}, equation: "
                                        "{name: sinusoid, frequency: 40}}]"});
  EXPECT_EQ(parse(study.normalised).normalised, study.normalised) << study.normalised;
}

TEST(StudyStimuli, CannotChangeADelayInsideARegionWhichIsAtLeastAStep) {
  const std::string text =
      "connectome: { builtin: 4 }\nmodel: { name: BrainmassWilsonCowanDelayed }\nduration: 1 s\n"
      "monitors: [{ kind: raw }]\n";
  EXPECT_EQ(message_of([&] { resolved(text, {}); }), "");
  EXPECT_THAT(message_of([&] {
                resolved(text,
                         {"stimuli=[{target: delay_EI, equation: {name: step, amplitude: 1}}]"});
              }),
              HasSubstr("stimuli.0.target: is a delay inside a region, which cannot change"));
  EXPECT_THAT(message_of([&] { resolved(text, {"model.parameters.delay_EI=[1, 2, 0.02, 3]"}); }),
              HasSubstr("resting.yml: model.parameters.delay_EI: 0.02 ms in region 2 is not a "
                        "delay of 1 to"));
}

TEST(StudyStimuli, MistakesAreNamedWithWhatIsAllowed) {
  struct Case {
    const char* stimulus;
    const char* message;
  };
  const Case cases[] = {
      {"{equation: {name: step}}", "stimuli.0.target: missing, but required"},
      {"{target: c_q, equation: {name: step}}", "stimuli.0.target: unknown value 'c_q'; did you"},
      {"{target: q, equation: {name: step}}", "allowed: c_r, c_V, tau"},
      {"{target: c_r}", "stimuli.0.equation: missing, but required"},
      {"{target: c_r, equation: step}", "stimuli.0.equation"},
      {"{target: c_r, equation: {onset: 3}}", "stimuli.0.equation.name: missing, but required"},
      {"{target: c_r, equation: {name: puls, duration: 1}}", "did you mean 'pulse'?"},
      {"{target: c_r, equation: {name: pulse}}",
       "stimuli.0.equation.duration: missing, but required (length of the pulse)"},
      {"{target: c_r, equation: {name: pulse, duration: -1}}", "-1 is out of range (allowed: > 0)"},
      {"{target: c_r, equation: {name: pulse, duration: 0}}", "0 is out of range (allowed: > 0)"},
      {"{target: c_r, equation: {name: pulse, duration: 3 mV}}", "stimuli.0.equation.duration"},
      {"{target: c_r, equation: {name: step, duration: 3}}", "duration: unknown key"},
      {"{target: c_r, equation: {name: step, onset: .inf}}", "onset: must be finite"},
      {"{target: c_r, equation: {name: step, amplitude: .nan}}", "amplitude: "},
      {"{target: c_r, equation: {name: step, file: a.txt}}", "is for the equation series only"},
      {"{target: c_r, equation: {name: series, period: 1}}",
       "stimuli.0.equation.file: missing, but required for the equation series"},
      {"{target: c_r, equation: {name: series, period: 1, file: no_such.txt}}", "no_such.txt"},
      {"{target: c_r, equation: {name: difference_of_exponentials, tau_rise: 5, tau_decay: 5}}",
       "stimuli.0.equation.tau_decay: must be longer than tau_rise"},
      {"{target: c_r, regions: [L9], equation: {name: step}}", "no region is called 'L9'"},
      {"{target: c_r, regions: [7], equation: {name: step}}", "no region 7 (allowed: 0 to 3)"},
      {"{target: c_r, regions: [], equation: {name: step}}", "an empty list"},
      {"{target: c_r, regions: [1], weights: 2, equation: {name: step}}", "not with `regions`"},
      {"{target: c_r, weights: [1, 2], equation: {name: step}}",
       "2 values, but the connectome has 4 regions"},
      {"{target: c_r, wieghts: 1, equation: {name: step}}", "did you mean 'weights'?"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(
        message_of([&] { resolved(good_study, {"stimuli=[" + std::string(c.stimulus) + "]"}); }),
        HasSubstr(c.message))
        << c.stimulus;
  }
}

}  // namespace
}  // namespace arcuate::test
