#pragma once

#include <Eigen/Dense>

namespace arcuate::steady {

/// Polynomials by their values at Chebyshev's points of the second kind on [-length, 0], the first
/// at 0.
class Chebyshev {
 public:
  /// degree: at least 1.
  Chebyshev(int degree, double length);

  [[nodiscard]] int degree() const { return degree_; }
  /// (degree + 1, degree + 1) values of the derivative.
  [[nodiscard]] const Eigen::MatrixXd& derivative() const { return derivative_; }
  /// (degree + 1) weights that give the value at -delay.
  [[nodiscard]] Eigen::VectorXd weights_at(double delay) const;

 private:
  int degree_;
  Eigen::VectorXd node_, barycentric_;
  Eigen::MatrixXd derivative_;
};

}  // namespace arcuate::steady
