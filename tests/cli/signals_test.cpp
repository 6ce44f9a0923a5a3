#include <filesystem>
#include <stdexcept>

#include "restart_support.hpp"

/// Runs that signals end at any moment: nothing passes as whole that is not, and --resume goes on.
namespace arcuate::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class RestartAfterSignals : public Restart {
 protected:
  /// The recording of a run in one piece, made once.
  static void SetUpTestSuite() {
    reference = new Folder;
    reference->write("s.yml", several);
    if (reference->arcuate("simulate s.yml --quiet --set output=whole.h5" + longer).code != 0)
      throw std::runtime_error("no reference");
  }
  static void TearDownTestSuite() {
    delete reference;
    reference = nullptr;
  }
  RestartAfterSignals() {
    std::filesystem::copy_file(reference->path("whole.h5"), folder.path("whole.h5"));
  }

  struct Plan {
    std::string moment;  ///< [s] after the start, or the file that is awaited
    std::string kinds, targets;
    int ranks = 2;
    int count = 1;
    double span = 0.0;   ///< [s]
    std::string more{};  ///< words for the program
  };

  /// A run, begun or gone on with, that gets signals.
  [[nodiscard]] Outcome signalled(const Plan& plan, int seed) const {
    const std::string launch =
        plan.ranks == 1 ? "" : "mpirun --bind-to none -n " + std::to_string(plan.ranks) + " ";
    return folder.shell(
        ARCUATE_UNLESS_HUNG "/usr/bin/python3 " ARCUATE_SOURCE "/tests/cli/send_signals.py " +
        plan.moment + " " + std::to_string(plan.count) + " " + std::to_string(plan.span) + " " +
        plan.kinds + " " + plan.targets + " " + std::to_string(seed) + " " + launch +
        ARCUATE_PROGRAM " simulate s.yml --quiet --resume" + longer + " " + plan.more);
  }

  /// 75 and 3 are the program's. A signal that comes before the program takes it ends it with that
  /// signal; mpirun has codes of its own, and may not hear one at its start. What is there is whole
  /// and right.
  void expect_interrupted(const Outcome& run) const {
    EXPECT_THAT(run.code, AnyOf(0, 1, 3, 75, 129, 130, 131, 137, 138, 140, 143, 152)) << run.err;
    if (run.code == 0) {
      EXPECT_THAT(run.out, testing::HasSubstr("recording: out.h5"));
    }
    EXPECT_EQ(folder.names().count("out.h5.checkpoint-2"), 0U);
    if (folder.names().count("out.h5") == 0) return;
    expect_same("whole.h5", "out.h5");
    std::filesystem::remove(folder.path("out.h5"));
  }

  void expect_goes_on_to_the_same() const {
    const Outcome last = folder.arcuate("simulate s.yml --quiet --resume" + longer);
    EXPECT_EQ(last.code, 0) << last.err;
    expect_same("whole.h5", "out.h5");
    EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml", "whole.h5", "out.h5"}));
  }

  inline static const std::string longer =
      " --set duration=60s --set monitors.3.period=10ms --set features.1.step=1s";
  inline static Folder* reference = nullptr;
};

/// Before the first step, and soon after.
TEST_F(RestartAfterSignals, InTheFirstSecondNothingIsDamaged) {
  const char* targets[] = {"run", "0", "1"};
  const char* kinds[] = {"TERM", "INT", "USR1"};
  for (int k = 0; k < 6; ++k) {
    const std::string moment = std::to_string(0.15 * k);
    SCOPED_TRACE(moment + " s, " + kinds[k % 3] + " to " + targets[k / 2]);
    expect_interrupted(signalled({moment, kinds[k % 3], targets[k / 2]}, k));
  }
  expect_interrupted(signalled({"0.02", "TERM", "run", 1}, 9));
  expect_goes_on_to_the_same();
}

TEST_F(RestartAfterSignals, WhileACheckpointIsWrittenItIsTheOneOrTheOther) {
  const std::string often = "--checkpoint-every 1e-6 --chunk 64";
  for (int k = 0; k < 6; ++k) {
    const std::string kinds = k % 2 == 0 ? "TERM,INT,USR1" : "USR2,QUIT,KILL";
    const Outcome run = signalled({"out.h5.checkpoint-writing", kinds, "0,1", 2, 1, 0.0, often}, k);
    expect_interrupted(run);
    EXPECT_EQ(folder.arcuate("verify out.h5.checkpoint").code, 0);
  }
  expect_goes_on_to_the_same();
}

/// The first is not looked at before a chunk ends, which is all that is left; nor is a buffer of
/// samples full before.
TEST_F(RestartAfterSignals, ASecondSignalEndsAtOnceAndTheCheckpointBeforeIsUsed) {
  const std::string few =
      " --set features=[] --set 'monitors=[{kind: raw, variables: [x], period: 100 ms}]' ";
  const std::string simulate = "simulate s.yml --quiet" + longer + few;
  ASSERT_EQ(folder.arcuate(simulate + "--set output=few.h5").code, 0);
  ASSERT_EQ(folder.arcuate(simulate + "--maxh 1e-6 --chunk 5000").code, 75);
  const std::string checkpoint = content(folder.path("out.h5.checkpoint"));
  for (const int ranks : {1, 2}) {
    Outcome run;
    for (const char* moment : {"0.8", "2.5", "5"}) {  // when it simulates, on a busy machine too
      run = signalled({moment, "TERM,INT", ranks == 1 ? "run" : "1", ranks, 2, 1.2,
                       few + "--chunk 100000000 --block 1 --threads 4"},
                      ranks);
      if (count(run.err, "2 of 2 signals were sent") > 0) break;
    }
    EXPECT_EQ(count(run.err, "2 of 2 signals were sent"), 1U) << run.err;
    if (ranks == 1) {
      EXPECT_THAT(run.err, HasSubstr("; --resume goes on from the last checkpoint\n"));
    }
    EXPECT_EQ(run.code, 3) << run.err;
    EXPECT_TRUE(content(folder.path("out.h5.checkpoint")) == checkpoint);
    EXPECT_EQ(folder.names().count("out.h5"), 0U);
  }
  const Outcome last = folder.arcuate(simulate + "--resume");
  EXPECT_EQ(last.code, 0) << last.err;
  const Outcome same = folder.shell(
      "/usr/bin/python3 -c \"import h5py; one, other = ((lambda data: data[()].tobytes())("
      "h5py.File(name)['monitors/raw/data']) for name in ('few.h5', 'out.h5')); "
      "print(len(one), one == other)\"");
  EXPECT_EQ(same.out, "95200 True\n") << same.err;
}

TEST_F(RestartAfterSignals, AStormEndsWithoutADeadlock) {
  for (int k = 0; k < 3; ++k) {
    const std::string kinds = k < 2 ? "TERM,INT,USR1,HUP,XCPU" : "TERM,INT,USR1,HUP,XCPU,USR2,QUIT";
    const Outcome run = signalled(
        {"0." + std::to_string(4 + 2 * k), kinds, "0,1,2", 3, 100, 1.0, "--on-usr1 checkpoint"}, k);
    expect_interrupted(run);
  }
  expect_goes_on_to_the_same();
}

}  // namespace
}  // namespace arcuate::test
