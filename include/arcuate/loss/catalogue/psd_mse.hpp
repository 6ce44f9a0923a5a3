#pragma once

#include <array>

#include "arcuate/loss/spectra.hpp"

namespace arcuate::loss {

struct PsdMse {
  static constexpr std::array options{low_option, high_option};
  static constexpr LossInfo info{"psd_mse", "mean over bins and regions of (P - Q)²",
                                 Compares::spectra, false, options};

  static double value(const Sides& s, const LossSettings& settings) {
    const Bins bins =
        bins_between(s.frequency, settings.numbers[0], settings.numbers[1], info.name);
    return (s.predicted - s.target).middleRows(bins.first, bins.count).array().square().mean();
  }
};

}  // namespace arcuate::loss
