#include "status.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

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

void Teller::write(const Status& status, const farm::Figures& figures, bool running) {
  file_.write({status.kind, "evaluations", status.finished, status.total, figures.wall,
               left(status, figures)},
              running,
              {{"failed", status.failed},
               {"best", number_json(status.best)},
               {"best_of", status.where},
               {"workers", figures.workers},
               {"busy", figures.busy},
               {"busy_share", number_json(figures.efficiency())}});
}

}  // namespace arcuate::search
