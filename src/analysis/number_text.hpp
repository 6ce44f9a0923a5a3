#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace arcuate::analysis {

/// A number as messages have it: "59.04", "1e+300".
inline std::string number_text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

}  // namespace arcuate::analysis
