#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace arcuate::app {
namespace {

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(bool on, Step steps, double dt_ms)
    : on_(on && isatty(fileno(stderr)) != 0), steps_(steps), dt_ms_(dt_ms) {}

Step Progress::chunk(int block) const {
  const Step hundredth = steps_ / 100 / block * block;
  return std::max<Step>(hundredth, block);
}

void Progress::show(Step now) {
  using namespace std::chrono_literals;
  const auto time = Clock::now();
  if (!on_ || (time - shown_ < 200ms && now < steps_)) return;
  shown_ = time;
  const double elapsed = std::chrono::duration<double>(time - start_).count();
  const double done = static_cast<double>(now) / static_cast<double>(steps_);
  const double simulated = static_cast<double>(now) * dt_ms_ / 1000.0;
  const std::string line =
      fmt::format("{:5.1f} %  {:.4g} s simulated, {:.3g} x real time, {} left", 100.0 * done,
                  simulated, simulated / elapsed, clock_time(elapsed * (1.0 - done) / done));
  std::fprintf(stderr, "\r%-78s", line.c_str());
  std::fflush(stderr);
}

void Progress::finish() {
  if (on_) std::fprintf(stderr, "\r%-78s\r", "");
}

}  // namespace arcuate::app
