#pragma once

#include "arcuate/optimise/space.hpp"

namespace arcuate::optimise {

/// Constants of CMA-ES for a dimension and a population: Hansen, "The CMA evolution strategy: a
/// tutorial", arXiv:1604.00772, with c_sigma of pycma 4.4 (n + mueff + 3 below the fraction).
struct CmaConstants {
  Index n = 0;
  Index lambda = 0;
  Index mu = 0;
  double mueff = 0.0;
  double c_c = 0.0;
  double c_sigma = 0.0;
  double c_1 = 0.0;
  double c_mu = 0.0;
  double d_sigma = 0.0;
  double chi_n = 0.0;
  Vector weights;  ///< (lambda) best first; the positive ones sum to 1
};

/// active: the worse half repels (negative weights). diagonal: only variances are learned, (n +
/// 2)/3 times as fast (Ros and Hansen 2008, doi:10.1007/978-3-540-87700-4_30).
CmaConstants cma_constants(Index n, Index lambda, bool active, bool diagonal);

/// The distribution of CMA-ES, mean + sigma N(0, C), and its update. Unbounded.
class Covariance {
 public:
  Covariance(CmaConstants constants, Vector mean, double sigma, bool diagonal);

  [[nodiscard]] const CmaConstants& constants() const { return constants_; }
  [[nodiscard]] const Vector& mean() const { return mean_; }
  [[nodiscard]] double sigma() const { return sigma_; }
  [[nodiscard]] std::int64_t generation() const { return generation_; }
  /// (n) standard deviations of what is drawn.
  [[nodiscard]] Vector deviations() const;
  /// (n) square roots of C's diagonal.
  [[nodiscard]] Vector widths() const;
  /// (n) square roots of C's eigenvalues, ascending but where C is diagonal.
  [[nodiscard]] const Vector& axes() const { return d_; }
  /// Column k of C's eigenvectors times its axis.
  [[nodiscard]] Vector axis(Index k) const;
  [[nodiscard]] const Vector& path() const { return p_c_; }
  [[nodiscard]] double trace() const;

  /// z: (n) standard normals.
  [[nodiscard]] Vector draw(const Vector& z) const;
  /// (x - mean) / sigma
  [[nodiscard]] Vector step_to(const Vector& x) const;
  /// |C^{-1/2} y|
  [[nodiscard]] double length(const Vector& y) const;
  /// y: (n, lambda) steps, best first. weights: (lambda), those of the constants, or smaller ones
  /// for steps that deserve less.
  void update(const Matrix& y, const Vector& weights);

  /// For integers (margin.hpp).
  void set_mean(Index i, double mean) { mean_[i] = mean; }

 private:
  [[nodiscard]] Vector whiten(const Vector& y) const;
  void update_paths(const Vector& y_w);
  void update_matrix(const Matrix& y, const Vector& weights);
  void decompose();

  CmaConstants constants_;
  bool diagonal_;
  Vector mean_;
  double sigma_;
  Vector p_s_;
  Vector p_c_;
  double h_ = 1.0;
  Matrix c_;  ///< (n, n), or (n, 1) when diagonal
  Matrix b_;  ///< (n, n), or none when diagonal
  Vector d_;
  std::int64_t generation_ = 0;
  std::int64_t decomposed_ = 0;
};

}  // namespace arcuate::optimise
