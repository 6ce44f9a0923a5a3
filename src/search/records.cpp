#include "records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/candidate.hpp"
#include "arcuate/io/spike_log.hpp"
#include "arcuate/io/study.hpp"
#include "json.hpp"
#include "saved.hpp"

namespace arcuate::search {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string text_of(const JobHeader& header) {
  return line(Json{{"kind", header.kind},
                   {"study", header.study},
                   {"text", header.text},
                   {"path", header.path},
                   {"overrides", header.overrides},
                   {"inputs", header.inputs},
                   {"version", std::string(version())}});
}

JobHeader header_of(const std::string& text, const std::string& path) {
  try {
    const Json json = Json::parse(text);
    return {json.at("kind"), json.at("study"),     json.at("text"),
            json.at("path"), json.at("overrides"), json.at("inputs")};
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{}:1: is no journal of a sweep or a fit: {}", path, error.what()));
  }
}

/// What differs, in words.
std::vector<std::string> changes_between(const JobHeader& there, const JobHeader& wanted) {
  std::vector<std::string> changes = io::study_differences(there.study, wanted.study);
  const std::map<std::string, std::string> before(there.inputs.begin(), there.inputs.end());
  for (const auto& [file, sum] : wanted.inputs) {
    const auto found = before.find(file);
    if (found != before.end() && found->second != sum)
      changes.push_back(fmt::format("the contents of {} are others", file));
  }
  return changes;
}

void require_same(const JobHeader& there, const JobHeader& wanted, const std::string& path) {
  if (there.kind != wanted.kind)
    throw ConfigError(
        fmt::format("{}: is the journal of a {}, not of a {}", path, there.kind, wanted.kind));
  std::vector<std::string> changes = changes_between(there, wanted);
  if (changes.empty()) return;
  constexpr std::size_t most = 8;
  const std::size_t more = changes.size() > most ? changes.size() - most : 0;
  changes.resize(changes.size() - more);
  throw ConfigError(
      fmt::format("{}: is of another study: {}{}; change it back, or --overwrite begins anew", path,
                  fmt::join(changes, "; "), more > 0 ? fmt::format("; and {} more", more) : ""));
}

/// Lines "ID SESSION SIGNAL", one for each process that ended.
std::map<std::uint64_t, Records::Crash> crashes_in(const std::string& path) {
  std::map<std::uint64_t, Records::Crash> crashes;
  std::set<std::pair<std::uint64_t, std::string>> seen;
  std::ifstream in(path);
  std::uint64_t id = 0;
  std::string session;
  for (int signal = 0; in >> id >> session >> signal;) {
    Records::Crash& one = crashes[id];
    one.signal = signal;
    if (seen.emplace(id, session).second) ++one.times;
  }
  return crashes;
}

/// Names that candidates' recordings have: a number of six digits or more, then what they are of.
bool is_recording(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.ends_with(".h5") && name.find_first_not_of("0123456789") >= 6;
}

}  // namespace

void remove_states(const JobPaths& paths) {
  std::error_code none;
  std::vector<std::string> all;
  for (fs::directory_iterator one(paths.states, none), end; !none && one != end;
       one.increment(none)) {
    const std::string file = one->path().string();
    const std::size_t at =
        std::min(file.rfind(".checkpoint"), file.rfind(io::SpikeLog::name_for("")));
    if (at != std::string::npos) all.push_back(file.substr(0, at));
  }
  for (const std::string& file : all)
    discard_state(file);
  fs::remove(paths.states, none);  // where nothing else is in it
}

namespace {

/// What an earlier job left, so that its results do not stand beside those of an unfinished one.
void remove_results(const JobPaths& paths) {
  std::error_code none;
  for (const std::string& file : {paths.values, paths.table, paths.csv, paths.means, paths.status,
                                  paths.crashes, paths.best, paths.best_recording})
    fs::remove(file, none);
  remove_states(paths);
  std::vector<fs::path> recordings;
  for (fs::directory_iterator one(paths.recordings, none), end; !none && one != end;
       one.increment(none)) {
    if (is_recording(one->path())) recordings.push_back(one->path());
  }
  for (const fs::path& file : recordings)
    fs::remove(file, none);
}

/// Files with the names of a job's results that belong to none.
void require_no_results(const JobPaths& paths) {
  for (const std::string& file :
       {paths.values, paths.table, paths.csv, paths.means, paths.best, paths.best_recording}) {
    std::error_code none;
    if (fs::exists(file, none))
      throw ConfigError(file +
                        ": is there already, and no job has left it: no journal is beside it "
                        "(allowed: --overwrite replaces it, -o another folder)");
  }
}

void make_folder(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed || !fs::is_directory(folder))
    throw EnvironmentError(
        fmt::format("{}: cannot be made: {}", folder, failed ? failed.message() : "is a file"));
}

}  // namespace

