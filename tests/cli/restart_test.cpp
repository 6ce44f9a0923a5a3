#include <filesystem>

#include "restart_support.hpp"

/// Runs that are interrupted and go on: checkpoints, --resume.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Names = std::set<std::string>;

TEST_F(Restart, PiecesOnOtherRanksHaveTheBytesOfOneRun) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5").code, 0);
  struct Piece {
    int steps, ranks, threads;
  };
  for (const Piece& piece : {Piece{1000, 1, 1}, Piece{4567, 3, 1}, Piece{7, 2, 2},
                             Piece{8000, 1, 2}, Piece{640, 4, 1}}) {
    const Outcome run =
        some(piece.steps, piece.ranks, "--threads " + std::to_string(piece.threads));
    expect_said_once(run, 75,
                     {"stopped by --maxh at ", " of 3 s; nothing is lost: --resume goes on"});
    EXPECT_EQ(folder.names().count("out.h5"), 0U);
  }
  const Outcome last = folder.ranks(2, "simulate s.yml --quiet --resume");
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr("going on at "));
  expect_same("whole.h5", "out.h5");
  EXPECT_EQ(folder.names(), (Names{"s.yml", "whole.h5", "out.h5"}));
}

TEST_F(Restart, TheRecordingTellsWhoSimulatedWhat) {
  ASSERT_EQ(some(1000, 2).code, 75);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --resume").code, 0);
  const Outcome parts = folder.shell(
      "/usr/bin/python3 -c \"import h5py, json; "
      "print([(p['from'], p['to'], p['ranks']) for p in "
      "json.loads(h5py.File('out.h5').attrs['parts'])])\"");
  EXPECT_EQ(parts.out, "[(0, 1024, 2), (1024, 30000, 1)]\n") << parts.err;
}

TEST_F(Restart, AKilledRunGoesOnFromItsLastCheckpoint) {
  const std::string longer = " --set duration=60s --set monitors.3.period=10ms";
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5" + longer).code, 0);
  const std::string words = "simulate s.yml --quiet --resume --checkpoint-every 1e-4" + longer;
  bool killed = false;
  for (int attempt = 0; attempt < 4 && !killed; ++attempt) {
    const Outcome run = folder.shell(
        "mpirun --bind-to none -n 2 " ARCUATE_PROGRAM " " + words + " & " +
        once("test -e out.h5.checkpoint") +
        "\n"
        "sleep 0.05; for place in /proc/[0-9]*; do\n"
        "  if [ \"$(readlink $place/cwd)\" = \"$PWD\" ] && grep -q '" ARCUATE_PROGRAM
        "' $place/cmdline && ! grep -q mpirun $place/cmdline; then kill -9 ${place#/proc/}; fi\n"
        "done 2>/dev/null; wait $!");
    killed = run.code != 0;
    if (!killed) {
      ASSERT_EQ(folder.shell("rm out.h5").code, 0);
    }
  }
  ASSERT_TRUE(killed);
  ASSERT_NE(file("out.h5.partial-"), "");
  const Outcome last = folder.arcuate("simulate s.yml --quiet --resume" + longer);
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr("going on at "));
  expect_same("whole.h5", "out.h5");
  EXPECT_EQ(folder.names(), (Names{"s.yml", "whole.h5", "out.h5"}));
}

TEST_F(Restart, ThereMayBeNothingToGoOnWith) {
  const Outcome fresh = folder.arcuate("simulate s.yml --quiet --resume");
  EXPECT_EQ(fresh.code, 0) << fresh.err;
  const Outcome again = folder.ranks(2, "simulate s.yml --quiet --resume");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, "recording: out.h5 is whole already\n");
  expect_one_line(folder.arcuate("simulate s.yml --quiet --resume --set coupling.gain=0.03"), 2,
                  {"out.h5", "whole, and of another study", "`coupling.gain` was 0.02, is 0.03"});
}

