#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/spikes.hpp"
#include "support.hpp"

/// Studies of spiking networks, from their file to their recording.
namespace arcuate::test {
namespace {

/// Two clusters of 200 neurons, all inputs in use.
const std::string small_study =
    "spiking:\n"
    "  clusters: 2\n"
    "  neurons: [160, 40]\n"
    "  background: [60, 10]\n"
    "  stimuli: [{onsets: [50], amplitude: 20}]\n"
    "  perturbation: {rate: {vectors: [[1]], populations: [E0], coefficients: [2], begin: 100, "
    "end: "
    "150}, j: {circulant: {alpha: 0.2, beta: 0.1}}}\n"
    "  monitors: [{kind: rates, period: 2 ms}, {kind: voltages, neurons: [0, 3, 150-199], period: "
    "0.5 ms}]\n"
    "seed: 5\n"
    "duration: 300 ms\n"
    "transient: 20 ms\n";

std::vector<double> monitored(const std::string& path, const std::string& monitor) {
  const io::RecordedRun run(path);
  const io::RecordedSeries& series = run.series_called(monitor);
  std::vector<double> values(series.samples * series.labels.size());
  run.read_samples(series, 0, values);
  return values;
}

void expect_same_spikes(const Folder& folder, const std::string& one, const std::string& other) {
  const std::string a = folder.path(one).string(), b = folder.path(other).string();
  const io::RecordedSpikes spikes = io::read_spikes(a), others = io::read_spikes(b);
  EXPECT_GT(spikes.step.size(), 100U);
  EXPECT_EQ(spikes.step, others.step) << other;
  EXPECT_EQ(spikes.neuron, others.neuron) << other;
  for (const char* monitor : {"rates", "voltages"})
    EXPECT_EQ(monitored(a, monitor), monitored(b, monitor)) << other;
  const io::SpikeResults found = io::read_spike_results(a), also = io::read_spike_results(b);
  EXPECT_EQ(found.threshold, also.threshold) << other;
  EXPECT_EQ(found.attractors.states, also.attractors.states) << other;
  ASSERT_EQ(found.attractors.occurrences.size(), also.attractors.occurrences.size()) << other;
  for (std::size_t k = 0; k < found.attractors.occurrences.size(); ++k)
    EXPECT_EQ(found.attractors.occurrences[k].begin, also.attractors.occurrences[k].begin);
}

/// The name of the one file with an ending.
std::string only_file(const Folder& folder, const std::string& ending) {
  std::string found;
  for (const std::string& name : folder.names()) {
    if (!name.ends_with(ending)) continue;
    EXPECT_EQ(found, "") << "and " << name;
    found = name;
  }
  EXPECT_NE(found, "") << ending;
  return found;
}

TEST(Spiking, HasTheSameBitsForEveryNumberOfRanksAndThreads) {
  const Folder folder;
  folder.write("s.yml", small_study);
  for (const char* delay : {"0.5 ms", "2 ms"}) {
    const std::string common =
        "simulate s.yml --quiet --overwrite --set 'spiking.delay=" + std::string(delay) + "' ";
    ASSERT_EQ(folder.arcuate(common + "--set output=one.h5").code, 0);
    for (int ranks = 1; ranks <= 4; ++ranks) {
      for (const char* more : {"--threads 1 --chunk 7", "--threads 2"}) {
        const Outcome run = folder.ranks(ranks, common + more + " --set output=many.h5");
        ASSERT_EQ(run.code, 0) << run.err;
        expect_same_spikes(folder, "one.h5", "many.h5");
      }
    }
  }
}

TEST(Spiking, IsDeterminedByItsSeed) {
  const Folder folder;
  folder.write("s.yml", small_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set seed=6 --set output=other.h5").code, 0);
  EXPECT_NE(io::read_spikes(folder.path("s.h5").string()).step,
            io::read_spikes(folder.path("other.h5").string()).step);
  const Outcome replay = folder.arcuate("replay s.h5 --quiet");
  EXPECT_EQ(replay.code, 0) << replay.err;
  EXPECT_EQ(folder.arcuate("verify s.h5").code, 0);
}

TEST(Spiking, RecordsVoltagesAtTheEndOfSteps) {
  const Folder folder;
  folder.write("s.yml",
               "spiking:\n"
               "  probabilities: [0, 0, 0, 0]\n"
               "  c_ext: 0\n"
               "  stimuli: [{shape: box, onsets: [0], amplitude: 60, clusters: [1], "
               "neuron_fraction: 1}]\n"
               "  monitors: [{kind: voltages, neurons: [79-81], period: 5 ms}]\n"
               "duration: 100 ms\n"
               "transient: 10 ms\n");
  const Outcome run = folder.ranks(2, "simulate s.yml --quiet");
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string path = folder.path("s.h5").string();
  const io::RecordedRun recording(path);
  const io::RecordedSeries& series = recording.series_called("voltages");
  EXPECT_EQ(series.samples, 18U);
  EXPECT_NEAR(series.first_time, 0.015, 1e-12);
  const std::vector<double> values = monitored(path, "voltages");
  for (std::size_t k = 0; k < 18; ++k) {
    const double t = 0.015 + 0.005 * static_cast<double>(k);
    EXPECT_EQ(values[3 * k], 0.0);
    EXPECT_NEAR(values[3 * k + 1], 1.2 * (1.0 - std::exp(-t / 0.02)), 1e-12);
    EXPECT_EQ(values[3 * k + 1], values[3 * k + 2]);
  }
}

TEST(Spiking, RecordsRatesThatHoldAllSpikes) {
  const Folder folder;
  folder.write("s.yml", small_study);
  const Outcome run = folder.arcuate(
      "simulate s.yml --quiet --set spiking.monitors.0.kernel=box --set "
      "'spiking.monitors.0.width=0.5 ms' --set 'spiking.monitors.0.period=0.5 ms' --set "
      "'transient=0 ms'");
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string path = folder.path("s.h5").string();
  const io::RecordedSpikes spikes = io::read_spikes(path);
  const std::vector<double> rates = monitored(path, "rates");
  const std::vector<double> sizes{50, 50, 60, 15, 15, 10};
  double count = 0.0;
  for (std::size_t k = 0; k < rates.size(); ++k)
    count += rates[k] * sizes[k % 6] * 0.0005;
  EXPECT_NEAR(count, static_cast<double>(spikes.step.size()), 1e-6);
  // The sample of a step has the spikes of that step.
  const auto first = static_cast<std::size_t>(spikes.step.front());
  double at_first = 0.0, before = 0.0;
  for (std::size_t p = 0; p < 6; ++p) {
    at_first += rates[6 * first + p];
    for (std::size_t t = 0; t < first; ++t)
      before += rates[6 * t + p];
  }
  EXPECT_GT(at_first, 0.0);
  EXPECT_NEAR(before, 0.0, 1e-9);
}

TEST(Spiking, IsAnalysedFromItsRecordings) {
  const Folder folder;
  folder.write("s.yml", small_study);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set seed=6 --set output=t.h5").code, 0);
  // What a run finds is what is found in its recording.
  const auto of_run = io::read_spike_results(folder.path("s.h5").string());
  ASSERT_EQ(folder.arcuate("analyze s.h5 --spikes").code, 0);
  const auto of_recording = io::read_spike_results(folder.path("s.h5").string());
  EXPECT_EQ(of_run.threshold, of_recording.threshold);
  EXPECT_EQ(of_run.populations[2].isi_cv, of_recording.populations[2].isi_cv);
  EXPECT_EQ(of_run.active_rate, of_recording.active_rate);
  EXPECT_EQ(of_run.attractors.states, of_recording.attractors.states);
  const Outcome one = folder.arcuate("analyze s.h5 --spikes --set 'minimum=5 ms'");
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, testing::HasSubstr("s.h5: /spike_trains"));
  EXPECT_EQ(folder.arcuate("verify s.h5").code, 0);
  const Outcome two = folder.arcuate("analyze s.h5 --spikes --session t.h5 -o both.h5");
  EXPECT_EQ(two.code, 0) << two.err;
  EXPECT_THAT(two.out, testing::HasSubstr("attractors: "));
  expect_one_line(folder.arcuate("analyze s.h5 --spikes --session t.h5"), 2, {"-o FILE"});
  expect_one_line(folder.arcuate("analyze s.h5 --spikes --session ./s.h5 -o twice.h5"), 2,
                  {"s.h5", "given twice"});
  expect_one_line(folder.arcuate("analyze s.h5 --spikes --set minimun=3"), 2,
                  {"spiking.analysis.minimun", "did you mean 'minimum'"});
  // What is there for every recording works on rates of populations.
  const Outcome feature = folder.arcuate("analyze s.h5 --feature fc --monitor rates");
  EXPECT_EQ(feature.code, 0) << feature.err;
}

TEST(Spiking, TellsWhatFollowsWhatInAWindowAndBesideOthers) {
  const Folder folder;
  folder.write("s.yml", small_study);
  const std::string run =
      "simulate s.yml --quiet --set 'spiking.analysis={minimum: 2 ms, tolerance: 1000, width: 3 "
      "ms}' ";
  ASSERT_EQ(folder.arcuate(run).code, 0);
  ASSERT_EQ(folder.arcuate(run + "--set seed=6 --set output=t.h5").code, 0);
  const Outcome asked = folder.arcuate(
      "analyze s.h5 --spikes -o w.h5 --set from=50 --set to=-50 --set "
      "'sequences=[[E0, E0 E1], [none, E1]]'");
  ASSERT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.out, testing::HasSubstr("sequence none > E1: probability "));
  const auto all = io::read_spike_results(folder.path("s.h5").string()).attractors;
  const auto some = io::read_spike_results(folder.path("w.h5").string()).attractors;
  EXPECT_NEAR(some.looked_at(), 0.18, 1e-9);  // 280 ms of spikes less 100
  const auto kept =
      std::count_if(all.occurrences.begin(), all.occurrences.end(),
                    [](const auto& one) { return one.begin >= 0.05 && one.begin <= 0.23; });
  ASSERT_GT(kept, 3);
  EXPECT_EQ(std::ssize(some.occurrences), kept);
  const auto file = io::hdf5::open_file(folder.path("w.h5").string(), io::hdf5::Access::read);
  const auto from = file.read<std::int32_t>("/spike_trains/attractors/transitions/from");
  ASSERT_EQ(std::ssize(from), kept - 1);
  for (std::size_t k = 0; k < from.size(); ++k)
    EXPECT_EQ(from[k], some.occurrences[k].state);
  EXPECT_EQ(file.read<double>("/spike_trains/attractors/clusters/probability").size(), 6U);
  const Outcome aligned = folder.arcuate("analyze s.h5 --spikes --align t.h5 -o a.h5");
  ASSERT_EQ(aligned.code, 0) << aligned.err;
  EXPECT_THAT(aligned.out, testing::HasSubstr("s.h5: 3 of them, its transitions differ by 0 from"));
  const auto difference = io::hdf5::open_file(folder.path("a.h5").string(), io::hdf5::Access::read)
                              .read<double>("/aligned/difference");
  EXPECT_EQ(difference[0], 0.0);
  EXPECT_GT(difference[1], 0.0);
  EXPECT_EQ(difference[1], difference[2]);
  expect_one_line(folder.arcuate("analyze s.h5 --spikes --align t.h5"), 2, {"-o FILE"});
  expect_one_line(folder.arcuate("analyze s.h5 --spikes --set from=300 -o v.h5"), 2,
                  {"spiking.analysis.from", "0.28 s of spikes"});
  const Outcome made = folder.arcuate("check --template spiking");
  ASSERT_EQ(made.code, 0) << made.err;
  folder.write("made.yml", made.out);
  EXPECT_EQ(folder.arcuate("check made.yml").code, 0);
}

TEST(Spiking, IsCheckedAndPlanned) {
  const Folder folder;
  folder.write("s.yml", small_study);
  const Outcome check = folder.arcuate("check s.yml");
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, testing::HasSubstr("2 clusters of 50 E and 15 I"));
  EXPECT_THAT(check.out, testing::HasSubstr("rate: 0 to 2, from 0.1 s, until 0.15 s"));
  const Outcome plan = folder.arcuate("plan s.yml --ranks 2 --json");
  EXPECT_EQ(plan.code, 0) << plan.err;
  // In-degrees: E 20 % of 50, 50 and 60 and 50 % of 15 (7), 15 and 10; I half of each.
  EXPECT_THAT(plan.out, testing::HasSubstr("\"synapses\": " +
                                           std::to_string(160 * (32 + 19) + 40 * (80 + 19))));
}

