#include "covariance.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "arcuate/core/math.hpp"

namespace arcuate::optimise {
namespace {

/// The curve of preferences, ln((lambda + 1)/2) - ln i.
Vector preferences(Index lambda) {
  Vector w(lambda);
  for (Index i = 0; i < lambda; ++i)
    w[i] = math::log(0.5 * static_cast<double>(lambda + 1)) - math::log(static_cast<double>(i + 1));
  return w;
}

double effective(const Vector& w) {
  return w.squaredNorm() > 0.0 ? w.sum() * w.sum() / w.squaredNorm() : 0.0;
}

void learn_faster(CmaConstants& c) {
  const double factor = static_cast<double>(c.n + 2) / 3.0;
  c.c_1 = std::min(1.0, c.c_1 * factor);
  c.c_mu = std::min(1.0 - c.c_1, c.c_mu * factor);
}

void rates(CmaConstants& c, bool diagonal) {
  const auto n = static_cast<double>(c.n);
  c.c_c = (4.0 + c.mueff / n) / (n + 4.0 + 2.0 * c.mueff / n);
  c.c_sigma = (c.mueff + 2.0) / (n + c.mueff + 3.0);
  c.c_1 =
      std::min(1.0, static_cast<double>(c.lambda) / 6.0) * 2.0 / ((n + 1.3) * (n + 1.3) + c.mueff);
  c.c_mu = std::min(1.0 - c.c_1, 2.0 * (0.25 + c.mueff + 1.0 / c.mueff - 2.0) /
                                     ((n + 2.0) * (n + 2.0) + c.mueff));
  if (diagonal) learn_faster(c);
  c.d_sigma = 1.0 + c.c_sigma + 2.0 * std::max(0.0, std::sqrt((c.mueff - 1.0) / (n + 1.0)) - 1.0);
  c.chi_n = std::sqrt(n) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n));
}

}  // namespace

CmaConstants cma_constants(Index n, Index lambda, bool active, bool diagonal) {
  CmaConstants c;
  c.n = n;
  c.lambda = lambda;
  c.mu = lambda / 2;
  const Vector w = preferences(lambda);
  const Vector better = w.cwiseMax(0.0);
  const Vector worse = w.cwiseMin(0.0);
  c.mueff = effective(better);
  rates(c, diagonal);
  c.weights = better / better.sum();
  const double worse_eff = effective(worse);
  if (!active || worse_eff == 0.0 || c.c_mu == 0.0) return c;
  const double alpha = std::min({1.0 + c.c_1 / c.c_mu, 1.0 + 2.0 * worse_eff / (c.mueff + 2.0),
                                 (1.0 - c.c_1 - c.c_mu) / (static_cast<double>(n) * c.c_mu)});
  c.weights -= worse * (alpha / worse.sum());
  return c;
}

Covariance::Covariance(CmaConstants constants, Vector mean, double sigma, bool diagonal)
    : constants_(std::move(constants)), diagonal_(diagonal), mean_(std::move(mean)), sigma_(sigma) {
  const Index n = constants_.n;
  p_s_ = p_c_ = Vector::Zero(n);
  d_ = Vector::Ones(n);
  c_ = diagonal_ ? Matrix(Matrix::Ones(n, 1)) : Matrix(Matrix::Identity(n, n));
  if (!diagonal_) b_ = Matrix::Identity(n, n);
}

Vector Covariance::widths() const {
  return diagonal_ ? Vector(c_.col(0).cwiseSqrt()) : Vector(c_.diagonal().cwiseSqrt());
}

Vector Covariance::deviations() const {
  return sigma_ * widths();
}

Vector Covariance::axis(Index k) const {
  return d_[k] * (diagonal_ ? Vector(Vector::Unit(constants_.n, k)) : Vector(b_.col(k)));
}

double Covariance::trace() const {
  return diagonal_ ? c_.sum() : c_.trace();
}

Vector Covariance::draw(const Vector& z) const {
  const Vector stretched = d_.cwiseProduct(z);
  const Vector y = diagonal_ ? stretched : Vector(b_ * stretched);
  return mean_ + sigma_ * y;
}

