#include "http.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "access.hpp"
#include "arcuate/core/error.hpp"
#include "store.hpp"

namespace arcuate::service::http {
namespace {

using Clock = std::chrono::steady_clock;

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

/// Waits for one thing of a socket. False: time is over.
bool wait_for(int socket, short what, Clock::time_point until) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd one{socket, what, 0};
    const int state = ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 60000)));
    if (state > 0) return true;
    if (state < 0 && errno != EINTR) return false;
  }
}

/// A connection that neither end can hold for ever: a request has to arrive, and an answer has to
/// be taken, in a time that depends on nothing but its size.
class TimedStream : public httplib::Stream {
 public:
  using httplib::Stream::write;

  TimedStream(socket_t socket, const Limits& limits) : socket_(socket), limits_(limits) {}

  void begin_request() {
    until_ = Clock::now() + seconds(limits_.header_seconds);
    in_header_ = true;
    received_ = 0;
  }
  void begin_body() {
    until_ = Clock::now() + seconds(limits_.body_seconds);
    in_header_ = false;
  }
  /// Whether something of the next request is there already.
  [[nodiscard]] bool has_more() const { return at_ < filled_; }
  [[nodiscard]] bool is_gone() const {
    pollfd one{socket_, POLLRDHUP, 0};
    return ::poll(&one, 1, 0) > 0;
  }

  [[nodiscard]] bool is_readable() const override {
    return has_more() || wait_for(socket_, POLLIN, Clock::now());
  }
  [[nodiscard]] bool is_writable() const override { return !is_gone_for_writing(); }

  ssize_t read(char* bytes, std::size_t size) override {
    if (!has_more()) {
      const ssize_t count = receive();
      if (count <= 0) return count;
    }
    const std::size_t count = std::min(size, filled_ - at_);
    std::memcpy(bytes, buffer_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, std::size_t size) override {
    const auto until = Clock::now() + seconds(limits_.write_seconds);
    while (true) {
      const ssize_t count = ::send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count >= 0) return count;
      if (errno != EAGAIN && errno != EINTR) return -1;
      if (!wait_for(socket_, POLLOUT, until)) return -1;
    }
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = "local";
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    get_remote_ip_and_port(ip, port);
  }
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  [[nodiscard]] bool is_gone_for_writing() const {
    pollfd one{socket_, POLLOUT, 0};
    return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLERR | POLLHUP)) != 0;
  }

  ssize_t receive() {
    constexpr std::size_t most_header = 65536;
    if (in_header_ && received_ > most_header) return -1;
    if (!wait_for(socket_, POLLIN, until_)) return -1;
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) return count;
    at_ = 0;
    filled_ = static_cast<std::size_t>(count);
    received_ += filled_;
    if (!in_header_) until_ += seconds(static_cast<double>(count) / limits_.least_rate);
    return count;
  }

  socket_t socket_;
  const Limits& limits_;
  std::array<char, 16384> buffer_{};
  std::size_t at_ = 0, filled_ = 0, received_ = 0;
  Clock::time_point until_{};
  bool in_header_ = true;
};

/// What the thread of a connection knows of the request that it serves.
struct Current {
  TimedStream* stream = nullptr;
  Request request;
  Body body;
  bool close = false;
};
thread_local Current* current = nullptr;
thread_local bool overloaded = false;

/// Threads that are made when they are needed. Who sends a stream has a place of its own, and the
/// others are as many as before.
class Pool : public httplib::TaskQueue {
 public:
  explicit Pool(const Limits& limits) : limits_(limits) {}

  /// The library's later versions want to know whether there is room.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));
  Enqueued enqueue(std::function<void()> task) override {
    std::unique_lock lock(mutex_);
    if (tasks_.size() >= limits_.waiting) {
      lock.unlock();
      overloaded = true;
      task();
      overloaded = false;
      return Enqueued();
    }
    tasks_.push_back(std::move(task));
    if (idle_ < tasks_.size() && threads_ - streams_ < limits_.requests) {
      ++threads_;
      std::thread([this] { work(); }).detach();
    }
    changed_.notify_one();
    return Enqueued();
  }

