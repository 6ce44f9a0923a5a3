#include <algorithm>
#include <nlohmann/json.hpp>

#include "fault_injection.hpp"
#include "search_support.hpp"

/// Processes that end, stand still or are slow: F1 to F8, F15, F26, F27 of docs/faults.md.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(FaultInjection, WhatIsNoFaultIsRefused) {
  struct Wrong {
    std::string text, said;
  };
  for (const Wrong& wrong :
       {Wrong{"stop:1:0", "there is no point 'stop'"}, Wrong{"step:1", "it has 2 parts"},
        Wrong{"step:0:0", "'0' is no whole number from 1 on"},
        Wrong{"step:1:-1", "'-1' is no whole number from 0 on"},
        Wrong{"step:1:0:short", "step cannot 'short'"}}) {
    expect_one_line(
        folder.shell("ARCUATE_FAULT=" + wrong.text + " " ARCUATE_PROGRAM " simulate s.yml"), 2,
        {"ARCUATE_FAULT=" + wrong.text, wrong.said, "POINT:WHEN:RANK"});
  }
  EXPECT_THAT(folder.arcuate("--version").out, HasSubstr("ARCUATE_FAULT"));
}

TEST_F(FaultInjection, ARunThatIsKilledAtAnyStepHasTheBytesOfOneRun) {
  simulate_whole();
  int killed = 0;
  struct Kill {
    int step, rank, ranks, threads;
  };
  for (const Kill& kill : {Kill{1, 0, 3, 1}, Kill{2500, 0, 2, 1}, Kill{1300, 1, 2, 2},
                           Kill{1800, 3, 4, 1}, Kill{1500, 0, 1, 1}}) {
    const Outcome run = go_on("step:" + std::to_string(kill.step) + ":" + std::to_string(kill.rank),
                              kill.ranks, "--threads " + std::to_string(kill.threads));
    EXPECT_EQ(run.code, 137) << run.err;
    killed += run.code != 0 ? 1 : 0;
  }
  EXPECT_EQ(killed, 5);
  // No rank has a moment to say anything: a lost allocation.
  EXPECT_EQ(go_on("step:700:all", 3).code, 137);
  expect_whole_in_the_end(2);
}

TEST_F(FaultInjection, ARunThatIsKilledWhileACheckpointIsWrittenGoesOnFromTheOneBefore) {
  simulate_whole();
  for (const char* point :
       {"before_data:3:1", "between_pieces:3:0", "after_data:3:1", "before_rename:3:0",
        "between_renames:3:0", "before_folder_sync:3:0", "before_rename:1:0"}) {
    const Outcome run = go_on("checkpoint." + std::string(point), 2);
    EXPECT_EQ(run.code, 137) << point << run.err;
    EXPECT_THAT(run.err, Not(HasSubstr("is damaged"))) << point;
    const Outcome sound = folder.shell(
        "for f in out.h5.checkpoint out.h5.checkpoint-1; do if test "
        "-e $f; then " ARCUATE_PROGRAM " verify $f; fi; done");
    EXPECT_EQ(sound.code, 0) << point << sound.err;
  }
  expect_whole_in_the_end(3);
}

/// The copy of a rank that has everything is the checkpoint.
TEST_F(FaultInjection, ACopyTakesTheMemoryThatPlanSays) {
  const Outcome plan = folder.arcuate("plan s.yml --json");
  ASSERT_EQ(plan.code, 0) << plan.err;
  const double said = nlohmann::json::parse(plan.out).at("checkpoint_copy_bytes").get<double>();
  EXPECT_EQ(go_on("step:2500:0", 1).code, 137);
  const auto seen = static_cast<double>(file_size(folder.path() / "out.h5.checkpoint"));
  EXPECT_GT(said, 0.7 * seen);  // without header, index and what the feature remembers
  EXPECT_LT(said, seen);
}

