#include "output_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

#include "arcuate/core/error.hpp"

namespace arcuate::io {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view first_line = "arcuate claim 1";
constexpr double dead_after = 600.0;  // [s] without a heartbeat
constexpr auto heartbeat = 30s;

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string link_of(const char* file) {
  std::error_code none;
  return fs::read_symlink(file, none).string();
}

/// When a process began, in ticks since the machine did: its number may be used again. "" if there
/// is no such process, or its parent has not looked at its end yet.
std::string start_of(const std::string& process) {
  const std::string stat = text_of("/proc/" + process + "/stat");
  const std::size_t name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return "";
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  constexpr int state = 1;
  constexpr int start = 20;
  for (int i = state; i <= start && fields >> field; ++i) {
    if (i == state && (field == "Z" || field == "X")) return "";
  }
  return field;
}

/// Who holds a claim. Processes can be looked up only from the same boot and the same container.
struct Holder {
  std::string host, boot, container, process, start, temporary;

  [[nodiscard]] bool same_machine(const Holder& other) const {
    return host == other.host && boot == other.boot && container == other.container;
  }
};

Holder myself(const std::string& temporary) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::string boot = text_of("/proc/sys/kernel/random/boot_id");
  boot = boot.substr(0, boot.find('\n'));
  const std::string process = std::to_string(::getpid());
  return {host.data(), boot, link_of("/proc/self/ns/pid"), process, start_of(process), temporary};
}

std::string text_of(const Holder& holder) {
  return fmt::format(
      "{}\nhost {}\nboot {}\ncontainer {}\nprocess {}\nstart {}\ntemporary {}\nend\n", first_line,
      holder.host, holder.boot, holder.container, holder.process, holder.start, holder.temporary);
}

/// std::nullopt: not a whole claim.
std::optional<Holder> holder_in(const std::string& text) {
  std::istringstream in(text);
  std::string line;
  if (!std::getline(in, line) || line != first_line) return std::nullopt;
  Holder holder;
  while (std::getline(in, line)) {
    if (line == "end") return holder;
    const std::string key = line.substr(0, line.find(' '));
    const std::string value = line.substr(std::min(line.size(), key.size() + 1));
    if (key == "host") holder.host = value;
    if (key == "boot") holder.boot = value;
    if (key == "container") holder.container = value;
    if (key == "process") holder.process = value;
    if (key == "start") holder.start = value;
    if (key == "temporary") holder.temporary = value;
  }
  return std::nullopt;
}

/// A claim that somebody else made.
struct Found {
  std::string text;
  std::optional<Holder> holder;
  double last_beat = 0.0;  ///< [s] its last heartbeat, by the clock of the file server
  double age = 0.0;        ///< [s] since then
};

double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::optional<Found> look(const std::string& lock, const std::string& temporary) {
  struct stat theirs {};
  struct stat mine {};
  if (::lstat(lock.c_str(), &theirs) != 0) return std::nullopt;
  if (!S_ISREG(theirs.st_mode)) throw EnvironmentError(lock + ": in the way, and not a claim");
  static_cast<void>(::utimensat(AT_FDCWD, temporary.c_str(), nullptr, 0));
  static_cast<void>(::stat(temporary.c_str(), &mine));
  Found found;
  found.last_beat = seconds(theirs.st_mtim);
  found.age = seconds(mine.st_mtim) - found.last_beat;
  found.text = text_of(lock);
  found.holder = holder_in(found.text);
  return found;
}

/// Whether a process of this machine is the one that began then. One that may not be looked at is.
bool is_running(const std::string& process, const std::string& start) {
  int number = 0;
  std::from_chars(process.data(), process.data() + process.size(), number);
  if (number <= 0 || (::kill(number, 0) != 0 && errno == ESRCH)) return false;
  if (::access(("/proc/" + process).c_str(), F_OK) != 0) return true;
  return start_of(process) == start;
}

bool is_foreign(const Found& found) {
  return !found.text.empty() && !found.text.starts_with(first_line.substr(0, found.text.size()));
}

bool is_stale(const Found& found, const Holder& me) {
  if (is_foreign(found)) return false;
  if (!found.holder || !found.holder->same_machine(me)) return found.age > dead_after;
  return !is_running(found.holder->process, found.holder->start);
}