/// A run may be killed when its recording has its name and before its checkpoints are removed.
TEST_F(Restart, ACheckpointThatOutlivesItsRunDoesNotMatter) {
  ASSERT_EQ(some(1000).code, 75);
  const std::string checkpoint = content(folder.path("out.h5.checkpoint"));
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --resume").code, 0);
  folder.write("out.h5.checkpoint-1", checkpoint);
  const Outcome again = folder.arcuate("simulate s.yml --quiet --resume");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, "recording: out.h5 is whole already\n");
  EXPECT_EQ(folder.names(), (Names{"s.yml", "out.h5"}));
}

TEST_F(Restart, AnUnfinishedRunIsNotReplacedWithoutAWord) {
  ASSERT_EQ(some(1000).code, 75);
  const std::string partial = file("out.h5.partial-");
  expect_one_line(folder.arcuate("simulate s.yml --quiet"), 2,
                  {"out.h5: there is a checkpoint of an unfinished run", "out.h5.checkpoint",
                   "--resume", "--overwrite"});
  EXPECT_EQ(file("out.h5.partial-"), partial);
  const Outcome anew = folder.arcuate("simulate s.yml --quiet --overwrite");
  EXPECT_EQ(anew.code, 0) << anew.err;
  EXPECT_EQ(folder.names(), (Names{"s.yml", "out.h5"}));
}

TEST_F(Restart, AnotherStudyIsRefusedWithTheDifference) {
  ASSERT_EQ(some(1000).code, 75);
  struct Change {
    std::string set, said;
  };
  for (const Change& change : {Change{"coupling.gain=0.03", "`coupling.gain` was 0.02, is 0.03"},
                               Change{"seed=7", "`seed` was 42, is 7"},
                               Change{"duration=2s", "`duration` was 3000, is 2000"},
                               Change{"monitors.0.period=8ms", "`monitors.0.period` was 4, is 8"},
                               Change{"features.1.window=0.6s", "`features.1.window` was "},
                               Change{"connectome.speed=5mm/ms", "`connectome.speed` was 4, is 5"},
                               Change{"storage=single", "`storage` was double, is single"}}) {
    expect_one_line(folder.arcuate("simulate s.yml --quiet --resume --set " + change.set), 2,
                    {"out.h5.checkpoint: is of another study", change.said});
  }
  // What no number follows from may change.
  const Outcome same = folder.arcuate(
      "simulate s.yml --quiet --resume --set title=other --set checkpoint.every=60 "
      "--set partition.seed=9");
  EXPECT_EQ(same.code, 0) << same.err;
}

/// A file that the study names has changed, though its text has not.
TEST_F(Restart, AChangedConnectomeIsRefused) {
  ASSERT_EQ(folder.arcuate("connectome generate spatial --regions 20 -o net.h5").code, 0);
  const std::string net = " --set 'connectome={file: net.h5, speed: 4 mm/ms}'";
  ASSERT_EQ(some(1000, 1, net).code, 75);
  ASSERT_EQ(
      folder.arcuate("connectome generate spatial --regions 20 --seed 5 -o net.h5 --overwrite")
          .code,
      0);
  expect_one_line(
      folder.arcuate("simulate s.yml --quiet --resume" + net), 2,
      {"of another study", "the connectome: its weights, delays or edges have changed"});
}

TEST_F(Restart, ADamagedCheckpointIsNamedAndTheOneBeforeUsed) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5").code, 0);
  ASSERT_EQ(some(1000).code, 75);
  ASSERT_EQ(some(5000).code, 75);
  ASSERT_EQ(folder.names().count("out.h5.checkpoint-1"), 1U);
  flip("out.h5.checkpoint", content(folder.path("out.h5.checkpoint")).size() - 1000);
  const Outcome run = folder.arcuate("simulate s.yml --quiet --resume");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("out.h5.checkpoint: is damaged: region "),
                             HasSubstr("out.h5.checkpoint-1 is used in its place")));
  EXPECT_THAT(run.out, HasSubstr("going on at 0.1024 s with out.h5.checkpoint-1"));
  expect_same("whole.h5", "out.h5");
}

