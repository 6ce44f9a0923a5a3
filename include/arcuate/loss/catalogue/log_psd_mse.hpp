#pragma once

#include <array>

#include "arcuate/loss/spectra.hpp"

namespace arcuate::loss {

struct LogPsdMse {
  static constexpr std::array options{
      low_option, high_option,
      LossOption{"epsilon", "unit²/Hz", 1e-10, 0.0, "is added to both before the logarithm"}};
  static constexpr LossInfo info{"log_psd_mse",
                                 "mean over bins and regions of (log10(P + ε) - log10(Q + ε))²",
                                 Compares::spectra, false, options};

  static double value(const Sides& s, const LossSettings& settings) {
    const Bins bins =
        bins_between(s.frequency, settings.numbers[0], settings.numbers[1], info.name);
    const auto log_of = [&](const Matrix& power) {
      return (power.middleRows(bins.first, bins.count).array() + settings.numbers[2]).log10();
    };
    const double least = s.target.middleRows(bins.first, bins.count).minCoeff();
    if (!(least + settings.numbers[2] > 0.0))
      refuse_target(info, s, "a power and epsilon are 0, which has no logarithm");
    return (log_of(s.predicted) - log_of(s.target)).square().mean();
  }
};

}  // namespace arcuate::loss
