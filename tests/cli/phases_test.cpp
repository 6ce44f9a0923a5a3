#include "support.hpp"

/// Protocols: the phases of a study, and lesions.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Names = std::set<std::string>;

const std::string protocol = R"(connectome: { builtin: 20, normalize: row_sum, speed: 4 mm/ms }
model: { name: SupHopf }
coupling: { name: difference, gain: 0.02 }
integrator: { method: heun, dt: 0.1 ms }
noise: { x: 0.01, y: { kind: ornstein_uhlenbeck, sigma: 0.01, tau: 5 ms } }
transient: 0.5 s
monitors:
  - { kind: temporal_average, variables: [x], period: 4 ms }
  - { kind: bold, variables: [x], period: 100 ms }
features:
  - { kind: fc, monitor: temporal_average }
phases:
  - { name: rest, duration: 2.0013 s }
  - name: task
    duration: 1 s
    set:
      coupling.gain: 0.04
      noise.x.sigma: 0.02
      stimuli:
        - { target: x, regions: [0, 1], equation: { name: step, onset: 2.2 s, amplitude: 0.1 } }
  - name: lesion
    duration: 1 s
    set: { connectome.edges: [{ from: [3, 4], scale: 0, both: true }] }
  - { name: rest-again, duration: 1 s }
output: out.h5
)";

class Phases : public testing::Test {
 protected:
  Phases() { folder.write("p.yml", protocol); }

  [[nodiscard]] Outcome python(const std::string& program) const {
    return folder.shell("/usr/bin/python3 - <<'END'\nimport h5py, numpy as np\n" + program + "END");
  }
  Folder folder;
};

const Names recordings{"out-rest.h5", "out-task.h5", "out-lesion.h5", "out-rest-again.h5"};

TEST_F(Phases, AreContinuationsInOneFile) {
  const Outcome run = folder.ranks(2, "simulate p.yml --quiet");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("phase rest (1 of 4)"), HasSubstr("phase rest-again (4 of 4)"),
                    HasSubstr("20 regions, 1 s simulated in")));
  Names all = recordings;
  all.insert("p.yml");
  EXPECT_EQ(folder.names(), all);
  // The same by hand.
  const std::string go = " --quiet --duration '+1 s' -o ";
  ASSERT_EQ(folder
                .arcuate("continue out-rest.h5" + go +
                         "task.h5 --set coupling.gain=0.04 --set noise.x.sigma=0.02 --set "
                         "'stimuli=[{target: x, regions: [0, 1], equation: {name: step, onset: "
                         "2.2 s, amplitude: 0.1}}]'")
                .code,
            0);
  ASSERT_EQ(folder
                .arcuate("continue task.h5" + go +
                         "lesion.h5 --set coupling.gain=0.02 --set noise.x.sigma=0.01 --set "
                         "stimuli=[] --set 'connectome.edges=[{from: [3, 4], scale: 0, both: "
                         "true}]'")
                .code,
            0);
  const Outcome same = python(
      "for one, other in (('out-task.h5', 'task.h5'), ('out-lesion.h5', 'lesion.h5')):\n"
      "    a, b = h5py.File(one), h5py.File(other)\n"
      "    for name in ('monitors/temporal_average/data', 'monitors/bold/data', "
      "'features/fc/fc'):\n"
      "        print(a[name].shape[0] > 9, a[name][()].tobytes() == b[name][()].tobytes())\n");
  EXPECT_EQ(count(same.out, "True True\n"), 6U) << same.out << same.err;
}

TEST_F(Phases, WithoutChangesAreOneRun) {
  ASSERT_EQ(
      folder.arcuate("simulate p.yml --quiet --set phases.1.set={} --set phases.2.set={}").code, 0);
  ASSERT_EQ(folder
                .arcuate("simulate p.yml --quiet --set 'phases=[{name: whole, duration: 5001.3 "
                         "ms}]'")
                .code,
            0);
  const Outcome same = python(
      "whole = h5py.File('out-whole.h5')\n"
      "parts = [h5py.File('out-' + n + '.h5') for n in ('rest', 'task', 'lesion', 'rest-again')]\n"
      "for name in ('temporal_average', 'bold'):\n"
      "    path = 'monitors/' + name + '/data'\n"
      "    joined = np.concatenate([p[path][()] for p in parts])\n"
      "    print(len(joined) > 40, joined.tobytes() == whole[path][()].tobytes())\n");
  EXPECT_EQ(same.out, "True True\nTrue True\n") << same.err;
}

TEST_F(Phases, ALesionCutsItsEdgesAndNoOthers) {
  ASSERT_EQ(folder.arcuate("simulate p.yml --quiet").code, 0);
  const Outcome cut = python(
      "def weights(n):\n"
      "    c = h5py.File('out-' + n + '.h5')['connectome']\n"
      "    w = np.zeros((20, 20))\n"
      "    for i in range(20):\n"
      "        for e in range(c['row'][i], c['row'][i + 1]): w[i, c['source'][e]] = "
      "c['weight'][e]\n"
      "    return w\n"
      "rest, lesion, again = (weights(n) for n in ('rest', 'lesion', 'rest-again'))\n"
      "expected = rest.copy(); expected[[3, 4], :] = 0; expected[:, [3, 4]] = 0\n"
      "print((rest[3] > 0).sum(), (lesion == expected).all(), (again == rest).all())\n");
  EXPECT_EQ(cut.out, "19 True True\n") << cut.err;
}

