#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// What a run writes: two runs to one output, what may be replaced, what is left behind.
namespace arcuate::test {
namespace {

using testing::HasSubstr;
using Names = std::set<std::string>;

const std::string brief = R"(connectome: { builtin: 20 }
model: { name: MontbrioPazoRoxin }
coupling: { gain: 0.1 }
duration: 50 ms
monitors: [ { kind: raw, period: 1 ms } ]
output: out.h5
)";

/// Some seconds of computing.
const std::string longer = " --set duration=2000s --set monitors.0.period=100ms";

/// For a shell: waits until a run has begun to write.
const std::string once_it_writes = once("ls out.h5.partial-*") + "sleep 0.3; ";

/// The samples of a recording, which must be whole.
std::vector<double> samples(const std::filesystem::path& recording) {
  const io::hdf5::Object file = io::hdf5::open_file(recording, io::hdf5::Access::read);
  EXPECT_TRUE(file.has_attribute("complete")) << recording;
  return file.read<double>("/monitors/raw/data");
}

class OutputFile : public testing::Test {
 protected:
  OutputFile() { folder.write("s.yml", brief); }
  [[nodiscard]] Outcome simulate(const std::string& more = "") const {
    return folder.arcuate("simulate --quiet s.yml" + more);
  }
  /// Refused in one line; no file comes, goes or changes.
  void expect_refused(const std::string& arguments, int code, const Words& words) const {
    const Outcome before = state();
    expect_one_line(folder.arcuate(arguments), code, words);
    EXPECT_EQ(state().out, before.out) << arguments;
  }
  [[nodiscard]] Outcome state() const {
    return folder.shell("ls -i; cat $(find . -type f | sort) | sha256sum");
  }
  Folder folder;
};

/// Each of several simultaneous runs has its own seed; what is there at the end is what one of them
/// alone writes.
class Simultaneous : public OutputFile, public testing::WithParamInterface<std::string> {
 protected:
  [[nodiscard]] static std::string seeded(int seed) {
    return " --set seed=" + std::to_string(seed);
  }
  /// Two ranks take longer for the same.
  [[nodiscard]] static std::string work() {
    return " --set noise.V=0.1 --set monitors.0.period=100ms --set duration=" +
           std::string(GetParam().starts_with("mpirun") ? "60s" : "1000s");
  }
  [[nodiscard]] std::string start(int run) const {
    const std::string k = std::to_string(run);
    // mpirun's own folders: two that make the same one at once fail.
    return "mkdir -p ../" + k + "; ( OMPI_MCA_orte_tmpdir_base=$PWD/../" + k +
           " " ARCUATE_UNLESS_HUNG + GetParam() + ARCUATE_PROGRAM " simulate --quiet s.yml" +
           work() + seeded(run) + " >../" + k + "/log 2>&1; echo $? >../" + k + "/code ) &\n";
  }
  [[nodiscard]] std::string of(int run, const std::string& name) const {
    return content(folder.path("../" + std::to_string(run) + "/" + name));
  }
  /// The run that succeeded. All others were refused: most since it was writing, who came late
  /// since it had written.
  [[nodiscard]] int winner_of(int runs) const {
    int winner = 0;
    int met = 0;
    for (int k = 1; k <= runs; ++k) {
      const std::string log = of(k, "log");
      const std::string code = of(k, "code");
      if (code == "0\n") {
        EXPECT_EQ(winner, 0) << log;
        winner = k;
        continue;
      }
      const bool late = code == "2\n";
      met += late ? 0 : 1;
      EXPECT_EQ(code, late ? "2\n" : "3\n") << log;
      EXPECT_EQ(count(log, "arcuate: error: "), 1U) << log;
      EXPECT_THAT(log, late ? testing::Matcher<std::string>(HasSubstr("out.h5: is there already"))
                            : testing::AllOf(HasSubstr("out.h5: another run is writing it (host "),
                                             HasSubstr(", process ")));
    }
    EXPECT_GT(met, 0);
    return winner;
  }
  void expect_one_result_of(int runs) const {
    std::string all;
    for (int k = 1; k <= runs; ++k)
      all += start(k);
    ASSERT_EQ(folder.shell(all + "wait").code, 0);
    const int winner = winner_of(runs);
    ASSERT_NE(winner, 0);
    EXPECT_EQ(folder.names(), (Names{"out.h5", "s.yml"}));
    ASSERT_EQ(simulate(work() + seeded(winner) + " --set output=alone.h5").code, 0);
    EXPECT_EQ(samples(folder.path("out.h5")), samples(folder.path("alone.h5")));
  }
};

TEST_P(Simultaneous, TwoRunsGiveOneWholeResultAndARefusal) {
  expect_one_result_of(2);
}
TEST_P(Simultaneous, ThreeRunsGiveOneWholeResultAndRefusals) {
  expect_one_result_of(3);
}
TEST_P(Simultaneous, EightRunsGiveOneWholeResultAndRefusals) {
  expect_one_result_of(8);
}
INSTANTIATE_TEST_SUITE_P(By, Simultaneous,
                         testing::Values("", "mpirun --bind-to none -n 2 ",
                                         "env HDF5_USE_FILE_LOCKING=FALSE "));

TEST_F(OutputFile, ARecordingIsReplacedOnlyWhenTheUserSaysSo) {
  ASSERT_EQ(simulate().code, 0);
  expect_refused("simulate s.yml", 2,
                 {"out.h5: is there already", "--overwrite", "overwrite: true"});
  EXPECT_EQ(simulate(" --set seed=2 --overwrite").code, 0);
  EXPECT_EQ(simulate(" --set seed=2 --set overwrite=true").code, 0);
}

TEST_F(OutputFile, ANameIsTakenAsItIs) {
  const std::string name = "'night #2: [a] \"b\".h5'";
  ASSERT_EQ(simulate(" -o " + name).code, 0);
  EXPECT_EQ(folder.arcuate("show " + name).code, 0);
  expect_refused("simulate s.yml -o " + name, 2, {"is there already"});
  EXPECT_EQ(folder.arcuate("replay --quiet " + name).code, 0);
  expect_refused("simulate s.yml -o s.yml --overwrite", 2, {"s.yml"});
}

TEST_F(OutputFile, AnInputIsNeverReplacedUnderWhateverName) {
  ASSERT_EQ(simulate().code, 0);
  // A recording is the connectome, by its name, a symbolic and a hard link, a path through a linked
  // folder.
  folder.write("t.yml",
               std::string("connectome: { file: out.h5 }\n") + brief.substr(brief.find("model:")));
  ASSERT_EQ(folder.shell("ln -s out.h5 soft.h5; ln out.h5 hard.h5; ln -s . here").code, 0);
  for (const char* name : {"out.h5", "./out.h5", "soft.h5", "hard.h5", "here/out.h5"}) {
    expect_refused("simulate t.yml --overwrite --set output=" + std::string(name), 2,
                   {name, "would replace an input of this run"});
  }
  expect_refused("simulate out.h5 --overwrite", 2, {"out.h5", "would replace an input"});
  expect_refused("connectome convert out.h5 hard.h5 --overwrite", 2, {"hard.h5", "input"});
  expect_refused("report out.h5 -o soft.h5", 2, {"soft.h5", "input"});
}

TEST_F(OutputFile, WhatAnotherProgramWroteIsNeverReplaced) {
  ASSERT_EQ(folder.arcuate("connectome generate spatial --regions 20 -o net.h5").code, 0);
  ASSERT_EQ(folder
                .shell("/usr/bin/python3 -c \"import zipfile; zipfile.ZipFile('other.zip', 'w')"
                       ".writestr('weights.txt', '0 1')\"")
                .code,
            0);
  folder.write("empty.h5", "");
  folder.write("notes.html", "<p>mine</p>");
  folder.write("README.md", "# Mine\n");
  folder.write("words.csv", "left,right\n1,2\n");
  folder.write("lib.so",
               "\x7f"
               "ELF of another program");
  folder.write("Mine.hpp", "struct Mine {};\n");
  for (const char* name : {"s.yml", "net.h5", "empty.h5", "notes.html", "other.zip"}) {
    expect_refused("simulate s.yml --overwrite --set output=" + std::string(name), 2,
                   {name, std::string(name) == "s.yml" ? "would replace an input"
                                                       : "not a recording that Arcuate wrote"});
  }
  expect_refused("connectome generate spatial -o other.zip --overwrite", 2,
                 {"other.zip", "not a connectome"});
  expect_refused("models ALN --make-table net.h5 --points 4 4 --overwrite", 2,
                 {"net.h5", "not a table"});
  expect_refused("models --markdown .", 2, {"README.md", "not a page"});
  expect_refused("model build Mine.hpp -o lib.so", 2, {"lib.so", "not a plug-in"});
}

TEST_F(OutputFile, ConnectomesAndTablesAreReplacedOnlyWhenTheUserSaysSo) {
  for (const char* name : {"net.h5", "net.zip", "net.npz", "net.edges.csv"}) {
    const std::string generate = "connectome generate spatial --regions 20 -o " + std::string(name);
    ASSERT_EQ(folder.arcuate(generate).code, 0);
    expect_refused(generate, 2, {name, "is there already; --overwrite"});
    EXPECT_EQ(folder.arcuate(generate + " --overwrite").code, 0);
  }
  const std::string table = "models ALN --make-table aln.h5 --points 3 3";
  ASSERT_EQ(folder.arcuate(table).code, 0);
  // Before it computes.
  const Outcome again = folder.arcuate(table);
  expect_one_line(again, 2, {"aln.h5", "--overwrite"});
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(folder.arcuate(table + " --overwrite").code, 0);
}

TEST_F(OutputFile, DevicesPipesAndFoldersAreRefused) {
  ASSERT_EQ(folder
                .shell("mkfifo pipe.h5; mkdir folder.h5; ln -s loop.h5 loop.h5; ln -s pipe.h5 "
                       "link.h5; ln -s /dev/null null.h5")
                .code,
            0);
  for (const char* name : {"pipe.h5", "folder.h5", "loop.h5", "link.h5", "null.h5", "none/out.h5",
                           "/dev/null", "/proc/out.h5"}) {
    for (const char* verb :
         {"simulate s.yml --overwrite --set output=", "connectome generate spatial --overwrite -o ",
          "models ALN --points 3 3 --overwrite --make-table "}) {
      if (std::string(name) == "/dev/null" && verb[0] == 'c') continue;  // its ending is wrong
      expect_one_line(folder.arcuate(verb + std::string(name)), 3, {name, "cannot be written"});
    }
  }
  EXPECT_EQ(folder.names(),
            (Names{"s.yml", "pipe.h5", "folder.h5", "loop.h5", "link.h5", "null.h5"}));
}

TEST_F(OutputFile, ALinkStaysAndLeadsToTheRecording) {
  ASSERT_EQ(folder.shell("mkdir scratch; ln -s scratch/real.h5 out.h5").code, 0);
  EXPECT_EQ(simulate().code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path("out.h5")));
  EXPECT_TRUE(std::filesystem::is_regular_file(folder.path("scratch/real.h5")));
}

