#include "app/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace arcuate::app {
namespace {

using namespace std::chrono_literals;
using Form = Progress::Form;

/// What a run of 1000 steps of 1 ms prints that is looked at every second for `seconds`.
std::string printed(Form form, int seconds) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  const Progress::Clock::time_point start{};
  Progress progress(form, 1000, 1.0, out, start);
  for (int s = 1; s <= seconds; ++s)
    progress.show(s, start + std::chrono::seconds(s));
  progress.finish();
  std::fclose(out);
  const std::string result(text, size);
  std::free(text);
  return result;
}

std::ptrdiff_t count(const std::string& text, char c) {
  return std::count(text.begin(), text.end(), c);
}

TEST(Progress, ALogGetsALineEveryMinuteAndNoneBefore) {
  EXPECT_EQ(printed(Form::log, 59), "");
  EXPECT_EQ(printed(Form::log, 60),
            "  6.0 %  0.06 s simulated, 0.001 x real time, 15:40 min left\n");
  EXPECT_EQ(count(printed(Form::log, 185), '\n'), 3);
  EXPECT_EQ(count(printed(Form::log, 185), '\r'), 0) << "nothing that only a terminal understands";
}

TEST(Progress, ATerminalGetsOneLineThatIsClearedAtTheEnd) {
  const std::string text = printed(Form::terminal, 3);
  EXPECT_EQ(count(text, '\n'), 0);
  EXPECT_EQ(count(text, '\r'), 3 + 2);
  EXPECT_EQ(text.back(), '\r');
}

TEST(Progress, QuietPrintsNothing) {
  EXPECT_EQ(Progress::form_here(true), Form::none);
  EXPECT_EQ(printed(Form::none, 1000), "");
}

TEST(Progress, LooksAtTheClockAboutTwiceASecondHoweverSlowTheRunIs) {
  const Progress::Clock::time_point start{};
  const Progress progress(Form::log, 100'000'000, 0.1, stderr, start);
  EXPECT_EQ(progress.chunk(0, 32, start), 64 * 32) << "nothing is known yet";
  // 1000 steps a second: 500 steps, in whole blocks of 32.
  EXPECT_EQ(progress.chunk(10'000, 32, start + 10s), 480);
  // A step a second: no less than a block.
  EXPECT_EQ(progress.chunk(32, 32, start + 32s), 32);
  // No more than a hundredth of the run.
  EXPECT_EQ(progress.chunk(50'000'000, 32, start + 1ms), 1'000'000 / 32 * 32);
}

}  // namespace
}  // namespace arcuate::app
