#pragma once

#include <functional>
#include <vector>

#include "arcuate/core/signals.hpp"
#include "clock.hpp"
#include "evaluation.hpp"
#include "transport.hpp"

namespace arcuate::farm {

/// The master works itself.
class Solo : public Transport {
 public:
  Solo(const comm::Communicator& world, const Evaluate& evaluate, const core::Signals& signals);

  /// Called between chunks; says whether the farm is ending.
  void set_meanwhile(std::function<bool()> meanwhile) { meanwhile_ = std::move(meanwhile); }

  [[nodiscard]] int workers() const override { return 1; }
  [[nodiscard]] double now() override { return clock_seconds(); }
  void hand_out(int worker, const Task& task) override;
  void cancel(int /*worker*/) override {}
  std::vector<Done> look() override;
  int signalled() override { return signals_.caught(); }
  void nap(double seconds) override { sleep_seconds(seconds); }
  [[nodiscard]] double evaluation_seconds() const override { return evaluation_seconds_; }

 private:
  comm::Communicator team_;
  const Evaluate& evaluate_;
  const core::Signals& signals_;
  std::function<bool()> meanwhile_;
  std::vector<Done> done_;
  double evaluation_seconds_ = 0.0;
};

}  // namespace arcuate::farm
