#include "arcuate/io/tuned_weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "study_support.hpp"

namespace arcuate {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view tuned_study = R"(connectome: { builtin: 12, normalize: max }
model: { name: DecoBalancedExcInh, parameters: { w_p: 1.3 } }
coupling: { name: linear, gain: 0.5 }
integrator: { dt: 0.5 ms }
noise: { S_e: 0.001 }
duration: 7 s
tune_inhibition: { method: analytic, target_rate: 3 Hz }
)";

class TunedWeights : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder / name; }

  /// As `tune-inhibition` writes it.
  std::string tuned(const std::string& name, bool converged = true) const {
    const io::Study study = test::parse(tuned_study);
    const network::Connectome connectome = io::load_connectome(study);
    const auto record =
        io::tuning_record(study, io::resolve(study, connectome).simulation, connectome);
    io::write_weights(weights, converged, record, io::claim_weights(path(name), true, {}));
    return path(name);
  }

  /// What who reads them is told.
  static std::vector<std::string> warnings(const std::string& file,
                                           std::vector<std::string> overrides = {},
                                           const std::string& parameter = "J_i") {
    overrides.push_back("model.parameters." + parameter + "={file: " + file + "}");
    const io::Study study = test::parse(tuned_study, overrides);
    return io::resolve(study, io::load_connectome(study)).weight_warnings;
  }

  static std::string content(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static void write(const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
  }

  const std::vector<double> weights{1.0 / 3.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1e-300};
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("arcuate_tuned_" + std::to_string(::getpid()));
};

TEST_F(TunedWeights, ReadBackBitForBitWithTheirRecord) {
  for (const char* name : {"w.csv", "w.txt", "w.npy"}) {
    const std::string file = tuned(name);
    EXPECT_EQ(io::read_numbers(file, weights.size()), weights) << name;
    EXPECT_THAT(io::read_tuning_record(file, weights), Not(IsEmpty())) << name;
    // Again: a long record is still known as numbers that Arcuate wrote.
    EXPECT_NO_THROW(tuned(name));
  }
}

TEST_F(TunedWeights, TheRecordOfTextIsCommentsAndThatOfAnArrayIsYamlBesideIt) {
  const std::string text = content(tuned("w.csv"));
  for (const char* line :
       {"# study: \"resting.yml\"\n", "# tune_inhibition.method: \"analytic\"\n",
        "# tune_inhibition.target_rate: 3\n", "# seed: 42\n", "# model.parameters.w_p: 1.3\n",
        "# coupling.gain: 0.5\n", "# integrator.dt: 0.5\n", "# integrator.method: \"heun\"\n",
        "# noise.S_e.sigma: 0.001\n",
        "# connectome.sha256: ", "# version: ", "# converged: \"true\"\n"})
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_THAT(text, Not(HasSubstr("J_i:")));
  const std::string array = tuned("w.npy");
  EXPECT_THAT(content(array + ".tuned.yaml"),
              AllOf(StartsWith("# arcuate tuning 1"), HasSubstr("\ncoupling.gain: 0.5\n")));
}

TEST_F(TunedWeights, WhatDiffersIsNamedWithBothValues) {
  const std::vector<std::pair<std::string, std::string>> changes{
      {"coupling.gain=0.4", "coupling.gain 0.5 (here 0.4)"},
      {"coupling.a=2", "coupling.a 1 (here 2)"},
      {"coupling=none", "coupling.name linear (here none)"},
      {"noise.S_e=0.002", "noise.S_e.sigma 0.001 (here 0.002)"},
      {"noise.S_i=0.002", "noise S_e (here S_e, S_i)"},
      {"noise={}", "noise S_e (here none)"},
      {"noise.S_e={sigma: 0.001, kind: ornstein_uhlenbeck, tau: 2}",
       "noise.S_e.kind white (here ornstein_uhlenbeck)"},
      {"integrator.dt=0.25", "integrator.dt 0.5 (here 0.25)"},
      {"integrator.method=euler", "integrator.method heun (here euler)"},
      {"connectome.normalize=region_sum", "connectome.sha256 "},
      {"connectome.speed=4", "connectome.speed 3 (here 4)"},
      {"model.parameters.w_p={default: 1.3, lh_000: 1.4}", "w_p 1.3 (here by region, sha256 "},
      {"model.name=ReducedWongWangExcInh", "model.name DecoBalancedExcInh (here "}};
  for (const char* name : {"w.csv", "w.npy"}) {
    const std::string file = tuned(name);
    for (const auto& [change, said] : changes) {
      EXPECT_THAT(warnings(file, {change}),
                  ElementsAre(AllOf(HasSubstr("model.parameters.J_i"), HasSubstr(file),
                                    HasSubstr("tuned with other settings"), HasSubstr(said))))
          << name << ' ' << change;
    }
  }
  EXPECT_THAT(warnings(tuned("w.csv"), {}, "J_N"),
              ElementsAre(HasSubstr("tune_inhibition.parameter J_i (here J_N)")));
}

TEST_F(TunedWeights, TheSameSettingsAreSilentHoweverTheyAreWritten) {
  for (const char* name : {"w.csv", "w.txt", "w.npy"}) {
    const std::string file = tuned(name);
    EXPECT_THAT(warnings(file), IsEmpty());
    EXPECT_THAT(warnings(file, {"coupling.gain=0.50", "integrator.dt=500 us", "seed=7",
                                "noise.S_e={sigma: {default: 0.001}}", "duration=3 s",
                                "model.parameters.w_p={default: 1.3, lh_000: 1.3}"}),
                IsEmpty());
  }
}

TEST_F(TunedWeights, WhatDidNotConvergeIsSaid) {
  EXPECT_THAT(warnings(tuned("w.csv", false)), ElementsAre(HasSubstr("did not succeed")));
}

TEST_F(TunedWeights, NumbersWithoutARecordOrWithThatOfOthersAreSilent) {
  const std::vector<std::string> other{"coupling.gain=0.4"};
  const std::string numbers = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  const std::string mark = content(tuned("w.csv")).substr(0, content(tuned("w.csv")).find('\n'));
  for (const std::string& comments :
       {std::string(), std::string("# coupling.gain: 0.5\n"), mark + "\n", mark + "\n# : [{\n",
        mark + "\n# coupling: { gain: 0.5 }\n", mark + "\n# coupling.gain: [0.5]\n"}) {
    write(path("o.csv"), comments + numbers);
    EXPECT_THAT(warnings(path("o.csv"), other), IsEmpty()) << comments;
  }
  // The array was written anew by something else.
  const std::string array = tuned("w.npy");
  EXPECT_THAT(warnings(array, other), testing::SizeIs(1));
  io::write_numbers({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, array);
  EXPECT_THAT(warnings(array, other), IsEmpty());
}

TEST_F(TunedWeights, ARecordEditedOnAnotherSystemIsRead) {
  std::string text = content(tuned("w.csv")), edited;
  for (const char c : text)
    edited += c == '\n' ? std::string("\r\n") : std::string(1, c);
  write(path("w.csv"), edited);
  EXPECT_THAT(warnings(path("w.csv"), {"coupling.gain=0.4"}), testing::SizeIs(1));
  EXPECT_THAT(warnings(path("w.csv")), IsEmpty());
}

}  // namespace
}  // namespace arcuate
