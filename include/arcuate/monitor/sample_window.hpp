#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/monitor/lanes.hpp"
#include "arcuate/monitor/schedule.hpp"

/// The samples of one monitor that this rank has recorded and not yet handed on.
namespace arcuate::monitor {

/// A run of steps of one tile.
struct TileRun {
  LocalIndex first_region = 0;  ///< position in the rank's regions of lane 0
  int regions = 0;              ///< lanes in use
  Step first = 0;               ///< step of row 0
  int steps = 0;
  [[nodiscard]] Step last() const { return first + steps - 1; }
};

/// A window of `capacity` samples that moves forward when it is emptied, so that memory does not
/// grow with the duration. Different tiles may record at the same time: they write different
/// columns.
class SampleWindow {
 public:
  /// columns_before: (n_owned + 1) recorded regions before each owned region; a region is recorded
  /// when the number grows behind it.
  SampleWindow(const Schedule& schedule, int n_variables, std::vector<LocalIndex> columns_before,
               Step capacity);

  /// Whether some region of the tile is recorded.
  [[nodiscard]] bool takes(const TileRun& run) const {
    const LocalIndex* const before = columns_before_.data() + run.first_region;
    return before[0] != before[run.regions];
  }

  [[nodiscard]] bool records(LocalIndex region) const { return takes({region, 1}); }
  /// Of a recorded region.
  [[nodiscard]] LocalIndex column(LocalIndex region) const {
    return columns_before_[static_cast<std::size_t>(region)];
  }

  /// Where the samples of a tile's variable go.
  class Slot {
   public:
    /// The window must have room: see limit().
    [[gnu::always_inline]] void store(Step sample, const Lanes& value) const {
      assert(sample >= start_ && sample < start_ + capacity_);
      double* const out = first_ + (sample - start_) * row_;
      if (width_ == regions_) return store_lanes(out, regions_, value);
      for (int lane = 0; lane < regions_; ++lane) {
        const LocalIndex place = before_[lane] - before_[0];
        if (before_[lane + 1] > before_[lane]) out[place] = value[lane];
      }
    }

   private:
    friend class SampleWindow;
    double* first_;  ///< of the first sample of the window
    std::ptrdiff_t row_;
    Step start_, capacity_;
    const LocalIndex* before_;
    int regions_, width_;
  };
  [[nodiscard]] Slot slot(const TileRun& run, int variable) {
    Slot slot;
    slot.before_ = columns_before_.data() + run.first_region;
    slot.regions_ = run.regions;
    slot.width_ = slot.before_[run.regions] - slot.before_[0];
    slot.row_ = static_cast<std::ptrdiff_t>(row_size());
    slot.start_ = start_;
    slot.capacity_ = capacity_;
    slot.first_ = data_.data() +
                  static_cast<std::ptrdiff_t>(variable) * static_cast<std::ptrdiff_t>(columns()) +
                  slot.before_[0];
    return slot;
  }

  /// The last step to which a simulation may run before a sample falls out of the window.
  [[nodiscard]] Step limit() const { return schedule_.step_of(start_ + capacity_) - 1; }
  [[nodiscard]] Step start() const { return start_; }  ///< first sample of the window
  [[nodiscard]] LocalIndex columns() const { return columns_before_.back(); }
  [[nodiscard]] const Schedule& schedule() const { return schedule_; }
  [[nodiscard]] std::int64_t bytes() const;
  /// Of a full window with `n_columns` columns.
  [[nodiscard]] std::int64_t window_bytes(GlobalIndex n_columns) const;

  /// Hands the memory of the window, which begins with (samples, n_variables, columns), to `take`
  /// and moves the window past these samples. `take` may exchange it for another vector of the same
  /// size. The next sample may be there in part and stays.
  template <class Take>
  void drain(Step samples, const Take& take) {
    const auto next = data_.begin() + static_cast<std::ptrdiff_t>(samples) *
                                          static_cast<std::ptrdiff_t>(row_size());
    if (samples < capacity_) std::copy_n(next, row_size(), begun_.begin());
    take(data_);
    if (samples < capacity_) std::copy_n(begun_.begin(), row_size(), data_.begin());
    start_ += samples;
  }
  /// What is there in part when all whole samples were taken: (n_variables, columns).
  [[nodiscard]] std::span<double> begun() { return std::span(data_).first(row_size()); }
  /// Samples before this one were taken in another run.
  void start_at(Step sample) { start_ = sample; }

 private:
  [[nodiscard]] std::size_t row_size() const {
    return static_cast<std::size_t>(n_variables_) * static_cast<std::size_t>(columns());
  }

  Schedule schedule_;
  int n_variables_ = 0;
  std::vector<LocalIndex> columns_before_;
  Step capacity_ = 1;
  Step start_ = 0;
  std::vector<double> data_;   ///< (capacity, n_variables, columns)
  std::vector<double> begun_;  ///< (n_variables, columns) of drain()
};

}  // namespace arcuate::monitor
