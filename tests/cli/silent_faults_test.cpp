#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// What was accepted without a word and had other numbers than it says, or none that mean anything.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string examples = ARCUATE_SOURCE "/jobs/examples/";

class SilentFaults : public testing::Test {
 protected:
  SilentFaults() {
    folder.write("w.csv", "0,1,1,0\n1,0,1,0\n1,1,0,1\n0,0,1,0\n");
    folder.write("s.yml", study("weights: w.csv, speed: inf"));
  }
  static std::string study(const std::string& connectome, const std::string& more = "") {
    return "connectome: { " + connectome +
           " }\nmodel: { name: Linear, parameters: { gamma: -0.1 }, initial: { x: 1 } }\n"
           "coupling: { name: linear, gain: 0.1 }\nintegrator: { method: euler, dt: 1 ms }\n"
           "duration: 16 ms\nmonitors: [{ kind: raw, period: 1 ms }]\noutput: r.h5\noverwrite: "
           "true\n" +
           more;
  }
  [[nodiscard]] std::vector<double> samples(const std::string& monitor = "raw") const {
    return io::hdf5::open_file(folder.path("r.h5").string(), io::hdf5::Access::read)
        .open_group("monitors/" + monitor)
        .read<double>("data");
  }
  void expect_refused(const std::string& command, const std::string& words) const {
    expect_one_line(folder.arcuate(command), 2, {words});
  }
  void expect_warned(const std::string& command, const std::string& words) const {
    const Outcome said = folder.arcuate(command);
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.err, HasSubstr(words)) << command;
  }
  const Folder folder;
};

/// x[n + 1] = x[n] + 0.1 x[n - lag], x = 1 before: whatever else the region hears, or nothing.
TEST_F(SilentFaults, ARegionHearsItselfAfterAnyDelay) {
  folder.write("loop.csv", "0,0\n0,1\n");
  for (int lag = 1; lag <= 12; ++lag) {
    folder.write("d.csv", fmt::format("0,0\n0,{}\n", lag));
    folder.write("l.yml", study("weights: loop.csv, delays: d.csv"));
    ASSERT_EQ(folder.arcuate("simulate l.yml --quiet --set model.parameters.gamma=0").code, 0);
    std::vector<double> x(13, 1.0);
    const std::vector<double> got = samples();
    ASSERT_EQ(got.size(), 32U);
    for (std::size_t n = 0; n < 16; ++n) {
      x.push_back(x.back() + 0.1 * x[x.size() - 1 - static_cast<std::size_t>(lag)]);
      EXPECT_NEAR(got[2 * n + 1], x.back(), 1e-12) << "lag " << lag << ", step " << n;
    }
  }
}

TEST_F(SilentFaults, WhatAContinuationTakesFromItsRecordingCannotBeSet) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  const std::string go_on = "continue r.h5 --duration '+10 ms' -o c.h5 --set ";
  for (const char* set :
       {"transient=5", "duration=9000", "output=z.h5", "model.initial.x=3", "history=h.npy"})
    expect_refused(go_on + set, "--set " + std::string(set).substr(0, std::string(set).find('=')));
  expect_refused("simulate s.yml -o c.h5 --set output=z.h5", "--output and --set output");
  EXPECT_EQ(folder.names(), (std::set<std::string>{"r.h5", "s.yml", "w.csv"}));
  EXPECT_EQ(folder.arcuate(go_on + "model.parameters.gamma=-0.2").code, 0);
}

TEST_F(SilentFaults, AResponseThatIsSeenAt0OnlyHasNoPeak) {
  for (const char* convention : {"brainmass", "tvb"})
    expect_refused(
        fmt::format("check s.yml --set 'monitors.0={{kind: hrf_bold, variables: [x], "
                    "period: 8 ms, kernel: gamma, convention: {}, parameters: {{duration: "
                    "4 ms}}}}'",
                    convention),
        "the response is nowhere above 0");
}

