#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "http.hpp"
#include "keeper.hpp"

namespace arcuate::service {

/// The files of a job by their names below its folder, and their sizes.
Json files_json(const std::string& folder);

/// One stream of events about one job, read from what the program writes anyway: nothing that is
/// watched knows of it.
class Watcher {
 public:
  /// last: the Last-Event-ID of a client that comes back, or "".
  Watcher(const Keeper& keeper, std::string id, const std::string& last,
          std::function<Json(const Job&)> describe);

  /// Writes what is new; waits half a second first, except at the beginning. False: no more comes.
  bool tell(const http::Write& write);

 private:
  using Clock = std::chrono::steady_clock;
  bool send(const http::Write& write, const char* event, const Json& data);
  bool tell_progress(const http::Write& write, const Job& job, const Json& status);
  bool tell_traces(const http::Write& write, const Job& job, const Json& status);
  bool tell_search(const http::Write& write, const Json& status);
  bool tell_losses(const http::Write& write, const Job& job);
  [[nodiscard]] std::string place() const;

  const Keeper& keeper_;
  std::string id_;
  std::function<Json(const Job&)> describe_;
  bool begun_ = false;
  std::string state_, progress_, workers_;
  std::map<std::string, std::size_t> traces_;  ///< samples that were told, by monitor
  std::map<std::string, Clock::time_point> waited_;
  std::streamoff journal_ = 0;  ///< [bytes] that were told of
  std::size_t losses_ = 0;
  std::map<std::int64_t, std::int64_t> islands_;  ///< of candidates that were asked for
  double best_ = 0.0;
  bool has_best_ = false;
  Clock::time_point last_ = Clock::now();
};

}  // namespace arcuate::service
