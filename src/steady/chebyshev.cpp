#include "chebyshev.hpp"

#include <cmath>
#include <numbers>

namespace arcuate::steady {

Chebyshev::Chebyshev(int degree, double length)
    : degree_(degree), node_(degree + 1), barycentric_(degree + 1) {
  for (int k = 0; k <= degree; ++k) {
    node_[k] = 0.5 * length * (std::cos(std::numbers::pi * k / degree) - 1.0);
    barycentric_[k] = (k % 2 == 0 ? 1.0 : -1.0) * (k == 0 || k == degree ? 0.5 : 1.0);
  }
  derivative_.resize(degree + 1, degree + 1);
  for (int i = 0; i <= degree; ++i) {
    double sum = 0.0;
    for (int j = 0; j <= degree; ++j) {
      if (i == j) continue;
      derivative_(i, j) = barycentric_[j] / barycentric_[i] / (node_[i] - node_[j]);
      sum += derivative_(i, j);
    }
    derivative_(i, i) = -sum;
  }
}

Eigen::VectorXd Chebyshev::weights_at(double delay) const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(degree_ + 1);
  for (int k = 0; k <= degree_; ++k) {
    const double apart = -delay - node_[k];
    if (std::abs(apart) < 1e-13 * std::abs(node_[degree_])) {
      weights.setZero();
      weights[k] = 1.0;
      return weights;
    }
    weights[k] = barycentric_[k] / apart;
  }
  return weights / weights.sum();
}

}  // namespace arcuate::steady
