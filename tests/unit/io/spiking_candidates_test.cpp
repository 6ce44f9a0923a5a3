#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/spike_features.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/io/sweep.hpp"

/// Candidates of studies of spiking neurons: what they change, and what they are described by.
namespace arcuate::io {
namespace {

using testing::HasSubstr;

const std::string searched_network =
    "spiking: {clusters: 2, neurons: [160, 40], background: [60, 10], potentiate: false}\n"
    "duration: 1 s\n"
    "seed: 5\n";

Subject subject_with(const std::string& more) {
  return parse_subject(searched_network + more, "s.yml", {});
}

std::string sweep_error(const std::string& section) {
  try {
    static_cast<void>(sweep_of(subject_with("sweep:\n" + section)));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

/// minimise stands in line 7.
Fit fit_with(const std::string& term, const std::string& more = "") {
  return fit_of(subject_with("fit:\n  vary: {spiking.nu_ext: [5, 9]}\n  budget: 10\n  minimise: [" +
                             term + "]\n" + more));
}

std::string fit_error(const std::string& term, const std::string& more = "") {
  try {
    static_cast<void>(fit_with(term, more));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

double number_in(const std::vector<NamedFeature>& all, const std::string& feature,
                 const std::string& array, std::size_t entry = 0) {
  for (const NamedFeature& one : all) {
    for (const analysis::Array& values : one.result.arrays) {
      if (one.name == feature && values.name == array) return values.values.at(entry);
    }
  }
  ADD_FAILURE() << feature << "." << array;
  return 0.0;
}

TEST(SpikingCandidates, AreTheStudyWithTheirValues) {
  const Sweep sweep = sweep_of(subject_with(
      "sweep:\n  spiking.arousal.level: [0.1, 0.2]\n  spiking.nu_ext: {linspace: [5, 7, 3]}\n"
      "  repeats: 2\n"));
  EXPECT_EQ(sweep.size(), 12);
  EXPECT_TRUE(sweep.each.keep_features);
  const std::vector<Column> columns = sweep.columns();
  EXPECT_EQ(columns.at(1).name, "spiking.nu_ext");
  EXPECT_EQ(columns.at(1).unit, "Hz");
  std::vector<std::string> overrides = overrides_of(sweep.changes(10));  // level 0.2, rate 7
  const SpikingStudy one = parse_spiking_study(searched_network, "s.yml", overrides);
  EXPECT_EQ(one.config.arousal.level, 0.2);
  EXPECT_EQ(one.config.nu_ext, (spiking::PairOf{7.0, 7.0}));
  EXPECT_EQ(one.config.seed, 5U);  // of the first repeat
  EXPECT_EQ(
      parse_spiking_study(searched_network, "s.yml", overrides_of(sweep.changes(11))).config.seed,
      seed_of(5, 1));
}

TEST(SpikingCandidates, KeepTheSectionsInTheNormalisedStudy) {
  const Subject study = subject_with("sweep: {spiking.nu_ext: [5, 6]}\n");
  const Subject again = parse_subject(study.normalised, "s.yml", {});
  EXPECT_EQ(sweep_of(again).size(), 2);
  EXPECT_EQ(without_searches(again), subject_with("").normalised);
}

TEST(SpikingCandidates, WhatCannotBeVariedIsSaidWithItsPlace) {
  EXPECT_THAT(sweep_error("  spiking.arousal.levl: [0.1, 0.2]\n"),
              testing::AllOf(HasSubstr("s.yml:5: sweep.spiking.arousal.levl: unknown key"),
                             HasSubstr("did you mean 'level'?")));
  EXPECT_THAT(sweep_error("  spiking.arousal.level: [0.1, 2]\n"),
              HasSubstr("s.yml:5: sweep.spiking.arousal.level: 2 is out of range"));
  EXPECT_THAT(sweep_error("  coupling.gain: [0.1, 2]\n"),
              testing::AllOf(HasSubstr("s.yml:5: sweep.coupling.gain: "),
                             HasSubstr("does not go with `spiking`")));
  EXPECT_THAT(sweep_error("  spiking.clusters: [2, 7]\n"), HasSubstr("s.yml:5: sweep.spiking."));
  EXPECT_THAT(sweep_error("  spiking.nu_ext: [1, 2]\n  each: [tune_inhibition, simulate]\n"),
              HasSubstr("s.yml:6: sweep.each: unknown value 'tune_inhibition'"));
  EXPECT_THAT(sweep_error("  spiking.nu_ext: [1, 2]\n  each: [simulate, steady]\n"),
              HasSubstr("s.yml:6: sweep.each: what is done, in this order"));
  EXPECT_THAT(
      sweep_error("  spiking.nu_ext: [1, 2]\n  each: [steady]\n  keep: [features, recordings]\n"),
      HasSubstr("s.yml:7: sweep.keep: nothing is simulated"));
}

TEST(SpikingCandidates, AreComparedWithValuesOfTheirFeatures) {
  const Fit fit = fit_with(
      "{loss: squared, source: spikes.rate, populations: [I0, 0-1], target: [9, 5, 0.006 kHz]}, "
      "{loss: relative, source: attractors.lifespan, target: 40 ms, weight: 0.5}, "
      "{loss: absolute, source: spikes.fano, target: 1}");
  const std::vector<FitTerm>& terms = fit.conditions.at(0).minimise;
  EXPECT_EQ(terms.at(0).values->entries, (std::vector<std::size_t>{3, 0, 1}));
  EXPECT_EQ(terms.at(0).values->wanted, (std::vector<double>{9.0, 5.0, 6.0}));
  EXPECT_DOUBLE_EQ(terms.at(1).values->wanted.at(0), 0.04);  // s
  EXPECT_EQ(terms.at(1).weight, 0.5);
  EXPECT_EQ(terms.at(2).values->wanted, std::vector<double>(6, 1.0));
  EXPECT_TRUE(fit.inputs.empty());
}

TEST(SpikingCandidates, TargetsThatDoNotFitAreSaidWithTheirPlace) {
  EXPECT_THAT(fit_error("{loss: squared, source: spikes.rte, target: 1}"),
              testing::AllOf(HasSubstr("s.yml:7: fit.minimise.0.source: candidates have no feature "
                                       "'spikes.rte'"),
                             HasSubstr("did you mean 'spikes.rate'?")));
  EXPECT_THAT(fit_error("{loss: squared, source: spikes.rate, target: [1, 2, 3]}"),
              HasSubstr("s.yml:7: fit.minimise.0.target: 3 values for 6 of `spikes.rate`"));
  EXPECT_THAT(fit_error("{loss: squared, source: spikes.rate, target: 3 mV}"),
              HasSubstr("s.yml:7: fit.minimise.0.target: "));
  EXPECT_THAT(fit_error("{loss: relative, source: spikes.rate, target: 0}"),
              HasSubstr("a relative difference from 0"));
  EXPECT_THAT(fit_error("{loss: fc_corr, source: spikes.rate, target: 1}"),
              HasSubstr("there is no loss 'fc_corr' of features"));
  EXPECT_THAT(fit_error("{loss: squared, source: active.rate, populations: [E0], target: 1}"),
              HasSubstr("fit.minimise.0.populations: `active.rate` is not by population"));
  EXPECT_THAT(fit_error("{loss: squared, source: spikes.rate}"),
              HasSubstr("target: missing, but required: a number"));
  EXPECT_THAT(fit_error("{loss: squared, source: spikes.rate, target: 1, window: 2}"),
              HasSubstr("fit.minimise.0.window: is of losses of networks of regions"));
  EXPECT_THAT(fit_error("{loss: squared, source: mean_field.stable, target: 2}"),
              HasSubstr("candidates have no feature 'mean_field.stable'"));
  EXPECT_EQ(fit_error("{loss: squared, source: mean_field.stable, target: 2}",
                      "  each: [steady, simulate]\n"),
            "");
}

TEST(SpikingCandidates, HaveTargetsByCondition) {
  const Fit fit =
      fit_with("{loss: squared, source: spikes.rate_E}",
               "  conditions:\n"
               "    - {name: low, targets: {squared: 5}}\n"
               "    - {name: high, set: {spiking.arousal.level: 0.6}, targets: {squared: 8 Hz}}\n");
  EXPECT_EQ(fit.conditions.at(0).minimise.at(0).values->wanted.at(0), 5.0);
  EXPECT_EQ(fit.conditions.at(1).minimise.at(0).values->wanted.at(0), 8.0);
}

/// States (0) and (0, 1): 100 ms, 200 ms, 50 ms of 500 ms.
TEST(SpikeFeatures, AreMeansOverPopulationsAndStates) {
  const Subject study = subject_with("");
  const spiking::Populations populations = spiking::populations_of(study.neurons()->config);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  SpikeResults results;
  results.populations = {{4.0, 1.0, 0.1, 0.5},  {6.0, none, 0.2, none}, {2.0, 1.0, 0.1, 1.0},
                         {10.0, 1.0, 0.1, 1.0}, {14.0, 1.0, 0.1, 1.0},  {3.0, 1.0, 0.1, 1.0}};
  results.mean_number = 1.2;
  results.attractors.states = {{0}, {0, 1}};
  results.attractors.occurrences = {
      {0, 0, 0.0, 0.1, {}}, {1, 0, 0.1, 0.3, {}}, {0, 0, 0.3, 0.35, {}}};
  results.attractors.session_ends = {0.5};
  const std::vector<NamedFeature> all = features_of(results, populations, {});
  EXPECT_DOUBLE_EQ(number_in(all, "spikes", "rate_E"), 5.0);
  EXPECT_DOUBLE_EQ(number_in(all, "spikes", "rate_Eb"), 2.0);
  EXPECT_DOUBLE_EQ(number_in(all, "spikes", "rate_I"), 12.0);
  EXPECT_DOUBLE_EQ(number_in(all, "spikes", "rate_Ib"), 3.0);
  EXPECT_DOUBLE_EQ(number_in(all, "spikes", "isi_cv_E"), 0.5);  // one of them has none
  EXPECT_DOUBLE_EQ(number_in(all, "spikes", "rate", 4), 14.0);
  EXPECT_DOUBLE_EQ(number_in(all, "active", "clusters"), 1.2);
  EXPECT_DOUBLE_EQ(number_in(all, "attractors", "states"), 2.0);
  EXPECT_DOUBLE_EQ(number_in(all, "attractors", "occurrences"), 3.0);
  EXPECT_DOUBLE_EQ(number_in(all, "attractors", "lifespan"), (0.075 + 0.2) / 2.0);
  EXPECT_DOUBLE_EQ(number_in(all, "attractors", "dwell"), 0.35 / 3.0);
  EXPECT_DOUBLE_EQ(number_in(all, "attractors", "covered"), 0.7);
  EXPECT_DOUBLE_EQ(number_in(all, "attractors", "probability"), (0.3 + 0.4) / 2.0);
  for (const std::size_t size : {0U, 1U, 2U})
    EXPECT_EQ(number_in(all, "attractors", "by_size", size), size == 0 ? 0.0 : 1.0);
}

/// lif.md 5.3: the potential of the two-cluster network, whose path begins in a valley.
TEST(SpikeFeatures, TheBarrierIsWhatLiesBetweenTheTwoDeepestValleys) {
  meanfield::Path path;
  path.potential = {12.74369, 32.80544, 45.55334, 48.16287, 44.49037, 34.54319,
                    21.69111, 11.82247, 7.33333,  8.38002,  18.44675};
  path.displacement.assign(path.potential.size(), 1.0);
  const Barrier barrier = barrier_of(path);
  EXPECT_EQ(barrier.valleys, 2);
  EXPECT_DOUBLE_EQ(barrier.from_first, 48.16287);
  EXPECT_DOUBLE_EQ(barrier.from_second, 48.16287 - 7.33333);
  path.potential = {-1.0, -3.0, -2.0, -1.5};
  EXPECT_EQ(barrier_of(path).valleys, 1);
  EXPECT_TRUE(std::isnan(barrier_of(path).from_first));
}

/// lif.md 5.2: one saddle, and a stable point with its mirror.
TEST(SpikeFeatures, OfTheMeanFieldAreFixedPointsAndTheirRates) {
  const SpikingStudy study = parse_spiking_study(
      "spiking: {clusters: 2, neurons: [640, 160], background: [480, 160], threshold: [4.86, "
      "5.98], j_ext: [14.5, 12.9], c_ext: 128, j_baseline: [0.8, 2.5, -10.6, -9.7], "
      "j_potentiated: [20, 1, 1, 1], arousal: {level: 0.275}}\n"
      "duration: 1 s\n"
      "steady: {starts: 12}\n",
      "s.yml", {});
  const std::vector<std::string> names = spiking::populations_of(study.config).names;
  const std::vector<NamedFeature> all = features_of(analyse_mean_field(study), names);
  EXPECT_EQ(number_in(all, "mean_field", "fixed_points"), 3.0);
  EXPECT_EQ(number_in(all, "mean_field", "stable"), 2.0);
  EXPECT_EQ(number_in(all, "mean_field", "kinds", 2) + number_in(all, "mean_field", "kinds", 3),
            1.0);  // saddles
  EXPECT_NEAR(number_in(all, "mean_field", "lowest_stable_rate"), 2.5336281, 1e-6);
  EXPECT_NEAR(number_in(all, "mean_field", "highest_stable_rate"), 51.0921121, 1e-6);
  EXPECT_NEAR(number_in(all, "mean_field", "rate", 2), 2.5468945, 1e-6);  // Eb of the saddle
  EXPECT_NEAR(number_in(all, "mean_field", "rightmost"), 0.14866, 1e-5);
}

}  // namespace
}  // namespace arcuate::io