/// A claim as another run leaves it, with some lines in the place of ours.
std::string claim(const std::string& machine, const std::string& process,
                  const std::string& start) {
  return "printf 'arcuate claim 1\\n%s\\nprocess %s\\nstart %s\\ntemporary "
         "out.h5.partial-00000001\\nend\\n' \"" +
         machine + "\" " + process + " " + start +
         " >out.h5.arcuate-claim; touch out.h5.partial-00000001; ";
}

const std::string here =
    "$(printf 'host %s\\nboot %s\\ncontainer %s' \"$(hostname)\" \"$(cat "
    "/proc/sys/kernel/random/boot_id)\" "
    "\"$(readlink /proc/self/ns/pid)\")";

TEST_F(OutputFile, TheClaimOfAProcessThatIsGoneIsTakenOver) {
  // Never a process; a number that another process has by now, begun at another time; another
  // machine that is silent for 11 minutes.
  const std::string silent = "touch -d '11 minutes ago' out.h5.arcuate-claim";
  for (const std::string& left :
       {claim(here, "4194305", "7"), claim(here, "1", "123456789012"),
        claim("host elsewhere", "1", "1") + silent, ": >out.h5.arcuate-claim; " + silent}) {
    ASSERT_EQ(folder.shell("rm -f out.h5; " + left).code, 0);
    const Outcome run = simulate();
    EXPECT_EQ(run.code, 0) << left << run.err;
    EXPECT_EQ(folder.names(), (Names{"out.h5", "s.yml"})) << left;
  }
}

