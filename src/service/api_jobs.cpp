#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "api.hpp"
#include "arcuate/core/sha256.hpp"
#include "commands.hpp"
#include "study_paths.hpp"
#include "watch.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t id_bytes = 8;

std::string digest_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) throw_file_error(path, errno);
  struct stat facts {};
  ::fstat(file, &facts);
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const bytes = size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (bytes == MAP_FAILED) throw_file_error(path, errno);
  const std::string sum = sha256({static_cast<const char*>(bytes), size});
  if (bytes != nullptr) ::munmap(bytes, size);
  return sum;
}

/// Of all that makes a submission what it is.
std::string digest_of(const http::Request& request) {
  std::string text = request.path + "\n" + request.body + "\n";
  for (const http::Part& part : request.parts)
    text += fmt::format("{} {} {}\n", sha256(part.name), sha256(part.file_name),
                        part.path.empty() ? sha256(part.text) : digest_of_file(part.path));
  return sha256(text);
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) throw_file_error(path, errno == 0 ? ENOSPC : errno);
}

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int whole_number(const std::string& text, std::string_view name, int low, int high) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < low || value > high)
    throw Refusal(422, fmt::format("{}: '{}' is no number of them (allowed: {} to {})", name,
                                   text.substr(0, 50), low, high));
  return value;
}

std::string name_from(std::string text, const std::string& otherwise) {
  constexpr std::size_t longest = 200;
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
  if (text.size() > longest) text.resize(longest);
  return text.empty() ? otherwise : text;
}

/// "path=value" of a map {"coupling.gain": 0.4}.
std::vector<std::string> overrides_of(const Json& changes) {
  static const std::regex path(R"([A-Za-z_][\w.<>\-]{0,200})");
  if (!changes.is_object()) throw Refusal(422, "set: expected a map of keys and values");
  std::vector<std::string> all;
  for (const auto& [key, value] : changes.items()) {
    if (key.size() > 200 || !std::regex_match(key, path))
      throw Refusal(422, fmt::format("set: '{}' is no key of a study", key.substr(0, 100)));
    all.push_back(key + "=" + value.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return all;
}

/// A second name of a file, or a copy on another disk.
void link_or_copy(const std::string& from, const std::string& to) {
  std::error_code failed;
  fs::create_hard_link(from, to, failed);
  if (!failed) return;
  fs::copy_file(from, to, failed);
  if (failed) throw_file_error(to, failed.value());
}

std::string output_of(const std::string& verb, const StudyFacts& facts) {
  if (verb == "simulate") return facts.output.empty() ? "study.h5" : facts.output;
  return verb == "steady" ? "steady.h5" : "results";
}

/// The messages of a run of the program, warnings first.
Json messages_of(const Answer& answer) {
  Json messages = Json::array();
  std::istringstream lines(answer.err);
  constexpr std::string_view warning = "arcuate: warning: ", error = "arcuate: error: ";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(warning))
      messages.push_back(message_json("warning", line.substr(warning.size())));
    if (line.starts_with(error))
      messages.push_back(message_json("error", line.substr(error.size())));
  }
  return messages;
}

}  // namespace

/// A submission on its way to be a job: incoming/NAME/job becomes jobs/ID.
struct Api::Draft {
  std::unique_ptr<http::TemporaryFolder> folder;
  Job job;
  std::string text;  ///< of the study
  std::string digest;

  [[nodiscard]] std::string whole() const { return folder->path() + "/job"; }
  [[nodiscard]] std::string files() const { return whole() + "/files"; }
  void make_folders() const {
    std::error_code failed;
    fs::create_directories(files(), failed);
    if (failed) throw_file_error(files(), failed.value());
  }
};

Job Api::job_named(const std::string& id) const {
  if (const auto job = keeper_.find(id)) return *job;
  throw Refusal(404, "there is no such job");
}

