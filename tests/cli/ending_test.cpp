#include <mpi.h>

#include "arcuate/comm/communicator.hpp"
#include "support.hpp"

/// How a run ends before its end: signals, limits, what would wait for ever.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Names = std::set<std::string>;

const std::string minutes = R"(connectome: { builtin: 20 }
model: { name: MontbrioPazoRoxin }
coupling: { gain: 0.1 }
duration: 100000 s
monitors: [ { kind: raw, period: 1 s } ]
output: out.h5
)";

class Ending : public testing::Test {
 protected:
  Ending() { folder.write("s.yml", minutes); }
  void expect_nothing_left() const { EXPECT_EQ(folder.names(), (Names{"s.yml"})); }
  /// What a run goes on with, and nothing else; then it goes.
  void expect_checkpoint() const {
    Names left = folder.names();
    EXPECT_EQ(left.erase("s.yml") + left.erase("out.h5.checkpoint"), 2U);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_THAT(*left.begin(), testing::StartsWith("out.h5.partial-"));
    ASSERT_EQ(folder.shell("rm out.h5.*").code, 0);
  }

  /// A run on several ranks that gets a signal once it writes and all of them have had 0.4 s of a
  /// processor since. On a busy machine a second between SIGTERM and SIGKILL may be too short.
  /// target: a shell expression for the process.
  [[nodiscard]] Outcome interrupted(int ranks, const std::string& signal,
                                    const std::string& target) const {
    const std::string run = ranks == 1
                                ? std::string(ARCUATE_PROGRAM)
                                : "mpirun --mca odls_base_sigkill_timeout 3 --bind-to none -n " +
                                      std::to_string(ranks) + " " ARCUATE_PROGRAM;
    // A shell gives its background commands a SIGINT that is ignored: python does not.
    return folder.shell(
        "/usr/bin/python3 - <<'END'\n"
        "import glob, os, signal, subprocess, sys, time\n"
        "def programs():\n"
        "    for place in glob.glob('/proc/[0-9]*'):\n"
        "        try:\n"
        "            here = os.readlink(place + '/cwd') == os.getcwd()\n"
        "            if here and open(place + '/cmdline').read().startswith('" ARCUATE_PROGRAM
        "'):\n"
        "                yield int(place[6:]), open(place + '/environ').read().split('\\0'), "
        "sum(map(int, open(place + '/stat').read().rsplit(')')[1].split()[11:13]))\n"
        "        except OSError: pass\n"
        "def of_rank(rank):\n"
        "    return next(one for one, words, _ in programs() if 'OMPI_COMM_WORLD_RANK=%d' % rank "
        "in words)\n"
        "run = subprocess.Popen('" +
        run +
        " simulate --quiet s.yml'.split())\n"
        "while run.poll() is None:\n"
        "    if glob.glob('out.h5.partial-*') and "
        "os.path.getsize(glob.glob('out.h5.partial-*')[0]) > 0: break\n"
        "    time.sleep(0.05)\n"
        "began = {one: used for one, _, used in programs()}\n"
        "while run.poll() is None:\n"
        "    if all(used >= began.get(one, used) + 40 for one, _, used in programs()): break\n"
        "    time.sleep(0.05)\n"
        "os.kill(" +
        target + ", signal." + signal +
        ")\n"
        "try: code = run.wait(60)\n"
        "except subprocess.TimeoutExpired:\n"
        "    run.kill(); code = 124\n"
        "sys.exit(code if code >= 0 else 200 - code)\n"
        "END");
  }
  Folder folder;
};

TEST_F(Ending, SomeSignalsEndAtOnceWithOneMessageAndNothingLeft) {
  for (const char* signal : {"SIGUSR2", "SIGQUIT"}) {
    const Outcome run = interrupted(1, signal, "run.pid");
    EXPECT_EQ(run.code, 3) << run.err;
    EXPECT_THAT(run.err, AllOf(testing::StartsWith("arcuate: stopped by " + std::string(signal)),
                               testing::EndsWith("; no unfinished file is left\n")));
    EXPECT_EQ(count(run.err, "\n"), 1U) << run.err;
    expect_nothing_left();
  }
}

TEST_F(Ending, OthersLeaveACheckpointAndExitCode75) {
  for (const char* signal : {"SIGTERM", "SIGINT", "SIGUSR1", "SIGHUP", "SIGXCPU"}) {
    const Outcome run = interrupted(1, signal, "run.pid");
    expect_one_line(run, 75, {"stopped by " + std::string(signal), "--resume goes on"});
    expect_checkpoint();
  }
}

