#pragma once

#include <deque>

#include "covariance.hpp"

namespace arcuate::optimise {

/// What is added to the loss of a point that CMA-ES drew outside the unit cube and that was
/// evaluated at the nearest point of it: quadratic in the distance, with weights that grow while
/// the mean is far outside (Hansen, Niederberger, Guzzella, Koumoutsakos 2009,
/// doi:10.1109/TEVC.2008.924423; as in pycma).
class BoxPenalty {
 public:
  /// bounded: (n), 0 for variables whose penalty is none.
  explicit BoxPenalty(Vector bounded) : bounded_(std::move(bounded)), gamma_(bounded_.size()) {}

  /// Before the penalties of a generation. losses: those that are finite.
  void update(const Covariance& now, std::vector<double> losses);
  [[nodiscard]] double of(const Vector& x) const;

 private:
  [[nodiscard]] Vector outside(const Vector& x) const;
  void remember(const Covariance& now, std::vector<double>& losses);

  Vector bounded_;
  Vector gamma_;
  bool begun_ = false;
  std::deque<double> slopes_;  ///< range of losses over range of points, of the last generations
};

}  // namespace arcuate::optimise