TEST_F(OutputFile, TheClaimOfARunThatMayLiveIsObeyed) {
  const std::string running = claim(here, "1", "$(sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20)");
  for (const std::string& left :
       {running + "touch -d '1 day ago' out.h5.arcuate-claim",
        // The same name, but another machine, or another container: its processes cannot be seen.
        claim("$(printf 'host %s\\nboot other\\ncontainer 1' \"$(hostname)\")", "4194305", "1"),
        claim("host elsewhere", "77", "1") + "touch -d '9 minutes ago' out.h5.arcuate-claim"}) {
    ASSERT_EQ(folder.shell(left).code, 0);
    expect_refused("simulate s.yml", 3, {"out.h5: another run is writing it (host ", "process "});
  }
  folder.write("out.h5.arcuate-claim", "a file of mine");
  ASSERT_EQ(folder.shell("touch -d '1 day ago' out.h5.arcuate-claim").code, 0);
  expect_refused("simulate s.yml", 3, {"out.h5.arcuate-claim is in the way"});
}

/// It stood still for so long that another run took its output.
TEST_F(OutputFile, ARunThatLostItsClaimPublishesNothing) {
  const Outcome run = folder.shell(ARCUATE_PROGRAM " simulate --quiet s.yml" + longer + " & " +
                                   once_it_writes + claim("host elsewhere", "77", "1") + "wait $!");
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, HasSubstr("another run took it over"));
  EXPECT_EQ(folder.names(), (Names{"out.h5.arcuate-claim", "out.h5.partial-00000001", "s.yml"}));
}

