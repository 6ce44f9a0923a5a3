#include "arcuate/analysis/connectivity.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "standardise.hpp"
#include "threads.hpp"
#include "tiles.hpp"

namespace arcuate::analysis {
namespace {

bool counts(const PairMask& mask, Index i, Index j) {
  return mask.size() == 0 || mask(std::max(i, j), std::min(i, j)) != 0;
}

/// The products of columns, tile by tile below the diagonal and mirrored.
Matrix products_of(const Matrix& z) {
  const Index n = z.cols();
  Matrix r(n, n);
  for_lower_tiles(n, tile, [&](Index i, Index j, Index height, Index width) {
    auto block = r.block(i, j, height, width);
    block.noalias() = z.middleCols(i, height).transpose() * z.middleCols(j, width);
  });
  r.triangularView<Eigen::StrictlyUpper>() = r.transpose();
  return r;
}

}  // namespace

std::vector<Index> without_variance(Series series) {
  std::vector<Index> found;
  for (Index i = 0; i < series.cols(); ++i) {
    Vector signal = series.col(i);
    if (!standardise(signal)) found.push_back(i);
  }
  return found;
}

Matrix fc(Series series, Undefined undefined) {
  if (series.rows() < 2) {
    throw DataError("fc: a correlation needs two samples or more, and there are " +
                    std::to_string(series.rows()));
  }
  Matrix z = series;
  std::vector<char> defined(static_cast<std::size_t>(z.cols()));
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < z.cols(); ++i)
    defined[static_cast<std::size_t>(i)] = standardise(z.col(i)) ? 1 : 0;
  Matrix r = products_of(z).cwiseMax(-1.0).cwiseMin(1.0);
  r.diagonal().setOnes();
  if (undefined == Undefined::zero) return r;
  for (Index i = 0; i < z.cols(); ++i) {
    if (defined[static_cast<std::size_t>(i)] != 0) continue;
    r.row(i).setConstant(not_a_number);
    r.col(i).setConstant(not_a_number);
  }
  return r;
}

void require_inverse(const std::vector<Index>& constant) {
  if (constant.empty()) return;
  throw DataError("partial correlation: column " + std::to_string(constant.front()) +
                  " is constant or not finite, so that the correlation matrix has no inverse");
}

Matrix partial_fc(Series series, double ridge) {
  Matrix r = fc(series);
  require_inverse(without_variance(series));
  return partial_of(std::move(r), ridge, series.rows());
}

Matrix partial_of(Matrix r, double ridge, Index samples) {
  r.diagonal().array() += ridge;
  const Eigen::LLT<Matrix> cholesky(r);
  const bool regular = cholesky.info() == Eigen::Success && cholesky.rcond() > 1e-13;
  if (!regular) {
    throw DataError("partial correlation: the correlation matrix of " + std::to_string(r.cols()) +
                    " regions over " + std::to_string(samples) +
                    " samples has no inverse (some are sums of others, or there are too few "
                    "samples); a ridge above 0 gives it one");
  }
  const Matrix p = cholesky.solve(Matrix::Identity(r.rows(), r.cols()));
  const Vector scale = p.diagonal().cwiseSqrt().cwiseInverse();
  Matrix partial = (-(scale.asDiagonal() * p * scale.asDiagonal())).cwiseMax(-1.0).cwiseMin(1.0);
  partial.diagonal().setOnes();
  return partial;
}

Vector lower_triangle(const Matrix& matrix, const PairMask& mask) {
  std::vector<double> values;
  for (Index i = 0; i < matrix.rows(); ++i) {
    for (Index j = 0; j < i; ++j) {
      if (counts(mask, i, j)) values.push_back(matrix(i, j));
    }
  }
  return Eigen::Map<Vector>(values.data(), static_cast<Index>(values.size()));
}

Vector upper_triangle(const Matrix& matrix, const PairMask& mask) {
  std::vector<double> values;
  for (Index i = 0; i < matrix.rows(); ++i) {
    for (Index j = i + 1; j < matrix.cols(); ++j) {
      if (counts(mask, i, j)) values.push_back(matrix(i, j));
    }
  }
  return Eigen::Map<Vector>(values.data(), static_cast<Index>(values.size()));
}

}  // namespace arcuate::analysis
