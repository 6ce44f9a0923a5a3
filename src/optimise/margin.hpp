#pragma once

#include "covariance.hpp"

namespace arcuate::optimise {

/// Keeps CMA-ES from sticking to one level of an integer or a choice: after every generation the
/// probability to leave the level of the mean, on either side, is at least 1/(n lambda) (Hamano,
/// Saito, Nomura, Shirakawa 2022, doi:10.1145/3512290.3528827; as in the package cmaes 0.13).
class Margin {
 public:
  explicit Margin(const Space& space)
      : space_(&space), any_(space.discrete_count() > 0), scale_(Vector::Ones(space.dimension())) {}

  /// What is evaluated for a point x of the distribution: farther from the mean where levels are.
  [[nodiscard]] Vector stretched(const Vector& x, const Vector& mean) const {
    return any_ ? Vector(mean + scale_.cwiseProduct(x - mean)) : x;
  }
  /// The point of the distribution for what was evaluated elsewhere.
  [[nodiscard]] Vector shrunk(const Vector& x, const Vector& mean) const {
    return any_ ? Vector(mean + (x - mean).cwiseQuotient(scale_)) : x;
  }
  void correct(Covariance& now);
  [[nodiscard]] double scale(Index i) const { return scale_[i]; }

 private:
  void correct(Covariance& now, Index i, double width, double margin);

  const Space* space_;
  bool any_;
  Vector scale_;
};

}  // namespace arcuate::optimise
