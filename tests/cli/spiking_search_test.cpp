#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/spikes.hpp"
#include "search_support.hpp"

/// Sweeps and fits of networks of spiking neurons and of their mean field, as a user runs them.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

const std::string searched_study =
    "spiking:\n"
    "  clusters: 2\n"
    "  neurons: [160, 40]\n"
    "  background: [60, 10]\n"
    "  potentiate: false\n"
    "  perturbation: {rate: {vectors: [[1]], populations: [E0], coefficients: [2]}}\n"
    "seed: 5\n"
    "duration: 300 ms\n"
    "transient: 20 ms\n"
    "sweep:\n"
    "  spiking.arousal.level: [0.1, 0.4]\n"
    "  spiking.perturbation.rate.coefficients: [[0], [4]]\n"
    "  repeats: 3\n"
    "fit:\n"
    "  vary: {spiking.nu_ext: [4, 9]}\n"
    "  minimise: [{loss: relative, source: spikes.rate, populations: [E0, E1], target: 100 Hz}]\n"
    "  budget: 14\n"
    "  synchronous: true\n";

class SpikingSearch : public testing::Test {
 protected:
  SpikingSearch() { folder.write("s.yml", searched_study); }
  void expect_done(const Outcome& outcome) const { EXPECT_EQ(outcome.code, 0) << outcome.err; }
  Folder folder;
};

TEST_F(SpikingSearch, ACandidateIsWhatSimulateRecords) {
  expect_done(folder.arcuate("sweep s.yml --set 'sweep.keep=[features,recordings]'"));
  const auto all = results_of(folder.path("s.sweep/table.h5"));
  const Csv table(folder.path("s.sweep/table.csv"));
  ASSERT_EQ(table["status"].size(), 12U);
  constexpr std::size_t candidate = 10;  // level 0.4, coefficient 4, second repeat
  EXPECT_EQ(table.number("spiking.arousal.level", candidate), 0.4);
  expect_done(folder.arcuate(
      "simulate s.yml --quiet --set output=one.h5 --set spiking.arousal.level=0.4 --set "
      "'spiking.perturbation.rate.coefficients=[4]' --set seed=" +
      table["seed"][candidate]));
  const auto one = folder.path("one.h5").string();
  const auto rate = io::hdf5::open_file(one, io::hdf5::Access::read)
                        .open_group("spike_trains")
                        .read<double>("rate");
  ASSERT_EQ(rate.size(), 6U);
  for (std::size_t p = 0; p < rate.size(); ++p)
    EXPECT_EQ(all.at("spikes/rate")[candidate * rate.size() + p], rate[p]);
  EXPECT_EQ(table.number("spikes.rate_E", candidate), (rate[0] + rate[1]) / 2.0);
  io::require_same_spikes(one, folder.path("s.sweep/recordings/000010.h5").string());
  const double off = (rate[0] / 100.0 - 1.0), more = (rate[1] / 100.0 - 1.0);
  EXPECT_NEAR(table.number("loss", candidate), (off * off + more * more) / 2.0, 1e-12);
}

TEST_F(SpikingSearch, RepeatsHaveMeansWithErrors) {
  expect_done(folder.arcuate("sweep s.yml"));
  const Csv table(folder.path("s.sweep/table.csv")), means(folder.path("s.sweep/means.csv"));
  ASSERT_EQ(means["repeats"].size(), 4U);
  for (std::size_t point = 0; point < 4; ++point) {
    EXPECT_EQ(means["repeats"][point], "3");
    double sum = 0.0, squares = 0.0;
    for (std::size_t k = 3 * point; k < 3 * point + 3; ++k)
      sum += table.number("active.rate", k);
    for (std::size_t k = 3 * point; k < 3 * point + 3; ++k)
      squares += std::pow(table.number("active.rate", k) - sum / 3.0, 2);
    EXPECT_NEAR(means.number("active.rate", point), sum / 3.0, 1e-9 * sum);
    EXPECT_NEAR(means.number("active.rate.error", point), std::sqrt(squares / 6.0), 1e-9 * sum);
    EXPECT_EQ(means["spiking.arousal.level"][point], table["spiking.arousal.level"][3 * point]);
  }
}

