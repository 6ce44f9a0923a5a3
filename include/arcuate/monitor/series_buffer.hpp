#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "arcuate/monitor/schedule.hpp"

/// The samples of one monitor that this rank has recorded and not yet written.
namespace arcuate::monitor {

/// One variable of a tile over a run of steps: 8 lanes a row, rows `stride` numbers apart.
struct Rows {
  const double* data = nullptr;
  std::ptrdiff_t stride = 0;
};

/// A run of steps of one tile.
struct TileRun {
  LocalIndex first_region = 0;  ///< position in the rank's regions of lane 0
  int regions = 0;              ///< lanes in use
  Step first = 0;               ///< step of row 0
  int steps = 0;
};

/// A window of `capacity` samples that moves forward when it is emptied, so that memory does not
/// grow with the duration. Different tiles may record at the same time: they write different
/// columns.
class SeriesBuffer {
 public:
  /// columns_before: (n_owned + 1) recorded regions before each owned region; a region is recorded
  /// when the number grows behind it. averaged: samples are means over the period that ends at the
  /// sample.
  SeriesBuffer(const Schedule& schedule, bool averaged, int n_variables,
               std::vector<LocalIndex> columns_before, Step capacity);

  /// Takes what is due in the run. A tile's runs come in order, each step once. The window must
  /// have room (see limit()).
  void record(const TileRun& run, int variable, const Rows& rows);

  /// The last step to which a simulation may run before a sample falls out of the window.
  [[nodiscard]] Step limit() const { return schedule_.step_of(start_ + capacity_) - 1; }
  [[nodiscard]] Step start() const { return start_; }  ///< first sample of the window
  [[nodiscard]] LocalIndex columns() const { return columns_before_.back(); }
  [[nodiscard]] const Schedule& schedule() const { return schedule_; }
  [[nodiscard]] std::int64_t bytes() const;
  /// Of a full window with `n_columns` columns.
  [[nodiscard]] std::int64_t window_bytes(GlobalIndex n_columns) const;

  /// Hands the first `samples` samples of the window, (samples, n_variables, columns), to `write`
  /// and moves the window past them. The next sample may be there in part and stays.
  template <class Write>
  void drain(Step samples, const Write& write) {
    const std::size_t whole = data_.size();
    const std::size_t taken = static_cast<std::size_t>(samples) * row_size();
    begun_.assign(data_.begin() + static_cast<std::ptrdiff_t>(taken),
                  data_.begin() + static_cast<std::ptrdiff_t>(std::min(taken + row_size(), whole)));
    data_.resize(taken);
    write(data_);
    data_.resize(whole);
    std::copy(begun_.begin(), begun_.end(), data_.begin());
    start_ += samples;
  }

 private:
  [[nodiscard]] std::size_t row_size() const {
    return static_cast<std::size_t>(n_variables_) * static_cast<std::size_t>(columns());
  }
  void take_samples(const TileRun& run, int variable, const Rows& rows);
  void take_means(const TileRun& run, int variable, const Rows& rows);
  void store(Step sample, const TileRun& run, int variable, const double* values);

  Schedule schedule_;
  bool averaged_ = false;
  int n_variables_ = 0;
  std::vector<LocalIndex> columns_before_;
  Step capacity_ = 1;
  Step start_ = 0;
  std::vector<double> data_;   ///< (capacity, n_variables, columns)
  std::vector<double> begun_;  ///< the sample that follows those drained
  std::vector<double> sum_;    ///< (n_variables, n_owned) of the period under way, if averaged
};

}  // namespace arcuate::monitor
