#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// `arcuate tune-inhibition` as a user runs it.
namespace {

using arcuate::test::content;
using arcuate::test::count;
using arcuate::test::expect_one_line;
using arcuate::test::expect_said_once;
using arcuate::test::Folder;
using arcuate::test::Outcome;
using testing::AllOf;
using testing::HasSubstr;

class TuneInhibition : public testing::Test {
 protected:
  void SetUp() override {
    folder.write("fic.yml",
                 "connectome: { builtin: 20, normalize: row_sum }\n"
                 "model: { name: ReducedWongWangExcInh }\n"
                 "coupling: { name: linear, gain: 0.5 }\n"
                 "integrator: { dt: 1 ms }\n"
                 "noise: { S_e: 0.001 }\n"
                 "duration: 4 s\n"
                 "monitors:\n"
                 "  - { kind: temporal_average, variables: [H_e], period: 2 s }\n"
                 "tune_inhibition: { transient: 2 s, window: 2 s, tolerance: 0.05 Hz }\n");
    folder.write("other.yml",
                 "connectome: { builtin: 20 }\nmodel: { name: Linear }\nduration: 1 s\n");
  }
  Folder folder;
};

TEST_F(TuneInhibition, WritesWeightsThatAStudyReadsBackAndThatHoldTheRate) {
  const Outcome tuned = folder.arcuate("tune-inhibition fic.yml --target-rate 3");
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.out, AllOf(HasSubstr("iteration"), HasSubstr("20/20"),
                               HasSubstr("J_i: { file: fic.inhibition.csv }")));
  // The simulation that was tuned is the study's own: every region's mean of the last two seconds.
  const std::string with =
      "simulate fic.yml --set 'model.parameters={J_i: {file: "
      "fic.inhibition.csv}}' --set output=out.h5 --quiet";
  ASSERT_EQ(folder.arcuate(with).code, 0);
  const auto rates =
      arcuate::io::hdf5::open_file(folder.path("out.h5"), arcuate::io::hdf5::Access::read)
          .read<double>("monitors/temporal_average/data");
  ASSERT_EQ(rates.size(), 40U);
  for (std::size_t i = 20; i < 40; ++i)
    EXPECT_NEAR(rates[i], 3.0, 0.05);
}

TEST_F(TuneInhibition, GivesTheSameFileOnEveryNumberOfRanks) {
  ASSERT_EQ(folder.arcuate("tune-inhibition fic.yml --output one.csv").code, 0);
  for (const int n : {2, 3}) {
    const std::string file = "ranks" + std::to_string(n) + ".csv";
    const Outcome outcome = folder.ranks(n, "tune-inhibition fic.yml --output " + file);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(content(folder.path(file)), content(folder.path("one.csv")));
  }
}

TEST_F(TuneInhibition, TheAnalyticSolutionNeedsNoSimulationAndSaysWhatItLeavesOut) {
  const Outcome analytic =
      folder.arcuate("tune-inhibition fic.yml --method analytic --output a.npy");
  EXPECT_EQ(analytic.code, 0) << analytic.err;
  EXPECT_THAT(analytic.err, HasSubstr("tune_inhibition.method: the analytic solution leaves out "
                                      "noise"));
  EXPECT_EQ(content(folder.path("a.npy")).substr(1, 5), "NUMPY");
  EXPECT_TRUE(folder.names().contains("a.npy.tuned.yaml"));
  const Outcome quiet =
      folder.arcuate("tune-inhibition fic.yml --method analytic --set noise.S_e=0 --output b.csv");
  EXPECT_EQ(count(quiet.err, "leaves out"), 0U) << quiet.err;
}

TEST_F(TuneInhibition, TheHeuristicIsCheckedLikeTheRest) {
  // Rows sum to 1: 0.75 G gain + 1 in every region, where the target needs 1.63.
  const Outcome low =
      folder.ranks(2, "tune-inhibition fic.yml --method heuristic --output low.csv");
  expect_said_once(low, 5,
                   {"after 1 simulation 20 of 20 regions are not within 0.05 Hz",
                    "low.unconverged.csv holds the weights", "`--method numeric` tunes them"});
  EXPECT_THAT(low.out, HasSubstr("J_i: 1.75 to 1.75, mean 1.75"));
  EXPECT_FALSE(folder.names().contains("low.csv"));
  const Outcome near = folder.arcuate(
      "tune-inhibition fic.yml --method heuristic --tolerance 1.5 --output near.csv");
  EXPECT_EQ(near.code, 0) << near.err;
  EXPECT_THAT(near.out, HasSubstr("largest real part of the eigenvalues: -"));
}

TEST_F(TuneInhibition, RefusesRatesThatALaterWindowDoesNotHave) {
  // Nothing shows in the window, 2 s to 4 s: the current begins with the second.
  folder.write("later.yml", content(folder.path("fic.yml")) +
                                "stimuli:\n  - { target: I_ext, equation: { name: step, "
                                "amplitude: 0.005, onset: 4 s } }\n");
  const Outcome outcome =
      folder.ranks(2, "tune-inhibition later.yml --set duration=8s --iterations 100");
  expect_said_once(outcome, 5,
                   {"not stationary", "in a later window with noise of its own",
                    "later.inhibition.unconverged.csv"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("20/20"), HasSubstr("(mean over 2 windows)"),
                                 HasSubstr("(mean over 4 windows)")));
}