TEST_F(SpikingSearch, ASweepIsTheSameOnAnyRanksAndTeams) {
  const std::string steady =
      " --set 'sweep.each=[steady,simulate]' --set sweep.repeats=1 "
      "--set steady.starts=3 --quiet ";
  expect_done(folder.arcuate("sweep s.yml" + steady));
  expect_done(folder.ranks(3, "sweep s.yml -o two.sweep" + steady));
  expect_done(folder.ranks(3, "sweep s.yml -o teams.sweep --ranks 2 --threads 2" + steady));
  expect_same_results(folder.path("s.sweep/table.h5"), folder.path("two.sweep/table.h5"));
  expect_same_results(folder.path("s.sweep/table.h5"), folder.path("teams.sweep/table.h5"));
  EXPECT_TRUE(results_of(folder.path("s.sweep/table.h5")).contains("mean_field/rate"));
}

TEST_F(SpikingSearch, AKilledOneGoesOnAndEndsWithTheSameTable) {
  const std::string longer = " --set duration='2 s' --quiet ";
  expect_done(folder.ranks(2, "sweep s.yml" + longer));
  // Killed when two candidates or more are in the journal, below its header.
  static_cast<void>(folder.shell(ARCUATE_PROGRAM " sweep s.yml -o killed.sweep" + longer + "& " +
                                 once("test $(wc -l <killed.sweep/journal) -ge 3") +
                                 "kill -KILL $!; wait"));
  folder.end_all();
  ASSERT_TRUE(std::filesystem::exists(folder.path("killed.sweep/journal")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("killed.sweep/table.h5")));
  const Outcome rest = folder.arcuate("sweep s.yml -o killed.sweep --resume" + longer);
  expect_done(rest);
  // What was done is not done again.
  EXPECT_GT(std::stoi(rest.out), 0);
  EXPECT_LE(std::stoi(rest.out), 10) << rest.out;
  expect_same_results(folder.path("s.sweep/table.h5"), folder.path("killed.sweep/table.h5"));
}

TEST_F(SpikingSearch, AFitFindsTheDriveOfARateAndIsTheSameOnAnyRanks) {
  // What the rate is at 6 Hz is the target.
  folder.write("t.yml", searched_study + "title: target\n");
  expect_done(
      folder.arcuate("sweep t.yml --quiet --set sweep.repeats=1 --set "
                     "'sweep={spiking.nu_ext: [6, 8]}' --set "
                     "'fit.minimise.0.target=1'"));
  const auto rates = results_of(folder.path("t.sweep/table.h5")).at("spikes/rate");
  const std::string target = " --quiet --set 'fit.minimise.0.target=[" + std::to_string(rates[0]) +
                             "," + std::to_string(rates[1]) + "]' --set fit.budget=40 ";
  expect_done(folder.arcuate("fit s.yml" + target));
  const Outcome best = folder.arcuate("best s.fit -o best.yml");
  expect_done(best);
  const Outcome ran = folder.arcuate("simulate best.yml --quiet --set output=b.h5");
  expect_done(ran);
  const auto found = io::hdf5::open_file(folder.path("b.h5").string(), io::hdf5::Access::read)
                         .open_group("spike_trains")
                         .read<double>("rate");
  EXPECT_NEAR(found[0], rates[0], 0.05 * rates[0]);
  // The fit has simulated its best candidate once more, and the report draws it.
  io::require_same_spikes(folder.path("b.h5").string(), folder.path("s.fit/best.h5").string());
  expect_done(folder.arcuate("report s.fit"));
  const std::string page = content(folder.path("s.fit/report.html"));
  EXPECT_THAT(page, HasSubstr("id=\"spikes-section\""));
  // And it lists what was found beside what was wanted.
  const std::size_t begin = page.find("[", page.find("\"beside\":")), end = page.find("]", begin);
  ASSERT_LT(end, page.size());
  const auto beside = nlohmann::json::parse(page.substr(begin, end + 1 - begin));
  ASSERT_EQ(beside.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(beside[k]["name"], k == 0 ? "spikes.rate of E0" : "spikes.rate of E1");
    EXPECT_EQ(beside[k]["unit"], "Hz");
    EXPECT_NEAR(beside[k]["value"], found[k], 1e-4 * found[k]);
    EXPECT_NEAR(beside[k]["target"], rates[k], 1e-4 * rates[k]);
  }
  expect_done(folder.ranks(2, "fit s.yml -o more.fit" + target));
  expect_same_results(folder.path("s.fit/table.h5"), folder.path("more.fit/table.h5"));
}

