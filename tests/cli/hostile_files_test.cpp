#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <zip.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "places.hpp"
#include "support.hpp"

/// Connectomes, command lines and disks that are not what they should be.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Names = std::set<std::string>;

std::string study(const std::string& connectome, const std::string& rest) {
  return "connectome: { " + connectome +
         " }\nmodel: { name: MontbrioPazoRoxin }\ncoupling: { gain: 0.02 }\n"
         "output: out.h5\n" +
         rest;
}

constexpr const char* short_run = "duration: 10 ms\nmonitors: [ { kind: raw } ]\n";
constexpr const char* long_run =
    "duration: 20000 s\nmonitors: [ { kind: global_average, period: 1 s } ]\n";

struct Member {
  std::string name;
  std::string text;
};

/// The bytes of a zip archive.
std::string zipped(const Folder& folder, const std::vector<Member>& members) {
  const std::string path = folder.path("made.zip").string();
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const Member& member : members) {
    zip_file_add(archive, member.name.c_str(),
                 zip_source_buffer(archive, member.text.data(), member.text.size(), 0),
                 ZIP_FL_OVERWRITE);
  }
  zip_close(archive);
  const std::string bytes = content(path);
  std::filesystem::remove(path);
  return bytes;
}

constexpr const char* weights = "0 1 2\n1 0 0.5\n2 0.5 0\n";
constexpr const char* lengths = "0 10 20\n10 0 5\n20 5 0\n";
constexpr const char* centres = "a 0 0 0\nb 1 0 0\nc 2 0 0\n";

std::string tvb(const Folder& folder, const std::string& w, const std::string& l,
                const std::string& c) {
  return zipped(folder, {{"weights.txt", w}, {"tract_lengths.txt", l}, {"centres.txt", c}});
}