/// 10 million synapses, and the libraries of the process.
TEST(Spiking, NeedsTheMemoryThatIsPlanned) {
  const Folder folder;
  folder.write("s.yml",
               "spiking:\n"
               "  clusters: 1\n"
               "  neurons: [8000, 2000]\n"
               "  background: [800, 200]\n"
               "  probabilities: [0.1, 0.1, 0.1, 0.1]\n"
               "duration: 20 ms\n");
  for (const int ranks : {1, 2}) {
    const Outcome plan = folder.arcuate("plan s.yml --json --ranks " + std::to_string(ranks));
    ASSERT_EQ(plan.code, 0) << plan.err;
    const double planned = nlohmann::json::parse(plan.out).at("memory_bytes");
    const Outcome run = folder.ranks(ranks, "simulate s.yml --quiet --overwrite");
    ASSERT_EQ(run.code, 0) << run.err;
    const std::size_t at = run.out.find("peak memory ");
    ASSERT_NE(at, std::string::npos) << run.out;
    const double measured = 1e6 * std::stod(run.out.substr(at + 12));
    EXPECT_NEAR(planned, measured, 0.15 * measured) << ranks;
  }
}

TEST(Spiking, RefusesWhatItCannotDo) {
  const Folder folder;
  folder.write("s.yml", small_study);
  expect_one_line(folder.arcuate("simulate s.yml --set spiking.clusters=3"), 2,
                  {"spiking.clusters", "left over"});
  expect_one_line(folder.arcuate("plan s.yml --ranks 1000000"), 2, {"--ranks 1000000", "1 to 200"});
  expect_one_line(folder.arcuate("simulate s.yml --set spiking.perturbation.speed=1"), 2,
                  {"unknown target"});
  expect_one_line(folder.arcuate("simulate s.yml --set coupling.gain=1"), 2,
                  {"coupling", "does not go with `spiking`"});
  expect_one_line(folder.arcuate("sweep s.yml"), 2, {"no section `sweep`"});
  expect_one_line(folder.arcuate("simulate s.yml --quiet --set spiking.j_ext=1e308"), 4,
                  {"neuron", "not finite"});
  EXPECT_EQ(folder.names(), std::set<std::string>{"s.yml"});
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  expect_one_line(folder.arcuate("simulate s.yml --quiet"), 2, {"s.h5", "--overwrite"});
  EXPECT_EQ(folder.arcuate("simulate s.yml --quiet --resume").code, 0);
  const std::string more = "continue s.h5 --quiet --duration '+1 s' -o t.h5 ";
  for (const char* other : {"seed=6", "spiking.delay=1", "spiking.probabilities=0.3"})
    expect_one_line(folder.arcuate(more + "--set " + other), 2,
                    {"s.h5: the study cannot go on from its end", "is another"});
  expect_one_line(folder.arcuate("continue s.h5 --duration '300 ms' -o t.h5"), 2, {"transient"});
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set checkpoint.final=false --overwrite").code,
            0);
  expect_one_line(folder.arcuate(more), 2, {"s.h5", "state"});
}

