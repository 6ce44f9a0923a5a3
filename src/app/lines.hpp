#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

namespace arcuate::app {

/// What `check` and `plan` print: a word and what is to be said of it.
inline void line(std::string_view what, const std::string& text) {
  std::cout << fmt::format("{:<13}{}\n", what, text);
}

inline std::string bytes(double count) {
  if (count < 1e3) return fmt::format("{:.0f} B", count);
  if (count < 1e6) return fmt::format("{:.1f} kB", count / 1e3);
  if (count < 1e9) return fmt::format("{:.1f} MB", count / 1e6);
  return fmt::format("{:.2f} GB", count / 1e9);
}
inline std::string bytes(std::int64_t count) {
  return bytes(static_cast<double>(count));
}

/// 0: the time is not known.
inline std::string time_text(double seconds) {
  if (seconds <= 0.0) return "unknown";
  if (seconds < 1.0) return fmt::format("{:.0f} ms", 1e3 * seconds);
  if (seconds < 120.0) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200.0) return fmt::format("{:.1f} min", seconds / 60.0);
  return fmt::format("{:.1f} h", seconds / 3600.0);
}

}  // namespace arcuate::app
