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
#include <cstring>
#include <filesystem>
#include <fstream>

#include "access.hpp"
#include "arcuate/core/error.hpp"
#include "http_connection.hpp"
#include "http_pool.hpp"
#include "store.hpp"

namespace arcuate::service::http {
namespace {

/// What the thread of a connection knows of the request that it serves.
struct Current {
  TimedStream* stream = nullptr;
  Request request;
  Body body;
  bool close = false;
};
thread_local Current* current = nullptr;

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

  /// The library lets five clients wait to be accepted, and the system drops what others say until
  /// they have said it again for up to minutes.
  void let_clients_wait() const {
    constexpr int clients = 4096;  // the system takes less where it allows less
    ::listen(svr_sock_, clients);
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
    if (Pool::is_overloaded()) {
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
  Listener& listener = impl_->listener;
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
  listener.let_clients_wait();
  return got;
}

void Server::listen() {
  impl_->listener.listen_after_bind();
}

void Server::stop() {
  impl_->listener.stop();
}

}  // namespace arcuate::service::http
