#include "wall_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "arcuate/core/error.hpp"
#include "arcuate/run/launch.hpp"

namespace arcuate::app {
namespace {

/// [s] until SLURM ends the job.
std::optional<double> left_of_job() {
  const char* given = std::getenv("SLURM_JOB_END_TIME");
  if (given == nullptr || *given == 0) return std::nullopt;
  const std::string_view text(given);
  std::int64_t end = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), end);
  if (error != std::errc() || stop != text.data() + text.size())
    throw ConfigError(fmt::format(
        "SLURM_JOB_END_TIME={}: expected a time in seconds since 1970, as SLURM sets it", text));
  return static_cast<double>(end) - static_cast<double>(std::time(nullptr));
}

}  // namespace

std::optional<double> stops_after(const WallTime& wall_time) {
  constexpr double share_of_time = 0.99;
  const double most = 3600.0 * wall_time.most_hours;
  if (wall_time.before_end <= 0.0)
    return most > 0.0 ? std::optional(share_of_time * most) : std::nullopt;
  if (most > 0.0) {
    if (wall_time.before_end < most) return most - wall_time.before_end;
    throw ConfigError(
        fmt::format("checkpoint.before_end: {:.6g} s are no shorter than --maxh ({:.6g} s)",
                    wall_time.before_end, most));
  }
  if (const auto left = left_of_job()) return *left - wall_time.before_end;
  run::warn_of(
      {"checkpoint.before_end: when the time ends is not known, so the run does not stop before "
       "it: "
       "give --maxh (hours), or run it in a SLURM job, which sets SLURM_JOB_END_TIME"});
  return std::nullopt;
}

}  // namespace arcuate::app
