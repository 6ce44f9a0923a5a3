#pragma once

#include <vector>

#include "arcuate/comm/mailbox.hpp"
#include "arcuate/core/signals.hpp"
#include "clock.hpp"
#include "transport.hpp"

namespace arcuate::farm {

/// Workers that are teams of other ranks.
class Teams : public Transport {
 public:
  /// leaders: by worker the rank that gets its letters.
  Teams(comm::Mailbox& mailbox, const core::Signals& signals, std::vector<int> leaders);

  [[nodiscard]] int workers() const override { return static_cast<int>(leaders_.size()); }
  [[nodiscard]] double now() override { return clock_seconds(); }
  void hand_out(int worker, const Task& task) override;
  void cancel(int worker) override;
  std::vector<Done> look() override;
  int signalled() override { return signals_.caught() != 0 ? signals_.caught() : signal_; }
  void nap(double seconds) override { sleep_seconds(seconds); }

 private:
  comm::Mailbox& mailbox_;
  const core::Signals& signals_;
  std::vector<int> leaders_;
  std::vector<std::uint64_t> tasks_;  ///< by worker, the last one
  int signal_ = 0;
};

}  // namespace arcuate::farm