  void shutdown() override {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    gone_.wait(lock, [this] { return threads_ == 0; });
  }

  /// False: there are as many streams as there may be.
  bool begin_stream() {
    const std::scoped_lock lock(mutex_);
    if (streams_ >= limits_.streams) return false;
    ++streams_;
    if (!tasks_.empty()) {
      ++threads_;
      std::thread([this] { work(); }).detach();
    }
    return true;
  }
  void end_stream() {
    const std::scoped_lock lock(mutex_);
    --streams_;
  }
  [[nodiscard]] bool is_wanted() const {
    const std::scoped_lock lock(mutex_);
    return ending_ || !tasks_.empty();
  }
  [[nodiscard]] bool is_ending() const {
    const std::scoped_lock lock(mutex_);
    return ending_;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      changed_.wait_for(lock, std::chrono::seconds(20),
                        [this] { return ending_ || !tasks_.empty(); });
      --idle_;
      if (tasks_.empty() || ending_ || threads_ - streams_ > limits_.requests) break;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
    --threads_;
    if (!tasks_.empty()) changed_.notify_one();
    gone_.notify_all();
  }

  const Limits& limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_, gone_;
  std::deque<std::function<void()>> tasks_;
  std::size_t idle_ = 0;
  int threads_ = 0, streams_ = 0;
  bool ending_ = false;
};

Request request_of(const httplib::Request& from) {
  Request request;
  request.method = from.method;
  request.path = from.path;
  request.query.insert(from.params.begin(), from.params.end());
  request.header = [&from](const std::string& name) { return from.get_header_value(name); };
  request.header_count = [&from](const std::string& name) {
    return from.get_header_value_count(name);
  };
  return request;
}

bool has_body(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") &&
          request.get_header_value("Content-Length") != "0");
}

