#include "records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "json.hpp"

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
                   {"version", std::string(version())}});
}

JobHeader header_of(const std::string& text, const std::string& path) {
  try {
    const Json json = Json::parse(text);
    return {json.at("kind"), json.at("study"), json.at("text"), json.at("path"),
            json.at("overrides")};
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{}:1: is no journal of a sweep or a fit: {}", path, error.what()));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

/// Lines of one text that are not in another, in one line.
std::string only_in(const std::string& text, const std::string& other) {
  const auto there = lines_of(other);
  std::multiset<std::string> known(there.begin(), there.end());
  constexpr int most = 5;
  std::string only;
  int count = 0;
  for (const std::string& line : lines_of(text)) {
    const auto found = known.find(line);
    if (found != known.end()) {
      known.erase(found);
    } else if (++count <= most) {
      only +=
          fmt::format("{}`{}`", count == 1 ? "" : ", ", line.substr(line.find_first_not_of(' ')));
    }
  }
  if (count == 0) return "nothing more";
  return count > most ? only + fmt::format(" and {} more lines", count - most) : only;
}

void require_same(const JobHeader& there, const JobHeader& wanted, const std::string& path) {
  if (there.kind != wanted.kind)
    throw ConfigError(
        fmt::format("{}: is the journal of a {}, not of a {}", path, there.kind, wanted.kind));
  if (there.study != wanted.study)
    throw ConfigError(fmt::format(
        "{}: is of another study: there {}, now {}; what was changed must be changed back, or "
        "--overwrite begins anew",
        path, only_in(there.study, wanted.study), only_in(wanted.study, there.study)));
}

void make_folder(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed || !fs::is_directory(folder))
    throw EnvironmentError(
        fmt::format("{}: cannot be made: {}", folder, failed ? failed.message() : "is a file"));
}

}  // namespace

std::string line_of(const Record& record) {
  Json json{{"id", record.id},
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
  status = in("status.json");
  recordings = in("recordings");
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
  if (options.resume && !there) throw ConfigError(paths.journal + ": there is nothing to resume");
  if (options.resume) {
    require_same(header_of(io::read_journal(paths.journal).header, paths.journal), header,
                 paths.journal);
    journal_ = io::Journal::resume(paths.journal);
    content_ = journal_->content();
    count_ = std::ssize(content_.records);
    return;
  }
  make_folder(paths.folder);
  if (!there) fs::remove(paths.journal, none);
  journal_ = io::Journal::create(paths.journal, text_of(header), {.overwrite = options.overwrite});
  fs::remove(paths.values, none);
}

Records::Records(const JobPaths& paths)
    : content_(io::read_journal(paths.journal)),
      pieces_(paths.values),
      count_(std::ssize(content_.records)) {
  header_ = header_of(content_.header, paths.journal);
}

Outcome Records::outcome(const Record& record) const {
  return record.features ? read_outcome(pieces_.read(*record.features)) : Outcome{};
}

}  // namespace arcuate::search
