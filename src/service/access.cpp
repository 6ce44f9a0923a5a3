#include "access.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "arcuate/core/clock_time.hpp"
#include "arcuate/core/sha256.hpp"
#include "store.hpp"

namespace arcuate::service {
namespace {

constexpr std::string_view cookie_name = "arcuate_session";
constexpr auto session_length = std::chrono::hours(12);
constexpr std::size_t most_sessions = 256;

/// The value of the session's cookie in a header "a=b; c=d".
std::string cookie_of(const http::Request& request) {
  const std::string all = request.header("Cookie");
  const std::string begin = std::string(cookie_name) + "=";
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(';', at), all.size());
    at = std::min(all.find_first_not_of(' ', at), end);
    const std::string one = all.substr(at, end - at);
    if (one.starts_with(begin)) return one.substr(begin.size());
    at = end + 1;
  }
  return "";
}

/// "name:port" of "http://name:port".
std::string_view host_of_origin(std::string_view origin) {
  const std::size_t at = origin.find("://");
  return at == std::string_view::npos ? std::string_view() : origin.substr(at + 3);
}

std::string_view without_port(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view port = colon < host.size() ? host.substr(colon + 1) : "";
  const bool number = port.find_first_not_of("0123456789") == std::string_view::npos;
  return number ? host.substr(0, colon) : host;
}

/// Closes at the end.
struct OpenFile {
  int number;
  ~OpenFile() {
    if (number >= 0) ::close(number);
  }
};

void write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_file_error(path, errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string make_token(const std::string& path) {
  const OpenFile file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.number < 0) throw_file_error(path, errno);
  constexpr std::size_t bytes = 32;
  const std::string token = random_name(bytes);
  write_all(file.number, token + "\n", path);
  if (::fsync(file.number) != 0) throw_file_error(path, errno);
  return token;
}

}  // namespace

bool same_secret(std::string_view one, std::string_view other) {
  const std::string a = sha256(one), b = sha256(other);
  unsigned difference = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    difference |= static_cast<unsigned>(a[k]) ^ static_cast<unsigned>(b[k]);
  return difference == 0;
}

std::string random_name(std::size_t bytes) {
  std::array<unsigned char, 64> drawn{};
  if (::getrandom(drawn.data(), bytes, 0) != static_cast<ssize_t>(bytes))
    throw EnvironmentError("getrandom: no random numbers");
  std::string text;
  for (std::size_t k = 0; k < bytes; ++k)
    text += fmt::format("{:02x}", drawn.at(k));
  return text;
}

std::string token_of(const std::string& path) {
  const OpenFile file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0 && errno == ENOENT) return make_token(path);
  if (file.number < 0) throw_file_error(path, errno);
  struct stat facts {};
  if (::fstat(file.number, &facts) != 0) throw_file_error(path, errno);
  if (!S_ISREG(facts.st_mode) || (facts.st_mode & 077U) != 0 || facts.st_uid != ::geteuid())
    throw EnvironmentError(fmt::format(
        "{}: others may read or change the token (wanted: your own file of mode 0600)", path));
  std::array<char, 4096> bytes{};
  const ssize_t count = ::read(file.number, bytes.data(), bytes.size());
  if (count < 0) throw_file_error(path, errno);
  std::string token(bytes.data(), static_cast<std::size_t>(count));
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ')
    token.pop_back();
  constexpr std::size_t least = 16;
  if (token.size() < least || token.find_first_of(" \n\r\t;") != std::string::npos)
    throw ConfigError(fmt::format(
        "{}: the token is no good (allowed: one word of at least {} characters)", path, least));
  return token;
}

bool Rate::take() {
  const std::scoped_lock lock(mutex_);
  const auto now = Clock::now();
  left_ = std::min(most_, left_ + rate_ * std::chrono::duration<double>(now - last_).count());
  last_ = now;
  if (left_ < 1.0) return false;
  left_ -= 1.0;
  return true;
}

bool Access::is_own(std::string_view host) const {
  const std::string_view name = without_port(host);
  if (name == "localhost" || name == "127.0.0.1" || name == "[::1]") return true;
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& own) { return own == host || own == name; });
}

std::string Access::doubt_of_origin(const http::Request& request) const {
  if (!is_own(request.header("Host")))
    return "this service is not known by that name (`--host` says by which)";
  const std::string origin = request.header("Origin");
  if (!origin.empty() && !is_own(host_of_origin(origin))) return "a page of another site asks";
  const std::string site = request.header("Sec-Fetch-Site");
  const bool changes = request.method != "GET" && request.method != "HEAD";
  if (changes && (site == "cross-site" || site == "same-site"))
    return "a page of another site asks";
  // Other programs on this machine may serve pages, too, which differ in the port alone.
  if (changes && !origin.empty() && host_of_origin(origin) != request.header("Host") &&
      without_port(host_of_origin(origin)) == without_port(request.header("Host")))
    return "a page of another port asks";
  return "";
}

bool Access::knows(http::Request& request) {
  const std::string header = request.header("Authorization");
  constexpr std::string_view bearer = "Bearer ";
  if (header.starts_with(bearer)) return is_token(header.substr(bearer.size()));
  const std::string cookie = cookie_of(request);
  if (cookie.empty()) return false;
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(sha256(cookie));
  if (found == sessions_.end()) return false;
  if (found->second < std::chrono::steady_clock::now()) {
    sessions_.erase(found);
    return false;
  }
  request.cookie_session = true;
  return true;
}

std::string Access::begin_session() {
  constexpr std::size_t bytes = 32;
  const std::string name = random_name(bytes);
  const std::scoped_lock lock(mutex_);
  const auto earlier = [](const auto& one, const auto& other) { return one.second < other.second; };
  if (sessions_.size() >= most_sessions)
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(), earlier));
  sessions_[sha256(name)] = std::chrono::steady_clock::now() + session_length;
  return fmt::format("{}={}; Path={}; HttpOnly; SameSite=Strict; Max-Age={}", cookie_name, name,
                     cookie_path(),
                     std::chrono::duration_cast<std::chrono::seconds>(session_length).count());
}

std::string Access::end_session(const http::Request& request) {
  const std::scoped_lock lock(mutex_);
  sessions_.erase(sha256(cookie_of(request)));
  return fmt::format("{}=; Path={}; HttpOnly; SameSite=Strict; Max-Age=0", cookie_name,
                     cookie_path());
}

void Audit::note(std::string_view what, std::string_view of, const http::Request& request,
                 std::string_view how) {
  const Json line{{"time", clock_time()},
                  {"what", what},
                  {"of", of},
                  {"by", request.cookie_session ? "page" : "token"},
                  {"method", request.method},
                  {"path", request.path},
                  {"how", how}};
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const std::scoped_lock lock(mutex_);
  const OpenFile file{
      ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (file.number < 0) throw_file_error(file_, errno);
  write_all(file.number, text, file_);
}

std::vector<std::string> Audit::last(std::size_t lines) const {
  const std::scoped_lock lock(mutex_);
  std::ifstream file(file_, std::ios::binary | std::ios::ate);
  constexpr std::streamoff longest = 1024;
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  const std::streamoff from =
      std::max<std::streamoff>(0, size - longest * static_cast<std::streamoff>(lines));
  file.seekg(from);
  std::vector<std::string> all;
  std::string line;
  if (from > 0) std::getline(file, line);
  while (std::getline(file, line))
    all.push_back(line);
  if (all.size() > lines) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(lines));
  return all;
}

}  // namespace arcuate::service
