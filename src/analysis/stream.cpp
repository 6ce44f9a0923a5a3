#include "arcuate/analysis/stream.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "standardise.hpp"
#include "threads.hpp"
#include "tiles.hpp"

namespace arcuate::analysis {
namespace {

constexpr Index stream_tile = 64;  // regions of a tile of products: one thread computes it

/// Of the absolute values; a value that is not finite shows in the sums.
void keep_largest(Series block, Vector& largest) {
  for (Index i = 0; i < block.cols(); ++i)
    largest[i] = std::max(largest[i], block.col(i).cwiseAbs().maxCoeff());
}

/// `varies` of a signal that is gone: sum of its squared deviations, largest absolute value.
bool varied(double squares, double largest, Index samples) {
  const double length = std::sqrt(squares);
  return std::isfinite(length) &&
         length > 1e-13 * largest * std::sqrt(static_cast<double>(samples));
}

}  // namespace

void Accumulator::push(Series samples) {
  for (Index done = 0; done < samples.rows();) {
    const Index count = std::min(block_samples - filled_, samples.rows() - done);
    block_.middleRows(filled_, count) = samples.middleRows(done, count);
    filled_ += count;
    done += count;
    if (filled_ < block_samples) return;
    add(block_);
    filled_ = 0;
  }
}

void Accumulator::pass(Saved& saved) {
  saved.pass(block_);
  saved.pass(filled_);
  if (filled_ < 0 || filled_ > block_.rows())
    throw DataError("what a feature has saved is damaged");
  pass_own(saved);
}

Result Accumulator::finish() {
  if (filled_ > 0) {
    const Matrix last = block_.topRows(filled_);
    filled_ = 0;
    add(last);
  }
  return result();
}

void JointMoments::pass(Saved& saved) {
  saved.pass(samples_);
  saved.pass(mean_);
  saved.pass(largest_);
  saved.pass(products_);
}

void StreamedVariance::pass(Saved& saved) {
  saved.pass(samples_);
  saved.pass(mean_);
  saved.pass(largest_);
  saved.pass(squares_);
}

void StreamedMoments::pass(Saved& saved) {
  saved.pass(samples_);
  saved.pass(mean_);
  saved.pass(largest_);
  saved.pass(second_);
  saved.pass(third_);
  saved.pass(fourth_);
}

JointMoments::JointMoments(Index regions)
    : mean_(Vector::Zero(regions)), largest_(Vector::Zero(regions)) {}

void JointMoments::add(Series block) {
  const Index regions = block.cols();
  if (samples_ == 0) products_ = Matrix::Zero(regions, regions);
  const auto before = static_cast<double>(samples_);
  const auto here = static_cast<double>(block.rows());
  samples_ += block.rows();
  keep_largest(block, largest_);
  // The last row is the step from the mean of the samples before to that of the block.
  Matrix z(block.rows() + 1, regions);
  for (Index i = 0; i < regions; ++i) {
    const double mean = mean_of(block.col(i));
    const double step = mean - mean_[i];
    z.col(i).head(block.rows()) = block.col(i).array() - mean;
    z(block.rows(), i) = step * std::sqrt(before * here / (before + here));
    mean_[i] += step * here / (before + here);
  }
  for_lower_tiles(regions, stream_tile, [&](Index i, Index j, Index height, Index width) {
    products_.block(i, j, height, width).noalias() +=
        z.middleCols(i, height).transpose() * z.middleCols(j, width);
  });
}

std::vector<Index> JointMoments::constant() const {
  std::vector<Index> found;
  for (Index i = 0; i < mean_.size(); ++i) {
    if (!varied(products_(i, i), largest_[i], samples_)) found.push_back(i);
  }
  return found;
}

Matrix JointMoments::correlation(Undefined undefined) const {
  if (samples_ < 2) {
    throw DataError("fc: a correlation needs two samples or more, and there are " +
                    std::to_string(samples_));
  }
  const Vector length = products_.diagonal().cwiseSqrt();
  Matrix r(mean_.size(), mean_.size());
  for (Index j = 0; j < r.cols(); ++j) {
    for (Index i = j; i < r.rows(); ++i) {
      r(i, j) = std::clamp(products_(i, j) / length[i] / length[j], -1.0, 1.0);
      r(j, i) = r(i, j);
    }
  }
  const bool zero = undefined == Undefined::zero;
  r.diagonal().setOnes();
  for (const Index i : constant()) {
    const double value = zero ? 0.0 : not_a_number;
    r.row(i).setConstant(value);
    r.col(i).setConstant(value);
    if (zero) r(i, i) = 1.0;
  }
  return r;
}

StreamedVariance::StreamedVariance(Index regions)
    : mean_(Vector::Zero(regions)),
      largest_(Vector::Zero(regions)),
      squares_(Vector::Zero(regions)) {}

void StreamedVariance::add(Series block) {
  const auto before = static_cast<double>(samples_);
  const auto here = static_cast<double>(block.rows());
  samples_ += block.rows();
  keep_largest(block, largest_);
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < block.cols(); ++i) {
    const double mean = mean_of(block.col(i));
    const double step = mean - mean_[i];
    squares_[i] += squares_of(block.col(i), mean) + step * step * before * here / (before + here);
    mean_[i] += step * here / (before + here);
  }
}

