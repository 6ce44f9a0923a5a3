#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "study_support.hpp"

/// Studies with several models in one network.
namespace arcuate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view two_models = R"(connectome: { builtin: 12 }
models:
  - name: ReducedWongWangExcInh
    regions: rest
    source: S_e
    parameters: { G: [1, 2, 3, 4] }
    noise: { S_e: 0.01 }
  - name: Thalamus
    regions: [L1, 4]
    source: Q_t
    target: c
    initial: { V_t: { L4: -60, default: -65 } }
    stimuli:
      - { target: c, regions: [4], equation: { name: ramp, duration: 10 } }
coupling: { gain: 0.1 }
duration: 1 s
monitors:
  - { kind: raw, variables: [V_t, S_e] }
  - { kind: afferent_coupling, period: 1 ms }
)";

/// The study with the first occurrence of `from` replaced, on six regions.
std::string error_of(std::string_view from, std::string_view to,
                     const std::vector<std::string>& overrides = {}) {
  std::string text(two_models);
  text.replace(text.find(from), from.size(), to);
  return message_of([&] { static_cast<void>(resolved(text, overrides, 6)); });
}

TEST(StudyModels, GiveEveryRegionOneModelAndItsValues) {
  const io::ResolvedStudy study = resolved(two_models, {}, 6);
  ASSERT_EQ(study.simulation.n_populations(), 2);
  const engine::Population& cortex = study.simulation.population(0);
  const engine::Population& thalamus = study.simulation.population(1);
  EXPECT_EQ(cortex.model->info.name, "ReducedWongWangExcInh");
  EXPECT_EQ(thalamus.model->info.name, "Thalamus");
  EXPECT_THAT(study.simulation.population_of, ElementsAre(0, 1, 0, 0, 1, 0));
  const RegionValues& gain =
      cortex.parameters[static_cast<std::size_t>(cortex.model->parameter("G"))];
  EXPECT_EQ(gain(0), 1.0);
  EXPECT_EQ(gain(2), 2.0);
  EXPECT_EQ(gain(3), 3.0);
  EXPECT_EQ(gain(5), 4.0);
  const engine::InitialValue& potential = thalamus.initial[0];
  EXPECT_EQ(potential.value(1), -65.0);
  EXPECT_EQ(potential.value(4), -60.0);
  ASSERT_EQ(cortex.noise.size(), 1U);
  EXPECT_TRUE(thalamus.noise.empty());
  EXPECT_TRUE(cortex.stimuli.empty());
  ASSERT_EQ(thalamus.stimuli.size(), 1U);
  EXPECT_EQ(thalamus.stimuli[0].weight(1), 0.0);
  EXPECT_EQ(thalamus.stimuli[0].weight(4), 1.0);
}

TEST(StudyModels, HaveLinksOfTheirOwnAndShareTheDynamics) {
  const auto spec =
      resolved(two_models, {"integrator.dt=0.05 ms", "coupling.delay=cubic", "seed=9"}, 6)
          .simulation;
  EXPECT_EQ(spec.dt, 0.05);
  EXPECT_EQ(spec.delay, engine::DelayMode::cubic);
  EXPECT_EQ(spec.seed, 9U);
  EXPECT_EQ(spec.coupling.gain, 0.1);
  const engine::Population& other = spec.population(1);
  ASSERT_EQ(other.links.size(), 1U);
  EXPECT_EQ(other.links[0].source, other.model->observable("Q_t"));
  EXPECT_EQ(spec.populations[0].links[0].source, spec.populations[0].model->observable("S_e"));
}

TEST(StudyModels, AreLookedUpForEveryVariableOfAMonitor) {
  const io::ResolvedStudy study = resolved(two_models, {}, 6);
  const auto& simulation = study.simulation;
  EXPECT_THAT(study.monitors[0].variables_of(0), ElementsAre(-1, 0));
  EXPECT_THAT(study.monitors[0].variables_of(1), ElementsAre(0, -1));
  EXPECT_THAT(study.monitors[1].variables_of(0),
              ElementsAre(simulation.populations[0].model->input("c")));
  EXPECT_THAT(study.monitors[1].variables_of(1),
              ElementsAre(simulation.population(1).model->input("c")));
}

