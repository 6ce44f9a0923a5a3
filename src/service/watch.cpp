#include "watch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "commands.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_points = 400, most_traces = 8;

/// Where the samples of a monitor lie in a recording, as the program's status says.
struct Place {
  std::string name, variable, unit;
  std::int64_t begin = 0;          ///< [bytes]
  std::size_t width = 8;           ///< [bytes] of a number
  std::size_t row = 0;             ///< [numbers] of a sample
  std::size_t samples = 0;         ///< of the whole run
  std::vector<std::size_t> shown;  ///< columns
  Json labels;                     ///< of those
  double first_time = 0.0, period = 0.0;
};

Place place_of(const Json& json) {
  Place place;
  place.name = json.at("name");
  place.variable = json.at("variable");
  place.unit = json.at("unit");
  place.begin = json.at("place");
  place.width = json.at("width");
  place.row = json.at("row");
  place.samples = json.at("samples");
  place.shown = json.at("shown").get<std::vector<std::size_t>>();
  place.labels = json.at("labels");
  place.first_time = json.at("first_time");
  place.period = json.at("period");
  return place;
}

/// A recording that is being written, read beside HDF5 and its locks.
class Samples {
 public:
  explicit Samples(const std::string& path)
      : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
  ~Samples() {
    if (file_ >= 0) ::close(file_);
  }
  Samples(const Samples&) = delete;
  Samples& operator=(const Samples&) = delete;
  [[nodiscard]] bool is_open() const { return file_ >= 0; }

  /// The shown columns of one sample; empty: nothing has been written there.
  [[nodiscard]] std::vector<double> row(const Place& place, std::size_t sample) const {
    std::vector<char> bytes(place.row * place.width);
    const auto at =
        static_cast<off_t>(place.begin) + static_cast<off_t>(sample * place.row * place.width);
    if (::pread(file_, bytes.data(), bytes.size(), at) != static_cast<ssize_t>(bytes.size()))
      return {};
    if (std::all_of(bytes.begin(), bytes.end(), [](char one) { return one == 0; })) return {};
    std::vector<double> values;
    for (const std::size_t column : place.shown)
      values.push_back(number(bytes, place.width, column));
    return values;
  }

 private:
  static double number(const std::vector<char>& bytes, std::size_t width, std::size_t column) {
    if (width == sizeof(float)) {
      float value = 0.0F;
      std::memcpy(&value, bytes.data() + column * width, sizeof value);
      return static_cast<double>(value);
    }
    double value = 0.0;
    std::memcpy(&value, bytes.data() + column * width, sizeof value);
    return value;
  }
  int file_;
};

/// Whether a status of another make, or a damaged one, would lead astray.
bool is_sound(const Place& place) {
  constexpr std::size_t longest_row = 1U << 24U;
  return (place.width == 4 || place.width == 8) && place.row > 0 && place.row <= longest_row &&
         place.begin >= 0 && place.shown.size() <= most_traces &&
         std::all_of(place.shown.begin(), place.shown.end(),
                     [&](std::size_t column) { return column < place.row; });
}

Json finite(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

}  // namespace

Json files_json(const std::string& folder) {
  Json files = Json::array();
  std::error_code none;
  constexpr std::size_t most = 2000;
  std::vector<std::pair<std::string, std::uintmax_t>> all;
  for (fs::recursive_directory_iterator one(folder, none), end; !none && one != end;
       one.increment(none)) {
    if (one->is_symlink(none) || !one->is_regular_file(none)) continue;
    const std::string name = fs::relative(one->path(), folder, none).string();
    if (name.ends_with(".arcuate-claim") || all.size() >= most) continue;
    all.emplace_back(name, one->file_size(none));
  }
  std::sort(all.begin(), all.end());
  for (const auto& [name, size] : all)
    files.push_back({{"name", name}, {"size", size}});
  return files;
}

