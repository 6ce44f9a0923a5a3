#include <gtest/gtest.h>

#include <random>

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
