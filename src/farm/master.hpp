#pragma once

#include <exception>
#include <set>
#include <string>
#include <vector>

#include "nap.hpp"
#include "transport.hpp"

namespace arcuate::farm {

/// The loop of rank 0. In a round: take all that has ended, give up who does not answer, hand out
/// to whoever is free; then sleep if nothing moved.
class Master {
 public:
  Master(Work& work, Transport& transport, const Options& options);

  /// Until all is done, or running tasks have been stopped. What the work threw is `error` then.
  void run();
  /// Tells the work, when half a second has passed, how things are.
  void progress();

  [[nodiscard]] Figures figures();  ///< now
  [[nodiscard]] const std::exception_ptr& error() const { return error_; }
  [[nodiscard]] bool is_stopping() const { return stopping_; }

 private:
  enum class State { free, busy, lost };
  struct Slot {
    State state = State::free;
    std::uint64_t task = 0;
    std::string name{};    ///< of the task
    double since = 0.0;    ///< [s] by the transport's clock, as all times here
    double lost_at = 0.0;  ///< when it is given up
  };

  [[nodiscard]] double own_seconds() const;
  bool round();
  bool take_all();
  void take(const Done& done);
  void tell(const Done& done);
  [[nodiscard]] bool may_have_more();
  bool hand_out();
  void hand_out(int worker, const Task& task);
  void give_up_late(double now);
  void give_up(int worker, double now);
  void stop();
  [[nodiscard]] bool is_over();
  /// Calls the work; what it throws stops the farm.
  template <class Call>
  void ask(const Call& call);

  Work& work_;
  Transport& transport_;
  const Options& options_;
  std::vector<Slot> slots_;
  std::set<int> free_;
  Figures figures_;
  Nap nap_;
  bool stopping_ = false;
  bool over_ = false;
  bool dry_ = false;  ///< the work had no task, and has heard nothing new since
  double start_ = 0.0;
  double told_ = 0.0;
  double looked_ = 0.0;  ///< for those that are late
  std::exception_ptr error_;
};

}  // namespace arcuate::farm
