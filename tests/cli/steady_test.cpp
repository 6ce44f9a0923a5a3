#include <cmath>
#include <filesystem>

#include "arcuate/io/hdf5.hpp"
#include "places.hpp"
#include "support.hpp"

/// `arcuate steady` as a user runs it.
namespace {

using arcuate::io::hdf5::Access;
using arcuate::io::hdf5::open_file;
using arcuate::test::expect_one_line;
using arcuate::test::expect_said_once;
using arcuate::test::Folder;
using arcuate::test::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Steady : public testing::Test {
 protected:
  void SetUp() override {
    folder.write("net.yml",
                 "connectome: { builtin: 12, normalize: region_sum, speed: 4 mm/ms }\n"
                 "model: { name: Generic2dOscillator, parameters: { I: 1.0 } }\n"
                 "coupling: { name: linear, gain: 0.05 }\n"
                 "noise: { V: { sigma: 0.001 } }\n"
                 "stimuli:\n"
                 "  - { target: I, equation: { name: ramp, amplitude: 0.2, onset: 0.1 s, "
                 "duration: 0.5 s } }\n"
                 "duration: 1 s\n"
                 "steady: { starts: 3, roots: 6 }\n");
    folder.write("alone.txt", "0\n");
    folder.write("column.yml",
                 "connectome: { weights: alone.txt, lengths: alone.txt }\n"
                 "model: { name: JansenRit, parameters: { v0: 6, mu: 0.22 } }\n"
                 "duration: 1 s\n");
    folder.write("phase.yml",
                 "connectome: { weights: alone.txt, lengths: alone.txt }\n"
                 "model: { name: Kuramoto }\n"
                 "duration: 1 s\n");
  }
  [[nodiscard]] std::vector<double> numbers(const std::string& file,
                                            const std::string& name) const {
    return open_file(folder.path(file), Access::read).read<double>(name);
  }
  Folder folder;
};

TEST_F(Steady, WritesFixedPointsAndRootsAndSaysWhatIsLeftOut) {
  const Outcome outcome = folder.arcuate("steady net.yml");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("stable focus"), HasSubstr("roots with all delays"),
                                 HasSubstr("there may be more"), HasSubstr("net.steady.h5"),
                                 HasSubstr("left out: noise, stimuli")));
  const auto file = open_file(folder.path("net.steady.h5"), Access::read);
  EXPECT_EQ(file.text("format"), "arcuate steady 1");
  EXPECT_EQ(file.open_group("fixed_points").open_dataset("state").shape(),
            (std::vector<hsize_t>{1, 2, 12}));
  EXPECT_EQ(file.open_group("fixed_points").read_texts("variable"),
            (std::vector<std::string>{"V", "W"}));
  EXPECT_GE(file.read<double>("roots/real").size(), 6U);
  EXPECT_LT(file.read<double>("roots/real")[0], 0.0);
  expect_one_line(folder.arcuate("steady net.yml"), 2, {"net.steady.h5", "--overwrite"});
}

TEST_F(Steady, GivesTheSameNumbersOnEveryNumberOfRanks) {
  ASSERT_EQ(folder.arcuate("steady net.yml --output 1.h5 --quiet").code, 0);
  for (const int n : {2, 3}) {
    const std::string file = std::to_string(n) + ".h5";
    const Outcome outcome = folder.ranks(n, "steady net.yml --quiet --output " + file);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    for (const char* name :
         {"fixed_points/state", "eigenvalues/real", "roots/real", "roots/imaginary"}) {
      const auto here = numbers(file, name), there = numbers("1.h5", name);
      ASSERT_EQ(here.size(), there.size());
      for (std::size_t i = 0; i < here.size(); ++i)
        EXPECT_NEAR(here[i], there[i], 1e-7) << name << " " << i;
    }
  }
}