TEST_F(FaultInjection, ARunThatIsKilledAtItsEndIsWholeOrGoesOn) {
  simulate_whole();
  EXPECT_EQ(go_on("recording.flush:20:1", 2).code, 137);
  // The recording is half completed, then complete, and has not got its name.
  EXPECT_EQ(go_on("recording.sealing:1:0", 2).code, 137);
  expect_one_line(folder.arcuate("recover out.h5 -o part.h5"), 2, {"--resume completes it"});
  EXPECT_EQ(go_on("output.before_rename:1:0", 2).code, 137);
  EXPECT_FALSE(std::filesystem::exists(folder.path("out.h5")));
  EXPECT_EQ(go_on("output.after_rename:1:0", 2).code, 137);
  EXPECT_TRUE(std::filesystem::exists(folder.path("out.h5")));
  const Outcome again = go_on("", 2);
  EXPECT_THAT(again.out, HasSubstr("is whole already")) << again.err;
  EXPECT_EQ(folder.shell("rm -f out.h5.arcuate-claim").code, 0);
  expect_whole_in_the_end(2);
}

TEST_F(FaultInjection, ARunThatIsKilledBeforeItsFirstStepBeginsAnew) {
  simulate_whole();
  for (const char* point : {"setup.before_plan:1:1", "setup.after_plan:1:0"})
    EXPECT_EQ(go_on(point, 2).code, 137) << point;
  expect_whole_in_the_end(2);
}

TEST_F(FaultInjection, ARankThatStandsStillEndsTheJobInWords) {
  simulate_whole();
  for (const int rank : {2, 0}) {
    const std::string name = std::to_string(rank);
    const Outcome run =
        go_on("step:2000:" + name + ":stop", 3, "--watchdog 0.1 --set duration='40 s'");
    EXPECT_EQ(run.code, 75) << run.err;
    EXPECT_EQ(count(run.err, "arcuate: error: "), 1U) << run.err;
    // On a busy machine one of the others may not have waited for long when it is said.
    EXPECT_THAT(
        run.err,
        AllOf(HasSubstr("arcuate: error: no step for "),
              HasSubstr("rank " + name + " stands still at step "),
              testing::ContainsRegex(", computing .its process is stopped.; ranks? [0-2, and]* "
                                     "waits? for a message of rank " +
                                     name),
              HasSubstr("--resume goes on")));
  }
  expect_whole_in_the_end(2);
}

TEST_F(FaultInjection, WithoutACheckpointAStallIsExitCodeThree) {
  const Outcome run = fault("step:10:1:stop", 2, "simulate s.yml --quiet --watchdog 0.02");
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("rank 1 stands still at step 320"),
                             HasSubstr("there is no checkpoint to go on with")));
  EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml"}));
}

TEST_F(FaultInjection, AMasterThatStandsStillEndsASweep) {
  folder.write("w.yml", std::string(study) + "sweep: { coupling.gain: [0.01, 0.02, 0.03] }\n");
  const std::string words = "sweep w.yml --quiet --watchdog 0.02 --set duration='4 s'";
  const Outcome run = fault("farm.hand_out:3:0:stop", 3, words);
  EXPECT_EQ(run.code, 75) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("no sign of life for "), HasSubstr("rank 0 stands still"),
                             HasSubstr("(its process is stopped)")));
  EXPECT_EQ(ranks(3, "", words + " --resume").code, 0);
}

TEST_F(FaultInjection, ASlowRankIsNamedAndChangesNoByte) {
  const std::string words =
      "simulate s.yml --quiet --set duration='0.6 s' --set 'integrator.dt=0.5 ms' ";
  ASSERT_EQ(folder.arcuate(words + "--set output=whole.h5").code, 0);
  const Outcome run = fault("step:1+:1:slow=150", 3, words);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("rank 1 was the slowest: the others waited "));
  expect_same("whole.h5", "out.h5");
}

TEST_F(FaultInjection, ACrashEndsAllRanksAndTheRunGoesOn) {
  simulate_whole();
  EXPECT_EQ(go_on("step:2000:1:segv", 2).code, 139);
  const Outcome thrown = go_on("step:1500:1:throw", 2);
  EXPECT_EQ(thrown.code, 3);
  EXPECT_THAT(thrown.err, HasSubstr("internal error on rank 1, step "));
  // In a parallel region, from which no exception may come.
  const Outcome thread = go_on("thread:2000:0:throw", 2, "--threads 2");
  EXPECT_EQ(thread.code, 3) << thread.err;
  EXPECT_THAT(thread.err, HasSubstr("internal error on rank 0, step "));
  expect_whole_in_the_end(2);
}

