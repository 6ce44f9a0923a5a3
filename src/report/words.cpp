#include "words.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

#include "parts.hpp"

namespace arcuate::report {

std::string with_prefix(double value) {
  static constexpr const char* prefixes[] = {"", "k", "M", "G", "T", "P"};
  std::size_t k = 0;
  while (value >= 999.5 && k + 1 < std::size(prefixes)) {
    value /= 1000.0;
    ++k;
  }
  const std::string digits = value >= 100.0 || value == std::floor(value)
                                 ? fmt::format("{:.0f}", value)
                                 : fmt::format("{:.3g}", value);
  return k == 0 ? digits : digits + " " + prefixes[k];
}

std::string bytes(double value) {
  return with_prefix(value) + (value >= 999.5 ? "B" : " B");
}

std::pair<std::string, std::string> readable(double seconds) {
  if (seconds < 120.0) return {fmt::format("{:.3g}", seconds), "s"};
  if (seconds < 7200.0) return {fmt::format("{:.3g}", seconds / 60.0), "min"};
  return {fmt::format("{:.1f}", seconds / 3600.0), "h"};
}

std::string grouped(std::int64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, "\xE2\x80\x89");
  }
  return text;
}

std::string squared(const std::string& unit) {
  return unit == "1" || unit.empty() ? "1" : "(" + unit + ")\u00b2";
}

std::string typeset_unit(const std::string& unit) {
  static constexpr std::array<std::string_view, 10> raised{"\u2070", "\u00b9", "\u00b2", "\u00b3",
                                                           "\u2074", "\u2075", "\u2076", "\u2077",
                                                           "\u2078", "\u2079"};
  std::string text;
  bool up = false;
  for (const char c : unit) {
    const bool digit = c >= '0' && c <= '9';
    if (c == '^') {
      up = true;
    } else if (up && digit) {
      text += raised[static_cast<std::size_t>(c - '0')];
    } else if (up && c == '-') {
      text += "\u207b";
    } else {
      up = false;
      text += c;
    }
  }
  return text;
}

std::string tile(const std::string& number, const std::string& unit, const std::string& meaning) {
  return "<div class=\"tile\"><b>" + escape_html(number) +
         (unit.empty() ? "" : "<small>" + escape_html(unit) + "</small>") + "</b><span>" +
         escape_html(meaning) + "</span></div>";
}

}  // namespace arcuate::report
