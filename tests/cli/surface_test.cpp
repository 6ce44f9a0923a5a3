#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "places.hpp"
#include "support.hpp"

/// Studies on surfaces, from files to recordings.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

const std::string examples = ARCUATE_SOURCE "/jobs/examples/";
const std::string cortex = ARCUATE_SHARED "/data/tvb/";

std::vector<double> samples_of(const std::filesystem::path& file, const std::string& monitor) {
  const hid_t whole = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t data = H5Dopen2(whole, ("/monitors/" + monitor + "/data").c_str(), H5P_DEFAULT);
  const hid_t space = H5Dget_space(data);
  std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space);
  H5Dclose(data);
  H5Fclose(whole);
  return values;
}

class SurfaceRun : public testing::Test {
 protected:
  /// Samples of the monitors, one after the other.
  std::vector<double> simulate(int ranks, const std::string& study, const std::string& options) {
    const Outcome run = folder.ranks(
        ranks, "simulate '" + study + "' --overwrite --quiet --set output=s.h5 " + options);
    EXPECT_EQ(run.code, 0) << run.err;
    std::vector<double> all;
    for (const std::string& monitor : monitors) {
      const std::vector<double> own = samples_of(folder.path("s.h5"), monitor);
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }

  const Folder folder;
  std::vector<std::string> monitors{"bold", "eeg", "temporal_average", "raw"};
};

TEST_F(SurfaceRun, HasTheSameBitsOnAnyRanksAndThreads) {
  const std::string study = examples + "surface.yml";
  const std::string shorter =
      "--set 'duration=80 ms' --set 'transient=5 ms' --set "
      "'monitors.0.period=20 ms' ";
  for (const std::string scheme :
       {"", "--set coupling.stages=staged", "--set integrator.precision=single",
        "--set connectome.speed=inf --set coupling.name=difference",
        "--set surface.local_connectivity=none"}) {
    const std::vector<double> expected = simulate(1, study, shorter + scheme);
    for (const double value : expected)
      ASSERT_TRUE(std::isfinite(value)) << scheme;
    EXPECT_EQ(simulate(3, study, shorter + scheme + " --chunk 7"), expected) << scheme;
    EXPECT_EQ(simulate(2, study, shorter + scheme + " --threads 2 --set partition.method=block"),
              expected)
        << scheme;
  }
  EXPECT_NE(simulate(1, study, shorter),
            simulate(1, study, shorter + "--set surface.strength=0.03"));
  EXPECT_NE(simulate(1, study, shorter), simulate(1, study, shorter + "--set coupling.gain=0.03"));
}

/// What a page draws on the surface, against the samples themselves: of vertices, and of averages
/// over the regions that vertices belong to.
constexpr const char* drawn = R"(
import base64, h5py, json, numpy as np
html = open('s.html').read()
start = html.index('id="data">') + len('id="data">')
data = json.loads(html[start:html.index('</script>', start)])
file = h5py.File('s.h5')
assert np.allclose(np.array(data['surface']['vertices']) / 10, file['surface/vertices'][:].ravel(), atol=0.051)
assert data['surface']['triangles'] == file['surface/triangles'][:].ravel().tolist()
vertices = len(file['surface/vertices'])
labels = file['surface/connectome/labels'].asstr()[:].tolist()
region = file['surface/region_of_node'][:vertices]
seen = 0
for variable in data['activity']['variables']:
    for feature in (variable.get('brain') or {'features': []})['features']:
        if 'surface' not in feature: continue
        group = file['monitors'][variable['monitor']]
        x = group['data'][:, 0, :]
        assert len(x) <= 200
        value = x.mean(0) if feature['name'] == 'mean on the surface' else x.var(0)
        names = group['region'].asstr()[:].tolist()
        if len(names) != len(file['connectome/labels']):
            value = np.array([value[names.index(labels[r])] for r in region])
        packed = feature['surface']
        levels = np.frombuffer(base64.b64decode(packed['data']), '<u2')
        low, high = packed['low'], packed['high']
        expected = np.clip(value[:vertices], low, high)
        assert np.allclose(low + levels / 65534 * (high - low), expected, atol=(high - low) * 1e-4), feature['name']
        seen += 1
print(seen)
)";

TEST_F(SurfaceRun, IsDrawnOnItsSurface) {
  simulate(
      2, examples + "surface.yml",
      "--set 'duration=2.7 s' --set 'monitors.2.period=10 ms' --set 'monitors.0.period=100 ms'");
  ASSERT_EQ(folder.arcuate("report s.h5").code, 0);
  folder.write("drawn.py", drawn);
  const Outcome seen = folder.shell("/usr/bin/python3 drawn.py");
  EXPECT_EQ(seen.out, "6\n") << seen.err;  // raw, bold, averages: mean and variance of each
  EXPECT_THAT(content(folder.path("s.html")), HasSubstr("<b>258</b><span>vertices</span>"));
}

