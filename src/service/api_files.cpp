#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "api.hpp"
#include "arcuate/io/study.hpp"
#include "commands.hpp"
#include "file/yaml.hpp"
#include "study_paths.hpp"
#include "watch.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view report_policy =
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; frame-ancestors 'self'";
constexpr std::string_view frames_policy =
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'";

/// A regular file below a folder, without following any link on the way; -1: none there.
int open_beneath(const std::string& folder, const std::string& name) {
  int at = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::istringstream words(name);
  for (std::string word; at >= 0 && std::getline(words, word, '/');) {
    if (word.empty() || word == "." || word == ".." || word.find('\0') != std::string::npos) {
      ::close(at);
      return -1;
    }
    const bool last = words.eof();
    const int next =
        ::openat(at, word.c_str(),
                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (last ? 0 : O_DIRECTORY));
    ::close(at);
    at = next;
  }
  struct stat facts {};
  if (at >= 0 && (::fstat(at, &facts) != 0 || !S_ISREG(facts.st_mode))) {
    ::close(at);
    return -1;
  }
  return at;
}

std::string type_of(const std::string& name) {
  if (name.ends_with(".csv")) return "text/csv; charset=utf-8";
  if (name.ends_with(".yml") || name.ends_with(".json") || name.ends_with(".txt"))
    return "text/plain; charset=utf-8";
  return "application/octet-stream";
}

/// What a header can hold of a name.
std::string plain(std::string name) {
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~' || c == '"' ||
        c == '\\')
      c = '_';
  }
  return name;
}

/// The fields of a line of CSV; "" within quotes is a quote.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t k = 0; k < line.size(); ++k) {
    const char c = line[k];
    if (c == '"' && quoted && k + 1 < line.size() && line[k + 1] == '"') {
      fields.back() += line[++k];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

Json value_of(const std::string& text) {
  double number = 0.0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty()) return {};
  if (failed != std::errc() || end != text.data() + text.size()) return text;
  return std::isfinite(number) ? Json(number) : Json();
}

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};

Table read_table(const std::string& folder) {
  std::ifstream file(folder + "/table.csv");
  Table table;
  std::string line;
  if (!std::getline(file, line)) throw Refusal(404, "there is no table yet");
  table.names = fields_of(line);
  constexpr std::size_t most = 200000;
  while (table.rows.size() < most && std::getline(file, line)) {
    table.rows.push_back(fields_of(line));
    table.rows.back().resize(table.names.size());
  }
  return table;
}

bool is_text(const std::string& name) {
  return name == "status" || name == "reason" || name == "method";
}

/// Whether a column is called as a place in a study is: features and losses stand among parameters.
bool is_path(const std::string& name) {
  static const Json keys = Json::parse(io::study_schema()).at("properties");
  return keys.contains(name.substr(0, name.find('.')));
}

/// Parameters stand between the candidate and its status.
std::string role_of(const Table& table, std::size_t column) {
  const std::string& name = table.names[column];
  const auto at = std::find(table.names.begin(), table.names.end(), "status");
  for (const char* own : {"candidate", "status", "island"})
    if (name == own) return own;
  if (name == "loss") return "loss";
  if (is_text(name)) return "text";
  if (static_cast<std::ptrdiff_t>(column) < at - table.names.begin())
    return is_path(name) ? "parameter" : "measure";
  return "ending";
}

std::string html_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else if (c == '"') {
      safe += "&quot;";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

http::Response Api::file(http::Request&, const Words& words) {
  const Job job = job_named(words.at(0));
  http::Response response;
  response.file = open_beneath(keeper_.files_of(job.id), words.at(1));
  if (response.file < 0) throw Refusal(404, "the job has no such file");
  struct stat facts {};
  ::fstat(response.file, &facts);
  response.size = static_cast<std::uint64_t>(facts.st_size);
  response.type = type_of(words.at(1));
  const std::string name = words.at(1).substr(words.at(1).rfind('/') + 1);
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}\"", plain(name)));
  if (response.size == 0) {  // nothing to be sent piece by piece
    ::close(response.file);
    response.file = -1;
  }
  return response;
}

http::Response Api::log(http::Request&, const Words& words) {
  const Job job = job_named(words.at(0));
  constexpr std::size_t most = 256U << 10U;
  http::Response response;
  response.type = "text/plain; charset=utf-8";
  response.body = tail_of(keeper_.folder_of(job.id) + "/log", most);
  if (!job.slurm.empty()) response.body += tail_of(keeper_.log_of(job), most);
  return response;
}

http::Response Api::report(http::Request&, const Words& words) {
  const Job job = job_named(words.at(0));
  const std::string folder = keeper_.folder_of(job.id), page = folder + "/report.html";
  const bool search = job.verb == "sweep" || job.verb == "fit";
  std::error_code none;
  const bool kept = job.state == "done" && fs::exists(page, none) &&
                    fs::last_write_time(page, none) >
                        fs::last_write_time(keeper_.files_of(job.id) + "/" + job.output, none);
  if (!kept) {
    if (!search && job.state != "done")
      throw Refusal(409, fmt::format("there is no report of a job that is {}", job.state));
    const std::string fresh = fmt::format("../report-{}.html", random_name(8));
    const Answer answer =
        run_program({"report", job.output, "-o", fresh}, keeper_.files_of(job.id));
    const std::string made = keeper_.files_of(job.id) + "/" + fresh;
    if (answer.code != 0) {
      fs::remove(made, none);
      throw Refusal(409, last_error(answer.err));
    }
    fs::rename(made, page, none);
  }
  http::Response response;
  response.type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy", report_policy);
  response.file = open_beneath(folder, "report.html");
  if (response.file < 0) throw Refusal(404, "there is no report");
  struct stat facts {};
  ::fstat(response.file, &facts);
  response.size = static_cast<std::uint64_t>(facts.st_size);
  return response;
}

