#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

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
  static_cast<void>(
      folder.shell("timeout -s KILL 0.5 " ARCUATE_PROGRAM " sweep s.yml -o killed.sweep" + longer));
  folder.end_all();
  const bool begun = std::filesystem::exists(folder.path("killed.sweep/journal"));
  expect_done(folder.arcuate("sweep s.yml -o killed.sweep" + longer + (begun ? "--resume" : "")));
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
  expect_done(folder.ranks(2, "fit s.yml -o more.fit" + target));
  expect_same_results(folder.path("s.fit/table.h5"), folder.path("more.fit/table.h5"));
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