TEST(Spiking, GoesOnFromTheEndOfARecordingToTheSameBits) {
  const Folder folder;
  folder.write("s.yml", small_study);
  const std::string delayed = "--quiet --set 'spiking.delay=1.5 ms' ";
  ASSERT_EQ(folder.arcuate("simulate s.yml --set output=whole.h5 " + delayed).code, 0);
  ASSERT_EQ(folder.ranks(2, "simulate s.yml --set 'duration=120 ms' " + delayed).code, 0);
  const Outcome more = folder.ranks(3, "continue s.h5 --quiet --duration '+180 ms' -o more.h5");
  ASSERT_EQ(more.code, 0) << more.err;
  const io::RecordedSpikes whole = io::read_spikes(folder.path("whole.h5").string());
  const io::RecordedSpikes end = io::read_spikes(folder.path("more.h5").string());
  const auto from =
      std::lower_bound(whole.step.begin(), whole.step.end(), 240) - whole.step.begin();
  EXPECT_GT(end.step.size(), 100U);
  EXPECT_EQ(std::vector(whole.step.begin() + from, whole.step.end()), end.step);
  EXPECT_EQ(std::vector(whole.neuron.begin() + from, whole.neuron.end()), end.neuron);
  const std::vector<double> voltage = monitored(folder.path("whole.h5").string(), "voltages");
  const std::vector<double> last = monitored(folder.path("more.h5").string(), "voltages");
  EXPECT_EQ(std::vector(voltage.end() - std::ssize(last), voltage.end()), last);
  EXPECT_EQ(folder.arcuate("replay more.h5 --quiet").code, 0);
  // With other numbers, from the same state.
  const Outcome other = folder.arcuate(
      "continue s.h5 --quiet --duration '+60 ms' -o other.h5 --set spiking.nu_ext=9");
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_FALSE(std::filesystem::exists(folder.path("s.h5.checkpoint-final")));
}

