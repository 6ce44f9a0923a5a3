#include "arcuate/core/signals.hpp"

#include <atomic>
#include <cstdint>
#include <ctime>

namespace arcuate::core {
namespace {

std::atomic<int> caught_signal{0};
std::atomic<std::int64_t> caught_at{0};  // [ms]
static_assert(std::atomic<int>::is_always_lock_free &&
              std::atomic<std::int64_t>::is_always_lock_free);
std::array<struct sigaction, 65> before{};  // by number

std::int64_t milliseconds() {
  struct timespec now {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

/// Launchers pass a signal on more than once: what comes at the same time is one.
void note_signal(int signal) {
  constexpr std::int64_t apart = 1000;
  const std::int64_t now = milliseconds();
  if (caught_signal != 0 && now - caught_at > apart) {
    ::sigaction(signal, &before[static_cast<std::size_t>(signal)], nullptr);
    ::raise(signal);
    return;
  }
  if (caught_signal == 0) caught_at = now;
  caught_signal = signal;
}

}  // namespace

Signals::Signals() {
  caught_signal = 0;
  for (const int signal : signals) {
    struct sigaction& kept = before[static_cast<std::size_t>(signal)];
    ::sigaction(signal, nullptr, &kept);
    if (kept.sa_handler == SIG_IGN) continue;  // nohup
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
  }
}

int Signals::caught() const {
  return caught_signal;
}

void Signals::forget() {
  caught_signal = 0;
}

void Signals::restore() {
  if (!catching_) return;
  catching_ = false;
  for (const int signal : signals)
    ::sigaction(signal, &before[static_cast<std::size_t>(signal)], nullptr);
}

const char* name_of_signal(int signal) {
  switch (signal) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGUSR1:
      return "SIGUSR1";
    case SIGHUP:
      return "SIGHUP";
    case SIGXCPU:
      return "SIGXCPU (limit of processor time)";
    default:
      return "a signal";
  }
}

}  // namespace arcuate::core