/// A NumPy array of doubles whose header says `shape`.
std::string npy(const std::string& shape, std::size_t values) {
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize(117, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + std::string(8 * values, '\0');
}

class BadConnectome : public testing::Test {
 protected:
  /// `arcuate simulate` refuses the file in one line that names it.
  void refused(const std::string& name, const std::string& bytes, Words words) const {
    SCOPED_TRACE(name);
    folder.write(name, bytes);
    refused_as_it_is(name, std::move(words));
    std::filesystem::remove(folder.path(name));
  }
  void refused_as_it_is(const std::string& name, Words words) const {
    folder.write("study.yml", study("file: " + name, short_run));
    words.push_back(name);
    const Names before = folder.names();
    expect_one_line(folder.arcuate("simulate --quiet study.yml"), 2, words);
    EXPECT_EQ(folder.names(), before);
  }

  Folder folder;
};

TEST_F(BadConnectome, ThatIsNoFileIsRefused) {
  refused_as_it_is("missing.zip", {"no such file"});
  std::filesystem::create_directory(folder.path("folder.zip"));
  refused_as_it_is("folder.zip", {"is a folder"});
  refused("empty.csv", "", {"empty"});
  refused("garbage.txt", "the quick brown fox\n", {"no numbers"});
  refused("binary.csv", std::string("0,1\n\0\x01\x02", 7), {"zero byte"});
  refused("table.xyz", "0 1\n1 0\n", {"format is not known", ".zip"});
  refused("text.zip", "0 1\n1 0\n", {"damaged or not what its ending says"});
  refused("text.h5", "0 1\n1 0\n", {"damaged or not what its ending says"});
}

TEST_F(BadConnectome, WhatAMessageQuotesDoesNotReachTheTerminal) {
  refused("escape.csv", "0,1\n\x1b]0;owned\x07,0\n", {"?]0;owned?", "not a number"});
  refused("long.csv", "0,1\n" + std::string(100000, 'x') + ",0\n", {"xxx..."});
}

TEST_F(BadConnectome, FileThatEndsALibraryIsRefused) {
  const std::string faults = std::string(ARCUATE_SOURCE) + "/tests/data/faults/";
  refused("compact.h5", content(faults + "h5_segv_libhdf5.h5"), {"labels", "than it holds"});
  refused("attribute.h5", content(faults + "h5_asan_H5Aexists.h5"),
          {"an attribute, a text or a chunk claims"});
  refused("label.mat", content(faults + "mat_label_segv.mat"), {"labels", "negative dimension"});
}

TEST_F(BadConnectome, ArchiveWithAWrongMemberIsRefused) {
  const auto bad = [&](const std::string& name, const std::string& w, const std::string& l,
                       const std::string& c,
                       Words words) { refused(name, tvb(folder, w, l, c), std::move(words)); };
  refused("none.zip", zipped(folder, {{"tract_lengths.txt", lengths}}), {"no member weights.txt"});
  bad("rows.zip", "0 1 2\n1 0 1\n", lengths, centres, {"weights.txt", "not square"});
  bad("ragged.zip", "0 1 2\n1 0\n2 1 0\n", lengths, centres, {"row 2 has 2 values", "3"});
  bad("nan.zip", "0 1 2\n1 0 nan\n2 1 0\n", lengths, centres, {"row 2, column 3", "nan"});
  bad("large.zip", "0 1e400 2\n1 0 1\n2 1 0\n", lengths, centres, {"row 1, column 2", "inf"});
  bad("word.zip", "0 x 2\n1 0 1\n2 1 0\n", lengths, centres, {"column 2", "'x'"});
  bad("negative.zip", weights, "0 -10 2\n1 0 1\n2 1 0\n", centres,
      {"-10", "tract_lengths", ">= 0"});
  bad("shape.zip", weights, "0 1\n1 0\n", centres, {"2 regions", "expected 3"});
  bad("labels.zip", weights, lengths, std::string(centres) + "d 1 1 1\n",
      {"4 labels", "3 regions"});
}

TEST_F(BadConnectome, ArchiveCutAnywhereIsRefused) {
  const std::string whole = tvb(folder, weights, lengths, centres);
  for (const std::size_t size : {std::size_t{1}, std::size_t{10}, std::size_t{40}, whole.size() / 3,
                                 whole.size() / 2, whole.size() - 30, whole.size() - 1})
    refused("cut.zip", whole.substr(0, size), {});
}

TEST_F(BadConnectome, ArrayThatIsNotWhatItClaimsIsRefused) {
  const std::string whole = npy("(3, 3)", 9);
  for (const std::size_t size : {3U, 7U, 9U, 60U, 128U, 199U})
    refused("cut.npy", whole.substr(0, size), {});
  refused("vector.npy", npy("(4,)", 4), {"shape (4)", "square"});
  refused("wide.npy", npy("(2, 3)", 6), {"square"});
  refused("huge.npy", npy("(4000000000, 4000000000)", 9), {"1.6e+19"});
  refused("negative.npy", npy("(-3, -3)", 9), {"(-3, -3)"});
}

TEST_F(BadConnectome, CutRecordingFormatIsRefused) {
  ASSERT_EQ(folder.arcuate("connectome generate ring_lattice --regions 10 --k 4 -o whole.h5").code,
            0);
  const std::string whole = content(folder.path("whole.h5"));
  for (const std::size_t size :
       {std::size_t{9}, std::size_t{100}, whole.size() / 2, whole.size() - 9})
    refused("cut.h5", whole.substr(0, size), {});
}

TEST_F(BadConnectome, ListOfEdgesThatNamesAbsurdRegionsIsRefused) {
  const std::string header = "source,target,weight,length\n";
  refused("far.edges.csv", header + "0,99999999999,1,1\n", {"line 2", "99999999999"});
  refused("nan.edges.csv", header + "0,1,nan,1\n", {"line 2", "nan"});
  refused("half.edges.csv", "source,target\n0,1\n", {"line 1", "source,target,weight"});
}

TEST_F(BadConnectome, IsRefusedOnceByAllRanks) {
  folder.write("study.yml", study("file: rows.csv", short_run));
  folder.write("rows.csv", "0,1,2\n1,0,2\n");
  expect_said_once(folder.ranks(3, "simulate --quiet study.yml"), 2, {"rows.csv", "not square"});
  std::filesystem::remove(folder.path("rows.csv"));
  expect_said_once(folder.ranks(2, "simulate --quiet study.yml"), 2, {"rows.csv", "no such file"});
  EXPECT_EQ(folder.names(), Names{"study.yml"});
}

class CommandLine : public testing::Test {
 protected:
  CommandLine() { folder.write("study.yml", study("builtin: 20", short_run)); }
  void refused(const std::string& arguments, const Words& words, int code = 2) const {
    SCOPED_TRACE(arguments);
    expect_one_line(folder.arcuate(arguments), code, words);
    EXPECT_EQ(folder.names(), Names{"study.yml"});
  }
  Folder folder;
};

TEST_F(CommandLine, MistakesAreOneLine) {
  refused("", {"--help"});
  refused("simulat study.yml", {"unknown verb 'simulat'; did you mean 'simulate'?"});
  refused("simulate", {"simulate", "FILE"});
  refused("simulate study.yml --bogus", {"--bogus"});
  refused("simulate study.yml --threads 0", {"--threads", "1 to 1024"});
  refused("simulate study.yml --chunk -1", {"--chunk", "-1", "1 to 9007199254740992"});
  refused("simulate study.yml --set garbage", {"--set garbage", "path=value"});
  refused("simulate study.yml --set seeed=1", {"--set seeed=1", "'seed'?"});
  refused("simulate study.yml --set monitors.7.period=1", {"monitors.7", "'7'", "0 to 0"});
  refused("partition study.yml --parts 0", {"--parts", "0", "1 to 1048576"});
  refused("partition study.yml --parts -3", {"--parts", "-3"});
  refused("partition study.yml --parts 1048577", {"--parts", "1048577"});
  refused("partition study.yml --parts 99999999999", {"--parts", "99999999999"});
  refused("partition study.yml --parts 2.5", {"--parts", "2.5"});
  refused("models MontbrioRoxin", {"'MontbrioRoxin'"});
  refused("models epil", {"'epil'", "any of Epileptor, Epileptor2D"});
  refused("connectome generate spatial --regions 2147483647 -o a.h5", {"2147483647", "GB"});
  refused("connectome generate spatial -o no/a.h5", {"no/a.h5", "no folder 'no'"}, 3);
}

TEST_F(CommandLine, StudiesThatAreNoStudiesAreOneLine) {
  refused("simulate .", {"a directory, not a study file"});
  refused("simulate none.yml", {"none.yml: no such file"});
  refused("simulate study.yml/none.yml", {"study.yml/none.yml"});
  refused("simulate /dev/zero", {"/dev/zero", "not a regular file"});
  refused("check /dev/null", {"/dev/null", "not a regular file"});
  expect_said_once(folder.ranks(2, "simulate none.yml"), 2, {"none.yml: no such file"});
  expect_said_once(folder.ranks(2, "simulate study.yml --threads 0"), 2, {"--threads"});
}

TEST_F(CommandLine, OutputThatCannotBeWrittenIsExitCodeThree) {
  for (const char* arguments : {"models >/dev/full", "models >&-", "--help >/dev/full",
                                "--version >&-", "check study.yml >/dev/full"})
    refused(arguments, {"standard output"}, 3);
}

TEST_F(CommandLine, ClosedStreamsDoNotReachTheRecording) {
  EXPECT_EQ(folder.arcuate("simulate study.yml <&- >&- 2>&-").code, 3);
  EXPECT_EQ(folder.names(), (Names{"out.h5", "study.yml"}));
  EXPECT_THAT(content(folder.path("out.h5")),
              AllOf(StartsWith("\x89HDF"), Not(HasSubstr("real time"))));
}

class Failure : public testing::Test {
 protected:
  Failure() {
    folder.write("study.yml", study("builtin: 20", short_run));
    EXPECT_EQ(folder.arcuate("simulate --quiet study.yml").code, 0);
    older = content(folder.path("out.h5"));
  }
  void expect_nothing_changed() const {
    EXPECT_EQ(folder.names(), (Names{"out.h5", "study.yml"}));
    EXPECT_EQ(content(folder.path("out.h5")), older);
  }
  Folder folder;
  std::string older;
};

TEST_F(Failure, DivergenceNamesRegionVariableAndTimeAndKeepsTheOldRecording) {
  folder.write("study.yml", study("builtin: 20",
                                  "integrator: { method: euler, dt: 100 ms }\nduration: 100 s\n"
                                  "monitors: [ { kind: raw, period: 1 s } ]\n"));
  const Words words{"diverged", "MontbrioPazoRoxin", "variable 'r'", "region", "t = ", " ms"};
  expect_one_line(folder.arcuate("simulate --quiet --overwrite study.yml --set coupling.gain=1e6"),
                  4, words);
  expect_nothing_changed();
  expect_said_once(
      folder.ranks(2, "simulate --quiet --overwrite study.yml --set coupling.gain=1e6"), 4, words);
  expect_nothing_changed();
}

/// 8 or 16 MB, as the shell counts: MPI needs a few of its own.
TEST_F(Failure, FileSizeLimitIsExitCodeThreeAndKeepsTheOldRecording) {
  folder.write("study.yml", study("builtin: 20", "duration: 10 s\nmonitors: [ { kind: raw } ]\n"));
  expect_one_line(
      folder.shell("ulimit -f 16384; " ARCUATE_PROGRAM " simulate --quiet --overwrite study.yml"),
      3, {"out.h5"});
  expect_nothing_changed();
}

TEST_F(Failure, FullDiskIsExitCodeThree) {
  folder.write("study.yml",
               study("builtin: 1000", "duration: 5 ms\nmonitors: [ { kind: raw } ]\n"));
  const std::string disk = folder.path("disk").string();
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted here";
  const std::string arguments = "simulate --quiet study.yml --set output=disk/out.h5";
  const Outcome one = folder.arcuate(arguments);
  const Outcome two = folder.ranks(2, arguments);
  const bool clean = std::filesystem::is_empty(disk);
  ::umount2(disk.c_str(), MNT_DETACH);
  expect_one_line(one, 3, {"disk/out.h5"});
  expect_said_once(two, 3, {"disk/out.h5"});
  EXPECT_TRUE(clean);
}

TEST_F(Failure, KilledRunLeavesAPartialFileThatTheNextRunReplaces) {
  folder.write("study.yml", study("builtin: 20", long_run));
  const Outcome killed = folder.shell(ARCUATE_PROGRAM " simulate --quiet --overwrite study.yml & " +
                                      once("test -n \"$(find . -name '*.partial-*' -size +0)\"") +
                                      "kill -KILL $!; wait $!");
  EXPECT_NE(killed.code, 0);
  EXPECT_THAT(folder.names(),
              testing::ElementsAre("out.h5", "out.h5.arcuate-claim",
                                   testing::StartsWith("out.h5.partial-"), "study.yml"));
  EXPECT_EQ(content(folder.path("out.h5")), older);
  EXPECT_EQ(folder.arcuate("simulate --quiet --overwrite study.yml --set 'duration=2 s'").code, 0);
  EXPECT_EQ(folder.names(), (Names{"out.h5", "study.yml"}));
  EXPECT_NE(content(folder.path("out.h5")), older);
}

TEST(ManyRanks, MoreThanRegionsStillSimulate) {
  const Folder folder;
  folder.write("study.yml",
               study("generator: { name: ring_lattice, regions: 3, k: 2 }", short_run));
  const Outcome outcome = folder.ranks(4, "simulate --quiet study.yml");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(folder.names(), (Names{"out.h5", "study.yml"}));
}

}  // namespace
}  // namespace arcuate::test
