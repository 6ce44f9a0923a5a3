#pragma once

#include <algorithm>

#include "arcuate/core/reals.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/edges.hpp"

/// Recent channel values of every source, time-contiguous: [channel][source][time].
///
/// The whole arena slides: x[n] stays where it was written, and what a row writes next lies where
/// the row behind it had values that nobody reads any more. So all rows share one slack at the end
/// of the arena. When that is used up, the live part is moved back.
namespace arcuate::engine {

struct HistorySizes {
  std::int64_t channels = 0;
  std::int64_t arena = 0;         ///< [values] of one channel
  std::int64_t staged_slots = 0;  ///< sources that are read at every stage
  Stored past = Stored::in_double;

  [[nodiscard]] Stored stored(Role /*role*/) const { return past; }
};

struct HistoryValues {
  Reals values;

  template <class Self, class Visit>
  static void arrays(Self& self, const HistorySizes& n, const Visit& visit) {
    visit("history", Role::history, self.values, {n.channels, n.arena});
  }
};

/// What every source sends at a stage, where stages are run one by one.
struct StageValues {
  Reals values;

  template <class Self, class Visit>
  static void arrays(Self& self, const HistorySizes& n, const Visit& visit) {
    visit("stage_values", Role::derived, self.values, {n.channels, n.staged_slots});
  }
};

class History {
 public:
  History(const EdgePlan& plan, int channels) : plan_(plan) {
    allocate(own_,
             HistorySizes{channels, static_cast<std::int64_t>(plan.arena_size), 0, plan.stored});
  }

  /// Where x[n] of slot s is: now<Real>(channel)[row_start[s]]. Real: as the plan stores it.
  template <class Real>
  [[nodiscard]] Real* now(int channel) {
    return own_.values.data<Real>() + at_now(channel);
  }
  template <class Real>
  [[nodiscard]] const Real* now(int channel) const {
    return own_.values.data<Real>() + at_now(channel);
  }

  [[nodiscard]] const HistoryValues& values() const { return own_; }

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
    Real* const end = own_.values.data<Real>() + own_.values.size();
    for (Real* arena = own_.values.data<Real>(); arena != end; arena += plan_.arena_size)
      std::copy(arena + base_, arena + base_ + live, arena);
  }

  const EdgePlan& plan_;
  std::size_t base_ = 0;
  HistoryValues own_;
};

}  // namespace arcuate::engine