TEST(Spiking, IsAnalysedBeforeItIsWhole) {
  const Folder folder;
  folder.write("s.yml", small_study + "output: part.h5\n");
  expect_one_line(folder.arcuate("analyze s.yml --spikes --running"), 2, {"there is no run"});
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --chunk 300 --maxh 1e-6").code, 75);
  const Outcome found = folder.arcuate("analyze s.yml --spikes --running --set 'minimum=2 ms'");
  ASSERT_EQ(found.code, 0) << found.err;
  const double until = std::stod(found.out.substr(std::string("so far ").size()));
  EXPECT_GT(until, 0.12);
  EXPECT_LE(until, 0.15);
  // A run that ends there finds the same.
  const Outcome whole = folder.arcuate(
      "simulate s.yml --set output=whole.h5 --set 'spiking.analysis.minimum=2 ms' --set duration=" +
      std::to_string(1000.0 * until));
  ASSERT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(whole.out, testing::HasSubstr(found.out.substr(found.out.find("rates: "))));
}

TEST(Spiking, GoesOnWhereASignalStoppedIt) {
  const Folder folder;
  folder.write("s.yml", small_study);
  const std::string study =
      "s.yml --quiet --set 'duration=80 s' --set 'spiking.delay=1.5 ms' --set "
      "'spiking.monitors.1.period=5 ms' --set output=";
  const Outcome ended = folder.shell(ARCUATE_PROGRAM " simulate " + study + "parts.h5 & " +
                                     once("test -n \"$(find . -name '*.spikes' -size +16c)\"") +
                                     "kill -TERM $!; wait $!");
  expect_one_line(ended, 75, {"SIGTERM", "--resume"});
  EXPECT_FALSE(std::filesystem::exists(folder.path("parts.h5")));
  expect_one_line(folder.arcuate("simulate " + study + "parts.h5"), 2, {"unfinished", "--resume"});
  expect_one_line(folder.arcuate("simulate " + study + "parts.h5 --resume --set seed=8"), 2,
                  {"seed", "another study"});
  const std::string list = only_file(folder, ".spikes");
  const std::string bytes = content(folder.path(list));
  std::string other = bytes;
  other.at(8) ^= 1;
  folder.write(list, other);
  const std::string again = "simulate " + study + "parts.h5 --resume";
  expect_one_line(folder.arcuate(again), 2, {list, "is damaged"});
  folder.write(list, bytes.substr(0, 16));
  const Outcome shorter = folder.ranks(2, again);
  EXPECT_EQ(shorter.code, 2);
  EXPECT_THAT(shorter.err, testing::HasSubstr(list + ": has 16 bytes"));
  std::filesystem::remove(folder.path(list));
  expect_one_line(folder.arcuate(again), 2, {list, "is not there"});
  // What came behind the checkpoint is done again.
  folder.write(list, bytes + std::string(320, 'x'));
  const Outcome rest = folder.ranks(3, "simulate " + study + "parts.h5 --resume --threads 2");
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_THAT(rest.out, testing::HasSubstr("going on at "));
  ASSERT_EQ(folder.arcuate("simulate " + study + "whole.h5").code, 0);
  expect_same_spikes(folder, "whole.h5", "parts.h5");
  EXPECT_EQ(folder.names(), (std::set<std::string>{"parts.h5", "s.yml", "whole.h5"}));
}

TEST(Spiking, KeepsItsNewestCheckpointWhenItIsKilled) {
  const Folder folder;
  folder.write("s.yml", small_study);
  const std::string study =
      "s.yml --quiet --set 'duration=80 s' --chunk 100 --set 'spiking.monitors.1.period=5 ms' "
      "--set output=";
  const Outcome killed =
      folder.shell(ARCUATE_PROGRAM " simulate " + study + "parts.h5 --checkpoint-every 0.001 & " +
                   once("test -e parts.h5.checkpoint") + "kill -KILL $!; wait $!");
  EXPECT_EQ(killed.code, 137);
  const Outcome rest = folder.arcuate("simulate " + study + "parts.h5 --resume");
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_THAT(rest.out, testing::HasSubstr("going on at "));
  ASSERT_EQ(folder.arcuate("simulate " + study + "whole.h5").code, 0);
  expect_same_spikes(folder, "whole.h5", "parts.h5");
  EXPECT_EQ(folder.names(), (std::set<std::string>{"parts.h5", "s.yml", "whole.h5"}));
}

}  // namespace
}  // namespace arcuate::test
