#pragma once

#include <array>
#include <csignal>

namespace arcuate::farm {

/// Catches the signals that end a farm in order; what they did before is restored with this object.
/// One at a time in a process.
class Signals {
 public:
  Signals();
  ~Signals() { restore(); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The last one, or 0.
  [[nodiscard]] int caught() const;
  void restore();

 private:
  static constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGUSR1};
  std::array<struct sigaction, signals.size()> before_{};
  bool catching_ = true;
};

}  // namespace arcuate::farm
