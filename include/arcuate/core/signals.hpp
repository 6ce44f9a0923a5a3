#pragma once

#include <array>
#include <csignal>

namespace arcuate::core {

/// Catches the signals that end a job in order; what they did before is restored with this object.
/// Who sends another one a second later does not want to wait: it does what it did before. One
/// object at a time in a process.
class Signals {
 public:
  Signals();
  ~Signals() { restore(); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The last one, or 0.
  [[nodiscard]] int caught() const;
  /// Waits for another one.
  void forget();
  void restore();

 private:
  static constexpr std::array signals{SIGINT, SIGTERM, SIGUSR1, SIGHUP, SIGXCPU};
  bool catching_ = true;
};

/// "SIGTERM"
const char* name_of_signal(int signal);

}  // namespace arcuate::core