http::Response Api::table(http::Request&, const Words& words) {
  const Job job = job_named(words.at(0));
  const Table table = read_table(keeper_.files_of(job.id) + "/" + job.output);
  Json json{{"columns", Json::array()}, {"rows", Json::array()}};
  for (std::size_t k = 0; k < table.names.size(); ++k)
    json["columns"].push_back({{"name", table.names[k]}, {"role", role_of(table, k)}});
  for (const auto& row : table.rows) {
    Json values = Json::array();
    for (std::size_t k = 0; k < row.size(); ++k)
      values.push_back(is_text(table.names[k]) ? Json(row[k]) : value_of(row[k]));
    json["rows"].push_back(values);
  }
  return json_response(json);
}

/// The study of one row: the parameters' values in place, without what made the rows.
http::Response Api::candidate(http::Request&, const Words& words) {
  const Job job = job_named(words.at(0));
  const Table table = read_table(keeper_.files_of(job.id) + "/" + job.output);
  const auto at = std::find(table.names.begin(), table.names.end(), "candidate");
  if (at == table.names.end()) throw Refusal(404, "the table has no candidates");
  const auto column = static_cast<std::size_t>(at - table.names.begin());
  const auto row = std::find_if(table.rows.begin(), table.rows.end(),
                                [&](const auto& one) { return one[column] == words.at(1); });
  if (row == table.rows.end()) throw Refusal(404, "there is no such candidate");
  std::ifstream file(keeper_.files_of(job.id) + "/study.yml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  io::yaml::Document document = io::yaml::parse(text, "study.yml");
  for (const std::string& change : job.overrides)
    io::yaml::apply_override(document, change);
  for (const char* section : {"sweep", "fit"})
    document.root.erase(section);
  for (std::size_t k = 0; k < table.names.size(); ++k) {
    if (role_of(table, k) == "parameter")
      io::yaml::apply_override(document, table.names[k] + "=" + (*row)[k]);
  }
  return json_response({{"study", io::yaml::emit(document.root)},
                        {"name", fmt::format("{}, candidate {}", job.name, words.at(1))}});
}

http::Response Api::compare(http::Request& request, const Words&) {
  const Json wanted = Json::parse(request.body.empty() ? "null" : request.body);
  const auto ids = wanted.at("jobs").get<std::vector<std::string>>();
  constexpr std::size_t most = 4;
  if (ids.size() < 2 || ids.size() > most)
    throw Refusal(422, fmt::format("jobs: {} (allowed: 2 to {})", ids.size(), most));
  std::string name;
  for (const std::string& id : ids)
    name += (name.empty() ? "" : "-") + job_named(id).id;
  return json_response({{"report", "/api/comparisons/" + name}}, 201);
}

/// Reports side by side, and where their studies differ.
http::Response Api::comparison(http::Request&, const Words& words) {
  std::istringstream ids(words.at(0));
  std::vector<Job> all;
  constexpr std::size_t most = 4;
  for (std::string id; all.size() < most && std::getline(ids, id, '-');)
    all.push_back(job_named(id));
  std::string frames, rows;
  std::vector<std::set<std::string>> lines;
  for (const Job& job : all) {
    std::ifstream file(keeper_.files_of(job.id) + "/study.yml");
    std::set<std::string> own;
    for (std::string line; std::getline(file, line);)
      own.insert(line);
    for (const std::string& change : job.overrides)
      own.insert("--set " + change);
    lines.push_back(own);
  }
  for (std::size_t k = 0; k < all.size(); ++k) {
    std::string own;
    for (const std::string& line : lines[k]) {
      const bool common = std::all_of(lines.begin(), lines.end(),
                                      [&](const auto& other) { return other.contains(line); });
      if (!common) own += html_text(line) + "\n";
    }
    rows += fmt::format("<section><h2>{}</h2><pre>{}</pre></section>\n", html_text(all[k].name),
                        own.empty() ? "(nothing of its own)" : own);
    frames += fmt::format("<iframe title=\"{}\" src=\"../jobs/{}/report\"></iframe>\n",
                          html_text(all[k].name), all[k].id);
  }
  http::Response response;
  response.type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy", frames_policy);
  response.body = fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Comparison</title>"
      "<meta name=\"viewport\" content=\"width=device-width\"><style>:root{{color-scheme:light "
      "dark}}body{{margin:1rem;font:16px sans-serif}}.row{{display:grid;gap:1rem;"
      "grid-template-columns:repeat(auto-fit,minmax(20rem,1fr))}}iframe{{width:100%;height:90vh;"
      "border:1px solid}}pre{{overflow:auto}}</style><h1>Studies: lines that differ</h1>"
      "<div class=\"row\">{}</div><h1>Reports</h1><div class=\"row\">{}</div></html>\n",
      rows, frames);
  return response;
}

}  // namespace arcuate::service
