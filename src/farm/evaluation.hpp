#pragma once

#include <algorithm>

#include "arcuate/farm/farm.hpp"
#include "clock.hpp"

namespace arcuate::farm {

/// A watch that looks at what is expensive only every few milliseconds.
class SpacedWatch : public Watch {
 public:
  explicit SpacedWatch(double limit) : limit_(limit), begin_(clock_seconds()), looked_(begin_) {}

  bool stop() final {
    if (!cause_ && ++calls_ >= every_) look();
    return cause_.has_value();
  }
  /// Why the evaluation was told to stop, if it was.
  [[nodiscard]] std::optional<Ending> cause() const { return cause_; }
  [[nodiscard]] double seconds() const { return clock_seconds() - begin_; }
  [[nodiscard]] double limit() const { return limit_; }

 protected:
  /// What the team decides: why to stop, and after how many calls to look again.
  struct Decision {
    std::optional<Ending> cause;
    int calls = 1;
  };
  virtual Decision decide() = 0;
  /// For the rank that decides. is_ending: the farm is.
  [[nodiscard]] Decision decision(bool is_ending);

 private:
  void look() {
    const Decision decision = decide();
    cause_ = decision.cause;
    every_ = decision.calls;
    calls_ = 0;
  }

  double limit_;
  double begin_;
  double looked_;
  int calls_ = 0;
  int every_ = 1;
  std::optional<Ending> cause_;
};

/// Evaluates a task and says how it ended. Collective on `team`; the same ending on all of its
/// ranks. control: a communicator of the same ranks.
Done evaluate_task(const comm::Communicator& team, const comm::Communicator& control,
                   const Task& task, const Evaluate& evaluate, SpacedWatch& watch);

}  // namespace arcuate::farm
