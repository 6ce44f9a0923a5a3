#pragma once

#include <cmath>

#include "arcuate/loss/loss.hpp"

namespace arcuate::loss {

struct TimeseriesRmse {
  static constexpr LossInfo info{
      "timeseries_rmse", "root of the mean over samples and regions of (P - Q)²", Compares::series};

  static double value(const Sides& s, const LossSettings&) {
    return std::sqrt((s.predicted - s.target).array().square().mean());
  }
};

}  // namespace arcuate::loss