TEST(StudyModels, AreAssignedByRangesAndFiles) {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("arcuate_regions_" + std::to_string(getpid())))
          .string();
  std::ofstream(file) << "# thalamus\nL2\n\n 5 \r\n";
  const auto models = [&](const std::string& regions) {
    std::string text(two_models);
    text.replace(text.find("[L1, 4]"), 7, regions);
    text.replace(text.find("[1, 2, 3, 4]"), 12, "1");
    text.replace(text.find("{ L4: -60, default: -65 }"), 25, "-60");
    text.replace(text.find("regions: [4]"), 12, "weights: 1");
    return resolved(text, {}, 6).simulation.population_of;
  };
  EXPECT_THAT(models("[0, 2-4]"), ElementsAre(1, 0, 1, 1, 1, 0));
  EXPECT_THAT(models("{ file: " + file + " }"), ElementsAre(0, 0, 1, 0, 0, 1));
  std::filesystem::remove(file);
}

TEST(StudyModels, ReadTheirNormalisedFormAgain) {
  const io::Study study = parse(two_models);
  const io::Study again = parse(study.normalised);
  EXPECT_EQ(again.normalised, study.normalised);
  EXPECT_THAT(io::resolve(again, regions(6)).simulation.population_of,
              ElementsAre(0, 1, 0, 0, 1, 0));
}

TEST(StudyModels, OfOneEntryAreTheStudyWithThatModel) {
  const auto spec = resolved(
                        "connectome: { builtin: 6 }\n"
                        "models: [{ name: SupHopf, regions: rest, noise: { x: 0.1 } }]\n"
                        "coupling: {}\nduration: 1 s\n",
                        {}, 6)
                        .simulation;
  EXPECT_EQ(spec.n_populations(), 1);
  EXPECT_TRUE(spec.population_of.empty());
  EXPECT_EQ(spec.populations[0].noise.size(), 1U);
  EXPECT_FALSE(spec.populations[0].links.empty());
}

struct MalformedModels {
  const char* from;
  const char* to;
  const char* message;  ///< what the message begins with
  const char* also;     ///< what it contains beside
};

