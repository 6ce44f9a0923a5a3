#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "arcuate/io/connectome_file.hpp"
#include "study_support.hpp"

namespace arcuate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view balanced = R"(connectome: { builtin: 12 }
model: { name: DecoBalancedExcInh }
coupling: { name: linear, gain: 0.02 }
integrator: { dt: 0.7 ms }
duration: 7 s
tune_inhibition:
  window: 700 ms
  method: analytic
)";

io::Study tuning(const std::vector<std::string>& overrides) {
  return test::parse(balanced, overrides);
}

TEST(StudyInhibition, TheSectionIsReadInStepsAndRates) {
  const tuning::InhibitionOptions options =
      *tuning({"tune_inhibition.target_rate=4 kHz", "tune_inhibition.transient=0.0014 s",
               "tune_inhibition.iterations=7"})
           .inhibition;
  EXPECT_EQ(options.method, tuning::InhibitionMethod::analytic);
  EXPECT_EQ(options.window, 1000);
  EXPECT_EQ(options.transient, 2);
  EXPECT_EQ(options.target_rate, 4000.0);
  EXPECT_EQ(options.iterations, 7);
  EXPECT_EQ(options.parameter, 13);
}

TEST(StudyInhibition, DefaultsAreThoseOfTheReferenceAndNeedNotFitTheStep) {
  const io::Study study = test::parse(
      "connectome: { builtin: 12 }\nmodel: { name: ReducedWongWangExcInh }\n"
      "integrator: { dt: 0.7 ms }\nduration: 7 s\n");
  const tuning::InhibitionOptions& options = *study.inhibition;
  EXPECT_EQ(options.method, tuning::InhibitionMethod::numeric);
  EXPECT_EQ(options.window, 12858);  // 9 s
  EXPECT_EQ(options.transient, 1429);
  EXPECT_NEAR(options.target_rate, 3.0773270642, 1e-10);  // Demirtas et al. 2019
  EXPECT_EQ(options.tolerance, 0.1);
  EXPECT_EQ(options.iterations, 50);
  EXPECT_EQ(options.step, 0.02);
  EXPECT_THAT(study.normalised, Not(HasSubstr("tune_inhibition")));
}

TEST(StudyInhibition, TheNormalisedStudyHoldsTheSectionAndReadsBack) {
  const io::Study study = tuning({});
  EXPECT_THAT(study.normalised,
              AllOf(HasSubstr("tune_inhibition"), HasSubstr("parameter: J_i"),
                    HasSubstr("method: analytic"), HasSubstr("target_rate: 3.07")));
  EXPECT_EQ(test::parse(study.normalised).normalised, study.normalised);
}

TEST(StudyInhibition, MistakesAreNamedWithWhatIsAllowed) {
  const auto message = [](const std::string& override_text) {
    return test::message_of([&] { tuning({override_text}); });
  };
  EXPECT_THAT(message("tune_inhibition.parameter=J_N"),
              AllOf(HasSubstr("J_N"), HasSubstr("allowed: J_i")));
  EXPECT_THAT(message("tune_inhibition.window=1 ms"),
              AllOf(HasSubstr("tune_inhibition.window"), HasSubstr("0.7 ms or 1.4 ms")));
  EXPECT_THAT(message("tune_inhibition.window=0"), HasSubstr("allowed: > 0 ms"));
  EXPECT_THAT(message("tune_inhibition.transient=-1"), HasSubstr("allowed: >= 0 ms"));
  EXPECT_THAT(message("tune_inhibition.target_rate=3 mV"), HasSubstr("Hz"));
  EXPECT_THAT(message("tune_inhibition.iterations=0"), HasSubstr("allowed: 1 to 100000"));
  EXPECT_THAT(message("tune_inhibition.methd=numeric"), HasSubstr("did you mean 'method'?"));
  EXPECT_THAT(message("model.name=Linear"),
              AllOf(HasSubstr("resting.yml:"), HasSubstr("Linear has no inhibitory weight"),
                    HasSubstr("ReducedWongWangExcInh, DecoBalancedExcInh")));
}

TEST(StudyInhibition, WrittenNumbersReadBackBitForBit) {
  const std::vector<double> values{1.0 / 3.0, 0.0, 1e-300, 123456789.123456789};
  const std::string folder = std::filesystem::temp_directory_path() / "arcuate_numbers";
  std::filesystem::create_directories(folder);
  for (const char* ending : {"/w.csv", "/w.txt", "/w.npy"}) {
    io::write_numbers(values, folder + ending);
    EXPECT_EQ(io::read_numbers(folder + ending, values.size()), values) << ending;
  }
  EXPECT_THROW(io::write_numbers(values, folder + "/w.h5"), ConfigError);
  EXPECT_THROW(io::write_numbers(values, folder + "/none/w.csv"), EnvironmentError);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace arcuate
