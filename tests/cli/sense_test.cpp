#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// Numbers that make no sense: refused, warned of, or noticed while they are simulated.
namespace arcuate::test {
namespace {

std::vector<double> recorded(const Folder& folder, const std::string& file,
                             const std::string& monitor) {
  return io::hdf5::open_file(folder.path(file), io::hdf5::Access::read)
      .open_group("monitors/" + monitor)
      .read<double>("data");
}

/// Region 0 receives x of region 1, which falls by a tenth in every step.
const std::string decay =
    "connectome: { weights: w.txt, lengths: l.txt, speed: inf }\n"
    "model: { name: Linear, parameters: { gamma: -1 }, initial: { x: [0, 1] } }\n"
    "coupling: { name: linear }\n"
    "integrator: { method: euler, dt: 0.1 ms }\n"
    "duration: 0.4 ms\n"
    "monitors: [ { kind: raw }, { kind: afferent_coupling, period: 0.1 ms } ]\n"
    "output: out.h5\n";

void write_decay(const Folder& folder) {
  folder.write("w.txt", "0 1\n0 0\n");
  folder.write("l.txt", "0 0\n0 0\n");
  folder.write("study.yml", decay);
}

TEST(AfferentCoupling, IsWhatTheStateAtItsStampCauses) {
  const Folder folder;
  write_decay(folder);
  for (const char* more : {"", " --set integrator.method=heun --set coupling.stages=staged",
                           " --set coupling.stages=staged", " --block 1 --chunk 1"}) {
    const Outcome outcome =
        folder.arcuate("simulate --quiet --overwrite study.yml" + std::string(more));
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::vector<double> state = recorded(folder, "out.h5", "raw");
    const std::vector<double> input = recorded(folder, "out.h5", "afferent_coupling");
    ASSERT_EQ(state.size(), 8U);
    ASSERT_EQ(input.size(), 8U);
    for (std::size_t sample = 0; sample < 4; ++sample) {
      EXPECT_EQ(input[2 * sample], state[2 * sample + 1]) << sample << more;
      EXPECT_EQ(input[2 * sample + 1], 0.0);
    }
  }
  ASSERT_EQ(folder.arcuate("simulate --quiet --overwrite study.yml").code, 0);
  const std::vector<double> input = recorded(folder, "out.h5", "afferent_coupling");
  const double expected[] = {0.9, 0.81, 0.729, 0.6561};
  for (std::size_t sample = 0; sample < 4; ++sample)
    EXPECT_NEAR(input[2 * sample], expected[sample], 1e-15);
}

TEST(AfferentCoupling, ReachesTheLastSampleOnAllRanks) {
  const Folder folder;
  write_decay(folder);
  ASSERT_EQ(folder.arcuate("simulate --quiet study.yml --set output=one.h5").code, 0);
  ASSERT_EQ(folder.ranks(2, "simulate --quiet study.yml --set output=two.h5").code, 0);
  EXPECT_EQ(recorded(folder, "one.h5", "afferent_coupling"),
            recorded(folder, "two.h5", "afferent_coupling"));
}

/// Of ReducedWongWangExcInh: H_e is a function of S_e and of the network input.
TEST(Observables, OfTheInputBelongToTheStateAtTheirStamp) {
  const Folder folder;
  write_decay(folder);
  const Outcome outcome = folder.arcuate(
      "simulate --quiet study.yml --set 'model={name: ReducedWongWangExcInh, initial: {S_e: [0.1, "
      "0.6]}}' --set 'monitors=[{kind: raw, variables: [S_e, S_i, H_e]}, {kind: "
      "afferent_coupling, period: 0.1}]'");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::vector<double> raw = recorded(folder, "out.h5", "raw");
  const std::vector<double> input = recorded(folder, "out.h5", "afferent_coupling");
  for (std::size_t sample = 0; sample < 4; ++sample) {
    const double* row = raw.data() + 6 * sample;
    EXPECT_EQ(input[2 * sample], row[1]);
    // Deco et al. 2014, with the defaults: x_e = a (W I_o + w_p J S_e - J_i S_i + G J c) - b.
    const double x = 310.0 * (0.382 + 1.4 * 0.15 * row[0] - row[2] + 2.0 * 0.15 * row[1]) - 125.0;
    EXPECT_NEAR(row[4], x / (1.0 - std::exp(-0.16 * x)), 1e-9 * std::abs(row[4])) << sample;
  }
}

TEST(Zerlaut, DefaultsStayInRangeAndWhatLeavesItHasDiverged) {
  const Folder folder;
  folder.write(
      "z2.yml",
      "connectome: { builtin: 80, normalize: region_sum, speed: 4 mm/ms }\n"
      "model:\n"
      "  name: ZerlautAdaptationSecondOrder\n"
      "  parameters: { b_e: 5, external_input_ex_ex: 0.0005, external_input_in_ex: 0.0005 }\n"
      "  initial: { E: [0.001, 0.02], I: [0.001, 0.02], C_ee: [0, 1e-6], C_ei: [0, 1e-6], C_ii: "
      "[0, 1e-6], W_e: [0, 50] }\n"
      "coupling: { name: linear, a: 0.3 }\n"
      "integrator: { method: heun, dt: 0.1 ms }\n"
      "duration: 100 ms\n"
      "monitors: [ { kind: raw, variables: [E], period: 1 ms } ]\n"
      "output: z2.h5\n");
  ASSERT_EQ(folder.arcuate("simulate --quiet z2.yml").code, 0);
  const std::vector<double> rates = recorded(folder, "z2.h5", "raw");
  EXPECT_LT(*std::max_element(rates.begin(), rates.end()), 0.2);
  // With exact derivatives the closure of the moments breaks down.
  expect_one_line(folder.arcuate("simulate --quiet --overwrite z2.yml --set "
                                 "model.parameters.tvb_derivatives=0"),
                  4, {"ZerlautAdaptationSecondOrder variable '", "far outside", "t = "});
}

TEST(Warnings, AreSaidOnceByCheckAndSimulateOnAnyNumberOfRanks) {
  const Folder folder;
  folder.write("study.yml",
               "connectome: { builtin: 20 }\n"
               "model: { name: Epileptor, parameters: { r: 0.5 } }\n"
               "coupling: { name: difference }\n"
               "integrator: { method: heun, dt: 0.05 ms }\n"
               "stimuli: [ { target: c_1, equation: { name: box, onset: 5, offset: 2 } } ]\n"
               "duration: 1 ms\nmonitors: [ { kind: raw } ]\n");
  for (const Outcome& outcome :
       {folder.arcuate("check study.yml"), folder.arcuate("simulate --overwrite study.yml"),
        folder.ranks(3, "simulate --overwrite study.yml")}) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(count(outcome.err, "arcuate: warning: "), 3U) << outcome.err;
    for (const char* said :
         {"study.yml:2: model.parameters.r: 0.5 is outside of the usual range",
          "study.yml:3: coupling.name: the coupling changes nothing",
          "study.yml:5: stimuli.0.equation.name: the stimulus on c_1 never acts"})
      EXPECT_EQ(count(outcome.err, said), 1U) << outcome.err;
  }
}

TEST(Warnings, ARunThatRecordsNothingSaysSo) {
  const Folder folder;
  folder.write("study.yml",
               "connectome: { builtin: 20 }\nmodel: { name: Linear }\nduration: 1 ms\n");
  const Outcome outcome = folder.arcuate("simulate study.yml");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(count(outcome.err, "study.yml: monitors: there are none"), 1U) << outcome.err;
}

TEST(Refusals, OfTheCommandLineNameTheVerbAndItsHelp) {
  const Folder folder;
  expect_one_line(
      folder.arcuate("connectome generate --name spatial -o x.h5"), 2,
      {"connectome generate: ", "--name", "(see 'arcuate connectome generate --help')"});
  expect_one_line(folder.arcuate("simulate"), 2, {"(see 'arcuate simulate --help')"});
  expect_one_line(folder.arcuate("connectome"), 2, {"(see 'arcuate connectome --help')"});
}

TEST(Refusals, AreTheSameForCheckAndSimulateOnAnyNumberOfRanks) {
  const Folder folder;
  folder.write("study.yml",
               "connectome: { builtin: 20 }\nmodel: { name: MontbrioPazoRoxin, parameters: { tau: "
               "0 } }\nduration: 1 ms\n");
  const Words words{"study.yml:2: model.parameters.tau: 0 ms is out of range", "(allowed: > 0)"};
  expect_one_line(folder.arcuate("check study.yml"), 2, words);
  expect_one_line(folder.arcuate("simulate study.yml"), 2, words);
  expect_said_once(folder.ranks(2, "simulate study.yml"), 2, words);
  EXPECT_EQ(folder.names(), std::set<std::string>{"study.yml"});
}

}  // namespace
}  // namespace arcuate::test
