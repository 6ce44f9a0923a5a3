#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "http.hpp"

namespace arcuate::service::http {

using Clock = std::chrono::steady_clock;

/// Waits for one thing of a socket (POLLIN, ...). False: time is over.
bool wait_for(int socket, short what, Clock::time_point until);

/// A connection that neither end can hold for ever: a request has to arrive, and an answer has to
/// be taken, in a time that depends on nothing but its size.
class TimedStream : public httplib::Stream {
 public:
  using httplib::Stream::write;

  TimedStream(socket_t socket, const Limits& limits) : socket_(socket), limits_(limits) {}

  void begin_request();
  void begin_body();
  /// Whether something of the next request is there already.
  [[nodiscard]] bool has_more() const { return at_ < filled_; }
  [[nodiscard]] bool is_gone() const;

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* bytes, std::size_t size) override;
  ssize_t write(const char* bytes, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  ssize_t receive();

  socket_t socket_;
  const Limits& limits_;
  std::array<char, 16384> buffer_{};
  std::size_t at_ = 0, filled_ = 0, received_ = 0;
  Clock::time_point until_{};
  bool in_header_ = true;
};

}  // namespace arcuate::service::http