TEST_F(OutputFile, AStaleClaimRemovesNothingElse) {
  folder.write("precious", "data");
  ASSERT_EQ(folder
                .shell(claim(here, "4194305", "7") +
                       "sed -i 's/^temporary.*/temporary precious/' out.h5.arcuate-claim")
                .code,
            0);
  EXPECT_EQ(simulate().code, 0);
  EXPECT_EQ(content(folder.path("precious")), "data");
}

TEST_F(OutputFile, EightRunsFindOneStaleClaimAndOneTakesIt) {
  ASSERT_EQ(folder.shell(claim(here, "4194305", "7")).code, 0);
  std::string all;
  for (int k = 0; k < 8; ++k) {
    all += "( " ARCUATE_PROGRAM " simulate --quiet s.yml" + longer +
           " >/dev/null 2>&1; echo $? >>../codes ) & ";
  }
  ASSERT_EQ(folder.shell(all + "wait").code, 0);
  const std::string codes = content(folder.path("../codes"));
  EXPECT_EQ(count(codes, "0\n"), 1U) << codes;
  EXPECT_EQ(count(codes, "3\n"), 7U) << codes;
  EXPECT_EQ(folder.names(), (Names{"out.h5", "s.yml"}));
}

/// What appears during a run is not replaced, and the run is not lost.
TEST_F(OutputFile, AFileThatAppearsDuringARunStaysAndTheRecordingIsKept) {
  const Outcome run = folder.shell(ARCUATE_PROGRAM " simulate --quiet s.yml" + longer + " & " +
                                   once_it_writes + "echo mine >out.h5; wait $!");
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, HasSubstr("is whole and kept as out.h5.partial-"));
  EXPECT_EQ(content(folder.path("out.h5")), "mine\n");
  for (const std::string& name : folder.names()) {
    if (!name.starts_with("out.h5.partial-")) continue;
    EXPECT_EQ(samples(folder.path(name)).size(), 20000U * 2U * 20U);
  }
}

TEST_F(OutputFile, LongPathsAreWrittenAndLongNamesRefused) {
  const std::string deep = std::string(180, 'd') + "/" + std::string(180, 'e');
  std::filesystem::create_directories(folder.path(deep));
  const Outcome far = simulate(" --set output=" + deep + "/out.h5");
  EXPECT_EQ(far.code, 0) << far.err;
  EXPECT_FALSE(samples(folder.path(deep + "/out.h5")).empty());
  expect_refused("simulate --quiet s.yml --set output=" + std::string(225, 'n') + ".h5", 3,
                 {"its name has 228 bytes: at most 200 are possible"});
}

TEST(CheckOfAStudy, WarnsOfAnOutputThatCannotBeWritten) {
  const Folder folder;
  const auto warned = [&](const std::string& output) {
    folder.write("s.yml",
                 "connectome: { builtin: 3 }\nmodel: { name: Generic2dOscillator }\n"
                 "duration: 1 ms\nmonitors: [ { kind: raw } ]\noutput: " +
                     output + "\n");
    const Outcome check = folder.arcuate("check s.yml");
    EXPECT_EQ(check.code, 0) << check.err;
    return check.err;
  };
  EXPECT_EQ(warned("new.h5"), "");
  EXPECT_THAT(warned("no/such/new.h5"),
              testing::HasSubstr("warning: s.yml: output: no/such/new.h5: cannot be written: there "
                                 "is no folder"));
  EXPECT_THAT(warned("s.yml"), testing::HasSubstr("would replace an input of this run"));
  folder.write("old.h5", "not a recording");
  EXPECT_THAT(warned("old.h5"), testing::HasSubstr("is there already, and not a recording"));
  ASSERT_EQ(folder.arcuate("simulate s.yml --set output=new.h5").code, 0);
  EXPECT_THAT(warned("new.h5"), testing::HasSubstr("is there already; --overwrite"));
  EXPECT_EQ(warned("new.h5\noverwrite: true"), "");
  EXPECT_EQ(folder.names(), (std::set<std::string>{"s.yml", "old.h5", "new.h5"}));
}

}  // namespace
}  // namespace arcuate::test
