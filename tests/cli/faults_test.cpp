#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// The studies and connectomes of tests/data/faults, run as a user runs them; README.md there says
/// what the right values are.
namespace arcuate::test {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Pointwise;

/// A folder with all of the files.
class Faults : public testing::Test {
 protected:
  Faults() {
    std::filesystem::copy(std::string(ARCUATE_SOURCE) + "/tests/data/faults", folder_.path());
  }

  void run(const std::string& arguments) const {
    const Outcome outcome = folder_.arcuate("simulate --quiet --overwrite " + arguments);
    ASSERT_EQ(outcome.code, 0) << arguments << outcome.err;
  }
  [[nodiscard]] std::vector<double> recorded(const std::string& file,
                                             const std::string& dataset) const {
    return io::hdf5::open_file(folder_.path(file), io::hdf5::Access::read).read<double>(dataset);
  }
  /// What a study with this connectome was simulated with.
  [[nodiscard]] std::vector<double> simulated(const std::string& connectome,
                                              const std::string& dataset) const {
    run("4_lengths.yml --set 'connectome=" + connectome + "'");
    return recorded("o.h5", "connectome/" + dataset);
  }

  const Folder folder_;
};

TEST_F(Faults, ZerlautSecondOrderStaysInRange) {
  for (const char* more : {"", " --set model.parameters.b_e=0", " --set integrator.dt=0.01",
                           " --set model.parameters.external_input_ex_ex=0"
                           " --set model.parameters.external_input_in_ex=0"}) {
    run("1_zerlaut2.yml" + std::string(more));
    const std::vector<double> state = recorded("z2.h5", "monitors/raw/data");
    for (std::size_t at = 0; at < state.size(); at += 240) {  // E, I, C_ee of 80 regions
      const double highest =
          *std::max_element(state.begin() + static_cast<std::ptrdiff_t>(at),
                            state.begin() + static_cast<std::ptrdiff_t>(at) + 160);
      ASSERT_LT(highest, 0.2) << at / 240 << more;
    }
  }
}

TEST_F(Faults, TheInputAtAStampIsThatOfTheStateAtThatStamp) {
  run("2_afferent.yml");
  EXPECT_THAT(recorded("out.h5", "monitors/afferent_coupling/data"),
              Pointwise(DoubleNear(1e-15), {0.9, 0.0, 0.81, 0.0, 0.729, 0.0, 0.6561, 0.0}));
}

TEST_F(Faults, AFileNamedForLengthsGivesItsLengths) {
  run("4_lengths.yml");
  EXPECT_THAT(recorded("o.h5", "connectome/length"), Each(30.0));
  for (const char* pair :
       {"{weights: w.npz, lengths: L.npz}", "{weights: w.mat, lengths: L_tract_lengths.mat}"})
    EXPECT_THAT(simulated(pair, "length"), Each(30.0)) << pair;
  for (const char* pair : {"{weights: cm.mat, lengths: len.mat}", "{file: both.mat}",
                           "{weights: W.txt, lengths: both.mat}"}) {
    EXPECT_THAT(simulated(pair, "length"), ElementsAre(40, 80, 40, 60, 80, 60)) << pair;
    EXPECT_THAT(simulated(pair, "weight"), ElementsAre(2, 1, 3, 1, 1, 4)) << pair;
  }
}

TEST_F(Faults, ADelayIsComputedInDoublePrecision) {
  run("5_delay.yml");
  const std::vector<double> state = recorded("out.h5", "monitors/raw/data");
  const double expected[] = {0.1, 0.19, 0.261, 0.3159, 0.35721};
  ASSERT_EQ(state.size(), 10U);
  for (std::size_t sample = 0; sample < 5; ++sample)
    EXPECT_NEAR(state[2 * sample], expected[sample], 1e-15) << sample;
}

/// neg.zip: [[0 1 -5], [1 0 2], [0.5 1 0]]; allneg.zip: its absolute values, negative.
TEST_F(Faults, NormalisingDividesByAbsoluteValues) {
  const auto weights = [&](const std::string& file, const std::string& how) {
    run("6_negative.yml --set connectome.file=" + file + " --set connectome.normalize=" + how);
    return recorded("o.h5", "connectome/weight");
  };
  const auto near = [](std::vector<double> values, double divisor) {
    for (double& value : values)
      value /= divisor;
    return Pointwise(DoubleNear(1e-16), values);
  };
  const std::vector<double> mixed{1, -5, 1, 2, 0.5, 1};
  const std::vector<double> negative{-1, -5, -1, -2, -0.5, -1};
  EXPECT_THAT(weights("neg.zip", "max"), near(mixed, 5));
  EXPECT_THAT(weights("allneg.zip", "max"), near(negative, 5));
  EXPECT_THAT(weights("neg.zip", "region_sum"), near(mixed, 4));        // |1 - 5|
  EXPECT_THAT(weights("allneg.zip", "region_sum"), near(negative, 6));  // |-1 - 5|
  EXPECT_THAT(weights("neg.zip", "row_sum"),
              near({0.5, -2.5, 1, 2, 1, 2}, 3));  // rows of 6, 3 and 1.5
  EXPECT_THAT(weights("allneg.zip", "row_sum"), near({-0.5, -2.5, -1, -2, -1, -2}, 3));
}

TEST_F(Faults, ArchivesOfTheVirtualBrainAreRead) {
  for (const char* name : {"prefixed_names.zip", "backslash_folder.zip"}) {
    const std::string file = "{file: " + std::string(name) + "}";
    EXPECT_THAT(simulated(file, "length"), ElementsAre(10, 20, 10, 30, 20, 30)) << name;
    EXPECT_THAT(simulated(file, "weight"), ElementsAre(1, 0.5, 1, 2, 0.5, 2)) << name;
  }
  const Outcome info = folder_.arcuate("connectome info comma_in_label.zip");
  EXPECT_EQ(info.code, 0) << info.err;
  EXPECT_EQ(count(info.out, "Right_area,_nose, Right_area,_mouth, Left_area"), 1U) << info.out;
}

TEST_F(Faults, LabelsInLatin1AreRefusedByEveryReader) {
  expect_one_line(folder_.arcuate("connectome info latin1.zip"), 2,
                  {"latin1.zip: centres.txt: line 2: the label 'rB", "0xE9", "UTF-8"});
  folder_.write("latin1.edges.csv", "source,target,weight\na,b\xE9,1\n");
  expect_one_line(folder_.arcuate("connectome convert latin1.edges.csv x.h5"), 2,
                  {"latin1.edges.csv: ", "0xE9", "UTF-8"});
  EXPECT_FALSE(std::filesystem::exists(folder_.path("x.h5")));
  for (const char* name : {"b.zip", "b.edges.csv"})
    EXPECT_EQ(folder_.arcuate("connectome info " + std::string(name)).code, 0) << name;
}

TEST_F(Faults, TwoColumnsAreTimeAndValueOnlyWhereThatIsSaid) {
  const std::string study =
      "5_delay.yml --set 'stimuli=[{target: c, equation: {name: series, file: two_columns.txt, ";
  expect_one_line(folder_.arcuate("simulate --quiet " + study + "period: 1}}]'"), 2,
                  {"two_columns.txt: ", "2 columns", "columns: [time, value]"});
  run(study + "columns: [time, value]}}]'");
  // Region 1 has no other input: dx/dt = -x + 5 from x = 1, in steps of 0.1 ms.
  const std::vector<double> state = recorded("out.h5", "monitors/raw/data");
  for (std::size_t sample = 0; sample < 5; ++sample)
    EXPECT_NEAR(state[2 * sample + 1], 5.0 - 4.0 * std::pow(0.9, static_cast<double>(sample + 1)),
                1e-14)
        << sample;
}

TEST_F(Faults, WhatIsDamagedIsRefused) {
  const std::vector<std::pair<std::string, std::string>> files{{"lab64.mat", "64 elements"},
                                                               {"mat_label_segv.mat", "labels"},
                                                               {"h5_segv_libhdf5.h5", "labels"},
                                                               {"h5_asan_H5Aexists.h5", "damaged"}};
  for (const auto& [name, words] : files) {
    expect_one_line(folder_.arcuate("connectome info " + name), 2, {name, words});
    expect_one_line(
        folder_.arcuate("simulate 4_lengths.yml --set 'connectome={file: " + name + "}'"), 2,
        {name, words});
  }
}

TEST_F(Faults, WithoutLengthsTheyAreDistancesOfCentresElseZero) {
  EXPECT_THAT(simulated("{weights: W.txt, centres: c.txt}", "length"),
              ElementsAre(30, 40, 30, 50, 40, 50));
  folder_.write("labels.txt", "a\nb\nc\n");
  EXPECT_THAT(simulated("{weights: W.txt, labels: labels.txt, speed: inf}", "length"), Each(0.0));
  EXPECT_THAT(simulated("{file: w.h5}", "length"), Each(0.0));
}

TEST_F(Faults, AStudyOfAFileWithBothUsesTheLengths) {
  run("study.yml");
  EXPECT_THAT(recorded("study.h5", "connectome/length"), ElementsAre(40, 80, 40, 60, 80, 60));
}

}  // namespace
}  // namespace arcuate::test
