#include "arcuate/io/convert_lif.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "places.hpp"

namespace arcuate::io {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string shipped = ARCUATE_SOURCE "/jobs/examples/lif/";

SpikingStudy study_from(const std::string& name) {
  return parse_spiking_study(convert_lif(shipped + name + ".yaml").text, name, {});
}

/// Another configuration in the place of one that is shipped.
std::string changed_lif(const std::string& name, const std::string& before,
                        const std::string& after) {
  std::ostringstream text;
  text << std::ifstream(shipped + name + ".yaml").rdbuf();
  std::string all = text.str();
  const std::size_t at = all.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  all.replace(at, before.size(), after);
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("arcuate_lif_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "changed.yaml").string();
  std::ofstream(path) << all;
  return path;
}

std::string refusal_of(const std::string& path) {
  try {
    return "accepted: " + convert_lif(path).text;
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(ConvertLif, TakesTheDefaultNetwork) {
  const SpikingStudy study = study_from("default_snn_params");
  const spiking::Config& config = study.config;
  EXPECT_EQ(study.steps, 5000) << "2.5 s of 0.5 ms";
  EXPECT_EQ(config.dt, 0.0005);
  EXPECT_EQ(config.seed, 256U);
  EXPECT_EQ(config.tau_membrane, spiking::Values{0.02});
  EXPECT_EQ(config.tau_synaptic, spiking::Values{0.005});
  EXPECT_EQ(config.threshold, (spiking::Values{1.5, 0.75}));
  EXPECT_EQ(config.j_ext, (spiking::PairOf{2.3, 2.3}));
  EXPECT_EQ(config.c_ext, (spiking::PairOf{320.0, 320.0}));
  EXPECT_EQ(config.nu_ext, (spiking::PairOf{7.0, 7.0}));
  EXPECT_THAT(config.stimuli, IsEmpty());
  EXPECT_EQ(study.title, "test_sim");
  const spiking::Populations all = spiking::populations_of(config);
  std::vector<GlobalIndex> sizes(38, 80);
  std::fill(sizes.begin() + 19, sizes.end(), 20);
  sizes[18] = 160;
  sizes[37] = 40;
  EXPECT_EQ(all.size, sizes);
  GlobalIndex to_e = 0, to_i = 0;
  for (int pre = 0; pre < 38; ++pre) {
    to_e += all.sources(0, pre);
    to_i += all.sources(20, pre);
  }
  EXPECT_EQ(to_e, 520);
  EXPECT_EQ(to_i, 1000);
}

// Weights of the specification.
TEST(ConvertLif, TakesTheMeanFieldOfEighteenClusters) {
  const SpikingStudy study = study_from("default_mf_params");
  EXPECT_EQ(study.mean_field.starts, 100);
  const spiking::Populations all = spiking::populations_of(study.config);
  const auto expect = [&](int post, int pre, double J) {
    EXPECT_NEAR(all.J(post, pre), J, 5e-9 * (J < 0.01 && J > -0.01 ? 1.0 : 100.0));
  };
  expect(0, 0, 0.221874);
  expect(0, 1, 0.0041926274);
  expect(0, 19, -0.26553307);
  expect(0, 20, -0.0318639687);
  expect(19, 0, 0.07677539);
  expect(19, 1, 0.0111020775);
  expect(19, 19, -0.42485292);
  expect(19, 20, -0.0687857102);
  expect(18, 18, 0.0140872280);
  expect(37, 37, -0.0849705831);
}

TEST(ConvertLif, TakesTheMeanFieldOfTwoClusters) {
  const ConvertedStudy converted = convert_lif(shipped + "2_cluster_mf.yaml");
  const SpikingStudy study = study_from("2_cluster_mf");
  EXPECT_EQ(study.config.neurons, (std::array<GlobalIndex, 2>{640, 160}));
  EXPECT_EQ(study.config.background, (std::array<GlobalIndex, 2>{480, 160}));
  EXPECT_EQ(study.config.j_ext, (spiking::PairOf{14.5, 12.9}));
  EXPECT_EQ(study.config.threshold, (spiking::Values{4.86, 5.98}));
  EXPECT_EQ(study.config.arousal.level, 0.275);
  EXPECT_NEAR(spiking::populations_of(study.config).depression[0], -0.4615384615, 1e-10);
  EXPECT_THAT(converted.notes, Contains(AllOf(HasSubstr("j_potentiated"), HasSubstr("-0.4615"),
                                              HasSubstr("2_cluster_mf.yaml:21"))));
}

TEST(ConvertLif, TakesRatesThatPerturb) {
  const auto values = [](const std::string& name) {
    const SpikingStudy study = study_from(name);
    EXPECT_EQ(study.steps, 60000);
    EXPECT_EQ(study.config.perturbations.size(), 1U);
    std::vector<double> rate = spiking::perturbed(study.config, spiking::Target::rate);
    EXPECT_THAT(std::vector<double>(rate.begin() + 18, rate.end()), testing::Each(0.0));
    rate.resize(18);
    return rate;
  };
  EXPECT_THAT(values("snn_long_run_perturbed"),
              ElementsAre(1, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
  EXPECT_THAT(values("snn_long_run_perturbed_half"),
              ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(values("snn_long_run_perturbed_uniform"),
              ElementsAre(1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0));
}

TEST(ConvertLif, TakesPotentiationThatIsPerturbed) {
  const spiking::Populations plain = spiking::populations_of(study_from("snn_long_run").config);
  const auto factor = [&](const std::string& name, int cluster) {
    const spiking::Populations all = spiking::populations_of(study_from(name).config);
    EXPECT_EQ(all.J(cluster, (cluster + 1) % 18), plain.J(cluster, (cluster + 1) % 18));
    const double e = all.J(cluster, cluster) / plain.J(cluster, cluster);
    EXPECT_NEAR(all.J(cluster, 19 + cluster) / plain.J(cluster, 19 + cluster), e, 1e-12);
    return e;
  };
  for (const auto& [name, first, middle, last] :
       {std::tuple{"pot_6_6_6", 1.1, 1.0, 0.9}, std::tuple{"pot_half_on", 1.1, 1.0, 1.0},
        std::tuple{"pot_half_pm", 1.1, 0.9, 0.9}}) {
    const std::string all = std::string("snn_long_run_perturbed_") + name;
    EXPECT_NEAR(factor(all, 0), first, 1e-12) << name;
    EXPECT_NEAR(factor(all, 9), middle, 1e-12) << name;
    EXPECT_NEAR(factor(all, 17), last, 1e-12) << name;
  }
}

TEST(ConvertLif, TakesStimuliAndTimes) {
  const std::string path = changed_lif(
      "default_snn_params", "  stimulus_shape: diff2exp\n  onsets: null\n  amplitude: 0\n",
      "  stimulus_shape: 1\n  onsets: [0.1, 0.5]\n  amplitude: 3\n");
  const SpikingStudy box = parse_spiking_study(convert_lif(path).text, "s", {});
  ASSERT_EQ(box.config.stimuli.size(), 1U);
  EXPECT_EQ(box.config.stimuli[0].shape, spiking::Shape::box);
  EXPECT_EQ(box.config.stimuli[0].onsets, (std::vector<double>{0.1, 0.5}));
  EXPECT_EQ(box.config.stimuli[0].amplitude, 3.0);
  const std::string windowed =
      changed_lif("snn_long_run_perturbed", "    seed: 256\n",
                  "    time_dependence: {shape: hat, onset_time: 2, offset_time: 2.5}\n"
                  "  tau_membrane: {vectors: [[1]], involved_clusters: [[0]], params: [0.002]}\n"
                  "  threshold: {vectors: [[1]], params: [1], time_dependence: {onset_time: 1}}\n");
  const ConvertedStudy converted = convert_lif(windowed);
  const spiking::Config config = parse_spiking_study(converted.text, "s", {}).config;
  ASSERT_EQ(config.perturbations.size(), 2U) << "one never acts";
  EXPECT_EQ(config.perturbations[0].begin, 2.0);
  EXPECT_EQ(config.perturbations[0].end, 2.5);
  EXPECT_NEAR(config.perturbations[1].values[0], 0.002, 1e-15);
  EXPECT_THAT(converted.notes,
              Contains(AllOf(HasSubstr("perturbation.tau_membrane"), HasSubstr("ignores"))));
  EXPECT_THAT(converted.notes,
              Contains(AllOf(HasSubstr("perturbation.threshold"), HasSubstr("never acts"))));
}

TEST(ConvertLif, SaysWhatItLeavesOut) {
  const ConvertedStudy unknown = convert_lif(
      changed_lif("default_snn_params", "  mechanism: analytic", "  mechanisms: euler"));
  EXPECT_THAT(unknown.notes, Contains(AllOf(HasSubstr("changed.yaml:5: init_params.mechanisms"),
                                            HasSubstr("did you mean 'mechanism'"))));
  const ConvertedStudy inhibitory = convert_lif(
      changed_lif("default_snn_params", "j_ext: [2.3, 2.3, 0, 0]", "j_ext: [2.3, 2.3, 1, 0]"));
  EXPECT_THAT(inhibitory.notes, Not(Contains(HasSubstr("inhibitory source"))))
      << "its synapses have no rate";
  const ConvertedStudy other = convert_lif(changed_lif(
      "default_snn_params", "probs: [0.2, 0.5, 0.5, 0.5]", "probs: [0.2, 0.5, 0.4, 0.5]"));
  EXPECT_THAT(other.notes, Contains(HasSubstr("connectivity_fraction_probs: the original takes")));
  const ConvertedStudy window = convert_lif(changed_lif("snn_long_run_perturbed", "    seed: 256\n",
                                                        "    time_dependence: {onset: 1}\n"));
  EXPECT_THAT(window.notes, Contains(AllOf(HasSubstr("perturbation.rate.time_dependence.onset"),
                                           HasSubstr("did you mean 'onset_time'"))));
  const ConvertedStudy late =
      convert_lif(changed_lif("default_snn_params", "onsets: null", "onsets: 40"));
  EXPECT_THAT(late.notes, Contains(AllOf(HasSubstr("stimulus.onsets: never acts: 40000 ms"))));
}

TEST(ConvertLif, RefusesWithFileLineAndKey) {
  const auto refused = [](const std::string& before, const std::string& after) {
    return refusal_of(changed_lif("default_snn_params", before, after));
  };
  EXPECT_THAT(refused("arousal:\n  level: 0.3", "arousals:\n  level: 0.3"),
              AllOf(HasSubstr("changed.yaml: arousal: missing")));
  EXPECT_THAT(refused("  level: 0.3", "  level: much"),
              HasSubstr("changed.yaml:44: arousal.level: "));
  EXPECT_THAT(refused("  level: 0.3", "  level: 1.5"),
              HasSubstr("changed.yaml:44: arousal.level: "));
  EXPECT_THAT(refused("n_clusters: 18\n    total_pops: 38", "n_clusters: 17\n    total_pops: 36"),
              AllOf(HasSubstr("architecture.clusters.n_clusters: "), HasSubstr("left over")));
  EXPECT_THAT(refused("total_pops: 38", "total_pops: 37"),
              HasSubstr("architecture.clusters.total_pops: 37 is not 2 n_clusters + 2 = 38"));
  EXPECT_THAT(refused("n_neurons: 2000", "n_neurons: 2001"),
              HasSubstr("init_params.n_neurons: 2001 is not"));
  EXPECT_THAT(refused("stimulus_shape: diff2exp", "stimulus_shape: triangle"),
              AllOf(HasSubstr("stimulus.stimulus_shape: 'triangle'"), HasSubstr("box")));
  EXPECT_THAT(refused("tau_membrane: 0.02", "tau_membrane: [0.02, 0.01, 0.02]"),
              HasSubstr("architecture.network.tau_membrane: 3 numbers"));
  EXPECT_THAT(refused("arousal:\n", "perturbation: {speed: {params: [1]}}\narousal:\n"),
              HasSubstr("perturbation.speed: unknown target"));
  EXPECT_THAT(refused("arousal:\n",
                      "perturbation: {rate: {vectors: [[1, 2]], involved_clusters: [[0]], params: "
                      "[1]}}\narousal:\n"),
              AllOf(HasSubstr("changed.yaml:43: perturbation.rate.vectors: "),
                    HasSubstr("2 numbers for 1 populations")));
  EXPECT_THAT(refused("arousal:\n",
                      "perturbation: {rate: {vectors: [[1]], params: [1], time_dependence: "
                      "banana}}\narousal:\n"),
              HasSubstr("changed.yaml:43: perturbation.rate.time_dependence: expected a map"));
  EXPECT_THAT(refused("arousal:\n",
                      "perturbation: {rate: {vectors: [[1, 2]], involved_clusters: [[0, 0]], "
                      "params: [1]}}\narousal:\n"),
              HasSubstr("perturbation.rate.involved_clusters: names E0 twice"));
  EXPECT_THAT(refusal_of(shipped + "none.yaml"), HasSubstr("none.yaml"));
}

}  // namespace
}  // namespace arcuate::io
