#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "arcuate/comm/mailbox.hpp"
#include "arcuate/core/signals.hpp"
#include "arcuate/farm/farm.hpp"

namespace arcuate::farm {

/// A rank that is not the master's: evaluates with its team, or waits for the end.
class Member {
 public:
  /// ranks: of its team, in `world`; none: a rank left over. number: of the worker.
  /// Collective on the team, a communicator of these ranks.
  Member(comm::Mailbox& mailbox, const core::Signals& signals, const comm::Communicator& team,
         std::vector<int> ranks, int number);
  /// Until the master says that it is over. Collective on the team.
  void serve(const Evaluate& evaluate);

  /// What the master wants, without waiting: whether the task is to end.
  bool is_cancelled(std::uint64_t task);
  /// Tells the master of a signal, once.
  void pass_signal();

 private:
  std::optional<Task> wait();
  std::optional<comm::Letter> next_letter();
  [[nodiscard]] bool leads() const { return team_.is_root() && !ranks_.empty(); }

  comm::Mailbox& mailbox_;
  const core::Signals& signals_;
  const comm::Communicator& team_;
  comm::Communicator control_;
  std::vector<int> ranks_;
  int number_;
  std::deque<comm::Letter> inbox_;  ///< came during an evaluation
  bool passed_signal_ = false;
};

}  // namespace arcuate::farm
