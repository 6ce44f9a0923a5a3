#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "report/grid.hpp"
#include "report/parts.hpp"

namespace arcuate::report {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(EscapeHtml, LeavesNoMarkupAndKeepsUtf8) {
  EXPECT_EQ(escape_html("<b a=\"x\">&'caf\xC3\xA9'"),
            "&lt;b a=&quot;x&quot;&gt;&amp;&#39;caf\xC3\xA9&#39;");
}

TEST(EscapeHtml, ReplacesBytesThatAreNotUtf8) {
  const std::string unknown = "\xEF\xBF\xBD";
  EXPECT_EQ(escape_html("a\xFFz"), "a" + unknown + "z");
  EXPECT_EQ(escape_html("\xC0\xAF"), unknown + unknown) << "overlong";
  EXPECT_EQ(escape_html("\xED\xA0\x80"), unknown + unknown + unknown) << "surrogate";
  EXPECT_EQ(escape_html("\xF0\x9F\xA7\xA0"), "\xF0\x9F\xA7\xA0") << "four bytes";
  EXPECT_EQ(escape_html("\xE2\x82"), unknown + unknown) << "cut short";
}

TEST(HighlightYaml, MarksKeysNumbersTextsAndComments) {
  EXPECT_EQ(highlight_yaml("dt: 0.1 ms  # step"),
            "<span class=\"y-key\">dt</span>: <span class=\"y-number\">0.1</span> ms  "
            "<span class=\"y-comment\"># step</span>\n");
  EXPECT_EQ(
      highlight_yaml("a: '<x> #1'"),
      "<span class=\"y-key\">a</span>: <span class=\"y-text\">&#39;&lt;x&gt; #1&#39;</span>\n");
  EXPECT_EQ(highlight_yaml("a: \"open"),
            "<span class=\"y-key\">a</span>: <span class=\"y-text\">&quot;open</span>\n");
  EXPECT_EQ(highlight_yaml(""), "");
}

TEST(Pack, SixteenBitsLittleEndianInBase64) {
  // Levels 0, 65534, 32767, nothing: bytes 00 00 FE FF FF 7F FF FF.
  const std::vector<double> values{-1.0, 1.0, 0.0, nan};
  EXPECT_EQ(pack(values, {-1.0, 1.0}), "AAD+//9///8=");
  const std::vector<double> beyond{-7.0, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(pack(beyond, {-1.0, 1.0}), "AAD//w==");
  EXPECT_EQ(pack({}, {0.0, 1.0}), "");
}

TEST(Limits, AreFiniteAndNeverEmpty) {
  const std::vector<double> constant(10, 3.0);
  const Limits around = limits_of(constant, 0.01);
  EXPECT_LT(around.low, 3.0);
  EXPECT_GT(around.high, 3.0);
  const std::vector<double> none{nan, nan};
  EXPECT_EQ(limits_of(none, 0.0).low, 0.0);
  EXPECT_EQ(limits_of(none, 0.0).high, 1.0);
  const std::vector<double> zero{0.0};
  EXPECT_LT(limits_of(zero, 0.0).low, limits_of(zero, 0.0).high);
}

TEST(KeepExtremes, NoPeakIsLostAndTheirOrderIsKept) {
  std::vector<double> signal(1000, 0.0);
  signal[317] = 5.0;
  signal[318] = -4.0;
  const std::vector<double> kept = keep_extremes(signal, 100);
  ASSERT_EQ(kept.size(), 100U);
  // Sample 317 lies in piece 317 * 50 / 1000 = 15.
  EXPECT_EQ(kept[30], 5.0);
  EXPECT_EQ(kept[31], -4.0);
  EXPECT_EQ(keep_extremes(signal, 1000), signal);
}

TEST(AverageColumns, IgnoresWhatIsNotThere) {
  const Grid grid{2, 4, {1, 3, nan, nan, 2, 2, 4, nan}};
  const Grid small = average_columns(grid, 2);
  EXPECT_EQ(small.columns, 2U);
  EXPECT_EQ(small.values[0], 2.0);
  EXPECT_TRUE(std::isnan(small.values[1]));
  EXPECT_EQ(small.values[2], 2.0);
  EXPECT_EQ(small.values[3], 4.0);
}

}  // namespace
}  // namespace arcuate::report
