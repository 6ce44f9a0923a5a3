#include "api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <regex>

#include "arcuate/core/version.hpp"
#include "commands.hpp"
#include "page_parts.hpp"

namespace arcuate::service {
namespace {

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'";

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> all;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    all.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

/// What stands for {words} of a pattern; nothing: another path.
std::optional<Words> match(std::string_view pattern, std::string_view path) {
  const auto wanted = segments_of(pattern), there = segments_of(path);
  Words words;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    if (k >= there.size()) return std::nullopt;
    if (wanted[k].ends_with("...}")) {
      const auto from = static_cast<std::size_t>(there[k].data() - path.data());
      words.emplace_back(path.substr(from));
      return words;
    }
    if (wanted[k].starts_with('{')) {
      if (there[k].empty()) return std::nullopt;
      words.emplace_back(there[k]);
    } else if (wanted[k] != there[k]) {
      return std::nullopt;
    }
  }
  return wanted.size() == there.size() ? std::optional<Words>(words) : std::nullopt;
}

struct Found {
  const Route* route = nullptr;
  Words words;
  std::string allowed;  ///< methods, when only the method does not fit
};

Found find_route(std::string_view method, std::string_view path) {
  Found found;
  for (const Route& route : routes()) {
    auto words = match(route.path, path);
    if (!words) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD"))
      return {&route, std::move(*words), ""};
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return found;
}

/// By what a message of an error is to be answered.
int status_of(const Error& error) {
  if (dynamic_cast<const StorageError*>(&error) != nullptr) return 507;
  return error.code() == ExitCode::user ? 422 : 500;
}

}  // namespace

Json message_json(const std::string& severity, const std::string& text) {
  static const std::regex form(
      R"((?:(?:.*/)?([^:/ ]+):(?:(\d+):)? )?(?:--set )?([A-Za-z][\w.\-]*)(?:=[^:]*)?: ([^]*))");
  static const std::regex allowed(R"(\(allowed: ([^]*?)\)[^)]*$)");
  static const std::regex quoted("'([^']*)'");
  Json json{{"severity", severity}, {"message", text}};
  std::smatch parts;
  constexpr std::size_t longest = 4000;  // beyond that std::regex needs much of the stack
  if (text.size() > longest) return json;
  if (std::regex_match(text, parts, form)) {
    if (parts[1].matched) json["file"] = parts[1].str();
    if (parts[2].matched && parts[2].length() < 9) json["line"] = std::stoi(parts[2]);
    json["key"] = parts[3].str();
    const std::string rest = parts[4];
    if (std::regex_search(rest, parts, quoted)) json["value"] = parts[1].str();
  }
  if (std::regex_search(text, parts, allowed)) json["allowed"] = parts[1].str();
  return json;
}

Json error_json(const std::string& message) {
  Json json = message_json("error", message);
  json.erase("severity");
  return {{"error", json}};
}

http::Response json_response(const Json& json, int status) {
  http::Response response;
  response.status = status;
  response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

Api::Api(const Options& options, std::string token, Keeper& keeper)
    : options_(options),
      access_(std::move(token), options.hosts, options.base),
      audit_(options.folder + "/audit.log"),
      keeper_(keeper),
      requests_(1000.0, 200.0),
      refusals_(20.0, 1.0),
      programs_(std::clamp(keeper.room().cores, 2, 8)) {}

std::string Api::without_base(const std::string& path) const {
  // A proxy may take the base away, or leave it.
  const std::string& base = options_.base;
  const bool there = !base.empty() && path.starts_with(base) &&
                     (path.size() == base.size() || path[base.size()] == '/');
  return there ? path.substr(base.size()) : path;
}

void Api::secure(http::Response& response) const {
  const auto has = [&](std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& one) { return one.first == name; });
  };
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (!has("Cache-Control")) response.headers.emplace_back("Cache-Control", "no-store");
  if (!has("Content-Security-Policy"))
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; frame-ancestors 'none'");
}

http::Response Api::refuse(int status, const std::string& message) {
  http::Response response = json_response(error_json(message), status);
  secure(response);
  return response;
}

std::optional<http::Response> Api::admit(http::Request& request, http::Body& body) {
  if (!requests_.take()) {
    http::Response busy = refuse(429, "too many requests");
    busy.headers.emplace_back("Retry-After", "1");
    return busy;
  }
  if (const std::string doubt = access_.doubt_of_origin(request); !doubt.empty())
    return refuse(403, doubt);
  request.path = without_base(request.path);
  if (request.path.empty()) {
    http::Response there = refuse(308, "the page is one slash further");
    there.headers.emplace_back("Location", options_.base + "/");
    return there;
  }
  const Found found = find_route(request.method, request.path);
  if (found.route == nullptr && !found.allowed.empty()) {
    http::Response not_so = refuse(405, "this takes " + found.allowed);
    not_so.headers.emplace_back("Allow", found.allowed);
    return not_so;
  }
  const bool is_public = found.route != nullptr && found.route->is_public;
  if (!is_public && !access_.knows(request)) {
    http::Response who = refuse(refusals_.take() ? 401 : 429, "the token is missing or wrong");
    who.headers.emplace_back("WWW-Authenticate", "Bearer");
    return who;
  }
  if (found.route == nullptr) return refuse(404, "there is nothing of that name");
  body.kind = found.route->body;
  constexpr std::uint64_t longest_json = 4U << 20U;
  body.most = body.kind == http::Body::Kind::form
                  ? static_cast<std::uint64_t>(options_.largest_body)
                  : longest_json;
  if (body.kind != http::Body::Kind::form) return std::nullopt;
  try {
    request.folder = std::make_unique<http::TemporaryFolder>(options_.folder + "/incoming");
  } catch (const Error& error) {
    return refuse(status_of(error), error.what());
  }
  return std::nullopt;
}

