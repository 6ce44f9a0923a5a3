#include "status_file.hpp"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcuate/core/clock_time.hpp"

namespace arcuate::io {
namespace {

using StatusJson = nlohmann::ordered_json;

StatusJson seconds_json(double seconds) {
  return std::isfinite(seconds) ? StatusJson(seconds) : StatusJson();
}

}  // namespace

void StatusFile::write(const Progress& progress, bool running, const StatusJson& more) const {
  if (!is_wanted()) return;
  StatusJson json{{"format", "arcuate status 1"},
                  {"kind", progress.kind},
                  {"running", running},
                  {"updated", clock_time()},
                  {"process", ::getpid()},
                  {"unit", progress.unit},
                  {"done", progress.done},
                  {"of", progress.of},
                  {"seconds", seconds_json(progress.seconds)},
                  {"seconds_left", seconds_json(progress.seconds_left)}};
  json[progress.unit] = progress.done;
  json.update(more);
  replace(json);
}

void StatusFile::end(const std::string& kind) const {
  if (!is_wanted()) return;
  std::ifstream in(path_);
  StatusJson json = StatusJson::parse(in, nullptr, false);
  if (!json.is_object() || !json.contains("unit") || !json["unit"].is_string())
    return write({kind, "steps", 0, 0, 0.0, 0.0}, false, StatusJson::object());
  json["running"] = false;
  json["updated"] = clock_time();
  json["seconds_left"] = 0.0;
  json["done"] = json["of"];
  json[json["unit"].get<std::string>()] = json["of"];
  replace(json);
}

void StatusFile::replace(const StatusJson& json) const {
  const std::string temporary = path_ + ".new";
  {
    std::ofstream out(temporary);
    out << json.dump(2, ' ', false, StatusJson::error_handler_t::replace) << '\n' << std::flush;
    if (!out) return;
  }
  std::error_code none;
  std::filesystem::rename(temporary, path_, none);
}

}  // namespace arcuate::io