TEST_F(SilentFaults, ASignalThatNothingEntersIsSaid) {
  const auto bold = [](const std::string& parameters) {
    return "check s.yml --set 'duration=16 s' --set 'monitors.0={variables: [x], period: 1 s, " +
           parameters + "}'";
  };
  expect_warned(bold("kind: bold, parameters: {efficacy: 0}"),
                "monitors.0.parameters: `efficacy` is 0, so nothing of the source");
  expect_warned(bold("kind: hrf_bold, parameters: {duration: 2 s}"),
                "monitors.0.parameters: the response ends at 0.12 of its largest value");
  expect_warned(bold("kind: hrf_bold, kernel: gamma, convention: tvb, parameters: {V0: 0.04}"),
                "`V0` has no effect");
  EXPECT_THAT(folder.arcuate(bold("kind: hrf_bold")).err, Not(HasSubstr("monitors.0")));
  expect_refused("connectome generate spatial --decay 0.01 -o g.h5", "decay: 0.01 is not allowed");
}

TEST_F(SilentFaults, WeightsThatAddUpTo0AreNoNormOfKuramoto) {
  folder.write("z.csv", "0,1,-1,0\n1,0,1,0\n1,1,0,1\n0,0,1,0\n");
  folder.write("k.yml", study("weights: z.csv, speed: inf"));
  expect_warned(
      "check k.yml --set 'model={name: Kuramoto}' --set 'coupling={name: kuramoto, gain: 1, "
      "normalize: strength}' --set 'monitors=[{kind: raw, variables: [theta], period: 1 ms}]'",
      "the weights that enter r000 add up to 0");
}

TEST_F(SilentFaults, WhatIsThereTwiceIsRefused) {
  expect_refused("check s.yml --set 'coupling.source=[x, x]' --set 'coupling.target=[c, c]'",
                 "has the same source twice");
  expect_refused(
      "check s.yml --set 'stimuli=[{target: c, regions: [0, r000], equation: {name: pulse, onset: "
      "2 ms, duration: 4 ms}}]'",
      "region 'r000' twice");
  const std::string surface = "check '" + examples + "surface.yml' --set 'surface.file=[" +
                              examples + "sphere.surf.gii, " + examples + "sphere.surf.gii]'";
  expect_refused(surface, "sphere.surf.gii is there twice");
}

TEST_F(SilentFaults, WordsOfCppNameNoPlugIn) {
  for (const char* word : {"class", "int", "co_await"})
    expect_refused(std::string("model new ") + word, "is a word of C++");
}

TEST_F(SilentFaults, OptionsThatAGeneratorDoesNotUseAreRefused) {
  const std::string make = "connectome generate ";
  expect_refused(make + "stochastic_block_model --symmetric -o g.h5", "--symmetric: generator");
  expect_refused(make + "spatial --p 0.3 -o g.h5", "--p: generator spatial does not use it");
  expect_refused(make + "ring_lattice --beta 0.4 -o g.h5", "--beta: ");
  expect_refused(make + "spatial --degree 200 --regions 40 -o g.h5", "--degree 200");
  expect_refused(make + "stochastic_block_model --blocks 3 --block-sizes 40,40 -o g.h5",
                 "--block-sizes has 2");
  expect_refused(make + "erdos_renyi --p nan -o g.h5", "p");
  for (const char* seed : {"-1", "18446744073709551616", "x"})
    EXPECT_EQ(folder.arcuate(make + "spatial -o g.h5 --seed " + seed).code, 2) << seed;
  expect_refused(
      "check s.yml --set 'connectome={generator: {name: stochastic_block_model, regions: "
      "40, blocks: 3, block_sizes: [20, 20]}}'",
      "`block_sizes` has 2");
}