std::vector<Index> StreamedVariance::constant() const {
  std::vector<Index> found;
  for (Index i = 0; i < mean_.size(); ++i) {
    if (!varied(squares_[i], largest_[i], samples_)) found.push_back(i);
  }
  return found;
}

StreamedMoments::StreamedMoments(Index regions)
    : mean_(Vector::Zero(regions)),
      largest_(Vector::Zero(regions)),
      second_(Vector::Zero(regions)),
      third_(Vector::Zero(regions)),
      fourth_(Vector::Zero(regions)) {}

void StreamedMoments::add(Series block) {
  const auto a = static_cast<double>(samples_);
  const auto b = static_cast<double>(block.rows());
  const double n = a + b;
  samples_ += block.rows();
  keep_largest(block, largest_);
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < block.cols(); ++i) {
    const Vector x = block.col(i);
    const double mean = mean_of(x);
    const double d = a > 0.0 ? mean - mean_[i] : 0.0;
    const double two = squares_of(x, mean);
    const auto cube = [&](Index t) { return (x[t] - mean) * (x[t] - mean) * (x[t] - mean); };
    const double three = sum_of(x.size(), cube);
    const double four = sum_of(x.size(), [&](Index t) { return cube(t) * (x[t] - mean); });
    fourth_[i] += four + d * d * d * d * a * b * (a * a - a * b + b * b) / (n * n * n) +
                  6.0 * d * d * (a * a * two + b * b * second_[i]) / (n * n) +
                  4.0 * d * (a * three - b * third_[i]) / n;
    third_[i] +=
        three + d * d * d * a * b * (a - b) / (n * n) + 3.0 * d * (a * two - b * second_[i]) / n;
    second_[i] += two + d * d * a * b / n;
    mean_[i] = a > 0.0 ? mean_[i] + d * b / n : mean;
  }
}

std::vector<Index> StreamedMoments::constant() const {
  std::vector<Index> found;
  for (Index i = 0; i < mean_.size(); ++i) {
    if (!varied(second_[i], largest_[i], samples_)) found.push_back(i);
  }
  return found;
}

Moments StreamedMoments::moments() const {
  const auto n = static_cast<double>(samples_);
  Moments all{mean_, second_ / n, third_, fourth_};
  for (Index i = 0; i < mean_.size(); ++i) {
    const double variance = all.variance[i];
    all.skewness[i] = third_[i] / n / std::pow(variance, 1.5);
    all.kurtosis[i] = fourth_[i] / n / (variance * variance) - 3.0;
  }
  for (const Index i : constant()) {
    if (std::isfinite(all.variance[i])) all.variance[i] = 0.0;
    all.skewness[i] = all.kurtosis[i] = not_a_number;
  }
  return all;
}

}  // namespace arcuate::analysis
