#include "arcuate/io/spiking_study.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/study_template.hpp"

namespace arcuate::io {
namespace {

SpikingStudy read(const std::string& section, const std::string& rest = "") {
  return parse_spiking_study("spiking: " + section + "\nduration: 1 s\n" + rest, "s.yml", {});
}

void expect_error(const std::string& section, const std::vector<std::string>& words,
                  const std::string& rest = "") {
  try {
    read(section, rest);
    FAIL() << section << " was accepted";
  } catch (const ConfigError& error) {
    for (const std::string& word : words)
      EXPECT_THAT(error.what(), testing::HasSubstr(word)) << section;
  }
}

/// The original's default_snn_params.
TEST(SpikingStudy, WithoutKeysIsTheNetworkThatTheOriginalShips) {
  const SpikingStudy study = read("{}");
  const spiking::Config& config = study.config;
  EXPECT_EQ(config.n_neurons(), 2000);
  EXPECT_EQ(config.n_populations(), 38);
  EXPECT_EQ(config.background, (std::array<GlobalIndex, 2>{160, 40}));
  EXPECT_EQ(config.probabilities, (spiking::FourOf{0.2, 0.5, 0.5, 0.5}));
  EXPECT_EQ(config.j_baseline, (spiking::FourOf{0.63, 0.63, -1.9, -3.8}));
  EXPECT_EQ(config.j_potentiated, (spiking::FourOf{16.85, 5.45, 6.25, 5.0}));
  EXPECT_EQ(config.tau_membrane, spiking::Values{0.02});
  EXPECT_EQ(config.tau_synaptic, spiking::Values{0.005});
  EXPECT_EQ(config.tau_refractory, spiking::Values{0.005});
  EXPECT_EQ(config.threshold, (spiking::Values{1.5, 0.75}));
  EXPECT_EQ(config.reset, spiking::Values{0.0});
  EXPECT_EQ(config.j_ext, (spiking::PairOf{2.3, 2.3}));
  EXPECT_EQ(config.c_ext, (spiking::PairOf{320.0, 320.0}));
  EXPECT_EQ(config.nu_ext, (spiking::PairOf{7.0, 7.0}));
  EXPECT_EQ(config.arousal.level, 0.3);
  EXPECT_EQ(config.arousal.L, 0.75);
  EXPECT_EQ(config.arousal.x_0, 0.2);
  EXPECT_EQ(config.arousal.k, 1.25);
  EXPECT_EQ(config.arousal.M, 13.125);
  EXPECT_EQ(config.dt, 0.0005);
  EXPECT_EQ(config.delay, 1);
  EXPECT_EQ(study.steps, 2000);
  EXPECT_TRUE(config.potentiate);
  EXPECT_EQ(config.method, spiking::Method::analytic);
  EXPECT_EQ(study.analysis.minimum, 0.02);
  EXPECT_EQ(study.analysis.smoothing.width, 0.01);
  ASSERT_EQ(study.monitors.size(), 1U);
  EXPECT_EQ(study.monitors[0].period, 2);
}

TEST(SpikingStudy, ReadsUnitsAndLists) {
  const SpikingStudy study = read(
      "{tau_membrane: [0.01 s, 15], dt: 0.1, delay: 1.5 ms, nu_ext: [7 Hz, 8 Hz], method: euler, "
      "stimuli: [{shape: box, onsets: [0.1 s, 200], duration: 50, amplitude: 3, clusters: [0-2, "
      "E5]}], monitors: [{kind: voltages, neurons: [4, 0-2], period: 0.1}, {kind: rates, kernel: "
      "box, width: 20, period: 5}]}",
      "seed: 9\ntransient: 100 ms\n");
  const spiking::Config& config = study.config;
  EXPECT_EQ(config.tau_membrane, (spiking::Values{0.01, 0.015}));
  EXPECT_EQ(config.delay, 15);
  EXPECT_EQ(config.nu_ext, (spiking::PairOf{7.0, 8.0}));
  EXPECT_EQ(config.method, spiking::Method::euler);
  EXPECT_EQ(config.seed, 9U);
  EXPECT_EQ(study.transient, 1000);
  ASSERT_EQ(config.stimuli.size(), 1U);
  EXPECT_EQ(config.stimuli[0].clusters, (std::vector<int>{0, 1, 2, 5}));
  EXPECT_EQ(config.stimuli[0].onsets, (std::vector<double>{0.1, 0.2}));
  EXPECT_EQ(config.stimuli[0].duration, 0.05);
  EXPECT_EQ(study.monitors[0].neurons, (std::vector<GlobalIndex>{0, 1, 2, 4}));
  EXPECT_EQ(study.monitors[1].period, 50);
  EXPECT_EQ(study.monitors[1].smoothing.kernel, analysis::Kernel::box);
}

TEST(SpikingStudy, IsReadAgainFromItsNormalisedText) {
  const SpikingStudy study = read(
      "{clusters: 9, neurons: [1600, 400], threshold: [1.4, 0.7], stimuli: [{onsets: [10], "
      "amplitude: 2}], perturbation: {rate: {vectors: [[1]], populations: [E0, Ib], "
      "coefficients: [2], begin: 100, end: 200}, arousal_level: 0.1}}",
      "title: again\n");
  const SpikingStudy again = parse_spiking_study(study.normalised, "r.h5", {});
  EXPECT_EQ(again.normalised, study.normalised);
  EXPECT_EQ(again.config.clusters, 9);
  EXPECT_EQ(again.config.threshold, study.config.threshold);
  ASSERT_EQ(again.config.perturbations.size(), 2U);
  EXPECT_EQ(again.config.perturbations[0].values, study.config.perturbations[0].values);
  EXPECT_EQ(again.config.perturbations[0].end, 0.2);
}

TEST(SpikingStudy, ReadsValuesByNeuronFromAFile) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("arcuate_spiking_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string study = (folder / "s.yml").string();
  const std::string text =
      "spiking: {clusters: 1, neurons: [4, 2], background: [2, 1], tau_membrane: {file: "
      "tau.txt}}\nduration: 1 s\n";
  const auto write = [&](const char* values) { std::ofstream(folder / "tau.txt") << values; };
  write("10\n20\n30\n40\n50\n60\n");
  EXPECT_EQ(parse_spiking_study(text, study, {}).config.tau_membrane,
            (spiking::Values{0.01, 0.02, 0.03, 0.04, 0.05, 0.06}));
  write("10\n20\n30\n");
  EXPECT_THROW(parse_spiking_study(text, study, {}), DataError);
  write("10\n20\n30\n40\n50\n-60\n");
  EXPECT_THROW(parse_spiking_study(text, study, {}), ConfigError);
  std::filesystem::remove_all(folder);
}

/// Numbers of the original's own code.
TEST(SpikingStudy, SumsTheVectorsOfAPerturbationByTheirPopulations) {
  const SpikingStudy study = read(
      "{perturbation: {rate: {vectors: [[1, 1, -1], [-1, 1, 1], [1, -1, 1]], populations: "
      "[[0, 1, 2], [1, 2, 3], [2-4]], coefficients: [0.3, 0.02, 0.2]}}}");
  ASSERT_EQ(study.config.perturbations.size(), 1U);
  const std::vector<double>& values = study.config.perturbations[0].values;
  ASSERT_EQ(values.size(), 38U);
  const std::vector<double> expected{0.3, 0.28, -0.08, -0.18, 0.2, 0.0};
  double sum = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    sum += values[k];
    if (k < expected.size()) {
      EXPECT_NEAR(values[k], expected[k], 1e-15) << k;
    }
  }
  EXPECT_NEAR(sum / 38.0, 0.0136842105, 5e-11);
}

TEST(SpikingStudy, DrawsVectorsOfAPerturbation) {
  const auto drawn = [](const std::string& more) {
    return read(
               "{perturbation: {j_baseline: {populations: [0-17], coefficients: [0.1, 0.2], "
               "n_vectors: 2" +
               more + "}}}")
        .config.perturbations.at(0)
        .basis.vectors;
  };
  const auto some = drawn("");
  ASSERT_EQ(some.size(), 2U);
  int positive = 0;
  for (std::size_t k = 0; k < 38; ++k) {
    EXPECT_EQ(std::abs(some[0][k]), k < 18 ? 1.0 : 0.0);
    positive += some[0][k] > 0.0 ? 1 : 0;
  }
  EXPECT_GT(positive, 2);
  EXPECT_LT(positive, 16);
  EXPECT_NE(some[0], some[1]);
  EXPECT_EQ(drawn(""), some);
  EXPECT_NE(drawn(", seed: 3"), some);
  EXPECT_EQ(drawn(", balance: 1")[1][17], 1.0);
  EXPECT_EQ(drawn(", structured: false, sigma: 0, mean: 3")[0][4], 3.0);
}

TEST(SpikingStudy, TakesMatricesAndRingsOfPerturbations) {
  const std::string small = "clusters: 2, neurons: [160, 40], background: [60, 10], ";
  const SpikingStudy ring =
      read("{perturbation: {j: {circulant: {alpha: 0.25, beta: -0.5, clusters: 4}}}}");
  EXPECT_EQ(ring.config.perturbations[0].matrix, spiking::circulant(ring.config, 0.25, -0.5, 4, 1));
  const std::string path =
      (std::filesystem::path(testing::TempDir()) / ("m" + std::to_string(::getpid()) + ".csv"))
          .string();
  std::ofstream(path) << "1,1,1,1,1,1\n1,1,1,1,1,1\n1,1,1,1,1,1\n1,1,1,1,1,1\n1,1,1,1,1,1\n"
                         "1,1.5,1,1,1,0.25\n";
  const SpikingStudy matrix =
      read("{" + small + "perturbation: {j: {matrix: {file: '" + path + "'}}}}");
  std::filesystem::remove(path);
  EXPECT_EQ(matrix.config.perturbations[0].matrix[5 * 6 + 1], 1.5);
  EXPECT_EQ(matrix.inputs.back(), path);
  // A recording has the numbers, not the file.
  const SpikingStudy again = parse_spiking_study(matrix.normalised, "again.yml", {});
  EXPECT_EQ(again.config.perturbations[0].matrix, matrix.config.perturbations[0].matrix);
  const auto refused = [&](const std::string& target, const std::vector<std::string>& words) {
    expect_error("{" + small + "perturbation: {" + target + "}}", words);
  };
  refused("j_baseline: {circulant: {alpha: 1}}", {"perturbation.j_baseline.circulant", "is of j"});
  refused("rate: {matrix: [[1]]}", {"perturbation.rate.matrix", "is of j and j_baseline"});
  refused("j: {matrix: [[1]]}", {"s.yml:1", "perturbation.j.matrix", "expected 6 lists"});
  refused("j: {matrix: [[1],[1],[1],[1],[1],[1]]}", {"expected 6 numbers"});
  refused("j: {circulant: {alpha: 1}, vectors: [[1]]}", {"vectors", "does not go with"});
  refused("j: {circulant: {shift: 2}}", {"circulant.shift", "2 is a multiple of the 2 clusters"});
  refused("j: {circulant: {clusters: 3}}", {"circulant.clusters", "more than the 2"});
  refused("j: {circulant: {gamma: 3}}", {"circulant.gamma", "alpha"});
}

TEST(SpikingStudy, TakesTimeConstantsOfPerturbationsInMilliseconds) {
  const SpikingStudy study = read(
      "{perturbation: {tau_membrane: {vectors: [[1]], populations: [E0], coefficients: [5]}}}");
  EXPECT_DOUBLE_EQ(study.config.perturbations[0].values[0], 0.005);
}

TEST(SpikingStudy, NamesWhatIsWrong) {
  expect_error("{cluster: 3}", {"s.yml:1", "spiking.cluster", "did you mean 'clusters'"});
  expect_error("{clusters: 17}", {"s.yml:1", "spiking.clusters", "12 are left over"});
  expect_error("{background: [160, 0]}", {"spiking.background", "expected at least 1"});
  expect_error("{probabilities: [0.2, 0.5, 1.5, 0.5]}",
               {"spiking.probabilities", "in-degree of 60", "40"});
  expect_error("{j_baseline: [1, 2]}", {"spiking.j_baseline", "2 numbers: expected 4"});
  expect_error("{tau_membrane: 3 mV}", {"spiking.tau_membrane", "mV"});
  expect_error("{threshold: [1.5, -0.1]}", {"spiking.threshold", "not above its reset"});
  expect_error("{delay: 0.7}", {"spiking.delay", "not a whole number of steps"});
  expect_error("{perturbation: {rates: {}}}",
               {"spiking.perturbation.rates", "unknown target", "did you mean 'rate'"});
  expect_error("{perturbation: {rate: {vectors: [[1, 2]], coefficients: [1]}}}",
               {"2 numbers for 38 populations"});
  expect_error("{perturbation: {rate: {vectors: [[1]], coefficients: [1, 2]}}}",
               {"coefficients", "2 numbers for 1 vectors"});
  expect_error("{perturbation: {j_ext: {vectors: [[1]], coefficients: [1], end: 5}}}",
               {"j_ext.end", "`rate` alone"});
  expect_error("{perturbation: {rate: {vectors: [[1]], coefficients: [1], populations: [E18]}}}",
               {"populations", "E18"});
  expect_error("{stimuli: [{shape: square, onsets: [1], amplitude: 1}]}",
               {"spiking.stimuli.0.shape", "box, linear, diff2exp"});
  expect_error("{stimuli: [{onsets: [1], amplitude: 1, tau_rise: 100}]}",
               {"spiking.stimuli.0.tau_rise", "tau_decay"});
  expect_error("{monitors: [{kind: voltages, neurons: [2000]}]}",
               {"spiking.monitors.0.neurons", "there is no number 2000"});
  expect_error("{monitors: [{kind: rates}, {kind: rates}]}", {"another `name`"});
  expect_error("{monitors: [{kind: voltages}]}", {"neurons: missing, but required"});
  expect_error("{}", {"model", "does not go with `spiking`"}, "model: {name: Hopf}\n");
  expect_error("\n  nu_ext: [7, -3]\n", {"s.yml:2: spiking.nu_ext: -3 is out of range"});
  expect_error("{perturbation: {rate: {vectors: [[1]], coefficients: [1], begin: 5, end: 4}}}",
               {"rate.end: 4 ms is not after `begin`, 5 ms"});
  expect_error("\n  perturbation:\n    tau_membrane: {vectors: [[1]], coefficients: [-20]}\n",
               {"s.yml:3: spiking.perturbation.tau_membrane: makes tau_membrane of E0 0 ms"});
}

// What would be read and then be without effect.
TEST(SpikingStudy, RefusesKeysThatWouldDoNothing) {
  expect_error("{stimuli: [{shape: box, onsets: [1], amplitude: 1, tau_rise: 10}]}",
               {"spiking.stimuli.0.tau_rise", "is of diff2exp"});
  expect_error("{stimuli: [{shape: linear, onsets: [1], amplitude: 1, tau_decay: 10}]}",
               {"spiking.stimuli.0.tau_decay", "is of diff2exp"});
  expect_error("{stimuli: [{onsets: [1], amplitude: 1, duration: 10}]}",
               {"spiking.stimuli.0.duration", "is of box and linear"});
  expect_error("{stimuli: [{onsets: [1], amplitude: 1, clusters: [2], cluster_fraction: 0.1}]}",
               {"spiking.stimuli.0.cluster_fraction", "not with `clusters`"});
  const SpikingStudy box =
      read("{stimuli: [{shape: box, onsets: [1], amplitude: 1, clusters: [2]}]}");
  EXPECT_EQ(parse_spiking_study(box.normalised, "s.yml", {}).normalised, box.normalised)
      << "what a recording keeps has all keys";
}

TEST(SpikingStudy, TakesEachPopulationAndNeuronOnce) {
  expect_error("{stimuli: [{onsets: [1], amplitude: 1, clusters: [2, 0-3]}]}",
               {"spiking.stimuli.0.clusters", "names E2 twice"});
  expect_error("{monitors: [{kind: voltages, neurons: [0-5, 5]}]}",
               {"spiking.monitors.0.neurons", "names number 5 twice"});
  expect_error(
      "{perturbation: {rate: {vectors: [[1, 2]], coefficients: [1], populations: [E0, E0]}}}",
      {"perturbation.rate.populations", "names E0 twice"});
  expect_error("{analysis: {sequences: [[E1 E1, none]]}}", {"sequences", "names E1 twice"});
  expect_error("{}", {"steady.landscape.populations", "names E0 twice"},
               "steady: {landscape: {populations: [E0, E0]}}\n");
}

// Each of these would take longer or more memory than anybody has.
TEST(SpikingStudy, RefusesWhatWouldNotEnd) {
  expect_error("{}", {"steady.landscape.step", "6000 rates of each of 3 populations", "2.16e+11"},
               "steady: {landscape: {populations: [0, 1, 2], to: 60 Hz, step: 0.01 Hz}}\n");
  expect_error("{dt: 0.000001}", {"width", "1e+07 steps"});
  expect_error("{analysis: {width: 60 s}}", {"spiking.analysis.width", "120000 steps of 0.5 ms"});
  expect_error("{analysis: {capacity: {dimensions: 19}}}",
               {"capacity.dimensions", "19 are more than the 18 clusters"});
  expect_error("{analysis: {capacity: {dimensions: 6, size: 20}}}",
               {"capacity.size", "20 are more than the 18 clusters"});
}

TEST(SpikingStudy, NamesTheLineOfWhatNeverActs) {
  const SpikingStudy study =
      read("\n  stimuli:\n    - shape: box\n      onsets: [1 s]\n      amplitude: 1\n");
  ASSERT_EQ(study.warnings.size(), 1U);
  EXPECT_THAT(study.warnings[0],
              testing::StartsWith("s.yml:4: spiking.stimuli.0.onsets: never acts: "));
}

TEST(SpikingStudy, WarnsOfADepressionBelowZero) {
  const SpikingStudy study = read(
      "{clusters: 2, neurons: [640, 160], background: [480, 160], j_potentiated: [20, 1, 1, 1]}");
  ASSERT_EQ(study.warnings.size(), 1U);
  EXPECT_THAT(study.warnings[0], testing::StartsWith("s.yml:1: spiking.j_potentiated: "));
}

TEST(SpikingStudy, IsRefusedByWhatReadsOtherStudies) {
  try {
    parse_study("spiking: {}\nduration: 1 s\n", "s.yml", {});
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("s.yml:1: spiking: "));
  }
}

