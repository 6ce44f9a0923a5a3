#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/spikes.hpp"
#include "report/grid.hpp"
#include "report/spikes.hpp"
#include "support.hpp"

/// What a page shows of spikes.
namespace arcuate::test {
namespace {

const std::string pictured_study =
    "spiking: { clusters: 2, neurons: [160, 40], background: [60, 10], analysis: { minimum: 2 ms } "
    "}\n"
    "seed: 5\n"
    "duration: 300 ms\n"
    "transient: 20 ms\n"
    "output: s.h5\n";

TEST(SpikingReport, ShowsAllSpikesRatesAndAttractorsOfASmallRecording) {
  const Folder folder;
  folder.write("s.yml", pictured_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  const std::string path = folder.path("s.h5").string();
  const auto json = report::spike_charts(io::RecordedRun(path));
  const io::RecordedSpikes spikes = io::read_spikes(path);
  const auto& whole = json["whole"];
  EXPECT_EQ(whole["spikes"], spikes.step.size());
  EXPECT_EQ(whole["drawn"], spikes.step.size());
  EXPECT_EQ(whole["neurons"].size(), 200U);
  std::vector<double> times, rows;
  for (std::size_t k = 0; k < spikes.step.size(); ++k) {
    times.push_back(static_cast<double>(spikes.step[k] + 1) * 0.0005);
    rows.push_back(spikes.neuron[k]);
  }
  EXPECT_EQ(whole["time"], report::pack(times, {0.02, 0.3}));
  EXPECT_EQ(whole["row"], report::pack(rows, {0.0, 65534.0}));
  const io::SpikeResults results = io::read_spike_results(path);
  ASSERT_EQ(results.populations.size(), 6U);
  EXPECT_NEAR(json["statistics"][0]["rate"].get<double>(), results.populations[0].rate, 1e-3);
  EXPECT_EQ(json["n_states"], results.attractors.states.size());
  ASSERT_GT(results.attractors.occurrences.size(), 1U);
  EXPECT_EQ(json["occurrences"].size(), results.attractors.occurrences.size());
  // Times of attractors are since the recording began, those of the page since the run began.
  EXPECT_NEAR(json["occurrences"][0][1].get<double>(),
              0.02 + results.attractors.occurrences[0].begin, 1e-12);
}

TEST(SpikingReport, DrawsAllSpikesOfSomeNeuronsOfEachPopulationWhereThereAreTooMany) {
  const Folder folder;
  folder.write("s.yml",
               "spiking: { clusters: 2, neurons: [4800, 1200], background: [1600, 400], "
               "probabilities: [0.01, 0.01, 0.01, 0.01] }\nduration: 100 ms\noutput: s.h5\n");
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  const std::string path = folder.path("s.h5").string();
  const auto json = report::spike_charts(io::RecordedRun(path));
  const auto& whole = json["whole"];
  EXPECT_EQ(whole["stride"], 2);
  EXPECT_EQ(whole["one_of"], 1);
  ASSERT_EQ(whole["neurons"].size(), 3000U) << "6000 are more than 4000";
  std::size_t of_these = 0;
  const io::RecordedSpikes spikes = io::read_spikes(path);
  for (const std::int32_t neuron : spikes.neuron)
    of_these += neuron % 2 == 0 ? 1U : 0U;
  EXPECT_GT(of_these, 0U);
  EXPECT_EQ(whole["drawn"], of_these);
  EXPECT_EQ(whole["spikes"], spikes.step.size());
}

/// A recording whose list of spikes is another.
void replace_spikes(const std::string& path, const std::vector<std::int64_t>& steps,
                    const std::vector<std::int32_t>& neurons) {
  const io::hdf5::Object file = io::hdf5::open_file(path, io::hdf5::Access::write);
  const io::hdf5::Object group = file.open_group("spikes");
  group.remove("step");
  group.remove("neuron");
  group.write<std::int64_t>("step", steps);
  group.write<std::int32_t>("neuron", neurons);
}

TEST(SpikingReport, RefusesSpikesThatCannotBe) {
  const Folder folder;
  folder.write("s.yml", pictured_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  const std::string path = folder.path("s.h5").string();
  io::RecordedSpikes spikes = io::read_spikes(path);
  spikes.neuron.back() = 200;
  replace_spikes(path, spikes.step, spikes.neuron);
  expect_one_line(folder.arcuate("report s.h5"), 2, {"s.h5", "/spikes", "no neuron 200 among 200"});
  spikes.neuron.pop_back();
  replace_spikes(path, spikes.step, spikes.neuron);
  expect_one_line(folder.arcuate("report s.h5"), 2, {"s.h5", "a neuron for each step"});
  using Steps = std::vector<std::int64_t>;
  using Neurons = std::vector<std::int32_t>;
  for (const auto& [steps, neurons, words] :
       {std::tuple{Steps{60, 59}, Neurons{0, 1}, "step 59 comes after step 60"},
        {Steps{60, 60}, Neurons{5, 5}, "neuron 5 fires twice in step 60"},
        {Steps{60, 60}, Neurons{5, 4}, "neuron 4 comes after neuron 5 in step 60"},
        {Steps{60, 1000000}, Neurons{5, 4}, "step 1000000 is not among those of its study"}}) {
    replace_spikes(path, steps, neurons);
    expect_one_line(folder.arcuate("report s.h5"), 2, {"s.h5", words});
  }
  replace_spikes(path, {60}, {5});
  ASSERT_EQ(
      folder
          .shell(
              R"(/usr/bin/python3 -c "import h5py; h5py.File('s.h5', 'a')['spikes'].attrs['dt'] = 0.5")")
          .code,
      0);
  expect_one_line(folder.arcuate("report s.h5"), 2, {"s.h5", "its step is 0.5 s"});
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.html")));
}

}  // namespace
}  // namespace arcuate::test
