#include "math.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace arcuate::report {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double wrapped(double angle) {
  const double turn = 2.0 * std::numbers::pi;
  const double rest = std::remainder(angle, turn);
  return rest <= -std::numbers::pi ? std::numbers::pi : rest;
}

double mean_frequency(std::span<const double> angles, double rate) {
  if (angles.size() < 2) return undefined;
  double turned = 0.0;
  for (std::size_t k = 1; k < angles.size(); ++k)
    turned += wrapped(angles[k] - angles[k - 1]);
  return turned * rate / (2.0 * std::numbers::pi * static_cast<double>(angles.size() - 1));
}

double circular_mean(std::span<const double> angles) {
  std::complex<double> sum;
  for (const double angle : angles)
    sum += std::polar(1.0, angle);
  const bool none = std::abs(sum) <= 1e-12 * static_cast<double>(angles.size());
  return none || !std::isfinite(std::abs(sum)) ? undefined : wrapped(std::arg(sum));
}

double rounded(double value) {
  if (!std::isfinite(value) || value == 0.0) return value;
  const double scale = std::pow(10.0, 4.0 - std::floor(std::log10(std::abs(value))));
  const double result = std::round(value * scale) / scale;
  return std::isfinite(result) ? result : value;
}

double quantile(std::vector<double> values, double q) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return undefined;
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  const double low = *at;
  if (below + 1 == values.size()) return low;
  const double high = *std::min_element(at + 1, values.end());
  return low + (place - static_cast<double>(below)) * (high - low);
}

std::size_t peak_of(std::span<const double> power, std::size_t from) {
  std::size_t best = 0;
  for (std::size_t k = std::max<std::size_t>(1, from); k + 1 < power.size(); ++k) {
    const bool local = power[k] > power[k - 1] && power[k] >= power[k + 1];
    if (!local || (best != 0 && power[k] <= power[best])) continue;
    const auto at = power.begin() + static_cast<std::ptrdiff_t>(k);
    const auto octave_up =
        power.begin() + static_cast<std::ptrdiff_t>(std::min(2 * k + 1, power.size()));
    const double below = *std::min_element(power.begin() + static_cast<std::ptrdiff_t>(k / 2), at);
    const double above = *std::min_element(at + 1, octave_up);
    if (power[k] >= 3.0 * std::max(below, above)) best = k;
  }
  return best;
}

}  // namespace arcuate::report