TEST_F(SpikingSearch, PerturbationsOfClustersAreWrittenSweptAndTheirSensitivityFound) {
  const Outcome made = folder.arcuate(
      "capacity --clusters 2 --size 1 --study s.yml --basis --strengths 0 4 -o basis.yml");
  expect_done(made);
  expect_done(folder.arcuate(
      "sweep basis.yml --quiet --set 'spiking.analysis.minimum=2 ms' --set duration='1 s'"));
  const Csv table(folder.path("basis.sweep/table.csv"));
  ASSERT_EQ(table["status"].size(), 4U);  // two clusters, two strengths
  const Outcome found = folder.arcuate(
      "sensitivity basis.sweep/recordings --weak 4 --occurrences 2 --size 1 -o sensitivity.h5");
  expect_done(found);
  EXPECT_THAT(found.out, HasSubstr("baseline: 1.96 s"));  // without a perturbation twice
  const auto file =
      io::hdf5::open_file(folder.path("sensitivity.h5").string(), io::hdf5::Access::read);
  const auto names = file.read_texts("/sensitivity/state");
  const auto slope = file.read<double>("/sensitivity/slope");
  ASSERT_EQ(slope.size(), 2 * names.size());
  // From the recordings themselves: candidates 0 and 2 have no perturbation, 1 has one of E0.
  const auto states = [&](const char* number) {
    return io::read_spike_results(
               folder.path(std::string("basis.sweep/recordings/") + number + ".h5").string())
        .attractors;
  };
  const auto without = states("000000"), with = states("000001");
  const auto total = [](const analysis::Attractors& all, const std::vector<int>& state) {
    double sum = 0.0;
    for (const analysis::Occurrence& one : all.occurrences)
      sum += all.states[static_cast<std::size_t>(one.state)] == state ? one.seconds() : 0.0;
    return sum;
  };
  const auto place = std::find(names.begin(), names.end(), "E0") - names.begin();
  ASSERT_LT(place, std::ssize(names));
  const double expected = std::log(total(with, {0}) / total(without, {0})) / 4.0;
  EXPECT_NEAR(slope[2 * static_cast<std::size_t>(place)], expected, 1e-9);
  EXPECT_EQ(file.read_texts("/perturbations/target_state"),
            (std::vector<std::string>{"none", "E1", "E0"}));
  expect_one_line(folder.arcuate("sensitivity basis.sweep/recordings/000001.h5"), 2,
                  {"no recording is without"});
  expect_one_line(folder.arcuate("sensitivity basis.sweep/recordings/000000.h5"), 2,
                  {"000000.h5", "no recording has a perturbation"});
  expect_one_line(folder.arcuate("capacity --clusters 3 --size 1 --study s.yml --basis -o no.yml"),
                  2, {"has 2 clusters"});
}

