#pragma once

#include <array>

#include "arcuate/core/error.hpp"
#include "arcuate/loss/spectra.hpp"

namespace arcuate::loss {

struct BandPower {
  static constexpr std::array options{
      LossOption{"low", "Hz", -no_limit, 0.0, "least frequency of the band"},
      LossOption{"high", "Hz", no_limit, 0.0, "highest frequency of the band"},
      LossOption{"reference_low", "Hz", -no_limit, 0.0, "least frequency of what it is related to"},
      LossOption{"reference_high", "Hz", no_limit, 0.0, "highest frequency of that"}};
  static constexpr LossInfo info{"band_power",
                                 "(r(P) - r(Q))², r the power in a band over that in another (of "
                                 "the whole spectrum) by the trapezoid rule, of spectra averaged "
                                 "over regions",
                                 Compares::spectra, false, options};

  static double value(const Sides& s, const LossSettings& settings) {
    const auto& n = settings.numbers;
    const Bins band = band_between(s.frequency, n[0], n[1], info.name);
    const Bins reference = band_between(s.frequency, n[2], n[3], info.name);
    if (band.first == reference.first && band.count == reference.count)
      throw ConfigError(std::string(info.name) +
                        ": the band has all frequencies of what it is related to, so that the "
                        "ratio is 1: give low, high or both");
    if (!(area(s.frequency, s.target.rowwise().mean(), reference) > 0.0))
      refuse_target(info, s, "there is no power in what the band is related to");
    const auto ratio = [&](const Matrix& power) {
      const Vector mean = power.rowwise().mean();
      return area(s.frequency, mean, band) / area(s.frequency, mean, reference);
    };
    const double difference = ratio(s.predicted) - ratio(s.target);
    return difference * difference;
  }

 private:
  /// The trapezoid rule.
  static double area(const Vector& frequency, const Vector& power, const Bins& bins) {
    double sum = 0.0;
    for (Index k = bins.first + 1; k < bins.first + bins.count; ++k)
      sum += 0.5 * (power[k] + power[k - 1]) * (frequency[k] - frequency[k - 1]);
    return sum;
  }
};

}  // namespace arcuate::loss
