#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "support.hpp"

/// Simulations with EEG, MEG and sEEG, as a user runs them.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

const std::string shared = ARCUATE_SHARED "/data/tvb/";

class Sensors : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(shared + "connectivity_76.zip"))
      GTEST_SKIP() << "the measured connectome is not there: " << shared;
    folder.write("contacts.txt", "A1 10 20 30\nA2 -15 25 5\nB1 0 -40 22\nB2 33 -12 41.5\n");
    folder.write("g.csv", gain());
    folder.write("study.yml", study());
  }

  /// 65 sensors, 76 regions, made up.
  static std::string gain() {
    std::string text;
    for (int s = 0; s < 65; ++s) {
      for (int r = 0; r < 76; ++r)
        text +=
            fmt::format("{}{}", r == 0 ? "" : ",", std::sin(0.37 * s + 0.11 * r + 0.013 * s * r));
      text += '\n';
    }
    return text;
  }

  static std::string study() {
    std::string v, w, groups;
    for (int r = 0; r < 76; ++r) {
      v += fmt::format("{}{}", r == 0 ? "" : ", ", -0.5 + 0.01 * (r % 7) + 0.02 * (r % 3));
      w += fmt::format("{}{}", r == 0 ? "" : ", ", -0.5 + 0.015 * (r % 5));
    }
    for (int g = 0; g < 3; ++g) {
      groups += fmt::format("{}g{}: [{}", g == 0 ? "" : ", ", g, g);
      for (int r = g + 3; r < 76; r += 3)
        groups += fmt::format(", {}", r);
      groups += "]";
    }
    const std::string eeg = "  - { kind: eeg, variables: [V, W], period: 1 ms, sensors: " + shared +
                            "eeg_brainstorm_65.txt, ";
    return "connectome: { file: " + shared + "connectivity_76.zip, speed: 3 mm/ms }\n" +
           "model: { name: Generic2dOscillator, initial: { V: [" + v + "], W: [" + w + "] } }\n" +
           "coupling: { name: linear, gain: 0.0042 }\n" +
           "integrator: { method: heun, dt: 0.1 ms }\nduration: 60 ms\nmonitors:\n" + eeg +
           "name: eeg_unbounded, forward: unbounded }\n" + eeg +
           "name: eeg_projection, gain: g.csv }\n" + eeg +
           "name: eeg_average, gain: g.csv, reference: average }\n" + eeg +
           "name: eeg_cz, forward: unbounded, reference: Cz }\n" +
           "  - { kind: temporal_average, variables: [V, W], period: 1 ms }\n" +
           "  - { kind: spatial_average, variables: [V, W], period: 1 ms, groups: {" + groups +
           "} }\n  - { kind: seeg, name: seeg_unbounded, variables: [V, W], period: 1 ms, forward: "
           "unbounded, sensors: contacts.txt }\noutput: run.h5\n";
  }

  [[nodiscard]] io::RecordedRun run(const std::string& more = "", int ranks = 1) const {
    const std::string arguments = "simulate study.yml --quiet --overwrite " + more;
    const Outcome outcome = ranks == 1 ? folder.arcuate(arguments) : folder.ranks(ranks, arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return io::RecordedRun(folder.path("run.h5").string());
  }

  static const io::RecordedSeries& series(const io::RecordedRun& run, const std::string& name) {
    for (const io::RecordedSeries& one : run.series) {
      if (one.name == name) return one;
    }
    throw std::runtime_error("no series " + name);
  }

  static std::vector<double> all(const io::RecordedRun& run, const io::RecordedSeries& series,
                                 std::size_t variable) {
    std::vector<std::size_t> columns(series.labels.size());
    for (std::size_t c = 0; c < columns.size(); ++c)
      columns[c] = c;
    return run.read(series, variable, columns, 0, series.samples);
  }

  Folder folder;
};

TEST_F(Sensors, AreWhatTheVirtualBrainRecords) {
  const auto golden = nlohmann::json::parse(
      std::ifstream(ARCUATE_SOURCE "/tests/data/golden/tvb_electrophysiology.json"));
  const io::RecordedRun recorded = run();
  int compared = 0;
  for (const auto& [name, samples] : golden.items()) {
    const io::RecordedSeries& one = series(recorded, name);
    const std::size_t apart = one.labels.size() > 10 ? 8 : 1;
    for (std::size_t v = 0; v < 2; ++v) {
      const std::vector<double> values = all(recorded, one, v);
      for (const auto& [sample, by_variable] : samples.items()) {
        const std::vector<double> expected = by_variable[v == 0 ? "V" : "W"];
        double size = 0.0;
        for (const double value : expected)
          size = std::max(size, std::abs(value));
        for (std::size_t k = 0; k < expected.size(); ++k, ++compared) {
          // The Virtual Brain keeps delayed states in single precision.
          EXPECT_NEAR(values[k * apart * one.samples + std::stoul(sample)], expected[k],
                      1e-7 * size)
              << name << ' ' << sample << ' ' << k;
        }
      }
    }
  }
  EXPECT_EQ(compared, 4 * 2 * (4 * 9 + 10 + 3 + 4));
}

