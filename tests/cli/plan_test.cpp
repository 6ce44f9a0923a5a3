#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "places.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Result {
  int code = -1;
  std::string output;
  double processor_seconds = 0.0;
};

double children_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// `arcuate ARGUMENTS`, both output streams.
Result arcuate(const std::string& arguments) {
  const double before = children_seconds();
  const std::string command = ARCUATE_PROGRAM " " + arguments + " 2>&1";
  Result result;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), got);
  }
  result.code = WEXITSTATUS(::pclose(pipe));
  result.processor_seconds = children_seconds() - before;
  return result;
}

class PlanVerb : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("arcuate-plan-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// A study of that many regions with 100 edges each.
  [[nodiscard]] std::string study(int regions) const {
    const std::string path = (folder_ / "study.yml").string();
    std::ofstream(path) << "connectome:\n"
                        << "  generator: { name: spatial, regions: " << regions
                        << ", degree: 100 }\n"
                        << "  normalize: region_sum\n  speed: 4 mm/ms\n"
                        << "model: { name: MontbrioPazoRoxin }\n"
                        << "coupling: { name: linear, gain: 1 }\n"
                        << "integrator: { method: heun, dt: 0.1 ms }\n"
                        << "noise: { r: 0.01, V: 0.05 }\n"
                        << "duration: 50 ms\n"
                        << "monitors: [{ kind: temporal_average, variables: [r], period: 1 ms }]\n"
                        << "output: " << (folder_ / "out.h5").string() << "\n";
    return path;
  }

 private:
  std::filesystem::path folder_;
};

nlohmann::json plan_of(const std::string& arguments) {
  const Result result = arcuate("plan --json " + arguments);
  EXPECT_EQ(result.code, 0) << result.output;
  return nlohmann::json::parse(result.output, nullptr, false);
}

TEST_F(PlanVerb, PrintsMemoryExchangeTimeAndARecommendation) {
  const Result result = arcuate("plan " + study(300) + " --ranks 2");
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("300 regions"), HasSubstr("memory"), HasSubstr("exchange     every"),
                    HasSubstr("x real time"), HasSubstr("recommended")));
}

TEST_F(PlanVerb, CountsMessagesForAnyNumberOfRanksWithoutHavingThem) {
  const auto json = plan_of(study(300) + " --ranks 24");
  EXPECT_EQ(json["ranks"], 24);
  EXPECT_EQ(json["rank_memory"].size(), 24U);
  EXPECT_GT(json["messages"], 0);
  EXPECT_EQ(json["steps"], 500);
  const Result text = arcuate("plan " + study(300) + " --ranks 24");
  EXPECT_THAT(text.output, HasSubstr("share"));
}

TEST_F(PlanVerb, RefusesAStudyThatIsWrong) {
  const Result result = arcuate("plan " + study(300) + " --set integrator.dt=-1");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.output, HasSubstr("dt"));
}

TEST_F(PlanVerb, PredictsTheMemoryOfARunWithinTenPercent) {
  const std::string file = study(16384);
  const auto json = plan_of(file + " --ranks 1");
  const Result run = arcuate("simulate --quiet " + file);
  ASSERT_EQ(run.code, 0) << run.output;
  const std::size_t at = run.output.find("peak memory ");
  ASSERT_NE(at, std::string::npos) << run.output;
  const double measured = 1e6 * std::stod(run.output.substr(at + 12));
  EXPECT_NEAR(json["memory_bytes"].get<double>(), measured, 0.1 * measured);
}

TEST_F(PlanVerb, PredictsTheTimeOfARunWithinAFactorOfTwo) {
  const std::string file = study(400);
  // Processor time, without the set-up, the least of some: others on the machine must not matter,
  // and who shares a core has half of it.
  double said = 1e9;
  double brief = 1e9;
  double whole = 1e9;
  for (int k = 0; k < 5; ++k) {
    const auto json = plan_of(file + " --ranks 1 --set duration=1500ms");
    said = std::min(said, json["seconds"].get<double>());
    const Result begin = arcuate("simulate --quiet " + file + " --overwrite --set duration=100ms");
    brief = std::min(brief, begin.processor_seconds);
    const Result run = arcuate("simulate --quiet " + file + " --overwrite --set duration=1600ms");
    ASSERT_EQ(run.code, 0) << run.output;
    whole = std::min(whole, run.processor_seconds);
  }
  EXPECT_GT(said, 0.5 * (whole - brief));
  EXPECT_LT(said, 2.0 * (whole - brief));
}

TEST_F(PlanVerb, ARunThatCannotFitIsRefusedBeforeItStarts) {
  // Delays of minutes at 0.1 ms: histories of terabytes.
  const Result run =
      arcuate("simulate --quiet " + study(30000) + " --set 'connectome.speed=0.0002 mm/ms'");
  EXPECT_EQ(run.code, 2) << run.output;
  EXPECT_THAT(run.output, AllOf(HasSubstr("GB of memory"), HasSubstr("available")));
}

}  // namespace