constexpr MalformedModels malformed_models[] = {
    {"name: Thalamus", "name: Talamus",
     "resting.yml:8: models.1.name: unknown value 'Talamus'; did you mean 'Thalamus'?", ""},
    {"    regions: [L1, 4]\n", "", "resting.yml:8: models.1.regions: missing, but required", ""},
    {"[L1, 4]", "[L11]", "resting.yml:9: models.1.regions: no region is called 'L11'",
     "did you mean 'L1'?"},
    {"[L1, 4]", "[1-6]", "resting.yml:9: models.1.regions: no region 6 (allowed: 0 to 5)", ""},
    {"[L1, 4]", "[4-1]", "resting.yml:9: models.1.regions: '4-1': a range begins with", ""},
    {"[L1, 4]", "[L1, 1]", "resting.yml:9: models.1.regions: region 'L1' is already in models.1",
     "Thalamus"},
    {"[L1, 4]", "[]", "resting.yml:9: models.1.regions: expected a list", ""},
    {"[L1, 4]", "some", "resting.yml:9: models.1.regions: expected a list of labels", "`rest`"},
    {"[L1, 4]", "{ from: a }", "resting.yml:9: models.1.regions: a map must be {file: ...}", ""},
    {"[L1, 4]", "{ file: /none/r.txt }", "/none/r.txt", ""},
    {"[L1, 4]", "rest", "resting.yml:9: models.1.regions: models.0 has the rest already", ""},
    {"[L1, 4]", "[0-5]", "resting.yml:4: models.0.regions: no region is left for `rest`", ""},
    {"regions: rest", "regions: [0-3]",
     "resting.yml:9: models.1.regions: region 'L1' is already in models.0",
     "ReducedWongWangExcInh"},
    {"regions: rest", "regions: [0]", "resting.yml:4: models.0.regions: region 'L2' has no model",
     "(nor have 2 others)"},
    {"[1, 2, 3, 4]", "[1, 2, 3, 4, 5, 6]",
     "resting.yml:6: models.0.parameters.G: 6 values, but the entry has 4 regions", ""},
    {"G: [1, 2, 3, 4]", "GG: 1",
     "resting.yml:6: models.0.parameters.GG: unknown key; did you mean 'G'?", ""},
    {"noise: { S_e: 0.01 }", "noise: { V_t: 0.01 }",
     "resting.yml:7: models.0.noise.V_t: unknown key", "S_e"},
    {"noise: { S_e: 0.01 }", "noise: { S_e: { kind: pink, sigma: 1 } }",
     "resting.yml:7: models.0.noise.S_e.kind: unknown value 'pink'", ""},
    {"{ L4: -60, default: -65 }", "{ L0: -60, default: -65 }",
     "resting.yml:12: models.1.initial.V_t.L0: region 'L0' has another model", ""},
    {"target: c, regions: [4]", "target: c, regions: [0]",
     "resting.yml:14: models.1.stimuli.0.regions: region '0' has another model", ""},
    {"target: c, regions: [4]", "target: G, regions: [4]",
     "resting.yml:14: models.1.stimuli.0.target: unknown value 'G'", ""},
    {"source: Q_t", "source: S_e", "resting.yml:10: models.1.source: unknown value 'S_e'", "Q_t"},
    {"source: Q_t\n    target: c", "source: [Q_t, V_t]\n    target: [c, phi]",
     "resting.yml: models.1: its regions broadcast 2 observables", "models.0 1"},
    {"coupling: { gain: 0.1 }", "coupling: { source: S_e }",
     "resting.yml:15: coupling.source: with `models` this is a key of every entry", ""},
    {"coupling: { gain: 0.1 }\n", "", "resting.yml:5: models.0.source: the study has no coupling",
     ""},
    {"duration: 1 s", "duration: 1 s\nmodel: { name: SupHopf }",
     "resting.yml:17: model: give either `model` or `models`", ""},
    {"duration: 1 s", "duration: 1 s\nnoise: { S_e: 0.1 }",
     "resting.yml:17: noise: with `models` this is a key of the entries", ""},
    {"duration: 1 s", "duration: 1 s\nstimuli: []",
     "resting.yml:17: stimuli: with `models` this is a key of the entries", ""},
    {"duration: 1 s", "duration: 1 s\ntune_inhibition: {}",
     "resting.yml:17: tune_inhibition: is for studies with one model only", ""},
    {"    regions: rest", "    history: { file: past.npy }\n    regions: rest",
     "resting.yml:4: models.0.history: a history file is for studies with one model only", ""},
    {"    regions: rest", "    region: rest",
     "resting.yml:4: models.0.region: unknown key; did you mean 'regions'?", ""},
    {"variables: [V_t, S_e]", "variables: [V_tt]",
     "resting.yml:18: monitors.0.variables: unknown value 'V_tt'; did you mean 'V_t'?", "S_e"},
    {"variables: [V_t, S_e]", "variables: [V_t, V_t]",
     "resting.yml:18: monitors.0.variables: 'V_t' twice", ""},
};

TEST(StudyModels, MalformedOnesAreErrorsThatSayWhere) {
  for (const MalformedModels& row : malformed_models) {
    const std::string message = error_of(row.from, row.to);
    EXPECT_THAT(message, HasSubstr(row.message)) << row.to;
    EXPECT_THAT(message, HasSubstr(row.also)) << row.to;
  }
}

TEST(StudyModels, AnEmptyListIsAnError) {
  const std::string text = "connectome: { builtin: 6 }\nmodels: []\nduration: 1 s\n";
  EXPECT_THAT(message_of([&] { static_cast<void>(parse(text)); }),
              StartsWith("resting.yml:2: models: 0 entries (allowed: 1 to 255)"));
}

TEST(StudyModels, RangesSelectRegionsOfMonitorsToo) {
  const auto study = resolved(two_models, {"monitors.0.regions=[1, 3-5]"}, 6);
  EXPECT_THAT(study.monitors[0].regions, ElementsAre(1, 3, 4, 5));
  EXPECT_THAT(message_of([] {
                static_cast<void>(resolved(two_models, {"monitors.0.regions=[4, 3-5]"}, 6));
              }),
              HasSubstr("region '3-5' twice"));
}

}  // namespace
}  // namespace arcuate::test
