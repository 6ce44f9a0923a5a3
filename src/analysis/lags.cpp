#include "arcuate/analysis/lags.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "standardise.hpp"
#include "threads.hpp"
#include "transform.hpp"

namespace arcuate::analysis {
namespace {

/// Autocorrelation at lags 0, 1, ... of a signal of unit length, by Fourier transforms.
class Autocorrelation {
 public:
  explicit Autocorrelation(const ComplexTransform& transform)
      : transform_(transform), buffer_(make_complexes(transform.size())) {}

  Vector of(const Vector& z) {
    const Index size = transform_.size();
    for (Index t = 0; t < size; ++t) {
      buffer_[t][0] = t < z.size() ? z[t] : 0.0;
      buffer_[t][1] = 0.0;
    }
    transform_.there(buffer_.get());
    for (Index k = 0; k < size; ++k) {
      buffer_[k][0] = buffer_[k][0] * buffer_[k][0] + buffer_[k][1] * buffer_[k][1];
      buffer_[k][1] = 0.0;
    }
    transform_.back(buffer_.get());
    Vector r(z.size());
    for (Index t = 0; t < r.size(); ++t)
      r[t] = buffer_[t][0] / static_cast<double>(size);
    return r;
  }

 private:
  const ComplexTransform& transform_;
  Complexes buffer_;
};

double decay_of(const Vector& r) {
  const double level = std::exp(-1.0);
  for (Index k = 1; k < r.size(); ++k) {
    if (r[k] <= level) return static_cast<double>(k - 1) + (r[k - 1] - level) / (r[k - 1] - r[k]);
  }
  return not_a_number;
}

double integral_of(const Vector& r) {
  double area = 0.0;
  for (Index k = 1; k < r.size(); ++k) {
    if (!(r[k] > 0.0)) return area + 0.5 * r[k - 1];
    area += 0.5 * (r[k - 1] + r[k]);
  }
  return not_a_number;
}

/// Cross-covariances at one lag >= 0: entry (i, j) is the mean of x_i(t + lag) x_j(t).
Matrix covariance_at(const Matrix& x, Index lag) {
  const Index n = x.rows() - lag;
  const Index regions = x.cols();
  Matrix c(regions, regions);
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
  for (Index i = 0; i < regions; i += tile) {
    const Index height = std::min(tile, regions - i);
    c.middleRows(i, height).noalias() =
        x.block(lag, i, n, height).transpose() * x.topRows(n) / static_cast<double>(n);
  }
  return c;
}

/// The lag [samples] of a curve over -longest .. longest at its extremum of the sign that it has
/// without a lag.
double extremum(const Vector& curve) {
  const Index middle = curve.size() / 2;
  const Vector signed_curve = curve[middle] < 0.0 ? Vector(-curve) : curve;
  Index best = 0;
  if (std::isnan(signed_curve.sum())) return not_a_number;
  signed_curve.maxCoeff(&best);
  if (best == 0 || best + 1 == curve.size()) return not_a_number;
  const double before = signed_curve[best - 1];
  const double after = signed_curve[best + 1];
  const double bend = before - 2.0 * signed_curve[best] + after;
  const double shift = bend < 0.0 ? 0.5 * (before - after) / bend : 0.0;
  return static_cast<double>(best - middle) + shift;
}

Matrix delays_of(const std::vector<Matrix>& covariance, Index regions) {
  const Index longest = std::ssize(covariance) - 1;
  Matrix delay = Matrix::Zero(regions, regions);
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
  for (Index i = 0; i < regions; ++i) {
    Vector curve(2 * longest + 1);
    for (Index j = 0; j < i; ++j) {
      for (Index lag = 0; lag <= longest; ++lag) {
        const Matrix& c = covariance[static_cast<std::size_t>(lag)];
        curve[longest + lag] = c(i, j);
        curve[longest - lag] = c(j, i);
      }
      delay(i, j) = extremum(curve);
      delay(j, i) = -delay(i, j);
    }
  }
  return delay;
}

/// Means over the entries that are defined.
Vector row_means(const Matrix& matrix) {
  Vector mean(matrix.rows());
  for (Index i = 0; i < matrix.rows(); ++i) {
    double sum = 0.0;
    Index count = 0;
    for (Index j = 0; j < matrix.cols(); ++j) {
      if (std::isnan(matrix(i, j))) continue;
      sum += matrix(i, j);
      ++count;
    }
    mean[i] = count > 0 ? sum / static_cast<double>(count) : not_a_number;
  }
  return mean;
}

void add_threads(LagThreads& result, Index threads) {
  const Index n = result.delay.rows();
  // The mean of a column is minus that of its row.
  Matrix rest = result.delay.rowwise() + result.projection.transpose();
  rest = rest.array().isNaN().select(0.0, rest);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(rest.transpose() * rest);
  const double whole = solver.eigenvalues().cwiseMax(0.0).sum();
  result.thread.resize(n, threads);
  result.share.resize(threads);
  for (Index k = 0; k < threads; ++k) {
    const Index place = n - 1 - k;
    Vector thread = rest * solver.eigenvectors().col(place) / std::sqrt(static_cast<double>(n));
    Index most = 0;
    thread.cwiseAbs().maxCoeff(&most);
    if (thread[most] < 0.0) thread = -thread;
    result.thread.col(k) = thread;
    result.share[k] =
        whole > 0.0 ? std::max(0.0, solver.eigenvalues()[place]) / whole : not_a_number;
  }
}

}  // namespace

AutocorrelationTime autocorrelation_time(Series series, double rate) {
  const Index regions = series.cols();
  AutocorrelationTime result{Vector::Constant(regions, not_a_number),
                             Vector::Constant(regions, not_a_number)};
  const ComplexTransform transform(2 * series.rows());
#pragma omp parallel num_threads(threads())
  {
    Autocorrelation autocorrelation(transform);
#pragma omp for schedule(dynamic)
    for (Index i = 0; i < regions; ++i) {
      Vector z = series.col(i);
      if (!standardise(z)) continue;
      const Vector r = autocorrelation.of(z);
      result.decay[i] = decay_of(r) / rate;
      result.integral[i] = integral_of(r) / rate;
    }
  }
  return result;
}

void require_lags(Index samples, Index regions, Index longest, Index threads) {
  if (longest < 1 || longest > (samples - 1) / 2) {
    throw ConfigError("lag_threads: the longest lag is " + std::to_string(longest) +
                      " samples (allowed: 1 to " + std::to_string((samples - 1) / 2) +
                      ", half the series)");
  }
  if (threads < 1 || threads > regions) {
    throw ConfigError("lag_threads: " + std::to_string(threads) + " threads (allowed: 1 to " +
                      std::to_string(regions) + ", the regions)");
  }
}

LagThreads lag_threads(Series series, double rate, Index longest, Index threads) {
  require_lags(series.rows(), series.cols(), longest, threads);
  Matrix x = series;
  for (Index i = 0; i < x.cols(); ++i) {
    if (!standardise(x.col(i))) x.col(i).setConstant(not_a_number);
  }
  std::vector<Matrix> covariance;
  for (Index lag = 0; lag <= longest; ++lag)
    covariance.push_back(covariance_at(x, lag));
  LagThreads result;
  result.delay = delays_of(covariance, x.cols()) / rate;
  result.projection = row_means(result.delay);
  add_threads(result, threads);
  return result;
}

}  // namespace arcuate::analysis
