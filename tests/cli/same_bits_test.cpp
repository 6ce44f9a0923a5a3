#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "places.hpp"

/// Noisy, delayed studies on measured connectomes: the same bytes for every number of ranks and
/// threads, partitioner, block and chunk length, for every integrator, delay and stage mode and
/// every precision.
///
/// By default a covering array: every pair of values of two factors occurs in some run.
/// ARCUATE_FULL_MATRIX=1 in the environment runs every combination instead (hours).
namespace {

namespace fs = std::filesystem;

struct Factor {
  std::string name;
  bool changes_results = false;
  std::vector<std::string> values;
};

const std::vector<Factor>& factors() {
  static const std::vector<Factor> all{
      {"connectome", true, {"connectivity_76.zip", "connectivity_998.zip"}},
      {"method", true, {"euler", "heun", "rk4", "exponential_euler", "symplectic_euler"}},
      {"delay", true, {"nearest", "linear", "cubic"}},
      {"stages", true, {"held", "staged"}},
      {"precision", true, {"double", "mixed", "single"}},
      {"ranks", false, {"1", "2", "3", "4"}},
      {"threads", false, {"1", "2"}},
      {"partition", false, {"auto", "scotch", "bisection", "block"}},
      {"block", false, {"default", "1", "8"}},
      {"chunk", false, {"default", "7", "100"}}};
  return all;
}

using Choice = std::vector<std::size_t>;  // a value of each factor
using Pair = std::size_t;                 // of values

/// Of two values of different factors.
std::vector<Pair> pairs_of(const Choice& run) {
  constexpr std::size_t most_values = 8;  // of a factor
  const std::size_t all = factors().size() * most_values;
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < run.size(); ++a) {
    for (std::size_t b = a + 1; b < run.size(); ++b)
      pairs.push_back((a * most_values + run[a]) * all + b * most_values + run[b]);
  }
  return pairs;
}

std::vector<Choice> all_runs() {
  std::vector<Choice> runs{{}};
  for (const Factor& factor : factors()) {
    std::vector<Choice> longer;
    for (const Choice& run : runs) {
      for (std::size_t v = 0; v < factor.values.size(); ++v) {
        longer.push_back(run);
        longer.back().push_back(v);
      }
    }
    runs = std::move(longer);
  }
  return runs;
}

/// Greedy: the run that covers most pairs that are still missing, until none is.
std::vector<Choice> covering_array() {
  const std::vector<Choice> everything = all_runs();
  std::vector<std::vector<Pair>> pairs;
  for (const Choice& run : everything)
    pairs.push_back(pairs_of(run));
  std::vector<bool> covered(1 + *std::max_element(pairs.back().begin(), pairs.back().end()));
  std::vector<Choice> chosen;
  while (true) {
    std::size_t best = 0;
    std::ptrdiff_t most = 0;
    for (std::size_t run = 0; run < everything.size(); ++run) {
      const std::ptrdiff_t gain = std::count_if(pairs[run].begin(), pairs[run].end(),
                                                [&](Pair pair) { return !covered[pair]; });
      if (gain > most) best = run;
      most = std::max(most, gain);
    }
    if (most == 0) return chosen;
    for (const Pair pair : pairs[best])
      covered[pair] = true;
    chosen.push_back(everything[best]);
  }
}

const std::string& value(const Choice& run, const std::string& name) {
  for (std::size_t f = 0; f < factors().size(); ++f) {
    if (factors()[f].name == name) return factors()[f].values[run[f]];
  }
  throw std::logic_error("no factor " + name);
}

std::string describe(const Choice& run) {
  std::string text;
  for (const Factor& factor : factors())
    text += factor.name + '=' + value(run, factor.name) + ' ';
  return text;
}

/// The bytes of all monitors of a recording.
std::vector<double> monitor_data(const fs::path& recording) {
  std::vector<double> all;
  const hid_t file = H5Fopen(recording.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) return all;
  for (const char* name :
       {"/monitors/raw/data", "/monitors/temporal_average/data", "/monitors/global_average/data",
        "/monitors/afferent_coupling/data", "/monitors/bold/data", "/monitors/hrf_bold/data",
        "/monitors/formula/data"}) {
    const hid_t data = H5Dopen2(file, name, H5P_DEFAULT);
    const hid_t space = H5Dget_space(data);
    const std::size_t first = all.size();
    all.resize(first + static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data() + first);
    H5Sclose(space);
    H5Dclose(data);
  }
  H5Fclose(file);
  return all;
}