/// Its number of bytes as the header says; nothing: not a number.
std::optional<std::uint64_t> announced(const httplib::Request& request) {
  const std::string text = request.get_header_value("Content-Length");
  constexpr std::size_t digits = 18;
  if (text.empty() || text.size() > digits ||
      text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoull(text);
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& within)
    : path_(within + "/" + random_name(16)) {
  if (::mkdir(path_.c_str(), 0700) != 0) throw_file_error(path_, errno);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code none;
  std::filesystem::remove_all(path_, none);
}

class Listener : public httplib::Server {
 public:
  Listener(Application& application, const Limits& limits)
      : application_(application), limits_(limits) {
    new_task_queue = [this] {
      pool_ = new Pool(limits_);  // the library deletes it
      return pool_;
    };
    set_keep_alive_max_count(1000);
    set_tcp_nodelay(true);
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      return before_body(request, response);
    });
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      after_header(request, response, reader);
    };
    Post(".*", with_body);
    Delete(".*", with_body);
    set_error_handler(Handler([this](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty()) return;
      current->close = true;  // where it ends is not known either
      send(response, application_.refuse(response.status, "the request cannot be read"));
    }));
    set_exception_handler(
        [this](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
          send(response, application_.refuse(500, "this is a mistake of the service"));
        });
  }

 private:
  using Handled = httplib::Server::HandlerResponse;

  /// What is wrong with how a request is put, as a status; 0: nothing.
  static int fault_of(const httplib::Request& request) {
    constexpr std::size_t longest_path = 1024, most_parameters = 64;
    if (request.path.size() > longest_path) return 414;
    if (request.params.size() > most_parameters || request.ranges.size() > 1) return 400;
    if (request.path.find('\0') != std::string::npos) return 400;
    for (const char* once : {"Host", "Content-Length", "Transfer-Encoding", "Authorization",
                             "Content-Type", "Origin", "Cookie"})
      if (request.get_header_value_count(once) > 1) return 400;
    const bool chunked = request.has_header("Transfer-Encoding");
    if (chunked && request.get_header_value("Transfer-Encoding") != "chunked") return 501;
    if (chunked && request.has_header("Content-Length")) return 400;
    if (request.has_header("Content-Length") && !announced(request)) return 400;
    if (request.has_header("Content-Encoding")) return 415;
    return 0;
  }

  Handled before_body(const httplib::Request& from, httplib::Response& response) {
    current->close = has_body(from);  // until it has been read
    if (const int status = fault_of(from); status != 0) {
      current->close = true;
      send(response, application_.refuse(status, "the request is not well put"));
      return Handled::Handled;
    }
    current->request = request_of(from);
    current->body = {};
    if (const auto refusal = application_.admit(current->request, current->body)) {
      send(response, *refusal);
      return Handled::Handled;
    }
    if (current->body.kind == Body::Kind::none) {
      if (has_body(from)) {
        send(response, application_.refuse(413, "this takes no body"));
      } else {
        send(response, application_.answer(current->request));
      }
      return Handled::Handled;
    }
    if (announced(from).value_or(0) > current->body.most) {
      send(response, too_large());
      return Handled::Handled;
    }
    return Handled::Unhandled;
  }

  Response too_large() {
    return application_.refuse(
        413, fmt::format("the body is too large (allowed: {} bytes)", current->body.most));
  }

  void after_header(const httplib::Request& from, httplib::Response& response,
                    const httplib::ContentReader& reader) {
    const bool form = from.is_multipart_form_data();
    const bool json = from.get_header_value("Content-Type").starts_with("application/json");
    if (has_body(from)) {
      if (current->body.kind == Body::Kind::form ? !form : !json)
        return send(response,
                    application_.refuse(415, current->body.kind == Body::Kind::form
                                                 ? "expected Content-Type: multipart/form-data"
                                                 : "expected Content-Type: application/json"));
      try {
        if (!(form ? read_form(reader) : read_json(reader))) {
          if (over_) return send(response, too_large());
          return send(response, application_.refuse(400, "the body cannot be read"));
        }
      } catch (const StorageError& error) {
        return send(response, application_.refuse(507, error.what()));
      }
    }
    current->close = false;
    send(response, application_.answer(current->request));
  }

  bool read_json(const httplib::ContentReader& reader) {
    over_ = false;
    std::string& body = current->request.body;
    return reader([&](const char* bytes, std::size_t size) {
      over_ = body.size() + size > current->body.most;
      if (!over_) body.append(bytes, size);
      return !over_;
    });
  }

  /// Files go to the disk as they come.
  bool read_form(const httplib::ContentReader& reader) {
    constexpr std::size_t most_parts = 64, longest_field = 8U << 20U;
    over_ = false;
    std::uint64_t total = 0;
    std::ofstream file;
    std::vector<Part>& parts = current->request.parts;
    const auto begin = [&](const httplib::MultipartFormData& header) {
      if (parts.size() >= most_parts) return false;
      finish(file, parts);
      parts.push_back({header.name, header.filename, "", "", 0});
      if (header.filename.empty()) return true;
      parts.back().path = fmt::format("{}/{}", current->request.folder->path(), parts.size() - 1);
      file.open(parts.back().path, std::ios::binary | std::ios::trunc);
      if (!file) throw_file_error(parts.back().path, errno);
      return true;
    };
    const auto more = [&](const char* bytes, std::size_t size) {
      total += size;
      Part& part = parts.back();
      part.size += size;
      over_ = total > current->body.most || (part.path.empty() && part.size > longest_field);
      if (over_) return false;
      if (part.path.empty()) {
        part.text.append(bytes, size);
      } else if (!file.write(bytes, static_cast<std::streamsize>(size))) {
        throw_file_error("an uploaded file", errno);
      }
      return true;
    };
    const bool whole = reader(begin, more);
    finish(file, parts);
    return whole;
  }

  static void finish(std::ofstream& file, const std::vector<Part>& parts) {
    if (!file.is_open()) return;
    errno = 0;
    file.close();
    if (!file) throw_file_error(parts.back().path, errno == 0 ? ENOSPC : errno);
  }

  void send(httplib::Response& to, const Response& from) {
    to.status = from.status;
    for (const auto& [name, value] : from.headers)
      to.set_header(name, value);
    if (from.close) current->close = true;
    if (current->close) to.set_header("Connection", "close");
    if (from.events) return send_events(to, from);
    if (from.file >= 0) return send_file(to, from);
    to.set_content(from.body, from.type);
  }

  void send_events(httplib::Response& to, const Response& from) {
    if (!pool_->begin_stream())
      return send(to, application_.refuse(503, "too many streams are open"));
    current->close = true;
    to.set_header("Connection", "close");
    TimedStream* stream = current->stream;
    to.set_chunked_content_provider(
        from.type,
        [this, stream, events = from.events](std::size_t, httplib::DataSink& sink) {
          const Write write = [&sink](std::string_view bytes) {
            return sink.write(bytes.data(), bytes.size());
          };
          if (stream->is_gone() || pool_->is_ending()) return false;
          if (!events(write)) sink.done();
          return true;
        },
        [this](bool) { pool_->end_stream(); });
  }

  void send_file(httplib::Response& to, const Response& from) {
    if (!pool_->begin_stream()) {
      ::close(from.file);
      return send(to, application_.refuse(503, "too many downloads are open"));
    }
    to.status = -1;  // 200, or 206 where a range is asked for
    to.set_content_provider(
        from.size, from.type,
        [file = from.file](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
          std::array<char, 65536> bytes{};
          const ssize_t count = ::pread(file, bytes.data(), std::min(length, bytes.size()),
                                        static_cast<off_t>(offset));
          return count > 0 && sink.write(bytes.data(), static_cast<std::size_t>(count));
        },
        [this, file = from.file](bool) {
          ::close(file);
          pool_->end_stream();
        });
  }

  /// All requests of one connection.
  bool process_and_close_socket(socket_t socket) override {
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    if (overloaded) {
      constexpr std::string_view busy =
          "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n"
          "Content-Length: 0\r\n\r\n";
      static_cast<void>(::send(socket, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    } else {
      TimedStream stream(socket, limits_);
      Current state;
      state.stream = &stream;
      current = &state;
      for (std::size_t left = keep_alive_max_count_; left > 0 && serve(stream, left == 1); --left) {
      }
      current = nullptr;
    }
    ::shutdown(socket, SHUT_WR);
    ::close(socket);
    return true;
  }

  /// One request. False: it was the last one.
  bool serve(TimedStream& stream, bool last) {
    if (!stream.has_more() && !wait_for_request(stream.socket())) return false;
    stream.begin_request();
    current->close = last;
    current->request = {};
    bool closed = false;
    const bool good =
        process_request(stream, last, closed, [&](httplib::Request&) { stream.begin_body(); });
    return good && !closed && !current->close;
  }

  /// Others that wait for a thread come first.
  bool wait_for_request(socket_t socket) const {
    const auto until = Clock::now() + std::chrono::seconds(5);
    while (Clock::now() < until) {
      if (wait_for(socket, POLLIN, Clock::now() + std::chrono::milliseconds(100))) return true;
      if (pool_->is_wanted()) return false;
    }
    return false;
  }

  Application& application_;
  const Limits& limits_;
  Pool* pool_ = nullptr;
  static thread_local bool over_;
};

thread_local bool Listener::over_ = false;

struct Server::Impl {
  Impl(Application& application, const Limits& of) : limits(of), listener(application, limits) {}
  Limits limits;
  Listener listener;
};

Server::Server(Application& application, const Limits& limits)
    : impl_(std::make_unique<Impl>(application, limits)) {}
Server::~Server() = default;

int Server::bind(const std::string& address, int port) {
  httplib::Server& listener = impl_->listener;
  // Without the library's SO_REUSEPORT, with which two servers would share a port.
  listener.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  });
  const int got = port == 0                              ? listener.bind_to_any_port(address)
                  : listener.bind_to_port(address, port) ? port
                                                         : -1;
  if (got < 0)
    throw EnvironmentError(
        fmt::format("{}:{}: cannot be listened at: {}", address, port, std::strerror(errno)));
  return got;
}

