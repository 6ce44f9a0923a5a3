#include "studied.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "math.hpp"

namespace arcuate::report {
namespace {

using Role = io::ColumnRole;

bool has_numbers(const io::ResultColumn& column) {
  return std::any_of(column.numbers.begin(), column.numbers.end(),
                     [](double value) { return std::isfinite(value); });
}

double on_scale(double value, const std::string& scale) {
  if (scale == "log") return std::log(value);
  if (scale == "logit") return std::log(value / (1.0 - value));
  return value;
}

}  // namespace

Studied::Studied(const io::ResultTable& table)
    : table_(table),
      size_(table.columns.empty() ? 0 : table.columns.front().size()),
      status_(io::find_column(table.columns, "status")),
      reason_(io::find_column(table.columns, "reason")) {
  for (const io::ResultColumn& column : table.columns) {
    if (column.role == Role::parameter) parameters_.push_back(&column);
    if (column.role == Role::loss && !column.text() && has_numbers(column)) loss_ = &column;
    if (column.role == Role::design && column.name == "island" && !column.text()) island_ = &column;
  }
  for (const Role role : {Role::loss, Role::term, Role::check, Role::feature}) {
    for (const io::ResultColumn& column : table.columns) {
      if (column.role == role && !column.text() && has_numbers(column))
        quantities_.push_back(&column);
    }
  }
  if (quantities_.empty()) quantities_.push_back(io::find_column(table.columns, "seconds"));
  if (loss_ == nullptr) return;
  for (std::size_t k = 0; k < size_; ++k) {
    if (std::isfinite(loss_->numbers[k])) ranked_.push_back(k);
  }
  std::stable_sort(ranked_.begin(), ranked_.end(), [this](std::size_t a, std::size_t b) {
    return loss_->numbers[a] < loss_->numbers[b];
  });
}

bool Studied::failed(std::size_t candidate) const {
  const std::string& word = status(candidate);
  return word != "done" && word != "missing" && word != "stopped";
}

std::vector<std::size_t> Studied::ended() const {
  std::vector<std::size_t> ended;
  for (std::size_t k = 0; k < size_; ++k) {
    if (done(k) || failed(k)) ended.push_back(k);
  }
  return ended;
}

std::size_t Studied::count_done() const {
  return static_cast<std::size_t>(
      std::count(status_->texts.begin(), status_->texts.end(), std::string("done")));
}

std::size_t Studied::count_failed() const {
  std::size_t count = 0;
  for (std::size_t k = 0; k < size_; ++k)
    count += failed(k) ? 1 : 0;
  return count;
}

int Studied::island(std::size_t candidate) const {
  constexpr double most = 10000.0;
  if (island_ == nullptr) return -1;
  const double number = island_->numbers[candidate];
  return number >= 0.0 && number <= most ? static_cast<int>(number) : -1;
}

std::size_t Studied::best() const {
  const io::ResultColumn* repeat = io::find_column(table_.columns, "repeat");
  const bool repeated = repeat != nullptr && repeat->role == Role::design && !repeat->text();
  if (repeated && loss_ != nullptr && size_ > 0)
    return io::best_of_repeats(
               loss_->numbers,
               1 + static_cast<std::size_t>(std::max(
                       0.0, *std::max_element(repeat->numbers.begin(), repeat->numbers.end()))))
        .value_or(size_);
  const io::ResultColumn* verified = io::find_column(table_.columns, "verified_loss");
  std::size_t best = size_;
  if (verified != nullptr && verified->role == Role::check && !verified->text()) {
    for (std::size_t k = 0; k < size_; ++k) {
      const double value = verified->numbers[k];
      if (std::isfinite(value) && (best == size_ || value < verified->numbers[best])) best = k;
    }
  }
  return best == size_ && !ranked_.empty() ? ranked_.front() : best;
}

double place_of(double value, const std::string& scale, double low, double high) {
  const double from = on_scale(low, scale), to = on_scale(high, scale);
  return to > from ? (on_scale(value, scale) - from) / (to - from)
                   : std::numeric_limits<double>::quiet_NaN();
}

Bounds bounds_of(const io::ResultColumn& column) {
  if (column.low < column.high) return {column.low, column.high};
  Bounds bounds{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const double value : column.numbers) {
    if (!std::isfinite(value)) continue;
    bounds.low = std::min(bounds.low, value);
    bounds.high = std::max(bounds.high, value);
  }
  if (bounds.low > bounds.high) return {};
  if (bounds.low == bounds.high) {
    const double margin = std::max(0.05 * std::abs(bounds.low), 1e-9);
    return {bounds.low - margin, bounds.high + margin};
  }
  return bounds;
}

nlohmann::ordered_json number_json(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(rounded(value)) : nlohmann::ordered_json();
}

}  // namespace arcuate::report
