#include <fmt/format.h>

#include <array>
#include <sstream>

#include "api.hpp"
#include "arcuate/core/version.hpp"

namespace arcuate::service {
namespace {

using Kind = http::Body::Kind;

constexpr std::array table{
    Route{"GET", "/", &Api::page, true, Kind::none, "The page", "", "200 text/html", ""},
    Route{"GET", "/assets/{name}", &Api::asset, true, Kind::none, "A part of the page", "",
          "200 */*;404", ""},
    Route{"GET", "/api/openapi.json", &Api::description, true, Kind::none, "This description", "",
          "200 application/json", ""},
    Route{"POST", "/api/session", &Api::begin_session, true, Kind::json,
          "Begin a session: a cookie in place of the token", "",
          "200 application/json;400;401;413;415;422", "Token"},
    Route{"DELETE", "/api/session", &Api::end_session, false, Kind::none, "End the session", "",
          "200 application/json", ""},
    Route{"GET", "/api/status", &Api::status, false, Kind::none,
          "The service and what its jobs take", "", "200 application/json", ""},
    Route{"GET", "/api/schema", &Api::schema, false, Kind::none, "JSON schema of study files", "",
          "200 application/schema+json", ""},
    Route{"GET", "/api/models", &Api::models, false, Kind::none, "The models", "",
          "200 application/json List", ""},
    Route{"GET", "/api/models/{name}", &Api::model, false, Kind::none, "All about one model", "",
          "200 application/json;404", ""},
    Route{"POST", "/api/check", &Api::check, false, Kind::json,
          "What a study would simulate, or what is wrong with it", "",
          "200 application/json;400;413;415;422;503", "Check"},
    Route{"POST", "/api/connectome", &Api::add_connectome, false, Kind::form,
          "Upload a connectome and look at it", "", "201 application/json;400;413;415;422;503;507",
          "File"},
    Route{"GET", "/api/jobs", &Api::jobs, false, Kind::none, "Jobs, newest first",
          "state:string;limit:integer:500;before:integer:2000000000",
          "200 application/json;400;422", ""},
    Route{"POST", "/api/jobs", &Api::submit, false, Kind::form, "Submit a job", "",
          "201 application/json Job;200 application/json Job;400;413;415;422;503;507",
          "Submission"},
    Route{"GET", "/api/jobs/{id}", &Api::job, false, Kind::none, "One job", "",
          "200 application/json Job;404", ""},
    Route{"DELETE", "/api/jobs/{id}", &Api::remove, false, Kind::none,
          "Remove a job that has ended, and its files", "", "200 application/json;404;409;422", ""},
    Route{"GET", "/api/jobs/{id}/study", &Api::study, false, Kind::none, "The study of a job", "",
          "200 text/plain;404", ""},
    Route{"POST", "/api/jobs/{id}/cancel", &Api::cancel, false, Kind::none, "Stop a job in order",
          "", "200 application/json Job;404;409;422", ""},
    Route{"POST", "/api/jobs/{id}/resume", &Api::resume, false, Kind::none,
          "Go on with a job that has ended before its end", "",
          "200 application/json Job;404;409;422", ""},
    Route{"POST", "/api/jobs/{id}/clone", &Api::clone, false, Kind::json, "A new job with changes",
          "", "201 application/json Job;200 application/json Job;400;404;413;415;422;503;507",
          "Clone"},
    Route{"GET", "/api/jobs/{id}/events", &Api::events, false, Kind::none,
          "What happens to a job: state, progress, trace, workers, loss", "",
          "200 text/event-stream;404;503", ""},
    Route{"GET", "/api/jobs/{id}/files/{name...}", &Api::file, false, Kind::none,
          "A file of a job; ranges of bytes are understood", "", "200 */*;206 */*;404;416;503", ""},
    Route{"GET", "/api/jobs/{id}/report", &Api::report, false, Kind::none,
          "The report of a job, a page", "", "200 text/html;404;409;422;503;507", ""},
    Route{"GET", "/api/jobs/{id}/log", &Api::log, false, Kind::none, "The end of the log", "",
          "200 text/plain;404", ""},
    Route{"GET", "/api/jobs/{id}/table", &Api::table, false, Kind::none,
          "The table of a sweep or a fit", "", "200 application/json;404", ""},
    Route{"GET", "/api/jobs/{id}/candidate/{candidate}", &Api::candidate, false, Kind::none,
          "The study of a row of the table", "", "200 application/json;404;422", ""},
    Route{"POST", "/api/compare", &Api::compare, false, Kind::json, "Put reports side by side", "",
          "201 application/json;400;404;413;415;422", "Comparison"},
    Route{"GET", "/api/comparisons/{id}", &Api::comparison, false, Kind::none,
          "Reports side by side, a page", "", "200 text/html;404", ""},
    Route{"GET", "/api/audit", &Api::audit, false, Kind::none, "Who asked for what",
          "limit:integer:1000", "200 application/json;400", ""},
};

std::vector<std::string> parts_of(std::string_view text, char between) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> all;
  for (std::string one; std::getline(in, one, between);)
    all.push_back(one);
  return all;
}

Json text_schema() {
  return {{"type", "string"}};
}
Json word_of(std::span<const std::string_view> words) {
  Json all = Json::array();
  for (const std::string_view word : words)
    all.push_back(std::string(word));
  return {{"type", "string"}, {"enum", all}};
}
Json number_schema(std::int64_t low, std::int64_t high) {
  return {{"type", "integer"}, {"minimum", low}, {"maximum", high}};
}
Json reference(const std::string& name) {
  return {{"$ref", "#/components/schemas/" + name}};
}
Json nullable(Json schema) {
  schema["nullable"] = true;
  return schema;
}

Json job_schema() {
  const Json file{{"type", "object"},
                  {"properties", {{"name", text_schema()}, {"size", {{"type", "integer"}}}}}};
  return {{"type", "object"},
          {"required", {"id", "name", "verb", "state", "where", "ranks", "threads", "progress"}},
          {"properties",
           {{"id", {{"type", "string"}, {"pattern", "^[0-9a-f]{16}$"}}},
            {"name", text_schema()},
            {"verb", word_of(verbs)},
            {"state", word_of(states)},
            {"where", {{"type", "string"}, {"enum", {"local", "slurm"}}}},
            {"ranks", {{"type", "integer"}}},
            {"threads", {{"type", "integer"}}},
            {"memory",
             {{"type", "integer"},
              {"description", "bytes that it may take: what plan predicts and a reserve"}}},
            {"created", text_schema()},
            {"started", nullable(text_schema())},
            {"ended", nullable(text_schema())},
            {"progress", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
            {"message", text_schema()},
            {"exit_code", nullable({{"type", "integer"}})},
            {"parent", nullable(text_schema())},
            {"set", {{"type", "array"}, {"items", text_schema()}}},
            {"study_file", text_schema()},
            {"resumable", {{"type", "boolean"}}},
            {"slurm", text_schema()},
            {"files", {{"type", "array"}, {"items", file}}}}}};
}

Json submission_schema() {
  const Json file{{"type", "string"}, {"format", "binary"}};
  return {{"type", "object"},
          {"required", {"study"}},
          {"properties",
           {{"study", {{"type", "string"}, {"description", "the text of a study file"}}},
            {"file", {{"type", "array"}, {"items", file}}},
            {"verb", word_of(verbs)},
            {"ranks", number_schema(1, 1 << 20)},
            {"threads", number_schema(1, 1024)},
            {"where", {{"type", "string"}, {"enum", {"local", "slurm"}}}},
            {"name", text_schema()},
            {"set", {{"type", "string"}, {"description", "JSON: {\"coupling.gain\": 0.4}"}}},
            {"use",
             {{"type", "array"},
              {"items", text_schema()},
              {"description", "NAME=ID of uploaded connectomes"}}}}}};
}

Json schemas() {
  const Json any_map{{"type", "object"}};
  return {
      {"Job", job_schema()},
      {"Error",
       {{"type", "object"},
        {"required", {"error"}},
        {"properties",
         {{"error",
           {{"type", "object"},
            {"required", {"message"}},
            {"properties",
             {{"message", text_schema()},
              {"file", text_schema()},
              {"line", {{"type", "integer"}}},
              {"key", text_schema()},
              {"value", text_schema()},
              {"allowed", text_schema()}}}}}}}}},
      {"List", {{"type", "array"}, {"items", any_map}}},
      {"Token",
       {{"type", "object"}, {"required", {"token"}}, {"properties", {{"token", text_schema()}}}}},
      {"Check",
       {{"type", "object"},
        {"required", {"study"}},
        {"properties",
         {{"study", text_schema()},
          {"verb", word_of(verbs)},
          {"ranks", number_schema(1, 1 << 20)},
          {"files", {{"type", "object"}, {"additionalProperties", text_schema()}}},
          {"pending", {{"type", "array"}, {"items", text_schema()}}}}}}},
      {"Clone",
       {{"type", "object"},
        {"properties",
         {{"set", any_map},
          {"name", text_schema()},
          {"study", text_schema()},
          {"verb", word_of(verbs)},
          {"where", {{"type", "string"}, {"enum", {"local", "slurm"}}}},
          {"ranks", number_schema(1, 1 << 20)},
          {"threads", number_schema(1, 1024)}}}}},
      {"Comparison",
       {{"type", "object"},
        {"required", {"jobs"}},
        {"properties",
         {{"jobs",
           {{"type", "array"}, {"items", text_schema()}, {"minItems", 2}, {"maxItems", 4}}}}}}},
      {"File",
       {{"type", "object"},
        {"required", {"file"}},
        {"properties", {{"file", {{"type", "string"}, {"format", "binary"}}}}}}},
      {"Submission", submission_schema()}};
}

Json parameters_of(const Route& route) {
  Json all = Json::array();
  for (std::size_t at = route.path.find('{'); at != std::string_view::npos;
       at = route.path.find('{', at + 1)) {
    std::string name(route.path.substr(at + 1, route.path.find('}', at) - at - 1));
    if (name.ends_with("...")) name.resize(name.size() - 3);
    all.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", text_schema()}});
  }
  for (const std::string& one : parts_of(route.query, ';')) {
    const auto words = parts_of(one, ':');
    Json schema{{"type", words[1]}};
    if (words[1] == "integer") schema["minimum"] = 1;
    if (words.size() > 2) schema["maximum"] = std::stoi(words[2]);
    if (words[0] == "state") schema = word_of(states);
    all.push_back({{"name", words[0]}, {"in", "query"}, {"schema", schema}});
  }
  if (route.body == Kind::form || route.path.ends_with("/clone"))
    all.push_back({{"name", "Idempotency-Key"}, {"in", "header"}, {"schema", text_schema()}});
  return all;
}

const char* words_of_status(int status) {
  switch (status) {
    case 200:
    case 206:
      return "done";
    case 201:
      return "made";
    case 401:
      return "the token is missing or wrong";
    case 404:
      return "there is nothing of that name";
    case 409:
      return "its state does not allow it";
    case 413:
      return "too large";
    case 429:
      return "too many requests";
    case 503:
      return "busy";
    case 507:
      return "the disk is full; nothing was changed";
    default:
      return "refused";
  }
}

Json answers_of(const Route& route) {
  Json all;
  const auto refusal = [&](const std::string& status) {
    all[status] = {{"description", words_of_status(std::stoi(status))},
                   {"content", {{"application/json", {{"schema", reference("Error")}}}}}};
  };
  for (const std::string& one : parts_of(route.answers, ';')) {
    const auto words = parts_of(one, ' ');
    if (words.size() == 1) {
      refusal(words[0]);
      continue;
    }
    const Json schema = words.size() > 2                        ? reference(words[2])
                        : words[1] == "application/json"        ? Json{{"type", "object"}}
                        : words[1] == "application/schema+json" ? Json{{"type", "object"}}
                                                                : text_schema();
    all[words[0]] = {{"description", words_of_status(std::stoi(words[0]))},
                     {"content", {{words[1], {{"schema", schema}}}}}};
  }
  for (const char* always : {"400", "403", "413", "429"})
    if (!all.contains(always)) refusal(always);
  if (!route.is_public) refusal("401");
  return all;
}

}  // namespace

std::span<const Route> routes() {
  return table;
}

Json openapi(const std::string& base) {
  Json paths;
  for (const Route& route : table) {
    std::string method(route.method), path(route.path);
    for (char& c : method)
      c = static_cast<char>(c - 'A' + 'a');
    if (const std::size_t at = path.find("..."); at != std::string::npos) path.erase(at, 3);
    Json operation{{"summary", route.summary},
                   {"parameters", parameters_of(route)},
                   {"responses", answers_of(route)}};
    if (route.is_public) operation["security"] = Json::array();
    if (route.body != Kind::none) {
      const char* type = route.body == Kind::form ? "multipart/form-data" : "application/json";
      operation["requestBody"] = {
          {"required", !route.path.ends_with("/clone")},
          {"content", {{type, {{"schema", reference(std::string(route.takes))}}}}}};
    }
    paths[path][method] = operation;
  }
  return {{"openapi", "3.0.3"},
          {"info", {{"title", "Arcuate"}, {"version", version()}}},
          {"servers", Json::array({{{"url", base.empty() ? "/" : base}}})},
          {"security", Json::array({{{"token", Json::array()}}, {{"cookie", Json::array()}}})},
          {"paths", paths},
          {"components",
           {{"schemas", schemas()},
            {"securitySchemes",
             {{"token", {{"type", "http"}, {"scheme", "bearer"}}},
              {"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "arcuate_session"}}}}}}}};
}

}  // namespace arcuate::service