TEST_F(Restart, NoBitOfACheckpointCanChangeUnseen) {
  ASSERT_EQ(some(1000).code, 75);
  const std::string whole = content(folder.path("out.h5.checkpoint"));
  for (std::size_t k = 0; k < 40; ++k) {
    flip("out.h5.checkpoint", k < 20 ? k * 37 : whole.size() / 20 * (k - 20) + 11);
    const Outcome run = some(1000);
    const Words words{"out.h5.checkpoint", "no checkpoint is whole"};
    expect_one_line(run, 2, words);
    folder.write("out.h5.checkpoint", whole);
  }
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{63}, std::size_t{500}, whole.size() / 2, whole.size() - 1}) {
    folder.write("out.h5.checkpoint", whole.substr(0, bytes));
    expect_one_line(some(1000), 2, {"out.h5.checkpoint", "no checkpoint is whole"});
  }
}

TEST_F(Restart, TheRecordingInProgressIsCheckedBeforeItGoesOn) {
  ASSERT_EQ(some(20000).code, 75);
  const std::string partial = file("out.h5.partial-");
  const std::string whole = content(folder.path(partial));
  // Samples that were changed.
  const Outcome place =
      folder.shell("/usr/bin/python3 -c \"import h5py; print(h5py.File('" + partial +
                   "')['monitors/temporal_average/data'].id.get_offset())\"");
  flip(partial, std::stoul(place.out) + 8 * 20 * 30);
  expect_one_line(some(1000), 2, {partial, "changed or damaged"});
  folder.write(partial, whole.substr(0, std::stoul(place.out) + 100));
  EXPECT_EQ(some(1000).code, 2);
  ASSERT_EQ(folder.shell("rm " + partial).code, 0);
  expect_one_line(some(1000), 3, {"out.h5", partial, "is not there"});
  folder.write(partial, whole);
  EXPECT_EQ(some(1000).code, 75);
}

TEST_F(Restart, ACheckpointThatCannotBeWrittenIsWarnedOf) {
  std::filesystem::create_directory(folder.path("out.h5.checkpoint-writing"));
  // One look at the clock a chunk: few samples, which no buffer is flushed for.
  const std::string words =
      "simulate s.yml --quiet --checkpoint-every 1e-7 --set features=[] --set 'monitors=[{kind: "
      "raw, "
      "variables: [x], period: 100 ms}]' ";
  const Outcome run = folder.arcuate(words + "--chunk 20000");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(count(run.err, "no checkpoint could be written (open: out.h5.checkpoint-writing: "),
            1U);
  EXPECT_THAT(run.err, HasSubstr("the run goes on"));
  expect_one_line(folder.arcuate(words + "--overwrite --chunk 1000"), 3,
                  {"out.h5.checkpoint-writing"});
}

/// What the second half of a run in one piece records, features aside.
TEST_F(Restart, ARecordingIsContinuedFromItsEnd) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5 --set duration=5s").code,
            0);
  ASSERT_EQ(
      folder.ranks(2, "simulate s.yml --quiet --set output=first.h5 --set duration=3003.7ms").code,
      0);
  // A name is taken as it is, whatever YAML would make of it.
  const Outcome run =
      folder.ranks(3, "continue first.h5 --duration '5 s' -o 'second: #2.h5' --quiet");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("going on at 3.0037 s with first.h5"));
  const Outcome compared = folder.shell(
      "/usr/bin/python3 - <<'END'\n"
      "import h5py\n"
      "whole, second = h5py.File('whole.h5'), h5py.File('second: #2.h5')\n"
      "for name in second['monitors']:\n"
      "    one, other = (f['monitors/' + name] for f in (whole, second))\n"
      "    late = one['time'][()] > other['time'][0] - 1e-6\n"
      "    print(name, late.sum() > 5, abs(one['time'][late] - other['time'][()]).max() < 1e-9,\n"
      "          one['data'][late].tobytes() == other['data'][()].tobytes())\n"
      "print(second.attrs['continues'])\n"
      "END");
  EXPECT_EQ(count(compared.out, "True True True\n"), 5U) << compared.out << compared.err;
  EXPECT_THAT(compared.out, testing::EndsWith("first.h5\n"));
  const Outcome more = folder.arcuate(
      "continue first.h5 --duration '+1 s' -o more.h5 --quiet --set coupling.gain=0.3");
  EXPECT_EQ(more.code, 0) << more.err;
}

