#include "run_status.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcuate/core/clock_time.hpp"
#include "arcuate/io/recorded_run.hpp"

namespace arcuate::app {
namespace {

using StatusJson = nlohmann::ordered_json;

/// A reader finds the old or the new file, never a part of one. That it cannot be written is no
/// reason to end a run.
void replace_status(const std::string& file, const StatusJson& json) {
  const std::string temporary = file + ".new";
  {
    std::ofstream out(temporary);
    out << json.dump(2, ' ', false, StatusJson::error_handler_t::replace) << '\n' << std::flush;
    if (!out) return;
  }
  std::error_code none;
  std::filesystem::rename(temporary, file, none);
}

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
  if (file_.empty()) return;
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
  if (file_.empty() || Clock::now() - told_ < 500ms) return;
  told_ = Clock::now();
  write(now);
}

void RunStatus::write(Step now) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - began_).count();
  StatusJson json{
      {"kind", "simulate"},    {"running", true},    {"updated", ::arcuate::clock_time()},
      {"process", ::getpid()}, {"steps", now},       {"of", steps_},
      {"dt_ms", dt_ms_},       {"seconds", elapsed}, {"seconds_left", nullptr}};
  if (now > first_)
    json["seconds_left"] =
        elapsed * static_cast<double>(steps_ - now) / static_cast<double>(now - first_);
  if (!recording_.empty()) {
    json["file"] = recording_;
    json["monitors"] = StatusJson::parse(monitors_);
  }
  replace_status(file_, json);
}

void RunStatus::end(const std::string& file) {
  if (file.empty()) return;
  std::ifstream in(file);
  StatusJson json = StatusJson::parse(in, nullptr, false);
  if (!json.is_object()) json = StatusJson{{"kind", "simulate"}};
  json["running"] = false;
  json["updated"] = ::arcuate::clock_time();
  json["seconds_left"] = 0.0;
  if (json.contains("of")) json["steps"] = json["of"];
  replace_status(file, json);
}

}  // namespace arcuate::app
