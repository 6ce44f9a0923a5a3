#include "arcuate/monitor/sample_window.hpp"

#include <utility>

namespace arcuate::monitor {

SampleWindow::SampleWindow(const Schedule& schedule, int n_variables,
                           std::vector<LocalIndex> columns_before, Step capacity)
    : schedule_(schedule),
      n_variables_(n_variables),
      columns_before_(std::move(columns_before)),
      capacity_(capacity) {
  assert(!columns_before_.empty() && capacity_ >= 1);
  data_.resize(static_cast<std::size_t>(capacity_) * row_size());
  begun_.resize(row_size());
}

std::int64_t SampleWindow::bytes() const {
  return static_cast<std::int64_t>((data_.size() + begun_.size()) * sizeof(double) +
                                   columns_before_.size() * sizeof(LocalIndex));
}

std::int64_t SampleWindow::window_bytes(GlobalIndex n_columns) const {
  return capacity_ * n_variables_ * n_columns * static_cast<std::int64_t>(sizeof(double));
}

}  // namespace arcuate::monitor
