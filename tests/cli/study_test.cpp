#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "places.hpp"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct StudyOutcome {
  int code;
  std::string text;  ///< standard output and standard error
};

/// A study file in a folder of its own, and the program run on it.
class CheckVerb : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "arcuate_check_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("study.yml",
          "connectome: { builtin: 20 }\n"
          "model: { name: MontbrioPazoRoxin }\n"
          "coupling: { gain: 0.02 }\n"
          "noise: { V: 0.1 }\n"
          "duration: 1 s\n"
          "transient: 0.5 s\n"
          "monitors:\n"
          "  - { kind: raw, variables: [r], period: 1 ms }\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  [[nodiscard]] StudyOutcome check(const std::string& arguments) const {
    const std::string command =
        "cd " + folder_.string() + " && " + ARCUATE_PROGRAM + " check " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    StudyOutcome outcome{-1, ""};
    char chunk[4096];
    while (std::fgets(chunk, sizeof chunk, pipe) != nullptr)
      outcome.text += chunk;
    outcome.code = WEXITSTATUS(pclose(pipe));
    return outcome;
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(CheckVerb, SaysWhatWouldBeSimulated) {
  const StudyOutcome outcome = check("study.yml");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("20 regions"));
  EXPECT_THAT(outcome.text, HasSubstr("MontbrioPazoRoxin: 2 states"));
  EXPECT_THAT(outcome.text, HasSubstr("linear, gain 0.02: r -> "));
  EXPECT_THAT(outcome.text, HasSubstr("heun, dt 0.1 ms, 10000 steps"));
  EXPECT_THAT(outcome.text, HasSubstr("white on V"));
  EXPECT_THAT(outcome.text,
              HasSubstr("raw: 500 samples every 1 ms x 1 variable x 20 columns, 80.0 kB"));
  EXPECT_THAT(outcome.text, HasSubstr("study.h5"));
}

TEST_F(CheckVerb, AppliesOverrides) {
  const StudyOutcome outcome =
      check("study.yml --set coupling.gain=0.5 --set 'monitors.0.period=2 ms'");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("gain 0.5"));
  EXPECT_THAT(outcome.text, HasSubstr("250 samples every 2 ms"));
}

TEST_F(CheckVerb, RefusesAnUnknownKeyWithOneLineAndExitCodeTwo) {
  write("bad.yml", "connectome: { builtin: 20 }\nmodle: { name: Linear }\nduration: 1 s\n");
  const StudyOutcome outcome = check("bad.yml");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.text,
              StartsWith("arcuate: error: bad.yml:2: modle: unknown key; did you mean 'model'?"));
  EXPECT_EQ(outcome.text.find('\n'), outcome.text.size() - 1);
}

TEST_F(CheckVerb, ReportsKeysBeforeAMissingConnectome) {
  const StudyOutcome typo =
      check("study.yml --set 'connectome={file: none.zip}' --set coupling.gian=1");
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.text, HasSubstr("--set coupling.gian=1: unknown key; did you mean 'gain'?"));
  const StudyOutcome missing = check("study.yml --set 'connectome={file: none.zip}'");
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.text, HasSubstr("none.zip"));
}

TEST_F(CheckVerb, RefusesAFileThatIsNotThere) {
  const StudyOutcome outcome = check("no.yml");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.text, "arcuate: error: no.yml: no such file\n");
}

}  // namespace
