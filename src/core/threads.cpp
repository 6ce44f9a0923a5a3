#include "arcuate/core/threads.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <system_error>

#include "arcuate/core/error.hpp"

namespace arcuate::core {

std::thread start_without_signals(const std::function<void()>& work) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  try {
    thread = std::thread(work);
  } catch (const std::system_error& error) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw EnvironmentError(fmt::format("cannot start a thread that writes: {}", error.what()));
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace arcuate::core