TEST_F(Ending, ASignalToAnyRankEndsAllWithOneMessageAndACheckpoint) {
  for (const int rank : {0, 2}) {
    for (const char* signal : {"SIGTERM", "SIGUSR1"}) {
      const Outcome run = interrupted(3, signal, "of_rank(" + std::to_string(rank) + ")");
      expect_said_once(run, 75, {"stopped by SIG", "--resume goes on"});
      expect_checkpoint();
    }
  }
}

/// Open MPI leaves ranks a second or two after SIGTERM; it ends with a code of its own.
TEST_F(Ending, ASignalToMpirunEndsAllWithOneMessageAndACheckpoint) {
  for (const char* signal : {"SIGTERM", "SIGINT", "SIGUSR1"}) {
    const Outcome run = interrupted(2, signal, "run.pid");
    EXPECT_NE(run.code, 0) << signal;
    EXPECT_NE(run.code, 124) << signal;
    EXPECT_EQ(count(run.err, "arcuate: error: stopped by SIG"), 1U) << signal << run.err;
    expect_checkpoint();
  }
}

TEST_F(Ending, ThreadsThatCannotBeStartedAreExitCodeThree) {
  const std::string stack = "OMP_STACKSIZE=900000G " ARCUATE_UNLESS_HUNG;
  const Outcome one = folder.shell(stack + ARCUATE_PROGRAM " simulate --quiet s.yml --threads 4");
  EXPECT_EQ(one.code, 3) << one.err;
  EXPECT_THAT(one.err, HasSubstr("arcuate: error: a library ended the program"));
  expect_nothing_left();
  const Outcome two = folder.shell(stack + "mpirun --bind-to none -n 2 " ARCUATE_PROGRAM
                                           " simulate --quiet s.yml --threads 4");
  EXPECT_EQ(two.code, 3) << two.err;
  expect_nothing_left();
}

TEST_F(Ending, AWrongNumberOfThreadsIsExitCodeTwoOnAllRanks) {
  for (const char* given : {"four", "0", "-2", "1e3", "2x", "99999999999", "1.5"}) {
    const std::string set = "OMP_NUM_THREADS='" + std::string(given) + "' " ARCUATE_UNLESS_HUNG;
    for (const char* verb : {"simulate --quiet s.yml", "tune-inhibition s.yml"}) {
      const Outcome one = folder.shell(set + ARCUATE_PROGRAM " " + verb);
      EXPECT_EQ(one.code, 2) << given << one.err;
      EXPECT_THAT(one.err, AllOf(HasSubstr("OMP_NUM_THREADS=" + std::string(given)),
                                 HasSubstr("1 to 1024")));
    }
  }
  // On one rank alone, all end.
  const Outcome some = folder.shell(
      ARCUATE_UNLESS_HUNG "mpirun --bind-to none -n 1 " ARCUATE_PROGRAM
                          " simulate s.yml : -n 1 env OMP_NUM_THREADS=none " ARCUATE_PROGRAM
                          " simulate s.yml");
  expect_said_once(some, 2, {"OMP_NUM_THREADS=none"});
  const Outcome listed =
      folder.shell("OMP_NUM_THREADS=2,1 " ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM
                   " simulate --quiet s.yml --set duration=10ms --set monitors.0.period=1ms");
  EXPECT_EQ(listed.code, 0) << listed.err;
}

TEST_F(Ending, ArgumentsThatDifferBetweenRanksAreExitCodeTwo) {
  folder.write("t.yml", minutes);
  for (const char* other : {"simulate t.yml", "plan s.yml", "simulate s.yml --threads 2", "--help",
                            "simulate --wrong"}) {
    const Outcome run =
        folder.shell(ARCUATE_UNLESS_HUNG "mpirun --bind-to none -n 2 " ARCUATE_PROGRAM
                                         " simulate s.yml : -n 1 " ARCUATE_PROGRAM " " +
                     std::string(other));
    expect_said_once(run, 2, {"rank 2 was started with other arguments than rank 0"});
    EXPECT_EQ(folder.names(), (Names{"s.yml", "t.yml"}));
  }
}

TEST_F(Ending, APipeAsAnInputIsRefusedAtOnce) {
  ASSERT_EQ(folder
                .shell("mkfifo pipe pipe.h5 pipe.zip pipe.npz pipe.npy pipe.csv pipe.mat pipe.mtx "
                       "pipe.hpp pipe.so")
                .code,
            0);
  const auto refused = [&](const std::string& arguments) {
    const Outcome run = folder.shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " " + arguments);
    expect_one_line(run, 2, {"pipe"});
  };
  for (const char* arguments :
       {"simulate pipe", "check pipe", "plan pipe.h5", "partition pipe --parts 2", "show pipe.h5",
        "report pipe.h5", "connectome info pipe.h5", "connectome info pipe.zip",
        "connectome check pipe.npz", "connectome info pipe.npy", "connectome info pipe.csv",
        "connectome info pipe.mat", "connectome info pipe.mtx", "model build pipe.hpp",
        "models --plugin pipe.so"})
    refused(arguments);
  for (const char* set :
       {"'connectome={file: pipe.h5}'", "'connectome={weights: pipe.csv, lengths: pipe.csv}'",
        "'model.parameters={eta: {file: pipe.csv}}'", "'model.history={file: pipe.npy}'",
        "model.plugin=pipe.so", "'stimuli=[{target: V, series: pipe.csv}]'"})
    refused("simulate s.yml --set " + std::string(set));
}