TEST_F(SpikingSearch, CapacityIsATableOverDimensionsAndStates) {
  // All pairs of clusters tell two states apart: gamma = 2 M / (k (C - 1)), 2 M / (k C) alike in
  // all directions.
  const Outcome all =
      folder.arcuate("capacity --states all --clusters 6 --size 3 --dimensions 2,4 -o c.csv");
  expect_done(all);
  const Csv table(folder.path("c.csv"));
  ASSERT_EQ(table["gamma"].size(), 2U);
  for (std::size_t k : {0U, 1U}) {
    const double dimensions = table.number("dimensions", k);
    EXPECT_NEAR(table.number("gamma", k), 2.0 * dimensions / 15.0, 1e-6);
    EXPECT_NEAR(table.number("isotropic_gamma", k), dimensions / 9.0, 1e-8);
    EXPECT_LE(table.number("best_random_gamma", k), table.number("gamma", k) + 1e-6);
    EXPECT_EQ(table.number("hard", k), 20.0);
  }
  const Outcome more = folder.arcuate(
      "capacity --states drawn --clusters 6 --count 8 --counts 4,8 --draws 2 --dimensions 3 -o "
      "d.csv");
  expect_done(more);
  const Csv drawn(folder.path("d.csv"));
  ASSERT_EQ(drawn["gamma"].size(), 4U);
  EXPECT_GE(drawn.number("gamma", 0), drawn.number("gamma", 1) - 1e-6);  // more states, less room
  expect_done(
      folder.arcuate("capacity --clusters 2 --size 1 --study s.yml --dimensions 1 -o to.yml"));
  expect_done(folder.arcuate("check to.yml"));
  expect_one_line(folder.arcuate("capacity --dimensions 0-3"), 2, {"--dimensions", "1-12"});
  expect_one_line(folder.arcuate("capacity --clusters 6 --dimensions 2,7,3"), 2,
                  {"--dimensions", "7 are more than the 6 clusters"});
  expect_one_line(folder.arcuate("capacity --states all"), 2, {"816 such states"});
  expect_one_line(folder.arcuate("capacity --counts 99 --dimensions 2"), 2, {"99 states"});
}

TEST_F(SpikingSearch, WhatVerbsWroteTheyReplaceWhenAskedToAndNothingElse) {
  const std::string original = ARCUATE_SOURCE "/jobs/examples/lif/default_snn_params.yaml";
  for (const auto& [output, command] :
       {std::pair<std::string, std::string>{"lif.yml", "convert-lif " + original},
        {"basis.yml", "capacity --clusters 2 --size 1 --study s.yml --basis --strengths 0 4"},
        {"table.csv", "capacity --states all --clusters 3 --size 1 --dimensions 1"}}) {
    const std::string whole = command + " -o " + output;
    expect_done(folder.arcuate(whole));
    expect_one_line(folder.arcuate(whole), 2, {output, "is there already; --overwrite"});
    expect_done(folder.arcuate(whole + " --overwrite"));
    folder.write(output, "# mine\n");
    expect_one_line(folder.arcuate(whole + " --overwrite"), 2, {output, "Arcuate wrote"});
  }
}

TEST_F(SpikingSearch, IsPlannedAndSubmitted) {
  const Outcome planned = folder.arcuate(
      "plan s.yml --json --set 'sweep.each=[steady,simulate]' --set duration='20 s'");
  expect_done(planned);
  const auto plan = nlohmann::json::parse(planned.out);
  EXPECT_EQ(plan.at("sweep").at("simulations"), 12);
  EXPECT_EQ(plan.at("fit").at("simulations"), 14);
  // A candidate of the sweep has its mean field too.
  EXPECT_GT(plan.at("seconds"), 0.0);
  EXPECT_GT(plan.at("sweep").at("processor_seconds").get<double>() / 12.0,
            plan.at("fit").at("processor_seconds").get<double>() / 14.0);
  EXPECT_NEAR(plan.at("fit").at("processor_seconds").get<double>() / 14.0,
              plan.at("seconds").get<double>(), 1e-9);
  const Outcome script = folder.arcuate("submit s.yml --verb sweep --ranks 5 --print");
  expect_done(script);
  EXPECT_THAT(script.out, HasSubstr("#SBATCH --ntasks=5"));
  EXPECT_THAT(script.out, HasSubstr("set -- sweep "));
  expect_done(folder.arcuate("submit s.yml --print"));
  folder.write("t.yml", "spiking: {}\nduration: 100 ms\n");
  expect_one_line(folder.arcuate("submit t.yml --verb fit --print"), 2,
                  {"fit: the study has no such section"});
}

TEST_F(SpikingSearch, CheckSaysWhatWouldBeDone) {
  const Outcome check = folder.arcuate("check s.yml");
  expect_done(check);
  EXPECT_THAT(check.out, HasSubstr("12 candidates: grid 2 x 2 x 3"));
  EXPECT_THAT(check.out, HasSubstr("relative of spikes.rate against 100, 100"));
  const Outcome wrong = folder.arcuate("check s.yml --set fit.minimise.0.target=[1,2,3]");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("3 values for 2 of `spikes.rate`"));
}

}  // namespace
}  // namespace arcuate::test