TEST_F(Phases, GoOnWhereTheProtocolEnded) {
  ASSERT_EQ(folder.arcuate("simulate p.yml --quiet").code, 0);
  ASSERT_EQ(folder.shell("mkdir whole; mv out-* whole").code, 0);
  int code = 75;
  for (int part = 0; part < 20 && code == 75; ++part) {
    const std::string words = "simulate p.yml --quiet --resume --maxh 1e-6 --chunk 7000";
    code = (part % 2 == 0 ? folder.arcuate(words) : folder.ranks(1 + part % 4, words)).code;
  }
  EXPECT_EQ(code, 0);
  const Outcome same = python(
      "for n in ('rest', 'task', 'lesion', 'rest-again'):\n"
      "    a, b = h5py.File('out-' + n + '.h5'), h5py.File('whole/out-' + n + '.h5')\n"
      "    for name in ('temporal_average', 'bold'):\n"
      "        path = 'monitors/' + name + '/data'\n"
      "        print(a[path][()].tobytes() == b[path][()].tobytes())\n");
  EXPECT_EQ(count(same.out, "True\n"), 8U) << same.out << same.err;
  const Outcome done = folder.arcuate("simulate p.yml --resume");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(count(done.out, "is whole already"), 4U);
}

TEST_F(Phases, AreNotReplacedWithoutAWord) {
  folder.write("out-lesion.h5", "something else");
  expect_one_line(folder.arcuate("simulate p.yml --quiet"), 2, {"out-lesion.h5: exists already"});
  EXPECT_EQ(folder.names(), (Names{"p.yml", "out-lesion.h5"}));
}

TEST_F(Phases, WhatIsWrongWithOneShowsBeforeTheFirst) {
  struct Bad {
    std::string set;
    std::vector<std::string> said;
  };
  for (const Bad& bad : {
           Bad{"phases.3.duration=0.00001s", {"not a whole number of steps"}},
           Bad{"phases.3.duration=-1s", {"phases.3.duration", "> 0"}},
           Bad{"phases.1.set.coupling.gian=1", {"coupling.gian", "(phase task)"}},
           Bad{"phases.1.set={integrator.dt: 0.05 ms}", {"phase rest: cannot be continued with"}},
           Bad{"phases.1.set={connectome.speed: 2 mm/ms}", {"a delay of", "steps are there"}},
           Bad{"phases.1.set={duration: 3 s}", {"`duration` is not changed by a phase"}},
           Bad{"phases.1.set={monitors: []}", {"monitors"}},
           Bad{"phases.1.name=rest", {"'rest' is used twice"}},
           Bad{"phases.1.name=a/b", {"phases.1.name", "'a/b'"}},
           Bad{"phases=[]", {"expected a list of phases"}},
           Bad{"phases=3", {"expected a list of phases"}},
           Bad{"duration=3s", {"not with `phases`"}},
           Bad{"phase=sleep", {"'sleep' is none of the phases", "rest, task, lesion, rest-again"}},
           Bad{"checkpoint.final=false", {"checkpoint.final: false", "phase task"}},
           Bad{"phases.2.set={connectome.edges: [{from: [99], scale: 0}]}", {"99"}},
           Bad{"phases.2.set={connectome.edges: [{scale: 0}]}", {"names no region"}},
           Bad{"sweep={vary: {coupling.gain: [1, 2]}}", {"not with `phases`"}},
       }) {
    expect_one_line(folder.arcuate("simulate p.yml --quiet --set '" + bad.set + "'"), 2, bad.said);
    EXPECT_EQ(folder.names(), (Names{"p.yml"})) << bad.set;
  }
  expect_one_line(folder.arcuate("plan p.yml"), 2,
                  {"p.yml:13: phases", "rest, task, lesion", "--set phase=rest"});
  EXPECT_EQ(folder.arcuate("plan p.yml --set phase=task").code, 0);
  const Outcome checked = folder.arcuate("check p.yml");
  EXPECT_EQ(count(checked.out, "\nphase "), 4U);
}

TEST_F(Phases, AnEdgeThatIsNotThereIsWarnedOf) {
  folder.write("pair.csv", "0,1\n0,0\n");
  const Outcome run = folder.arcuate(
      "check p.yml --set phase=lesion --set connectome='{weights: pair.csv}' --set "
      "phases.1.set={} --set 'phases.2.set={connectome.edges: [{from: [0], to: [1], scale: 2}]}'");
  EXPECT_THAT(run.err, HasSubstr("the connectome has no such edge: nothing is scaled")) << run.out;
}

}  // namespace
}  // namespace arcuate::test