TEST_F(Sensors, SeeTheGainTimesTheAverageOfTheRegions) {
  const io::RecordedRun recorded = run();
  const std::vector<double> regions = all(recorded, series(recorded, "temporal_average"), 0);
  const std::vector<double> seen = all(recorded, series(recorded, "eeg_projection"), 0);
  for (std::size_t t = 0; t < 60; t += 7) {
    for (std::size_t s = 0; s < 65; s += 9) {
      double sum = 0.0;
      for (std::size_t r = 0; r < 76; ++r) {
        const double x = 0.37 * static_cast<double>(s) + 0.11 * static_cast<double>(r) +
                         0.013 * static_cast<double>(s) * static_cast<double>(r);
        sum += std::sin(x) * regions[r * 60 + t];
      }
      EXPECT_NEAR(seen[s * 60 + t], sum, 1e-13);
    }
  }
}

TEST_F(Sensors, HaveTheSameBitsOnAnyNumberOfRanksAndInAnyChunks) {
  const std::string noisy =
      "--set 'monitors.2.noise={variance: 0.5}' --set 'monitors.0.noise={variance: 1e-12}' ";
  const auto bits = [&](const std::string& more, int ranks) {
    const io::RecordedRun recorded = run(noisy + more, ranks);
    std::vector<double> values;
    for (const char* name : {"eeg_unbounded", "eeg_average", "eeg_cz", "seeg_unbounded"}) {
      for (std::size_t v = 0; v < 2; ++v) {
        const auto some = all(recorded, series(recorded, name), v);
        values.insert(values.end(), some.begin(), some.end());
      }
    }
    return values;
  };
  const std::vector<double> once = bits("", 1);
  EXPECT_EQ(bits("--chunk 7 --threads 2", 1), once);
  EXPECT_EQ(bits("--chunk 13", 2), once);
  EXPECT_EQ(bits("--set partition.method=block", 4), once);
  EXPECT_NE(bits("--set seed=43", 1), once);
}

TEST_F(Sensors, AreSaidAndRecorded) {
  std::string cortex;
  for (int s = 0; s < 3; ++s) {
    for (int r = 0; r < 70; ++r)
      cortex += (r == 0 ? "" : ",") + std::to_string(1 + r * s);
    cortex += '\n';
  }
  folder.write("cortex.csv", cortex);
  folder.write("three.txt", "X 1 2 3\nY 4 5 6\nZ 7 8 9\n");
  const std::string set =
      " --set 'monitors=[{kind: eeg, name: head, variables: [V], period: 1 ms, gain: cortex.csv, "
      "sensors: three.txt, regions: [0-69], unit: uV, reference: Y, noise: {variance: 2}}]'";
  const Outcome outcome = folder.arcuate("simulate study.yml --quiet" + set);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(count(outcome.err, "no sensor sees 6 of 76 regions: "), 1U) << outcome.err;
  const io::hdf5::Object file =
      io::hdf5::open_file(folder.path("run.h5").string(), io::hdf5::Access::read);
  const io::hdf5::Object group = file.open_group("/monitors/head");
  EXPECT_THAT(group.read_texts("sensor"), testing::ElementsAre("X", "Y", "Z"));
  EXPECT_THAT(group.read<double>("position"), testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  const io::hdf5::Object data = group.open_dataset("data");
  EXPECT_EQ(data.text("units"), "uV");
  EXPECT_THAT(data.text("gain"), HasSubstr("cortex.csv"));
  EXPECT_EQ(data.text("gain_sha256").size(), 64U);
  EXPECT_EQ(data.text("settings"), "3 sensors of 70 regions, reference Y, independent noise");
  EXPECT_THAT(data.text("note"), HasSubstr("no sensor sees 6 of 76 regions"));
  const Outcome check = folder.arcuate("check study.yml" + set);
  EXPECT_THAT(check.out, HasSubstr("head: 60 samples every 1 ms x 1 variable x 3 columns, 1.4 kB"));
  EXPECT_THAT(check.out, HasSubstr("eeg: uV from "));
  EXPECT_THAT(folder.arcuate("plan study.yml" + set).out, HasSubstr("about 1.4 kB"));
  EXPECT_EQ(folder.arcuate("report run.h5").code, 0);
  EXPECT_THAT(content(folder.path("run.html")), HasSubstr("\"X\",\"Y\",\"Z\""));
  EXPECT_EQ(folder.arcuate("simulate run.h5 --overwrite --quiet --set output=again.h5").code, 0);
  expect_one_line(folder.arcuate("check study.yml" + set + " --set monitors.0.reference=W"), 2,
                  {"monitors.0.reference", "no sensor is called 'W'"});
}

}  // namespace
}  // namespace arcuate::test