class SameBits : public testing::Test {
 protected:
  void SetUp() override {
    data = fs::path(ARCUATE_SHARED) / "data" / "tvb";
    if (!fs::exists(data / "connectivity_76.zip"))
      GTEST_SKIP() << "the measured connectomes are not there: " << data;
    folder = fs::temp_directory_path() / ("arcuate_same_bits_" + std::to_string(getpid()));
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  fs::path write_study(const Choice& run, int seed) const {
    const fs::path study = folder / "study.yml";
    std::ofstream(study)
        << "connectome: { file: " << (data / value(run, "connectome")).string()
        << ", normalize: region_sum, self_loops: keep, speed: 3 mm/ms }\n"
        << "model: { name: MontbrioPazoRoxin, initial: { r: { uniform: [0, 0.5] }, V: { uniform: "
           "[-2, -1] } } }\n"
        << "coupling: { name: linear, gain: 0.2, stages: " << value(run, "stages")
        << ", delay: " << value(run, "delay") << " }\n"
        << "integrator: { method: " << value(run, "method")
        << ", dt: 0.1 ms, precision: " << value(run, "precision") << " }\n"
        << "noise: { r: { kind: white, sigma: 0.01 }, V: { kind: white, sigma: 0.05 } }\n"
        << "partition: { method: " << value(run, "partition") << " }\n"
        << "seed: " << seed << "\nduration: 80 ms\ntransient: 5 ms\nmonitors:\n"
        << "  - { kind: raw, period: 0.5 ms }\n  - { kind: temporal_average, period: 2 ms }\n"
        << "  - { kind: global_average, period: 1 ms }\n  - { kind: afferent_coupling, period: 5 "
           "ms }\n"
        << "  - { kind: bold, variables: [r], period: 7 ms }\n"
        << "  - { kind: hrf_bold, variables: [r], period: 8 ms }\n"
        << "  - { kind: raw, name: formula, period: 1 ms, variables: [{ name: f, expression: "
           "'c_r + J * tanh(V) - exp(r)^1.5 * (V > eta ? V : sin(r))' }] }\n";
    return study;
  }

  std::vector<double> simulate(const Choice& run, int seed = 5) const {
    const fs::path recording = folder / "recording.h5";
    fs::remove(recording);
    std::ostringstream command;
    if (value(run, "ranks") != "1")
      command << "mpirun --bind-to none -n " << value(run, "ranks") << ' ';
    command << ARCUATE_PROGRAM << " simulate --quiet --threads " << value(run, "threads");
    if (value(run, "block") != "default") command << " --block " << value(run, "block");
    if (value(run, "chunk") != "default") command << " --chunk " << value(run, "chunk");
    command << ' ' << write_study(run, seed) << " --set output=" << recording << " > "
            << folder / "log"
            << " 2>&1";
    EXPECT_EQ(std::system(command.str().c_str()), 0) << std::ifstream(folder / "log").rdbuf();
    return monitor_data(recording);
  }

  /// One rank, one thread, everything by default.
  const std::vector<double>& baseline(const Choice& run) {
    Choice plain = run;
    for (std::size_t f = 0; f < factors().size(); ++f) {
      if (!factors()[f].changes_results) plain[f] = 0;
    }
    auto& known = baselines[plain];
    if (known.empty()) known = simulate(plain);
    return known;
  }

  fs::path data;
  fs::path folder;
  std::map<Choice, std::vector<double>> baselines;
};

TEST_F(SameBits, ForEveryLayoutOfEveryScheme) {
  const char* full = std::getenv("ARCUATE_FULL_MATRIX");
  const std::vector<Choice> runs = full != nullptr ? all_runs() : covering_array();
  if (full == nullptr) {
    EXPECT_LE(runs.size(), 40U);
  }
  for (const Choice& run : runs) {
    const std::vector<double>& expected = baseline(run);
    ASSERT_FALSE(expected.empty());
    const std::vector<double> got = simulate(run);
    ASSERT_EQ(got.size(), expected.size()) << describe(run);
    EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)), 0)
        << describe(run);
  }
}

TEST_F(SameBits, OtherPrecisionsGiveOtherBits) {
  Choice run(factors().size(), 0);
  std::vector<std::vector<double>> results;
  for (std::size_t f = 0; f < factors().size(); ++f) {
    if (factors()[f].name != "precision") continue;
    for (run[f] = 0; run[f] < factors()[f].values.size(); ++run[f])
      results.push_back(simulate(run));
  }
  ASSERT_EQ(results.size(), 3U);
  EXPECT_NE(results[0], results[1]);
  EXPECT_NE(results[1], results[2]);
}

TEST_F(SameBits, OtherSeedsGiveOtherBits) {
  const Choice run(factors().size(), 0);
  EXPECT_NE(simulate(run, 5), simulate(run, 6));
}

}  // namespace