Watcher::Watcher(const Keeper& keeper, std::string id, const std::string& last,
                 std::function<Json(const Job&)> describe)
    : keeper_(keeper), id_(std::move(id)), describe_(std::move(describe)) {
  // "journal;monitor=samples;...": what this client has seen.
  constexpr std::size_t longest = 4096;
  if (last.size() > longest) return;
  std::istringstream words(last);
  std::string word;
  if (!std::getline(words, word, ';') || word.size() > 15 ||
      word.find_first_not_of("0123456789") != std::string::npos || word.empty())
    return;
  journal_ = std::stoll(word);
  while (std::getline(words, word, ';')) {
    const std::size_t at = word.rfind('=');
    const std::string count = at == std::string::npos ? "" : word.substr(at + 1);
    if (count.empty() || count.size() > 15 ||
        count.find_first_not_of("0123456789") != std::string::npos)
      continue;
    traces_[word.substr(0, at)] = std::stoull(count);
  }
}

std::string Watcher::place() const {
  std::string text = std::to_string(journal_);
  for (const auto& [name, samples] : traces_)
    text += fmt::format(";{}={}", name, samples);
  return text;
}

bool Watcher::send(const http::Write& write, const char* event, const Json& data) {
  last_ = Clock::now();
  const std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  return write(fmt::format("id: {}\nevent: {}\ndata: {}\n\n", place(), event, text));
}

bool Watcher::tell(const http::Write& write) {
  using namespace std::chrono_literals;
  if (begun_) std::this_thread::sleep_for(500ms);
  begun_ = true;
  const auto job = keeper_.find(id_);
  if (!job) return false;
  const Json status = job->state == "queued" ? Json() : read_status(*job, keeper_.folder_of(id_));
  const std::string state = job->state + job->message + job->started;
  if (state != state_) {
    state_ = state;
    if (!has_ended(*job) && !send(write, "state", describe_(*job))) return false;
  }
  bool here = true;
  try {
    here = tell_progress(write, *job, status) &&
           (job->verb == "simulate" ? tell_traces(write, *job, status)
                                    : tell_search(write, status) && tell_losses(write, *job));
  } catch (const Json::exception&) {
    // A status of another version: there is less to see.
  }
  if (!here) return false;
  if (has_ended(*job)) {
    send(write, "state", describe_(*job));
    return false;
  }
  if (Clock::now() - last_ < 15s) return true;
  last_ = Clock::now();
  return write("event: ping\ndata: {}\n\n");
}

bool Watcher::tell_progress(const http::Write& write, const Job& job, const Json& status) {
  if (!status.is_object()) return true;
  Json json{{"fraction", progress_of(job, status)}};
  if (job.verb == "simulate") {
    const double dt = status.value("dt_ms", 0.0) / 1000.0;
    json["simulated"] = status.value("done", 0.0) * dt;
    json["duration"] = status.value("of", 0.0) * dt;
  } else {
    json["evaluations"] = status.at("done");
    json["of"] = status.at("of");
    json["failed"] = status.at("failed");
    json["best"] = status.at("best");
  }
  json["remaining"] = status.at("seconds_left");
  const std::string text = json.dump();
  if (text == progress_) return true;
  progress_ = text;
  return send(write, "progress", json);
}

