#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "fault_injection.hpp"

/// Files that cannot be written, or slowly: F17 to F25 of docs/faults.md. And messages (F35 to
/// F38).
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST_F(FaultInjection, ACheckpointThatCannotBeWrittenLeavesTheOneBefore) {
  simulate_whole();
  // A write of the third checkpoint.
  const FileTrouble full{"out.h5.checkpoint-writing", "write", "12-12", ENOSPC, 0, "0"};
  const Outcome run = ranks(2, full.words(), often);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("no checkpoint could be written (write: out.h5.checkpoint"
                                       "-writing: No space left on device)"),
                             HasSubstr("the run goes on")));
  expect_same("whole.h5", "out.h5");
}

TEST_F(FaultInjection, AfterThreeCheckpointsThatFailTheRunEndsAndGoesOnLater) {
  simulate_whole();
  // From the third checkpoint on; those of rank 0 are five writes, two flushes and a rename.
  struct Trouble {
    const char *call, *calls;
    int error;
    const char* words;
  };
  for (const auto& [call, calls, error, words] : {Trouble{"write", "11-", ENOSPC, "No space left"},
                                                  Trouble{"sync", "5-", EIO, "Input/output error"},
                                                  Trouble{"rename", "2-", EDQUOT, "quota"}}) {
    const FileTrouble trouble{"out.h5.checkpoint-writing", call, calls, error, 0, "0"};
    const Outcome run = ranks(2, trouble.words(), often);
    EXPECT_EQ(run.code, 3) << call << run.err;
    EXPECT_EQ(count(run.err, "no checkpoint could be written"), 2U) << call << run.err;
    EXPECT_THAT(run.err, AllOf(HasSubstr("arcuate: error: "), HasSubstr(words))) << call;
    EXPECT_GE(
        folder.names().count("out.h5.checkpoint") + folder.names().count("out.h5.checkpoint-1"), 1U)
        << call;
    EXPECT_EQ(folder.names().count("out.h5.checkpoint-writing"), 0U) << call;
  }
  expect_whole_in_the_end(2);
}

TEST_F(FaultInjection, SamplesThatCannotBeWrittenEndTheRunWhichGoesOnLater) {
  simulate_whole();
  for (const auto& [call, error] : {std::pair{"write", ENOSPC}, std::pair{"write", EIO}}) {
    // Samples of rank 1, some while after the first checkpoint.
    const FileTrouble trouble{"out.h5.partial-", call, "12-", error, 0, "1"};
    const Outcome run = ranks(2, trouble.words(), often);
    expect_said_once(run, 3, {"write: ", "out.h5.partial-", std::strerror(error)});
    EXPECT_FALSE(std::filesystem::exists(folder.path("out.h5")));
  }
  expect_whole_in_the_end(3);
}

/// A real disk: another program fills it while the run writes.
TEST_F(FaultInjection, ADiskThatBecomesFullLosesNothing) {
  simulate_whole();
  const std::string disk = folder.path("disk").string();
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=8m") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted here";
  const std::string words = std::string(often) + "--set output=disk/out.h5 ";
  const Outcome stopped = ranks(2, "", words + "--maxh 1e-6");
  const Outcome filled = folder.shell("dd if=/dev/zero of=disk/other bs=1k 2>/dev/null; true");
  const Outcome full = ranks(2, "", words);
  const bool kept = std::filesystem::exists(folder.path("disk/out.h5.checkpoint"));
  std::filesystem::remove(folder.path("disk/other"));
  const Outcome last = ranks(2, "", words);
  if (last.code == 0) std::filesystem::copy(folder.path("disk/out.h5"), folder.path("out.h5"));
  ::umount2(disk.c_str(), MNT_DETACH);
  EXPECT_EQ(stopped.code, 75) << stopped.err;
  expect_said_once(full, 3, {"disk/out.h5"});
  EXPECT_THAT(full.err, HasSubstr("No space left on device"));
  EXPECT_TRUE(kept);
  EXPECT_EQ(last.code, 0) << last.err;
  expect_same("whole.h5", "out.h5");
}