TEST_F(Steady, FollowsAParameterWithItsBifurcations) {
  const Outcome outcome = folder.arcuate(
      "steady column.yml --starts 8 --continue model.parameters.mu --from 0.05 --to 0.35");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  // Grimbert and Faugeras 2006, doi:10.1162/neco.2006.18.12.3052
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("fold         at 0.11358"), HasSubstr("Hopf         at 0.08982"),
                    HasSubstr("Hopf         at 0.31569")));
  EXPECT_GT(numbers("column.steady.h5", "continuation/parameter").size(), 50U);
  ASSERT_EQ(folder.arcuate("report column.steady.h5").code, 0);
  EXPECT_THAT(arcuate::test::content(folder.path("column.steady.html")),
              HasSubstr(R"("path":"model.parameters.mu","unit":"1/ms")"));
}

TEST_F(Steady, TellsWhatNoiseDoesWithoutASimulation) {
  const std::string study = "steady net.yml --quiet --set steady.linear_noise.to=20Hz --output ";
  const Outcome outcome = folder.arcuate("steady net.yml --set steady.linear_noise.to=20Hz");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("linear noise"), HasSubstr("V: standard deviation"),
                                 HasSubstr("most power at"), HasSubstr("left out: stimuli")));
  EXPECT_THAT(outcome.out, Not(HasSubstr("left out: noise")));
  const auto group =
      open_file(folder.path("net.steady.h5"), Access::read).open_group("linear_noise");
  EXPECT_EQ(group.open_dataset("power").shape(), (std::vector<hsize_t>{1, 1, 40, 12}));
  EXPECT_EQ(group.read_texts("variable"), std::vector<std::string>{"V"});
  EXPECT_EQ(group.read<double>("fc")[0], 1.0);
  // The integral of the power is the variance, but for what lies above 20 Hz.
  const auto power = group.read<double>("power");
  double sum = 0.0;
  for (std::size_t f = 0; f < 40; ++f)
    sum += 0.5 * power[f * 12];
  const double share = sum / group.read<double>("covariance")[0];
  EXPECT_GT(share, 0.7);
  EXPECT_LT(share, 1.0);
  // Sources that a study computes are no variables of a model.
  EXPECT_THAT(folder
                  .arcuate("steady net.yml --output s.h5 --set steady.linear_noise.to=9Hz --set "
                           "\"coupling.source={name: both, expression: 'V + 2 * W'}\"")
                  .out,
              HasSubstr("V: standard deviation"));
  ASSERT_EQ(folder.ranks(3, study + "3.h5").code, 0);
  for (const char* name : {"linear_noise/covariance", "linear_noise/power"}) {
    const auto here = numbers("net.steady.h5", name), there = numbers("3.h5", name);
    ASSERT_EQ(here.size(), there.size());
    for (std::size_t i = 0; i < here.size(); ++i)
      EXPECT_NEAR(here[i], there[i], 1e-8 * std::abs(here[0])) << name << " " << i;
  }
}

/// Small departures of what is computed are its derivatives times those of what it is of.
TEST_F(Steady, TellsWhatNoiseDoesToWhatMonitorsCompute) {
  const Outcome outcome = folder.arcuate(
      "steady net.yml --output e.h5 --set steady.linear_noise.to=9Hz --set "
      "\"monitors=[{kind: raw, variables: [V, {name: square, expression: 'V^2'}]}]\"");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("square: standard deviation"));
  const auto covariance = numbers("e.h5", "linear_noise/covariance");
  const auto state = numbers("e.h5", "fixed_points/state");  // V of all regions, then W
  ASSERT_EQ(covariance.size(), 2 * 144U);
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = 0; j < 12; ++j) {
      const double expected = 4.0 * state[i] * state[j] * covariance[i * 12 + j];
      EXPECT_NEAR(covariance[144 + i * 12 + j], expected, 1e-8 * std::abs(covariance[144]));
    }
  }
  expect_one_line(
      folder.arcuate(
          "steady net.yml --output f.h5 --set steady.linear_noise.to=9Hz --set "
          "\"monitors=[{kind: raw, variables: [{name: heard, expression: 'V + c_0'}]}]\""),
      2, {"steady.linear_noise.variables", "heard", "depends on the input"});
}

