#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP as the service sees it. The library behind it is known to the sources http*.cpp alone.
namespace arcuate::service::http {

/// One part of a form: a field, or a file that is on the disk.
struct Part {
  std::string name;
  std::string file_name;  ///< as the client calls it, not yet looked at; "" for a field
  std::string text;       ///< of a field
  std::string path;       ///< of a file: where it is
  std::uint64_t size = 0;
};

/// A folder that is removed with all that is in it.
class TemporaryFolder {
 public:
  /// A new one, of a random name. Throws StorageError, EnvironmentError.
  explicit TemporaryFolder(const std::string& within);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Request {
  std::string method, path;
  std::multimap<std::string, std::string> query;
  std::function<std::string(const std::string&)> header;  ///< "" when there is none
  std::function<std::size_t(const std::string&)> header_count;
  std::string body;                         ///< of JSON
  std::vector<Part> parts;                  ///< of a form
  bool cookie_session = false;              ///< who asks is known by the cookie
  std::unique_ptr<TemporaryFolder> folder;  ///< of a form's files

  [[nodiscard]] std::string parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
  }
};

/// Writes to the client. False: it is gone.
using Write = std::function<bool(std::string_view bytes)>;

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  int file = -1;  ///< in place of `body`: an open file, which the sender closes
  std::uint64_t size = 0;
  /// In place of `body`: called until it returns false, about once in half a second.
  std::function<bool(const Write& write)> events;
  bool close = false;  ///< the connection
};

/// What a request may bring.
struct Body {
  enum class Kind { none, json, form } kind = Kind::none;
  std::uint64_t most = 0;  ///< [bytes]
};

/// What stands behind the server. All functions are called by many threads at a time.
class Application {
 public:
  virtual ~Application() = default;
  /// Before the body is read: what it may be, or the answer to a request that is refused.
  virtual std::optional<Response> admit(Request& request, Body& body) = 0;
  virtual Response answer(Request& request) = 0;
  /// Of a request that cannot be read.
  virtual Response refuse(int status, const std::string& message) = 0;
};

struct Limits {
  int requests = 128;            ///< threads that answer
  int streams = 64;              ///< beside them: streams of events and downloads
  std::size_t waiting = 512;     ///< connections without a thread
  double header_seconds = 10.0;  ///< from the first byte to the last of the header
  double body_seconds = 30.0;    ///< and as long as its bytes take at the least rate
  double least_rate = 16384.0;   ///< [bytes/s] of a body
  double write_seconds = 20.0;   ///< without the client taking anything
};

class Server {
 public:
  Server(Application& application, const Limits& limits);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// port 0: any that is free. Returns the port. Throws EnvironmentError: it cannot be had.
  int bind(const std::string& address, int port);
  /// Until stop().
  void listen();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What a client gets. status 0: no answer, and `body` says why.
struct Reply {
  int status = 0;
  std::string body;
};

/// What a client asks for.
struct Call {
  std::string url;  ///< http://host:port/base
  std::string method, path;
  std::string token;
  std::string key;   ///< Idempotency-Key, or ""
  std::string body;  ///< JSON, or ""
  std::vector<Part> parts;
  std::string into;  ///< the file into which the answer goes; "" for `Reply::body`
};
/// Throws ConfigError: no such address. EnvironmentError: nobody there, the disk.
Reply call(const Call& what);

}  // namespace arcuate::service::http
