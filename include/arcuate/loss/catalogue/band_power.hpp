#pragma once

#include <array>

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
                                 "the whole spectrum), of spectra averaged over regions",
                                 Compares::spectra, false, options};

  static double value(const Sides& s, const LossSettings& settings) {
    const auto& n = settings.numbers;
    const Bins band = bins_between(s.frequency, n[0], n[1], info.name);
    const Bins reference = bins_between(s.frequency, n[2], n[3], info.name);
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
