#include "signals.hpp"

#include <atomic>

namespace arcuate::farm {
namespace {

std::atomic<int> caught_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);
struct sigaction interrupt_before {};

/// Who interrupts twice does not want to wait.
void on_signal(int signal) {
  caught_signal = signal;
  if (signal == SIGINT) ::sigaction(SIGINT, &interrupt_before, nullptr);
}

}  // namespace

Signals::Signals() {
  caught_signal = 0;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &before_[i]);
    if (signals[i] == SIGINT) interrupt_before = before_[i];
    if (before_[i].sa_handler == SIG_IGN) continue;  // nohup
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(signals[i], &action, nullptr);
  }
}

int Signals::caught() const {
  return caught_signal;
}

void Signals::restore() {
  if (!catching_) return;
  catching_ = false;
  for (std::size_t i = 0; i < signals.size(); ++i)
    ::sigaction(signals[i], &before_[i], nullptr);
}

}  // namespace arcuate::farm