void Server::listen() {
  impl_->listener.listen_after_bind();
}

void Server::stop() {
  impl_->listener.stop();
}

namespace {

struct Address {
  std::string host, base;
};

/// Of "http://host:port/base".
Address address_of(const std::string& url) {
  const std::size_t begin = url.find("://");
  const std::string scheme = url.substr(0, begin);
  if (begin == std::string::npos || (scheme != "http" && scheme != "https"))
    throw ConfigError(fmt::format("{}: expected http://HOST:PORT or https://HOST", url));
  const std::size_t end = std::min(url.find('/', begin + 3), url.size());
  std::string base = url.substr(end);
  while (base.ends_with('/'))
    base.pop_back();
  return {url.substr(0, end), base};
}

httplib::MultipartFormDataItems items_of(const std::vector<Part>& parts) {
  httplib::MultipartFormDataItems items;
  for (const Part& part : parts) {
    std::string content = part.text;
    if (!part.path.empty()) {
      std::ifstream file(part.path, std::ios::binary);
      content.assign(std::istreambuf_iterator<char>(file), {});
      if (!file.is_open()) throw ConfigError(fmt::format("{}: cannot be read", part.path));
    }
    items.push_back({part.name, content, part.file_name,
                     part.file_name.empty() ? "" : "application/octet-stream"});
  }
  return items;
}

httplib::Result get(httplib::Client& client, const std::string& path,
                    const httplib::Headers& headers, const std::string& into) {
  if (into.empty()) return client.Get(path, headers);
  std::ofstream file;
  const auto begin = [&](const httplib::Response& response) {
    if (response.status == 200) file.open(into, std::ios::binary | std::ios::trunc);
    return true;
  };
  std::string said;
  const auto more = [&](const char* bytes, std::size_t size) {
    if (!file.is_open()) {
      said.append(bytes, size);
      return true;
    }
    return static_cast<bool>(file.write(bytes, static_cast<std::streamsize>(size)));
  };
  httplib::Result result = client.Get(path, headers, begin, more);
  if (result && !said.empty()) result->body = said;
  if (file.is_open()) file.close();
  if (!file) throw EnvironmentError(fmt::format("{}: cannot be written", into));
  return result;
}

}  // namespace

Reply call(const Call& what) {
  const Address address = address_of(what.url);
  httplib::Client client(address.host);
  if (!client.is_valid()) throw ConfigError(fmt::format("{}: is no address", what.url));
  client.set_connection_timeout(10);
  client.set_read_timeout(300);
  httplib::Headers headers{{"Authorization", "Bearer " + what.token}};
  if (!what.key.empty()) headers.emplace("Idempotency-Key", what.key);
  const std::string path = address.base + what.path;
  const httplib::Result result = what.method == "GET"      ? get(client, path, headers, what.into)
                                 : what.method == "DELETE" ? client.Delete(path, headers)
                                 : !what.parts.empty()
                                     ? client.Post(path, headers, items_of(what.parts))
                                     : client.Post(path, headers, what.body, "application/json");
  if (!result)
    throw EnvironmentError(
        fmt::format("{}: no answer: {}", what.url, httplib::to_string(result.error())));
  return {result->status, result->body};
}

}  // namespace arcuate::service::http