http::Response Api::guarded(const std::function<http::Response()>& act) {
  try {
    return act();
  } catch (const Refusal& error) {
    return json_response(error_json(error.what()), error.status());
  } catch (const Error& error) {
    return json_response(error_json(error.what()), status_of(error));
  } catch (const Json::exception&) {
    return json_response(error_json("the body is not as described at api/openapi.json"), 400);
  } catch (const std::exception& error) {
    std::cerr << fmt::format("arcuate serve: warning: {}\n", error.what());
    return json_response(error_json("this is a mistake of the service"), 500);
  }
}

http::Response Api::answer(http::Request& request) {
  const Found found = find_route(request.method, request.path);
  http::Response response =
      guarded([&] { return (this->*found.route->handler)(request, found.words); });
  secure(response);
  return response;
}

Answer Api::run_program(const std::vector<std::string>& words, const std::string& folder) {
  constexpr auto most_wait = std::chrono::seconds(30), longest = std::chrono::seconds(120);
  if (!programs_.try_acquire_for(most_wait))
    throw Refusal(503, "the service is busy with other requests");
  struct Release {
    std::counting_semaphore<64>& of;
    ~Release() { of.release(); }
  } const release{programs_};
  const Answer answer = ask({program_words(words), folder, "", {}}, longest);
  if (answer.code < 0) throw Refusal(422, "this takes too long here");
  return answer;
}

std::string Api::cached(std::string& kept, const std::vector<std::string>& words) {
  {
    const std::scoped_lock lock(mutex_);
    if (!kept.empty()) return kept;
  }
  const Answer answer = run_program(words, options_.folder);
  if (answer.code != 0) throw EnvironmentError(last_error(answer.err));
  const std::scoped_lock lock(mutex_);
  kept = answer.out;
  return kept;
}

http::Response Api::open_page(const std::string& name, std::string_view policy) const {
  for (const PagePart& part : page_parts()) {
    if (part.name != name) continue;
    http::Response response;
    response.type = std::string(part.type);
    response.body = std::string(part.text);
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Cache-Control", "no-cache");
    return response;
  }
  throw Refusal(404, "there is nothing of that name");
}

http::Response Api::page(http::Request&, const Words&) {
  return open_page("index.html", page_policy);
}

http::Response Api::asset(http::Request&, const Words& words) {
  return open_page(words.at(0), "default-src 'none'; frame-ancestors 'none'");
}

http::Response Api::description(http::Request&, const Words&) {
  return json_response(openapi(options_.base));
}

http::Response Api::begin_session(http::Request& request, const Words&) {
  const std::string word = Json::parse(request.body).at("token");
  if (!access_.is_token(word)) {
    audit_.note("log in", "", request, "refused");
    throw Refusal(refusals_.take() ? 401 : 429, "the token is wrong");
  }
  audit_.note("log in", "", request, "done");
  http::Response response = json_response({{"session", true}});
  response.headers.emplace_back("Set-Cookie", access_.begin_session());
  return response;
}

http::Response Api::end_session(http::Request& request, const Words&) {
  http::Response response = json_response({{"session", false}});
  response.headers.emplace_back("Set-Cookie", access_.end_session(request));
  return response;
}

http::Response Api::status(http::Request&, const Words&) {
  const Room room = keeper_.room(), used = keeper_.used();
  Json json{{"version", version()},
            {"cores", room.cores},
            {"memory", room.memory},
            {"cores_used", used.cores},
            {"memory_used", used.memory},
            {"slurm", !find_program("sbatch").empty()},
            {"plugins", options_.allow_plugins},
            {"largest_body", options_.largest_body}};
  json["jobs"] = keeper_.counts();
  return json_response(json);
}

http::Response Api::schema(http::Request&, const Words&) {
  http::Response response;
  response.type = "application/schema+json";
  response.body = cached(schema_, {"check", "--schema"});
  return response;
}

http::Response Api::models(http::Request&, const Words&) {
  http::Response response;
  response.body = cached(models_, {"models", "--json"});
  return response;
}

http::Response Api::model(http::Request&, const Words& words) {
  const std::string& name = words.at(0);
  const bool word =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
      std::string::npos;
  if (!word) throw Refusal(404, "no model is called so");
  const Answer answer = run_program({"models", name, "--json"}, options_.folder);
  if (answer.code != 0) throw Refusal(404, last_error(answer.err));
  http::Response response;
  response.body = answer.out;
  return response;
}

http::Response Api::audit(http::Request& request, const Words&) {
  std::size_t limit = 100;
  const std::string text = request.parameter("limit");
  if (!text.empty()) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (failed != std::errc() || end != text.data() + text.size() || limit < 1 || limit > 1000)
      throw Refusal(400, fmt::format("limit: '{}' (allowed: 1 to 1000)", text));
  }
  Json lines = Json::array();
  for (const std::string& line : audit_.last(limit)) {
    const Json one = Json::parse(line, nullptr, false);
    if (!one.is_discarded()) lines.push_back(one);
  }
  return json_response({{"lines", lines}});
}

}  // namespace arcuate::service
