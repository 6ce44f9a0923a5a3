#pragma once

#include <algorithm>

#include "arcuate/core/reals.hpp"
#include "arcuate/engine/edges.hpp"

/// Recent channel values of every source, time-contiguous: [channel][source][time].
///
/// The whole arena slides: x[n] stays where it was written, and what a row writes next lies where
/// the row behind it had values that nobody reads any more. So all rows share one slack at the end
/// of the arena. When that is used up, the live part is moved back.
namespace arcuate::engine {

class History {
 public:
  History(const EdgePlan& plan, int channels)
      : plan_(plan), values_(plan.stored, plan.arena_size * static_cast<std::size_t>(channels)) {}

  /// Where x[n] of slot s is: now<Real>(channel)[row_start[s]]. Real: as the plan stores it.
  template <class Real>
  [[nodiscard]] Real* now(int channel) {
    return values_.data<Real>() + at_now(channel);
  }
  template <class Real>
  [[nodiscard]] const Real* now(int channel) const {
    return values_.data<Real>() + at_now(channel);
  }

  /// Time has moved on by `steps`. Called by one thread.
  void advance(Step steps) { base_ += static_cast<std::size_t>(steps); }
  /// True when the arena must be moved back before more than `ahead` steps are written.
  [[nodiscard]] bool full(Step ahead) const {
    return static_cast<Step>(base_) + ahead > plan_.slack + plan_.block;
  }
  /// Called by one thread.
  void move_back() {
    with_real(plan_.stored, [this]<class Real>() { move_arenas<Real>(); });
    base_ = 0;
  }

 private:
  [[nodiscard]] std::size_t at_now(int channel) const {
    return plan_.arena_size * static_cast<std::size_t>(channel) + base_;
  }
  template <class Real>
  void move_arenas() {
    const auto size = static_cast<std::ptrdiff_t>(plan_.arena_size);
    const std::ptrdiff_t live = std::max<std::ptrdiff_t>(0, size - plan_.slack - plan_.block);
    Real* const end = values_.data<Real>() + values_.size();
    for (Real* arena = values_.data<Real>(); arena != end; arena += plan_.arena_size)
      std::copy(arena + base_, arena + base_ + live, arena);
  }

  const EdgePlan& plan_;
  std::size_t base_ = 0;
  Reals values_;
};

}  // namespace arcuate::engine