TEST_F(Restart, AContinuationGoesOnAfterItWasStopped) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=first.h5").code, 0);
  const std::string words = "continue first.h5 --duration '+1 s' --quiet -o ";
  ASSERT_EQ(folder.arcuate(words + "whole.h5").code, 0);
  ASSERT_EQ(folder.arcuate(words + "out.h5 --resume --maxh 1e-6 --chunk 1000").code, 75);
  const Outcome last = folder.ranks(2, words + "out.h5 --resume");
  EXPECT_EQ(last.code, 0) << last.err;
  expect_same("whole.h5", "out.h5");
}

TEST_F(Restart, WhatCannotBeContinuedIsRefused) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=first.h5").code, 0);
  struct Change {
    std::string set, said;
  };
  for (const Change& change :
       {Change{"integrator.method=euler", "other models, couplings, kinds of noise, methods"},
        Change{"noise.x='{kind: ornstein_uhlenbeck, sigma: 0.01, tau: 5 ms}'", "kinds of noise"},
        Change{"monitors.0.period=8ms", "other monitors"},
        Change{"connectome.speed=1mm/ms", "a longer delay cannot be continued"}}) {
    expect_one_line(
        folder.arcuate("continue first.h5 --duration '+1 s' -o out.h5 --quiet --set " + change.set),
        2, {change.said});
  }
  for (const char* duration : {"+0 s", "2 s", "-1 s", "+1 mV", "soon"})
    EXPECT_EQ(
        folder.arcuate("continue first.h5 -o out.h5 --duration '" + std::string(duration) + "'")
            .code,
        2)
        << duration;
  ASSERT_EQ(
      folder.arcuate("simulate s.yml --quiet --set output=none.h5 --set checkpoint.final=false")
          .code,
      0);
  expect_one_line(folder.arcuate("continue none.h5 --duration '+1 s' -o out.h5"), 2,
                  {"none.h5: keeps no final state", "checkpoint.final"});
  EXPECT_EQ(folder.arcuate("continue s.yml --duration '+1 s' -o out.h5").code, 2);
  expect_one_line(folder.arcuate("continue first.h5 --duration '+1 s' -o first.h5 --overwrite"), 2,
                  {"would replace an input"});
}

/// What is on the disk when the newest checkpoint was written is a recording of its own.
TEST_F(Restart, WhatAnInterruptedRunHasDoneIsRecovered) {
  expect_one_line(folder.arcuate("recover out.h5 -o part.h5"), 2, {"out.h5", "no checkpoint"});
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5").code, 0);
  ASSERT_EQ(some(20000, 2).code, 75);
  const Outcome run = folder.ranks(2, "recover out.h5 -o part.h5");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(testing::StartsWith("recording: part.h5, 0."),
                             testing::EndsWith(" of 3 s: an interrupted run\n")));
  EXPECT_THAT(folder.arcuate("show part.h5").out, HasSubstr(" of 3 s: an interrupted run"));
  const Outcome compared = folder.shell(
      "/usr/bin/python3 - <<'END'\n"
      "import h5py\n"
      "whole, part = h5py.File('whole.h5'), h5py.File('part.h5')\n"
      "for name in part['monitors']:\n"
      "    samples = part['monitors/' + name + '/data'][()]\n"
      "    print(len(samples) > 2, whole['monitors/' + name + '/data'][:len(samples)].tobytes() "
      "== samples.tobytes())\n"
      "END");
  EXPECT_EQ(compared.out, "True True\nTrue True\nTrue True\nTrue True\nTrue True\n")
      << compared.err;
  expect_one_line(folder.arcuate("recover out.h5 -o part.h5"), 2, {"part.h5", "--overwrite"});
  const std::string partial = file("out.h5.partial-");
  const Outcome place =
      folder.shell("/usr/bin/python3 -c \"import h5py; print(h5py.File('" + partial +
                   "')['monitors/temporal_average/data'].id.get_offset())\"");
  flip(partial, std::stoul(place.out) + 8 * 20 * 30);
  expect_one_line(folder.arcuate("recover out.h5 -o other.h5"), 2, {partial, "changed or damaged"});
  EXPECT_EQ(folder.names().count("other.h5"), 0U);
}