TEST(SpikingStudy, NamesSequencesOfStatesAndAWindow) {
  const SpikeAnalysis how =
      read("{analysis: {from: 200 ms, to: -100 ms, sequences: [[E3 E0, none, E17]]}}").analysis;
  EXPECT_DOUBLE_EQ(how.from, 0.2);
  EXPECT_DOUBLE_EQ(how.to, -0.1);
  EXPECT_EQ(how.sequences, (std::vector<std::vector<std::vector<int>>>{{{0, 3}, {}, {17}}}));
  expect_error("{analysis: {from: 2 s}}", {"spiking.analysis.from", "outside of the 1 s"});
  expect_error("{analysis: {from: 0.7 s, to: -0.4 s}}", {"spiking.analysis.to", "is empty"});
  expect_error("{analysis: {sequences: [[E0]]}}", {"spiking.analysis.sequences", "two states"});
  expect_error("{analysis: {sequences: [[E0, I0]]}}", {"spiking.analysis.sequences", "I0"});
  expect_error("{analysis: {sequences: [[E0, E1 E1]]}}", {"names E1 twice"});
}

TEST(SpikingStudy, ComesAsATemplateWithAllKeys) {
  const std::string text = spiking_template(SpikingTemplate::simulation);
  const SpikingStudy plain = read("{}", "output: s.h5\n");
  EXPECT_EQ(parse_spiking_study(text, "s.yml", {"output=s.h5"}).normalised, plain.normalised);
  EXPECT_THAT(text, testing::HasSubstr("\nspiking: "));
  EXPECT_THAT(text, testing::HasSubstr("\n  clusters: 18 "));
  EXPECT_THAT(text, testing::HasSubstr("\n    level: 0.3 "));
  for (const char* key : {"stimuli", "amplitude", "circulant", "alpha", "sequences", "tau_decay",
                          "nu_ext", "before_end", "neurons"})
    EXPECT_THAT(text, testing::HasSubstr(std::string(key) + ":")) << key;
  const std::string steady = spiking_template(SpikingTemplate::mean_field);
  EXPECT_EQ(parse_spiking_study(steady, "s.yml", {}).mean_field.starts, 20);
  EXPECT_THAT(steady, testing::HasSubstr("landscape:"));
  EXPECT_THAT(steady, testing::Not(testing::HasSubstr("stimuli")));
}

}  // namespace
}  // namespace arcuate::io
