#include "arcuate/analysis/moments.hpp"

#include <cmath>

#include "constants.hpp"
#include "standardise.hpp"
#include "threads.hpp"

namespace arcuate::analysis {
namespace {

void add_episodes(Eigen::Ref<const Vector> x, Index region, double threshold, Index gap,
                  std::vector<Episode>& all) {
  const std::size_t before = all.size();
  for (Index t = 0; t < x.size(); ++t) {
    if (!(x[t] > threshold)) continue;
    const bool goes_on = all.size() > before && t <= all.back().first + all.back().length + gap;
    if (!goes_on) all.push_back({region, t, 0});
    all.back().length = t + 1 - all.back().first;
  }
}

}  // namespace

Moments moments(Series series) {
  const Index regions = series.cols();
  Moments result{Vector(regions), Vector(regions), Vector(regions), Vector(regions)};
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < regions; ++i) {
    const Vector x = series.col(i);
    const double mean = mean_of(x);
    const auto n = static_cast<double>(x.size());
    const double variance = squares_of(x, mean) / n;
    const auto central = [&](double power) {
      return sum_of(x.size(), [&](Index k) { return std::pow(x[k] - mean, power); }) / n;
    };
    Vector copy = x;
    const bool varies = standardise(copy);
    result.mean[i] = mean;
    result.variance[i] = varies || !std::isfinite(variance) ? variance : 0.0;
    result.skewness[i] = varies ? central(3.0) / std::pow(variance, 1.5) : not_a_number;
    result.kurtosis[i] = varies ? central(4.0) / (variance * variance) - 3.0 : not_a_number;
  }
  return result;
}

double entropy(const Vector& values, Index bins, double low, double high) {
  std::vector<Index> count(static_cast<std::size_t>(bins), 0);
  Index total = 0;
  for (const double value : values) {
    if (!(value >= low && value <= high)) continue;
    const auto place = static_cast<Index>((value - low) / (high - low) * static_cast<double>(bins));
    ++count[static_cast<std::size_t>(std::min(place, bins - 1))];
    ++total;
  }
  if (total == 0) return not_a_number;
  double sum = 0.0;
  for (const Index in_bin : count) {
    const double share = static_cast<double>(in_bin) / static_cast<double>(total);
    if (in_bin > 0) sum -= share * std::log(share);
  }
  return sum;
}

Matrix moving_deviation(Series series, Index window) {
  Matrix out = Matrix::Constant(series.rows(), series.cols(), not_a_number);
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < series.cols(); ++i) {
    for (Index t = window - 1; t < series.rows(); ++t)
      out(t, i) = deviation_of(series.col(i).segment(t + 1 - window, window));
  }
  return out;
}

std::vector<Episode> episodes(Series series, double threshold, Index least, Index gap) {
  std::vector<Episode> all;
  for (Index i = 0; i < series.cols(); ++i)
    add_episodes(series.col(i), i, threshold, gap, all);
  std::erase_if(all, [least](const Episode& one) { return one.length < least; });
  return all;
}

}  // namespace arcuate::analysis