[[noreturn]] void refuse(const std::string& what, const std::string& lock, const Found& found) {
  if (is_foreign(found)) {
    throw EnvironmentError(fmt::format(
        "{}: cannot be written: {} is in the way, and not a claim of Arcuate", what, lock));
  }
  const std::string who = found.holder ? fmt::format(" (host {}, process {})", found.holder->host,
                                                     found.holder->process)
                                       : "";
  throw EnvironmentError(
      fmt::format("{}: another run is writing it{}; its last sign of life was {:.0f} s ago. Wait, "
                  "give another output, or end that run",
                  what, who, std::max(0.0, found.age)));
}

/// A checkpoint goes on with the temporary file of its run: it is not removed here.
bool has_checkpoint(const fs::path& output) {
  std::error_code none;
  return fs::exists(output.string() + ".checkpoint", none) ||
         fs::exists(output.string() + ".checkpoint-1", none);
}

/// Removes a stale claim and the temporary file that it names. Many may try at once: a rename has
/// one winner, who looks whether it got what it judged, and puts back what it did not.
void take_away(const std::string& lock, const Found& found, const std::string& temporary) {
  const std::string aside = temporary + ".stale";
  if (::rename(lock.c_str(), aside.c_str()) != 0) return;
  struct stat taken {};
  const bool judged = ::lstat(aside.c_str(), &taken) == 0 && text_of(aside) == found.text &&
                      (found.holder || seconds(taken.st_mtim) == found.last_beat);
  if (!judged) {
    if (::link(aside.c_str(), lock.c_str()) != 0 && errno != EEXIST) {
      static_cast<void>(!::rename(aside.c_str(), lock.c_str()));
    }
  } else if (found.holder) {
    // The name alone, in this folder: a claim that somebody forged must not remove anything else.
    const fs::path left = fs::path(found.holder->temporary).filename();
    const fs::path folder = fs::path(lock).parent_path();
    const std::string output = fs::path(lock).stem().string();
    const bool mine = folder / left == fs::path(temporary);
    if (!mine && left.string().starts_with(output + ".partial-") &&
        !has_checkpoint(folder / output))
      ::unlink((folder / left).c_str());
  }
  ::unlink(aside.c_str());
}

/// Whether there was none yet.
bool create(const std::string& lock, const std::string& what, const std::string& text) {
  const int file = ::open(lock.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file < 0 && errno == EEXIST) return false;
  if (file < 0) {
    throw EnvironmentError(
        fmt::format("{}: cannot be written: {}: {}", what, lock, std::strerror(errno)));
  }
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int reason = errno;
  ::close(file);
  if (written) return true;
  ::unlink(lock.c_str());
  throw EnvironmentError(
      fmt::format("{}: cannot be written: {}: {}", what, lock, std::strerror(reason)));
}

}  // namespace

OutputLock::OutputLock(const std::string& path, const std::string& what,
                       const std::string& temporary) {
  const Holder me = myself(temporary);
  text_ = text_of(me);
  constexpr int patience = 50;
  for (int attempt = 0; !create(path, what, text_); ++attempt) {
    const std::optional<Found> found = look(path, temporary);
    if (!found) continue;
    const bool stale = is_stale(*found, me);
    const bool whole = found->holder || is_foreign(*found);
    if (attempt > patience || (whole && !stale)) refuse(what, path, *found);
    if (stale) take_away(path, *found, temporary);
    std::this_thread::sleep_for(10ms);  // a claim is empty for a moment
  }
  file_ = core::Leftover(path);
  try {
    heart_ = std::thread([this] { beat(); });
  } catch (const std::system_error& error) {
    throw EnvironmentError(
        fmt::format("{}: a thread cannot be started: {}", what, error.code().message()));
  }
}

OutputLock::~OutputLock() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (heart_.joinable()) heart_.join();
  if (!is_held()) file_.keep();  // another run's by now
}

bool OutputLock::is_held() const {
  return text_of(file_.path()) == text_;
}

void OutputLock::beat() {
  std::unique_lock guard(mutex_);
  while (!wake_.wait_for(guard, heartbeat, [this] { return ending_; })) {
    if (is_held()) static_cast<void>(::utimensat(AT_FDCWD, file_.path().c_str(), nullptr, 0));
  }
}

}  // namespace arcuate::io
