#pragma once

#include <algorithm>

namespace arcuate::farm {

/// How long who waits sleeps between two looks [s]: longer each time that it found nothing.
class Nap {
 public:
  [[nodiscard]] double next() {
    const double now = seconds_;
    seconds_ = std::min(longest, 1.5 * seconds_);
    return now;
  }
  void reset() { seconds_ = shortest; }

 private:
  static constexpr double shortest = 50e-6;
  static constexpr double longest = 1e-3;
  double seconds_ = shortest;
};

}  // namespace arcuate::farm