Json Api::json_of(const Job& job, bool with_files) const {
  const std::string folder = keeper_.folder_of(job.id);
  Json json{{"id", job.id},           {"name", job.name},     {"verb", job.verb},
            {"state", job.state},     {"where", job.where},   {"ranks", job.ranks},
            {"threads", job.threads}, {"memory", job.memory}, {"created", job.created}};
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  json["started"] = or_null(job.started);
  json["ended"] = or_null(job.ended);
  json["progress"] = progress_of(job, job.state == "queued" ? Json() : read_status(job, folder));
  json["message"] = job.message;
  json["exit_code"] = job.exit_code ? Json(*job.exit_code) : Json();
  json["parent"] = or_null(job.parent);
  json["set"] = job.overrides;
  json["study_file"] = "study.yml";
  json["resumable"] = can_resume(job);
  if (!job.slurm.empty()) json["slurm"] = job.slurm;
  if (with_files) json["files"] = files_json(keeper_.files_of(job.id));
  return json;
}

void Api::use_upload(const std::string& id, const std::string& name,
                     const std::string& folder) const {
  const bool good =
      id.size() == 2 * id_bytes && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  const std::string from = options_.folder + "/connectomes/" + id;
  std::error_code none;
  if (!good || !fs::is_directory(from, none))
    throw Refusal(422, fmt::format("use: there is no upload '{}'", id.substr(0, 50)));
  if (const std::string doubt = doubt_of_name(name, options_.allow_plugins); !doubt.empty())
    throw Refusal(422, fmt::format("use: the name '{}' {}", name.substr(0, 100), doubt));
  for (fs::directory_iterator one(from, none), end; !none && one != end; one.increment(none))
    link_or_copy(one->path().string(), folder + "/" + name);
}

/// The fields and files of a form.
Api::Draft Api::draft_of(http::Request& request) const {
  Draft draft{std::move(request.folder), {}, "", digest_of(request)};
  draft.make_folders();
  Job& job = draft.job;
  job.id = random_name(id_bytes);
  bool has_study = false;
  std::vector<std::pair<std::string, std::string>> uses;
  for (const http::Part& part : request.parts) {
    if (part.name == "study") {
      draft.text = part.path.empty() ? part.text : read_all(part.path);
      has_study = true;
    } else if (!part.path.empty()) {
      if (const std::string doubt = doubt_of_name(part.file_name, options_.allow_plugins);
          !doubt.empty())
        throw Refusal(422,
                      fmt::format("file '{}': its name {}", part.file_name.substr(0, 100), doubt));
      if (std::count(job.inputs.begin(), job.inputs.end(), part.file_name) > 0)
        throw Refusal(422, fmt::format("file '{}': there are two of that name", part.file_name));
      std::error_code failed;
      fs::rename(part.path, draft.files() + "/" + part.file_name, failed);
      if (failed) throw_file_error(part.file_name, failed.value());
      job.inputs.push_back(part.file_name);
    } else if (part.name == "verb") {
      job.verb = part.text;
    } else if (part.name == "ranks") {
      job.ranks = whole_number(part.text, "ranks", 1, 1 << 20);
    } else if (part.name == "threads") {
      job.threads = whole_number(part.text, "threads", 1, 1024);
    } else if (part.name == "where") {
      job.where = part.text;
    } else if (part.name == "name") {
      job.name = part.text;
    } else if (part.name == "set") {
      job.overrides = overrides_of(Json::parse(part.text));
    } else if (part.name == "use") {
      const std::size_t at = part.text.find('=');
      if (at == std::string::npos) throw Refusal(422, "use: expected NAME=ID");
      uses.emplace_back(part.text.substr(0, at), part.text.substr(at + 1));
    } else {
      throw Refusal(422,
                    fmt::format("'{}' is no field (allowed: study, file, verb, ranks, threads, "
                                "where, name, set, use)",
                                part.name.substr(0, 50)));
    }
  }
  if (!has_study) throw Refusal(422, "study: is missing (the text of a study file)");
  for (const auto& [name, id] : uses) {
    use_upload(id, name, draft.files());
    job.inputs.push_back(name);
  }
  return draft;
}

