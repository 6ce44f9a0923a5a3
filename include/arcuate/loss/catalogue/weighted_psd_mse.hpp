#pragma once

#include <array>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/loss/spectra.hpp"

namespace arcuate::loss {

struct WeightedPsdMse {
  static constexpr std::array options{
      low_option, high_option,
      LossOption{"band_low", "Hz", -no_limit, 0.0, "least frequency of the band that weighs more"},
      LossOption{"band_high", "Hz", no_limit, 0.0, "highest frequency of that band"},
      LossOption{"weight", "1", 10.0, 0.0, "of its bins; all others weigh 1"}};
  static constexpr LossInfo info{
      "weighted_psd_mse",
      "mean over regions of Σ w (P - Q)² / Σ w over bins, w = `weight` in a band",
      Compares::spectra, false, options};

  static double value(const Sides& s, const LossSettings& settings) {
    const auto& n = settings.numbers;
    if (n[4] != options[4].usual && std::isinf(n[2]) && std::isinf(n[3]))
      throw ConfigError(std::string(info.name) +
                        ": weight is of a band: give band_low, band_high or both");
    const Bins all = bins_between(s.frequency, n[0], n[1], info.name);
    const Bins band = bins_between(s.frequency, n[2], n[3], info.name);
    Vector weight = Vector::Ones(s.frequency.size());
    weight.segment(band.first, band.count).setConstant(n[4]);
    const auto squares = (s.predicted - s.target).middleRows(all.first, all.count).array().square();
    const auto own = weight.segment(all.first, all.count);
    return (squares.colwise() * own.array()).colwise().sum().mean() / own.sum();
  }
};

}  // namespace arcuate::loss