Vector Covariance::step_to(const Vector& x) const {
  return (x - mean_) / sigma_;
}

Vector Covariance::whiten(const Vector& y) const {
  if (diagonal_) return y.cwiseQuotient(d_);
  return b_ * (b_.transpose() * y).cwiseQuotient(d_);
}

double Covariance::length(const Vector& y) const {
  return diagonal_ ? y.cwiseQuotient(d_).norm() : (b_.transpose() * y).cwiseQuotient(d_).norm();
}

void Covariance::update(const Matrix& y, const Vector& weights) {
  const Vector y_w = y * weights.cwiseMax(0.0);
  mean_ += sigma_ * y_w;
  ++generation_;
  update_paths(y_w);
  update_matrix(y, weights);
  const double growth =
      constants_.c_sigma / constants_.d_sigma * (p_s_.norm() / constants_.chi_n - 1.0);
  sigma_ *= math::exp(std::min(1.0, growth));
  const double often =
      10.0 * static_cast<double>(constants_.n) * (constants_.c_1 + constants_.c_mu);
  const auto every = std::max(std::int64_t{1}, static_cast<std::int64_t>(1.0 / often));
  if (generation_ - decomposed_ >= every) decompose();
}

void Covariance::update_paths(const Vector& y_w) {
  const CmaConstants& k = constants_;
  const auto n = static_cast<double>(k.n);
  p_s_ =
      (1.0 - k.c_sigma) * p_s_ + std::sqrt(k.c_sigma * (2.0 - k.c_sigma) * k.mueff) * whiten(y_w);
  const double settled = 1.0 - std::pow(1.0 - k.c_sigma, 2.0 * static_cast<double>(generation_));
  h_ = p_s_.squaredNorm() / (n * settled) < 2.0 + 4.0 / (n + 1.0) ? 1.0 : 0.0;
  p_c_ = (1.0 - k.c_c) * p_c_ + h_ * std::sqrt(k.c_c * (2.0 - k.c_c) * k.mueff) * y_w;
}

void Covariance::update_matrix(const Matrix& y, const Vector& weights) {
  const CmaConstants& k = constants_;
  Vector v = weights;
  for (Index i = 0; i < v.size(); ++i) {
    if (v[i] >= 0.0) continue;
    const double l = length(y.col(i));
    v[i] *= l > 0.0 ? static_cast<double>(k.n) / (l * l) : 0.0;  // keeps C positive definite
  }
  const double keep =
      1.0 + k.c_1 * (1.0 - h_) * k.c_c * (2.0 - k.c_c) - k.c_1 - k.c_mu * weights.sum();
  if (diagonal_) {
    c_ = keep * c_ + k.c_1 * p_c_.cwiseAbs2() + k.c_mu * (y.cwiseAbs2() * v);
    return;
  }
  c_ = (keep * c_ + k.c_1 * (p_c_ * p_c_.transpose()) +
        k.c_mu * (y * v.asDiagonal() * y.transpose()))
           .eval();
}

void Covariance::decompose() {
  constexpr double least_ratio = 1e-14;
  decomposed_ = generation_;
  if (diagonal_) {
    c_ = c_.cwiseMax(least_ratio * c_.maxCoeff());
    d_ = c_.col(0).cwiseSqrt();
    return;
  }
  c_ = (0.5 * (c_ + c_.transpose())).eval();
  Eigen::SelfAdjointEigenSolver<Matrix> solver(c_);
  Vector values = solver.eigenvalues();
  const double largest = values[values.size() - 1];
  const double deficit = least_ratio * largest - values[0];
  if (deficit > 0.0) {
    c_.diagonal().array() += deficit;
    values.array() += deficit;
  }
  d_ = values.cwiseSqrt();
  b_ = solver.eigenvectors();
  for (Index k = 0; k < b_.cols(); ++k) {  // the sign of an eigenvector is the solver's whim
    Index largest_row = 0;
    b_.col(k).cwiseAbs().maxCoeff(&largest_row);
    if (b_(largest_row, k) < 0.0) b_.col(k) *= -1.0;
  }
}

}  // namespace arcuate::optimise
