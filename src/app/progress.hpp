#pragma once

#include <chrono>

#include "arcuate/core/types.hpp"

namespace arcuate::app {

/// One line on a terminal that tells percent, simulated over real time and the time left; silent elsewhere.
class Progress {
 public:
  Progress(bool on, Step steps, double dt_ms);
  void show(Step now);
  void finish();
  /// Steps between two looks at the clock: a multiple of `block`, about a hundredth of the run.
  [[nodiscard]] Step chunk(int block) const;

 private:
  using Clock = std::chrono::steady_clock;
  bool on_;
  Step steps_;
  double dt_ms_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
};

}  // namespace arcuate::app
