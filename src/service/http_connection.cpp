#include "http_connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace arcuate::service::http {
namespace {

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

}  // namespace

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

void TimedStream::begin_request() {
  until_ = Clock::now() + seconds(limits_.header_seconds);
  in_header_ = true;
  received_ = 0;
}

void TimedStream::begin_body() {
  until_ = Clock::now() + seconds(limits_.body_seconds);
  in_header_ = false;
}

bool TimedStream::is_gone() const {
  pollfd one{socket_, POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0;
}

bool TimedStream::is_readable() const {
  return has_more() || wait_for(socket_, POLLIN, Clock::now());
}

bool TimedStream::is_writable() const {
  pollfd one{socket_, POLLOUT, 0};
  return ::poll(&one, 1, 0) <= 0 || (one.revents & (POLLERR | POLLHUP)) == 0;
}

ssize_t TimedStream::read(char* bytes, std::size_t size) {
  if (!has_more()) {
    const ssize_t count = receive();
    if (count <= 0) return count;
  }
  const std::size_t count = std::min(size, filled_ - at_);
  std::memcpy(bytes, buffer_.data() + at_, count);
  at_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t TimedStream::write(const char* bytes, std::size_t size) {
  const auto until = Clock::now() + seconds(limits_.write_seconds);
  while (true) {
    const ssize_t count = ::send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) return count;
    if (errno != EAGAIN && errno != EINTR) return -1;
    if (!wait_for(socket_, POLLOUT, until)) return -1;
  }
}

void TimedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "local";
  port = 0;
}

void TimedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

ssize_t TimedStream::receive() {
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

}  // namespace arcuate::service::http