TEST_F(FaultInjection, AFolderThatCannotBeWrittenIsRefusedBeforeTheRun) {
  const std::string disk = folder.path("disk").string();
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", MS_RDONLY, "size=1m") != 0)
    GTEST_SKIP() << "nothing can be mounted here";
  const Outcome one = folder.arcuate("simulate s.yml --quiet --set output=disk/out.h5");
  const Outcome sweep = folder.arcuate(
      "sweep s.yml --quiet -o disk/s.sweep --set 'sweep={coupling.gain: [0.1, 0.2]}'");
  ::umount2(disk.c_str(), MNT_DETACH);
  expect_one_line(one, 3, {"disk/out.h5", "Read-only file system"});
  expect_one_line(sweep, 3, {"disk/s.sweep", "Read-only file system"});
}

TEST_F(FaultInjection, ARecordingThatCannotBeRenamedIsKept) {
  simulate_whole();
  const FileTrouble trouble{"out.h5.partial-", "rename", "1-", EIO, 0, ""};
  const Outcome run = ranks(2, trouble.words(), "simulate s.yml --quiet");
  expect_said_once(run, 3, {"out.h5: rename: Input/output error", "is whole and kept as "});
  ASSERT_NE(partial(), "");
  expect_same("whole.h5", partial());
}

TEST_F(FaultInjection, SlowStorageIsNamedAndChangesNoByte) {
  simulate_whole();
  const FileTrouble slow{"out.h5.partial-", "write", "1-", 0, 200, "1"};
  const Outcome run =
      ranks(2, slow.words(), "simulate s.yml --quiet --watchdog 0.02 --chunk 20000");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("waited for the disk "));
  expect_same("whole.h5", "out.h5");
}

TEST_F(FaultInjection, AnExportThatIsKilledLeavesNothingThatPasses) {
  simulate_whole();
  const std::string words = " " ARCUATE_PROGRAM " export whole.h5 --monitor bold -o x.npz";
  EXPECT_NE(folder.shell("ARCUATE_FAULT=output.before_rename:1:0" + words).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder.path("x.npz")));
  const Outcome again = folder.shell(words);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml", "whole.h5", "x.npz"}));
}

TEST_F(FaultInjection, ClocksThatJumpDoNotMatter) {
  simulate_whole();
  const Outcome run =
      folder.shell("LD_PRELOAD=" ARCUATE_SHIMS "/clock.so " ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM
                   " simulate s.yml --quiet --maxh 1 "
                   "--checkpoint-every 5 --watchdog 0.02");
  EXPECT_EQ(run.code, 0) << run.err;
  expect_same("whole.h5", "out.h5");
}

TEST_F(FaultInjection, TheCheckpointOfAnotherRunIsRefused) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --maxh 1e-6 --set output=other.h5").code, 75);
  ASSERT_EQ(folder.shell("cp other.h5.checkpoint out.h5.checkpoint").code, 0);
  expect_one_line(folder.arcuate("simulate s.yml --quiet --resume"), 2,
                  {"out.h5.checkpoint: goes on with 'other.h5.partial-",
                   "not a recording in progress of out.h5"});
  ASSERT_EQ(folder.shell("rm -f other.h5* out.h5*").code, 0);
  // No checkpoint, and one of two.
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --maxh 1e-6").code, 75);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --maxh 1e-6 --resume").code, 75);
  ASSERT_EQ(folder.shell("rm out.h5.checkpoint").code, 0);
  const Outcome older = folder.arcuate("simulate s.yml --quiet --resume");
  EXPECT_THAT(older.out, HasSubstr("with out.h5.checkpoint-1")) << older.err;
}

/// What follows the recording that the checkpoint knows of is not read, and not left.
TEST_F(FaultInjection, ARecordingInProgressThatIsLongerThanItWasGoesOn) {
  simulate_whole();
  ASSERT_EQ(go_on("step:1500:0", 2).code, 137);
  ASSERT_EQ(folder.shell("printf 'not of this run' >>out.h5.partial-*").code, 0);
  const Outcome run = go_on("", 2);
  EXPECT_EQ(run.code, 0) << run.err;
  expect_same("whole.h5", "out.h5");
}