/// The study that a recording keeps can be run again, from anywhere.
TEST_F(SurfaceRun, IsRepeatedFromItsRecording) {
  const std::string shorter =
      "--set 'duration=80 ms' --set 'transient=5 ms' --set "
      "'monitors.0.period=20 ms'";
  const std::vector<double> first = simulate(1, examples + "surface.yml", shorter);
  std::filesystem::rename(folder.path("s.h5"), folder.path("first.h5"));
  EXPECT_EQ(simulate(2, "first.h5", ""), first);
}

std::string study_of_the_cortex() {
  return "connectome: {file: " + cortex +
         "connectivity_76.zip, normalize: region_sum, speed: 4}\n" + "surface: {file: " + cortex +
         "cortex_16384.zip, mapping: " + cortex +
         "regionMapping_16k_76.txt,\n  local_connectivity: {file: " + cortex +
         "local_connectivity_16384.mat}, strength: 0.1}\n" +
         "model: {name: Generic2dOscillator, initial: {V: [-0.5, 0.5], W: [-0.5, 0.5]}}\n"
         "coupling: {name: linear, gain: 0.05}\nnoise: {V: 0.01}\nduration: 16 ms\nmonitors:\n"
         "  - {kind: bold, variables: [V], period: 4 ms}\n"
         "  - {kind: eeg, variables: [V], period: 4 ms, forward: sphere, sensors: " +
         cortex + "eeg_brainstorm_65.txt}\n" +
         "  - {kind: temporal_average, period: 4 ms, groups: regions}\n";
}

TEST_F(SurfaceRun, OfACortexHasTheSameBitsOnOneTwoAndFourRanks) {
  if (!std::filesystem::exists(cortex + "cortex_16384.zip"))
    GTEST_SKIP() << "the cortex is not there: " << cortex;
  folder.write("cortex.yml", study_of_the_cortex());
  monitors = {"bold", "eeg", "temporal_average"};
  const std::vector<double> expected = simulate(1, "cortex.yml", "");
  EXPECT_EQ(expected.size(), 4U * (16384 + 65 + 2 * 76));
  EXPECT_EQ(simulate(2, "cortex.yml", ""), expected);
  EXPECT_EQ(simulate(4, "cortex.yml", ""), expected);
}

TEST_F(SurfaceRun, TakesTheMemoryThatIsPlanned) {
  if (!std::filesystem::exists(cortex + "cortex_16384.zip"))
    GTEST_SKIP() << "the cortex is not there: " << cortex;
  folder.write("cortex.yml", study_of_the_cortex());
  const Outcome plan = folder.arcuate("plan cortex.yml --ranks 1 --json");
  const Outcome run = folder.arcuate("simulate cortex.yml --quiet");
  ASSERT_EQ(plan.code + run.code, 0) << plan.err << run.err;
  const auto number_after = [](const std::string& text, const std::string& word) {
    return std::stod(text.substr(text.find(word) + word.size()));
  };
  const double planned = number_after(plan.out, "\"memory_bytes\": ");
  const double measured = 1e6 * number_after(run.out, "peak memory ");
  EXPECT_NEAR(planned, measured, 0.1 * measured);
}

TEST_F(SurfaceRun, CheckSaysWhatTheNodesAre) {
  const Outcome check = folder.arcuate("check '" + examples + "surface.yml'");
  EXPECT_THAT(check.out, HasSubstr("258 vertices, 512 triangles"));
  EXPECT_THAT(check.out, HasSubstr("14 regions, 182 edges"));
  EXPECT_THAT(check.out, HasSubstr("undelayed edges: V -> c_0"));
  EXPECT_THAT(check.out, HasSubstr("linear, gain 0.02: V -> c_0"));
}

TEST_F(SurfaceRun, FaultsAreOneLineWithFileLineAndKey) {
  const std::string study = examples + "surface.yml";
  const auto refused = [&](const std::string& options, const Words& words) {
    expect_said_once(folder.ranks(2, "simulate '" + study + "' --set output=s.h5 " + options), 2,
                     words);
  };
  folder.write("short.txt", "0\n1\n");
  refused("--set surface.mapping=" + folder.path("short.txt").string(),
          {"surface.mapping", "has 2 entries", "has 258 vertices"});
  refused("--set connectome.builtin=12",
          {"surface.yml:7: surface.mapping: ", "no region of", "is called", "rh_"});
  refused("--set 'surface.local_connectivity={kernel: gauss, sigma: 3}'", {"gauss", "gaussian"});
  refused("--set surface.file=none.gii", {"surface.file", "none.gii"});
  refused("--set 'monitors.0.groups={a: [lh_00]}'", {"no region is called 'lh_00'", "lh_000"});
  expect_one_line(folder.arcuate("tune-inhibition '" + study + "'"), 2, {"inhibit"});
  EXPECT_EQ(folder.names(), std::set<std::string>{"short.txt"});
}

}  // namespace
}  // namespace arcuate::test