TEST_F(TuneInhibition, WhoReadsWeightsIsToldWhatTheyWereNotTunedFor) {
  ASSERT_EQ(folder.arcuate("tune-inhibition fic.yml --method analytic --output w.csv").code, 0);
  const std::string with = " fic.yml --set 'model.parameters.J_i={file: w.csv}' ";
  const std::string other = with + "--set coupling.gain=0.4 ";
  const auto told = testing::HasSubstr(
      "w.csv: these weights were tuned with other settings, and "
      "need not hold their rate here: coupling.gain 0.5 (here "
      "0.4)\n");
  EXPECT_EQ(folder.arcuate("check" + with).err, "");
  EXPECT_THAT(folder.arcuate("check" + other).err, told);
  const Outcome run = folder.ranks(2, "simulate" + other + "--set output=o.h5 --quiet");
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(count(run.err, "tuned with other settings"), 1U) << run.err;
  // The study of a recording names the file by its place.
  EXPECT_THAT(folder.arcuate("simulate o.h5 --quiet --overwrite --set output=p.h5").err, told);
  // Who tunes anew knows.
  const Outcome anew = folder.arcuate("tune-inhibition --method analytic --output v.csv" + other);
  EXPECT_EQ(count(anew.err, "tuned with"), 0U) << anew.err;
}

TEST_F(TuneInhibition, RefusesAnEquilibriumThatDoesNotLast) {
  const Outcome steady = folder.arcuate("tune-inhibition fic.yml --method analytic");
  EXPECT_EQ(steady.code, 0) << steady.err;
  EXPECT_THAT(steady.out, HasSubstr("largest real part of the eigenvalues: -"));
  const Outcome outcome = folder.ranks(
      2, "tune-inhibition fic.yml --method analytic --set coupling.gain=6 --output six.csv");
  expect_said_once(outcome, 5, {"not stable", "in the network", "six.unconverged.csv"});
}

TEST_F(TuneInhibition, RefusesRatesOfTheStartUp) {
  // The slowest mode of this network takes 0.8 s to decay by a factor e.
  const Outcome outcome = folder.arcuate(
      "tune-inhibition fic.yml --transient '1 s' --window '1 s' --tolerance 0.05 --output s.csv");
  expect_one_line(outcome, 5, {"not stationary", "first to the second half", "s.unconverged.csv"});
  EXPECT_FALSE(folder.names().contains("s.csv"));
}

TEST_F(TuneInhibition, SaysWhatDidNotConvergeAndKeepsTheClosestWeights) {
  const Outcome outcome = folder.ranks(
      2, "tune-inhibition fic.yml --tolerance '1e-9 Hz' --iterations 2 --output close.csv");
  expect_said_once(
      outcome, 5,
      {"after 2 simulations", "of 20 regions are not within 1e-09 Hz", "close.unconverged.csv"});
  // Under another name, so that no study takes them for tuned ones.
  EXPECT_TRUE(folder.names().contains("close.unconverged.csv"));
  EXPECT_FALSE(folder.names().contains("close.csv"));
}

TEST_F(TuneInhibition, NamesRegionsThatNoInhibitionCanBringToTheTarget) {
  std::string currents = "0.3\n";
  for (int i = 1; i < 20; ++i)
    currents += "0.382\n";
  folder.write("I_o.csv", currents);
  const std::string set = " --set 'model.parameters={I_o: {file: I_o.csv}}' ";
  const Outcome analytic = folder.arcuate("tune-inhibition fic.yml --method analytic" + set);
  expect_one_line(analytic, 5, {"no analytic weight >= 0 for 1 of 20 regions: lh_000"});
  const Outcome numeric = folder.arcuate(
      "tune-inhibition fic.yml --transient '1 s' --window '1 s' --tolerance 0.05 --iterations 40" +
      set);
  expect_one_line(numeric, 5,
                  {"after 40 simulations 1 of 20 regions",
                   "infeasible, below the target with a weight of 0: lh_000"});
}

TEST_F(TuneInhibition, RefusesBadInputBeforeAnythingIsSimulated) {
  expect_one_line(folder.arcuate("tune-inhibition other.yml"), 2,
                  {"other.yml", "Linear has no inhibitory weight", "ReducedWongWangExcInh"});
  expect_one_line(folder.arcuate("tune-inhibition fic.yml --window '0.5 ms'"), 2,
                  {"tune_inhibition.window", "not a whole number of steps"});
  expect_one_line(folder.arcuate("tune-inhibition fic.yml --parameter w_p"), 2,
                  {"w_p", "allowed: J_i"});
  expect_one_line(folder.arcuate("tune-inhibition fic.yml --method newton"), 2,
                  {"newton", "numeric, analytic, heuristic"});
  expect_one_line(folder.arcuate("tune-inhibition fic.yml --output weights.h5"), 2,
                  {"weights.h5", ".npy"});
  expect_one_line(folder.arcuate("tune-inhibition fic.yml --output no/where.csv"), 3, {"no/where"});
  expect_one_line(folder.arcuate("tune-inhibition"), 2, {"FILE"});
  expect_said_once(folder.ranks(3, "tune-inhibition none.yml"), 2, {"none.yml"});
  EXPECT_EQ(folder.names(), (std::set<std::string>{"fic.yml", "other.yml"}));
}

}  // namespace
