#include "status.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcuate/core/clock_time.hpp"
#include "json.hpp"

namespace arcuate::search {
namespace {

/// [s] until all is done, at the pace so far; NaN where that is not known.
double left(const Status& status, const farm::Figures& figures) {
  const auto done = static_cast<double>(status.finished - status.before);
  if (done <= 0.0) return std::numeric_limits<double>::quiet_NaN();
  return figures.wall / done * static_cast<double>(status.total - status.finished);
}

std::string duration(double seconds) {
  if (std::isnan(seconds)) return "?";
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

std::string line_of(const Status& status, const farm::Figures& figures) {
  std::string line = fmt::format("{} of {}", status.finished, status.total);
  if (status.failed > 0) line += fmt::format(", {} failed", status.failed);
  if (std::isfinite(status.best))
    line += fmt::format(", best {:.6g} ({})", status.best, status.where);
  return line + fmt::format(", {}/{} busy, {} left", figures.busy, figures.workers,
                            duration(left(status, figures)));
}

}  // namespace

Teller::Teller(std::string file, bool quiet)
    : file_(std::move(file)), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Teller::tell(const Status& status, const farm::Figures& figures) {
  using namespace std::chrono_literals;
  const auto now = Clock::now();
  if (now - written_ >= 2s) {
    written_ = now;
    write(status, figures, true);
  }
  if (quiet_) return;
  if (terminal_) {
    std::fprintf(stderr, "\r%-78s", line_of(status, figures).c_str());
  } else if (now - logged_ >= 60s) {
    logged_ = now;
    std::fprintf(stderr, "%s\n", line_of(status, figures).c_str());
  }
  std::fflush(stderr);
}

void Teller::finish(const Status& status, const farm::Figures& figures) {
  if (terminal_ && !quiet_) std::fprintf(stderr, "\r%-78s\r", "");
  write(status, figures, false);
}

/// A reader finds the old or the new file, never a part of one. That it cannot be written is no
/// reason to end a job.
void Teller::write(const Status& status, const farm::Figures& figures, bool running) {
  if (file_.empty()) return;
  const nlohmann::ordered_json json{{"kind", status.kind},
                                    {"running", running},
                                    {"updated", clock_time()},
                                    {"process", ::getpid()},
                                    {"evaluations", status.finished},
                                    {"of", status.total},
                                    {"failed", status.failed},
                                    {"best", number_json(status.best)},
                                    {"best_of", status.where},
                                    {"workers", figures.workers},
                                    {"busy", figures.busy},
                                    {"busy_share", number_json(figures.efficiency())},
                                    {"seconds", number_json(figures.wall)},
                                    {"seconds_left", number_json(left(status, figures))}};
  const std::string temporary = file_ + ".new";
  {
    std::ofstream out(temporary);
    out << json.dump(2) << '\n';
    if (!out) return;
  }
  std::error_code none;
  std::filesystem::rename(temporary, file_, none);
}

}  // namespace arcuate::search