/// The same sensors in several ways.
TEST_F(SilentFaults, ColumnsOfSensorsAreWhatTheirHeaderSays) {
  const auto fields = [&](const std::string& file) {
    folder.write("m.txt", file);
    const Outcome run = folder.arcuate("simulate e.yml --quiet --overwrite");
    EXPECT_EQ(run.code, 0) << run.err;
    return samples("meg");
  };
  folder.write(
      "e.yml",
      "connectome: { builtin: 12, speed: inf }\nmodel: { name: Linear, initial: { x: [1, 2] } }\n"
      "integrator: { method: euler, dt: 1 ms }\nduration: 8 ms\ncoupling: { gain: 0 }\noutput: "
      "r.h5\nmonitors: [{ kind: meg, variables: [x], period: 4 ms, forward: sphere, sphere: { "
      "centre: [0, 0, 0], radius: 120 mm }, sensors: m.txt }]\n");
  const auto plain = fields("a 10 20 160 0 0 1\nb 170 10 0 0 1 0\n");
  EXPECT_EQ(fields("label x y z nx ny nz\na 10 20 160 0 0 1\nb 170 10 0 0 1 0\n"), plain);
  EXPECT_EQ(fields("name z y x kind nx ny nz\na 160 20 10 mag 0 0 1\nb 0 10 170 mag 0 1 0\n"),
            plain);
  const auto radial = fields("a 10 20 160\nb 170 10 0\n");
  EXPECT_NE(radial, plain);
  EXPECT_EQ(fields("name x y z size\na 10 20 160 1\nb 170 10 0 1\n"), radial);
  for (const char* line : {"10 20 160 0 0 1", "a 10 20 160 0 1", "a 10 20 160 0 0 1 foo"}) {
    folder.write("m.txt", std::string(line) + "\n");
    expect_refused("check e.yml", "expected label x y z [nx ny nz]");
  }
  folder.write("m.txt", "name lon lat r\na 10 20 160\n");
  expect_refused("check e.yml", "expected a name, then x, y and z");
  folder.write("m.txt", "a 0.010 0.020 0.160\nb 0.170 0.010 0\n");
  expect_warned("check e.yml --set monitors.0.forward=unbounded", "are their places in mm?");
}

TEST_F(SilentFaults, VariancesOfSensorsAreOneForEach) {
  folder.write("g.csv", "1,0,0,0\n0,1,0,0\n");
  const std::string eeg =
      "monitors: [{ kind: eeg, variables: [x], period: 1 ms, gain: g.csv, "
      "noise: { NOISE } }]\n";
  const auto check = [&](const std::string& noise) {
    std::string text = study("weights: w.csv, speed: inf");
    text.replace(text.find("monitors:"), text.find("output:") - text.find("monitors:"),
                 std::string(eeg).replace(eeg.find("NOISE"), 5, noise));
    folder.write("n.yml", text);
    return folder.arcuate("check n.yml");
  };
  EXPECT_EQ(check("variance: [1, 2]").code, 0);
  expect_one_line(check("variance: [1, 0.5, 0.5, 1]"), 2, {"4 values for 2 sensors"});
  folder.write("c.csv", "1,0\n0,1e-14\n");
  EXPECT_EQ(check("covariance: c.csv").code, 0);
  folder.write("c.csv", "1,1\n1,1\n");
  expect_one_line(check("covariance: c.csv"), 2, {"is not positive definite"});
}

