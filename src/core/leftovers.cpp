#include "arcuate/core/leftovers.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/last_words.hpp"

namespace arcuate::core {
namespace {

constexpr int environment = static_cast<int>(ExitCode::environment);

// A signal handler may read lock-free atomics and nothing that allocates: the names lie in slots.
constexpr std::size_t n_slots = 64;
std::array<std::atomic<char*>, n_slots> slots{};
std::atomic<bool> speaks_{true};
constexpr int far = -1;
std::atomic<int> near_{far};           // the exit code, once it is known
std::atomic<bool> on_terminal{false};  // there may be a progress line
std::atomic<void (*)()> ask_{nullptr};
std::atomic<bool> resumable{false};
std::atomic<int> uninterrupted{0};
std::atomic<int> waiting{0};
static_assert(std::atomic<char*>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

struct Named {
  int signal;
  std::string_view name;
};
constexpr std::array<Named, 7> ending{{{SIGINT, "SIGINT"},
                                       {SIGTERM, "SIGTERM"},
                                       {SIGHUP, "SIGHUP"},
                                       {SIGQUIT, "SIGQUIT"},
                                       {SIGUSR1, "SIGUSR1"},
                                       {SIGUSR2, "SIGUSR2"},
                                       {SIGXCPU, "SIGXCPU (limit of processor time)"}}};

/// One write, so that lines of several processes do not mix. Safe in a signal handler.
void say(std::string_view begin, std::string_view middle, std::string_view end) {
  if (!speaks_) return;
  std::array<char, 256> line{};
  std::size_t size = 0;
  for (const std::string_view part : {begin, middle, end}) {
    const std::size_t fits = std::min(part.size(), line.size() - size);
    std::memcpy(line.data() + size, part.data(), fits);
    size += fits;
  }
  static_cast<void>(!::write(STDERR_FILENO, line.data(), size));
}

void end(int signal) {
  remove_leftovers();
  if (ask_ != nullptr) {
    ask_.load()();
    constexpr unsigned patience = 5;
    ::alarm(patience);
    return;
  }
  // Not "error": the launcher's SIGTERM follows when another rank has said what is wrong and ended.
  for (const Named& one : ending) {
    if (one.signal == signal)
      say(on_terminal ? "\narcuate: stopped by " : "arcuate: stopped by ", one.name,
          resumable ? "; --resume goes on from the last checkpoint\n"
                    : "; no unfinished file is left\n");
  }
  ::_exit(environment);
}

void on_signal(int signal) {
  if (near_ != far) ::_exit(near_);  // the work is done and whole
  if (uninterrupted > 0) {
    waiting = signal;
    return;
  }
  end(signal);
}

/// libgomp without threads, MPI without its daemon: some libraries end the program themselves.
void on_exit() {
  if (near_ != far) return;
  speak_last_words(0);
  remove_leftovers();
  say("arcuate: error: a library ended the program (its message is above). Threads that cannot be "
      "started: give fewer --threads, a smaller OMP_STACKSIZE, or a larger 'ulimit -u'",
      "", "\n");
  ::_exit(environment);
}

int slot_for(const std::string& path) {
  char* copy = ::strdup(path.c_str());
  if (copy == nullptr) return -1;
  for (std::size_t i = 0; i < n_slots; ++i) {
    char* free = nullptr;
    if (slots[i].compare_exchange_strong(free, copy)) return static_cast<int>(i);
  }
  std::free(copy);
  return -1;
}

}  // namespace

Leftover::Leftover(std::string path) : path_(std::move(path)), slot_(slot_for(path_)) {}

Leftover::~Leftover() {
  remove();
}

Leftover::Leftover(Leftover&& other) noexcept
    : path_(std::exchange(other.path_, {})), slot_(std::exchange(other.slot_, -1)) {}

Leftover& Leftover::operator=(Leftover&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
    slot_ = std::exchange(other.slot_, -1);
  }
  return *this;
}

void Leftover::keep() {
  // The copy is not freed: a signal handler may be reading it.
  if (slot_ >= 0) slots[static_cast<std::size_t>(slot_)] = nullptr;
  slot_ = -1;
  path_.clear();
}

void Leftover::remove() {
  if (path_.empty()) return;
  if (::unlink(path_.c_str()) != 0) ::rmdir(path_.c_str());
  keep();
}

Uninterrupted::Uninterrupted() {
  ++uninterrupted;
}

Uninterrupted::~Uninterrupted() {
  if (--uninterrupted > 0 || waiting == 0 || near_ != far) return;
  end(waiting);
}

void end_without_leftovers(bool speaks) {
  static const int once = std::atexit(on_exit);
  static_cast<void>(once);
  speaks_ = speaks;
  on_terminal = ::isatty(STDERR_FILENO) == 1;
  for (const Named& one : ending) {
    struct sigaction action {};
    if (::sigaction(one.signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(one.signal, &action, nullptr);
  }
}

void there_is_a_checkpoint() {
  resumable = true;
}

void ask_for_the_end(void (*ask)()) {
  std::signal(SIGALRM, [](int) { ::_exit(environment); });
  ask_ = ask;
}

void end_is_near(int code) {
  near_ = code;
  for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGALRM}) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(fault, &action, nullptr);
  }
}

void remove_leftovers() {
  for (const auto& remove : {::unlink, ::rmdir}) {  // files, then their folders
    for (const auto& slot : slots) {
      const char* path = slot;
      if (path != nullptr) remove(path);
    }
  }
}

}  // namespace arcuate::core
