#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "access.hpp"
#include "arcuate/service/service.hpp"
#include "http.hpp"
#include "keeper.hpp"

/// What can be asked for: one table, of which the description at /api/openapi.json is made too.
namespace arcuate::service {

/// An answer that is no success. Its fields end up in {"error": ...}.
class Refusal : public std::runtime_error {
 public:
  Refusal(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
  [[nodiscard]] int status() const { return status_; }

 private:
  int status_;
};

/// The words of a path that stand for something: {id}, {name}.
using Words = std::vector<std::string>;

class Api;
using Handler = http::Response (Api::*)(http::Request& request, const Words& words);

struct Route {
  std::string_view method;
  std::string_view path;  ///< "/api/jobs/{id}"; "{path...}": all that follows
  Handler handler;
  bool is_public;
  http::Body::Kind body;
  std::string_view summary;
  /// What the description says besides: "query: name type; ...", and what is answered.
  std::string_view query;
  std::string_view answers;  ///< "200 application/json Job; 404"
  std::string_view takes;    ///< name of the schema of the body
};
std::span<const Route> routes();
/// OpenAPI 3.0, of all routes.
Json openapi(const std::string& base);

Json error_json(const std::string& message);
http::Response json_response(const Json& json, int status = 200);
/// "study.yml:7: coupling.gain: 'x' is no number (allowed: ...)", taken apart.
Json message_json(const std::string& severity, const std::string& text);

class Api : public http::Application {
 public:
  Api(const Options& options, std::string token, Keeper& keeper);

  std::optional<http::Response> admit(http::Request& request, http::Body& body) override;
  http::Response answer(http::Request& request) override;
  http::Response refuse(int status, const std::string& message) override;

  http::Response page(http::Request& request, const Words& words);
  http::Response asset(http::Request& request, const Words& words);
  http::Response description(http::Request& request, const Words& words);
  http::Response begin_session(http::Request& request, const Words& words);
  http::Response end_session(http::Request& request, const Words& words);
  http::Response status(http::Request& request, const Words& words);
  http::Response schema(http::Request& request, const Words& words);
  http::Response models(http::Request& request, const Words& words);
  http::Response model(http::Request& request, const Words& words);
  http::Response check(http::Request& request, const Words& words);
  http::Response add_connectome(http::Request& request, const Words& words);
  http::Response submit(http::Request& request, const Words& words);
  http::Response jobs(http::Request& request, const Words& words);
  http::Response job(http::Request& request, const Words& words);
  http::Response remove(http::Request& request, const Words& words);
  http::Response study(http::Request& request, const Words& words);
  http::Response cancel(http::Request& request, const Words& words);
  http::Response resume(http::Request& request, const Words& words);
  http::Response clone(http::Request& request, const Words& words);
  http::Response events(http::Request& request, const Words& words);
  http::Response file(http::Request& request, const Words& words);
  http::Response report(http::Request& request, const Words& words);
  http::Response log(http::Request& request, const Words& words);
  http::Response table(http::Request& request, const Words& words);
  http::Response candidate(http::Request& request, const Words& words);
  http::Response compare(http::Request& request, const Words& words);
  http::Response comparison(http::Request& request, const Words& words);
  http::Response audit(http::Request& request, const Words& words);

 private:
  struct Draft;
  [[nodiscard]] std::string without_base(const std::string& path) const;
  void secure(http::Response& response) const;
  http::Response guarded(const std::function<http::Response()>& act);
  Answer run_program(const std::vector<std::string>& words, const std::string& folder);
  std::string cached(std::string& kept, const std::vector<std::string>& words);
  [[nodiscard]] Job job_named(const std::string& id) const;
  [[nodiscard]] Json json_of(const Job& job, bool with_files) const;
  Draft draft_of(http::Request& request) const;
  void use_upload(const std::string& id, const std::string& name, const std::string& folder) const;
  http::Response take(Draft& draft, http::Request& request, std::string_view what);
  void plan(Draft& draft);
  static void allow_memory(Job& job, const Json& plan);
  http::Response open_page(const std::string& path, std::string_view type) const;

  Options options_;
  Access access_;
  Audit audit_;
  Keeper& keeper_;
  Rate requests_, refusals_;
  std::counting_semaphore<64> programs_;
  std::mutex mutex_;
  std::string schema_, models_;
};

}  // namespace arcuate::service
