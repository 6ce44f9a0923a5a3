#pragma once

#include <cmath>

#include "arcuate/loss/loss.hpp"

namespace arcuate::loss {

struct FcRmse {
  static constexpr LossInfo info{
      "fc_rmse", "root of the mean of (P - Q)² over all entries of both FC, the diagonal included",
      Compares::connectivity};

  static double value(const Sides& s, const LossSettings&) {
    double n = 0.0, squares = 0.0;
    for (Index i = 0; i < s.target.rows(); ++i) {
      for (Index j = 0; j < s.target.cols(); ++j) {
        if (std::isnan(s.target(i, j))) continue;
        const double difference = s.predicted(i, j) - s.target(i, j);
        squares += difference * difference;
        n += 1.0;
      }
    }
    return std::sqrt(squares / n);
  }
};

}  // namespace arcuate::loss