TEST_F(FaultInjection, AStateThatIsNoNumberIsADivergenceAndTheLastCheckpointStays) {
  simulate_whole();
  const Outcome run = go_on("step:3000:1:nan", 2);
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, AllOf(HasSubstr("diverged: SupHopf variable 'x' of region "),
                             HasSubstr(" is not finite at t = ")));
  EXPECT_EQ(folder.names().count("out.h5.checkpoint"), 1U);
  expect_whole_in_the_end(2);
}

/// Sweeps: the journal loses nothing, and a table has the same bits.
class FaultySweep : public FaultInjection {
 protected:
  FaultySweep() {
    folder.write("w.yml",
                 std::string(study) + "sweep: { coupling.gain: { linspace: [0.01, 0.04, 8] } }\n");
  }
  [[nodiscard]] Outcome sweep(const std::string& text, const std::string& more,
                              int ranks = 3) const {
    return fault(text, ranks, "sweep w.yml --quiet --set duration='2 s' " + more);
  }
  void sweep_whole() const { ASSERT_EQ(sweep("", "-o whole.sweep").code, 0); }
  void expect_same_table() const {
    const Outcome last = sweep("", "--resume");
    EXPECT_EQ(last.code, 0) << last.err;
    expect_same_results(folder.path("whole.sweep/table.h5"), folder.path("w.sweep/table.h5"));
  }
};

TEST_F(FaultySweep, AMasterThatIsKilledLosesNoResult) {
  sweep_whole();
  EXPECT_EQ(sweep("farm.hand_out:4:0", "").code, 137);
  EXPECT_EQ(sweep("journal.append:3:0", "--resume").code, 137);
  // Half of a line is in the journal.
  EXPECT_EQ(sweep("journal.append:2:0:short,journal.part_written:1:0", "--resume").code, 137);
  const Outcome torn = sweep("farm.hand_out:2:0", "--resume");
  EXPECT_EQ(torn.code, 137);
  EXPECT_THAT(torn.err, HasSubstr("without an end, of a run that was killed"));
  expect_same_table();
}

TEST_F(FaultySweep, AWorkerThatIsKilledLosesItsOwnTaskOnly) {
  sweep_whole();
  // One of the two has a second of the eight tasks, however busy the machine is.
  EXPECT_EQ(sweep("farm.begin_evaluation:2:all", "").code, 137);
  EXPECT_EQ(sweep("farm.end_evaluation:1:all:segv", "--resume").code, 139);
  expect_same_table();
}

TEST_F(FaultySweep, AWriteThatTookAHalfIsWrittenOn) {
  sweep_whole();
  EXPECT_EQ(sweep("journal.append:2+:0:short", "").code, 0);
  expect_same_results(folder.path("whole.sweep/table.h5"), folder.path("w.sweep/table.h5"));
}

TEST_F(FaultySweep, ACandidateThatIsNoNumberFailsAlone) {
  sweep_whole();
  // The only worker: it has every task.
  const Outcome run = sweep("step:900:1:nan", "", 2);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("1 of 8 candidates failed"));
  const Csv table(folder.path("w.sweep/table.csv"));
  EXPECT_EQ(std::count(table["status"].begin(), table["status"].end(), "failed"), 1);
  EXPECT_EQ(sweep("", "--retry failed").code, 0);
  expect_same_results(folder.path("whole.sweep/table.h5"), folder.path("w.sweep/table.h5"));
}

TEST_F(FaultySweep, ItsStatusCanBeReadAtAnyMoment) {
  const Outcome run = folder.shell(
      "mpirun --bind-to none -n 3 " ARCUATE_PROGRAM
      " sweep w.yml --quiet --set duration='3 min' & run=$!; times=0; while kill -0 $run "
      "2>/dev/null; do\n"
      "  if test -e w.sweep/status.json; then\n"
      "    /usr/bin/python3 -c \"import json, os, time, calendar\ns = json.load(open('w.sweep/"
      "status.json'))\nage = time.time() - calendar.timegm(time.strptime(s['updated'], "
      "'%Y-%m-%dT%H:%M:%SZ'))\nassert s['of'] == 8 and 0 <= s['evaluations'] <= 8 and abs(age) < "
      "60 and s['process'] > 1\" || exit 9; times=$((times + 1)); fi\n"
      "  sleep 0.05\n"
      "done; wait $run || exit 8; test $times -gt 1 || exit 7\n"
      "grep -q '\"running\": false' w.sweep/status.json");
  EXPECT_EQ(run.code, 0) << run.err;
}

}  // namespace
}  // namespace arcuate::test
