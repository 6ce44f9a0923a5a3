#include "run_status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "arcuate/io/recorded_run.hpp"

namespace arcuate::app {
namespace {

using StatusJson = nlohmann::ordered_json;

/// Where the samples of a monitor are, and a few columns that are worth to be looked at.
StatusJson place_json(const monitor::SeriesInfo& series, std::int64_t place, io::Storage storage) {
  constexpr std::size_t most = 8;
  const std::vector<std::size_t> shown = io::spread(series.column_labels.size(), most);
  StatusJson labels = StatusJson::array();
  for (const std::size_t column : shown)
    labels.push_back(series.column_labels[column]);
  return {{"name", series.name},
          {"variable", series.variables.empty() ? "" : series.variables.front()},
          {"unit", series.units.empty() ? "" : series.units.front()},
          {"place", place},
          {"width", io::bytes_of(storage)},
          {"row", series.variables.size() * series.column_labels.size()},
          {"samples", series.samples},
          {"first_time", series.first_time},
          {"period", series.period},
          {"shown", shown},
          {"labels", labels}};
}

}  // namespace

RunStatus::RunStatus(std::string file, Step steps, double dt_ms, Step first)
    : file_(std::move(file)), steps_(steps), dt_ms_(dt_ms), first_(first) {}

void RunStatus::records(const io::RecordingWriter& recording,
                        const std::vector<monitor::SeriesInfo>& series, io::Storage storage) {
  if (!file_.is_wanted()) return;
  StatusJson monitors = StatusJson::array();
  const std::vector<std::int64_t> places = recording.places();
  for (std::size_t k = 0; k < series.size(); ++k) {
    if (series[k].recorded && series[k].samples > 0)
      monitors.push_back(place_json(series[k], places[k], storage));
  }
  monitors_ = monitors.dump(-1, ' ', false, StatusJson::error_handler_t::replace);
  recording_ = recording.temporary();
}

void RunStatus::tell(Step now) {
  using namespace std::chrono_literals;
  if (!file_.is_wanted() || Clock::now() - told_ < 500ms) return;
  told_ = Clock::now();
  write(now);
}

void RunStatus::write(Step now) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - began_).count();
  io::Progress progress{"simulate", "steps", now, steps_, elapsed};
  if (now > first_)
    progress.seconds_left =
        elapsed * static_cast<double>(steps_ - now) / static_cast<double>(now - first_);
  StatusJson more{{"dt_ms", dt_ms_}};
  if (!recording_.empty()) {
    more["file"] = recording_;
    more["monitors"] = StatusJson::parse(monitors_);
  }
  file_.write(progress, true, more);
}

}  // namespace arcuate::app
