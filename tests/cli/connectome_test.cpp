#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Result {
  int code = -1;
  std::string output;
};

/// `arcuate connectome ARGUMENTS`, both output streams.
Result connectome(const std::string& arguments) {
  const std::string command = ARCUATE_PROGRAM " connectome " + arguments + " 2>&1";
  Result result;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), got);
  }
  result.code = WEXITSTATUS(::pclose(pipe));
  return result;
}

class ConnectomeVerb : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("arcuate-verb-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(ConnectomeVerb, GeneratesDescribesConvertsAndChecks) {
  const Result made = connectome("generate ring_lattice --regions 10 --k 4 -o " + path("ring.h5"));
  EXPECT_EQ(made.code, 0) << made.output;
  EXPECT_THAT(made.output, HasSubstr("10 regions, 40 edges"));
  const Result info = connectome("info " + path("ring.h5"));
  EXPECT_EQ(info.code, 0) << info.output;
  EXPECT_THAT(info.output,
              AllOf(HasSubstr("r000, r001"), HasSubstr("delays [ms]"), HasSubstr("0.4")));
  EXPECT_EQ(connectome("convert " + path("ring.h5") + " " + path("ring.zip")).code, 0);
  const Result check = connectome("check " + path("ring.zip"));
  EXPECT_EQ(check.code, 0) << check.output;
  EXPECT_THAT(check.output, HasSubstr("nothing to remark"));
}

TEST_F(ConnectomeVerb, SeparateFilesAreMergedAndConverted) {
  std::ofstream(path("w.txt")) << "0 1\n2 0\n";
  std::ofstream(path("l.txt")) << "0 30\n40 0\n";
  std::ofstream(path("n.txt")) << "V1_L\nV1_R\n";
  const std::string others = " --lengths " + path("l.txt") + " --labels " + path("n.txt");
  const Result merged =
      connectome("merge --weights " + path("w.txt") + others + " -o " + path("m.edges.csv"));
  EXPECT_EQ(merged.code, 0) << merged.output;
  EXPECT_EQ(connectome("convert " + path("w.txt") + " " + path("c.edges.csv") + others).code, 0);
  for (const char* name : {"m.edges.csv", "c.edges.csv"}) {
    std::stringstream text;
    text << std::ifstream(path(name)).rdbuf();
    EXPECT_THAT(text.str(), AllOf(HasSubstr("V1_R,V1_L,1,30"), HasSubstr("V1_L,V1_R,2,40")));
  }
  const Result refused =
      connectome("merge --weights " + path("w.txt") + " -o " + path("w.txt") + ".h5 --variable sc");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.output, HasSubstr("w.txt: holds no variables"));
}

TEST_F(ConnectomeVerb, WhatAnEdgeListCannotHoldIsSaid) {
  std::ofstream(path("w.txt")) << "0 1\n2 0\n";
  std::ofstream(path("c.txt")) << "0 0 0\n3 4 0\n";
  const std::string merge = "merge --weights " + path("w.txt");
  const std::string centres = merge + " --centres " + path("c.txt") + " -o ";
  EXPECT_THAT(connectome(centres + path("c.edges.csv")).output,
              HasSubstr("c.edges.csv: edge lists have no centres"));
  EXPECT_THAT(connectome(centres + path("c.h5")).output, Not(HasSubstr("warning")));
  EXPECT_THAT(connectome(merge + " -o " + path("w.edges.csv")).output, Not(HasSubstr("warning")));
}

TEST_F(ConnectomeVerb, ASpeedIsRefusedUnderItsOption) {
  std::ofstream(path("w.txt")) << "0 1\n2 0\n";
  for (const char* speed : {"'4 ms/mm'", "0", "-3", "fast"}) {
    const Result result = connectome("info " + path("w.txt") + " --speed " + speed);
    EXPECT_EQ(result.code, 2) << speed;
    EXPECT_THAT(result.output, HasSubstr("--speed")) << speed;
  }
}

TEST_F(ConnectomeVerb, UserErrorsEndWithCodeTwoAndOneMessage) {
  const Result missing = connectome("info " + path("none.zip"));
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.output, HasSubstr("none.zip: no such file"));
  const Result unknown = connectome("generate grid -o " + path("a.h5"));
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.output, HasSubstr("'grid' is not known: expected one of spatial"));
  std::ofstream(path("bad.csv")) << "0,1\n1,nan\n";
  const Result bad = connectome("check " + path("bad.csv"));
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.output, HasSubstr("bad.csv: row 2, column 2: nan is not allowed"));
}

}  // namespace