std::string line_of(const Record& record, const RecordName& name) {
  Json json{{"id", record.id},
            {"candidate", name.candidate},
            {"condition", name.condition},
            {"repeat", name.repeat},
            {"verification", name.verification},
            {"ending", core::word_of(record.ending)},
            {"seconds", record.seconds},
            {"worker", record.worker}};
  if (std::isfinite(record.start)) json["start"] = record.start;
  if (!record.reason.empty()) json["reason"] = record.reason;
  if (!record.recording.empty()) json["recording"] = record.recording;
  for (const TermValue& term : record.terms)
    json["terms"].push_back({{"name", term.name},
                             {"value", number_json(term.value)},
                             {"loss", number_json(term.loss)},
                             {"weight", term.weight}});
  if (record.features)
    json["piece"] = {record.features->offset, record.features->size, record.features->checksum};
  return line(json);
}

Record record_of(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    Record record;
    record.id = json.at("id");
    const std::string word = json.at("ending");
    for (const auto& name : core::Names<farm::Ending>::table) {
      if (name.word == word) record.ending = name.value;
    }
    record.seconds = json.at("seconds");
    record.worker = json.at("worker");
    record.start = json.value("start", record.start);
    record.reason = json.value("reason", "");
    record.recording = json.value("recording", "");
    for (const Json& term : json.value("terms", Json::array()))
      record.terms.push_back({term.at("name"), number_of_json(term.at("value")),
                              number_of_json(term.at("loss")), term.at("weight")});
    if (json.contains("piece")) {
      const Json& piece = json.at("piece");
      record.features = io::Piece{piece.at(0), piece.at(1), piece.at(2)};
    }
    return record;
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("journal: a line is not understood: {}", error.what()));
  }
}

JobPaths::JobPaths(const JobOptions& options, const char* verb)
    : JobPaths(options.folder.empty() ? fs::path(options.study).stem().string() + "." + verb
                                      : options.folder) {}

JobPaths::JobPaths(std::string where) : folder(std::move(where)) {
  const auto in = [this](const char* name) { return (fs::path(folder) / name).string(); };
  journal = in("journal");
  values = in("values");
  table = in("table.h5");
  csv = in("table.csv");
  means = in("means.csv");
  status = in("status.json");
  recordings = in("recordings");
  states = in("states");
  crashes = in("crashes");
  best = in("best.yml");
  best_recording = in("best.h5");
}

Records::Records(const JobOptions& options, const JobPaths& paths, const JobHeader& header)
    : header_(header), pieces_(paths.values) {
  std::error_code none;
  const auto size = fs::file_size(paths.journal, none);  // empty: its process ended at once
  const bool there = !none && size > 0;
  if (there && !options.resume && !options.overwrite)
    throw ConfigError(
        fmt::format("{}: there is a {} already (allowed: --resume goes on with it, "
                    "--overwrite begins anew)",
                    paths.folder, header.kind));
  if (!there && !options.overwrite) require_no_results(paths);
  if (options.resume && !there) throw ConfigError(paths.journal + ": there is nothing to resume");
  if (options.resume) {
    require_same(header_of(io::read_journal(paths.journal).header, paths.journal), header,
                 paths.journal);
    journal_ = io::Journal::resume(paths.journal);
    content_ = journal_->content();
    if (options.retry) fs::remove(paths.crashes, none);
    crashes_ = crashes_in(paths.crashes);
    count_ = std::ssize(content_.records);
    return;
  }
  make_folder(paths.folder);
  if (!there) fs::remove(paths.journal, none);
  journal_ = io::Journal::create(paths.journal, text_of(header), {.overwrite = options.overwrite});
  remove_results(paths);
}

Records::Records(const JobPaths& paths)
    : content_(io::read_journal(paths.journal)),
      pieces_(paths.values),
      count_(std::ssize(content_.records)) {
  header_ = header_of(content_.header, paths.journal);
}

std::optional<Record> crashed(const Records& records, std::uint64_t id) {
  constexpr int enough = 2;
  const auto found = records.crashes().find(id);
  if (found == records.crashes().end() || found->second.times < enough) return std::nullopt;
  Record record;
  record.id = id;
  record.ending = farm::Ending::failed;
  record.reason = "its process ended twice";
  const int signal = found->second.signal;
  if (signal != 0) record.reason += fmt::format(" (signal {}: {})", signal, ::strsignal(signal));
  return record;
}

Outcome Records::outcome(const Record& record) const {
  return record.features ? read_outcome(pieces_.read(*record.features)) : Outcome{};
}

}  // namespace arcuate::search
