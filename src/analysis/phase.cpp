#include "arcuate/analysis/phase.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "sums.hpp"
#include "threads.hpp"
#include "transform.hpp"

namespace arcuate::analysis {
namespace {

/// Calls use(region, analytic signal) for every column, in any order.
template <class Use>
void with_analytic(Series series, Use use) {
  const Index n = series.rows();
  const ComplexTransform transform(n);
#pragma omp parallel num_threads(threads())
  {
    const Complexes buffer = make_complexes(n);
#pragma omp for schedule(dynamic)
    for (Index i = 0; i < series.cols(); ++i) {
      const double mean = mean_of(series.col(i));
      for (Index t = 0; t < n; ++t) {
        buffer[t][0] = series(t, i) - mean;
        buffer[t][1] = 0.0;
      }
      transform.there(buffer.get());
      const Index last = (n + 1) / 2;  // of the positive frequencies, which count twice
      for (Index k = 1; k < n; ++k) {
        const bool at_half = n % 2 == 0 && k == n / 2;
        const double factor = at_half ? 1.0 : k < last ? 2.0 : 0.0;
        buffer[k][0] *= factor;
        buffer[k][1] *= factor;
      }
      transform.back(buffer.get());
      use(i, buffer.get());
    }
  }
}

/// Columns of sums, a thread each a run of time steps.
constexpr Index time_tile = 256;

}  // namespace

Matrix phases(Series series) {
  Matrix out(series.rows(), series.cols());
  with_analytic(series, [&](Index i, const fftw_complex* z) {
    for (Index t = 0; t < out.rows(); ++t)
      out(t, i) = std::atan2(z[t][1], z[t][0]);
  });
  return out;
}

Matrix envelope(Series series) {
  Matrix out(series.rows(), series.cols());
  const auto n = static_cast<double>(series.rows());
  with_analytic(series, [&](Index i, const fftw_complex* z) {
    for (Index t = 0; t < out.rows(); ++t)
      out(t, i) = std::hypot(z[t][0], z[t][1]) / n;
  });
  return out;
}

double wrapped(double phase) {
  return std::remainder(phase, 2.0 * std::numbers::pi);
}

Matrix wrapped(Series phase) {
  return phase.unaryExpr([](double one) { return wrapped(one); });
}

Vector order_parameter(Series phase) {
  Vector order(phase.rows());
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index t = 0; t < phase.rows(); ++t) {
    std::complex<double> sum;
    for (Index i = 0; i < phase.cols(); ++i)
      sum += std::polar(1.0, phase(t, i));
    order[t] = std::abs(sum) / static_cast<double>(phase.cols());
  }
  return order;
}

Matrix local_order(Series phase, const Matrix& distance, double lambda) {
  Matrix weight = (-lambda * distance).array().exp();
  for (Index i = 0; i < weight.rows(); ++i)
    weight.row(i) /= weight.row(i).sum();
  const Matrix towards = weight.transpose();
  Matrix out(phase.rows(), phase.cols());
  const Index tiles = (phase.rows() + time_tile - 1) / time_tile;
#pragma omp parallel for num_threads(threads()) schedule(dynamic)
  for (Index k = 0; k < tiles; ++k) {
    const Index from = k * time_tile;
    const Index count = std::min(time_tile, phase.rows() - from);
    const Matrix angle = phase.middleRows(from, count);
    const Matrix real = Matrix(angle.array().cos()) * towards;
    const Matrix imaginary = Matrix(angle.array().sin()) * towards;
    out.middleRows(from, count) =
        (real.array().square() + imaginary.array().square()).sqrt().matrix();
  }
  return out;
}

}  // namespace arcuate::analysis
