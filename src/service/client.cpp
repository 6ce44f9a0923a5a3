#include "arcuate/service/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "access.hpp"
#include "file/yaml.hpp"
#include "http.hpp"
#include "job.hpp"
#include "study_paths.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

/// The answer as JSON. Throws what the service says.
Json asked(const http::Call& call) {
  const http::Reply reply = http::call(call);
  const Json json = Json::parse(reply.body, nullptr, false);
  if (reply.status < 300 && !json.is_discarded()) return json;
  std::string message = fmt::format("status {}", reply.status);
  if (json.is_object() && json.contains("error")) message = json["error"].value("message", message);
  if (reply.status == 401) throw ConfigError(fmt::format("{}: {}", call.url, message));
  if (reply.status >= 500) throw EnvironmentError(fmt::format("{}: {}", call.url, message));
  throw ConfigError(message);
}

http::Call call_of(const Remote& remote, const char* method, const std::string& path) {
  http::Call call;
  call.url = remote.url;
  call.token = remote.token;
  call.method = method;
  call.path = path;
  return call;
}

http::Part field(const std::string& name, const std::string& text) {
  return {name, "", text, "", 0};
}

/// A file that the study names and that is there; it goes along by its own name.
http::Part file_part(const fs::path& path) {
  return {"file", path.filename().string(), "", path.string(), 0};
}

std::string line_of(const Json& job) {
  return fmt::format("{}  {:<11} {:>4.0f} %  {:<8} {}{}", job.value("id", ""),
                     job.value("state", ""), 100.0 * job.value("progress", 0.0),
                     job.value("verb", ""), job.value("name", ""),
                     job.value("message", "").empty() ? "" : ": " + job.value("message", ""));
}

/// A word that is safe within a path.
std::string word_of_id(const std::string& id) {
  if (id.empty() || id.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw ConfigError(fmt::format("'{}' is no job (allowed: 16 hexadecimal digits)", id));
  return id;
}

}  // namespace

std::string token_of_environment() {
  const char* token = std::getenv("ARCUATE_TOKEN");
  if (token != nullptr && *token != '\0') return token;
  const char* path = std::getenv("ARCUATE_TOKEN_FILE");
  if (path == nullptr || *path == '\0')
    throw ConfigError(
        "the service's token is not known (allowed: ARCUATE_TOKEN_FILE, the name of its file, or "
        "ARCUATE_TOKEN)");
  std::ifstream file(path);
  std::string word;
  if (!(file >> word)) throw ConfigError(fmt::format("{}: no token can be read", path));
  return word;
}

std::string submit_to(const Remote& remote, const RemoteJob& job) {
  const std::string text = io::yaml::read_text(job.study);
  const StudyFacts facts = require_inside(text, job.overrides, true);
  http::Call call = call_of(remote, "POST", "/api/jobs");
  call.key = random_name(16);
  call.parts = {field("study", text), field("verb", job.verb), field("where", job.where),
                field("ranks", std::to_string(job.ranks)),
                field("threads", std::to_string(job.threads))};
  if (!job.name.empty()) call.parts.push_back(field("name", job.name));
  Json changes = Json::object();
  for (const std::string& one : job.overrides) {
    const std::size_t at = one.find('=');
    const Json value = Json::parse(one.substr(at + 1), nullptr, false);
    changes[one.substr(0, at)] = value.is_discarded() ? Json(one.substr(at + 1)) : value;
  }
  if (!changes.empty()) call.parts.push_back(field("set", changes.dump()));
  std::vector<std::string> sent;
  for (const std::string& name : facts.files) {
    const fs::path path = fs::path(job.study).parent_path() / name;
    std::error_code none;
    if (std::count(sent.begin(), sent.end(), name) > 0 || !fs::is_regular_file(path, none))
      continue;
    sent.push_back(name);
    call.parts.push_back(file_part(path));
  }
  constexpr int most_tries = 3;
  for (int tries = 1;; ++tries) {
    try {
      return asked(call).value("id", "");
    } catch (const EnvironmentError&) {
      if (tries == most_tries) throw;
      std::this_thread::sleep_for(std::chrono::seconds(tries));
    }
  }
}

std::string list_of(const Remote& remote) {
  std::string text;
  const Json json = asked(call_of(remote, "GET", "/api/jobs"));
  for (const Json& job : json.at("jobs"))
    text += line_of(job) + "\n";
  return text;
}

std::string describe_job(const Remote& remote, const std::string& id) {
  return line_of(asked(call_of(remote, "GET", "/api/jobs/" + word_of_id(id)))) + "\n";
}

bool watch_job(const Remote& remote, const std::string& id) {
  std::string said;
  while (true) {
    const Json job = asked(call_of(remote, "GET", "/api/jobs/" + word_of_id(id)));
    const std::string line = line_of(job), state = job.value("state", "");
    if (line != said) std::cerr << line << '\n';
    said = line;
    if (state != "queued" && state != "running" && state != "stopping") return state == "done";
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

void cancel_job(const Remote& remote, const std::string& id) {
  asked(call_of(remote, "POST", "/api/jobs/" + word_of_id(id) + "/cancel"));
}

std::vector<std::string> fetch_job(const Remote& remote, const std::string& id,
                                   const std::string& folder) {
  const Json job = asked(call_of(remote, "GET", "/api/jobs/" + word_of_id(id)));
  std::vector<std::string> names;
  for (const Json& file : job.at("files")) {
    const std::string name = file.at("name");
    const fs::path path = fs::path(folder) / fs::path(name).filename();
    std::error_code failed;
    if (fs::exists(path, failed))
      throw ConfigError(
          fmt::format("{}: is there already (allowed: another folder)", path.string()));
    fs::create_directories(folder, failed);
    http::Call call = call_of(remote, "GET", "/api/jobs/" + id + "/files/" + name);
    call.into = path.string();
    if (const http::Reply reply = http::call(call); reply.status != 200)
      throw EnvironmentError(fmt::format("{}: {}: status {}", remote.url, name, reply.status));
    names.push_back(path.string());
  }
  return names;
}

}  // namespace arcuate::service
