#include "arcuate/analysis/saved.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "arcuate/core/error.hpp"

namespace arcuate::analysis {
namespace {

[[noreturn]] void refuse() {
  throw DataError("what a feature has saved is of another feature, or damaged");
}

}  // namespace

void Saved::require_end() const {
  if (!from_.empty()) refuse();
}

void Saved::pass(std::span<double> values) {
  if (!gives_) {
    taken_.insert(taken_.end(), values.begin(), values.end());
    return;
  }
  if (from_.size() < values.size()) refuse();
  std::copy_n(from_.begin(), values.size(), values.begin());
  from_ = from_.subspan(values.size());
}

void Saved::pass(double& value) {
  pass(std::span(&value, 1));
}

void Saved::pass(Index& value) {
  auto number = static_cast<double>(value);
  pass(number);
  if (!(std::abs(number) < 0x1p53)) refuse();
  value = static_cast<Index>(number);
}

void Saved::agree(Index value, std::string_view words) {
  Index was = value;
  pass(was);
  if (was != value)
    throw ConfigError(std::string(words) + " were " + std::to_string(was) + ", would be " +
                      std::to_string(value));
}

/// The extents of an array: those it has, or had. No more than the numbers that are there.
std::pair<Index, Index> Saved::size(Index rows, Index columns) {
  pass(rows);
  pass(columns);
  const auto left = static_cast<double>(from_.size());
  if (gives_ &&
      (rows < 0 || columns < 0 || static_cast<double>(rows) * static_cast<double>(columns) > left))
    refuse();
  return {rows, columns};
}

void Saved::pass(Matrix& values) {
  const auto [rows, columns] = size(values.rows(), values.cols());
  if (gives_) values.resize(rows, columns);
  pass(std::span(values.data(), static_cast<std::size_t>(values.size())));
}

void Saved::pass(Vector& values) {
  const auto [rows, columns] = size(values.size(), 1);
  if (columns != 1) refuse();
  if (gives_) values.resize(rows);
  pass(std::span(values.data(), static_cast<std::size_t>(values.size())));
}

void Saved::pass(std::vector<double>& values) {
  const auto [rows, columns] = size(std::ssize(values), 1);
  if (columns != 1) refuse();
  if (gives_) values.resize(static_cast<std::size_t>(rows));
  pass(std::span(values));
}

}  // namespace arcuate::analysis