TEST_F(Restart, VerifyFindsEveryChangedSample) {
  ASSERT_EQ(some(5000).code, 75);
  const Outcome checkpoint = folder.arcuate("verify out.h5.checkpoint");
  EXPECT_EQ(checkpoint.code, 0) << checkpoint.err;
  EXPECT_THAT(checkpoint.out, HasSubstr("a whole checkpoint at 0.5024 s of 3 s, of 20 regions"));
  expect_one_line(folder.arcuate("verify " + file("out.h5.partial-")), 6, {"out.h5.partial-"});
  flip("out.h5.checkpoint", content(folder.path("out.h5.checkpoint")).size() - 1000);
  expect_one_line(folder.arcuate("verify out.h5.checkpoint"), 6, {"is damaged: region "});
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --overwrite").code, 0);
  const Outcome whole = folder.arcuate("verify out.h5");
  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(whole.out, HasSubstr("all of it is as it was written"));
  const Outcome place = folder.shell(
      "/usr/bin/python3 -c \"import h5py; "
      "print(h5py.File('out.h5')['monitors/input/data'].id.get_offset())\"");
  flip("out.h5", std::stoul(place.out) + 8 * 20 * 1000 + 3);
  expect_one_line(folder.arcuate("verify out.h5"), 6, {"out.h5: /monitors/input/data", "checksum"});
  expect_one_line(folder.arcuate("verify s.yml"), 2, {"s.yml", "is not a recording"});
  expect_one_line(folder.arcuate("verify none.h5"), 2, {"none.h5"});
}

/// Study, connectome, features, names, the state, HDF5's own structure, the seal itself.
TEST_F(Restart, NoBitOfARecordingCanChangeUnseen) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set duration=2s").code, 0);
  ASSERT_EQ(folder.arcuate("analyze out.h5 --feature kuramoto --monitor temporal_average").code, 0);
  ASSERT_EQ(folder.arcuate("verify out.h5").code, 0);
  const std::string whole = content(folder.path("out.h5"));
  for (std::size_t k = 0; k < 40; ++k) {
    const std::size_t byte = k < 20   ? 97 * k
                             : k < 30 ? whole.size() - k + 19
                                      : k * whole.size() / 61;
    flip("out.h5", byte);
    expect_one_line(folder.arcuate("verify out.h5"), 6, {"out.h5"});
    folder.write("out.h5", whole);
  }
  folder.write("out.h5", whole.substr(0, whole.size() - 1));
  expect_one_line(folder.arcuate("verify out.h5"), 6, {"out.h5: its end is missing"});
}

