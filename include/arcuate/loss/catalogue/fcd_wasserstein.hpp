#pragma once

#include "arcuate/loss/distributions.hpp"

namespace arcuate::loss {

struct FcdWasserstein {
  static constexpr LossInfo info{
      "fcd_wasserstein",
      "area between the cumulative distributions of both FCD; forms as `fcd_ks`",
      Compares::dynamics,
      false,
      {},
      distribution_forms};

  static double value(const Sides& s, const LossSettings& settings) {
    const std::vector<double> p = ascending(s.predicted);
    const std::vector<double> q = ascending(s.target);
    if (settings.form == of_values) return wasserstein(p, q);
    if (q.front() == q.back()) refuse_target(info, s, same_values);
    const Vector x = density_midpoints();
    return (x[1] - x[0]) * (cumulative(density(p)) - cumulative(density(q))).cwiseAbs().sum();
  }
};

}  // namespace arcuate::loss
