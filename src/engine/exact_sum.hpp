#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

/// Sums that do not depend on the order in which numbers are added: a number is cut into whole
/// multiples of 1, 2^-39 and 2^-78, which are added as integers. So ranks and threads add up what
/// they have, in any order, and get the same bits. Numbers between 2^-25 and 2^39 are added without
/// any error, smaller ones with an absolute error of 2^-79 each.
namespace arcuate::engine {

struct ExactSum {
  static constexpr int words = 4;  ///< three parts, and how many numbers could not be cut
  static constexpr double largest = 0x1p39;

  /// Adds x, one word after the other; at most 2^24 of them.
  static void add(double x, std::int64_t* word) {
    const bool fits = std::abs(x) < largest;  // not a number does not
    const double first = fits ? x : 0.0;
    const double whole = nearest(first);
    const double second = (first - whole) * 0x1p39;
    const double part = nearest(second);
    const double third = (second - part) * 0x1p39;
    word[0] += static_cast<std::int64_t>(whole);
    word[1] += static_cast<std::int64_t>(part);
    word[2] += static_cast<std::int64_t>(nearest(third));
    word[3] += fits ? 0 : 1;
  }

  /// Of `count` numbers; not a number when one of them could not be added.
  static double mean(const std::int64_t* word, double count) {
    if (word[3] != 0) return std::numeric_limits<double>::quiet_NaN();
    const double small =
        static_cast<double>(word[1]) * 0x1p-39 + static_cast<double>(word[2]) * 0x1p-78;
    return (static_cast<double>(word[0]) + small) / count;
  }

 private:
  static double nearest(double x) {  // |x| <= 2^39
    constexpr double shift = 0x1.8p52;
    return (x + shift) - shift;
  }
};

}  // namespace arcuate::engine