TEST_F(Steady, SaysWhatLinearNoiseCannotBe) {
  const auto expect_refused = [&](const char* settings, int code,
                                  const std::vector<std::string>& words) {
    expect_one_line(
        folder.arcuate(std::string("steady net.yml --set steady.linear_noise.to=20 ") + settings),
        code, words);
    EXPECT_FALSE(std::filesystem::exists(folder.path("net.steady.h5")));
  };
  expect_refused("--set noise.V.multiplicative=true", 2,
                 {"steady.linear_noise", "noise.V", "multiplicative"});
  expect_refused("--set noise.V.kind=brownian", 2,
                 {"steady.linear_noise", "noise.V", "brownian", "ornstein_uhlenbeck"});
  expect_refused("--set steady.linear_noise.variables=U", 2,
                 {"steady.linear_noise.variables", "'U'", "V, W"});
  expect_refused("--set steady.linear_noise.from=30", 2, {"steady.linear_noise.to", "20", "30"});
  expect_refused("--set steady.linear_noise.step=0", 2, {"steady.linear_noise.step", "0"});
  expect_refused("--set steady.linear_noise.form=3", 2, {"form", "from"});
  // A region that oscillates.
  expect_refused("--set model.parameters.a=-2 --set model.parameters.I=8", 5,
                 {"steady.linear_noise", "no stable fixed point", "departures grow"});
  expect_one_line(folder.arcuate("steady column.yml --set steady.linear_noise.to=20"), 2,
                  {"steady.linear_noise", "no noise"});
}

/// d = 0.02: V' = d (-V^3 + 3 V^2 + W + I), W' = d (a + b V + c V^2 - W).
TEST_F(Steady, WritesTheFlowOfASingleRegionOfTwoStates) {
  folder.write("plane.yml",
               "connectome: { weights: alone.txt, lengths: alone.txt }\n"
               "model: { name: Generic2dOscillator, parameters: { a: 1, b: 0, c: -5, I: 0.1 } }\n"
               "duration: 1 s\n");
  ASSERT_EQ(folder.ranks(2, "steady plane.yml --starts 3 --quiet").code, 0);
  const auto along = numbers("plane.steady.h5", "phase_plane/V");
  const auto up = numbers("plane.steady.h5", "phase_plane/W");
  const auto first = numbers("plane.steady.h5", "phase_plane/rate_V");
  const auto second = numbers("plane.steady.h5", "phase_plane/rate_W");
  ASSERT_EQ(first.size(), along.size() * up.size());
  for (std::size_t k = 0; k < first.size(); k += 17) {
    const double V = along[k / up.size()], W = up[k % up.size()];
    EXPECT_NEAR(first[k], 0.02 * (-V * V * V + 3 * V * V + W + 0.1), 1e-12);
    EXPECT_NEAR(second[k], 0.02 * (1 - 5 * V * V - W), 1e-12);
  }
  // Of several regions and other models there is no plane, and no picture of one.
  ASSERT_EQ(folder.arcuate("steady net.yml --quiet").code, 0);
  EXPECT_FALSE(open_file(folder.path("net.steady.h5"), Access::read).has("phase_plane"));
}

