#pragma once

#include "arcuate/loss/distributions.hpp"

namespace arcuate::loss {

struct FcdKs {
  static constexpr LossInfo info{
      "fcd_ks",
      "Kolmogorov-Smirnov distance of the distributions of both FCD: of their values, or "
      "(`form=density`) of kernel densities at 100 points, as braintools",
      Compares::dynamics,
      false,
      {},
      distribution_forms};

  static double value(const Sides& s, const LossSettings& settings) {
    const std::vector<double> p = ascending(s.predicted);
    const std::vector<double> q = ascending(s.target);
    if (settings.form == of_values) return kolmogorov_smirnov(p, q);
    if (q.front() == q.back()) refuse_target(info, s, same_values);
    return (cumulative(density(p)) - cumulative(density(q)))
        .cwiseAbs()
        .maxCoeff<Eigen::PropagateNaN>();
  }
};

}  // namespace arcuate::loss