TEST_F(SilentFaults, FilesWithOtherLabelsAreNotJoinedByTheirOrder) {
  folder.write("w.csv", "a,b,c\n0,1,1\n1,0,1\n1,1,0\n");
  folder.write("l.csv", "b,a,c\n0,10,20\n10,0,30\n20,30,0\n");
  folder.write("other.csv", "u,v,w\n0,10,20\n10,0,30\n20,30,0\n");
  folder.write("c.txt", "c 1 2 3\na 4 5 6\nb 7 8 9\n");
  folder.write("names.txt", "b\na\nc\n");
  folder.write("new.txt", "one\ntwo\nthree\n");
  const auto with = [&](const std::string& more) {
    folder.write("j.yml", study("weights: w.csv, speed: 4 mm/ms, " + more));
    return folder.arcuate("check j.yml");
  };
  expect_one_line(with("lengths: l.csv"), 2, {"l.csv: region 1 is 'b', and 'a' in", "w.csv"});
  expect_one_line(with("centres: c.txt"), 2, {"c.txt: region 1 is 'c', and 'a' in"});
  expect_one_line(with("labels: names.txt"), 2, {"names.txt: region 1 is 'b', and 'a' in"});
  const Outcome others = with("lengths: other.csv");
  EXPECT_EQ(others.code, 0) << others.err;
  EXPECT_THAT(others.err, HasSubstr("regions are taken in their order"));
  const Outcome renamed = with("labels: new.txt");
  EXPECT_EQ(renamed.code, 0);
  EXPECT_THAT(renamed.err, Not(HasSubstr("taken in their order")));
  folder.write("same.csv", "a,b,c\n0,10,20\n10,0,30\n20,30,0\n");
  EXPECT_THAT(with("labels: new.txt, lengths: same.csv").err,
              Not(HasSubstr("taken in their order")));
  // Numbers name nothing.
  ASSERT_EQ(folder
                .shell("/usr/bin/python3 -c \"import numpy as n; n.savez('n.npz', "
                       "lengths=n.ones((3, 3)), labels=n.arange(3))\"")
                .code,
            0);
  EXPECT_EQ(with("lengths: n.npz").code, 0);
  expect_one_line(folder.arcuate("connectome convert w.csv o.h5 --lengths l.csv"), 2, {"l.csv"});
}

TEST_F(SilentFaults, LengthsInOtherUnitsAreAsked) {
  folder.write("m.csv", "0,.05,.08,0\n.05,0,.1,0\n.08,.1,0,.07\n0,0,.07,0\n");
  folder.write("u.yml", study("weights: w.csv, lengths: m.csv, speed: 4 mm/ms"));
  expect_warned("check u.yml", "the median tract length is 0.08 mm: are lengths in mm?");
  folder.write("c.txt", "0.01 0 0\n0 0.02 0\n0 0 0.03\n0.05 0 0\n");
  ASSERT_EQ(folder.arcuate("connectome convert w.csv u.h5 --centres c.txt").code, 0);
  EXPECT_THAT(folder.arcuate("connectome check u.h5").out,
              AllOf(HasSubstr("are lengths in mm?"), HasSubstr("are they in mm?")));
}

TEST_F(SilentFaults, LocalConnectivityThatIsNoneIsSaid) {
  const std::string check = "check '" + examples + "surface.yml' --set surface.";
  expect_warned(check + "local_connectivity.cutoff='0.01 mm'", "there is no local edge");
  expect_warned(check + "local_connectivity.amplitude=0", "there is no local edge");
  expect_warned(check + "strength=0", "`strength` is 0");
  expect_warned(check + "local_connectivity=none", "`strength` has no meaning without it");
}

TEST_F(SilentFaults, AMappingOfRegionsIsNoneOfVertices) {
  folder.write("g.csv", "1,2,3\n");
  folder.write("map.txt", "0\n1\n2\n");
  expect_refused("check '" + examples +
                     "surface.yml' --set \"monitors=[{kind: eeg, variables: [V], period: 4 ms, "
                     "gain: $PWD/g.csv, mapping: $PWD/map.txt}]\"",
                 "numbers regions, and a source is a vertex here");
}

TEST_F(SilentFaults, ASymmetricLaplacianOfARegionThatHearsNothingIsSaid) {
  folder.write("z.csv", "0,0,0\n1,0,1\n1,1,0\n");
  folder.write("y.yml", study("weights: z.csv, speed: inf, laplacian: symmetric"));
  expect_warned("check y.yml", "laplacian: no weight enters r000");
}

TEST_F(SilentFaults, KeysOfLabelsAreWholeNumbersAndDifferent) {
  const std::string original = content(examples + "sphere.label.gii");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = original;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    folder.write("l.label.gii", text);
    return folder.arcuate("check '" + examples +
                          "surface.yml' --set surface.mapping=\"$PWD/l.label.gii\"");
  };
  expect_one_line(with("Key=\"1\"", "Key=\"x\""), 2, {"has the key 'x'"});
  expect_one_line(with("Key=\"1\"", "Key=\"0\""), 2, {"have the key 0"});
}

}  // namespace
}  // namespace arcuate::test