TEST_F(FaultInjection, AnotherBuildOfTheProgramOnOneRankIsRefused) {
  // The same program but for the name that its linker gave it.
  const Outcome made =
      folder.shell("id=$(readelf -n " ARCUATE_PROGRAM
                   " | sed -n 's/.*Build ID: //p')\n"
                   "/usr/bin/python3 -c \"import sys; b = open('" ARCUATE_PROGRAM
                   "', 'rb').read(); "
                   "i = bytes.fromhex('$id'); assert b.count(i) == 1; "
                   "open('other', 'wb').write(b.replace(i, i[::-1]))\" && chmod +x other");
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string end = " simulate s.yml --quiet --set duration='1 s'";
  const Outcome run =
      folder.shell(ARCUATE_UNLESS_HUNG "mpirun --bind-to none -n 1 " ARCUATE_PROGRAM + end +
                   " : -n 1 ./other" + end);
  expect_said_once(run, 2, {"rank 1 runs another program than rank 0"});
}

TEST_F(FaultInjection, RanksMayHaveOtherNumbersOfThreads) {
  simulate_whole();
  const std::string one = " -x OMP_NUM_THREADS=1 " ARCUATE_PROGRAM " simulate s.yml --quiet";
  const std::string two = " -x OMP_NUM_THREADS=2 " ARCUATE_PROGRAM " simulate s.yml --quiet";
  const Outcome run =
      folder.shell(ARCUATE_UNLESS_HUNG "mpirun --bind-to none -n 1" + one + " : -n 1" + two);
  EXPECT_EQ(run.code, 0) << run.err;
  expect_same("whole.h5", "out.h5");
}

/// Also exchanges in every step and at every stage.
TEST_F(FaultInjection, MessagesThatAreLateGiveTheSameBits) {
  for (const char* more :
       {" --set duration='0.6 s' --set features=[]",
        " --set duration='15 ms' --set features=[] --set coupling.stages=staged --set "
        "connectome.speed=inf --set 'monitors=[{kind: raw, variables: [x]}]'"}) {
    ASSERT_EQ(
        folder
            .arcuate("simulate s.yml --quiet --overwrite --set output=whole.h5" + std::string(more))
            .code,
        0);
    const Outcome run = ranks(4, "-x LD_PRELOAD=" ARCUATE_SHIMS "/messages.so ",
                              "simulate s.yml --quiet --overwrite" + std::string(more));
    EXPECT_EQ(run.code, 0) << run.err;
    expect_same("whole.h5", "out.h5");
  }
}

/// A message that does not arrive, or not as it was sent, is found by its receiver where messages
/// are checked, and checking changes no byte.
TEST_F(FaultInjection, MessagesThatAreLostOrChangedAreFoundWhereTheyAreChecked) {
  const std::string words =
      "simulate s.yml --quiet --overwrite --set duration='0.6 s' --set features=[]";
  const auto with = [&](const std::string& precision, const std::string& trouble) {
    return ranks(2,
                 "-x ARCUATE_CHECK_MESSAGES=1 -x LD_PRELOAD=" ARCUATE_SHIMS
                 "/lost_messages.so -x ARCUATE_SHIM_MESSAGE=" +
                     trouble,
                 words + " --set integrator.precision=" + precision);
  };
  for (const std::string precision : {"double", "mixed"}) {
    const Outcome whole =
        folder.arcuate(words + " --set output=whole.h5 --set integrator.precision=" + precision);
    ASSERT_EQ(whole.code, 0) << whole.err;
    const Outcome sound = with(precision, "5:7:none");  // there is no rank 7
    EXPECT_EQ(sound.code, 0) << sound.err;
    expect_same("whole.h5", "out.h5");
    const Outcome changed = with(precision, "5:1:changed");
    EXPECT_EQ(changed.code, 3) << changed.err;
    EXPECT_NE(changed.err.find("message 5 from rank 1 to rank 0 arrived changed"),
              std::string::npos)
        << changed.err;
    const Outcome lost = with(precision, "9:0:lost");
    EXPECT_EQ(lost.code, 3) << lost.err;
    EXPECT_NE(
        lost.err.find("message 9 from rank 0 to rank 1 was lost (number 10 came in its place)"),
        std::string::npos)
        << lost.err;
  }
}

}  // namespace
}  // namespace arcuate::test