TEST_F(Restart, VerifyFindsAChangedCellOfATable) {
  ASSERT_EQ(folder
                .arcuate("sweep s.yml --quiet --set duration=200ms --set transient=0 --set "
                         "features=[] --set 'sweep={coupling.gain: [0.1, 0.2, 0.3]}' -o s.sweep")
                .code,
            0);
  const Outcome whole = folder.arcuate("verify s.sweep/table.h5 s.sweep/journal");
  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(whole.out, HasSubstr("a whole table of 3 candidates; every byte is as it was"));
  const Outcome place = folder.shell(
      "/usr/bin/python3 -c \"import h5py; "
      "print(h5py.File('s.sweep/table.h5')['candidates/coupling.gain'].id.get_offset())\"");
  const std::string bytes = content(folder.path("s.sweep/table.h5"));
  flip("s.sweep/table.h5", std::stoul(place.out) + 8 * 2 + 1);
  expect_one_line(folder.arcuate("verify s.sweep/table.h5"), 6,
                  {"s.sweep/table.h5: candidates/coupling.gain, row 2: is not what was written"});
  for (const std::size_t left : {bytes.size() / 2, bytes.size() - 1}) {
    folder.write("s.sweep/table.h5", bytes.substr(0, left));
    expect_one_line(folder.arcuate("verify s.sweep/table.h5"), 6, {"s.sweep/table.h5: "});
  }
}

/// Recordings of simulate, of continue, and of a run in pieces.
TEST_F(Restart, ARecordingIsReplayedBitForBit) {
  ASSERT_EQ(some(5000, 2).code, 75);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --resume").code, 0);
  const Outcome same = folder.ranks(3, "replay out.h5 --quiet");
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.out, testing::EndsWith("out.h5: the same bits in all 5675 samples\n"));
  ASSERT_EQ(folder.arcuate("continue out.h5 --duration '+1 s' -o more.h5 --quiet").code, 0);
  std::filesystem::create_directory(folder.path("elsewhere"));
  const Outcome more =
      folder.shell("cd elsewhere && " ARCUATE_PROGRAM " replay ../more.h5 --quiet");
  EXPECT_EQ(more.code, 0) << more.err;
  const Outcome place = folder.shell(
      "/usr/bin/python3 -c \"import h5py; "
      "print(h5py.File('out.h5')['monitors/input/data'].id.get_offset())\"");
  flip("out.h5", std::stoul(place.out) + 2 * 8 * 20 * 1000 + 3);
  expect_one_line(
      folder.arcuate("replay out.h5 --quiet"), 6,
      {"out.h5: monitor 'input' is another from t = 1.501 s on; the largest difference"});
  EXPECT_EQ(folder.names().count("out.h5.replayed"), 0U);
}

TEST_F(Restart, ALongerDurationGoesOnWithAWholeRecording) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5").code, 0);
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set duration=1.6s").code, 0);
  ASSERT_EQ(folder.ranks(2, "simulate s.yml --quiet --resume --set duration=2001.3ms").code, 0);
  const Outcome last = folder.arcuate("simulate s.yml --quiet --resume");
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr("going on at 2.0013 s with out.h5"));
  expect_same("whole.h5", "out.h5");
  EXPECT_EQ(folder.names(), (Names{"s.yml", "whole.h5", "out.h5"}));
  EXPECT_EQ(folder.arcuate("verify out.h5").code, 0);
  const Outcome shorter = folder.arcuate("simulate s.yml --resume --set duration=2s");
  expect_said_once(shorter, 2, {"out.h5: is there already, whole", "`duration` was 3000, is 2000"});
  const Outcome other =
      folder.arcuate("simulate s.yml --resume --set duration=4s --set coupling.gain=0.03");
  expect_said_once(other, 2, {"`coupling.gain` was 0.02, is 0.03"});
}

TEST_F(Restart, ALongerDurationGoesOnWithAnUnfinishedRun) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5").code, 0);
  ASSERT_EQ(some(5000, 2, "--set duration=1.6s").code, 75);
  const std::string first = file("out.h5.partial-");
  ASSERT_EQ(some(4000, 1, "--set duration=2s").code, 75);
  EXPECT_NE(file("out.h5.partial-"), first);
  EXPECT_EQ(folder.names().count(first), 0U);
  ASSERT_EQ(some(300, 3).code, 75);
  EXPECT_EQ(some(300, 1, "--set duration=2s").code, 2);
  ASSERT_EQ(folder.ranks(2, "simulate s.yml --quiet --resume").code, 0);
  expect_same("whole.h5", "out.h5");
  EXPECT_EQ(folder.names(), (Names{"s.yml", "whole.h5", "out.h5"}));
}