/// What a job may take of what `plan` predicts for its verb: a quarter more, the program before it
/// computes, and of addresses the stacks of its threads, most of which are never touched.
void Api::allow_memory(Job& job, const Json& plan) {
  constexpr std::int64_t of_program = 64 << 20;  // [bytes]
  constexpr int threads_of_libraries = 6;
  const auto with_reserve = [&](const char* name) {
    return static_cast<std::int64_t>(1.25 * plan.value(name, 0.0));
  };
  job.memory = with_reserve("memory_bytes") + of_program * job.ranks;
  job.most_memory = with_reserve("largest_rank_bytes") + of_program +
                    (job.threads + threads_of_libraries) * stack_bytes();
}

/// Whether the job fits, as `plan` predicts it.
void Api::plan(Draft& draft) {
  Job& job = draft.job;
  const Room room = keeper_.room();
  const bool local = job.where == "local";
  if (local && job.ranks * job.threads > room.cores)
    throw Refusal(422, fmt::format("ranks x threads: {} cores are wanted (allowed: {})",
                                   job.ranks * job.threads, room.cores));
  std::vector<std::string> words{"plan",
                                 "study.yml",
                                 "--json",
                                 "--verb",
                                 job.verb,
                                 "--ranks",
                                 std::to_string(job.ranks),
                                 "--threads",
                                 std::to_string(job.threads)};
  for (const std::string& change : job.overrides)
    words.insert(words.end(), {"--set", change});
  const Answer answer = run_program(words, draft.files());
  if (answer.code != 0) {
    const std::string why = last_error(answer.err);
    throw Refusal(answer.code == 2 ? 422 : 500, why.empty() ? "the study cannot be planned" : why);
  }
  const Json plan = Json::parse(answer.out, nullptr, false);
  if (plan.is_discarded()) throw EnvironmentError("the plan cannot be read");
  allow_memory(job, plan);
  if (local && job.memory > room.memory)
    throw Refusal(422, fmt::format("the job needs {:.1f} MB of memory (allowed: {:.1f} MB)",
                                   1e-6 * static_cast<double>(job.memory),
                                   1e-6 * static_cast<double>(room.memory)));
}

/// The common end of submissions and clones.
http::Response Api::take(Draft& draft, http::Request& request, std::string_view what) {
  const std::string key = request.header("Idempotency-Key");
  constexpr std::size_t longest_key = 200;
  if (key.size() > longest_key) throw Refusal(400, "Idempotency-Key: is too long");
  if (const auto before = keeper_.submitted(key, draft.digest))
    return json_response(json_of(*before, true), 200);
  Job& job = draft.job;
  if (std::find(verbs.begin(), verbs.end(), job.verb) == verbs.end())
    throw Refusal(422, fmt::format("verb: '{}' (allowed: {})", job.verb.substr(0, 50),
                                   fmt::join(verbs, ", ")));
  if (job.where != "local" && job.where != "slurm")
    throw Refusal(422, fmt::format("where: '{}' (allowed: local, slurm)", job.where.substr(0, 50)));
  if (job.where == "slurm" && find_program("sbatch").empty())
    throw Refusal(422, "where: 'slurm' is not on this machine (allowed: local)");
  if (job.verb == "steady" && (job.ranks != 1 || job.where == "slurm"))
    throw Refusal(422, "ranks: steady states have one rank, here (allowed: 1, local)");
  const StudyFacts facts = require_inside(draft.text, job.overrides, options_.allow_plugins);
  job.output = output_of(job.verb, facts);
  if (job.verb == "simulate") {
    if (const std::string doubt = doubt_of_name(job.output, false); !doubt.empty())
      throw Refusal(422, fmt::format("output: the name '{}' {}", job.output, doubt));
    if (std::count(job.inputs.begin(), job.inputs.end(), job.output) > 0)
      throw Refusal(422, fmt::format("output: '{}' is one of the inputs", job.output));
  }
  job.name = name_from(job.name, facts.title.empty() ? job.verb : facts.title);
  write_text(draft.files() + "/study.yml", draft.text);
  plan(draft);
  audit_.note(what, job.id, request, "done");
  const Job taken = keeper_.take(job, draft.whole(), key, draft.digest);
  http::Response response = json_response(json_of(taken, true), taken.id == job.id ? 201 : 200);
  response.headers.emplace_back("Location", options_.base + "/api/jobs/" + taken.id);
  return response;
}

