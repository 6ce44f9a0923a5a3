#include <gtest/gtest.h>

#include <random>

#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"
#include "study_support.hpp"

namespace arcuate::test {
namespace {

/// Changes, removes, repeats or inserts a few pieces of the text.
std::string mutate(std::string text, std::mt19937& random) {
  constexpr std::string_view pieces[] = {":",  "- ", "{",  "}", "[", "]",   "&a ",  "*a",    "'",
                                         "\"", "\n", "\t", "#", "~", "inf", "-1",   "1e400", "0x1",
                                         ".",  "|",  ">",  "!", "%", "---", "\xC3", "null"};
  const auto below = [&random](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const std::size_t changes = 1 + below(4);
  for (std::size_t i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(12);
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      default:
        text.insert(at, pieces[below(std::size(pieces))]);
    }
  }
  return text;
}

TEST(StudyFuzz, MutatedStudiesAreReadOrRefusedWithOneLine) {
  std::mt19937 random(20240607);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = mutate(std::string(good_study), random);
    const std::string message = message_of([&text] { io::resolve(parse(text), regions(12)); });
    if (message.empty()) continue;
    ++refused;
    EXPECT_NE(message.find("resting.yml"), std::string::npos) << message << "\n" << text;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 2000);
}

/// Sections of searches with what they may hold, but for files.
constexpr std::string_view searches = R"(sweep:
  coupling.gain: { linspace: [0, 1, 3] }
  duration: [10 s, 12 s]
  zip: { connectome.speed: [2, 3], model: { initial: { V: [[-2, -1], -2] } } }
  repeats: 2
  each: [simulate]
fit:
  vary:
    noise.V.sigma: { log: [1e-3, 1], start: 0.1, prior: { lognormal: [0, 1] } }
    model.parameters.J: { groups: { a: [0-5] }, bounds: [10, 20], others: 15 }
    $x: { integer: [1, 3] }
    coupling.gain: { expression: "0.1 * $x + noise.V.sigma" }
    connectome.normalize: { choices: [max, none] }
  minimise: [{ loss: fc_corr, source: raw, target: none.csv }]
  budget: 10
)";

TEST(StudyFuzz, MutatedSectionsAreReadOrRefusedWithOneLine) {
  std::mt19937 random(20240611);
  const network::Connectome connectome = regions(12);
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::string(good_study).append(mutate(std::string(searches), random));
    const std::string message = message_of([&] {
      const io::Study study = parse(text);
      if (io::has_fit(study) && i % 2 == 0) static_cast<void>(io::fit_of(study, &connectome));
      if (io::has_sweep(study)) static_cast<void>(io::sweep_of(study).cells(0));
    });
    const bool marked = message.find("expression: ") != std::string::npos;  // below the text
    EXPECT_EQ(message.find('\n') == std::string::npos,
              !marked || message.find('^') == std::string::npos)
        << message;
    if (!message.empty()) {
      EXPECT_NE(message.find("resting.yml"), std::string::npos) << message;
    }
  }
}

TEST(StudyFuzz, MutatedOverridesAreReadOrRefused) {
  std::mt19937 random(20240608);
  for (int i = 0; i < 1000; ++i) {
    const std::string text = mutate("monitors.0.period=2 ms", random);
    const std::string message = message_of([&text] { parse(good_study, {text}); });
    EXPECT_EQ(message.find("resting.yml:0"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace arcuate::test
