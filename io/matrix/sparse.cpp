#include "sparse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "stream.hpp"

namespace arcuate::io::matrix {
namespace {

[[noreturn]] void twice(const std::string& name, GlobalIndex row, GlobalIndex column) {
  throw DataError(fmt::format("{}: row {}, column {}: the entry is there twice: expected once",
                              name, row + 1, column + 1));
}

void sort_row(Sparse& matrix, std::size_t first, std::size_t last) {
  if (std::is_sorted(matrix.column.begin() + static_cast<std::ptrdiff_t>(first),
                     matrix.column.begin() + static_cast<std::ptrdiff_t>(last))) {
    return;
  }
  std::vector<std::pair<LocalIndex, double>> entries;
  for (std::size_t e = first; e < last; ++e)
    entries.emplace_back(matrix.column[e], matrix.value[e]);
  std::sort(entries.begin(), entries.end());
  for (std::size_t e = first; e < last; ++e) {
    std::tie(matrix.column[e], matrix.value[e]) = entries[e - first];
  }
}

void check_pointers(const Sparse& matrix) {
  const auto entries = static_cast<GlobalIndex>(matrix.column.size());
  for (std::size_t i = 0; i < matrix.row.size(); ++i) {
    const GlobalIndex before = i == 0 ? 0 : matrix.row[i - 1];
    if (matrix.row[i] < before || matrix.row[i] > entries) {
      throw DataError(
          fmt::format("{}: row pointer {} is {}: expected ascending numbers from 0 to {}",
                      matrix.name, i + 1, matrix.row[i], entries));
    }
  }
  if (matrix.row.front() != 0 || matrix.row.back() != entries) {
    throw DataError(fmt::format("{}: row pointers run from {} to {}: expected 0 to {}", matrix.name,
                                matrix.row.front(), matrix.row.back(), entries));
  }
}

}  // namespace

void check_value(const std::string& name, GlobalIndex row, GlobalIndex column, double value,
                 Content content) {
  if (std::isfinite(value) && (content == Content::weights || value >= 0.0)) return;
  throw DataError(
      fmt::format("{}: row {}, column {}: {} is not allowed: expected a finite number{}", name,
                  row + 1, column + 1, value, content == Content::lengths ? " >= 0" : ""));
}

RowCollector::RowCollector(std::string name, Content content, const Sparse* pattern)
    : content_(content), pattern_(pattern) {
  matrix_.name = std::move(name);
  matrix_.row.push_back(0);
}

void RowCollector::add(std::span<const double> values) {
  const GlobalIndex row = matrix_.rows();
  const auto size = static_cast<GlobalIndex>(values.size());
  if (row == 0) matrix_.columns = size;
  if (size != matrix_.columns) {
    throw DataError(fmt::format("{}: row {} has {} values: expected {} as in row 1", matrix_.name,
                                row + 1, size, matrix_.columns));
  }
  if (row >= matrix_.columns) {
    throw DataError(fmt::format("{}: the matrix is not square: it has {} columns and more rows",
                                matrix_.name, matrix_.columns));
  }
  const bool masked = pattern_ != nullptr && row < pattern_->rows();
  auto next = masked ? static_cast<std::size_t>(pattern_->row[static_cast<std::size_t>(row)]) : 0;
  const auto stop =
      masked ? static_cast<std::size_t>(pattern_->row[static_cast<std::size_t>(row) + 1]) : 0;
  for (GlobalIndex j = 0; j < size; ++j) {
    const double value = values[static_cast<std::size_t>(j)];
    check_value(matrix_.name, row, j, value, content_);
    if (masked) {
      if (next == stop || pattern_->column[next] != j) continue;
      ++next;
    }
    if (value == 0.0) continue;
    matrix_.column.push_back(static_cast<LocalIndex>(j));
    matrix_.value.push_back(value);
  }
  matrix_.row.push_back(static_cast<GlobalIndex>(matrix_.column.size()));
}

Sparse RowCollector::finish() {
  if (matrix_.rows() == 0) throw DataError(fmt::format("{}: contains no numbers", matrix_.name));
  if (matrix_.rows() != matrix_.columns) {
    throw DataError(fmt::format("{}: the matrix is not square: {} rows, {} columns", matrix_.name,
                                matrix_.rows(), matrix_.columns));
  }
  return std::move(matrix_);
}

Sparse from_triplets(std::string name, GlobalIndex regions, std::vector<Triplet> entries,
                     Content content) {
  // A number in a header is cheap to write: rows, their transpose and labels are not cheap to keep.
  constexpr double bytes_of_a_region = 64.0;
  check_memory(name, fmt::format("a connectome of {} regions", regions),
               bytes_of_a_region * static_cast<double>(regions));
  Sparse matrix;
  matrix.name = std::move(name);
  matrix.columns = regions;
  matrix.row.assign(static_cast<std::size_t>(regions) + 1, 0);
  for (const Triplet& entry : entries)
    ++matrix.row[static_cast<std::size_t>(entry.row) + 1];
  std::partial_sum(matrix.row.begin(), matrix.row.end(), matrix.row.begin());
  matrix.column.resize(entries.size());
  matrix.value.resize(entries.size());
  std::vector<GlobalIndex> next(matrix.row.begin(), matrix.row.end() - 1);
  for (const Triplet& entry : entries) {
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(entry.row)]++);
    matrix.column[at] = entry.column;
    matrix.value[at] = entry.value;
  }
  std::vector<Triplet>().swap(entries);  // assigning {} would keep the memory
  tidy(matrix, content);
  return matrix;
}

