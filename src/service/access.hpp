#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "http.hpp"

/// Who may ask.
namespace arcuate::service {

/// Takes as long for texts that differ early as for those that differ late.
bool same_secret(std::string_view one, std::string_view other);
/// Of bytes from the system's source of randomness, as hexadecimal digits.
std::string random_name(std::size_t bytes);

/// The token in a file that its owner alone may read; makes one that is not there. Throws
/// EnvironmentError: others may read it, or it cannot be read or written; ConfigError: too short.
std::string token_of(const std::string& file);

/// So many at once, and so many a second on the average.
class Rate {
 public:
  Rate(double at_once, double a_second) : most_(at_once), rate_(a_second), left_(at_once) {}
  bool take();

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  double most_, rate_, left_;
  Clock::time_point last_ = Clock::now();
};

/// The token, the sessions of browsers, and from where requests may come.
class Access {
 public:
  /// hosts: "name" or "name:port" by which the service is known, besides loopback's at any port.
  Access(std::string token, std::vector<std::string> hosts, std::string base)
      : token_(std::move(token)), hosts_(std::move(hosts)), base_(std::move(base)) {}

  /// "" or why a request is refused, whoever sent it: a page of another site makes a browser send
  /// it, or a name that leads here for another purpose.
  [[nodiscard]] std::string doubt_of_origin(const http::Request& request) const;
  [[nodiscard]] bool knows(http::Request& request);
  [[nodiscard]] bool is_token(const std::string& word) const { return same_secret(word, token_); }

  /// A new session; the value of Set-Cookie.
  std::string begin_session();
  /// The value of Set-Cookie that takes it away.
  std::string end_session(const http::Request& request);

 private:
  [[nodiscard]] bool is_own(std::string_view host) const;
  [[nodiscard]] std::string cookie_path() const { return base_.empty() ? "/" : base_ + "/"; }
  std::string token_;
  std::vector<std::string> hosts_;
  std::string base_;
  std::mutex mutex_;
  std::map<std::string, std::chrono::steady_clock::time_point> sessions_;  ///< and their ends
};

/// What was asked for and by whom, one JSON object a line.
class Audit {
 public:
  explicit Audit(std::string file) : file_(std::move(file)) {}
  /// Throws StorageError: what cannot be noted must not be done.
  void note(std::string_view what, std::string_view of, const http::Request& request,
            std::string_view how);
  [[nodiscard]] std::vector<std::string> last(std::size_t lines) const;

 private:
  std::string file_;
  mutable std::mutex mutex_;
};

}  // namespace arcuate::service
