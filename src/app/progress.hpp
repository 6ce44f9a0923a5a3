#pragma once

#include <chrono>
#include <cstdio>

#include "arcuate/core/types.hpp"

namespace arcuate::app {

/// How far a run is: percent, simulated over real time and the time left. On a terminal one line
/// that is written over; elsewhere (a log) a line of its own every minute.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Form { none, terminal, log };

  /// first: where the run begins or goes on. [steps]
  Progress(Form form, Step steps, double dt_ms, std::FILE* out, Clock::time_point start,
           Step first = 0);
  void show(Step now, Clock::time_point time);
  void finish();
  /// Steps until the next look at the clock: a multiple of `block`, at most a hundredth of the run
  /// and about as many as half a second takes. Depends on the clock, so ranks must agree on it.
  [[nodiscard]] Step chunk(Step now, int block, Clock::time_point time) const;

  /// Of standard error, and of `--quiet`.
  static Form form_here(bool quiet);

 private:
  Form form_;
  Step steps_;
  double dt_ms_;
  std::FILE* out_;
  Clock::time_point start_;
  Step first_;
  Clock::time_point shown_ = start_;
};

}  // namespace arcuate::app
