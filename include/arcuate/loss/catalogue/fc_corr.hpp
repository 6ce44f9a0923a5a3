#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/loss/loss.hpp"

namespace arcuate::loss {

struct FcCorr {
  static constexpr LossInfo info{
      "fc_corr", "Pearson's correlation of the entries of both FC above the diagonal",
      Compares::connectivity, true};

  static double value(const Sides& s, const LossSettings&) {
    double n = 0.0, p = 0.0, q = 0.0;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    each_pair(s, [&](double x, double y) {
      n += 1.0, p += x, q += y;
      least = std::min(least, y), most = std::max(most, y);
    });
    if (n < 2.0) refuse_target(info, s, "fewer than two pairs of regions have a number");
    if (least == most)
      refuse_target(info, s,
                    "all pairs of regions have the same number: nothing correlates with it");
    double pp = 0.0, qq = 0.0, pq = 0.0;
    each_pair(s, [&](double x, double y) {
      x -= p / n, y -= q / n;
      pp += x * x, qq += y * y, pq += x * y;
    });
    return pq / std::sqrt(pp * qq);
  }

 private:
  template <class Use>
  static void each_pair(const Sides& s, const Use& use) {
    for (Index i = 0; i < s.target.rows(); ++i) {
      for (Index j = i + 1; j < s.target.cols(); ++j) {
        if (!std::isnan(s.target(i, j))) use(s.predicted(i, j), s.target(i, j));
      }
    }
  }
};

}  // namespace arcuate::loss
