#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/io/results.hpp"

namespace arcuate::io {
namespace {

struct Mean {
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::quiet_NaN();
  double count = 0.0;
};

/// Of those of some numbers that are finite.
Mean mean_of_group(std::span<const double> numbers, std::size_t first, std::size_t count) {
  Mean mean;
  double sum = 0.0, squares = 0.0;
  for (std::size_t k = first; k < first + count; ++k) {
    if (!std::isfinite(numbers[k])) continue;
    sum += numbers[k];
    mean.count += 1.0;
  }
  if (mean.count == 0.0) return mean;
  mean.value = sum / mean.count;
  for (std::size_t k = first; k < first + count; ++k) {
    if (std::isfinite(numbers[k])) squares += (numbers[k] - mean.value) * (numbers[k] - mean.value);
  }
  if (mean.count > 1.0) mean.error = std::sqrt(squares / (mean.count - 1.0) / mean.count);
  return mean;
}

bool is_averaged(const ResultColumn& column) {
  return !column.text() && (column.role == ColumnRole::loss || column.role == ColumnRole::term ||
                            column.role == ColumnRole::feature);
}

bool is_of_point(const ResultColumn& column) {
  if (column.name == "repeat" || column.name == "seed") return false;
  return column.role == ColumnRole::parameter || column.role == ColumnRole::derived ||
         column.role == ColumnRole::design;
}

/// The first of every group.
ResultColumn firsts_of(const ResultColumn& column, std::size_t points, std::size_t repeats) {
  ResultColumn first = column;
  first.numbers.clear();
  first.texts.clear();
  for (std::size_t point = 0; point < points; ++point) {
    if (column.text()) {
      first.texts.push_back(column.texts[point * repeats]);
    } else {
      first.numbers.push_back(column.numbers[point * repeats]);
    }
  }
  return first;
}

/// How many of each group have ended with a result.
ResultColumn counts_of(const ResultTable& table, std::size_t points, std::size_t repeats) {
  ResultColumn counts{"repeats", "1", "with a result"};
  counts.role = ColumnRole::design;
  counts.numbers.assign(points, 0.0);
  for (const ResultColumn& column : table.columns) {
    if (column.name != "status") continue;
    for (std::size_t k = 0; k < points * repeats; ++k)
      counts.numbers[k / repeats] += column.texts[k] == "done" ? 1.0 : 0.0;
  }
  return counts;
}

}  // namespace

ResultTable means_of(const ResultTable& table, std::size_t repeats) {
  ResultTable means;
  means.kind = table.kind;
  means.title = table.title;
  means.study = table.study;
  const std::size_t points = table.columns.empty() ? 0 : table.columns.front().size() / repeats;
  for (const ResultColumn& column : table.columns) {
    if (is_of_point(column)) means.columns.push_back(firsts_of(column, points, repeats));
  }
  means.columns.push_back(counts_of(table, points, repeats));
  for (const ResultColumn& column : table.columns) {
    if (!is_averaged(column)) continue;
    ResultColumn mean{column.name, column.unit, column.meaning};
    ResultColumn error{column.name + ".error", column.unit, "standard error of the mean"};
    mean.role = error.role = column.role;
    for (std::size_t point = 0; point < points; ++point) {
      const Mean found = mean_of_group(column.numbers, point * repeats, repeats);
      mean.numbers.push_back(found.value);
      error.numbers.push_back(found.error);
    }
    means.columns.push_back(std::move(mean));
    means.columns.push_back(std::move(error));
  }
  return means;
}

std::optional<std::size_t> best_of_repeats(std::span<const double> losses, std::size_t repeats) {
  double least = std::numeric_limits<double>::infinity();
  std::size_t best = losses.size();
  for (std::size_t first = 0; first + repeats <= losses.size(); first += repeats) {
    const Mean mean = mean_of_group(losses, first, repeats);
    if (!(mean.value < least)) continue;
    least = mean.value;
    best = first;
  }
  const auto known = std::find_if(losses.begin() + static_cast<std::ptrdiff_t>(best), losses.end(),
                                  [](double loss) { return std::isfinite(loss); });
  if (known == losses.end()) return std::nullopt;
  return static_cast<std::size_t>(known - losses.begin());
}

}  // namespace arcuate::io
