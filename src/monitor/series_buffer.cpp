#include "arcuate/monitor/series_buffer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "arcuate/model/kernel.hpp"

namespace arcuate::monitor {
namespace {

using Lanes = std::array<double, model::lanes>;

void add_rows(const double* row, std::ptrdiff_t stride, Step rows, Lanes& sum) {
  for (Step i = 0; i < rows; ++i, row += stride) {
#pragma omp simd
    for (std::size_t lane = 0; lane < sum.size(); ++lane) {
      sum[lane] += row[lane];
    }
  }
}

}  // namespace

SeriesBuffer::SeriesBuffer(const Schedule& schedule, bool averaged, int n_variables,
                           std::vector<LocalIndex> columns_before, Step capacity)
    : schedule_(schedule),
      averaged_(averaged),
      n_variables_(n_variables),
      columns_before_(std::move(columns_before)),
      capacity_(capacity) {
  assert(!columns_before_.empty() && capacity_ >= 1);
  data_.resize(static_cast<std::size_t>(capacity_) * row_size());
  if (averaged_) {
    sum_.resize(static_cast<std::size_t>(n_variables_) * (columns_before_.size() - 1));
  }
}

std::int64_t SeriesBuffer::bytes() const {
  return static_cast<std::int64_t>((data_.size() + sum_.size()) * sizeof(double) +
                                   columns_before_.size() * sizeof(LocalIndex));
}

std::int64_t SeriesBuffer::window_bytes(GlobalIndex n_columns) const {
  return capacity_ * n_variables_ * n_columns * static_cast<std::int64_t>(sizeof(double));
}

void SeriesBuffer::record(const TileRun& run, int variable, const Rows& rows) {
  const auto region = static_cast<std::size_t>(run.first_region);
  const std::size_t end = region + static_cast<std::size_t>(run.regions);
  assert(end < columns_before_.size());
  if (columns_before_[region] == columns_before_[end]) return;
  if (averaged_) {
    take_means(run, variable, rows);
  } else {
    take_samples(run, variable, rows);
  }
}

void SeriesBuffer::take_samples(const TileRun& run, int variable, const Rows& rows) {
  const Step end = schedule_.at_or_after(run.first + run.steps);
  for (Step sample = schedule_.at_or_after(run.first); sample < std::min(end, schedule_.samples);
       ++sample) {
    const Step row = schedule_.step_of(sample) - run.first;
    store(sample, run, variable, rows.data + row * rows.stride);
  }
}

void SeriesBuffer::take_means(const TileRun& run, int variable, const Rows& rows) {
  const Step period = schedule_.period;
  const Step begin = std::max(run.first, schedule_.first - period + 1);
  const Step last = std::min(run.first + run.steps - 1, schedule_.step_of(schedule_.samples - 1));
  double* const kept = sum_.data() +
                       static_cast<std::size_t>(variable) * (columns_before_.size() - 1) +
                       static_cast<std::size_t>(run.first_region);
  Lanes sum{};
  std::copy_n(kept, run.regions, sum.begin());
  // One pass per period that the run touches; a run may begin and end inside one.
  for (Step step = begin; step <= last;) {
    const Step sample = schedule_.at_or_after(step);
    const Step period_end = schedule_.step_of(sample);
    const Step stop = std::min(period_end, last);
    if (step == period_end - period + 1) sum.fill(0.0);
    add_rows(rows.data + (step - run.first) * rows.stride, rows.stride, stop - step + 1, sum);
    if (stop == period_end) {
      Lanes mean;
      for (std::size_t lane = 0; lane < mean.size(); ++lane) {
        mean[lane] = sum[lane] / static_cast<double>(period);
      }
      store(sample, run, variable, mean.data());
    }
    step = stop + 1;
  }
  std::copy_n(sum.begin(), run.regions, kept);
}

void SeriesBuffer::store(Step sample, const TileRun& run, int variable, const double* values) {
  assert(sample >= start_ && sample < start_ + capacity_);
  const auto columns = static_cast<std::size_t>(this->columns());
  const LocalIndex* const before = columns_before_.data() + run.first_region;
  double* const out = data_.data() + static_cast<std::size_t>(sample - start_) * row_size() +
                      static_cast<std::size_t>(variable) * columns;
  if (before[run.regions] - before[0] == run.regions) {
    std::copy_n(values, run.regions, out + before[0]);
    return;
  }
  for (int lane = 0; lane < run.regions; ++lane) {
    if (before[lane + 1] > before[lane]) out[before[lane]] = values[lane];
  }
}

}  // namespace arcuate::monitor