http::Response Api::submit(http::Request& request, const Words&) {
  if (request.parts.empty()) throw Refusal(415, "expected a form (multipart/form-data)");
  Draft draft = draft_of(request);
  return take(draft, request, "submit");
}

http::Response Api::clone(http::Request& request, const Words& words) {
  const Job parent = job_named(words.at(0));
  Draft draft{std::make_unique<http::TemporaryFolder>(options_.folder + "/incoming"), parent, "",
              digest_of(request)};
  draft.make_folders();
  const Json wanted = request.body.empty() ? Json::object() : Json::parse(request.body);
  if (!wanted.is_object()) throw Refusal(400, "expected a map");
  Job& job = draft.job;
  Job fresh;
  fresh.id = random_name(id_bytes);
  const auto number = [&](const char* name, int otherwise, int most) {
    return wanted.contains(name) ? whole_number(wanted[name].dump(), name, 1, most) : otherwise;
  };
  fresh.verb = wanted.value("verb", parent.verb);
  fresh.where = wanted.value("where", parent.where);
  fresh.ranks = number("ranks", parent.ranks, 1 << 20);
  fresh.threads = number("threads", parent.threads, 1024);
  fresh.parent = parent.id;
  fresh.inputs = parent.inputs;
  fresh.name = wanted.value("name", parent.name);
  // A text of its own is all that counts; else the changes add up.
  if (!wanted.contains("study")) fresh.overrides = parent.overrides;
  if (wanted.contains("set")) {
    const auto more = overrides_of(wanted["set"]);
    fresh.overrides.insert(fresh.overrides.end(), more.begin(), more.end());
  }
  job = fresh;
  const std::string from = keeper_.files_of(parent.id);
  draft.text = wanted.value("study", "");
  if (draft.text.empty()) draft.text = read_all(from + "/study.yml");
  for (const std::string& name : job.inputs)
    link_or_copy(from + "/" + name, draft.files() + "/" + name);
  return take(draft, request, "clone");
}

http::Response Api::check(http::Request& request, const Words&) {
  const Json wanted = Json::parse(request.body.empty() ? "null" : request.body);
  const std::string text = wanted.at("study");
  Draft draft{std::make_unique<http::TemporaryFolder>(options_.folder + "/incoming"), {}, text, ""};
  draft.make_folders();
  draft.job.verb = wanted.value("verb", "simulate");
  if (wanted.contains("ranks"))
    draft.job.ranks = whole_number(wanted["ranks"].dump(), "ranks", 1, 1 << 20);
  if (wanted.contains("files")) {
    for (const auto& [name, id] : wanted["files"].items())
      use_upload(id.get<std::string>(), name, draft.files());
  }
  Json answer{{"ok", false}, {"messages", Json::array()}};
  try {
    require_inside(text, {}, options_.allow_plugins);
  } catch (const Error& error) {
    answer["messages"].push_back(message_json("error", error.what()));
    return json_response(answer);
  }
  write_text(draft.files() + "/study.yml", text);
  const Answer checked = run_program({"check", "study.yml"}, draft.files());
  answer["messages"] = messages_of(checked);
  for (Json& message : answer["messages"]) {
    const std::string& said = message["message"].get_ref<const std::string&>();
    const Json pending = wanted.value("pending", Json::array());
    const bool waits = std::any_of(pending.begin(), pending.end(), [&](const Json& name) {
      return name.is_string() && said.find(name.get<std::string>()) != std::string::npos;
    });
    if (waits && message["severity"] == "error") message["severity"] = "warning";
  }
  answer["ok"] = checked.code == 0;
  answer["text"] = checked.out;
  if (checked.code != 0) return json_response(answer);
  std::vector<std::string> words{"plan", "study.yml", "--json", "--ranks",
                                 std::to_string(draft.job.ranks)};
  if (draft.job.verb != "simulate") words.insert(words.end(), {"--verb", draft.job.verb});
  const Answer planned = run_program(words, draft.files());
  const Json plan = Json::parse(planned.out, nullptr, false);
  if (planned.code == 0 && plan.is_object())
    answer["plan"] = {{"memory", plan.value("memory_bytes", 0.0)},
                      {"seconds", plan.value("seconds", 0.0)},
                      {"ranks", plan.value("recommended_ranks", draft.job.ranks)},
                      {"text", plan.value("recommendation", "")}};
  return json_response(answer);
}

