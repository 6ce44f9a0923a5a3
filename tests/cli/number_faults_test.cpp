#include "fault_injection.hpp"

/// Memory, denormal numbers and lengths of runs: F7, F28 and F29 of docs/faults.md.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

TEST_F(FaultInjection, MemoryThatRunsOutIsExitCodeThree) {
  const std::string much =
      " simulate s.yml --quiet --set 'connectome={builtin: 4000, speed: 1 mm/ms}' --set "
      "integrator.dt=0.01 --set features=[] --set 'monitors=[{kind: raw, period: 100 ms}]'";
  expect_one_line(folder.shell("ulimit -v 900000; " ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM + much), 3,
                  {"out of memory"});
  EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml"}));
}

/// Below 2.2e-308 a processor is up to a hundred times slower unless it takes such numbers for 0.
TEST_F(FaultInjection, StatesThatDecayToNothingAreNotSlower) {
  const std::string measure =
      "/usr/bin/python3 - <<'STOP'\n"
      "import resource, subprocess\n"
      "def seconds(a):\n"
      "    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime\n"
      "    subprocess.run(['" ARCUATE_PROGRAM
      "', 'simulate', 's.yml', '--quiet', '--overwrite', '--set', 'noise={}', '--set', "
      "'features=[]', '--set', 'duration=60 s', '--set', 'model.parameters.a=%g' % a], "
      "check=True, stdout=subprocess.DEVNULL)\n"
      "    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before\n"
      "stays, decays = (min(seconds(a) for k in range(2)) for a in (0.5, -0.05))\n"
      "print(decays / stays)\n"
      "STOP";
  const Outcome run = folder.shell(measure);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_LT(std::stod(run.out), 2.5) << run.out;
  // It did decay so far, and what is added in a step is smaller still.
  const Outcome last = folder.shell(
      "/usr/bin/python3 -c \"import h5py; "
      "print(abs(h5py.File('out.h5')['monitors/temporal_average/data'][-1]).max())\"");
  ASSERT_EQ(last.code, 0) << last.err;
  EXPECT_LT(std::stod(last.out), 1e-300);
}

TEST_F(FaultInjection, RunsOfAnyLengthAreCorrectOrRefused) {
  expect_one_line(folder.arcuate("simulate s.yml --quiet --set duration='0 ms'"), 2,
                  {"duration", "allowed: > 0"});
  // One step, fewer than a run of steps, more than fit into 32 bits.
  const std::string samples =
      " --quiet --overwrite --set features=[] --set 'monitors=[{kind: raw, variables: [x], period: "
      "0.1 ms}]'";
  ASSERT_EQ(
      folder
          .arcuate("simulate s.yml" + samples + " --set duration='9 ms' " + "--set output=whole.h5")
          .code,
      0);
  for (const char* duration : {"0.1 ms", "0.7 ms"}) {
    const Outcome run =
        ranks(2, "", "simulate s.yml" + samples + " --set duration='" + duration + "'");
    EXPECT_EQ(run.code, 0) << run.err;
    const Outcome same = folder.shell(
        "/usr/bin/python3 -c \"import h5py; a, b = (h5py.File(f)['monitors/raw/data'][()] for f in "
        "('out.h5', 'whole.h5')); print(len(a), (a == b[:len(a)]).all())\"");
    EXPECT_EQ(same.out, std::string(duration) == "0.1 ms" ? "1 True\n" : "7 True\n") << same.err;
  }
  const std::string years =
      " --overwrite --quiet --set features=[] --set 'monitors=[{kind: raw, variables: [x], period: "
      "1000000 s}]' --set duration='859000000 s'";  // 2^33 steps
  const Outcome begun = folder.arcuate("simulate s.yml --maxh 1e-6" + years);
  expect_one_line(begun, 75, {"of 8.59e+08 s; nothing is lost"});
}

}  // namespace
}  // namespace arcuate::test