/// Samples after those that were told, thinned. A row of zeros has not been written yet; where
/// later ones have been, it is one.
bool Watcher::tell_traces(const http::Write& write, const Job& job, const Json& status) {
  if (!status.is_object() || !status.contains("monitors")) return true;
  const std::string file =
      keeper_.files_of(id_) + "/" +
      (job.state == "done" ? job.output : fs::path(status.value("file", "")).filename().string());
  const Samples samples(file);
  if (!samples.is_open()) return true;
  for (const Json& one : status["monitors"]) {
    const Place place = place_of(one);
    if (!is_sound(place)) continue;
    std::size_t& told = traces_[place.name];
    const double now = status.value("done", 0.0) * status.value("dt_ms", 0.0) / 1000.0;
    const double there = std::floor((now - place.first_time) / place.period + 1e-6) + 1.0;
    const std::size_t end =
        has_ended(job) && job.state == "done"
            ? place.samples
            : std::min(place.samples, static_cast<std::size_t>(std::max(0.0, there)));
    if (end <= told) continue;
    const std::size_t step = std::max<std::size_t>(1, (end - told + most_points - 1) / most_points);
    Json times = Json::array(), values = Json::array();
    for (std::size_t k = 0; k < place.shown.size(); ++k)
      values.push_back(Json::array());
    std::size_t next = told;
    const auto [waits, fresh] = waited_.emplace(place.name, Clock::now());
    const bool patient = Clock::now() - waits->second < std::chrono::seconds(5);
    for (std::size_t sample = told; sample < end; sample += step) {
      const std::vector<double> row = samples.row(place, sample);
      if (row.empty() && patient && job.state != "done") break;
      times.push_back(place.first_time + static_cast<double>(sample) * place.period);
      for (std::size_t k = 0; k < place.shown.size(); ++k)
        values[k].push_back(row.empty() ? Json(0.0) : finite(row[k]));
      next = std::min(end, sample + step);
    }
    if (next == told) continue;
    told = next;
    waited_.erase(place.name);
    if (!send(write, "trace",
              {{"monitor", place.name},
               {"variable", place.variable},
               {"unit", place.unit},
               {"time", times},
               {"labels", place.labels},
               {"values", values}}))
      return false;
  }
  return true;
}

bool Watcher::tell_search(const http::Write& write, const Json& status) {
  if (!status.is_object()) return true;
  const int all = status.value("workers", 0), busy = status.value("busy", 0);
  Json workers = Json::array();
  constexpr int most = 1024;
  for (int k = 0; k < std::min(all, most); ++k)
    workers.push_back({{"worker", k}, {"state", k < busy ? "busy" : "idle"}});
  const std::string text = workers.dump();
  if (text == workers_) return true;
  workers_ = text;
  return send(write, "workers", workers);
}

/// The whole lines of a journal that are new: a checksum, a space, JSON.
bool Watcher::tell_losses(const http::Write& write, const Job& job) {
  std::ifstream file(keeper_.files_of(id_) + "/" + job.output + "/journal", std::ios::binary);
  file.seekg(journal_);
  constexpr std::size_t most_at_once = 2000;
  std::size_t count = 0;
  for (std::string line; count < most_at_once && std::getline(file, line) && !file.eof(); ++count) {
    journal_ += static_cast<std::streamoff>(line.size()) + 1;
    const std::size_t at = line.find(' ');
    if (at == std::string::npos) continue;
    const Json record =
        Json::parse(line.begin() + static_cast<std::ptrdiff_t>(at) + 1, line.end(), nullptr, false);
    if (!record.is_object()) continue;
    if (record.contains("ask") && record.contains("island"))
      islands_[record.at("ask").get<std::int64_t>()] = record.at("island").get<std::int64_t>();
    if (!record.contains("id")) continue;
    ++losses_;
    if (!record.contains("terms") && job.verb != "fit") continue;
    double sum = 0.0;
    bool known = record.contains("terms");
    for (const Json& term : record.value("terms", Json::array())) {
      known = known && term.at("loss").is_number();
      if (known) sum += term.at("loss").get<double>() * term.at("weight").get<double>();
    }
    if (known && (!has_best_ || sum < best_)) {
      best_ = sum;
      has_best_ = true;
    }
    const std::int64_t candidate = record.value("candidate", std::int64_t{0});
    Json event{{"evaluation", losses_},
               {"loss", known ? Json(sum) : Json()},
               {"best", has_best_ ? Json(best_) : Json()},
               {"candidate", candidate}};
    if (const auto island = islands_.find(candidate); island != islands_.end())
      event["island"] = island->second;
    if (!send(write, "loss", event)) return false;
  }
  return true;
}

}  // namespace arcuate::service
