#include "connectivity.hpp"

#include <cmath>
#include <limits>

namespace arcuate::io {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Rows> as_rows(std::span<const double> values, Eigen::Index columns) {
  return {values.data(), static_cast<Eigen::Index>(values.size()) / columns, columns};
}

}  // namespace

Eigen::MatrixXd functional_connectivity(const ExportJob& job) {
  const auto n = static_cast<Eigen::Index>(job.columns());
  Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(n);
  job.each_block([&](std::size_t, std::span<const double> values) {
    mean += as_rows(values, n).colwise().sum();
  });
  mean /= static_cast<double>(job.samples());
  // Centred first: sums of squares of signals far from 0 would cancel.
  Eigen::MatrixXd moments = Eigen::MatrixXd::Zero(n, n);
  job.each_block([&](std::size_t, std::span<const double> values) {
    const Rows centred = as_rows(values, n).rowwise() - mean;
    moments.selfadjointView<Eigen::Lower>().rankUpdate(centred.transpose());
  });
  Eigen::VectorXd scale = moments.diagonal().cwiseSqrt();
  for (Eigen::Index k = 0; k < n; ++k) {
    // Rounding leaves a constant signal with a variance of its own last digits.
    const double noise = 1e-13 * std::abs(mean[k]) * std::sqrt(static_cast<double>(job.samples()));
    if (!(scale[k] > noise)) scale[k] = std::numeric_limits<double>::quiet_NaN();
  }
  moments.triangularView<Eigen::StrictlyUpper>() = moments.transpose();
  for (Eigen::Index k = 0; k < n; ++k) {
    moments.row(k) /= scale[k];
    moments.col(k) /= scale[k];
  }
  return moments;
}

}  // namespace arcuate::io
