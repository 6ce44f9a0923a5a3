#pragma once

#include <algorithm>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/edges.hpp"

/// Recent channel values of every source, time-contiguous: [replica][channel][source][time].
///
/// Rows are as long as their own longest lag plus a slack shared by all. The base moves with time;
/// when the slack is used up the live part of every row is moved back.
namespace arcuate::engine {

class History {
 public:
  History(const EdgePlan& plan, int replicas, int channels)
      : plan_(plan),
        channels_(channels),
        values_(plan.arena_size * static_cast<std::size_t>(replicas * channels)) {}

  /// Where x[n] of slot s is: now(replica, channel)[row_start[s]].
  [[nodiscard]] double* now(int replica, int channel) { return arena(replica, channel) + base_; }
  [[nodiscard]] const double* now(int replica, int channel) const {
    return values_.data() +
           plan_.arena_size * static_cast<std::size_t>(replica * channels_ + channel) + base_;
  }

  /// Time has moved on by `steps`. Called by one thread.
  void advance(Step steps) { base_ += static_cast<std::size_t>(steps); }
  /// True when the rows must be moved back before more than `ahead` steps are written.
  [[nodiscard]] bool full(Step ahead) const {
    return static_cast<Step>(base_) + ahead > plan_.slack + plan_.block;
  }
  /// Moves the rows of slots [first, last) back; afterwards one thread calls rewound().
  void move_back(LocalIndex first, LocalIndex last, int replicas) {
    for (int r = 0; r < replicas; ++r) {
      for (int c = 0; c < channels_; ++c) {
        for (LocalIndex slot = first; slot < last; ++slot) {
          double* newest = arena(r, c) + plan_.row_start[static_cast<std::size_t>(slot)];
          const std::ptrdiff_t lag = plan_.slots.longest_lag[static_cast<std::size_t>(slot)];
          std::copy(newest + base_ - lag, newest + base_ + 1, newest - lag);
        }
      }
    }
  }
  void rewound() { base_ = 0; }

 private:
  double* arena(int replica, int channel) {
    return values_.data() +
           plan_.arena_size * static_cast<std::size_t>(replica * channels_ + channel);
  }
  const EdgePlan& plan_;
  int channels_;
  std::size_t base_ = 0;
  AlignedVector<double> values_;
};

}  // namespace arcuate::engine