// Segments of an eighth of the series are others in a longer one.
TEST_F(Restart, ALongerDurationIsRefusedWhereAFeatureCannotGoOn) {
  const std::string eighths =
      " --set features='[{kind: psd, monitor: temporal_average, preset: braintools}]'";
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set duration=1.6s" + eighths).code, 0);
  const std::string bytes = content(folder.path("out.h5"));
  const std::string longer = "simulate s.yml --quiet" + eighths;
  // 1.1 and 2.5 s in samples of 4 ms
  expect_said_once(folder.ranks(2, longer + " --resume"), 2,
                   {"features.0", "psd: a run of this length cannot go on",
                    "samples of a segment were 34, would be 78", "--overwrite"});
  EXPECT_EQ(content(folder.path("out.h5")), bytes);
  EXPECT_EQ(folder.arcuate(longer + " --overwrite").code, 0);
}

TEST_F(Restart, SamplesAreTakenOverOnlyWhenTheyAreWhatTheyWere) {
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set duration=1.6s").code, 0);
  const std::string bytes = content(folder.path("out.h5"));
  flip("out.h5", bytes.size() / 2);  // samples are most of it
  const Outcome damaged = folder.arcuate("simulate s.yml --quiet --resume");
  EXPECT_EQ(damaged.code, 2);
  EXPECT_THAT(damaged.err, HasSubstr("out.h5: "));
  EXPECT_EQ(folder.names(), (Names{"s.yml", "out.h5"}));
}

TEST_F(Restart, ARunStopsBeforeItsTimeEnds) {
  const auto run = [&](const std::string& before, const std::string& end, const std::string& more) {
    return folder.shell(
        end +
        " " ARCUATE_PROGRAM
        " simulate s.yml --quiet --resume --chunk 500 --set checkpoint.before_end=" +
        before + " " + more);
  };
  const std::string soon = "SLURM_JOB_END_TIME=$(($(date +%s) + 100))";
  expect_said_once(run("99.99s", "SLURM_JOB_END_TIME=$(($(date +%s) + 99))", ""), 75,
                   {"stopped by checkpoint.before_end at "});
  expect_said_once(run("35.9999s", "", "--maxh 0.01"), 75, {"stopped by --maxh at "});
  expect_said_once(run("36s", "", "--maxh 0.01"), 2, {"checkpoint.before_end", "--maxh (36 s)"});
  expect_said_once(run("1s", "SLURM_JOB_END_TIME=soon", ""), 2, {"SLURM_JOB_END_TIME=soon"});
  EXPECT_EQ(run("20s", soon, "").code, 0);
  const Outcome unknown = run("20s", "SLURM_JOB_END_TIME=", "--set output=other.h5");
  EXPECT_THAT(unknown.err, HasSubstr("warning: checkpoint.before_end: when the time ends"));
}

TEST_F(Restart, NoCheckpointsAreWrittenWhenTheyAreNotWanted) {
  std::filesystem::create_directory(folder.path("out.h5.checkpoint-writing"));
  const Outcome run = folder.arcuate("simulate s.yml --quiet --set checkpoint.every=0 --chunk 100");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("checkpoint")));
  expect_one_line(folder.arcuate("simulate s.yml --overwrite --set checkpoint.keep=0"), 2,
                  {"checkpoint.keep", "1 to 9"});
  expect_one_line(folder.arcuate("simulate s.yml --overwrite --set checkpoint.every=-1s"), 2,
                  {"checkpoint.every", ">= 0"});
  EXPECT_EQ(folder.arcuate("simulate s.yml --overwrite --on-usr1 never").code, 2);
}

}  // namespace
}  // namespace arcuate::test