TEST_F(Steady, SaysWhatIsWrongWithOneLine) {
  expect_one_line(folder.arcuate("steady phase.yml --starts 4"), 5,
                  {"no fixed point", "4 starts", "singular", "residual"});
  EXPECT_FALSE(std::filesystem::exists(folder.path("phase.steady.h5")));
  expect_said_once(folder.ranks(2, "steady phase.yml --starts 2"), 5, {"no fixed point"});
  expect_one_line(folder.arcuate("steady none.yml"), 2, {"none.yml"});
  expect_one_line(folder.arcuate("steady net.yml --starts 0"), 2, {"steady.starts", "0"});
  expect_one_line(folder.arcuate("steady net.yml --continue coupling.gian --from 0 --to 1"), 2,
                  {"steady.continue.path", "coupling.gian", "coupling.gain"});
  expect_one_line(folder.arcuate("steady net.yml --continue coupling.gain --from 1 --to 1"), 2,
                  {"steady.continue.to"});
  expect_one_line(folder.arcuate("steady net.yml --continue coupling.gain --from 1"), 2,
                  {"steady.continue.to", "required"});
  expect_one_line(folder.arcuate("steady net.yml --continue model.parameters.tau --from 1 --to -1"),
                  2, {"--set steady.continue.to=-1: -1 is out of range", "allowed: > 0"});
  expect_one_line(folder.arcuate("steady net.yml --continue model.parameters.tua --from 1 --to 2"),
                  2, {"--set steady.continue.path=model.parameters.tua: ", "model.parameters.tau"});
  expect_one_line(
      folder.arcuate("steady column.yml --set noise.y0=0 --set 'steady.linear_noise={}'"), 2,
      {"column.yml: steady.linear_noise: sigma is 0"});
  expect_one_line(
      folder.arcuate("steady net.yml --set 'model.parameters.tau=[1,1,1,1,1,1,1,1,1,1,1,2]' "
                     "--continue model.parameters.tau --from 1 --to 2"),
      2, {"net.yml: steady.continue.path: model.parameters.tau differs"});
  expect_one_line(folder.arcuate("steady net.yml --set steady.rots=3"), 2, {"rots", "roots"});
}

TEST_F(Steady, IsKnownToHelpAndCompletion) {
  EXPECT_THAT(folder.arcuate("--help").out, HasSubstr("steady"));
  EXPECT_THAT(folder.arcuate("steady --help").out, HasSubstr("--starts"));
  EXPECT_THAT(folder.arcuate("commands bash").out, HasSubstr("steady"));
}

/// The numbers are those of the mean field's own test.
TEST_F(Steady, OfSpikingNeuronsIsThatOfTheirMeanField) {
  std::filesystem::copy_file(ARCUATE_SOURCE "/jobs/examples/two_clusters.yml",
                             folder.path("two.yml"));
  const std::string grid =
      " --set steady.landscape.populations='[E0, E1]' --set 'steady.landscape.step=10 Hz'";
  const Outcome outcome = folder.ranks(2, "steady two.yml --starts 40" + grid);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("E0-E1 21.8082, Eb 2.54689, I0-Ib 13.0204"),
                    HasSubstr("E0 2.53363, E1 51.0921"), HasSubstr("3 fixed points from 40 starts"),
                    HasSubstr("landscape: 36 points")));
  EXPECT_THAT(outcome.err, HasSubstr("the depression of E -> E is -0.461538"));
  const std::vector<double> rates = numbers("two.steady.h5", "/fixed_points/rate");
  ASSERT_EQ(rates.size(), 18U);
  EXPECT_NEAR(rates[0], 21.8082215, 1e-6);
  EXPECT_EQ(numbers("two.steady.h5", "/fixed_points/active"), (std::vector<double>{0, 1, 1}));
  EXPECT_NEAR(numbers("two.steady.h5", "/fixed_points/inactive_rate")[1], 2.5336281, 1e-6);
  EXPECT_EQ(numbers("two.steady.h5", "/landscape/force_E1").size(), 36U);
  EXPECT_EQ(numbers("two.steady.h5", "/path/potential").size(), 5U);
  const auto refused = [&](const std::string& set, const std::string& words) {
    expect_one_line(folder.arcuate("steady two.yml --overwrite --quiet --set '" + set + "'"), 2,
                    {words});
  };
  refused("steady.landscape={populations: [E7]}", "steady.landscape.populations");
  refused("steady.landscape={populations: [0-5]}", "one to three");
  refused("steady.landscape={populations: [E0], from: 9 Hz, to: 3 Hz}", "steady.landscape.to");
  refused("steady.roots=7", "steady.roots");
  refused("steady.linear_noise.to=20", "steady.linear_noise");
  refused("steady.landscape={from: 0 Hz}", "missing");
}

}  // namespace
