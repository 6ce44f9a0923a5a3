#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace arcuate::app {
namespace {

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

double seconds(Progress::Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Progress::Form Progress::form_here(bool quiet) {
  if (quiet) return Form::none;
  return isatty(fileno(stderr)) != 0 ? Form::terminal : Form::log;
}

Progress::Progress(Form form, Step steps, double dt_ms, std::FILE* out, Clock::time_point start,
                   Step first)
    : form_(form), steps_(steps), dt_ms_(dt_ms), out_(out), start_(start), first_(first) {}

Step Progress::chunk(Step now, int block, Clock::time_point time) const {
  const Step most = std::max<Step>(steps_ / 100 / block * block, block);
  const double elapsed = seconds(time - start_);
  if (now == first_ || elapsed <= 0.0) return std::min<Step>(most, Step{64} * block);
  const double wanted = 0.5 / elapsed * static_cast<double>(now - first_);
  if (wanted >= static_cast<double>(most)) return most;
  return std::max<Step>(static_cast<Step>(wanted) / block * block, block);
}

void Progress::show(Step now, Clock::time_point time) {
  using namespace std::chrono_literals;
  if (form_ == Form::none) return;
  const bool last = now >= steps_;
  // The summary at the end of a run is the last line of a log.
  if (form_ == Form::log ? last || time - shown_ < 60s : !last && time - shown_ < 200ms) return;
  shown_ = time;
  const double elapsed = seconds(time - start_);
  const double done = static_cast<double>(now) / static_cast<double>(steps_);
  const double simulated = static_cast<double>(now) * dt_ms_ / 1000.0;
  const auto here = static_cast<double>(now - first_);
  const double left = elapsed * static_cast<double>(steps_ - now) / std::max(here, 1.0);
  const std::string line =
      fmt::format("{:5.1f} %  {:.4g} s simulated, {:.3g} x real time, {} left", 100.0 * done,
                  simulated, here * dt_ms_ / 1000.0 / elapsed, clock_time(left));
  if (form_ == Form::log) {
    std::fprintf(out_, "%s\n", line.c_str());
  } else {
    std::fprintf(out_, "\r%-78s", line.c_str());
  }
  std::fflush(out_);
}

void Progress::finish() {
  if (form_ == Form::terminal) std::fprintf(out_, "\r%-78s\r", "");
}

}  // namespace arcuate::app