void tidy(Sparse& matrix, Content content) {
  if (matrix.row.empty() || matrix.rows() != matrix.columns) {
    throw DataError(fmt::format("{}: the matrix is not square: {} rows, {} columns", matrix.name,
                                static_cast<GlobalIndex>(matrix.row.size()) - 1, matrix.columns));
  }
  check_pointers(matrix);
  std::size_t kept = 0;
  std::size_t first = 0;
  for (GlobalIndex i = 0; i < matrix.rows(); ++i) {
    const auto last = static_cast<std::size_t>(matrix.row[static_cast<std::size_t>(i) + 1]);
    sort_row(matrix, first, last);
    for (std::size_t e = first; e < last; ++e) {
      const LocalIndex j = matrix.column[e];
      if (j < 0 || j >= matrix.columns) {
        throw DataError(fmt::format("{}: row {}: column index {} is not allowed: expected 0 to {}",
                                    matrix.name, i + 1, j, matrix.columns - 1));
      }
      if (e > first && matrix.column[e - 1] == j) twice(matrix.name, i, j);
      check_value(matrix.name, i, j, matrix.value[e], content);
    }
    for (std::size_t e = first; e < last; ++e) {
      if (matrix.value[e] == 0.0) continue;
      matrix.column[kept] = matrix.column[e];
      matrix.value[kept++] = matrix.value[e];
    }
    first = last;
    matrix.row[static_cast<std::size_t>(i) + 1] = static_cast<GlobalIndex>(kept);
  }
  matrix.column.resize(kept);
  matrix.value.resize(kept);
}

Sparse transposed(const Sparse& matrix) {
  Sparse result;
  result.name = matrix.name;
  result.columns = matrix.rows();
  result.row.assign(static_cast<std::size_t>(matrix.columns) + 1, 0);
  result.column.resize(matrix.column.size());
  result.value.resize(matrix.value.size());
  for (LocalIndex j : matrix.column)
    ++result.row[static_cast<std::size_t>(j) + 1];
  std::partial_sum(result.row.begin(), result.row.end(), result.row.begin());
  std::vector<GlobalIndex> next(result.row.begin(), result.row.end() - 1);
  for (std::size_t i = 0; i + 1 < matrix.row.size(); ++i) {
    for (auto e = static_cast<std::size_t>(matrix.row[i]);
         e < static_cast<std::size_t>(matrix.row[i + 1]); ++e) {
      const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(matrix.column[e])]++);
      result.column[at] = static_cast<LocalIndex>(i);
      result.value[at] = matrix.value[e];
    }
  }
  return result;
}

std::vector<double> values_at(const Sparse& pattern, const Sparse& matrix) {
  if (pattern.rows() != matrix.rows()) {
    throw DataError(fmt::format("{}: has {} regions: expected {} as in {}", matrix.name,
                                matrix.rows(), pattern.rows(), pattern.name));
  }
  std::vector<double> values(pattern.column.size(), 0.0);
  for (std::size_t i = 0; i + 1 < pattern.row.size(); ++i) {
    auto at = static_cast<std::size_t>(matrix.row[i]);
    const auto stop = static_cast<std::size_t>(matrix.row[i + 1]);
    for (auto e = static_cast<std::size_t>(pattern.row[i]);
         e < static_cast<std::size_t>(pattern.row[i + 1]); ++e) {
      while (at < stop && matrix.column[at] < pattern.column[e])
        ++at;
      if (at < stop && matrix.column[at] == pattern.column[e]) {
        values[e] = matrix.value[at];
      }
    }
  }
  return values;
}

}  // namespace arcuate::io::matrix