TEST_F(Ending, APlanForMoreRanksThanRegionsIsRefusedAtOnce) {
  for (const char* ranks : {"1000000", "21"})
    expect_one_line(folder.arcuate("plan s.yml --ranks " + std::string(ranks)), 2,
                    {ranks, "20 regions", "1 to 20"});
}

/// A program that has the file open for writing; and a file system that refuses locks, as some of
/// clusters do.
TEST_F(Ending, ALockThatIsRefusedIsNotDamage) {
  ASSERT_EQ(folder.arcuate("connectome generate spatial --regions 20 -o net.h5").code, 0);
  folder.write("refuse.c",
               "#include <errno.h>\nint flock(int f, int o) { errno = ENOSYS; return -1; }\n");
  ASSERT_EQ(folder.shell("cc -shared -fPIC -o refuse.so refuse.c").code, 0);
  for (const char* verb : {"connectome info net.h5",
                           "simulate s.yml --set 'connectome={file: net.h5}'", "report net.h5"}) {
    const std::string run = ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " " + std::string(verb);
    const Outcome held = folder.shell("flock -x net.h5 " + run);
    if (std::string(verb).starts_with("connectome"))
      expect_one_line(held, 3, {"net.h5", "is locked: another program"});
    const Outcome refused = folder.shell("LD_PRELOAD=./refuse.so " + run);
    expect_one_line(refused, 3, {"net.h5", "refuses to lock", "HDF5_USE_FILE_LOCKING=FALSE"});
  }
  const Outcome off =
      folder.shell("HDF5_USE_FILE_LOCKING=FALSE LD_PRELOAD=./refuse.so " ARCUATE_PROGRAM
                   " connectome info net.h5");
  EXPECT_EQ(off.code, 0) << off.err;
  // The recording itself: the system refuses the lock that HDF5 wants.
  const Outcome write = folder.shell("LD_PRELOAD=./refuse.so " ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM
                                     " simulate --quiet s.yml");
  expect_one_line(write, 3, {"out.h5", "HDF5_USE_FILE_LOCKING=FALSE"});
}

TEST(MpiError, EndsWithAMessageAndExitCodeThree) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        int argc = 0;
        char** argv = nullptr;
        const comm::Session session(argc, argv);
        const comm::Communicator world(MPI_COMM_WORLD);
        int value = 0;
        MPI_Send(&value, 1, MPI_INT, 12, 0, world.handle());
      },
      testing::ExitedWithCode(3), "arcuate: error: rank 0: MPI: .*MPI_ERR_RANK");
}

/// What a thread of Open MPI may do once the launcher knows that the program is done.
TEST_F(Ending, WhatMpiDoesAfterTheWorkChangesNoExitCode) {
  folder.write("late.c",
               "#include <signal.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
               "int PMPI_Finalize(void);\n"
               "int MPI_Finalize(void) {\n"
               "  const unsigned left = alarm(1);\n"
               "  PMPI_Finalize();\n"
               "  if (left < 30 || left > 60) _exit(99);\n"
               "  if (getenv(\"LATE\")[0] == 'h') for (;;) pause();\n"
               "  raise(SIGSEGV);\n  return 0;\n}\n");
  ASSERT_EQ(folder.shell("cc -shared -fPIC -o late.so late.c").code, 0);
  for (const char* late : {"fault", "hang"}) {
    const std::string begin = std::string("LATE=") + late + " LD_PRELOAD=./late.so ";
    const Outcome done = folder.shell(begin + ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " check s.yml");
    EXPECT_EQ(done.code, 0) << late << done.err;
    EXPECT_EQ(done.err, "") << late;
    const Outcome wrong =
        folder.shell(begin + ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " check s.yml --set duration=-1");
    expect_one_line(wrong, 2, {"duration"});
    const std::string ranks = "mpirun --bind-to none -n 2 -x LATE -x LD_PRELOAD=./late.so ";
    const Outcome two = folder.shell(std::string("LATE=") + late + " " ARCUATE_UNLESS_HUNG + ranks +
                                     ARCUATE_PROGRAM " check s.yml");
    EXPECT_EQ(two.code, 0) << late << two.err;
    EXPECT_EQ(two.err, "") << late;
  }
}

}  // namespace
}  // namespace arcuate::test
