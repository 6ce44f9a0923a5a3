#include "arcuate/tuning/window_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace arcuate::tuning {
namespace {

constexpr double n_blocks = window_blocks;

/// What a row shows around its straight line.
struct Spread {
  double variance = 0.0;     ///< of a block
  double correlation = 0.0;  ///< of neighbours, as it is found
};

Spread spread_of(const double* block) {
  std::array<double, window_blocks> rest{};
  double mean = 0.0, slope = 0.0, times = 0.0;
  const auto time = [](std::size_t b) { return static_cast<double>(b) - 0.5 * (n_blocks - 1.0); };
  for (std::size_t b = 0; b < window_blocks; ++b) {
    mean += block[b] / n_blocks;
    slope += time(b) * block[b];
    times += time(b) * time(b);
  }
  for (std::size_t b = 0; b < window_blocks; ++b)
    rest[b] = block[b] - mean - slope / times * time(b);
  double same = 0.0, next = 0.0;
  for (std::size_t b = 0; b < window_blocks; ++b) {
    same += rest[b] * rest[b];
    if (b > 0) next += rest[b] * rest[b - 1];
  }
  return {same / n_blocks, same > 0.0 ? next / same : 0.0};
}

/// How many blocks tell as much as one that stands for itself.
double inefficiency(double correlation) {
  constexpr double slowest = 0.9;
  const double unbiased = (correlation + 2.0 / n_blocks) / (1.0 - 4.0 / n_blocks);
  const double r = std::clamp(unbiased, 0.0, slowest);
  return (1.0 + r) / (1.0 - r);
}

}  // namespace

std::vector<double> standard_errors(const std::vector<double>& blocks) {
  constexpr double least = 0.2;  // of the variance that is left without the line
  std::vector<Spread> rows;
  double together = 0.0;
  for (std::size_t at = 0; at < blocks.size(); at += window_blocks) {
    rows.push_back(spread_of(&blocks[at]));
    together += rows.back().correlation;
  }
  const double common = inefficiency(together / static_cast<double>(rows.size()));
  std::vector<double> errors;
  for (const Spread& row : rows) {
    const double factor = std::max(common, inefficiency(row.correlation));
    const double variance = row.variance / std::max(least, 1.0 - 2.0 * factor / n_blocks);
    errors.push_back(std::sqrt(variance * factor / n_blocks));
  }
  return errors;
}

std::vector<double> drifts(const std::vector<double>& blocks) {
  std::vector<double> result;
  for (std::size_t at = 0; at < blocks.size(); at += window_blocks) {
    double drift = 0.0;
    for (std::size_t b = 0; b < window_blocks; ++b)
      drift += (2 * b < window_blocks ? -2.0 : 2.0) / n_blocks * blocks[at + b];
    result.push_back(drift);
  }
  return result;
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace arcuate::tuning