http::Response Api::add_connectome(http::Request& request, const Words&) {
  const auto part = std::find_if(request.parts.begin(), request.parts.end(),
                                 [](const http::Part& one) { return !one.path.empty(); });
  if (part == request.parts.end()) throw Refusal(422, "file: is missing");
  if (const std::string doubt = doubt_of_name(part->file_name, false); !doubt.empty())
    throw Refusal(422, fmt::format("file: its name {}", doubt));
  const std::string id = random_name(id_bytes), folder = request.folder->path() + "/upload";
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) fs::rename(part->path, folder + "/" + part->file_name, failed);
  if (failed) throw_file_error(part->file_name, failed.value());
  const Answer answer = run_program({"connectome", "info", part->file_name, "--json"}, folder);
  if (answer.code != 0) throw Refusal(422, last_error(answer.err));
  Json json{{"id", id}, {"name", part->file_name}};
  json.update(Json::parse(answer.out));
  audit_.note("upload", id, request, "done");
  fs::rename(folder, options_.folder + "/connectomes/" + id, failed);
  if (failed) throw_file_error(id, failed.value());
  return json_response(json, 201);
}

http::Response Api::jobs(http::Request& request, const Words&) {
  const std::string state = request.parameter("state"), limit = request.parameter("limit"),
                    before = request.parameter("before");
  if (!state.empty() && std::find(states.begin(), states.end(), state) == states.end())
    throw Refusal(400, fmt::format("state: '{}' (allowed: {})", state.substr(0, 50),
                                   fmt::join(states, ", ")));
  constexpr int most = 500, usual = 50;
  const int count = limit.empty() ? usual : whole_number(limit, "limit", 1, most);
  const int number = before.empty() ? 0 : whole_number(before, "before", 1, 2000000000);
  const auto found = keeper_.list(state, static_cast<std::size_t>(count) + 1, number);
  Json json{{"jobs", Json::array()}};
  for (const Job& job : found) {
    if (json["jobs"].size() == static_cast<std::size_t>(count)) break;
    json["jobs"].push_back(json_of(job, false));
  }
  if (found.size() > static_cast<std::size_t>(count))
    json["next"] = found[static_cast<std::size_t>(count) - 1].number;
  return json_response(json);
}

http::Response Api::job(http::Request&, const Words& words) {
  return json_response(json_of(job_named(words.at(0)), true));
}

http::Response Api::remove(http::Request& request, const Words& words) {
  const Job job = job_named(words.at(0));
  if (!has_ended(job)) throw Refusal(409, "the job has not ended: cancel it first");
  audit_.note("delete", job.id, request, "done");
  keeper_.remove(job.id);
  return json_response({{"deleted", job.id}});
}

http::Response Api::cancel(http::Request& request, const Words& words) {
  const Job job = job_named(words.at(0));
  if (has_ended(job)) throw Refusal(409, fmt::format("the job has ended ({})", job.state));
  audit_.note("cancel", job.id, request, "done");
  return json_response(json_of(keeper_.cancel(job.id), true));
}

http::Response Api::resume(http::Request& request, const Words& words) {
  const Job job = job_named(words.at(0));
  if (!can_resume(job)) throw Refusal(409, fmt::format("the job is {}", job.state));
  audit_.note("resume", job.id, request, "done");
  return json_response(json_of(keeper_.resume(job.id), true));
}

http::Response Api::study(http::Request&, const Words& words) {
  const Job job = job_named(words.at(0));
  http::Response response;
  response.type = "text/plain; charset=utf-8";
  response.body = read_all(keeper_.files_of(job.id) + "/study.yml");
  return response;
}

http::Response Api::events(http::Request& request, const Words& words) {
  const Job job = job_named(words.at(0));
  http::Response response;
  response.type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");
  auto watcher = std::make_shared<Watcher>(keeper_, job.id, request.header("Last-Event-ID"),
                                           [this](const Job& one) { return json_of(one, true); });
  response.events = [watcher](const http::Write& write) { return watcher->tell(write); };
  return response;
}

}  // namespace arcuate::service
